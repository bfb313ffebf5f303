export type { PolicyAccepted } from './anchor-deps.ts'
export { Applicant, type ApplicantDeps } from './applicant.ts'
export { applicantOperations } from './applicant-operations.ts'
export type { CaseFile, CaseFiles } from './case/case-files.ts'
export { type CaseState, caseStates } from './case/case-state.ts'
export type { MoverKind } from './case/case-table.ts'
export type { Decisions } from './case/decisions.ts'
export type { Intake, Redeem, Redeemed } from './case/intake.ts'
export {
  type CaseContact,
  caseContactSchema,
  type InvitedPartner,
  invitedPartnerSchema,
} from './case/invited.ts'
export type { CaseMoves, Moved, Mover, WhenMoved } from './case/moves.ts'
export { type CasesDeps, openCases } from './case/open-cases.ts'
export { anchorOperations } from './case/operations.ts'
export { CompanyAcceptances, type CompanyAcceptancesDeps } from './company-acceptances.ts'
export { PersonAcceptances } from './person-acceptances.ts'
export type { Offers, RelayPort } from './ports.ts'
export { type SelfRegisterDeps, selfRegister } from './self-register.ts'
export { SignedAcceptances } from './signed-acceptances.ts'
export { registrationEntities, registrationMigrations, signedAcceptanceTable } from './tables.ts'
