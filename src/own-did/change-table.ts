import { column, EntitySchema, type Migration } from '../store/index.ts'

/**
 * What is done to our DID.
 * - `rotate`: another key signs; the old one retires
 * - `retire`: a key signs no more, and none takes its place
 * - `compromise`: a key is given up, with all it signed
 * - `endpoint`: the document says another address of this node
 * - `controller`: another key controls the DID on the chain
 * - `deactivate`: the DID is no more
 */
export const changeKinds = ['rotate', 'retire', 'compromise', 'endpoint', 'controller', 'deactivate'] as const
export type ChangeKind = (typeof changeKinds)[number]

/**
 * What becomes of a credential the key signed.
 * - `stays`: it counts as before
 * - `reissued`: revoked, and signed once more by the next key
 * - `ended`: revoked; its holder is told, and can ask for it again
 * - `revoked`: revoked; somebody here has to issue it again
 * - `unverifiable`: nobody can verify it any more
 */
export const fates = ['stays', 'reissued', 'ended', 'revoked', 'unverifiable'] as const
export type Fate = (typeof fates)[number]

/** A credential, and what became of it. */
export interface Outcome {
  /** Its `jti`. */
  readonly id: string
  readonly type: string
  readonly fate: Fate
}

/** A change of our DID: written before anything is sent, done once the DID says so. */
export interface DidChangeRow {
  id: string
  kind: ChangeKind
  state: 'open' | 'done'
  /** The key it is about. */
  kid: string | null
  /** The address it is about; null where it is the one in agent.yml. */
  endpoint: string | null
  outcomes: readonly Outcome[]
  createdAt: number
  doneAt: number | null
}

export const didChangeTable = new EntitySchema<DidChangeRow>({
  name: 'did_change',
  columns: {
    id: column.id(),
    kind: column.text('kind'),
    state: column.text('state'),
    kid: column.optionalText('kid'),
    endpoint: column.optionalText('endpoint'),
    outcomes: column.json('outcomes'),
    createdAt: column.time('created_at'),
    doneAt: column.optionalTime('done_at'),
  },
})

export const didChangeMigration: Migration = {
  id: 1795000000412,
  name: 'DidChanges',
  up: [
    `CREATE TABLE did_change (
      id text PRIMARY KEY, kind text NOT NULL, state text NOT NULL, kid text, endpoint text, outcomes text NOT NULL,
      created_at bigint NOT NULL, done_at bigint)`,
    // One at a time: of two at once, one wins.
    `CREATE UNIQUE INDEX did_change_one_open ON did_change (state) WHERE state = 'open'`,
  ],
}
