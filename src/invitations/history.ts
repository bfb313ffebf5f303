import type { Clock, InvitationState } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'
import { type DatedMove, LOOKED_BACK_MS, type StepLength, staysOf, stepLengths } from './forecast.ts'

/** Moves a forecast is made of: more of them would not make it better. */
const MOST = 20_000

/** How long each step lasted here in the past year. */
export async function lengthsOf(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  table: { readonly moves: string; readonly of: string; readonly state: string },
): Promise<StepLength[]> {
  const found = await rows<{ id: string; state: InvitationState; at: number | string }>(
    store.current(),
    `SELECT ${table.of} AS id, ${table.state} AS state, at FROM ${table.moves} WHERE at > ?
     ORDER BY at DESC LIMIT ${MOST}`,
    [clock.now() - LOOKED_BACK_MS],
  )
  const moves: DatedMove[] = found.map(({ id, state, at }) => ({ invitation: id, to: state, at: Number(at) }))
  return stepLengths(staysOf(moves))
}

/** On the inviter's side. */
export const inviterMoves = { moves: 'invitation_move', of: 'invitation_id', state: 'to_state' } as const
