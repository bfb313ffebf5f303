import type { Audit } from '../../../audit/index.ts'
import { type Caller, type Clock, newId, Refusal } from '../../../core/index.ts'
import {
  type Credentials,
  type HeldCredentialRow,
  heldCredentialTable,
  heldIssuerOf,
} from '../../../credentials/index.ts'
import type { Party } from '../../../parties/index.ts'
import type { Store, Tx } from '../../../store/index.ts'
import type { Vault } from '../../../vault/index.ts'
import type { PrivateHolderJwk, WalletContents, WalletEntry } from '../../../wallet-file/index.ts'
import { place } from '../inbox-places.ts'
import type { WalletSettings } from '../settings.ts'
import type { ShownOffer } from '../shown-offer.ts'
import {
  type WalletIssuanceRow,
  type WalletOfferRow,
  walletIssuanceTable,
  walletOfferTable,
} from '../tables.ts'
import { type JudgingDeps, judgeWallet, type Verdict } from './judging.ts'

export interface ImportingDeps extends JudgingDeps {
  readonly store: Store
  readonly clock: Clock
  readonly vault: Vault
  readonly audit: Audit
  readonly credentials: Pick<Credentials, 'hold'>
  readonly settings: WalletSettings
  readonly holderKeys: HolderKeyImport
}

export interface HolderKeyImport {
  /** Keeps a holder key within the transaction. @throws Refusal `holder_key_invalid`, `holder_key_taken` */
  importHolderKey(partyId: string, key: PrivateHolderJwk): Promise<string>
  /** The party whose holder key this is here; null where it is nobody's. */
  holderKeyOwner(kid: string): Promise<string | null>
}

export interface Imported {
  readonly verdicts: readonly Verdict[]
  /** Of what is new. */
  readonly ids: ReadonlyMap<WalletEntry, string>
}

const DAY_MS = 86_400_000

/** Credentials that share a transaction: on SQLite everybody else waits as long as it takes. */
const AT_ONCE = 50

/**
 * Takes what is good in a file and not here yet: copies that came together in one transaction, others in sets. What
 * stops half-way is finished by importing the same again: what is here stays as it is.
 * @returns what became of each, with the ids of what is new
 */
export async function importWallet(
  caller: Caller,
  contents: WalletContents,
  holder: Party,
  deps: ImportingDeps,
): Promise<Imported> {
  const verdicts = await judgeWallet(contents, holder, deps)
  const told = new Map(verdicts.map((one) => [one.entry, one]))
  const ids = new Map<WalletEntry, string>()
  const take = async (fresh: readonly Fresh[]) => {
    const kept = await takeSet(caller, holder, fresh, { verdicts: [...told.values()], deps })
    for (const [entry, id] of kept) ids.set(entry, id)
  }
  const fresh = verdicts.filter(isFresh)
  for (const set of fresh.length > 0 ? setsOf(batchesOf(fresh)) : [[]]) {
    try {
      await take(set)
    } catch (error) {
      // Somebody may have brought the same at this moment: then another look says so.
      const credentials = set.map(({ entry }) => entry)
      const again = await judgeWallet({ ...contents, credentials }, holder, deps)
      if (again.every(isFresh)) throw error
      for (const one of again) told.set(one.entry, one)
      await take(again.filter(isFresh))
    }
  }
  return { verdicts: [...told.values()], ids }
}

function takeSet(
  caller: Caller,
  holder: Party,
  fresh: readonly Fresh[],
  { verdicts, deps }: { readonly verdicts: readonly Verdict[]; readonly deps: ImportingDeps },
): Promise<Map<WalletEntry, string>> {
  const count = (outcome: Verdict['outcome']) => verdicts.filter((one) => one.outcome === outcome).length
  const counts = { new: fresh.length, present: count('present'), refused: count('refused') }
  return deps.store.transact(async (tx) => {
    const kept = new Map<WalletEntry, string>()
    for (const batch of batchesOf(fresh)) {
      const rows: HeldCredentialRow[] = []
      for (const one of batch) {
        const row = await keep(tx, one, holder, deps)
        rows.push(row)
        kept.set(one.entry, row.id)
      }
      await writeSource(tx, batch[0], rows, { caller, holder }, deps)
    }
    await deps.audit.record(tx, caller, 'wallet.imported', { party: holder.id, ...counts })
    return kept
  })
}

/** @throws Refusal `changed_meanwhile` */
async function keep(
  tx: Tx,
  { checked, key }: Fresh,
  { id: holderParty }: Party,
  { credentials, holderKeys }: ImportingDeps,
): Promise<HeldCredentialRow> {
  const { read, bindingKey, subject } = checked
  if (await tx.existsBy(heldCredentialTable, { holderParty, digest: read.report.digest }))
    throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
  if (key) await holderKeys.importHolderKey(holderParty, key)
  const issuer = heldIssuerOf(read.report)
  return credentials.hold(tx, {
    ...{ compact: read.compact, bindingKey, subject, holderParty },
    ...(issuer && { issuer }),
  })
}

type Fresh = Extract<Verdict, { readonly outcome: 'new' }>

const isFresh = (one: Verdict): one is Fresh => one.outcome === 'new'

function setsOf(batches: readonly (readonly Fresh[])[]): Fresh[][] {
  const sets: Fresh[][] = []
  for (const batch of batches) {
    const last = sets.at(-1)
    if (last && last.length + batch.length <= AT_ONCE) last.push(...batch)
    else sets.push([...batch])
  }
  return sets
}

/** Copies that came together stay together. */
function batchesOf(fresh: readonly Fresh[]): [Fresh, ...Fresh[]][] {
  const groups = new Map<string, [Fresh, ...Fresh[]]>()
  for (const one of fresh) {
    const { batch, source } = one.entry
    const name = batch === null ? newId() : JSON.stringify([batch, source])
    const group = groups.get(name)
    if (group) group.push(one)
    else groups.set(name, [one])
  }
  return [...groups.values()]
}

/**
 * Where it came from, as if it had come by an offer: so it can be set aside, and when it is about to end its holder finds
 * in her inbox what to do. No token comes along: the client it was given to is the other node.
 */
async function writeSource(
  tx: Tx,
  { entry: { format, source }, type }: Fresh,
  rows: readonly HeldCredentialRow[],
  { caller, holder }: { readonly caller: Caller; readonly holder: Party },
  { vault, clock, settings }: ImportingDeps,
): Promise<void> {
  const id = newId()
  const now = clock.now()
  const credentialIds = rows.map((row) => row.id)
  const shown: ShownOffer = {
    ...{ issuerName: null, signedBy: null, server: source.authorization_server, grant: null, txCode: null },
    batchSize: rows.length,
    configurations: [{ id: source.credential_configuration_id, format, type, name: null, readable: true }],
  }
  const offer: WalletOfferRow = {
    ...{ id, holderParty: holder.id, credentialIssuer: source.credential_issuer, credentialIds },
    addedBy: caller.kind === 'user' ? caller.personId : null,
    isTrusted: settings.trustedIssuers.includes(source.credential_issuer),
    isNetwork: false,
    sealedOffer: null,
    sealedShown: await vault.seal(holder.id, place(id, 'shown'), JSON.stringify(shown)),
    ...{ state: 'received', reason: 'brought_along', renews: null, copies: rows.length, holderKey: 'own' },
    ...{ createdAt: now, decidedAt: now, expiresAt: now },
  }
  const ends = rows.flatMap(({ expiresAt }) => expiresAt ?? [])
  const issuance: WalletIssuanceRow = {
    ...{ id: newId(), offerId: id, holderParty: holder.id, credentialIds, state: 'kept', sealed: null },
    configurationId: source.credential_configuration_id,
    dueAt: ends.length === 0 ? null : Math.min(...ends) - settings.renewDays * DAY_MS,
    ...{ tries: 0, event: null, tellAt: null, tellTries: 0, createdAt: now },
  }
  await tx.insert(walletOfferTable, offer)
  await tx.insert(walletIssuanceTable, issuance)
}
