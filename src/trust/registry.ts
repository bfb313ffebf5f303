import { z } from 'zod'
import { type Clock, type Did, isDid, Refusal, type RegistryRole, registryRoles } from '../core/index.ts'
import { In, MoreThan, type Reader, rows, type Store, type Tx } from '../store/index.ts'
import {
  COPIED,
  type RegistryEntry,
  type RegistryEventKind,
  type RegistryState,
  registryStates,
  registryTable,
} from './tables.ts'

/** Who is in the network. */
export interface RegistryLookup {
  /** Null when it is not in the registry. @throws Refusal `registry_unreachable` */
  find(did: Did): Promise<RegistryEntry | null>
  /** @throws Refusal `registry_unreachable` */
  findByKvk(kvkNumber: string): Promise<RegistryEntry | null>
}

/** DIDs that one question may name. */
export const MAX_LOOKUPS = 25

/** DIDs with commas between them. @throws Refusal `registry_query_invalid` */
export function requireDids(text: string): Did[] {
  const dids = text.split(',')
  if (dids.length > MAX_LOOKUPS || !dids.every(isDid))
    throw new Refusal(
      'invalid',
      'registry_query_invalid',
      `name at most ${MAX_LOOKUPS} DIDs, and nothing else`,
    )
  return dids as Did[]
}

/** An entry as it travels. */
export const registryEntrySchema = z.object({
  did: z.string().refine(isDid),
  name: z.string().max(200),
  kvk_number: z
    .string()
    .regex(/^\d{8}$/)
    .nullable(),
  wallet: z.string().max(2048),
  roles: z.array(z.enum(registryRoles)).readonly(),
  state: z.enum(registryStates),
  since: z.iso.datetime(),
  attestation: z.string().max(100),
  registration: z.string().max(100),
  version: z.int(),
})

/** The trust anchor's register of organisations. Natural persons are not in it. */
export class Registry implements RegistryLookup {
  readonly #store: Store
  readonly #clock: Clock

  constructor(deps: { readonly store: Store; readonly clock: Clock }) {
    this.#store = deps.store
    this.#clock = deps.clock
  }

  find(did: Did): Promise<RegistryEntry | null> {
    return this.#store.current().findOneBy(registryTable, { did })
  }

  /** Those of them that are in the network. */
  findMany(dids: readonly Did[]): Promise<RegistryEntry[]> {
    return this.#store.current().findBy(registryTable, { did: In([...dids]) })
  }

  findByKvk(kvkNumber: string): Promise<RegistryEntry | null> {
    return this.#store.current().findOneBy(registryTable, { kvkNumber })
  }

  /** Enters an organisation. @throws Refusal `already_registered`, `kvk_already_registered` */
  async add(tx: Tx, entry: Omit<RegistryEntry, 'state' | 'since' | 'version'>): Promise<void> {
    const { did, name, kvkNumber, wallet, roles, attestationId, registrationId } = entry
    const added = await rows(
      tx,
      `INSERT INTO registry_entry (did, name, kvk_number, wallet, roles, state, since, attestation_id, registration_id, version)
       VALUES (?, ?, ?, ?, ?, 'active', ?, ?, ?, 1) ON CONFLICT DO NOTHING RETURNING did`,
      [did, name, kvkNumber, wallet, JSON.stringify(roles), this.#clock.now(), attestationId, registrationId],
    )
    if (added.length === 1) return this.#record(tx, did, 'added')
    throw (await tx.findOneBy(registryTable, { did })) ? alreadyRegistered() : kvkTaken()
  }

  /** Says which credentials stand for an entry from now on. */
  async renew(tx: Tx, did: Did, ids: Pick<RegistryEntry, 'attestationId' | 'registrationId'>): Promise<void> {
    await rows(
      tx,
      'UPDATE registry_entry SET attestation_id = ?, registration_id = ?, version = version + 1 WHERE did = ? RETURNING did',
      [ids.attestationId, ids.registrationId, did],
    )
    await this.#record(tx, did, 'renewed')
  }

  /** @returns whether it changed: who is suspended already is not suspended again, nor who is not there */
  suspend(tx: Tx, did: Did): Promise<boolean> {
    return this.#move(tx, did, 'active', 'suspended', 'suspended')
  }

  /** @returns whether it changed */
  resume(tx: Tx, did: Did): Promise<boolean> {
    return this.#move(tx, did, 'suspended', 'active', 'resumed')
  }

  /** What it is to the network from now on. @throws Refusal `party_not_registered` */
  async setRoles(tx: Tx, did: Did, roles: readonly RegistryRole[]): Promise<void> {
    const changed = await rows(
      tx,
      'UPDATE registry_entry SET roles = ?, version = version + 1 WHERE did = ? RETURNING did',
      [JSON.stringify(roles), did],
    )
    if (changed.length === 0) throw notRegistered()
    await this.#record(tx, did, 'roles_changed')
  }

  /**
   * Who was reached below one address is reached below another: an organisation that left the host that is this node.
   * Its DID has to say so too before anybody calls there.
   */
  async moved(tx: Tx, from: string, to: string): Promise<void> {
    const found = await rows<{ did: Did; wallet: string }>(
      tx,
      'SELECT did, wallet FROM registry_entry WHERE SUBSTR(wallet, 1, ?) = ?',
      [from.length + 1, `${from}/`],
    )
    for (const entry of found) await this.#reachedAt(tx, entry, `${to}${entry.wallet.slice(from.length)}`)
  }

  /**
   * An organisation is reached elsewhere from now on, as its DID says.
   * @returns whether it changed
   */
  async movedTo(tx: Tx, did: Did, url: string): Promise<boolean> {
    const entry = await tx.findOneBy(registryTable, { did })
    const at = entry ? entry.wallet.lastIndexOf('/parties/') : -1
    if (!entry || at < 0 || entry.wallet.slice(0, at) === url) return false
    await this.#reachedAt(tx, entry, `${url}${entry.wallet.slice(at)}`)
    return true
  }

  async #reachedAt(
    tx: Tx,
    { did, wallet }: { readonly did: Did; readonly wallet: string },
    to: string,
  ): Promise<void> {
    const changed = await rows(
      tx,
      'UPDATE registry_entry SET wallet = ?, version = version + 1 WHERE did = ? AND wallet = ? RETURNING did',
      [to, did, wallet],
    )
    if (changed.length === 1) await this.#record(tx, did, 'moved')
  }

  /** Others who decide something of this organisation wait until this transaction ends. */
  async lock(tx: Tx, did: Did): Promise<void> {
    await rows(tx, 'UPDATE registry_entry SET did = did WHERE did = ? RETURNING did', [did])
  }

  async #move(
    tx: Tx,
    did: Did,
    from: RegistryState,
    to: RegistryState,
    event: RegistryEventKind,
  ): Promise<boolean> {
    const moved = await rows(
      tx,
      'UPDATE registry_entry SET state = ?, version = version + 1 WHERE did = ? AND state = ? RETURNING did',
      [to, did, from],
    )
    if (moved.length === 1) await this.#record(tx, did, event)
    return moved.length === 1
  }

  /** Keeps how the entry is from now on, in the transaction that made it so. */
  async #record(tx: Tx, did: Did, event: RegistryEventKind): Promise<void> {
    await rows(
      tx,
      `INSERT INTO registry_event (${COPIED}, at, event)
       SELECT ${COPIED}, CAST(? AS bigint), CAST(? AS text) FROM registry_entry WHERE did = ? RETURNING did`,
      [this.#clock.now(), event, did],
    )
  }
}

/** Entries in the order of their DIDs, those after one. */
export const registryPage = (reader: Reader, after: string | null, count: number): Promise<RegistryEntry[]> =>
  reader.find(registryTable, {
    where: after === null ? {} : { did: MoreThan(after as Did) },
    order: { did: 'ASC' },
    take: count,
  })

/** @throws Refusal `party_not_registered` */
export const notRegistered = () =>
  new Refusal('not_found', 'party_not_registered', 'no organisation is registered under this DID')

export const alreadyRegistered = () =>
  new Refusal('conflict', 'already_registered', 'this organisation is in the registry already')

const kvkTaken = () =>
  new Refusal('conflict', 'kvk_already_registered', 'another party is registered under this KVK number')

export const toWire = (entry: RegistryEntry): z.input<typeof registryEntrySchema> => ({
  did: entry.did,
  name: entry.name,
  kvk_number: entry.kvkNumber,
  wallet: entry.wallet,
  roles: entry.roles,
  state: entry.state,
  since: new Date(entry.since).toISOString(),
  attestation: entry.attestationId,
  registration: entry.registrationId,
  version: entry.version,
})

export const fromWire = (entry: z.output<typeof registryEntrySchema>): RegistryEntry => ({
  did: entry.did,
  name: entry.name,
  kvkNumber: entry.kvk_number,
  wallet: entry.wallet,
  roles: entry.roles,
  state: entry.state,
  since: Date.parse(entry.since),
  attestationId: entry.attestation,
  registrationId: entry.registration,
  version: entry.version,
})
