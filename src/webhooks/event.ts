import { isoTime } from '../core/index.ts'

/** The events a company's own systems can be called for. Whoever announces another adds it here. */
export const eventTypes = [
  /** Values a partner lets us see were read first, or say something else now; `data.claims` names them. */
  'nl.regie.partner.value_read',
  'nl.regie.partner.value_changed',
  /** A partner says they changed, and we did not read them yet. */
  'nl.regie.partner.outdated',
  /** What was sent to a partner came back; `data.claims` names the field of our copy or the claim. */
  'nl.regie.partner.bounced',
  /** Our own copy is not what the partner lets us see: since one of the two changed. */
  'nl.regie.partner.difference',
  /** They are gone from the record. */
  'nl.regie.partner.value_withdrawn',
  /** A person whom an import brought must be told where her data came from: by `data.due_at`, now, or she was not. */
  'nl.regie.source_notice.made',
  'nl.regie.source_notice.due',
  'nl.regie.source_notice.overdue',
  /** A breach of personal data: a case was opened, its clock runs out soon, it ran out. */
  'nl.regie.breach.opened',
  'nl.regie.breach.deadline_near',
  'nl.regie.breach.overdue',
  /** A partner wrote to one of ours along a grant, or answered us; `data.message` and `data.kind`, no word of it. */
  'nl.regie.message.received',
  'nl.regie.message.answered',
  /** A request waits for an owner longer than it should, or its asker asks after it. */
  'nl.regie.access.waiting',
  /** A grant ends soon: `data.side` says whether we gave it, or hold it and can ask to renew it. */
  'nl.regie.access.expiring',
  /** A person's request about her own data is due within a week, or should have been answered. */
  'nl.regie.rights.request_due',
  'nl.regie.rights.request_overdue',
  /** A wallet answered a request of ours; `data.verification` opens what came of it. */
  'nl.regie.verification.finished',
  /** Somebody's training certificate ends within a month: `data.person`, `data.course` and `data.expires_at`. */
  'nl.regie.training.expiring',
  /** At the trust anchor: the trade register says something else of a registered organisation; `data.fields` names it. */
  'nl.regie.recheck.difference',
  /** An invitation of ours moved, stalled or is to be talked over, or the servicedesk wrote about it. */
  'nl.regie.invitation.moved',
  'nl.regie.invitation.stalled',
  'nl.regie.invitation.message',
  /** A law changed: a template or an agreement, `data.kind`, is to be looked at again; `data.law` and `data.since`. */
  'nl.regie.agreement.law_changed',
  /**
   * A partner shares a trade secret with us, sharing one ended, it was returned or destroyed, or should have been by now:
   * `data.share`, `data.side` (`given` or `received`) and `data.partner`.
   */
  'nl.regie.secret.received',
  'nl.regie.secret.share_ended',
  'nl.regie.secret.share_settled',
  'nl.regie.secret.settlement_overdue',
  /** A mail of ours will not arrive; `data.code` says why, `data.blocked` that its address is not mailed any more. */
  'nl.regie.mail.bounced',
  /** Somebody tries whether the webhook works. */
  'nl.regie.webhook.ping',
] as const satisfies readonly `nl.regie.${string}.${string}`[]

export type EventType = (typeof eventTypes)[number]

export const PING = 'nl.regie.webhook.ping' satisfies EventType

/** Ids, codes, counts and claim names. Never values of personal data: who wants those reads them under a grant. */
export type EventData = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** Something changed. */
export interface WebhookEvent {
  readonly type: EventType
  /** What it is about, within this node: the id of a partner, a grant. CloudEvents `subject`. */
  readonly subject: string
  /** Events with the same key arrive in the order of their commits: the partner's DID. At most 2,048 characters. */
  readonly orderBy: string
  readonly data: EventData
}

/** An event as it lies with its delivery. */
export interface StoredEvent extends Omit<WebhookEvent, 'orderBy'> {
  readonly eventId: string
  /** When it happened, in ms. */
  readonly createdAt: number
}

export const CLOUD_EVENT = 'application/cloudevents+json'

/**
 * The body of a webhook: an event in the JSON format of CloudEvents 1.0, structured mode. The same bytes each time.
 * @param source where it comes from: the URL of this node; with the id it tells events apart
 */
export function cloudEvent(event: StoredEvent, source: string): string {
  return JSON.stringify({
    specversion: '1.0',
    id: event.eventId,
    source,
    type: event.type,
    subject: event.subject,
    time: isoTime(event.createdAt),
    datacontenttype: 'application/json',
    data: event.data,
  })
}
