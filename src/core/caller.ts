import type { ConsentUnlock } from './consent-unlock.ts'
import type { Did } from './ids.ts'

/** What a person may do in a node. `servicedesk` and `reputation_manager` exist only on the trust anchor's node. */
export const roles = [
  'administrator',
  'coordinator',
  'account_manager',
  'contact_person',
  'servicedesk',
  'reputation_manager',
  'auditor',
  'contract_author',
  'contract_reviewer',
  'contract_authority',
  'contract_signatory',
] as const
export type Role = (typeof roles)[number]

/** What an API client (an unattended system) may do. */
export const scopes = ['partners:read', 'access:request', 'access:read', 'partners:report'] as const
export type Scope = (typeof scopes)[number]

/** A role somebody has that does not work until she passed a course. */
export interface InactiveRole {
  readonly role: Role
  readonly course: string
}

/** Who calls an operation. Made by authentication only; never taken from input. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user'
      readonly userId: string
      readonly account: string
      readonly roles: readonly Role[]
      /** The party this user is: a natural person with an own DID. */
      readonly personId: string
      readonly did: Did
      /** Which of her tokens she sent: its id, not the token. */
      readonly tokenId?: string
      /** Where she came with a browser: which session, and whether she showed just now that she is there. */
      readonly session?: { readonly id: string; readonly isProved: boolean }
      /** Roles of hers that are not in `roles`, for want of a certificate. */
      readonly inactive?: readonly InactiveRole[]
      /** Opens her consent key for this call. Without it she can read, and take back, and sign nothing. */
      readonly unlock?: ConsentUnlock
    }
  | {
      readonly kind: 'client'
      /** The party the system is. */
      readonly clientId: string
      readonly scopes: readonly Scope[]
      readonly tokenId?: string
    }
  | { readonly kind: 'node'; readonly did: Did }

export type UserCaller = Extract<Caller, { kind: 'user' }>

/** What the caller sent to open her consent key; undefined for who sent nothing, and for the node itself. */
export const unlockOf = (caller: Caller | 'system'): ConsentUnlock | undefined =>
  caller !== 'system' && caller.kind === 'user' ? caller.unlock : undefined
