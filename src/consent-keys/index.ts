export { ConsentKeys, type ConsentSession, type Proof } from './consent-keys.ts'
export { type ConsentKeysOperationsDeps, consentKeysOperations, newSecret } from './operations.ts'
export { consentKeysMigration, guessTable, slotTable } from './slot-table.ts'
export { newDataKey, type SecretKey } from './wrapping.ts'
