import type { Audit } from '../../audit/index.ts'
import { type Clock, newId, Refusal, type UserCaller } from '../../core/index.ts'
import { In, insertAll, type Store, type Tx } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import type { CaseFile, CaseFiles } from './case-files.ts'
import { alreadyDecided, isClosed } from './case-state.ts'
import { type CaseRow, caseNoteTable, caseTable } from './case-table.ts'
import type { Decisions } from './decisions.ts'
import type { CaseMoves } from './moves.ts'
import { type QueueFilter, queuePage } from './queue.ts'
import type { Registering } from './registering.ts'
import { notePlace, scopeOf } from './seals.ts'

/** Who works at the servicedesk: the node's accounts fill it. */
export interface Colleagues {
  /** The party of an active account with the role `servicedesk`; null when there is none. */
  find(account: string): Promise<string | null>
}

export interface DeskDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly caseFiles: CaseFiles
  readonly moves: CaseMoves
  readonly decisions: Decisions
  readonly registering: Registering
  readonly colleagues: Colleagues
}

export interface ShownNote {
  readonly id: string
  readonly byParty: string
  readonly at: number
  readonly text: string
}

/** Who stalls longer has to say so again. */
const MAX_TALK_MS = 366 * 86_400_000

/** The servicedesk's work on its queue: whose a case is, where it stands still, and what was noted. */
export class Desk {
  readonly #deps: DeskDeps

  constructor(deps: DeskDeps) {
    this.#deps = deps
  }

  /** Open cases, what is due first comes first. @throws Refusal `invalid_cursor` */
  async queue(
    filter: QueueFilter,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ items: (CaseFile & { overdue: boolean })[]; next: string | null }> {
    const { store, clock, caseFiles } = this.#deps
    const now = clock.now()
    const { ids, next } = await queuePage(store, now, filter, page)
    const found = ids.length === 0 ? [] : await store.reader.findBy(caseTable, { id: In(ids) })
    const byId = new Map(found.map((row) => [row.id, row]))
    const rows = ids.flatMap((id) => byId.get(id) ?? [])
    const files = await Promise.all(rows.map((row) => caseFiles.read(row)))
    return { items: files.map((file) => ({ ...file, overdue: isOverdue(file.row, now) })), next }
  }

  /**
   * Makes a case that is nobody's the caller's, and begins with it.
   * @throws Refusal `registration_unknown`, `registration_already_decided`, `case_of_another`
   */
  async take(caller: UserCaller, id: string): Promise<CaseFile> {
    const { store, moves, caseFiles } = this.#deps
    const row = await this.#requireOpen(id)
    if (row.owner === caller.personId) return caseFiles.read(row)
    if (row.owner !== null) throw ofAnother()
    await store.transact(async (tx) => {
      const taken = await this.#give(tx, caller, row, caller.personId)
      const by = { kind: 'servicedesk', caller } as const
      if (taken.state === 'submitted') await moves.move(tx, taken, 'investigate', { by })
    })
    return caseFiles.get(id)
  }

  /**
   * Gives a case to a colleague.
   * @throws Refusal `registration_unknown`, `registration_already_decided`, `colleague_unknown`
   */
  async handOver(caller: UserCaller, id: string, account: string): Promise<CaseFile> {
    const { store, colleagues, caseFiles } = this.#deps
    const row = await this.#requireOpen(id)
    const owner = await colleagues.find(account)
    if (owner === null)
      throw new Refusal('invalid', 'colleague_unknown', 'nobody at the servicedesk has that account')
    await store.transact((tx) => this.#give(tx, caller, row, owner))
    return caseFiles.get(id)
  }

  /** Puts the caller's case back. @throws Refusal `registration_unknown`, `case_of_another`, `registration_already_decided` */
  async release(caller: UserCaller, id: string): Promise<CaseFile> {
    const { store, caseFiles } = this.#deps
    const row = await this.#requireOpen(id)
    if (row.owner !== caller.personId) throw ofAnother()
    await store.transact((tx) => this.#give(tx, caller, row, null))
    return caseFiles.get(id)
  }

  /**
   * It does not go on: why, and when we talk again. Who says so owns it, where nobody did.
   * @param nextTalk milliseconds since the epoch
   * @throws Refusal `next_talk_invalid`, `registration_unknown`, `registration_already_decided`, `case_move_refused`
   */
  async stall(
    caller: UserCaller,
    id: string,
    { reason, nextTalk }: { readonly reason: string; readonly nextTalk: number },
  ): Promise<CaseFile> {
    const { store, clock, moves, caseFiles } = this.#deps
    const now = clock.now()
    if (nextTalk <= now || nextTalk > now + MAX_TALK_MS)
      throw new Refusal('invalid', 'next_talk_invalid', 'the next talk is later than now, within a year')
    const row = await caseFiles.require(id)
    const by = { kind: 'servicedesk', caller } as const
    const set = { owner: row.owner ?? caller.personId }
    await store.transact((tx) => moves.move(tx, row, 'stall', { by, reason, expectedAt: nextTalk, set }))
    return caseFiles.get(id)
  }

  /** It goes on where it stalled. @throws Refusal `registration_…`, `case_move_refused`, `applicant_key_changed` */
  async resume(caller: UserCaller, id: string, reason?: string): Promise<CaseFile> {
    const { store, moves, caseFiles, decisions, registering } = this.#deps
    const row = await caseFiles.require(id)
    const prepared = await decisions.prepare(row)
    const by = { kind: 'servicedesk', caller } as const
    await store.transact(async (tx) => {
      const resumed = await moves.move(tx, row, 'resume', { by, ...(reason && { reason }) })
      await registering.advance(tx, resumed, prepared, by)
    })
    return caseFiles.get(id)
  }

  /** Writes something down for colleagues. @throws Refusal `registration_unknown` */
  async note(caller: UserCaller, id: string, text: string): Promise<CaseFile> {
    const { store, vault, clock, audit, caseFiles } = this.#deps
    const row = await caseFiles.require(id)
    const noteId = newId()
    const sealed = await vault.seal(scopeOf(id), notePlace(noteId), text)
    const note = { id: noteId, caseId: id, byParty: caller.personId, at: clock.now(), text: sealed }
    await store.transact(async (tx) => {
      await insertAll(tx, caseNoteTable, [note])
      await audit.record(tx, caller, 'registration.noted', { case: id, note: noteId })
    })
    return caseFiles.read(row)
  }

  /** Oldest first. */
  async notes(caseId: string): Promise<ShownNote[]> {
    const { store, vault } = this.#deps
    const found = await store.current().find(caseNoteTable, { where: { caseId }, order: { id: 'ASC' } })
    return Promise.all(
      found.map(async ({ id, byParty, at, text }) => {
        return { id, byParty, at, text: await vault.openText(notePlace(id), text) }
      }),
    )
  }

  async #give(tx: Tx, caller: UserCaller, row: CaseRow, owner: string | null): Promise<CaseRow> {
    const { caseFiles, audit } = this.#deps
    const given = await caseFiles.touch(tx, row, { owner })
    const action = owner === null ? 'registration.released' : 'registration.assigned'
    await audit.record(tx, caller, action, { case: row.id })
    return given
  }

  async #requireOpen(id: string): Promise<CaseRow> {
    const row = await this.#deps.caseFiles.require(id)
    if (isClosed(row.state)) throw alreadyDecided(row.state)
    return row
  }
}

export const isOverdue = ({ expectedAt, state }: CaseRow, now: number): boolean =>
  expectedAt !== null && expectedAt < now && !isClosed(state)

const ofAnother = () =>
  new Refusal('conflict', 'case_of_another', 'this case is not yours: let it be handed over to you')
