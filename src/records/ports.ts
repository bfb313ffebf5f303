import type { Caller, Did } from '../core/index.ts'
import type { Reader, Tx } from '../store/index.ts'
import type { ClaimTarget } from './record-table.ts'

/** One claim as it was read: the value, who says so, and how fresh that is. Times in ms. */
export interface ReadValue {
  readonly target: ClaimTarget
  readonly value: unknown
  readonly subject: Did
  readonly issuer: Did
  readonly selfDeclared: boolean
  readonly trusted: boolean
  readonly issuedAt: number
  readonly expiresAt: number | null
  readonly statusAsOf: number | null
  readonly grantExpiresAt: number
}

/** What came of reading under one grant. */
export interface GrantRead {
  readonly grantId: string
  readonly partner: Did
  readonly asked: readonly ClaimTarget[]
  readonly claims: readonly ReadValue[]
  /** What of it the owner could not show, and why. */
  readonly leftOut: readonly { readonly target: ClaimTarget; readonly code: string }[]
  /** When it was asked, ms: what came is at least as fresh as that. */
  readonly askedAt: number
}

/** A grant we hold. */
export interface HeldGrant {
  readonly id: string
  readonly partner: Did
  readonly grantor: Did
  readonly grantorWallet: string
  readonly claims: readonly ClaimTarget[]
  readonly state: 'live' | 'ended'
  readonly endedCode: string | null
  readonly expiresAt: number
}

/** Who looks, as the owner of the data would see it: an employee by her role, or a system. */
export type Looker =
  | { readonly kind: 'employee'; readonly did: Did; readonly role: string }
  | { readonly kind: 'system'; readonly did: Did }

/** The grants we hold; access/ answers. */
export interface GrantsPort {
  find(reader: Reader, id: string): Promise<HeldGrant | null>
  /** It opens nothing any more; once. */
  end(tx: Tx, id: string, code: string): Promise<void>
  /** Whether the grant names this person, her role, or this system. */
  mayLook(id: string, looker: Looker): Promise<boolean>
  /** The systems the grant names. */
  systemsOf(id: string): Promise<readonly Did[]>
}

/**
 * Reads claims under one grant as one of our parties; access/ does.
 * @throws Refusal when the partner could not be asked
 */
export type ReadGrant = (
  caller: Caller,
  grantId: string,
  claims: readonly ClaimTarget[],
) => Promise<GrantRead | { readonly codes: readonly string[]; readonly ended: string | null }>

/** What became of a Tell. */
export interface Settlement {
  readonly tell: string
  readonly grantId: string
  readonly partner: Did
  readonly outcome: 'acknowledged' | 'impossible'
  /** Why it is impossible: a code of ours or the owner's. */
  readonly reason?: string
}
