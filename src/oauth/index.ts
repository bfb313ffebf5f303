export { type Call, type CallAnswer, call, errorCodeOf, isSameOrigin } from './http-call.ts'
export { type OAuthError, OAuthRefusal } from './oauth-refusal.ts'
export { hashSecret, newSecret } from './secrets.ts'
export { bearerOf, formBody, jsonBody, noStore, oauthErrors, readForm, readJson } from './wire.ts'
