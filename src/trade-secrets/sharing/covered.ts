import { type Did, Refusal } from '../../core/index.ts'
import type { Tx } from '../../store/index.ts'
import type { AgreementsInForce } from './ports.ts'

/**
 * Requires that the agreement with this partner is in force and covers trade secrets, until the transaction ends.
 * @throws Refusal `agreement_not_in_force`, `secret_needs_agreement`
 */
export async function requireCovered(
  tx: Tx,
  agreements: AgreementsInForce,
  { agreementId, partner }: { readonly agreementId: string; readonly partner: Did },
): Promise<void> {
  const named = await agreements.find(agreementId, partner)
  const terms = named && (await agreements.terms(tx, named, partner))
  if (!terms)
    throw new Refusal('conflict', 'agreement_not_in_force', 'no such agreement is in force with this partner')
  if (terms.coversSecrets) return
  throw new Refusal(
    'conflict',
    'secret_needs_agreement',
    'a trade secret opens only under an agreement in force that covers trade secrets',
  )
}
