import type { AuditData, SealedEntry } from '../audit/index.ts'
import { type Did, isDid } from '../core/index.ts'

/** What the trust anchor may charge for. */
export const billableEvents = ['partner_registered', 'contract_concluded'] as const
export type BillableEventName = (typeof billableEvents)[number]

/** Something that happened for which a tariff may have a price. */
export interface BillableEvent {
  readonly event: BillableEventName
  /** Whom it happened to. Who pays for it is another question. */
  readonly organisation: Did
  /** The case or agreement: an id of the trust anchor's. */
  readonly reference: string
  readonly at: number
  /** Place of the entry in the audit chain. */
  readonly seq: number
}

/** Which members of an entry name the organisation and the thing. */
interface Reading {
  readonly event: BillableEventName
  readonly organisation: string
  readonly reference: string
}

/** Which entry of the audit log is which event: one line each. */
const billable: Readonly<Record<string, Reading>> = {
  'registration.registered': { event: 'partner_registered', organisation: 'organisation', reference: 'case' },
  'agreement.deposited': {
    event: 'contract_concluded',
    organisation: 'organisation',
    reference: 'agreement',
  },
}

/** @returns null for what is never charged, `unreadable` for an entry of such a kind that does not say enough */
export function billableOf({ action, data, at, seq }: SealedEntry): BillableEvent | 'unreadable' | null {
  const reading = Object.hasOwn(billable, action) ? billable[action] : undefined
  if (!reading) return null
  const organisation = data[reading.organisation]
  const reference = textOf(data, reading.reference)
  if (!isDid(organisation) || reference === null) return 'unreadable'
  return { event: reading.event, organisation, reference, at, seq }
}

function textOf(data: AuditData, member: string): string | null {
  const value = data[member]
  return typeof value === 'string' && value !== '' ? value : null
}
