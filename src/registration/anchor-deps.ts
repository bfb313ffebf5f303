import type { Audit } from '../audit/index.ts'
import type { Did } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { AnchorSource, Policies, Registry } from '../trust/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Offers } from './ports.ts'
import type { VerifyDeps } from './verify-messages.ts'

/** Somebody accepted a version of the policy. */
export interface PolicyAccepted {
  readonly party: Did
  readonly version: number
}

/** What the trust anchor registers and attests with. */
export interface AnchorDeps extends VerifyDeps {
  /** What follows, in the transaction of the acceptance: a campaign counts it, a suspension ends. */
  readonly whenAccepted?: (tx: Tx, accepted: PolicyAccepted) => Promise<void>
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly parties: Parties
  readonly credentials: Credentials
  readonly registry: Registry
  readonly anchor: AnchorSource
  readonly policies: Policies
  readonly offers: Offers
}
