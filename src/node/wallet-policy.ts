import type { ReceivedDelegations, SentRequests } from '../access/index.ts'
import { AGREEMENT_TYPE } from '../agreements/index.ts'
import { type Did, Refusal } from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import type { OpenWalletPolicy, WalletPolicy } from '../oid4vci/index.ts'
import type { Replaced } from '../parties/index.ts'
import { STATEMENT } from '../sharing/index.ts'
import type { Tx } from '../store/index.ts'
import type { Trust } from '../trust/index.ts'

export interface WalletPolicyDeps {
  readonly types: CredentialTypes
  readonly trust: Trust
  readonly sentRequests: SentRequests
  readonly delegations: ReceivedDelegations
  /** Address of the trust anchor's node. */
  readonly anchorUrl: string
  /** Who holds a live grant of ours and has its wallet at this URL: it may state something to us. */
  readonly granteesAt: (wallet: string) => Promise<readonly Did[]>
  /** A credential gave way to a newer one, in the same transaction. */
  readonly whenReplaced: (tx: Tx, by: 'system', change: Replaced) => Promise<void>
}

const answers: readonly string[] = ['access-grant', 'access-denial']
const DELEGATION = 'access-delegation'

/**
 * What our wallets take without asking anybody: what the trust anchor issues to us, grants and denials that answer a
 * request of ours, delegations that were announced, what somebody who may read of us states to us, and what partners
 * issue whom `agent.yml` lists for the type. Everything else is refused before anything is fetched.
 */
export function createWalletPolicy({
  types,
  trust,
  sentRequests,
  delegations,
  anchorUrl,
  granteesAt,
  whenReplaced,
}: WalletPolicyDeps): WalletPolicy {
  const anchorOrigin = new URL(anchorUrl).origin
  const nameOf = (vct: string | null) => (vct ? types.find(vct)?.name : undefined) ?? ''
  return {
    acceptsFrom: async ({ credentialIssuer, configurationIds }) => {
      const { origin } = new URL(credentialIssuer)
      if (configurationIds.includes(DELEGATION)) return delegations.expectsFrom(origin)
      if (origin === anchorOrigin || (await sentRequests.expectsFrom(origin))) return true
      if (configurationIds.every((id) => id === STATEMENT) && (await granteesAt(credentialIssuer)).length > 0)
        return true
      const vcts = configurationIds.map((id) => types.findByName(id)?.vct ?? null)
      return trust.listsAt(credentialIssuer, vcts)
    },
    accepts: async (report, _compact, holder, credentialIssuer) => {
      if (answers.includes(nameOf(report.vct))) {
        if (holder.kind !== 'organisation') throw notExpected()
        await sentRequests.requireExpected(report, credentialIssuer)
        return
      }
      if (nameOf(report.vct) === DELEGATION) {
        if (holder.kind !== 'organisation') throw notExpected()
        await delegations.requireExpected(report, credentialIssuer)
        return
      }
      if (nameOf(report.vct) === STATEMENT) {
        const may = report.issuer !== null && (await granteesAt(credentialIssuer)).includes(report.issuer)
        if (!may || holder.kind !== 'organisation' || !(await trust.assess(report)).trusted)
          throw notExpected()
        return
      }
      const type = report.vct ? types.find(report.vct) : null
      const isExpected =
        type?.issuerRule === 'trust-anchor' || (await trust.listsAt(credentialIssuer, [report.vct]))
      // What is held is held of a DID.
      if (!isExpected || report.issuer === null || !(await trust.assess(report)).trusted) throw notExpected()
    },
    // Grants and denials each answer a request of their own, and delegations stand beside each other; of the rest, what
    // an issuer says of us now.
    replaces: ({ vct }) => ![...answers, DELEGATION].includes(nameOf(vct)),
    // A partner states one thing of each period; what was agreed stands beside what else was agreed.
    matterOf: (vct, claims) => {
      if (nameOf(vct) === AGREEMENT_TYPE) return String(claims.agreement)
      return nameOf(vct) === STATEMENT ? String(claims.period) : ''
    },
    received: async (tx, { row, report, credentialIssuer, replaced }) => {
      if (replaced) await whenReplaced(tx, 'system', { before: replaced, now: row })
      if (answers.includes(nameOf(row.vct))) await sentRequests.received(tx, row, report, credentialIssuer)
      if (nameOf(row.vct) === DELEGATION) await delegations.received(tx, row, report)
    },
  }
}

/**
 * What our wallets take of issuers outside the network, when somebody said yes to it. Of a type we know only what its
 * rule trusts: another issuer's would lie in front of the real one when it is presented. Those that answer something
 * of ours come by the network's own offers only. Types we do not know say nothing in the network, and are kept.
 */
export const createOpenWalletPolicy = ({
  types,
  trust,
  whenReplaced,
}: Pick<WalletPolicyDeps, 'types' | 'trust' | 'whenReplaced'>): OpenWalletPolicy => ({
  isRegistered: async (did) => (await trust.standingOf(did)) === 'valid',
  takes: async (report) => {
    const type = report.vct === null ? null : types.find(report.vct)
    if (!type) return
    if ([...answers, DELEGATION, STATEMENT].includes(type.name)) throw notExpected()
    const { trusted, code } = await trust.assess(report)
    if (!trusted)
      throw new Refusal('forbidden', 'credential_issuer_not_trusted', 'this issuer may not issue this type', {
        params: { reason: code ?? 'unknown' },
      })
  },
  replaced: (tx, change) => whenReplaced(tx, 'system', change),
})

const notExpected = () =>
  new Refusal('forbidden', 'offer_not_expected', 'we do not take this credential from there')
