import type { Audit } from '../audit/index.ts'
import {
  type Caller,
  type Clock,
  type Did,
  isDid,
  isRefusal,
  type PartnerRole,
  partnerRoles,
  Refusal,
} from '../core/index.ts'
import { change, In, placeholders, type Reader, rows, type Store, select } from '../store/index.ts'
import { asShown, contactMark, type Marked, namedIn } from './contact.ts'
import type { ContactMarkRow } from './contact-table.ts'
import { contactKey, marksOf } from './contacts.ts'
import { differsInNetwork, type NetworkAnswers, networkColumns, type RegistryPort } from './network.ts'
import { type PartnerContent, searchName } from './partner.ts'
import { ambiguous } from './partner-directory.ts'
import { changeList } from './partner-list.ts'
import { type PartnerRow, partnerTable } from './partner-table.ts'
import { openContent, type SealedPartnerDeps } from './sealed-partner.ts'
import { type PartnerFilter, type PartnerPage, pageOfIds, selectIds } from './selection.ts'

export interface PartnersDeps extends SealedPartnerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly registry: RegistryPort
}

export interface Partner {
  readonly row: PartnerRow
  readonly content: PartnerContent
  /** What the person it names does not want; `isErased` where it named one who had herself erased. */
  readonly contact: Omit<Marked, 'erasedAt'> & { readonly isErased: boolean }
}

/** The organisation's partners: who they are, how active, and whether they are in the network. */
export class Partners {
  readonly #deps: PartnersDeps
  readonly #contactKey: Buffer

  constructor(deps: PartnersDeps) {
    this.#deps = deps
    this.#contactKey = contactKey(deps)
  }

  /** Ids of all partners that are meant, up to so many. */
  select(filter: PartnerFilter, limit: number): Promise<string[]> {
    return selectIds(this.#deps.store, filter, limit)
  }

  /** Newest first, unless another order is asked. Persons are not found by name: theirs is sealed. */
  async list(filter: PartnerFilter, page: PartnerPage): Promise<{ items: Partner[]; next: string | null }> {
    const ids = await pageOfIds(this.#deps.store, filter, page)
    const found = await this.#deps.store.reader.findBy(partnerTable, { id: In(ids) })
    const rowOf = new Map(found.map((row) => [row.id, row]))
    const marks = await marksOf(this.#deps.store.reader, ids)
    const items = await Promise.all(
      ids.flatMap((id) => rowOf.get(id) ?? []).map((row) => this.#open(row, marks)),
    )
    return { items, next: ids.length === page.limit ? (ids.at(-1) ?? null) : null }
  }

  /**
   * One partner, after asking the registry whether it is in the network now.
   * @param reference its id, DID, KVK number or name
   * @throws Refusal `partner_unknown`, `partner_ambiguous`
   */
  async get(caller: Caller, reference: string): Promise<Partner> {
    return this.#open(await this.#refreshed(caller, await this.#require(reference)))
  }

  /** As {@link get}, as it is here: nobody is asked. @throws Refusal `partner_unknown`, `partner_ambiguous` */
  async find(reference: string): Promise<Partner> {
    return this.#open(await this.#require(reference))
  }

  /** Those of these that there are, in no order. */
  async byIds(ids: readonly string[]): Promise<Partner[]> {
    const found =
      ids.length > 0 ? await this.#deps.store.reader.findBy(partnerTable, { id: In([...ids]) }) : []
    return Promise.all(found.map((row) => this.#open(row)))
  }

  /**
   * Says what a partner is to us. An import adds to it and takes nothing away.
   * @param reference its id, DID, KVK number or name
   * @throws Refusal `partner_unknown`, `partner_ambiguous`, `partners_busy`
   */
  async setRoles(caller: Caller, reference: string, roles: readonly PartnerRole[]): Promise<Partner> {
    const { store, clock, audit } = this.#deps
    const ordered = partnerRoles.filter((role) => roles.includes(role))
    const row = await changeList(
      store,
      () => this.#meant(reference),
      async (tx, found) => {
        if (!found) return null
        const set = { roles: ordered, updatedAt: clock.now() }
        await change(tx, partnerTable, { id: found.id }, set)
        await audit.record(tx, caller, 'partner.roles_set', { partner: found.id, roles: ordered })
        return { ...found, ...set }
      },
    )
    if (!row) throw new Refusal('not_found', 'partner_unknown', 'there is no such partner')
    return this.#open(row)
  }

  /** All partners that are this to us. */
  async inRole(role: PartnerRole): Promise<Partner[]> {
    const found = await select(this.#deps.store.reader, partnerTable, 'roles LIKE ? ORDER BY id', [
      `%"${role}"%`,
    ])
    return Promise.all(found.map((row) => this.#open(row)))
  }

  /** All partners that have a DID. */
  async withDid(): Promise<Partner[]> {
    const found = await select(this.#deps.store.reader, partnerTable, 'did IS NOT NULL ORDER BY id', [])
    return Promise.all(found.map((row) => this.#open(row)))
  }

  /** What a party is to us, as our books say; nothing when it is no partner of ours. */
  async rolesOf(reader: Reader, did: Did): Promise<readonly PartnerRole[]> {
    const found = await reader.findBy(partnerTable, { did, networkState: 'in_network' })
    return found.flatMap(({ roles }) => roles)
  }

  /** Ids of the partners with these DIDs; those there are none of are left out. */
  async idsByDid(dids: readonly Did[]): Promise<Map<string, string>> {
    if (dids.length === 0) return new Map()
    const found = await rows<{ id: string; did: string }>(
      this.#deps.store.reader,
      `SELECT id, did FROM partner WHERE did IN (${placeholders(dids.length)})`,
      dids,
    )
    return new Map(found.map(({ id, did }) => [did, id]))
  }

  async has(id: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(partnerTable, { id })
  }

  /** Ids of the partners whom a DID, KVK number or name may mean, as {@link PartnerDirectory.find} reads it. */
  async idsMeant(did: Did, reference: string): Promise<string[]> {
    const found = await rows<{ id: string }>(
      this.#deps.store.current(),
      'SELECT id FROM partner WHERE did = ? OR kvk = ? OR search_name = ?',
      [did, reference.trim(), searchName(reference)],
    )
    return found.map(({ id }) => id)
  }

  /** ISO codes of the countries of partners, by DID: of its address, or the Netherlands by its KVK number. */
  async countriesOf(dids: readonly Did[]): Promise<Map<Did, string>> {
    const known = new Map<Did, string>()
    for (let at = 0; at < dids.length; at += 200) {
      const found = await this.#deps.store.reader.findBy(partnerTable, { did: In(dids.slice(at, at + 200)) })
      for (const row of found) {
        const { details } = await openContent(this.#deps, row)
        const country = details.country ?? (row.kvk === null ? undefined : 'NL')
        if (row.did !== null && country !== undefined) known.set(row.did, country)
      }
    }
    return known
  }

  /** The row as the registry sees it now; as it was where the trust anchor does not answer. */
  async #refreshed(caller: Caller, row: PartnerRow): Promise<PartnerRow> {
    const { store, clock, audit, registry } = this.#deps
    if (row.kvk === null) return row
    const answers = await answerAbout(registry, row.kvk)
    const now = networkColumns(row, row.kvk, answers, clock.now())
    if (!differsInNetwork(row, now)) return { ...row, ...now }
    await changeList(
      store,
      async () => undefined,
      async (tx) => {
        const seen = { id: row.id, networkState: row.networkState }
        if ((await change(tx, partnerTable, seen, now)) === 0) return
        await audit.record(tx, caller, 'partner.network_changed', {
          partner: row.id,
          state: now.networkState,
          ...(now.did && { did: now.did }),
        })
      },
    )
    return { ...row, ...now }
  }

  async #require(reference: string): Promise<PartnerRow> {
    const row = await this.#meant(reference)
    if (!row) throw new Refusal('not_found', 'partner_unknown', 'there is no such partner')
    return row
  }

  /** @throws Refusal `partner_ambiguous` */
  async #meant(reference: string): Promise<PartnerRow | null> {
    const { reader } = this.#deps.store
    const row = await reader.findOneBy(partnerTable, whereOf(reference))
    const named = searchName(reference)
    if (row || named === '') return row
    const found = await reader.find(partnerTable, { where: { searchName: named }, take: 10 })
    if (found.length > 1) throw ambiguous(found)
    return found[0] ?? null
  }

  async #open(row: PartnerRow, all?: readonly ContactMarkRow[]): Promise<Partner> {
    const marks = all ?? (await marksOf(this.#deps.store.reader, [row.id]))
    const content = await openContent(this.#deps, row)
    const name = namedIn(content)
    const own = marks.filter(({ partnerId }) => partnerId === row.id)
    const mark = name && contactMark(this.#contactKey, row.id, name)
    const marked = own.find((one) => one.mark === mark) ?? null
    const contact = {
      noMarketingAt: marked?.noMarketingAt ?? null,
      restrictedAt: marked?.restrictedAt ?? null,
      isErased: name === null && own.some(({ erasedAt }) => erasedAt !== null),
    }
    return { row, content: asShown(content, marked), contact }
  }
}

const whereOf = (reference: string) => {
  if (isDid(reference)) return { did: reference }
  return /^\d{8}$/.test(reference) ? { kvk: reference } : { id: reference }
}

const answerAbout = async (registry: RegistryPort, kvk: string): Promise<NetworkAnswers> => {
  try {
    return new Map([[kvk, await registry.findByKvk(kvk)]])
  } catch (error) {
    if (isRefusal(error)) return new Map()
    throw error
  }
}
