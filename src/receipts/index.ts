export { copyReasons, deletedUnder } from './deletions.ts'
export { receiptsOperations } from './operations.ts'
export type { DeletionStatement, GrantSource, PartnerAnswer } from './ports.ts'
export {
  consentRecordTable,
  deletionAnswerTable,
  deletionStatementTable,
  deletionTellMigration,
  receiptsMigration,
} from './receipt-tables.ts'
export { Receipts } from './receipts.ts'
