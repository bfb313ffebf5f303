import type { ClientIdPrefix } from '../oauth/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { Standing } from './policy.ts'

/**
 * `sending`: it was decided and may have arrived; whoever finds it so after a crash knows no more · `failed`: the
 * verifier did not take it, or did not say that it did.
 */
export const requestStates = ['pending', 'sending', 'sent', 'failed', 'declined'] as const
export type RequestState = (typeof requestStates)[number]

/** A request that somebody opened, and what came of it. */
export interface PresentationRequestRow {
  id: string
  /** Whose credentials it is about: she, or the company, decides. */
  holderParty: string
  /** SHA-256 of client identifier and nonce: the same request is answered once. */
  requestKey: string
  clientId: string
  prefix: ClientIdPrefix
  standing: Standing
  verifierName: string | null
  /** The request as JSON, sealed under its holder's key; null once it is over. */
  request: Buffer | null
  state: RequestState
  /** Why it failed, as a code. */
  code: string | null
  createdAt: number
  expiresAt: number
  decidedAt: number | null
}

export const presentationRequestTable = new EntitySchema<PresentationRequestRow>({
  name: 'presentation_request',
  columns: {
    id: column.id(),
    holderParty: column.text('holder_party'),
    requestKey: column.text('request_key'),
    clientId: column.text('client_id'),
    prefix: column.text('prefix'),
    standing: column.text('standing'),
    verifierName: column.optionalText('verifier_name'),
    request: column.optionalBytes('request'),
    state: column.text('state'),
    code: column.optionalText('code'),
    createdAt: column.time('created_at'),
    expiresAt: column.time('expires_at'),
    decidedAt: column.optionalTime('decided_at'),
  },
})

export const presentingMigration: Migration = {
  id: 1795000011400,
  name: 'Presenting',
  up: [
    `CREATE TABLE presentation_request (
      id text PRIMARY KEY, holder_party text NOT NULL, request_key text NOT NULL, client_id text NOT NULL,
      prefix text NOT NULL, standing text NOT NULL, verifier_name text, request text, state text NOT NULL, code text,
      created_at bigint NOT NULL, expires_at bigint NOT NULL, decided_at bigint,
      UNIQUE (holder_party, request_key))`,
    'CREATE INDEX presentation_request_to_forget ON presentation_request (expires_at)',
  ],
}
