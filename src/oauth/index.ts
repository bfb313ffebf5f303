export {
  type AttestationStatus,
  type AttestedClient,
  providersFor,
  requireAttestationStatus,
  requireSignedBy,
  type TrustedProviders,
  trustsProviders,
  verifyClientAttestation,
  type WalletProvider,
} from './client-attestation.ts'
export { type DpopDeps, type DpopProof, newDpopNonce, verifyDpop } from './dpop.ts'
export { createDpopProof, DPOP_ALG, type DpopKey, newDpopKey, openDpopKey } from './dpop-key.ts'
export { type Call, type CallAnswer, call, errorCodeOf, isSameOrigin, jsonObjectOf } from './http-call.ts'
export {
  type ClientIdPrefix,
  clientIdPrefixes,
  REQUEST_TYP,
  type ResponseMode,
  responseModes,
} from './names.ts'
export { type OAuthError, OAuthRefusal } from './oauth-refusal.ts'
export type { Once } from './once.ts'
export { CODE_CHALLENGE, isVerifierOf, newPkce } from './pkce.ts'
export { hashSecret, newSecret } from './secrets.ts'
export { type Ticket, Tickets } from './tickets.ts'
export {
  bodyText,
  cookieOf,
  dpopHeaderOf,
  formBody,
  isJwt,
  jsonBody,
  jsonOrJwtBody,
  noStore,
  oauthErrors,
  readForm,
  readJson,
  type SentToken,
  tokenOf,
} from './wire.ts'
