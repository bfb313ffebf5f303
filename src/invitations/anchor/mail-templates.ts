import { button, link, list, type MailPart, type MailTemplate, paragraph } from '../../mail/index.ts'
import type { PartnerMail } from '../ports.ts'

export interface InvitationMailParams extends Pick<PartnerMail, 'organisation' | 'inviters' | 'nr'> {
  readonly contact: string
  readonly anchor: string
  /** Where the reader chooses; holds the token. */
  readonly url: string
  /** Hours the link works. */
  readonly hours: number
  /** Whether no other mail follows on this one. */
  readonly isLast: boolean
}

type Write = (params: InvitationMailParams) => MailPart[]

const whoNl: Write = ({ inviters, organisation, anchor }) =>
  inviters.length === 0
    ? [paragraph(`U vroeg ${anchor} om ${organisation} te laten meedoen in het vertrouwensnetwerk.`)]
    : [
        paragraph(`${organisation} is uitgenodigd voor het vertrouwensnetwerk:`),
        list(...inviters.map(({ name, why }) => `${name}: ${why}`)),
      ]
const whoEn: Write = ({ inviters, organisation, anchor }) =>
  inviters.length === 0
    ? [paragraph(`You asked ${anchor} to let ${organisation} join the trust network.`)]
    : [
        paragraph(`${organisation} is invited to the trust network:`),
        list(...inviters.map(({ name, why }) => `${name}: ${why}`)),
      ]

const restNl: Write = ({ url, hours }) => [
  button('Bekijk de uitnodiging', url),
  paragraph(`De link werkt ${hours} uur en één keer. Kijken kan zo vaak u wilt. U kunt er ook mee weigeren.`),
  link('Vragen? Vraag het de servicedesk', new URL('/invitation/ask', url).href),
]
const restEn: Write = ({ url, hours }) => [
  button('Look at the invitation', url),
  paragraph(
    `The link works for ${hours} hours and once. Looking is possible as often as you like. You can decline with it too.`,
  ),
  link('Questions? Ask the servicedesk', new URL('/invitation/ask', url).href),
]

/** The trust anchor's invitation, with its link. */
export const invitationMail: MailTemplate<InvitationMailParams> = {
  id: 'invitation',
  purpose: 'invitation',
  write: {
    nl: (params) => ({
      subject: `Uitnodiging voor ${params.organisation}`,
      parts: [paragraph(`Geachte ${params.contact},`), ...whoNl(params), ...restNl(params)],
    }),
    en: (params) => ({
      subject: `Invitation for ${params.organisation}`,
      parts: [paragraph(`Dear ${params.contact},`), ...whoEn(params), ...restEn(params)],
    }),
  },
}

const urgencyNl = ({ nr, isLast }: InvitationMailParams): string => {
  if (isLast)
    return 'Dit is de laatste keer dat wij u hierover schrijven. Wilt u niet meedoen, dan hoeft u niets te doen.'
  return nr > 1
    ? 'Wij horen graag of u meedoet. De eerdere links werken niet meer; dit is een nieuwe.'
    : 'Wij zagen nog geen antwoord op onze uitnodiging. De eerdere link werkt niet meer; dit is een nieuwe.'
}
const urgencyEn = ({ nr, isLast }: InvitationMailParams): string => {
  if (isLast)
    return 'This is the last time we write to you about this. If you do not want to join, there is nothing to do.'
  return nr > 1
    ? 'We would like to hear whether you join. The earlier links no longer work; this is a new one.'
    : 'We saw no answer to our invitation yet. The earlier link no longer works; this is a new one.'
}

/** A reminder, with a new link; each more urgent than the one before, and the last says so. */
export const reminderMail: MailTemplate<InvitationMailParams> = {
  id: 'invitation-reminder',
  purpose: 'reminder',
  write: {
    nl: (params) => ({
      subject: params.isLast
        ? `Laatste herinnering: uitnodiging voor ${params.organisation}`
        : `Herinnering: uitnodiging voor ${params.organisation}`,
      parts: [
        paragraph(`Geachte ${params.contact},`),
        paragraph(urgencyNl(params)),
        ...whoNl(params),
        ...restNl(params),
      ],
    }),
    en: (params) => ({
      subject: params.isLast
        ? `Last reminder: invitation for ${params.organisation}`
        : `Reminder: invitation for ${params.organisation}`,
      parts: [
        paragraph(`Dear ${params.contact},`),
        paragraph(urgencyEn(params)),
        ...whoEn(params),
        ...restEn(params),
      ],
    }),
  },
}
