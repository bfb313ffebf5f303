export { type JobKind, Jobs, type Work } from './jobs.ts'
export { describeJob, jobOperations, jobOutput } from './operations.ts'
export { jobsMigration, jobTable } from './tables.ts'
