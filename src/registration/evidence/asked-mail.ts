import { free, list, type MailTemplate, paragraph } from '../../mail/index.ts'
import type { EvidenceKind } from './checklist.ts'

interface Asked {
  readonly name: string
  readonly organisation: string
  readonly kinds: readonly EvidenceKind[]
  /** In the servicedesk's own words. */
  readonly text: string
}

const items: Readonly<Record<EvidenceKind, readonly [nl: string, en: string]>> = {
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

/** The servicedesk asks the contact person of a case for more. */
export const askedMail: MailTemplate<Asked> = {
  id: 'registration-asked',
  purpose: 'service',
  write: {
    nl: ({ name, organisation, kinds, text }) => ({
      subject: `Wij hebben nog iets nodig voor de registratie van ${organisation}`,
      parts: [
        paragraph(`Beste ${name},`),
        paragraph(`Voor de registratie van ${organisation} hebben wij nog nodig:`),
        list(...kinds.map((kind) => items[kind][0])),
        free(text),
        paragraph(
          'Stuur geen documenten per gewone e-mail: de servicedesk spreekt met u af hoe u ze aanlevert.',
        ),
      ],
    }),
    en: ({ name, organisation, kinds, text }) => ({
      subject: `We need something more for the registration of ${organisation}`,
      parts: [
        paragraph(`Dear ${name},`),
        paragraph(`For the registration of ${organisation} we still need:`),
        list(...kinds.map((kind) => items[kind][1])),
        free(text),
        paragraph(
          'Do not send documents by ordinary e-mail: the servicedesk agrees with you how to hand them in.',
        ),
      ],
    }),
  },
}
