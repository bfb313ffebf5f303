export type { AdministratorConfig, ChainConfig, Config, OrganisationConfig, Secrets } from './config.ts'
