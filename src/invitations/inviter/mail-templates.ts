import { free, link, list, type MailTemplate, paragraph } from '../../mail/index.ts'
import type { Digest } from './digests.ts'

export interface PreNoticeParams {
  readonly contact: string
  readonly inviter: string
  readonly coordinator: string
  readonly why: string
  /** Name of the trust anchor, which writes next. */
  readonly anchor: string
}

/** What the inviter writes before the trust anchor does, so that its mail is no surprise. */
export const preNotice: MailTemplate<PreNoticeParams> = {
  id: 'invitation-notice',
  purpose: 'invitation',
  write: {
    nl: ({ contact, inviter, coordinator, why, anchor }) => ({
      subject: `${inviter} nodigt u uit voor het vertrouwensnetwerk`,
      parts: [
        paragraph(`Geachte ${contact},`),
        free(
          why,
          'In het vertrouwensnetwerk houdt u uw eigen gegevens. Wij vragen u wat wij nodig hebben, en u bepaalt wat wij mogen zien. U kunt dat altijd intrekken.',
        ),
        paragraph(
          `Binnenkort schrijft ${anchor} u namens ons. In die e-mail staat een link waarmee u kiest of en hoe u meedoet. U hoeft nu niets te doen.`,
        ),
        paragraph(`Met vriendelijke groet,\n${coordinator}, ${inviter}`),
      ],
    }),
    en: ({ contact, inviter, coordinator, why, anchor }) => ({
      subject: `${inviter} invites you to the trust network`,
      parts: [
        paragraph(`Dear ${contact},`),
        free(
          why,
          'In the trust network you keep your own data. We ask for what we need, and you decide what we may see. You can always take that back.',
        ),
        paragraph(
          `${anchor} will write to you soon on our behalf. That e-mail has a link with which you choose whether and how you join. There is nothing to do now.`,
        ),
        paragraph(`Kind regards,\n${coordinator}, ${inviter}`),
      ],
    }),
  },
}

const statesNl: Readonly<Record<string, string>> = {
  ...{ submitted: 'aangekomen', investigating: 'in onderzoek', accepted: 'aanvaard' },
  ...{ policy_pending: 'wacht op de TTP-policy', registered: 'geregistreerd', stalled: 'stilgevallen' },
  ...{
    rejected: 'afgewezen',
    declined_by_partner: 'door de partner afgeslagen',
    draft: 'terug naar concept',
  },
}
const statesEn: Readonly<Record<string, string>> = {
  ...{ submitted: 'arrived', investigating: 'being investigated', accepted: 'accepted' },
  ...{ policy_pending: 'waiting for the TTP-policy', registered: 'registered', stalled: 'stalled' },
  ...{ rejected: 'rejected', declined_by_partner: 'declined by the partner', draft: 'back to draft' },
}

/** The daily letter of a coordinator. */
export const dailyDigest: MailTemplate<Digest & { readonly console: string }> = {
  id: 'invitation-digest',
  purpose: 'reminder',
  write: {
    nl: ({ moved, overdue, stalled, unread, talks, console }) => ({
      subject: 'Uw uitnodigingen van vandaag',
      parts: [
        paragraph('Sinds gisteren:'),
        list(
          ...moved.map(({ state, count }) => `${count} × ${statesNl[state] ?? state}`),
          `${overdue} over de verwachte datum`,
          `${stalled} stilgevallen, waarvan ${talks} vandaag te bespreken`,
          `${unread} ongelezen berichten van de servicedesk`,
        ),
        link('Uw uitnodigingen', `${console}/invitations`),
        link('Zet deze e-mail uit', `${console}/settings/mail`),
      ],
    }),
    en: ({ moved, overdue, stalled, unread, talks, console }) => ({
      subject: 'Your invitations today',
      parts: [
        paragraph('Since yesterday:'),
        list(
          ...moved.map(({ state, count }) => `${count} × ${statesEn[state] ?? state}`),
          `${overdue} past the expected date`,
          `${stalled} stalled, ${talks} of them to be talked over today`,
          `${unread} unread messages of the servicedesk`,
        ),
        link('Your invitations', `${console}/invitations`),
        link('Switch these mails off', `${console}/settings/mail`),
      ],
    }),
  },
}
