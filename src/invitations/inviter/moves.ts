import type { Audit } from '../../audit/index.ts'
import { type Caller, type Clock, type Did, type InvitationState, newId } from '../../core/index.ts'
import { change, insertAll, LessThan, type Tx } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import { type InvitationMove, leads, moveRefused, type Side } from '../invitation-state.ts'
import type { Announce } from '../ports.ts'
import { type InvitationRow, invitationMoveTable, invitationTable, reasonPlace } from './tables.ts'

export interface MovesDeps {
  readonly clock: Clock
  readonly vault: Vault
  readonly audit: Audit
  /** Whose key seals what people write: our organisation's party id. */
  readonly scope: () => Promise<string>
  readonly announce: Announce
}

/** A move about to be made. */
export interface NewMove {
  readonly move: InvitationMove
  readonly to: InvitationState
  readonly by: Caller | 'system'
  readonly side: Side
  readonly reason?: string | undefined
  readonly at?: number
  readonly expectedAt?: number | null
  readonly talk?: { readonly at: number; readonly side: Side } | undefined
  /** What the trust anchor numbers its moves by: one that is not newer is not made. */
  readonly seq?: number
  readonly did?: Did | undefined
  /** Columns that change with it. */
  readonly set?: Partial<Pick<InvitationRow, 'orderState' | 'orderCode'>>
}

/**
 * Makes a move, once: whoever comes second finds the invitation elsewhere. Its row, the move, the audit entry and what
 * our own systems hear of it are one transaction.
 * @returns false where the trust anchor told something that is no news
 * @throws Refusal `invitation_move_refused`
 */
export async function makeMove(
  tx: Tx,
  deps: MovesDeps,
  row: Pick<InvitationRow, 'id' | 'partnerId' | 'version'>,
  move: NewMove,
): Promise<boolean> {
  const { clock, vault, audit, announce } = deps
  const { id } = row
  const { to, by, side, seq, talk, reason } = move
  const before = await tx.findOneBy(invitationTable, { id })
  const isNews = seq === undefined || (before !== null && seq > before.seq)
  if (!before || !isNews || !leads(move.move, before.state, to)) {
    if (seq === undefined) throw moveRefused(before?.state ?? 'withdrawn')
    return false
  }
  // Their clock is not ours, and theirs is told in whole seconds: what follows is never before what it follows on.
  const at = Math.max(move.at ?? clock.now(), before.stateAt)
  const dates = {
    ...{ expectedAt: move.expectedAt ?? null, talkAt: talk?.at ?? null, talkSide: talk?.side ?? null },
  }
  const where = {
    ...{ id, state: before.state, version: before.version },
    ...(seq !== undefined && { seq: LessThan(seq) }),
  }
  const set = {
    ...{ ...move.set, ...dates, state: to, stateAt: at, talkTold: null, version: before.version + 1 },
    ...(seq !== undefined && { seq, checkedAt: clock.now() }),
    ...(move.did && { partnerDid: move.did }),
  }
  if ((await change(tx, invitationTable, where, set)) === 0) throw moveRefused(before.state)
  const moveId = newId()
  const sealed =
    reason === undefined ? null : await vault.seal(await deps.scope(), reasonPlace(moveId), reason)
  await insertAll(tx, invitationMoveTable, [
    {
      ...{ id: moveId, invitationId: id, fromState: before.state, toState: to, at, side },
      ...{ person: personOf(by), reason: sealed, ...dates },
    },
  ])
  await audit.record(tx, by, 'invitation.moved', { invitation: id, from: before.state, to, side })
  await announce(tx, { type: 'moved', invitation: id, partner: before.partnerId, state: to })
  if (to === 'stalled')
    await announce(tx, { type: 'stalled', invitation: id, partner: before.partnerId, state: to })
  return true
}

export const personOf = (by: Caller | 'system'): string | null =>
  by !== 'system' && by.kind === 'user' ? by.personId : null
