import { BoundedMap, type Clock, type Did, isDid, Refusal } from '../core/index.ts'
import type { Store } from '../store/index.ts'
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
}

const MAX_AGE_MS = 30_000
const MAX_CACHED = 2_000

/** Finds out which partner somebody means, and where it is reached. */
export class PartnerDirectory {
  readonly #deps: PartnerDirectoryDeps
  // Every read under a grant asks for a partner. Another process may have changed the list: old answers are dropped.
  readonly #cache = new BoundedMap<{ address: PartnerAddress; until: number }>(MAX_CACHED)

  constructor(deps: PartnerDirectoryDeps) {
    this.#deps = deps
  }

  /**
   * @param reference DID, KVK number, or the name of exactly one partner, in whatever capitals
   * @throws Refusal `partner_unknown`, `partner_ambiguous`, `partner_not_in_network`, and of the registry when it is
   *   needed and does not answer
   */
  async find(reference: string): Promise<PartnerAddress> {
    const now = this.#deps.clock.now()
    const cached = this.#cache.get(reference)
    if (cached && now < cached.until) return cached.address
    const address = await this.#findAnew(reference.trim())
    this.#cache.set(reference, { address, until: now + MAX_AGE_MS })
    return address
  }

  #findAnew(reference: string): Promise<PartnerAddress> {
    if (isDid(reference)) return this.#byDid(reference)
    return /^\d{8}$/.test(reference) ? this.#byKvk(reference) : this.#byName(reference)
  }

  async #byDid(did: Did): Promise<PartnerAddress> {
    const [row] = await this.#rows({ did })
    return (row && addressOf(row)) ?? requireActive(await this.#deps.registry.find(did), row)
  }

  async #byKvk(kvk: string): Promise<PartnerAddress> {
    const [row] = await this.#rows({ kvk })
    return (row && addressOf(row)) ?? requireActive(await this.#deps.registry.findByKvk(kvk), row)
  }

  async #byName(name: string): Promise<PartnerAddress> {
    const [row, other] = await this.#rows({ searchName: searchName(name) })
    if (other)
      throw new Refusal(
        'conflict',
        'partner_ambiguous',
        'several partners have this name: use the KVK number or DID',
      )
    if (!row) throw unknown()
    const address = addressOf(row)
    if (address) return address
    if (!row.kvk) throw notInNetwork()
    return requireActive(await this.#deps.registry.findByKvk(row.kvk), row)
  }

  #rows(where: { did: Did } | { kvk: string } | { searchName: string }): Promise<PartnerRow[]> {
    return this.#deps.store.reader.find(partnerTable, { where, take: 2 })
  }
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

const unknown = () => new Refusal('not_found', 'partner_unknown', 'there is no such partner')

const notInNetwork = () =>
  new Refusal(
    'conflict',
    'partner_not_in_network',
    'this partner is not in the trust network: invite it first',
  )
