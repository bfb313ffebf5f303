import type { Audit } from '../../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../../core/index.ts'
import { heldCredentialTable } from '../../credentials/index.ts'
import { change, In, type Reader, type Store, select } from '../../store/index.ts'
import { type WalletIssuanceRow, walletIssuanceTable } from './tables.ts'

export interface RemovingDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
}

/**
 * Sets a credential aside that came from an issuer outside the network: it is presented no more, and its issuer hears.
 * @param holders whose credentials the caller may set aside
 * @throws Refusal `credential_unknown`
 */
export async function removeCredential(
  id: string,
  holders: readonly string[],
  caller: Caller,
  { store, clock, audit }: RemovingDeps,
): Promise<void> {
  const row = await findIssuance(id, holders, store.reader)
  if (!row) throw unknown()
  await store.transact(async (tx) => {
    const held = { id, holderParty: row.holderParty, state: 'current' as const }
    if ((await change(tx, heldCredentialTable, held, { state: 'superseded' })) !== 1) throw unknown()
    const copies = { id: In([...row.credentialIds]), state: 'current' as const }
    // The issuer counts what it gave together as one: it hears when the last copy goes.
    if ((await tx.countBy(heldCredentialTable, copies)) === 0) {
      // Of what was brought from another node no token is here to tell its issuer with.
      const told = row.sealed && { event: 'credential_deleted' as const, tellAt: clock.now(), tellTries: 0 }
      await change(tx, walletIssuanceTable, { id: row.id }, { ...told, state: 'ended', dueAt: null })
    }
    await audit.record(tx, caller, 'credential.removed', { credential: id })
  })
}

/** What is still gone back for is looked up by its holder, so it is hers that are read and nobody else's. */
async function findIssuance(
  id: string,
  holders: readonly string[],
  reader: Reader,
): Promise<WalletIssuanceRow | undefined> {
  if (holders.length === 0) return undefined
  const places = holders.map(() => '?').join(', ')
  const condition = `holder_party IN (${places}) AND state <> 'ended'`
  const issuances = await select(reader, walletIssuanceTable, condition, holders)
  return issuances.find(({ credentialIds }) => credentialIds.includes(id))
}

const unknown = () =>
  new Refusal('not_found', 'credential_unknown', 'there is no such credential from another issuer here')
