export { reciprocityOperations } from './operations.ts'
export { Reciprocity } from './reciprocity.ts'
export { reciprocityMigration } from './reciprocity-migration.ts'
