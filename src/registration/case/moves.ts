import type { Audit } from '../../audit/index.ts'
import { type Caller, type CaseState, type Clock, type Did, newId, Refusal } from '../../core/index.ts'
import { change, insertAll, type Store, type Tx } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import { type CaseMove, isClosed, requireMove } from './case-state.ts'
import { type CaseMoveRow, type CaseRow, caseMoveTable, caseTable, type MoverKind } from './case-table.ts'
import { type CaseTargets, expectedEnd } from './due.ts'
import { casePlace, movePlace, scopeOf } from './seals.ts'

/** What whoever follows a case hears of a move, in the transaction of the move. */
export interface Moved {
  readonly caseId: string
  readonly moveId: string
  readonly move: CaseMoveRow['move']
  readonly from: CaseState | null
  readonly to: CaseState
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly by: MoverKind
  /** As it was said; both sides may read it. */
  readonly reason: string | null
  readonly expectedAt: number | null
  /** Null while it has no node. */
  readonly organisation: Did | null
}

/** Hears of each move. Must not call out: it is inside the transaction. */
export type WhenMoved = (tx: Tx, moved: Moved) => Promise<void>

export interface MovesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly targets: CaseTargets
  readonly whenMoved?: WhenMoved
}

/** Who moves a case. */
export interface Mover {
  readonly kind: MoverKind
  readonly caller: Caller | 'system'
}

export interface MoveInput {
  readonly by: Mover
  readonly reason?: string
  /** Where a person said when; else the target of the state it comes into. */
  readonly expectedAt?: number
  readonly set?: Partial<CaseRow>
}

/** A move as it is shown. */
export interface ShownMove extends Omit<CaseMoveRow, 'reason'> {
  readonly reason: string | null
}

const actions = {
  submit: 'registration.submitted',
  investigate: 'registration.investigated',
  accept: 'registration.accepted',
  await_policy: 'registration.policy_awaited',
  register: 'registration.registered',
  stall: 'registration.stalled',
  resume: 'registration.resumed',
  decline: 'registration.declined',
  decline_by_partner: 'registration.declined_by_partner',
  withdraw: 'registration.withdrawn',
} as const satisfies Record<CaseMoveRow['move'], string>

/** The moves of cases: each dated, by whom, why, and with the date of the next one. */
export class CaseMoves {
  readonly #deps: MovesDeps

  constructor(deps: MovesDeps) {
    this.#deps = deps
  }

  /**
   * Moves a case that still is as `row` says; who comes second finds it moved.
   * @throws Refusal `registration_already_decided`, `case_move_refused`
   */
  async move(tx: Tx, row: CaseRow, move: CaseMove, input: MoveInput): Promise<CaseRow> {
    const { vault, clock, targets } = this.#deps
    const to = requireMove(row, move)
    const now = clock.now()
    const expectedAt = input.expectedAt ?? expectedEnd(to, now, targets)
    const set = {
      ...input.set,
      state: to,
      stateSince: now,
      expectedAt,
      stalledFrom: to === 'stalled' && row.state !== 'stalled' && !isClosed(row.state) ? row.state : null,
      ...(isClosed(to) && {
        decidedAt: now,
        reason:
          input.reason === undefined
            ? null
            : await vault.seal(scopeOf(row.id), casePlace(row.id, 'reason'), input.reason),
      }),
    }
    const { id, state, version } = row
    const counted = { ...set, version: version + 1 }
    if ((await change(tx, caseTable, { id, state, version }, counted)) !== 1)
      throw await this.#second(tx, id, move)
    const moved = { ...row, ...counted }
    await this.#record(tx, moved, { move, from: state, to, at: now, expectedAt }, input)
    return moved
  }

  /** Records that a case was opened. */
  async opened(tx: Tx, row: CaseRow, by: Mover): Promise<void> {
    const { state: to, submittedAt: at, expectedAt } = row
    await this.#record(tx, row, { move: 'submit', from: null, to, at, expectedAt }, { by })
  }

  /** Oldest first. */
  async of(caseId: string): Promise<ShownMove[]> {
    const { store, vault } = this.#deps
    const found = await store.current().find(caseMoveTable, { where: { caseId }, order: { id: 'ASC' } })
    return Promise.all(
      found.map(async ({ reason, ...row }) => ({
        ...row,
        reason: reason && (await vault.openText(movePlace(row.id), reason)),
      })),
    )
  }

  /** Why a change found no row: by now the case is somewhere else, or says something else. */
  async #second(tx: Tx, id: string, move: CaseMove): Promise<unknown> {
    const now = await tx.findOneBy(caseTable, { id })
    if (now) requireMove(now, move)
    return caseChanged()
  }

  async #record(
    tx: Tx,
    row: CaseRow,
    step: Pick<CaseMoveRow, 'move' | 'from' | 'to' | 'at' | 'expectedAt'>,
    { by, reason }: Pick<MoveInput, 'by' | 'reason'>,
  ): Promise<void> {
    const { vault, audit, whenMoved } = this.#deps
    const id = newId()
    const { id: caseId, organisation } = row
    const sealed = reason === undefined ? null : await vault.seal(scopeOf(caseId), movePlace(id), reason)
    const ofDesk = by.kind === 'servicedesk' && by.caller !== 'system' && by.caller.kind === 'user'
    const byParty = ofDesk ? (by.caller as { personId: string }).personId : null
    await insertAll(tx, caseMoveTable, [{ id, caseId, ...step, by: by.kind, byParty, reason: sealed }])
    await audit.record(tx, by.caller, actions[step.move], {
      case: caseId,
      ...(organisation && { organisation }),
      from: step.from ?? 'none',
      to: step.to,
      by: by.kind,
      ...(row.registrationId && { registration: row.registrationId }),
      ...(row.attestationId && { attestation: row.attestationId }),
      ...(row.offerId && { offer: row.offerId }),
    })
    await whenMoved?.(tx, { ...step, caseId, moveId: id, by: by.kind, reason: reason ?? null, organisation })
  }
}

/** Somebody was just ahead: what was decided was decided about another state of things. */
export const caseChanged = (): Refusal =>
  new Refusal('conflict', 'case_changed_meanwhile', 'this case was changed just now: look at it again')
