export { didChangeMigration, didChangeTable, type Outcome } from './change-table.ts'
export { didDocumentRoutes } from './document-routes.ts'
export { type OwnDidOperationsDeps, ownDidOperations } from './operations.ts'
export { OwnDid } from './own-did.ts'
