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
export { type AskAnswer, Asking, type OutgoingAsk, type PartnerAddress, type PreparedAsk } from './asking.ts'
export { Consent } from './consent.ts'
export type { Actor } from './decide.ts'
export { accessOperations } from './operations.ts'
