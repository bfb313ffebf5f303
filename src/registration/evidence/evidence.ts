import type { Audit } from '../../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal, type UserCaller } from '../../core/index.ts'
import type { FileRules, Files, StoredFile } from '../../files/index.ts'
import { IsNull, type Store, type Tx } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import type { CaseFiles } from '../case/case-files.ts'
import { alreadyDecided, isClosed } from '../case/case-state.ts'
import type { CaseRow } from '../case/case-table.ts'
import { type CaseTargets, expectedEnd } from '../case/due.ts'
import { scopeOf } from '../case/seals.ts'
import {
  type Authority,
  actingWith,
  authorityOf,
  type ChecklistItem,
  checklist,
  type EvidenceKind,
  type EvidenceMove,
  isOfRepresentative,
  missingFor,
  requireEvidenceMove,
} from './checklist.ts'
import { type EvidenceRow, evidenceTable } from './evidence-table.ts'
import { type Representative, type Representatives, unknownRepresentative } from './representatives.ts'

export interface EvidenceDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly files: Files
  readonly caseFiles: CaseFiles
  readonly representatives: Representatives
  /** What every case needs here. */
  readonly required: readonly EvidenceKind[]
  readonly targets: CaseTargets
}

/** Which item of a case. */
export interface ItemOf {
  readonly kind: EvidenceKind
  readonly representativeId: string | null
}

/** What is sealed with an item. */
export interface ItemSaid {
  readonly file_name?: string
  /** How it was checked. */
  readonly how?: string
  /** Why it was refused. */
  readonly reason?: string
}

export interface ShownItem extends ChecklistItem {
  readonly row: EvidenceRow | null
  readonly said: ItemSaid
}

interface ItemMove {
  readonly move: EvidenceMove
  readonly said: ItemSaid
  readonly file?: StoredFile
  /** What else changes in the case. */
  readonly set?: Partial<CaseRow>
}

const RULES: FileRules = {
  allowed: ['application/pdf', 'image/png', 'image/jpeg'],
  maxBytes: 10 * 1024 * 1024,
}
const place = (id: string) => `case_evidence:${id}:sealed`

/** What a case is accepted on: files, what was checked by whom, and what is missing. */
export class Evidence {
  readonly #deps: EvidenceDeps

  constructor(deps: EvidenceDeps) {
    this.#deps = deps
  }

  /** The checklist of a case, and who may represent its organisation. */
  async of(caseId: string): Promise<{ items: ShownItem[]; representatives: Representative[] }> {
    const { store, vault, representatives, required } = this.#deps
    const known = await representatives.of(caseId)
    const rows = await store.current().findBy(evidenceTable, { caseId })
    const items = await Promise.all(
      checklist(required, known, rows).map(async (item) => {
        const { kind, representativeId } = item
        const row = rows.find((one) => one.kind === kind && one.representativeId === representativeId)
        const said = row ? (JSON.parse(await vault.openText(place(row.id), row.sealed)) as ItemSaid) : {}
        return { ...item, row: row ?? null, said }
      }),
    )
    return { items, representatives: known }
  }

  /** Kinds without which a case is not accepted. */
  async missing(caseId: string): Promise<EvidenceKind[]> {
    const { items, representatives } = await this.of(caseId)
    return missingFor(items, representatives)
  }

  /** By whom the organisation of a case is bound. */
  async authority(caseId: string): Promise<Authority<Representative>> {
    const { items, representatives } = await this.of(caseId)
    return authorityOf(representatives, items)
  }

  /** With whom a person binds the organisation of a case: nobody where she may not; null where the case names her not. */
  async actingWith(caseId: string, person: Did): Promise<readonly Did[] | null> {
    const { items, representatives } = await this.of(caseId)
    const herself = representatives.find(({ row }) => row.did === person)
    if (!herself) return null
    return (actingWith(herself, representatives, items) ?? []).flatMap(({ row: { did } }) => did ?? [])
  }

  /**
   * Takes a file in for an item, in the place of one that was there.
   * @throws Refusal `registration_…`, `representative_unknown`, `evidence_not_by_file`, `file_…`
   */
  async receive(
    caller: UserCaller,
    caseId: string,
    item: ItemOf,
    file: { readonly content: AsyncIterable<Uint8Array>; readonly name: string | undefined },
  ): Promise<void> {
    const { store, files } = this.#deps
    await this.#requireItem(caseId, item)
    if (item.kind === 'domain_control') throw checkedByUs()
    const staged = await files.stage(scopeOf(caseId), file.content, RULES)
    const said = file.name === undefined ? {} : { file_name: file.name }
    await store.transact((tx) =>
      this.#move(tx, caller, caseId, item, { move: 'receive', said, file: staged }),
    )
  }

  /**
   * Takes in what its partner hands in itself: where nothing is there, or what was is refused. Whose turn it is changes.
   * @param proven in the same transaction: that it may
   * @throws Refusal as receive, `evidence_move_refused`
   */
  async handIn(
    by: Caller,
    caseId: string,
    item: ItemOf,
    {
      content,
      name,
      proven,
    }: {
      readonly content: AsyncIterable<Uint8Array>
      readonly name: string | undefined
      readonly proven: (tx: Tx, digest: string) => Promise<void>
    },
  ): Promise<void> {
    const { store, files, clock, targets } = this.#deps
    const row = await this.#requireItem(caseId, item)
    const staged = await files.stage(scopeOf(caseId), content, RULES)
    const said = name === undefined ? {} : { file_name: name }
    await store.transact(async (tx) => {
      await proven(tx, staged.digest)
      const expectedAt =
        row.state === 'stalled' ? row.expectedAt : expectedEnd(row.state, clock.now(), targets)
      await this.#move(tx, by, caseId, item, { move: 'hand_in', said, file: staged, set: { expectedAt } })
    })
  }

  /**
   * Says that an item is right, and how that was established.
   * @throws Refusal `registration_…`, `representative_unknown`, `evidence_move_refused`, `evidence_not_by_hand`
   */
  async check(caller: UserCaller, caseId: string, item: ItemOf, how: string): Promise<void> {
    const { store } = this.#deps
    await this.#requireItem(caseId, item)
    if (item.kind === 'domain_control') throw checkedByUs()
    if (item.kind === 'authority') await this.#requireListed(caseId)
    await store.transact((tx) => this.#move(tx, caller, caseId, item, { move: 'check', said: { how } }))
  }

  /** Says that an item is not right, and why. @throws Refusal as check */
  async refuse(caller: UserCaller, caseId: string, item: ItemOf, reason: string): Promise<void> {
    await this.#requireItem(caseId, item)
    const refused = { move: 'refuse', said: { reason } } as const
    await this.#deps.store.transact((tx) => this.#move(tx, caller, caseId, item, refused))
  }

  /** What we checked ourselves, without anybody's word. */
  async checkedByUs(
    tx: Tx,
    caller: UserCaller,
    caseId: string,
    kind: EvidenceKind,
    how: string,
  ): Promise<void> {
    await this.#move(tx, caller, caseId, { kind, representativeId: null }, { move: 'check', said: { how } })
  }

  /** The file of an item. @throws Refusal `registration_unknown`, `file_unknown` */
  async open(caller: UserCaller, caseId: string, item: ItemOf) {
    const { store, files, caseFiles, audit } = this.#deps
    await caseFiles.require(caseId)
    const row = await store.current().findOneBy(evidenceTable, whereOf(caseId, item))
    if (!row?.fileId) throw new Refusal('not_found', 'file_unknown', 'there is no such file')
    const opened = await files.open(row.fileId, scopeOf(caseId))
    const about = { case: caseId, kind: item.kind, ...(row.digest && { digest: row.digest }) }
    await store.transact((tx) => audit.record(tx, caller, 'registration.evidence_opened', about))
    return opened
  }

  async #requireItem(caseId: string, { kind, representativeId }: ItemOf): Promise<CaseRow> {
    const row = await this.#deps.caseFiles.require(caseId)
    requireOpen(row)
    if (isOfRepresentative(kind) !== (representativeId !== null)) throw unknownRepresentative()
    if (representativeId === null) return row
    const known = await this.#deps.representatives.of(caseId)
    if (!known.some(({ id }) => id === representativeId)) throw unknownRepresentative()
    return row
  }

  async #requireListed(caseId: string): Promise<void> {
    const known = await this.#deps.representatives.of(caseId)
    if (known.some(({ source }) => source === 'extract')) return
    throw new Refusal(
      'conflict',
      'representatives_not_listed',
      'list first who may represent it by the extract',
    )
  }

  async #move(
    tx: Tx,
    caller: Caller,
    caseId: string,
    item: ItemOf,
    { move, said, file, set }: ItemMove,
  ): Promise<void> {
    const { vault, clock, audit, files, caseFiles } = this.#deps
    // Who proposed to accept saw other evidence; and of two who judge at once the second one is told so.
    const row = await caseFiles.require(caseId)
    requireOpen(row)
    await caseFiles.touch(tx, row, { proposedBy: null, ...set })
    const before = await tx.findOneBy(evidenceTable, whereOf(caseId, item))
    const state = requireEvidenceMove(before?.state ?? 'missing', move)
    const id = before?.id ?? newId()
    if (file) {
      await files.keep(tx, file)
      if (before?.fileId) await files.remove(tx, before.fileId)
    }
    const name = before && !file ? await this.#fileName(before) : undefined
    const whole: ItemSaid = { ...(name && { file_name: name }), ...said }
    const sealed = await vault.seal(scopeOf(caseId), place(id), JSON.stringify(whole))
    const digest = file?.digest ?? before?.digest ?? null
    const byParty = caller.kind === 'user' ? caller.personId : null
    const written = { state, sealed, digest, byParty, at: clock.now() }
    const fileId = file?.id ?? before?.fileId ?? null
    if (before) await tx.update(evidenceTable, { id }, { ...written, fileId })
    else await tx.insert(evidenceTable, { id, caseId, ...item, ...written, fileId })
    await audit.record(tx, caller, `registration.evidence_${state}`, {
      case: caseId,
      kind: item.kind,
      ...(item.representativeId && { representative: item.representativeId }),
      ...(digest && { digest }),
    })
  }

  async #fileName(row: EvidenceRow): Promise<string | undefined> {
    const said = JSON.parse(await this.#deps.vault.openText(place(row.id), row.sealed)) as ItemSaid
    return said.file_name
  }
}

const whereOf = (caseId: string, { kind, representativeId }: ItemOf) => ({
  caseId,
  kind,
  representativeId: representativeId ?? IsNull(),
})

function requireOpen({ state }: CaseRow): void {
  if (isClosed(state)) throw alreadyDecided(state)
}

const checkedByUs = () =>
  new Refusal('conflict', 'evidence_checked_by_us', 'of a domain we check ourselves whose it is')
