export { anchorOperations } from './anchor-operations.ts'
export { Applicant, type ApplicantDeps } from './applicant.ts'
export { applicantOperations } from './applicant-operations.ts'
export { CaseFiles, type CaseFilesDeps } from './case-files.ts'
export { addressSchema, MESSAGE_LIFETIME_S } from './messages.ts'
export { PersonAcceptances } from './person-acceptances.ts'
export type { Offers, RelayPort } from './ports.ts'
export { burn } from './replay.ts'
export { type SelfRegisterDeps, selfRegister } from './self-register.ts'
export {
  registrationEntities,
  registrationMigration,
  registrationReasonMigration,
  signedAcceptanceTable,
} from './tables.ts'
export { type JudgeVat, requireStorableVat } from './vat-number.ts'
