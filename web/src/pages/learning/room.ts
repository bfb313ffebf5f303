import { room } from '../../room'
import { BookIcon } from '../../ui/icons'

const teams = ['administrator', 'coordinator']

export const learning = room({
  name: { nl: 'Leren', en: 'Learning' },
  to: '/learning',
  icon: BookIcon,
  pages: [
    { name: { nl: 'Mijn cursussen', en: 'My courses' }, to: '/learning' },
    { name: { nl: 'Wie slaagde', en: 'Who passed' }, to: '/learning/people', roles: teams },
    { name: { nl: 'Per rol verplicht', en: 'Required per role' }, to: '/learning/roles', roles: teams },
  ],
})
