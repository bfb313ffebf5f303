import { room } from '../../room'
import { MailIcon } from '../../ui/icons'

const asking = ['account_manager', 'coordinator', 'administrator']

export const messages = room({
  name: { nl: 'Berichten en zaken', en: 'Messages and cases' },
  to: '/messages',
  icon: MailIcon,
  pages: [
    { name: { nl: 'Aan u', en: 'To you' }, to: '/messages' },
    { name: { nl: 'Verstuurd', en: 'Sent' }, to: '/messages/sent', roles: asking },
    { name: { nl: 'Oproepen', en: 'Call-ups' }, to: '/messages/call-ups', roles: asking },
    { name: { nl: 'Zaken', en: 'Cases' }, to: '/messages/cases' },
    { name: { nl: 'Soorten vragen', en: 'Kinds of questions' }, to: '/messages/questions', roles: asking },
  ],
})
