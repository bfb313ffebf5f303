export {
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
export { AnswerAsk } from './answer-ask.ts'
export { AskLedger } from './ask-ledger.ts'
export { Consent } from './consent.ts'
export { grantsOver } from './corrections.ts'
export type { Actor } from './decide.ts'
export { endsMigration } from './ends-migration.ts'
export { GivenGrants } from './given-grants.ts'
export { GrantRecords } from './grant-records.ts'
export type { AskOutcome, AskQuery, VerifiedAsk } from './incoming-ask.ts'
export { requireMayDecide, subjectsOf } from './may-decide.ts'
export { refOf } from './operation-values.ts'
export { accessOperations } from './operations.ts'
export type { AnsweredReport, AskAnswer, OutgoingAsk, PartnerAddress, PreparedAsk } from './outgoing-ask.ts'
export { OwnerView } from './owner-view.ts'
export { Reading } from './reading.ts'
export { ReceivedGrants } from './received-grants.ts'
export { SentRequests } from './sent-requests.ts'
