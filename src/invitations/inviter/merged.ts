import { Refusal } from '../../core/index.ts'
import { rows, type Tx } from '../../store/index.ts'

const OPEN = `SELECT count(DISTINCT partner_id) AS n FROM invitation
  WHERE partner_id IN (?, ?) AND state NOT IN ('registered', 'rejected', 'declined_by_partner', 'withdrawn')`

/**
 * One partner went into another: its invitations are those of the one that stays, with their moves and messages.
 * @throws Refusal `partners_both_invited`: a partner is invited once at a time
 */
export async function moveInvitations(
  tx: Tx,
  { stays, goes }: { readonly stays: string; readonly goes: string },
): Promise<void> {
  const [open] = await rows<{ n: number | string }>(tx, OPEN, [stays, goes])
  if (Number(open?.n ?? 0) > 1)
    throw new Refusal(
      'conflict',
      'partners_both_invited',
      'an invitation of each is under way: take one back before they become one',
    )
  await rows(
    tx,
    'UPDATE invitation SET partner_id = ?, version = version + 1 WHERE partner_id = ? RETURNING id',
    [stays, goes],
  )
}
