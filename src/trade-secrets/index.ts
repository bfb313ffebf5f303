export { Documents } from './documents.ts'
export { type TradeSecretsOperationsDeps, tradeSecretsOperations } from './operations.ts'
export { Register } from './register.ts'
export { tradeSecretsMigration, tradeSecretTables } from './tables.ts'
