import type { Did } from '../core/index.ts'
import type { Tx } from '../store/index.ts'

/** What the trust anchor tells nodes about the policy. Times are seconds since the epoch. */
export type PolicyTell =
  | {
      readonly kind: 'policy-asked'
      readonly version: number
      readonly digest: string
      readonly deadline: number
    }
  | {
      readonly kind: 'attestation-suspended' | 'attestation-resumed'
      /** Status lists in which something changed. */
      readonly lists: string[]
      /** The receiver's own, or its people's. */
      readonly attestations: string[]
    }

/** Tells an organisation something with the transaction. */
export type TellPort = (tx: Tx, to: Did, tell: PolicyTell) => Promise<unknown>
