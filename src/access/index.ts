export {
  type Asker,
  accessEventTable,
  accessMigration,
  type GivenGrantRow,
  givenGrantTable,
  grantLineageMigration,
  grantLineageTable,
  receivedGrantTable,
  receivedRequestTable,
  sentRequestTable,
} from './access-tables.ts'
export { grantAgreementMigration } from './agreement-migration.ts'
export { AnswerAsk, type AnswerAskDeps } from './answer-ask.ts'
export { AskLedger } from './ask-ledger.ts'
export { CaseAccess } from './case-access.ts'
export { judgedRequestMigration } from './catalogue-migration.ts'
export type { LinkProof, ShownLink } from './chain.ts'
export {
  allowedAgainMigration,
  chainMigration,
  expectedDelegationTable,
  grantLinkTable,
} from './chain-tables.ts'
export { Channels, type GivenChannel, type HeldChannel } from './channels.ts'
export { Consent } from './consent.ts'
export { grantsOver } from './corrections.ts'
export { CounterAsks } from './counter-asks.ts'
export { CounterOffers, type CounterOffersDeps } from './counter-offers.ts'
export { counterMigration, counterOfferTable, sentDigestTable } from './counter-table.ts'
export type { Actor, ClaimTarget } from './decide.ts'
export { type DelegationClaims, delegationClaimsOf, type LinkTold, saysAsTold } from './delegation-claims.ts'
export { dueMarkTable, dueMigration, reminderSettingsTable } from './due-table.ts'
export { type EndCode, endCodeOf } from './end-codes.ts'
export { endsMigration } from './ends-migration.ts'
export { GivenGrants } from './given-grants.ts'
export { GrantEnds } from './grant-ends.ts'
export { GrantRecords } from './grant-records.ts'
export { type GrantUse, grantUses } from './grant-uses.ts'
export type { AskOutcome, AskQuery, InReturnFor, VerifiedAsk } from './incoming-ask.ts'
export { Links, type NewLink } from './links.ts'
export { ListedRequests, needsALook } from './listed-requests.ts'
export { type LookFilter, looksBetween } from './look-log.ts'
export { AccessMails } from './mails.ts'
export { MarketingObjection } from './marketing-objection.ts'
export { requireMayDecide, subjectsOf } from './may-decide.ts'
export { lastMoment, refOf, targetsFrom } from './operation-values.ts'
export { accessOperations } from './operations.ts'
export type {
  AnsweredReport,
  AskAnswer,
  LeftOut,
  OutgoingAsk,
  PartnerAddress,
  PreparedAsk,
} from './outgoing-ask.ts'
export { OwnerView } from './owner-view.ts'
export { forgetLookers, pruneAccessEvents } from './prune-events.ts'
export { Reading } from './reading.ts'
export { ReceivedDelegations } from './received-delegations.ts'
export { type PassableGrant, ReceivedGrants } from './received-grants.ts'
export { type Reminder, Reminders } from './reminders.ts'
export { Restrictions } from './restrictions.ts'
export { accessRightsMigration, claimRestrictionTable, marketingObjectionTable } from './rights-tables.ts'
export { requestReasons, SentRequests } from './sent-requests.ts'
export { recordShown } from './shown.ts'
export { Withdrawals } from './withdrawals.ts'
