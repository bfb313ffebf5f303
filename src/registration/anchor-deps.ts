import type { Audit } from '../audit/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Store } from '../store/index.ts'
import type { AnchorSource, Policies, Registry } from '../trust/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Offers } from './ports.ts'
import type { VerifyDeps } from './verify-messages.ts'

/** What the trust anchor registers and attests with. */
export interface AnchorDeps extends VerifyDeps {
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
