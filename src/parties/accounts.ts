import { createHash, randomBytes } from 'node:crypto'
import {
  type Caller,
  type Clock,
  newId,
  Refusal,
  type Role,
  type Scope,
  type UserCaller,
} from '../core/index.ts'
import { change, In, IsNull, rows, type Store, type Tx } from '../store/index.ts'
import { type TokenRow, tokenTable, type UserRow, userTable } from './party-table.ts'

const DAY_MS = 86_400_000
/** A token that somebody keeps is renewed once a year. */
const TOKEN_LIFETIME_MS = 365 * DAY_MS
const ACTIVATION_LIFETIME_MS = 3 * DAY_MS
const PREFIX = 'regie_'

export interface AccountsDeps {
  readonly store: Store
  readonly clock: Clock
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url')

/** Who may sign in: people's accounts and the tokens of people and systems. */
export class Accounts {
  readonly #deps: AccountsDeps

  constructor(deps: AccountsDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `account_taken` */
  async createUser(
    tx: Tx,
    user: { account: string; personId: string; roles: readonly Role[] },
  ): Promise<UserRow> {
    const row: UserRow = { id: newId(), ...user, state: 'active', createdAt: this.#deps.clock.now() }
    const inserted = await rows(
      tx,
      `INSERT INTO user_account (id, account, person_id, roles, state, created_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (account) DO NOTHING RETURNING id`,
      [row.id, row.account, row.personId, JSON.stringify(row.roles), row.state, row.createdAt],
    )
    if (inserted.length === 0)
      throw new Refusal('conflict', 'account_taken', 'somebody else has that account name')
    return row
  }

  /**
   * Sets what somebody may do.
   * @throws Refusal `party_unknown` where nobody of hers works here, `last_administrator`
   */
  async setRoles(tx: Tx, personId: string, roles: readonly Role[]): Promise<UserRow> {
    // Whoever changes roles waits for others who do: two who take it from each other at once leave none.
    await rows(
      tx,
      `UPDATE user_account SET state = state WHERE state = 'active' AND roles LIKE '%"administrator"%' RETURNING id`,
    )
    const user = await tx.findOneBy(userTable, { personId, state: 'active' })
    if (!user) throw new Refusal('not_found', 'party_unknown', 'nobody of that name works here')
    const after = { ...user, roles: [...new Set(roles)] }
    await change(tx, userTable, { id: user.id }, { roles: after.roles })
    const administrators = await tx.findBy(userTable, { state: 'active' })
    if (!administrators.some((one) => one.roles.includes('administrator')))
      throw new Refusal('conflict', 'last_administrator', 'somebody has to be administrator')
    return after
  }

  async findUser(account: string): Promise<UserRow | null> {
    return this.#deps.store.current().findOneBy(userTable, { account })
  }

  async listUsers(): Promise<UserRow[]> {
    return this.#deps.store.reader.find(userTable, { order: { id: 'ASC' } })
  }

  /** Whether a person has an account that is in use. */
  isActive(personId: string): Promise<boolean> {
    return this.#deps.store.current().existsBy(userTable, { personId, state: 'active' })
  }

  /** The persons of active accounts with this role. */
  async personsWithRole(role: Role): Promise<string[]> {
    const users = await this.#deps.store.current().findBy(userTable, { state: 'active' })
    return users.filter(({ roles }) => roles.includes(role)).map(({ personId }) => personId)
  }

  /** Makes a token; this is the only time it is seen. */
  async createToken(
    tx: Tx,
    token: { kind: TokenRow['kind']; ownerId: string; scopes?: readonly Scope[] },
  ): Promise<{ id: string; token: string; expiresAt: number }> {
    const text = PREFIX + randomBytes(32).toString('base64url')
    const now = this.#deps.clock.now()
    const expiresAt = now + (token.kind === 'activation' ? ACTIVATION_LIFETIME_MS : TOKEN_LIFETIME_MS)
    const id = newId()
    await tx.insert(tokenTable, {
      id,
      hash: hashOf(text),
      kind: token.kind,
      ownerId: token.ownerId,
      scopes: token.scopes ?? [],
      createdAt: now,
      expiresAt,
      revokedAt: null,
    })
    return { id, token: text, expiresAt }
  }

  /** @throws Refusal `activation_invalid` when this code opens nothing now */
  async requireActivation(code: string): Promise<void> {
    const { store, clock } = this.#deps
    const row = await store.reader.findOneBy(tokenTable, { hash: hashOf(code), kind: 'activation' })
    if (!row || row.revokedAt !== null || row.expiresAt <= clock.now()) throw activationInvalid()
  }

  /**
   * Trades a one-time activation code for a token of its owner.
   * @throws Refusal `activation_invalid`
   */
  async activate(
    tx: Tx,
    code: string,
  ): Promise<{ account: string; personId: string; token: string; expiresAt: number }> {
    const now = this.#deps.clock.now()
    const [used] = await rows<{ owner_id: string }>(
      tx,
      `UPDATE access_token SET revoked_at = ? WHERE hash = ? AND kind = 'activation' AND revoked_at IS NULL
       AND expires_at > ? RETURNING owner_id`,
      [now, hashOf(code), now],
    )
    const user = used && (await tx.findOneBy(userTable, { id: used.owner_id, state: 'active' }))
    if (!user) throw activationInvalid()
    const { token, expiresAt } = await this.createToken(tx, { kind: 'user', ownerId: user.id })
    return { account: user.account, personId: user.personId, token, expiresAt }
  }

  /** Ends an account: nobody signs in with it any more. */
  async block(tx: Tx, personId: string): Promise<void> {
    const user = await tx.findOneBy(userTable, { personId })
    if (!user) return
    await change(tx, userTable, { id: user.id }, { state: 'blocked' })
    await this.revokeTokensOf(tx, user.id)
  }

  /** Forgets what an account was called, once it has ended. @returns the name it had */
  async forget(tx: Tx, personId: string): Promise<string | null> {
    const user = await tx.findOneBy(userTable, { personId })
    if (!user) return null
    // Never a name somebody could choose.
    await change(tx, userTable, { id: user.id }, { account: `erased:${user.id}` })
    return user.account
  }

  /** Ends every token of a user or system. */
  async revokeTokensOf(tx: Tx, ownerId: string): Promise<void> {
    await change(tx, tokenTable, { ownerId, revokedAt: IsNull() }, { revokedAt: this.#deps.clock.now() })
  }

  /** What tokens of these owners may, and until when; those that ended are left out. */
  async tokensOf(ownerIds: readonly string[]): Promise<readonly TokenRow[]> {
    return this.#deps.store.current().findBy(tokenTable, { ownerId: In([...ownerIds]), revokedAt: IsNull() })
  }

  /** The id of a token, in use or not: for what is known of a stolen one. @throws Refusal `token_unknown` */
  async tokenId(token: string): Promise<string> {
    const row = await this.#deps.store.reader.findOneBy(tokenTable, { hash: hashOf(token) })
    if (!row || row.kind === 'activation')
      throw new Refusal('unprocessable', 'token_unknown', 'this was never a token of anybody here')
    return row.id
  }

  /** Who a user is now; null when her account is not in use. */
  async callerOf(userId: string): Promise<UserCaller | null> {
    const [found] = await rows<FoundUser>(
      this.#deps.store.current(),
      `SELECT u.id AS owner_id, u.account, u.roles, p.id AS party_id, p.did
       FROM user_account u JOIN party p ON p.id = u.person_id WHERE u.id = ? AND u.state = 'active'`,
      [userId],
    )
    return found ? userOf(found) : null
  }

  /** Ends one token. @returns whether it was in use until now */
  async revokeToken(tx: Tx, id: string): Promise<boolean> {
    const now = this.#deps.clock.now()
    return (await change(tx, tokenTable, { id, revokedAt: IsNull() }, { revokedAt: now })) === 1
  }

  /** Who sends this bearer token. @throws Refusal `token_invalid` when nobody we know does, or no longer */
  async authenticate(token: string): Promise<Caller> {
    const [found] = await rows<FoundToken>(
      this.#deps.store.reader,
      `SELECT t.id AS token_id, t.kind, t.owner_id, t.scopes, u.account, u.roles, p.id AS party_id, p.did
       FROM access_token t
       LEFT JOIN user_account u ON t.kind = 'user' AND u.id = t.owner_id AND u.state = 'active'
       LEFT JOIN party p ON p.id = CASE t.kind WHEN 'user' THEN u.person_id ELSE t.owner_id END
       WHERE t.hash = ? AND t.revoked_at IS NULL AND t.expires_at > ? AND t.kind <> 'activation'`,
      [hashOf(token), this.#deps.clock.now()],
    )
    const caller = found && callerOf(found)
    if (!caller) throw new Refusal('unauthenticated', 'token_invalid', 'this token is unknown or has ended')
    return caller
  }
}

const activationInvalid = () =>
  new Refusal('forbidden', 'activation_invalid', 'this code was used, has expired or is unknown')

interface FoundUser {
  owner_id: string
  account: string | null
  roles: string | null
  party_id: string | null
  did: string | null
}

interface FoundToken extends FoundUser {
  token_id: string
  kind: TokenRow['kind']
  scopes: string
}

function callerOf(found: FoundToken): Caller | null {
  if (!found.party_id || !found.did) return null
  if (found.kind === 'client')
    return {
      kind: 'client',
      clientId: found.party_id,
      scopes: JSON.parse(found.scopes),
      tokenId: found.token_id,
    }
  const user = userOf(found)
  return user && { ...user, tokenId: found.token_id }
}

function userOf({ owner_id: userId, account, roles, party_id: personId, did }: FoundUser): UserCaller | null {
  if (!account || !roles || !personId || !did) return null
  return { kind: 'user', userId, account, roles: JSON.parse(roles), personId, did: did as UserCaller['did'] }
}
