import { dayOf } from '../core/index.ts'
import { button, link, type MailTemplate, type MailText, paragraph } from '../mail/index.ts'

export interface PolicyAsked {
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly deadline: number
  readonly isReminder: boolean
  /** Of its reader’s node. */
  readonly console: string
}

const off = { nl: 'Welke e-mails u krijgt', en: 'Which mails you get' } as const
const mailsOf = (console: string) => `${console}/settings/mail`

/** To administrators: the trust anchor asks to accept a version of its policy. */
export const policyAskedMail: MailTemplate<PolicyAsked> = {
  id: 'policy-asked',
  purpose: 'reminder',
  write: {
    nl: ({ version, deadline, isReminder, console }) => ({
      subject: `${isReminder ? 'Herinnering: aanvaard' : 'Aanvaard'} versie ${version} van de TTP-policy`,
      parts: [
        paragraph(
          `Het trust anchor vraagt uw organisatie om versie ${version} van de TTP-policy te aanvaarden.`,
        ),
        paragraph(
          `Dat kan tot ${dayOf(deadline)}. Daarna gelden uw attestaties niet, tot u alsnog aanvaardt.`,
        ),
        button('Lezen en aanvaarden', `${console}/policy`),
        link(off.nl, mailsOf(console)),
      ],
    }),
    en: ({ version, deadline, isReminder, console }) => ({
      subject: `${isReminder ? 'Reminder: accept' : 'Accept'} version ${version} of the TTP-policy`,
      parts: [
        paragraph(`The trust anchor asks your organisation to accept version ${version} of the TTP-policy.`),
        paragraph(
          `You can until ${dayOf(deadline)}. After that your attestations do not hold, until you accept after all.`,
        ),
        button('Read and accept', `${console}/policy`),
        link(off.en, mailsOf(console)),
      ],
    }),
  },
}

type Standing = { readonly count: number; readonly console: string }

/** To administrators: attestations of theirs do not hold for now. */
export const suspendedMail: MailTemplate<Standing> = standingMail('attestation-suspended', {
  nl: ['Attestaties zijn geschorst', 'voorlopig niet gelden'],
  en: ['Attestations are suspended', 'do not hold for now'],
})

/** To administrators: they hold again. */
export const resumedMail: MailTemplate<Standing> = standingMail('attestation-resumed', {
  nl: ['Attestaties gelden weer', 'weer gelden'],
  en: ['Attestations hold again', 'hold again'],
})

function standingMail(
  id: string,
  words: Readonly<Record<'nl' | 'en', readonly [subject: string, what: string]>>,
): MailTemplate<Standing> {
  const nl = ({ count, console }: Standing): MailText => ({
    subject: words.nl[0],
    parts: [
      paragraph(
        `Attestaties van uw organisatie en haar mensen die ${words.nl[1]}: ${count}. Zo laat het trust anchor weten.`,
      ),
      link('De TTP-policy', `${console}/policy`),
      link(off.nl, mailsOf(console)),
    ],
  })
  const en = ({ count, console }: Standing): MailText => ({
    subject: words.en[0],
    parts: [
      paragraph(
        `Attestations of your organisation and its people that ${words.en[1]}: ${count}. So the trust anchor tells.`,
      ),
      link('The TTP-policy', `${console}/policy`),
      link(off.en, mailsOf(console)),
    ],
  })
  return { id, purpose: 'reminder', write: { nl, en } }
}
