export { addresseeOf, urlOfTenant } from './host-name.ts'
export { type HostedSecrets, Hosting, type HostingDeps, type LeavingKey } from './hosting.ts'
export {
  type HostingOperationsDeps,
  hostingOperations,
  type LeavingOperationsDeps,
  leavingOperations,
} from './operations.ts'
export type { HostingPort, Runtime } from './ports.ts'
export { type HostedRow, hostedTable, hostingMigrations, hostingTables } from './tables.ts'
