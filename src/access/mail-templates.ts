import { dayOf } from '../core/index.ts'
import { button, link, list, type MailTemplate, type MailText, paragraph } from '../mail/index.ts'

type InBoth = Readonly<Record<'nl' | 'en', string>>

interface About {
  /** The other party. */
  readonly partner: string
  /** What for, as the vocabulary calls it. */
  readonly purposes: readonly InBoth[]
  /** Names of claims, never values. */
  readonly claims: readonly string[]
  /** Of its reader’s node. */
  readonly console: string
}

interface Words {
  readonly subject: (about: About) => string
  readonly text: (about: About) => string
  /** Where in the console it is. */
  readonly page: string
}

type Kind = 'asked' | 'granted' | 'denied'

const off = { nl: 'Welke e-mails u krijgt', en: 'Which mails you get' } as const
const look = { nl: 'Bekijken', en: 'See it' } as const
const purposeOf = {
  nl: (purposes: readonly InBoth[]) => paragraph(`Waarvoor: ${purposes.map(({ nl }) => nl).join(', ')}`),
  en: (purposes: readonly InBoth[]) => paragraph(`What for: ${purposes.map(({ en }) => en).join(', ')}`),
} as const

/** To the page that it is about, and to where mails like it are switched off. */
const pages = (language: 'nl' | 'en', console: string, page: string) => [
  button(look[language], `${console}${page}`),
  link(off[language], `${console}/settings/mail`),
]

const written =
  (language: 'nl' | 'en', { subject, text, page }: Words) =>
  (about: About): MailText => ({
    subject: subject(about),
    parts: [
      paragraph(text(about)),
      list(...about.claims),
      purposeOf[language](about.purposes),
      ...pages(language, about.console, page),
    ],
  })

const words: Readonly<Record<Kind, Readonly<Record<'nl' | 'en', Words>>>> = {
  asked: {
    nl: {
      subject: ({ partner }) => `${partner} vraagt om gegevens`,
      text: ({ partner }) => `${partner} vraagt of het dit mag zien. U beslist: delen of niet delen.`,
      page: '/requests',
    },
    en: {
      subject: ({ partner }) => `${partner} asks for data`,
      text: ({ partner }) => `${partner} asks whether it may see this. You decide: share, or do not share.`,
      page: '/requests',
    },
  },
  granted: {
    nl: {
      subject: ({ partner }) => `${partner} deelt gegevens met u`,
      text: ({ partner }) => `${partner} zei ja op uw vraag, geheel of gedeeltelijk. U vroeg om:`,
      page: '/grants/received',
    },
    en: {
      subject: ({ partner }) => `${partner} shares data with you`,
      text: ({ partner }) => `${partner} said yes to what you asked, all or some of it. You asked for:`,
      page: '/grants/received',
    },
  },
  denied: {
    nl: {
      subject: ({ partner }) => `${partner} deelt niet wat u vroeg`,
      text: ({ partner }) => `${partner} zei nee. U vroeg om:`,
      page: '/requests/sent',
    },
    en: {
      subject: ({ partner }) => `${partner} does not share what you asked for`,
      text: ({ partner }) => `${partner} said no. You asked for:`,
      page: '/requests/sent',
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
  readonly console: string
}

/** A grant of its reader's, or one she holds, ends soon. */
export const expiringMail: MailTemplate<Ending> = {
  id: 'access-expiring',
  purpose: 'reminder',
  write: {
    nl: ({ partner, until, console }) => ({
      subject: `Een machtiging met ${partner} eindigt op ${dayOf(until)}`,
      parts: [paragraph('Daarna wordt niets meer getoond.'), ...pages('nl', console, '/')],
    }),
    en: ({ partner, until, console }) => ({
      subject: `A grant with ${partner} ends on ${dayOf(until)}`,
      parts: [paragraph('After that nothing is shown.'), ...pages('en', console, '/')],
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
        page: '/grants/received',
      })(ended),
    en: (ended) =>
      written('en', {
        subject: ({ partner }) => `${partner} no longer shares data with you`,
        text: ({ partner }) => `The grant of ${partner} was ended on ${dayOf(ended.at)}. You no longer see:`,
        page: '/grants/received',
      })(ended),
  },
}
