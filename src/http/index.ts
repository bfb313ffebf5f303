export { IdempotencyStore } from './idempotency-store.ts'
export { idempotencyMigration, idempotencyTable } from './idempotency-table.ts'
export { type OpenApiDocument, openApiDocument } from './openapi.ts'
export type {
  Answer,
  ApiInfo,
  Attempt,
  Authenticate,
  Begun,
  HealthCheck,
  HealthReport,
  HttpOptions,
  Idempotency,
  Limits,
  MountedRouter,
  RequestParts,
} from './ports.ts'
export { createDoor, createHttp, type Http } from './server.ts'
export { titleOf } from './titles.ts'
