export { type AcceptedIssuers, createAcceptedIssuers } from './accepted-issuers.ts'
export { type AnchorClient, createAnchorClient } from './anchor-client.ts'
export {
  MESSAGE_LIFETIME_S,
  type ReadMessage,
  readMessage,
  requireFresh,
  requireSigned,
  wrongAudience,
} from './anchor-message.ts'
export { ATTESTATION_TYPE, type AttestationState, Attestations } from './attestations.ts'
export { isMarketing } from './marketing.ts'
export { registryOperations, trustOperations } from './operations.ts'
export {
  createOwnPolicies,
  createRemotePolicies,
  type Policies,
  type PolicyRef,
  policyDigestChanged,
} from './policies.ts'
export { loadPolicies, type Policy, sha256 } from './policy-files.ts'
export { alreadyRegistered, notRegistered, Registry, type RegistryLookup } from './registry.ts'
export { createRegistryClient, type RegistryClient } from './registry-client.ts'
export { registryRoutes } from './registry-routes.ts'
export {
  type RegistryEntry,
  type RegistryEvent,
  registryEventKinds,
  registryEventTable,
  registryStates,
  registryTable,
  trustMigrations,
  trustTables,
} from './tables.ts'
export { type Assessment, Trust } from './trust.ts'
export {
  type AnchorDescription,
  type AnchorSource,
  createOwnAnchor,
  createRemoteAnchor,
  type TrustAnchor,
} from './trust-anchor.ts'
export { type Verification, Verifier } from './verifier.ts'
export { type LegalBasis, loadVocabulary, type Purpose, type Vocabulary } from './vocabulary.ts'
export { trustRoutes } from './well-known.ts'
