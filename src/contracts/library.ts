import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import { change, type Store, type Tx } from '../store/index.ts'
import { contractTemplateTable, type TemplateRow } from './tables.ts'
import { type Template, templateDigest } from './template.ts'

export interface LibraryDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  /** What is published from the start: at the trust anchor the templates of the product, elsewhere none. */
  readonly shipped: readonly Template[]
}

/** The contract templates of this node: written here, taken over, or there from the start. */
export class Library {
  readonly #deps: LibraryDeps

  constructor(deps: LibraryDeps) {
    this.#deps = deps
  }

  /** All versions, drafts too, by id and then newest first. */
  async list(): Promise<TemplateRow[]> {
    const kept = await this.#deps.store.reader.find(contractTemplateTable, {})
    return [...this.#deps.shipped.map(shippedRow), ...kept].sort((one, other) =>
      one.templateId === other.templateId
        ? other.version - one.version
        : one.templateId < other.templateId
          ? -1
          : 1,
    )
  }

  /** The newest published version of each. */
  async newest(): Promise<TemplateRow[]> {
    const published = (await this.list()).filter(({ state }) => state === 'published')
    return published.filter((row, at) => published[at - 1]?.templateId !== row.templateId)
  }

  /** A version, or the newest published one. @throws Refusal `contract_unknown` */
  async require(id: string, version?: number): Promise<TemplateRow> {
    const all = await this.list()
    const found = all.find(
      (row) =>
        row.templateId === id &&
        (version === undefined ? row.state === 'published' : row.version === version),
    )
    if (!found) throw new Refusal('not_found', 'contract_unknown', 'there is no such contract template')
    return found
  }

  /** Writes a draft, or writes it over. @throws Refusal `template_published`, `template_foreign` */
  async draft(caller: Caller, content: Template): Promise<TemplateRow> {
    const { store, clock, audit } = this.#deps
    const all = await this.list()
    const same = all.filter(({ templateId }) => templateId === content.id)
    if (same.some(({ source }) => source !== null)) throw foreign()
    if (same.some(({ state, version }) => state === 'published' && version >= content.version))
      throw published()
    const row: TemplateRow = {
      ...{
        id: `${content.id}/${content.version}`,
        templateId: content.id,
        version: content.version,
        content,
      },
      ...{ state: 'draft', digest: templateDigest(content), source: null, publishedAt: null },
      changedAt: clock.now(),
    }
    await store.transact(async (tx) => {
      const { id, digest, changedAt } = row
      if (
        (await change(tx, contractTemplateTable, { id, state: 'draft' }, { content, digest, changedAt })) !==
        1
      )
        await this.#insert(tx, row)
      await audit.record(tx, caller, 'contract.drafted', named(row))
    })
    return row
  }

  /** @throws Refusal `contract_unknown`, `template_published`, `changed_meanwhile` */
  async publish(caller: Caller, id: string, version: number, digest: string): Promise<TemplateRow> {
    const { store, clock, audit } = this.#deps
    const row = await this.require(id, version)
    if (row.state === 'published') throw published()
    const now = clock.now()
    const set = { state: 'published' as const, publishedAt: now, changedAt: now }
    await store.transact(async (tx) => {
      // What was read is what is published: a draft that was written over meanwhile is another.
      if ((await change(tx, contractTemplateTable, { id: row.id, state: 'draft', digest }, set)) !== 1)
        throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
      await audit.record(tx, caller, 'contract.published', named(row))
    })
    return { ...row, ...set }
  }

  /** Keeps a version the trust anchor signed for; once more changes nothing. @throws Refusal `template_foreign` */
  async take(caller: Caller, content: Template, source: Did): Promise<TemplateRow> {
    const { store, clock, audit } = this.#deps
    const now = clock.now()
    const row: TemplateRow = {
      ...{
        id: `${content.id}/${content.version}`,
        templateId: content.id,
        version: content.version,
        content,
      },
      ...{ state: 'published', digest: templateDigest(content), source, publishedAt: now, changedAt: now },
    }
    const same = (await this.list()).filter(({ templateId }) => templateId === content.id)
    const known = same.find(({ version }) => version === content.version)
    if (known && known.digest === row.digest && known.source === source) return known
    if (known || same.some((other) => other.source !== source)) throw foreign()
    await store.transact(async (tx) => {
      await this.#insert(tx, row)
      await audit.record(tx, caller, 'contract.taken', named(row))
    })
    return row
  }

  async #insert(tx: Tx, row: TemplateRow): Promise<void> {
    // Two at the same moment: one of them finds the other's.
    if (await tx.findOneBy(contractTemplateTable, { id: row.id })) throw published()
    await tx.insert(contractTemplateTable, row)
  }
}

const shippedRow = (content: Template): TemplateRow => ({
  ...{ id: `${content.id}/${content.version}`, templateId: content.id, version: content.version, content },
  ...{ state: 'published', digest: templateDigest(content), source: null, publishedAt: null, changedAt: 0 },
})

const named = ({ templateId, version, digest }: TemplateRow) => ({ template: templateId, version, digest })

const published = () =>
  new Refusal(
    'conflict',
    'template_published',
    'this version is published and stays as it is: write a higher one',
  )

const foreign = () =>
  new Refusal('conflict', 'template_foreign', 'a template of this name came from elsewhere: use another name')
