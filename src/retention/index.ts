export { Retention, type RetentionDeps, type Stock } from './retention.ts'
