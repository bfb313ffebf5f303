import { button, type MailTemplate, paragraph } from '../mail/index.ts'

export interface WelcomeMail {
  readonly name: string
  readonly organisation: string
  /** Opens her account and key, once. */
  readonly url: string
}

/** To somebody new: the link she takes her account over with. */
export const welcomeMail: MailTemplate<WelcomeMail> = {
  id: 'welcome',
  purpose: 'service',
  write: {
    nl: ({ name, organisation, url }) => ({
      subject: `Uw toegang tot Regie bij ${organisation}`,
      parts: [
        paragraph(`Beste ${name},`),
        paragraph(
          `${organisation} heeft voor u een account gemaakt. Daarmee beslist u zelf wie uw gegevens bij ${organisation} mag zien.`,
        ),
        button('Neem uw account over', url),
        paragraph('De link werkt één keer, drie dagen lang, en is alleen voor u: geef hem niet door.'),
      ],
    }),
    en: ({ name, organisation, url }) => ({
      subject: `Your access to Regie at ${organisation}`,
      parts: [
        paragraph(`Dear ${name},`),
        paragraph(
          `${organisation} made an account for you. With it you decide yourself who may see your data at ${organisation}.`,
        ),
        button('Take your account over', url),
        paragraph('The link works once, for three days, and is for you alone: do not pass it on.'),
      ],
    }),
  },
}
