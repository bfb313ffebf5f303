import { BoundedMap, type ConsentUnlock, type Did, isId, newId, Refusal } from '../core/index.ts'
import type { Issuer } from '../credentials/index.ts'
import { change, In, type Reader, rows, type Store, select, type Tx } from '../store/index.ts'
import { openUnlessErased, type Vault } from '../vault/index.ts'
import { type PartyKind, type PartyProfile, type PartyRow, partyTable } from './party-table.ts'

/** A party of this node, without its sealed name. */
export type Party = Omit<PartyRow, 'profile'>

/** Makes identifiers and keys; the agent. Runs in the current transaction. */
export interface Identifiers {
  createOrganisationDid(partyId: string): Promise<{ did: Did }>
  createPersonDid(partyId: string, dataKey?: Buffer): Promise<{ did: Did }>
  createHolderKey(partyId: string): Promise<{ kid: string }>
}

export interface PartiesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly identifiers: Identifiers
  readonly clock: { now(): number }
  /** Where this node is reached, without a slash at the end. */
  readonly baseUrl: string
}

/** Where the one organisation of a node is remembered: it stays the same for as long as the node lives. */
const ORGANISATION = 'organisation'

const place = (id: string) => `party:${id}:profile`

/** The parties that live in this node: the organisation, its people, its systems. */
export class Parties {
  readonly #deps: PartiesDeps
  // What is kept here of an organisation or a system never changes: only its sealed profile does.
  readonly #byId = new BoundedMap<Party>(1_000)

  constructor(deps: PartiesDeps) {
    this.#deps = deps
  }

  /**
   * Makes a party with its key, DID and presentation key.
   * @param dataKey a person's: her consent key is kept encrypted with it, and whoever made it has it wrapped
   */
  async create(tx: Tx, kind: PartyKind, profile: PartyProfile, dataKey?: Buffer): Promise<Party> {
    const { vault, identifiers, clock } = this.#deps
    if ((kind === 'person') !== (dataKey !== undefined))
      throw new Error('persons have a data key, others have none')
    const id = newId()
    await vault.createKey(tx, id)
    const { did } =
      kind === 'organisation'
        ? await identifiers.createOrganisationDid(id)
        : await identifiers.createPersonDid(id, dataKey)
    const presentationKid = kind === 'person' ? (await identifiers.createHolderKey(id)).kid : null
    const party: Party = { id, kind, did, presentationKid, createdAt: clock.now() }
    await tx.insert(partyTable, {
      ...party,
      profile: await vault.seal(id, place(id), JSON.stringify(profile)),
    })
    return party
  }

  /** Gives a person another DID with another key, in the place of the one she lost. */
  async renewDid(tx: Tx, party: Party, dataKey: Buffer): Promise<Party> {
    const { did } = await this.#deps.identifiers.createPersonDid(party.id, dataKey)
    if ((await change(tx, partyTable, { id: party.id, did: party.did }, { did })) !== 1)
      throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
    return { ...party, did }
  }

  /** Makes others wait who change the same party, until this transaction ends. */
  async lock(tx: Tx, { id }: Party): Promise<void> {
    if (this.#deps.store.engine === 'postgres')
      await rows(tx, 'SELECT id FROM party WHERE id = ? FOR UPDATE', [id])
  }

  async setProfile(tx: Tx, id: string, profile: PartyProfile): Promise<void> {
    const sealed = await this.#deps.vault.seal(id, place(id), JSON.stringify(profile))
    await tx.update(partyTable, { id }, { profile: sealed })
  }

  /** @throws Refusal `party_unknown` */
  async require(id: string): Promise<Party> {
    const known = this.#byId.get(id)
    if (known) return known
    const [row] = isId(id) ? await select(this.#reader, partyTable, 'id = ?', [id]) : []
    if (!row) throw new Refusal('not_found', 'party_unknown', 'this node is not the home of that party')
    return this.#remember(row)
  }

  /** The organisation this node is the home of. @throws Refusal `node_not_set_up` */
  async organisation(): Promise<Party> {
    const party = await this.findOrganisation()
    if (!party) throw new Refusal('unavailable', 'node_not_set_up', 'this node has no organisation yet')
    return party
  }

  async findOrganisation(): Promise<Party | null> {
    const known = this.#byId.get(ORGANISATION)
    if (known) return known
    const row = await this.#reader.findOneBy(partyTable, { kind: 'organisation' })
    if (!row) return null
    const party = this.#remember(row)
    this.#deps.store.afterCommit(() => this.#byId.set(ORGANISATION, party))
    return party
  }

  async findByDid(did: Did): Promise<Party | null> {
    const row = await this.#reader.findOneBy(partyTable, { did })
    return row && this.#remember(row)
  }

  async list(kind: PartyKind): Promise<Party[]> {
    const found = await this.#reader.find(partyTable, {
      where: { kind },
      order: { id: 'ASC' },
    })
    return found.map(withoutProfile)
  }

  async profile(id: string): Promise<PartyProfile> {
    const profiles = await this.profiles([id])
    const profile = profiles.get(id)
    if (!profile) throw new Refusal('not_found', 'party_unknown', 'this node is not the home of that party')
    return profile
  }

  async profiles(ids: readonly string[]): Promise<Map<string, PartyProfile>> {
    const found = ids.length === 0 ? [] : await this.#reader.findBy(partyTable, { id: In([...ids]) })
    const opened = await Promise.all(
      found.map(async ({ id, profile }) => [id, await this.#openProfile(id, profile)] as const),
    )
    return new Map(opened)
  }

  /** Of who was erased nothing is left but that she was there. */
  async #openProfile(id: string, sealed: Buffer): Promise<PartyProfile> {
    const text = await openUnlessErased(this.#deps.vault, place(id), sealed)
    return text === null ? { name: '', erased: true } : (JSON.parse(text) as PartyProfile)
  }

  /** The party's own address: its wallet's and its credential issuer's identifier. */
  urlOf(party: Pick<Party, 'id'>): string {
    return `${this.#deps.baseUrl}/parties/${party.id}`
  }

  /** @param unlock the caller's, without which a person signs nothing */
  issuerOf({ id, did }: Party, unlock?: ConsentUnlock): Issuer {
    return { partyId: id, did, ...(unlock && { unlock }) }
  }

  get #reader(): Reader {
    return this.#deps.store.current()
  }

  #remember(row: PartyRow): Party {
    const party = withoutProfile(row)
    // A person who lost her key gets another DID, and another process may have given it.
    if (party.kind === 'person') return party
    this.#deps.store.afterCommit(() => this.#byId.set(party.id, party))
    return party
  }
}

function withoutProfile({ profile: _profile, ...party }: PartyRow): Party {
  return party
}
