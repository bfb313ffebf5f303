import { grantsOver, type Reading } from '../access/index.ts'
import type { Caller, Did } from '../core/index.ts'
import { Push, type SecurityEvent, type Tell } from '../events/index.ts'
import { type NoticeRow, Notices } from '../notices/index.ts'
import type { Replaced } from '../parties/index.ts'
import type { Tx } from '../store/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

export type Telling = ReturnType<typeof openTelling>

/** Tell: who hears of what we correct and end, and what we do with what others tell us. */
export function openTelling(ground: Ground, { directory }: Network) {
  const push = new Push({
    ...ground,
    organisation: () => ground.parties.organisation(),
    walletOf: async (did) => (await directory.find(did)).wallet,
    tried: async (id, { kind }, outcome) => {
      if (kind !== 'tell-settled') await notices.tried(id, outcome)
    },
  })
  const notices = new Notices({
    ...ground,
    tell: (tx, notice) => push.tell(tx, notice.recipient, tellOf(notice), notice.id),
  })
  return {
    notices,
    /** Everybody who holds, or held, a grant over what was corrected hears of it. */
    replaced: async (tx: Tx, by: Caller | 'system', { before, now }: Replaced) => {
      const changed = await ground.credentials.changedClaims(before, now)
      if (changed.length > 0) await notices.corrected(tx, by, await grantsOver(tx, now.lineageId, changed))
    },
    /** Whether that party has anything to tell us about that. */
    isExpected: (reading: Reading) => (from: Did, tell: Tell) =>
      tell.kind === 'tell-settled' ? notices.isExpected(from, tell.tell) : reading.isFrom(from, tell.grant),
    /** What follows from what we were told, in the transaction that takes it in. */
    accept:
      (reading: Reading) =>
      async (tx: Tx, { id, issuer, tell }: SecurityEvent) => {
        if (tell.kind === 'tell-settled') return notices.settled(tx, issuer, tell)
        if (tell.kind === 'grant-ended') await reading.end(tx, tell.grant, tell.reason)
        const answer =
          tell.kind === 'grant-ended'
            ? { outcome: 'acknowledged' as const }
            : { outcome: 'impossible' as const, reason: 'record_not_kept' }
        await push.tell(tx, issuer, { kind: 'tell-settled', tell: id, ...answer })
      },
  }
}

const tellOf = ({ kind, grantId: grant, claims, reason }: NoticeRow): Tell =>
  kind === 'corrected'
    ? { kind: 'claims-changed', grant, claims: claims.map(({ vct, path }) => ({ vct, path: [...path] })) }
    : { kind: 'grant-ended', grant, reason: reason ?? 'ended' }
