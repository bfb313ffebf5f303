import { z } from 'zod'
import type { Audit } from '../audit/index.ts'
import type { OpenIdConfig } from '../config/index.ts'
import { type Caller, type Clock, Refusal, type Role } from '../core/index.ts'
import { userTable, type Welcome } from '../parties/index.ts'
import { change, IsNull, LessThan, rows, type Store, type Tx } from '../store/index.ts'
import type { Identified, Sources } from './openid-provider.ts'
import { type OpenIdAccountRow, openIdAccountTable } from './openid-tables.ts'
import { LIFETIME_MS, type Sessions } from './sessions.ts'

export interface NewEmployee {
  readonly account: string
  readonly givenName: string
  readonly familyName: string
  readonly email: string
}

type Prepared = Awaited<ReturnType<Welcome['prepare']>>

export interface OpenIdAccountsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly sessions: Sessions
  /** Keyed: who has the database alone does not find a name by trying. */
  readonly pseudonym: (text: string) => string
  /** Before the transaction that adds somebody: deriving a key takes a while. */
  readonly prepare: () => Promise<Prepared>
  /**
   * Adds somebody whom the provider vouches for, with no role here.
   * @returns the code she takes her account and key over with; null where this machine keeps both for her
   */
  readonly add: (
    tx: Tx,
    person: NewEmployee,
    prepared: Prepared,
  ) => Promise<{ readonly userId: string; readonly code: string | null }>
}

export interface Admitted {
  readonly userId: string
  /** Of somebody new: she takes her account over with it. */
  readonly code: string | null
}

/** Who here is whom at the OpenID provider, and what her groups there give her. */
export class OpenIdAccounts {
  readonly #deps: OpenIdAccountsDeps

  constructor(deps: OpenIdAccountsDeps) {
    this.#deps = deps
  }

  /** The name that somebody has at the provider, where nobody said it yet; who is first keeps it. */
  async expect(tx: Tx, userId: string, name: string): Promise<void> {
    await keep(tx, userId, this.#nameHash(name))
  }

  /**
   * An administrator says by what name somebody comes; whoever came as her before does so no more.
   * @throws Refusal `openid_name_taken`, `party_unknown`
   */
  async name(caller: Caller, personId: string, name: string): Promise<void> {
    const { store, audit } = this.#deps
    await store.transact(async (tx) => {
      const user = await tx.findOneBy(userTable, { personId, state: 'active' })
      if (!user) throw new Refusal('not_found', 'party_unknown', 'there is no such person')
      const nameHash = this.#nameHash(name)
      const known = await tx.findOneBy(openIdAccountTable, { userId: user.id })
      if (known) await this.#setRoles(tx, known, [], null)
      await tx.delete(openIdAccountTable, { userId: user.id })
      if (!(await keep(tx, user.id, nameHash)))
        throw new Refusal('conflict', 'openid_name_taken', 'somebody else comes by that name')
      await audit.record(tx, caller, 'openid.named', { party: personId })
    })
  }

  /** Nothing is known of her any more. */
  async forget(tx: Tx, userId: string): Promise<void> {
    await tx.delete(openIdAccountTable, { userId })
  }

  /**
   * Lets somebody in whom the provider named: her account, with the roles that her groups give her today.
   * @param only the one user it may be; null where it may be anybody
   * @throws Refusal `openid_…`; what her groups took from her is taken all the same
   */
  async admit(config: OpenIdConfig, identified: Identified, only: string | null): Promise<Admitted> {
    const { store, clock, sessions, prepare } = this.#deps
    const wanted = rolesOf(config, identified.sources)
    const mayAdd = config.create && only === null && wanted.length > 0
    const adding = mayAdd ? { secret: await prepare() } : null
    const admitted = await store.transact(async (tx): Promise<Admitted | Refusal> => {
      const { row, code } = await this.#find(tx, config, identified, adding)
      const { userId } = row
      if (only !== null && userId !== only)
        throw new Refusal('forbidden', 'openid_other_person', 'somebody else is signed in here')
      const has = await this.#setRoles(tx, row, wanted, clock.now())
      if (has.length > 0) return { userId, code }
      await sessions.drop(tx, { userId })
      return new Refusal('forbidden', 'openid_no_roles', 'none of her groups may anything here')
    })
    if (admitted instanceof Refusal) throw admitted
    return admitted
  }

  /** Who did not come by the provider for as long as a session lives has no roles of her groups any more. */
  async tidy(): Promise<void> {
    const { store, clock } = this.#deps
    const old = LessThan(clock.now() - LIFETIME_MS)
    const stale = await store.reader.findBy(openIdAccountTable, { confirmedAt: old })
    for (const { userId } of stale)
      await store.transact(async (tx) => {
        const row = await tx.findOneBy(openIdAccountTable, { userId, confirmedAt: old })
        if (row) await this.#setRoles(tx, row, [], null)
      })
  }

  async #find(
    tx: Tx,
    config: OpenIdConfig,
    { subject, sources }: Identified,
    adding: { readonly secret: Prepared } | null,
  ): Promise<{ row: OpenIdAccountRow; code: string | null }> {
    const subjectHash = this.#deps.pseudonym(`openid subject\0${config.issuer}\0${subject}`)
    const known = await tx.findOneBy(openIdAccountTable, { subjectHash })
    if (known) {
      await this.#requireActive(tx, known)
      return { row: known, code: null }
    }
    const name = nameOf(config, sources)
    const named = await this.#named(tx, config, name)
    if (named) {
      await this.#requireActive(tx, named)
      return { row: await this.#link(tx, named, subjectHash), code: null }
    }
    if (!adding) throw new Refusal('forbidden', 'openid_unknown_person', 'nobody here is known by that name')
    const { userId, code } = await this.#deps.add(tx, await newEmployee(tx, sources), adding.secret)
    await this.expect(tx, userId, name)
    return { row: await this.#link(tx, unlinked(userId), subjectHash), code }
  }

  /** By what an administrator said, or by the name of the account; an e-mail address she gave herself is neither. */
  async #named(tx: Tx, { accountClaim }: OpenIdConfig, name: string): Promise<OpenIdAccountRow | null> {
    const row = await tx.findOneBy(openIdAccountTable, { nameHash: this.#nameHash(name) })
    if (row || accountClaim === 'email') return row
    const user = await tx.findOneBy(userTable, { account: name })
    if (!user) return null
    await keep(tx, user.id, null)
    return tx.findOneBy(openIdAccountTable, { userId: user.id })
  }

  async #requireActive(tx: Tx, { userId }: OpenIdAccountRow): Promise<void> {
    if (await tx.existsBy(userTable, { id: userId, state: 'active' })) return
    throw new Refusal('forbidden', 'openid_account_ended', 'this account is not in use any more')
  }

  /** From now on it is she and nobody else. Of two who come as one at the same moment, one does. */
  async #link(tx: Tx, row: OpenIdAccountRow, subjectHash: string): Promise<OpenIdAccountRow> {
    const { userId } = row
    const linked = await change(tx, openIdAccountTable, { userId, subjectHash: IsNull() }, { subjectHash })
    if (linked !== 1)
      throw new Refusal('forbidden', 'openid_account_taken', 'somebody else signs in by that name already')
    const user = await tx.findOneBy(userTable, { id: userId })
    await this.#deps.audit.record(tx, 'system', 'openid.linked', { party: user?.personId ?? '' })
    return { ...row, subjectHash }
  }

  /** What groups gave before gives way to this; what somebody gave her by hand stays. @returns all she has then */
  async #setRoles(
    tx: Tx,
    { userId, roles: before }: OpenIdAccountRow,
    wanted: readonly Role[],
    confirmedAt: number | null,
  ): Promise<readonly Role[]> {
    const user = await tx.findOneBy(userTable, { id: userId })
    if (!user) return []
    const byHand = user.roles.filter((role) => !before.includes(role))
    const given = wanted.filter((role) => !byHand.includes(role))
    const all = [...byHand, ...given]
    await change(tx, openIdAccountTable, { userId }, { roles: given, confirmedAt })
    const gained = given.filter((role) => !before.includes(role))
    const lost = before.filter((role) => !given.includes(role))
    if (gained.length + lost.length > 0) {
      await change(tx, userTable, { id: userId }, { roles: all })
      await this.#deps.audit.record(tx, 'system', 'openid.roles', { party: user.personId, gained, lost })
    }
    return all
  }

  #nameHash(name: string): string {
    return this.#deps.pseudonym(`openid name\0${name.trim().toLowerCase()}`)
  }
}

const unlinked = (userId: string): OpenIdAccountRow => ({
  ...{ userId, nameHash: null, subjectHash: null, roles: [], confirmedAt: null },
})

/** @returns whether it is kept: nobody has two names, and no name is of two */
const keep = async (tx: Tx, userId: string, nameHash: string | null): Promise<boolean> =>
  (
    await rows(
      tx,
      `INSERT INTO openid_account (user_id, name_hash, roles) VALUES (?, ?, '[]') ON CONFLICT DO NOTHING
       RETURNING user_id`,
      [userId, nameHash],
    )
  ).length === 1

const claimIn = (sources: Sources, name: string): unknown =>
  sources.find((source) => Object.hasOwn(source, name))?.[name]

/** What names her: an address counts where whoever says it says that it is verified. */
function nameOf({ accountClaim }: OpenIdConfig, sources: Sources): string {
  const source = sources.find((one) => Object.hasOwn(one, accountClaim))
  const name = source?.[accountClaim]
  if (typeof name !== 'string' || name.trim() === '' || name.length > 500)
    throw new Refusal('forbidden', 'openid_unnamed', 'the login did not say who this is')
  if (accountClaim === 'email' && source?.email_verified !== true)
    throw new Refusal('forbidden', 'openid_email_unverified', 'the login did not verify this e-mail address')
  return name
}

function rolesOf({ groups, groupsClaim }: OpenIdConfig, sources: Sources): readonly Role[] {
  const said = claimIn(sources, groupsClaim)
  const hers = new Set(Array.isArray(said) ? said : [said])
  return [...new Set(groups.flatMap(({ group, roles }) => (hers.has(group) ? roles : [])))]
}

const oneLine = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u)
const personClaims = z.object({ given_name: oneLine, family_name: oneLine, email: z.email().max(254) })
/** As many of one name as a company may have. */
const NAMESAKES = 50

/** @throws Refusal `openid_person_incomplete`, `openid_email_unverified`, `account_taken` */
async function newEmployee(tx: Tx, sources: Sources): Promise<NewEmployee> {
  const parsed = personClaims.safeParse(
    Object.fromEntries(Object.keys(personClaims.shape).map((name) => [name, claimIn(sources, name)])),
  )
  if (!parsed.success)
    throw new Refusal(
      'forbidden',
      'openid_person_incomplete',
      'the login did not say her name and e-mail address',
    )
  const { given_name: givenName, family_name: familyName, email } = parsed.data
  nameOf({ accountClaim: 'email' } as OpenIdConfig, sources)
  const wanted = email.split('@', 1)[0]?.toLowerCase() ?? ''
  const base = wanted.replace(/[^a-z0-9_-]+/g, '-').replace(/^[^a-z]+/, '')
  const stem = base.length < 2 ? 'medewerker' : base.slice(0, 28)
  for (let nr = 1; nr <= NAMESAKES; nr++) {
    const account = nr === 1 ? stem : `${stem}-${nr}`
    if (!(await tx.existsBy(userTable, { account }))) return { account, givenName, familyName, email }
  }
  throw new Refusal('conflict', 'account_taken', 'somebody else has that account name')
}
