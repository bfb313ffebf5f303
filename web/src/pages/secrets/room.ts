import { room } from '../../room'
import { LockIcon } from '../../ui/icons'

export const secrets = room({
  name: { nl: 'Bedrijfsgeheimen', en: 'Trade secrets' },
  to: '/secrets',
  icon: LockIcon,
  pages: [
    { name: { nl: 'Van ons', en: 'Ours' }, to: '/secrets' },
    { name: { nl: 'Ontvangen', en: 'Received' }, to: '/secrets/received' },
    {
      name: { nl: 'Met partners gedeeld', en: 'Shared with partners' },
      to: '/secrets/shared',
      roles: ['administrator'],
    },
  ],
})
