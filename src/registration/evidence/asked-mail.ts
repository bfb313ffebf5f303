import { free, link, list, type MailTemplate, paragraph } from '../../mail/index.ts'
import type { EvidenceKind } from './checklist.ts'
import type { AskedItem } from './handing-in.ts'

interface Asked {
  readonly name: string
  readonly organisation: string
  readonly items: readonly (Omit<AskedItem, 'token'> & { readonly url: string | null })[]
  /** In the servicedesk's own words. */
  readonly text: string
}

const words: Readonly<Record<EvidenceKind, readonly [nl: string, en: string]>> = {
  kvk_extract: ['een uittreksel van het Handelsregister', 'an extract of the trade register'],
  authority: [
    'een gewaarmerkt uittreksel waaruit blijkt wie bevoegd is',
    'a certified extract that says who may represent the company',
  ],
  identity: ['de identiteit van de vertegenwoordiger', 'the identity of the representative'],
  limited_authority: ['de (beperkte) volmacht', 'the (limited) mandate'],
  bank_account: ['een bewijs van de bankrekening', 'proof of the bank account'],
  domain_control: ['dat het domein van uw bedrijf is', 'that the domain is your company’s'],
}

const named = ({ kind, whose }: Pick<AskedItem, 'kind' | 'whose'>, language: 0 | 1): string =>
  [words[kind][language], ...(whose === null ? [] : [`(${whose})`])].join(' ')

/** The servicedesk asks the contact person of a case for more. */
export const askedMail: MailTemplate<Asked> = {
  id: 'registration-asked',
  purpose: 'service',
  write: {
    nl: ({ name, organisation, items, text }) => ({
      subject: `Wij hebben nog iets nodig voor de registratie van ${organisation}`,
      parts: [
        paragraph(`Beste ${name},`),
        paragraph(`Voor de registratie van ${organisation} hebben wij nog nodig:`),
        list(...items.map((item) => named(item, 0))),
        free(text),
        ...items.flatMap((item) => (item.url ? [link(`Lever aan: ${named(item, 0)}`, item.url)] : [])),
        paragraph(
          'Stuur geen documenten per gewone e-mail. Elke link werkt drie dagen en één keer; voor wat er geen link heeft, belt de servicedesk u.',
        ),
      ],
    }),
    en: ({ name, organisation, items, text }) => ({
      subject: `We need something more for the registration of ${organisation}`,
      parts: [
        paragraph(`Dear ${name},`),
        paragraph(`For the registration of ${organisation} we still need:`),
        list(...items.map((item) => named(item, 1))),
        free(text),
        ...items.flatMap((item) => (item.url ? [link(`Hand in: ${named(item, 1)}`, item.url)] : [])),
        paragraph(
          'Do not send documents by ordinary e-mail. Each link works for three days and once; for what has no link the servicedesk calls you.',
        ),
      ],
    }),
  },
}
