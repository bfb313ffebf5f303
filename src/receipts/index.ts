export { receiptsOperations } from './operations.ts'
export type { DeletionStatement, GrantSource, PartnerAnswer, Tell } from './ports.ts'
export {
  consentRecordTable,
  deletionAnswerTable,
  deletionStatementTable,
  receiptsMigration,
} from './receipt-tables.ts'
export { Receipts } from './receipts.ts'
