export type { Allocated, ListFormat } from './allocation.ts'
export { createBitstringChecker } from './bitstring-checker.ts'
export {
  createStatusChecker,
  type StatusAnswer,
  type StatusChecker,
  type StatusCheckerDeps,
  type StatusCode,
} from './checker.ts'
export { ListCache } from './list-cache.ts'
export type { ListSigner } from './list-signer.ts'
export { CERTIFICATE, type OwnListSigner } from './own-signer.ts'
export { STATUS_LIST_TYP } from './publication.ts'
export { type PublisherDeps, StatusPublisher } from './publisher.ts'
export { statusListRoutes } from './routes.ts'
export { credentialStatus, type StatusClaim, type StatusEntry, type StatusState } from './status.ts'
export { type LocalStatus, type ServedList, StatusLists, type StatusListsDeps } from './status-lists.ts'
export { statusListsMigrations } from './tables.ts'
