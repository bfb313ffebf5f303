export { reciprocityOperations } from './operations.ts'
export { OwnLooks } from './own-looks.ts'
export { Reciprocity } from './reciprocity.ts'
export { lookCountTable, reciprocityMigration } from './reciprocity-tables.ts'
