export { Audit } from './audit.ts'
export { type AuditData, auditHeadTable, auditMigration, auditTable } from './audit-table.ts'
export { auditOperations } from './operations.ts'
