import { dayOf } from '../core/index.ts'
import { link, list, type MailTemplate, type MailText, paragraph } from '../mail/index.ts'

type InBoth = Readonly<Record<'nl' | 'en', string>>

interface About {
  /** The other party. */
  readonly partner: string
  /** What for, as the vocabulary calls it. */
  readonly purposes: readonly InBoth[]
  /** Names of claims, never values. */
  readonly claims: readonly string[]
  readonly url: string
}

interface Words {
  readonly subject: (about: About) => string
  readonly text: (about: About) => string
  readonly command: string
}

type Kind = 'asked' | 'granted' | 'denied'

const off = {
  nl: 'Wilt u deze e-mails niet meer? Zet ze uit met: regie mails prefer --no-access',
  en: 'No more of these mails? Switch them off with: regie mails prefer --no-access',
} as const
const node = { nl: 'Uw node', en: 'Your node' } as const
const purposeOf = {
  nl: (purposes: readonly InBoth[]) => paragraph(`Waarvoor: ${purposes.map(({ nl }) => nl).join(', ')}`),
  en: (purposes: readonly InBoth[]) => paragraph(`What for: ${purposes.map(({ en }) => en).join(', ')}`),
} as const
const look = { nl: 'Bekijk het met:', en: 'See it with:' } as const

const written =
  (language: 'nl' | 'en', { subject, text, command }: Words) =>
  (about: About): MailText => ({
    subject: subject(about),
    parts: [
      paragraph(text(about)),
      list(...about.claims),
      purposeOf[language](about.purposes),
      paragraph(`${look[language]} ${command}`),
      link(node[language], about.url),
      paragraph(off[language]),
    ],
  })

const words: Readonly<Record<Kind, Readonly<Record<'nl' | 'en', Words>>>> = {
  asked: {
    nl: {
      subject: ({ partner }) => `${partner} vraagt om gegevens`,
      text: ({ partner }) => `${partner} vraagt of het dit mag zien. U beslist: delen of niet delen.`,
      command: 'regie access list --state pending',
    },
    en: {
      subject: ({ partner }) => `${partner} asks for data`,
      text: ({ partner }) => `${partner} asks whether it may see this. You decide: share, or do not share.`,
      command: 'regie access list --state pending',
    },
  },
  granted: {
    nl: {
      subject: ({ partner }) => `${partner} deelt gegevens met u`,
      text: ({ partner }) => `${partner} zei ja op uw vraag, geheel of gedeeltelijk. U vroeg om:`,
      command: 'regie access held',
    },
    en: {
      subject: ({ partner }) => `${partner} shares data with you`,
      text: ({ partner }) => `${partner} said yes to what you asked, all or some of it. You asked for:`,
      command: 'regie access held',
    },
  },
  denied: {
    nl: {
      subject: ({ partner }) => `${partner} deelt niet wat u vroeg`,
      text: ({ partner }) => `${partner} zei nee. U vroeg om:`,
      command: 'regie access sent',
    },
    en: {
      subject: ({ partner }) => `${partner} does not share what you asked for`,
      text: ({ partner }) => `${partner} said no. You asked for:`,
      command: 'regie access sent',
    },
  },
}

const template = (kind: Kind): MailTemplate<About> => ({
  id: `access-${kind}`,
  purpose: 'reminder',
  write: { nl: written('nl', words[kind].nl), en: written('en', words[kind].en) },
})

/** A request waits for its reader; what she asked was granted, or denied. */
export const accessMails: Readonly<Record<Kind, MailTemplate<About>>> = {
  asked: template('asked'),
  granted: template('granted'),
  denied: template('denied'),
}

interface Ending {
  readonly partner: string
  /** Milliseconds since the epoch. */
  readonly until: number
  readonly url: string
}

/** A grant of its reader's, or one she holds, ends soon. */
export const expiringMail: MailTemplate<Ending> = {
  id: 'access-expiring',
  purpose: 'reminder',
  write: {
    nl: ({ partner, until, url }) => ({
      subject: `Een machtiging met ${partner} eindigt op ${dayOf(until)}`,
      parts: [
        paragraph(`Daarna wordt niets meer getoond. ${look.nl} regie access expiring`),
        link(node.nl, url),
        paragraph(off.nl),
      ],
    }),
    en: ({ partner, until, url }) => ({
      subject: `A grant with ${partner} ends on ${dayOf(until)}`,
      parts: [
        paragraph(`After that nothing is shown. ${look.en} regie access expiring`),
        link(node.en, url),
        paragraph(off.en),
      ],
    }),
  },
}

interface Ended extends About {
  /** Since when it opens nothing, milliseconds since the epoch. */
  readonly at: number
}

/** A grant that its reader asked for was ended by who gave it. */
export const endedMail: MailTemplate<Ended> = {
  id: 'access-ended',
  purpose: 'reminder',
  write: {
    nl: (ended) =>
      written('nl', {
        subject: ({ partner }) => `${partner} deelt geen gegevens meer met u`,
        text: ({ partner }) =>
          `De machtiging van ${partner} is op ${dayOf(ended.at)} beëindigd. U ziet niet meer:`,
        command: 'regie access held',
      })(ended),
    en: (ended) =>
      written('en', {
        subject: ({ partner }) => `${partner} no longer shares data with you`,
        text: ({ partner }) => `The grant of ${partner} was ended on ${dayOf(ended.at)}. You no longer see:`,
        command: 'regie access held',
      })(ended),
  },
}
