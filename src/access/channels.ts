import type { Did } from '../core/index.ts'
import { type Reader, rows, type Store, select, type Tx } from '../store/index.ts'
import { type ReceivedGrantRow, receivedGrantTable } from './access-tables.ts'

export interface ChannelsDeps {
  readonly store: Store
  readonly clock: { now(): number }
}

/** A grant as a way to reach each other: who gave it to whom, and what for. */
export interface GivenChannel {
  readonly grantId: string
  /** The party of ours that gave it. */
  readonly party: string
  readonly grantee: Did
  readonly granteeName: string
  readonly purpose: readonly string[]
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly live: boolean
}

export interface HeldChannel {
  readonly grantId: string
  /** The organisation whose node the grantor lives in. */
  readonly partner: Did
  readonly partnerName: string
  readonly grantor: Did
  readonly purpose: readonly string[]
  /** When it came, in milliseconds since the epoch. */
  readonly since: number
  readonly live: boolean
}

/** What other rooms send along grants: whether one is there now, and for what. */
export class Channels {
  readonly #deps: ChannelsDeps

  constructor(deps: ChannelsDeps) {
    this.#deps = deps
  }

  /**
   * A grant one of ours gave, or null. It stays as it is until the transaction ends: a revocation waits for that.
   * @param alone whether others that look at it here wait too
   */
  async given(tx: Tx, grantId: string, alone = false): Promise<GivenChannel | null> {
    const lock = this.#deps.store.engine === 'postgres' ? `FOR ${alone ? 'UPDATE' : 'SHARE'}` : ''
    const [found] = await this.#given(tx, `id = ? ${lock}`, [grantId])
    return found ?? null
  }

  /** Who holds a grant of ours, live or not; null when there is none. */
  async granteeOf(grantId: string): Promise<Did | null> {
    const [found] = await this.#given(this.#deps.store.reader, 'id = ?', [grantId])
    return found?.grantee ?? null
  }

  /** Who holds a live grant of our organisation or its people and asked for it from a wallet at this URL. */
  async granteesAt(wallet: string): Promise<Did[]> {
    const found = await rows<{ grantee: Did }>(
      this.#deps.store.reader,
      `SELECT DISTINCT given_grant.grantee FROM received_request
       JOIN given_grant ON given_grant.id = received_request.grant_id
       WHERE received_request.asker_wallet = ? AND received_request.state = 'approved'
         AND given_grant.in_force_at IS NOT NULL AND given_grant.revoked_at IS NULL AND given_grant.expires_at > ?`,
      [wallet, this.#deps.clock.now()],
    )
    return found.map(({ grantee }) => grantee)
  }

  /** What these parties of ours gave to somebody; the newest first. */
  givenTo(reader: Reader, parties: readonly string[], grantee: Did): Promise<GivenChannel[]> {
    if (parties.length === 0) return Promise.resolve([])
    const among = parties.map(() => '?').join(', ')
    return this.#given(reader, `grantor_party IN (${among}) AND grantee = ? ORDER BY id DESC`, [
      ...parties,
      grantee,
    ])
  }

  /** A grant of our own that we hold, live or not, or null: what is another's is no way to its owner. */
  async held(reader: Reader, grantId: string): Promise<HeldChannel | null> {
    const [row] = await select(reader, receivedGrantTable, 'id = ? AND delegation IS NULL', [grantId])
    return row ? this.#asHeld(row) : null
  }

  /** The live grants we hold of these organisations and their people, the newest first. */
  async heldOf(reader: Reader, partners: readonly Did[]): Promise<HeldChannel[]> {
    const found: ReceivedGrantRow[] = []
    for (let at = 0; at < partners.length; at += PARTNERS_AT_A_TIME) {
      const some = partners.slice(at, at + PARTNERS_AT_A_TIME)
      const among = some.map(() => '?').join(', ')
      const condition = `partner IN (${among}) AND state = 'live' AND expires_at > ? AND delegation IS NULL
        ORDER BY id DESC`
      found.push(...(await select(reader, receivedGrantTable, condition, [...some, this.#deps.clock.now()])))
    }
    return found.map((row) => this.#asHeld(row))
  }

  async #given(reader: Reader, condition: string, params: readonly unknown[]): Promise<GivenChannel[]> {
    const found = await rows<RawGiven>(
      reader,
      `SELECT id, grantor_party, grantee, grantee_name, purpose, starts_at, expires_at, revoked_at, in_force_at
       FROM given_grant WHERE ${condition}`,
      params,
    )
    const now = this.#deps.clock.now()
    return found.map((row) => ({
      grantId: row.id,
      party: row.grantor_party,
      grantee: row.grantee as Did,
      granteeName: row.grantee_name,
      purpose: JSON.parse(row.purpose),
      since: Number(row.starts_at),
      live: row.in_force_at !== null && row.revoked_at === null && now < Number(row.expires_at),
    }))
  }

  #asHeld(row: ReceivedGrantRow): HeldChannel {
    const { id: grantId, partner, partnerName, grantor, purpose, receivedAt: since } = row
    const live = row.state === 'live' && this.#deps.clock.now() < row.expiresAt
    return { grantId, partner, partnerName, grantor, purpose, since, live }
  }
}

/** Well below what one statement takes on either engine. */
const PARTNERS_AT_A_TIME = 500

type RawGiven = Record<'id' | 'grantor_party' | 'grantee' | 'grantee_name' | 'purpose', string> &
  Record<'starts_at' | 'expires_at', string | number> &
  Record<'revoked_at' | 'in_force_at', string | number | null>
