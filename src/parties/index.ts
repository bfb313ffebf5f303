export { Accounts } from './accounts.ts'
export { KeyReplacement } from './key-replacement.ts'
export { keyReplacementMigration, keyReplacementTable } from './key-replacement-table.ts'
export { partiesOperations } from './operations.ts'
export { type Identifiers, Parties, type Party } from './parties.ts'
export {
  type PartyKind,
  type PartyProfile,
  partiesMigration,
  partyTable,
  tokenTable,
  userTable,
} from './party-table.ts'
export { type NewPerson, People, type Replaced } from './people.ts'
export { Welcome } from './welcome.ts'
