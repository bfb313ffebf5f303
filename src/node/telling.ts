import { endCodeOf, grantsOver, type ReceivedGrants } from '../access/index.ts'
import type { AgreementTell } from '../agreements/index.ts'
import { isNotTaken } from '../chains/index.ts'
import { type Caller, type Did, seconds } from '../core/index.ts'
import type { HeldCredentialRow } from '../credentials/index.ts'
import {
  type MayLeave,
  Push,
  type Tell,
  type TellHandler,
  type TellHandlers,
  type TellKind,
  type Tried,
} from '../events/index.ts'
import { type NoticeRow, Notices } from '../notices/index.ts'
import type { Replaced } from '../parties/index.ts'
import { type DeletionStatement, deletedUnder, type Receipts } from '../receipts/index.ts'
import type { Records, Settlement } from '../records/index.ts'
import type { Tx } from '../store/index.ts'
import type { SecretTell } from '../trade-secrets/index.ts'
import type { CorrectionHandlers } from './corrections.ts'
import type { Granting } from './granting.ts'
import type { Ground } from './ground.ts'
import type { Messaging } from './messaging.ts'
import type { Network } from './network.ts'

/** Who deals with what others tell us. */
interface Tellers {
  readonly records: Records
  readonly grants: ReceivedGrants
  readonly receipts: Receipts
  readonly corrections: { readonly handlers: CorrectionHandlers }
  readonly granting: Granting
  readonly cases: { readonly handlers: Pick<TellHandlers, 'case-opened' | 'case-closed'> }
  readonly messaging: Messaging
  readonly invitations: { readonly handlers: Pick<TellHandlers, 'invitation-moved' | 'invitation-message'> }
  readonly chains: ChainTelling
  readonly agreements: { readonly handlers: Pick<TellHandlers, AgreementTell['kind']> }
  readonly tradeSecrets: { readonly handlers: Pick<TellHandlers, SecretTell['kind']> }
}

/** What is told about chains, and what ends with what; node/chains.ts answers. */
interface ChainTelling {
  readonly delegated: TellHandler<'delegated'>
  readonly allowed: TellHandler<'delegation-allowed'>
  readonly mayEnd: (from: Did, id: string) => Promise<boolean>
  readonly ended: (tx: Tx, from: Did, end: { grant: string; code: string }) => Promise<void>
  readonly isOwner: (tx: Tx, from: Did, id: string) => Promise<boolean>
}

/** What only the trust anchor tells: node/policy-campaigns.ts deals with it. */
type PolicyKind = 'policy-asked' | 'attestation-suspended' | 'attestation-resumed'

export type Telling = ReturnType<typeof openTelling>

/** Tell: who hears of what we correct and end, and what we do with what others tell us. */
export function openTelling(ground: Ground, { directory }: Network) {
  const push = new Push({
    ...ground,
    organisation: () => ground.parties.organisation(),
    walletOf: async (did) => (await directory.find(did)).wallet,
  })
  const notices = new Notices({
    ...ground,
    tell: (tx, notice) => push.tell(tx, notice.recipient, tellFor(notice), notice.id),
  })
  for (const kind of ['claims-changed', 'grant-ended'] as const)
    push.whenTried(kind, (id, outcome) => notices.tried(id, outcome))
  /** All of a credential is not as it was. */
  const gone = (tx: Tx, { lineageId }: HeldCredentialRow) => ({
    lineageId,
    differs: () => true,
    now: ground.clock.now(),
    deletedUnder: (grantIds: readonly string[]) => deletedUnder(tx, grantIds),
  })
  return {
    notices,
    /** Says what keeps the tries to tell a kind of thing. */
    whenTried: (kind: TellKind, tried: Tried, mayLeave?: MayLeave) => push.whenTried(kind, tried, mayLeave),
    /** Tells an organisation something, after the commit and until it is taken. */
    tell: (tx: Tx, to: Did, tell: Tell, id?: string) => push.tell(tx, to, tell, id),
    tellNow: (to: Did, tell: Tell) => push.tellNow(to, tell),
    /** What was told, or waits to be, is destroyed where it is hers. */
    forget: (tx: Tx, isHers: (tell: Tell) => boolean) => push.forget(tx, isHers),
    /** Everybody who holds, or held, a grant over what was corrected hears of it. */
    replaced: async (tx: Tx, by: Caller | 'system', { before, now }: Replaced) => {
      const differs = await ground.credentials.differ(before, now)
      const correction = {
        lineageId: now.lineageId,
        differs,
        now: ground.clock.now(),
        deletedUnder: (grantIds: readonly string[]) => deletedUnder(tx, grantIds),
      }
      await notices.corrected(tx, by, await grantsOver(tx, correction))
    },
    /** Everybody who holds, or held, a grant over what was signed with a key that is given up reads it anew. */
    signedAnew: async (tx: Tx, by: Caller | 'system', { now }: Replaced) => {
      await notices.corrected(tx, by, await grantsOver(tx, gone(tx, now)))
    },
    /** Everybody who holds, or held, a grant over what was taken away hears that it is not so any more. */
    withdrawn: async (tx: Tx, by: Caller | 'system', row: HeldCredentialRow) => {
      await notices.corrected(tx, by, await grantsOver(tx, gone(tx, row)))
    },
    /** Says what became of what we were told, in the transaction in which it did. */
    settle: async (tx: Tx, { tell, partner, outcome, reason }: Settlement) => {
      await push.tell(tx, partner, { kind: 'tell-settled', tell, outcome, ...(reason && { reason }) })
    },
    /** What we do with what others tell us, kind by kind. */
    handlers: ({
      records,
      grants,
      receipts,
      corrections,
      granting,
      messaging,
      invitations,
      cases,
      chains,
      agreements,
      tradeSecrets,
    }: Tellers): Omit<TellHandlers, PolicyKind> => {
      const isOurGrantor = async (from: Did, { grant }: { grant: string }) =>
        (await grants.find(ground.store.reader, grant))?.partner === from
      return {
        ...cases.handlers,
        'claims-changed': {
          isExpected: isOurGrantor,
          accept: (tx, { id, issuer, tell: { grant, claims } }) =>
            records.outdated(tx, { grantId: grant, partner: issuer, claims, tell: id }),
        },
        'grant-ended': {
          isExpected: async (from, tell) =>
            (await isOurGrantor(from, tell)) || chains.mayEnd(from, tell.grant),
          accept: async (tx, { id, issuer, tell: { grant, reason } }) => {
            const code = endCodeOf(reason, 'grant_ended')
            await granting.counters.heldEnded(tx, issuer, grant)
            await records.ended(tx, { grantId: grant, partner: issuer, code })
            await chains.ended(tx, issuer, { grant, code })
            // Only an owner waits for an answer; what it did not take in was no news to keep.
            if (!isNotTaken(code) && (await chains.isOwner(tx, issuer, grant)))
              await push.tell(tx, issuer, { kind: 'tell-settled', tell: id, outcome: 'acknowledged' })
          },
        },
        'copy-settled': {
          isExpected: (from, { grant }) => receipts.isGrantee(from, grant),
          accept: (tx, { issuer, tell }) =>
            receipts.partnerAnswered(tx, {
              grantId: tell.grant,
              from: issuer,
              at: tell.at * 1000,
              ...(tell.outcome === 'kept'
                ? { outcome: 'kept', reason: tell.reason, until: tell.until && tell.until * 1000 }
                : { outcome: 'deleted' }),
            }),
        },
        ...granting.tellHandlers,
        delegated: chains.delegated,
        'delegation-allowed': chains.allowed,
        'tell-settled': {
          isExpected: async (from, { tell }) =>
            (await notices.isExpected(from, tell)) || messaging.delivery.isOurs(from, tell),
          accept: async (tx, { issuer, tell }) => {
            await notices.settled(tx, issuer, tell)
            if (tell.outcome === 'impossible')
              await messaging.delivery.notTaken(tx, issuer, tell.tell, tell.reason ?? 'not_said')
          },
        },
        ...corrections.handlers,
        ...agreements.handlers,
        ...tradeSecrets.handlers,
        ...messaging.handlers,
        ...invitations.handlers,
      }
    },
  }
}

/** Our word on a copy, as it is told. */
export const copySettled = ({ grantId: grant, at, kept }: DeletionStatement): Tell => ({
  kind: 'copy-settled',
  grant,
  at: seconds(at),
  ...(kept
    ? { outcome: 'kept', reason: kept.reason, ...(kept.until && { until: seconds(kept.until) }) }
    : { outcome: 'deleted' }),
})

const tellFor = ({ kind, grantId: grant, claims, reason }: NoticeRow): Tell =>
  kind === 'corrected'
    ? { kind: 'claims-changed', grant, claims: claims.map(({ vct, path }) => ({ vct, path: [...path] })) }
    : { kind: 'grant-ended', grant, reason: reason ?? 'grant_ended' }
