export { AskedVersions, type PolicyMail, policyTellHandlers } from './asked-versions.ts'
export { Campaigns } from './campaigns.ts'
export { policyAskedMail, resumedMail, suspendedMail } from './mail-templates.ts'
export {
  type AskedOperationsDeps,
  askedPolicyOperations,
  type CampaignOperationsDeps,
  policyCampaignOperations,
} from './operations.ts'
export type { PolicyTell } from './ports.ts'
export { Suspensions } from './suspensions.ts'
export { policyCampaignMigrations, policyCampaignTables } from './tables.ts'
