import { column, EntitySchema, type Migration } from '../store/index.ts'

/** The wallet is on the device that shows the request, or on another. */
export const flows = ['cross_device', 'same_device'] as const
export type Flow = (typeof flows)[number]

/** `failed`: the wallet said that it cannot or will not. That the time is over is not written, but reckoned. */
export type SessionState = 'waiting' | 'done' | 'failed'

/** One request to a wallet we do not know, and what came of it. */
export interface SessionRow {
  /** Opens the result: known to who started it, never to the wallet of another device. */
  id: string
  /** In the addresses that the wallet calls. */
  requestId: string
  /** `user:<id>`, `client:<id>`; `page` and `sign-in` for the browser that started it there. */
  owner: string
  preset: string
  flow: Flow
  state: SessionState
  /** The request with its nonce and keys as JSON, sealed; null once it is answered. */
  request: Buffer | null
  /** The result as JSON, sealed; null until it is answered. */
  result: Buffer | null
  /** SHA-256 of the response code that a browser has to bring; null across devices. */
  codeHash: string | null
  /** SHA-256 of what the browser that started it has in its cookie; null for the API. */
  browserHash: string | null
  createdAt: number
  expiresAt: number
  finishedAt: number | null
}

export const sessionTable = new EntitySchema<SessionRow>({
  name: 'verification_session',
  columns: {
    id: column.id(),
    requestId: column.text('request_id'),
    owner: column.text('owner'),
    preset: column.text('preset'),
    flow: column.text('flow'),
    state: column.text('state'),
    request: column.optionalBytes('request'),
    result: column.optionalBytes('result'),
    codeHash: column.optionalText('code_hash'),
    browserHash: column.optionalText('browser_hash'),
    createdAt: column.time('created_at'),
    expiresAt: column.time('expires_at'),
    finishedAt: column.optionalTime('finished_at'),
  },
})

export const verificationMigration: Migration = {
  id: 1795000010400,
  name: 'Verification',
  up: [
    `CREATE TABLE verification_session (
      id text PRIMARY KEY, request_id text NOT NULL UNIQUE, owner text NOT NULL, preset text NOT NULL,
      flow text NOT NULL, state text NOT NULL, request text, result text, code_hash text, browser_hash text,
      created_at bigint NOT NULL, expires_at bigint NOT NULL, finished_at bigint)`,
    'CREATE INDEX verification_session_to_forget ON verification_session (expires_at)',
  ],
}
