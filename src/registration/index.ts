export { anchorOperations } from './anchor-operations.ts'
export { Applicant, type ApplicantDeps } from './applicant.ts'
export { applicantOperations } from './applicant-operations.ts'
export { CaseFiles, type CaseFilesDeps } from './case-files.ts'
export { PersonAcceptances } from './person-acceptances.ts'
export type { Offers, RelayPort } from './ports.ts'
export { type SelfRegisterDeps, selfRegister } from './self-register.ts'
export {
  registrationEntities,
  registrationMigration,
  registrationReasonMigration,
  signedAcceptanceTable,
} from './tables.ts'
