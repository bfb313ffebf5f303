import { column, EntitySchema, type Migration } from '../store/index.ts'

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]

/** Something that takes too long to wait for with a request. */
export interface JobRow {
  id: string
  /** What is done, such as `partners.import`. */
  kind: string
  /** What it is done to: one job at a time. */
  subject: string
  userId: string
  state: JobState
  /** How it is to be done, sealed; gone once it ended. */
  input: Buffer | null
  result: object | null
  /** Why it failed: the code of a refusal. */
  code: string | null
  createdAt: number
  endedAt: number | null
}

export const jobTable = new EntitySchema<JobRow>({
  name: 'job',
  columns: {
    id: column.id(),
    kind: column.text('kind'),
    subject: column.text('subject'),
    userId: column.text('user_id'),
    state: column.text('state'),
    input: column.optionalBytes('input'),
    result: column.optionalJson('result'),
    code: column.optionalText('code'),
    createdAt: column.time('created_at'),
    endedAt: column.optionalTime('ended_at'),
  },
})

export const jobsMigration: Migration = {
  id: 1795000990010,
  name: 'Jobs',
  up: [
    `CREATE TABLE job (
      id text PRIMARY KEY, kind text NOT NULL, subject text NOT NULL, user_id text NOT NULL, state text NOT NULL,
      input text, result text, code text, created_at bigint NOT NULL, ended_at bigint)`,
    'CREATE INDEX job_of ON job (user_id)',
    // One at a time, whoever asks: the database says so.
    "CREATE UNIQUE INDEX job_under_way ON job (subject) WHERE state IN ('waiting', 'running')",
  ],
}
