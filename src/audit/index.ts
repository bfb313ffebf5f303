export { Audit, type ChainPlace, chainStart, type SealedEntry } from './audit.ts'
export { type AuditData, auditHeadTable, auditMigration, auditTable } from './audit-table.ts'
export { auditOperations } from './operations.ts'
