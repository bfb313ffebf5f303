export type { AdministratorConfig, ChainConfig, Config, OrganisationConfig, Secrets } from './config.ts'
export { qualityOf, retentionOf } from './config.ts'
export {
  type Env,
  loadConfig,
  type NetworkFile,
  type NodeSettings,
  networkFilePath,
  readSettings,
} from './load-config.ts'
export { loadSecrets, secretVariables } from './load-secrets.ts'
