export type {
  AcceptedIssuer,
  AdministratorConfig,
  ChainConfig,
  Config,
  OpenIdConfig,
  OrganisationConfig,
  Secrets,
  TrustConfig,
} from './config.ts'
export { presentingOf, qualityOf, retentionOf, servicedeskOf, trustOf } from './config.ts'
export {
  type Env,
  loadConfig,
  type NetworkFile,
  type NodeSettings,
  networkFilePath,
  readSettings,
} from './load-config.ts'
export { loadSecrets, secretVariables } from './load-secrets.ts'
