export { openUnlessErased, sealUnlessErased } from './erased.ts'
export { decrypt, encrypt, equalBytes, Vault } from './vault.ts'
export { vaultKeyTable, vaultMigration } from './vault-table.ts'
export { type WrittenColumn, type WrittenKind, WrittenTexts } from './written.ts'
