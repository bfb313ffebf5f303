import { accessOperations } from '../access/index.ts'
import {
  type AgreementsOperationsDeps,
  type AnchorDeposits,
  agreementAnchorOperations,
  agreementsOperations,
} from '../agreements/index.ts'
import { type Audit, auditOperations } from '../audit/index.ts'
import {
  type AnchorBillingDeps,
  anchorBillingOperations,
  type MemberBillingDeps,
  memberBillingOperations,
} from '../billing/index.ts'
import { casesOperations } from '../cases/index.ts'
import { chainsOperations } from '../chains/index.ts'
import { consentKeysOperations } from '../consent-keys/index.ts'
import { type ContractsOperationsDeps, contractsOperations } from '../contracts/index.ts'
import type { AnyOperation } from '../core/index.ts'
import { correctionsOperations } from '../corrections/index.ts'
import {
  type HostingOperationsDeps,
  hostingOperations,
  type LeavingOperationsDeps,
  leavingOperations,
} from '../hosting/index.ts'
import { anchorInvitationOperations, inviterOperations } from '../invitations/index.ts'
import { type Jobs, jobOperations } from '../jobs/index.ts'
import { type LearningDeps, learningOperations } from '../learning/index.ts'
import { mailsOperations } from '../mail/index.ts'
import { messagesOperations } from '../messages/index.ts'
import { type BackupOperationsDeps, backupOperations } from '../node-file/index.ts'
import { noticesOperations } from '../notices/index.ts'
import { presentationOperations } from '../oid4vp/index.ts'
import { type OwnDidOperationsDeps, ownDidOperations } from '../own-did/index.ts'
import { partiesOperations } from '../parties/index.ts'
import { partnersOperations } from '../partners/index.ts'
import {
  type AskedOperationsDeps,
  askedPolicyOperations,
  type CampaignOperationsDeps,
  policyCampaignOperations,
} from '../policy-campaigns/index.ts'
import { presentingOperations } from '../presenting/index.ts'
import { type ProcessingOperationsDeps, processingOperations } from '../processing/index.ts'
import { qualityOperations } from '../quality/index.ts'
import { receiptsOperations } from '../receipts/index.ts'
import { reciprocityOperations } from '../reciprocity/index.ts'
import { recordsOperations } from '../records/index.ts'
import { type Applicant, anchorOperations, applicantOperations } from '../registration/index.ts'
import { registryHistoryOperations } from '../registry-history/index.ts'
import { rightsOperations } from '../rights/index.ts'
import { sharingOperations } from '../sharing/index.ts'
import { type SignInOperationsDeps, signInOperations } from '../sign-in/index.ts'
import { type StandingOperationsDeps, standingConsentOperations } from '../standing-consent/index.ts'
import { type TradeSecretsOperationsDeps, tradeSecretsOperations } from '../trade-secrets/index.ts'
import { type Registry, registryOperations, trustOperations } from '../trust/index.ts'
import { verificationOperations } from '../verification/index.ts'
import { type Webhooks, webhooksOperations } from '../webhooks/index.ts'
import type { InvitationsRoom } from './invitations.ts'

/** What the operations of each room run on. */
export interface OperationsDeps {
  readonly agreements: AgreementsOperationsDeps
  readonly contracts: ContractsOperationsDeps
  readonly tradeSecrets: TradeSecretsOperationsDeps
  readonly sharing: Parameters<typeof sharingOperations>[0]
  readonly messages: Parameters<typeof messagesOperations>[0]
  readonly notices: Parameters<typeof noticesOperations>[0]
  readonly parties: Parameters<typeof partiesOperations>[0]
  readonly consentKeys: Parameters<typeof consentKeysOperations>[0]
  readonly signIn: SignInOperationsDeps
  readonly jobs: Jobs
  readonly access: Parameters<typeof accessOperations>[0]
  readonly standing: StandingOperationsDeps
  readonly corrections: Parameters<typeof correctionsOperations>[0]
  readonly processing: ProcessingOperationsDeps
  readonly chains: Parameters<typeof chainsOperations>[0]
  readonly receipts: Parameters<typeof receiptsOperations>[0]
  readonly cases: Parameters<typeof casesOperations>[0]
  readonly partners: Parameters<typeof partnersOperations>[0]
  readonly quality: Parameters<typeof qualityOperations>[0]
  readonly reciprocity: Parameters<typeof reciprocityOperations>[0]
  readonly records: Parameters<typeof recordsOperations>[0]
  readonly rights: Parameters<typeof rightsOperations>[0]
  /** The books only on the trust anchor's node. */
  readonly billing: { readonly mine: MemberBillingDeps; readonly anchor: AnchorBillingDeps | null }
  readonly learning: LearningDeps
  readonly ownDid: OwnDidOperationsDeps
  readonly presentations: Parameters<typeof presentationOperations>[0]
  readonly presenting: Parameters<typeof presentingOperations>[0]
  readonly trust: Parameters<typeof trustOperations>[0]
  readonly verification: Parameters<typeof verificationOperations>[0]
  readonly invitations: Pick<InvitationsRoom, 'operations' | 'anchor'>
  readonly applicant: Applicant
  readonly askedPolicy: AskedOperationsDeps
  readonly offers: readonly AnyOperation[]
  /** Only on a host. */
  readonly hosting: HostingOperationsDeps | null
  readonly leaving: LeavingOperationsDeps
  readonly backups: BackupOperationsDeps
  readonly audit: Audit
  readonly webhooks: Webhooks
  readonly mail: Parameters<typeof mailsOperations>[0]
  /** Only on the trust anchor's node. */
  readonly anchor:
    | (Parameters<typeof anchorOperations>[0] & {
        readonly registry: Registry
        readonly campaigns: { readonly operations: CampaignOperationsDeps }
        readonly deposits: AnchorDeposits
        readonly history: { readonly operations: Parameters<typeof registryHistoryOperations>[0] }
      })
    | null
}

/** Everything a node can do: the routes, the OpenAPI document, the command line and the permission table are this list. */
export function operationsOf(deps: OperationsDeps): AnyOperation[] {
  return [
    ...partiesOperations(deps.parties),
    ...consentKeysOperations(deps.consentKeys),
    ...signInOperations(deps.signIn),
    ...accessOperations(deps.access),
    ...standingConsentOperations(deps.standing),
    ...agreementsOperations(deps.agreements),
    ...contractsOperations(deps.contracts),
    ...tradeSecretsOperations(deps.tradeSecrets),
    ...chainsOperations(deps.chains),
    ...noticesOperations(deps.notices),
    ...correctionsOperations(deps.corrections),
    ...messagesOperations(deps.messages),
    ...sharingOperations(deps.sharing),
    ...receiptsOperations(deps.receipts),
    ...processingOperations(deps.processing),
    // Before what takes any word after /partners for the name of one.
    ...recordsOperations(deps.records),
    ...qualityOperations(deps.quality),
    ...reciprocityOperations(deps.reciprocity),
    ...jobOperations(deps.jobs),
    ...partnersOperations(deps.partners),
    ...rightsOperations(deps.rights),
    ...memberBillingOperations(deps.billing.mine),
    ...(deps.billing.anchor ? anchorBillingOperations(deps.billing.anchor) : []),
    ...learningOperations(deps.learning),
    ...ownDidOperations(deps.ownDid),
    ...presentationOperations(deps.presentations),
    ...presentingOperations(deps.presenting),
    ...trustOperations(deps.trust),
    ...verificationOperations(deps.verification),
    ...casesOperations(deps.cases),
    ...inviterOperations(deps.invitations.operations),
    ...(deps.invitations.anchor ? anchorInvitationOperations(deps.invitations.anchor) : []),
    ...applicantOperations({ applicant: deps.applicant }),
    ...askedPolicyOperations(deps.askedPolicy),
    ...deps.offers,
    ...leavingOperations(deps.leaving),
    ...backupOperations(deps.backups),
    ...(deps.hosting ? hostingOperations(deps.hosting) : []),
    ...auditOperations(deps.audit),
    ...webhooksOperations(deps.webhooks),
    ...mailsOperations(deps.mail),
    ...(deps.anchor
      ? [
          // Before what takes any word after /registry/parties for a DID.
          ...registryHistoryOperations(deps.anchor.history.operations),
          ...registryOperations(deps.anchor.registry),
          ...anchorOperations(deps.anchor),
          ...policyCampaignOperations(deps.anchor.campaigns.operations),
          ...agreementAnchorOperations(deps.anchor),
        ]
      : []),
  ]
}
