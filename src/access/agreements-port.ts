import type { Did } from '../core/index.ts'
import type { Tx } from '../store/index.ts'

/** Agreements with partners, as requests and grants name them; the agreements room answers. */
export interface AgreementsPort {
  /** What this text lets be shown, until the transaction ends; null where it is not in force with this party. */
  terms(
    tx: Tx,
    named: { readonly id: string; readonly digest: string },
    partner: Did,
  ): Promise<{ readonly coversSecrets: boolean } | null>
}
