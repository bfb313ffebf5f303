import { type HeldCredentialRow, heldCredentialTable } from '../../credentials/index.ts'
import { In, type Store } from '../../store/index.ts'
import type { WalletSettings } from './settings.ts'
import { walletIssuanceTable, walletOfferTable } from './tables.ts'

const DAY_MS = 86_400_000

/**
 * The lineage of the credential that a new one of the same issuer and configuration takes the place of: one that a party
 * holds from there, and that ends soon. Null where there is none: then they stand beside each other.
 */
export async function renewableBy(
  { holderParty, issuer, configurationId }: { holderParty: string; issuer: string; configurationId: string },
  {
    store: { reader },
    clock,
    settings,
  }: { store: Store; clock: { now(): number }; settings: WalletSettings },
): Promise<string | null> {
  const offers = await reader.find(walletOfferTable, {
    where: { holderParty, credentialIssuer: issuer, state: In(['received', 'deferred']) },
    order: { id: 'DESC' },
    take: 50,
  })
  if (offers.length === 0) return null
  const issuances = await reader.findBy(walletIssuanceTable, {
    ...{ holderParty, configurationId, state: 'kept' },
    offerId: In(offers.map(({ id }) => id)),
  })
  const ids = issuances.flatMap(({ credentialIds }) => credentialIds)
  const held =
    ids.length === 0 ? [] : await reader.findBy(heldCredentialTable, { id: In(ids), state: 'current' })
  const until = clock.now() + settings.renewDays * DAY_MS
  const ending = held.filter(
    (row): row is HeldCredentialRow & { expiresAt: number } => row.expiresAt !== null,
  )
  const [first] = ending
    .filter(({ expiresAt }) => expiresAt <= until)
    .sort((a, b) => a.expiresAt - b.expiresAt)
  return first?.lineageId ?? null
}
