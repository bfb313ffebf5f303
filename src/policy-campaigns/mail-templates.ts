import { dayOf } from '../core/index.ts'
import { link, type MailTemplate, type MailText, paragraph } from '../mail/index.ts'

export interface PolicyAsked {
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly deadline: number
  readonly isReminder: boolean
  readonly url: string
}

/** To administrators: the trust anchor asks to accept a version of its policy. */
export const policyAskedMail: MailTemplate<PolicyAsked> = {
  id: 'policy-asked',
  purpose: 'reminder',
  write: {
    nl: ({ version, deadline, isReminder, url }) => ({
      subject: `${isReminder ? 'Herinnering: aanvaard' : 'Aanvaard'} versie ${version} van de TTP-policy`,
      parts: [
        paragraph(
          `Het trust anchor vraagt uw organisatie om versie ${version} van de TTP-policy te aanvaarden.`,
        ),
        paragraph(
          `Dat kan tot ${dayOf(deadline)}. Daarna gelden uw attestaties niet, tot u alsnog aanvaardt.`,
        ),
        paragraph('Bekijk wat u moet aanvaarden met: regie policy pending'),
        link('Uw node', url),
        paragraph('Wilt u deze e-mails niet meer? Zet ze uit met: regie mails prefer --no-policy'),
      ],
    }),
    en: ({ version, deadline, isReminder, url }) => ({
      subject: `${isReminder ? 'Reminder: accept' : 'Accept'} version ${version} of the TTP-policy`,
      parts: [
        paragraph(`The trust anchor asks your organisation to accept version ${version} of the TTP-policy.`),
        paragraph(
          `You can until ${dayOf(deadline)}. After that your attestations do not hold, until you accept after all.`,
        ),
        paragraph('See what there is to accept with: regie policy pending'),
        link('Your node', url),
        paragraph('No more of these mails? Switch them off with: regie mails prefer --no-policy'),
      ],
    }),
  },
}

type Standing = { readonly count: number; readonly url: string }

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
  const nl = ({ count, url }: Standing): MailText => ({
    subject: words.nl[0],
    parts: [
      paragraph(
        `Attestaties van uw organisatie en haar mensen die ${words.nl[1]}: ${count}. Zo laat het trust anchor weten.`,
      ),
      link('Uw node', url),
      paragraph('Wilt u deze e-mails niet meer? Zet ze uit met: regie mails prefer --no-policy'),
    ],
  })
  const en = ({ count, url }: Standing): MailText => ({
    subject: words.en[0],
    parts: [
      paragraph(
        `Attestations of your organisation and its people that ${words.en[1]}: ${count}. So the trust anchor tells.`,
      ),
      link('Your node', url),
      paragraph('No more of these mails? Switch them off with: regie mails prefer --no-policy'),
    ],
  })
  return { id, purpose: 'reminder', write: { nl, en } }
}
