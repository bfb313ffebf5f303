import { type Did, Refusal } from '../../core/index.ts'

/** Where a shared secret is, the same at both companies: open, over, and returned or destroyed. */
export const shareStates = ['live', 'ended', 'settled'] as const
export type ShareState = (typeof shareStates)[number]

/** What became of it at whoever received it. */
export const settledHow = ['returned', 'destroyed'] as const
export type SettledHow = (typeof settledHow)[number]

export type ShareMove = 'look' | 'end' | 'settle'

/** The only state each move is made in. */
const FROM: Readonly<Record<ShareMove, ShareState>> = { look: 'live', end: 'live', settle: 'ended' }

const DAY_MS = 86_400_000
/** How long who received it has to return or destroy it. */
const SETTLE_DAYS = 30

/** @throws Refusal `secret_share_live`, `secret_share_ended`, `secret_share_settled` */
export function requireShareMove(move: ShareMove, state: ShareState): void {
  if (state === FROM[move]) return
  const why = {
    live: 'this is still shared: there is nothing to return yet',
    ended: 'this is not shared any more',
    settled: 'this was returned or destroyed',
  }
  throw new Refusal('conflict', `secret_share_${state}`, why[state])
}

/** Until when it has to be returned or destroyed, ms since the epoch. */
export const settleBy = (endedAt: number): number => endedAt + SETTLE_DAYS * DAY_MS

/** Who at the receiving company needs to know: persons by DID, or whoever has one of these roles there. */
export interface PartnerNeed {
  readonly persons: readonly Did[]
  readonly roles: readonly string[]
}

export const needsToKnow = (
  { persons, roles }: PartnerNeed,
  { did, roles: held }: { readonly did: Did; readonly roles: readonly string[] },
): boolean => persons.includes(did) || roles.some((role) => held.includes(role))

/** @throws Refusal `secret_not_needed` */
export function requireNeed(
  need: PartnerNeed,
  person: { readonly did: Did; readonly roles: readonly string[] },
): void {
  if (needsToKnow(need, person)) return
  throw new Refusal('forbidden', 'secret_not_needed', 'this was shared with others who need to know')
}
