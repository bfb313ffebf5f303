export { type Identifiers, Parties, type Party } from './parties.ts'
export {
  type PartyKind,
  type PartyProfile,
  partiesMigration,
  partyTable,
  tokenTable,
  userTable,
} from './party-table.ts'
