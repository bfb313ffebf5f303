export {
  type CertifiedIssuing,
  type CertifiedIssuingDeps,
  createCertifiedIssuing,
} from './certified-issuer.ts'
export {
  credentialKeysMigration,
  credentialMigration,
  type HeldCredentialRow,
  heldCredentialTable,
  type IssuedCredentialRow,
  issuedCredentialTable,
} from './credential-table.ts'
export { Credentials, type Issued, type IssueInput, type Issuer } from './credentials.ts'
export { credentialDigest } from './digest.ts'
export { type HeldFormat, type HeldIssuer, heldIssuerOf, openCredential, readOpened } from './held-format.ts'
export type { IssuerKeysDeps, OutsideIssuer } from './issuer-key.ts'
export { IssuerMetadata } from './issuer-metadata.ts'
export { createIssuerTypeCheck, createIssuerTypes, TYPE_FROM_ISSUER } from './issuer-types/index.ts'
export { claimsOf } from './token-claims.ts'
export { typeRoutes } from './type-routes.ts'
export * from './types/index.ts'
export {
  type CredentialCheck,
  type CredentialReport,
  createVerifyCredential,
  type VerifyCredential,
  type VerifyCredentialDeps,
} from './verify-credential.ts'
export {
  createVerifyW3c,
  createVerifyW3cToken,
  type VerifyW3c,
  type VerifyW3cToken,
  verifyEither,
  W3cCredentials,
  w3cNameOf,
  w3cTypeOf,
} from './w3c/index.ts'
