export { AccessLog } from './access-log.ts'
export {
  accessEventTable,
  accessMigration,
  givenGrantTable,
  receivedGrantTable,
  receivedRequestTable,
  sentRequestTable,
} from './access-tables.ts'
export { AnswerAsk } from './answer-ask.ts'
export type { AskOutcome, AskQuery, VerifiedAsk } from './ask.ts'
export { AskLedger } from './ask-ledger.ts'
export { Asking } from './asking.ts'
export { Consent } from './consent.ts'
export type { Actor } from './decide.ts'
export { accessOperations } from './operations.ts'
export type { AnsweredReport, AskAnswer, OutgoingAsk, PartnerAddress, PreparedAsk } from './outgoing-ask.ts'
export { Reading } from './reading.ts'
