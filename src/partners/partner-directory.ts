import { BoundedMap, type Clock, type Did, isDid, isRefusal, Refusal } from '../core/index.ts'
import { change, type Store } from '../store/index.ts'
import { MetParties } from './met-parties.ts'
import type { NetworkParty, RegistryPort } from './network.ts'
import { searchName } from './partner.ts'
import { type PartnerRow, partnerTable } from './partner-table.ts'

/** A partner that can be asked: another organisation in the network. */
export interface PartnerAddress {
  readonly did: Did
  readonly name: string
  readonly wallet: string
}

export interface PartnerDirectoryDeps {
  readonly store: Store
  readonly clock: Clock
  readonly registry: RegistryPort
  /** What a DID's own document offers now. @throws Refusal when it cannot be resolved */
  readonly servicesOf: (did: Did) => Promise<readonly { readonly type: string; readonly endpoint: string }[]>
}

const MAX_AGE_MS = 30_000
const MAX_CACHED = 2_000
/** How long the last answer of the registry is believed while it does not answer. */
const BELIEVED_MS = 86_400_000
/** A confirmation is written down once in so long: it is for when the registry is away. */
const NOTE_EVERY_MS = 3_600_000
const NODE_SERVICE_TYPE = 'RegieNode'

/** Finds out which partner somebody means, and where it is reached. */
export class PartnerDirectory {
  readonly #deps: PartnerDirectoryDeps
  // Every read under a grant asks for a partner. Another process may have changed the list: old answers are dropped.
  readonly #cache = new BoundedMap<{ address: PartnerAddress; until: number }>(MAX_CACHED)
  readonly #met: MetParties

  constructor(deps: PartnerDirectoryDeps) {
    this.#deps = deps
    this.#met = new MetParties(deps)
  }

  /**
   * @param reference DID, KVK number, or the name of exactly one partner or organisation we dealt with, in whatever
   *   capitals
   * @throws Refusal `partner_unknown`, `partner_ambiguous`, `partner_not_in_network`; `partner_address_mismatch` when
   *   its own DID document names another place than the registry; of the registry when it does not answer and did not
   *   in a day; of the resolution of its DID
   */
  async find(reference: string): Promise<PartnerAddress> {
    const now = this.#deps.clock.now()
    const cached = this.#cache.get(reference)
    if (cached && now < cached.until) return cached.address
    const address = await this.#findAnew(reference.trim())
    await this.#requireOwnPlace(address)
    await this.#met.note(address)
    this.#cache.set(reference, { address, until: now + MAX_AGE_MS })
    return address
  }

  /**
   * Whom somebody means, whether or not it can be reached: who takes back what was given must not depend on that.
   * @param reference as {@link find} reads it
   * @throws Refusal `partner_unknown`, `partner_ambiguous`, `partner_not_in_network`; of the registry where only that
   *   could tell
   */
  async identify(reference: string): Promise<Did> {
    const text = reference.trim()
    if (isDid(text)) return this.#knownDid(text)
    if (isKvk(text)) {
      const [row] = await this.#rows({ kvk: text })
      return row?.did ?? this.#inRegistry(text)
    }
    const { row, met } = await this.#named(text)
    if (!row) return met
    if (row.did) return row.did
    if (row.kvk) return this.#inRegistry(row.kvk)
    if (met) return met
    throw notInNetwork()
  }

  async #knownDid(did: Did): Promise<Did> {
    const isKnown = (await this.#rows({ did })).length > 0 || (await this.#met.has(did))
    if (isKnown || (await this.#deps.registry.find(did))) return did
    throw unknown()
  }

  async #inRegistry(kvk: string): Promise<Did> {
    const found = await this.#deps.registry.findByKvk(kvk)
    if (found) return found.did
    throw unknown()
  }

  #findAnew(reference: string): Promise<PartnerAddress> {
    if (isDid(reference)) return this.#byDid(reference)
    return isKvk(reference) ? this.#byKvk(reference) : this.#byName(reference)
  }

  async #byDid(did: Did): Promise<PartnerAddress> {
    const [row] = await this.#rows({ did })
    return this.#confirmed(row, () => this.#deps.registry.find(did))
  }

  async #byKvk(kvk: string): Promise<PartnerAddress> {
    const [row] = await this.#rows({ kvk })
    return this.#confirmed(row, () => this.#deps.registry.findByKvk(kvk))
  }

  async #byName(name: string): Promise<PartnerAddress> {
    const { row, met } = await this.#named(name)
    if (!row) return this.#byDid(met)
    const { registry } = this.#deps
    const { kvk, did } = row
    if (kvk) return this.#confirmed(row, () => registry.findByKvk(kvk))
    if (did) return this.#confirmed(row, () => registry.find(did))
    // Our books have the name alone: it is whom we dealt with under it.
    if (met) return this.#byDid(met)
    throw notInNetwork()
  }

  /** Who is called that: a partner of the list, somebody we dealt with, or one who is both. */
  async #named(name: string): Promise<{ row: PartnerRow; met: Did | null } | { row: null; met: Did }> {
    const [listed, met] = await Promise.all([
      this.#rows({ searchName: searchName(name) }),
      this.#met.named(name),
    ])
    const [row, ...more] = listed
    if (!row && met[0] && met.length === 1) return { row: null, met: met[0] }
    if (!row && met.length === 0) throw unknown()
    const did = row && met.length > 0 ? (row.did ?? (await this.#didOf(row))) : null
    const others = met.filter((one) => one !== did)
    const isBare = row && !row.kvk && !row.did && others.length === 1
    if (!row || more.length > 0 || (others.length > 0 && !isBare)) throw ambiguous(listed, others)
    return { row, met: others[0] ?? null }
  }

  /** The DID of a partner that joined after it was imported. */
  async #didOf({ kvk }: PartnerRow): Promise<Did | null> {
    return kvk ? ((await this.#deps.registry.findByKvk(kvk))?.did ?? null) : null
  }

  /** As the registry sees it now; while that is away, as it saw it less than a day ago. */
  async #confirmed(
    row: PartnerRow | undefined,
    ask: () => Promise<NetworkParty | null>,
  ): Promise<PartnerAddress> {
    let found: NetworkParty | null
    try {
      found = await ask()
    } catch (error) {
      const believed = row && isBelieved(row, this.#deps.clock.now()) && addressOf(row)
      if (believed && isRefusal(error) && error.kind === 'unavailable') return believed
      throw error
    }
    if (row?.networkState === 'in_network') await this.#note(row, found)
    return requireActive(found, row)
  }

  /** Writes down until when the row may be believed: from now on, or no more. */
  async #note(row: PartnerRow, found: NetworkParty | null): Promise<void> {
    const { store, clock } = this.#deps
    const now = clock.now()
    const { id, networkCheckedAt } = row
    const isSame = found?.state === 'active' && found.did === row.did && found.wallet === row.wallet
    const isNoted = isSame
      ? networkCheckedAt !== null && now < networkCheckedAt + NOTE_EVERY_MS
      : networkCheckedAt === null
    if (isNoted) return
    const noted = { networkCheckedAt: isSame ? now : null }
    await store.transact((tx) => change(tx, partnerTable, { id, networkState: 'in_network' }, noted))
  }

  /**
   * The registry alone must not say where a partner is: whoever runs it could send our questions, and the data with
   * them, elsewhere. A did:web is bound to its host and may have its wallet elsewhere.
   */
  async #requireOwnPlace({ did, wallet }: PartnerAddress): Promise<void> {
    if (!did.startsWith('did:ethr:')) return
    const services = await this.#deps.servicesOf(did)
    const place = originOf(wallet)
    const isOwn = services.some(
      ({ type, endpoint }) => type === NODE_SERVICE_TYPE && originOf(endpoint) === place,
    )
    if (isOwn && place !== null) return
    throw new Refusal(
      'conflict',
      'partner_address_mismatch',
      'the registry and the DID of this partner name different addresses: nothing is sent',
    )
  }

  #rows(where: { did: Did } | { kvk: string } | { searchName: string }): Promise<PartnerRow[]> {
    return this.#deps.store.reader.find(partnerTable, { where, take: 2 })
  }
}

const isBelieved = ({ networkCheckedAt }: PartnerRow, now: number): boolean =>
  networkCheckedAt !== null && now >= networkCheckedAt && now < networkCheckedAt + BELIEVED_MS

function originOf(address: string): string | null {
  const url = URL.parse(address)
  return url && ['https:', 'http:'].includes(url.protocol) ? url.origin : null
}

function addressOf({ networkState, did, wallet, name }: PartnerRow): PartnerAddress | undefined {
  if (networkState !== 'in_network' || did === null || wallet === null) return undefined
  return { did, wallet, name: name ?? '' }
}

function requireActive(found: NetworkParty | null, row: PartnerRow | undefined): PartnerAddress {
  if (found?.state === 'active')
    return { did: found.did, name: row?.name ?? found.name, wallet: found.wallet }
  throw found || row ? notInNetwork() : unknown()
}

const isKvk = (reference: string): boolean => /^\d{8}$/.test(reference)

export const ambiguous = (listed: readonly PartnerRow[], met: readonly Did[] = []) => {
  const own = listed.map(({ id, kvk, did }) => kvk ?? did ?? id)
  const candidates = [...own, ...met.filter((one) => listed.every(({ did }) => did !== one))]
  return new Refusal(
    'conflict',
    'partner_ambiguous',
    'several organisations have this name: use the KVK number or DID',
    { params: { candidates } },
  )
}

const unknown = () => new Refusal('not_found', 'partner_unknown', 'there is no such partner')

const notInNetwork = () =>
  new Refusal(
    'conflict',
    'partner_not_in_network',
    'this partner is not in the trust network: invite it first',
  )
