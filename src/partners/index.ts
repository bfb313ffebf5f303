export { contactIdsOf, partnerContactMigration } from './cards/card-table.ts'
export { Cards } from './cards/cards.ts'
export { contactsMigration } from './contact-table.ts'
export { type Contact, Contacts, type ErasedContact } from './contacts.ts'
export { differencesOf } from './differences.ts'
export { judgeVat, plainName } from './import/index.ts'
export { importJobs } from './import-operations.ts'
export type { ImportedPerson } from './import-rows.ts'
export { Imports, type ImportsDeps } from './imports.ts'
export { Many } from './many.ts'
export { csvMappingMigration } from './mappings/mapping-table.ts'
export { agedSince } from './merge-content.ts'
export { partnerMergeMigration } from './merged-table.ts'
export { type Merged, Merging } from './merging.ts'
export { metPartiesMigration } from './met-parties.ts'
export type { NetworkParty, RegistryPort } from './network.ts'
export { partnersOperations, type ShownData, shownInList } from './operations.ts'
export { comparable, ownValues } from './own-fields.ts'
export type { OwnField, PartnerContent } from './partner.ts'
export { PartnerDirectory } from './partner-directory.ts'
export {
  partnerImportUndoMigration,
  partnerSaidMigration,
  partnersMigration,
  partnerTables,
} from './partner-table.ts'
export { type Partner, Partners } from './partners.ts'
export {
  type PartnerQuality,
  type QualityCode,
  type QualityPort,
  qualityCodes,
  qualityReasonOutput,
} from './quality-output.ts'
export type { PartnerFilter } from './selection.ts'
export type { SharedValue } from './shared-values.ts'
export { TakeOver } from './take-over.ts'
