import type { Audit } from '../audit/index.ts'
import { newDataKey } from '../consent-keys/index.ts'
import {
  type Caller,
  ConsentUnlock,
  type Did,
  isDid,
  Refusal,
  type Role,
  type Scope,
  unlockOf,
} from '../core/index.ts'
import type { Claims, Credentials, HeldCredentialRow, Issuer } from '../credentials/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Accounts } from './accounts.ts'
import type { Parties, Party } from './parties.ts'
import type { PartyProfile } from './party-table.ts'

export interface PeopleDeps {
  readonly store: Store
  readonly parties: Parties
  readonly accounts: Accounts
  readonly credentials: Credentials
  readonly audit: Audit
  /** The public half of a key of ours, and of the one a DID of ours signs with. */
  readonly publicKey: (kid: string) => Promise<PublicJwk>
  readonly publicKeyOf: (did: Did) => Promise<PublicJwk>
  /** A credential gave way to a newer one; in the same transaction. */
  readonly whenReplaced: (tx: Tx, by: Caller | 'system', change: Replaced) => Promise<void>
  /** A person was made, of whom somebody else says this; in the same transaction. */
  readonly whenAdded: (tx: Tx, added: { readonly userId: string; readonly email: string }) => Promise<void>
  /** Closes what a leaver opened, in the same transaction. */
  readonly whenLeaving: (tx: Tx, by: Caller, party: Party) => Promise<void>
  /** The last moment at which she can sign, and at which what is sealed for her opens. */
  readonly whenErasing: (tx: Tx, party: Party) => Promise<void>
  readonly vault: Pick<Vault, 'destroyKey'>
}

/** Two issues of one credential. */
export interface Replaced {
  readonly before: HeldCredentialRow
  readonly now: HeldCredentialRow
}

export interface NewPerson {
  readonly account: string
  readonly givenName: string
  readonly familyName: string
  readonly email?: string
  readonly phoneNumber?: string
  readonly jobTitle?: string
  /** Her function, as partners see it: the `role` of her employee-role credential. */
  readonly role: string
  /** What she may do in this node. */
  readonly roles: readonly Role[]
  readonly representation?: 'SOLE' | 'JOINT'
}

/** A person who was just made. Whoever made her has the data key of her consent key wrapped, and forgets it. */
export interface Added {
  readonly party: Party
  readonly userId: string
  readonly dataKey: Buffer
}

/** What a party says of itself, signed by itself. */
const selfDeclared = { organisation: 'company-profile', person: 'contact-person' } as const

/** The people and systems of the organisation, and what they and it say of themselves. */
export class People {
  readonly #deps: PeopleDeps

  constructor(deps: PeopleDeps) {
    this.#deps = deps
  }

  /** Makes a person with her account, DID, keys, her own data as a credential, and her role in the company. */
  async add(tx: Tx, by: Caller | 'system', person: NewPerson): Promise<Added> {
    const added = await this.addUnemployed(tx, by, person)
    await this.ensureRole(tx, by, added.party, person)
    return added
  }

  /** As {@link add}, without the role: an organisation whose DID is not on chain yet cannot sign one. */
  async addUnemployed(tx: Tx, by: Caller | 'system', person: NewPerson): Promise<Added> {
    const { parties, accounts, audit } = this.#deps
    const dataKey = newDataKey()
    const party = await parties.create(tx, 'person', profileOf(person), dataKey)
    const user = await accounts.createUser(tx, {
      account: person.account,
      personId: party.id,
      roles: [...new Set(person.roles)],
    })
    if (person.email) {
      await this.#deps.whenAdded(tx, { userId: user.id, email: person.email })
      const claims = {
        given_name: person.givenName,
        family_name: person.familyName,
        email: person.email,
        ...(person.phoneNumber && { phone_number: person.phoneNumber }),
        ...(person.jobTitle && { job_title: person.jobTitle }),
        works_for: await this.#employer(),
      }
      // The last time somebody else has the key in hand: it is hers from when this is committed.
      await this.declare(tx, by, party, claims, new ConsentUnlock({ dataKey }))
    }
    await audit.record(tx, by, 'person.added', { party: party.id, roles: [...person.roles] })
    return { party, userId: user.id, dataKey }
  }

  /** Gives a person her role in the company, unless she has one. */
  async ensureRole(tx: Tx, by: Caller | 'system', party: Party, person: NewPerson): Promise<void> {
    const { credentials } = this.#deps
    const { vct } = credentials.types.byName('employee-role')
    if (await credentials.findCurrent(tx, party.id, vct)) return
    await this.giveRole(tx, by, party, {
      role: person.role,
      given_name: person.givenName,
      family_name: person.familyName,
      employer: await this.#employer(),
      ...(person.representation && { representation_type: person.representation }),
    })
  }

  /** Our company signs what a person is to it. */
  async giveRole(tx: Tx, by: Caller | 'system', party: Party, claims: Claims): Promise<void> {
    const { parties, audit } = this.#deps
    const issuer = parties.issuerOf(await parties.organisation())
    await this.#issueAndHold(tx, by, issuer, 'employee-role', party, claims)
    await audit.record(tx, by, 'role.given', { party: party.id, role: String(claims.role) })
  }

  /**
   * Makes a system that may ask unattended, for which an employee answers.
   * @throws Refusal `system_name_taken`
   */
  async addSystem(
    tx: Tx,
    by: Caller,
    system: { name: string; responsible: Party; scopes: readonly Scope[] },
  ): Promise<{ party: Party; token: string; expiresAt: number }> {
    const { parties, accounts, audit } = this.#deps
    const organisation = await parties.organisation()
    // Of two that add one at the same moment the second sees the first.
    await parties.lock(tx, organisation)
    const wanted = system.name.toLowerCase()
    if ((await this.#systemsInUse()).some(({ name }) => name.toLowerCase() === wanted))
      throw new Refusal('conflict', 'system_name_taken', 'this company has a system of that name')
    const party = await parties.create(tx, 'system', { name: system.name })
    const operator = await this.#employer()
    const claims = { system_name: system.name, responsible_employee: system.responsible.did, operator }
    await this.#issueAndHold(tx, by, parties.issuerOf(organisation), 'system-role', party, claims)
    const { token, expiresAt } = await accounts.createToken(tx, {
      kind: 'client',
      ownerId: party.id,
      scopes: system.scopes,
    })
    await audit.record(tx, by, 'system.added', { party: party.id, scopes: [...system.scopes] })
    return { party, token, expiresAt }
  }

  /**
   * A system of ours that is in use.
   * @param reference its id, DID or name
   * @throws Refusal `system_unknown`, `system_ambiguous`
   */
  async requireSystem(reference: string): Promise<{ readonly did: Did; readonly name: string }> {
    const all = await this.#systemsInUse()
    const found = all.filter(({ id, did, name }) => [id, did, name].includes(reference))
    const [one, ...more] = found
    if (!one) throw new Refusal('not_found', 'system_unknown', 'this company has no such system')
    if (more.length > 0)
      throw new Refusal('conflict', 'system_ambiguous', 'several systems are called that: name its id')
    return { did: one.did, name: one.name }
  }

  /** Every system there is or was, the newest last, with the employee who answers for one that is in use. */
  async listSystems(): Promise<{ party: Party; name: string; responsible: Did | null }[]> {
    const { parties, credentials } = this.#deps
    const all = await parties.list('system')
    const profiles = await parties.profiles(all.map(({ id }) => id))
    const roles = await this.#rolesOf(all)
    return Promise.all(
      all.map(async (party, at) => {
        const role = roles[at]
        const named = role && (await credentials.read(role)).payload.responsible_employee
        const responsible = isDid(named) ? named : null
        return { party, name: profiles.get(party.id)?.name ?? '', responsible }
      }),
    )
  }

  /** What each system is to us, null where it is none any more. */
  async #rolesOf(systems: readonly Party[]) {
    const { credentials, store } = this.#deps
    const { vct } = credentials.types.byName('system-role')
    return credentials.findCurrents(
      store.current(),
      systems.map(({ id }) => ({ holderParty: id, vct })),
    )
  }

  async #systemsInUse(): Promise<{ id: string; did: Did; name: string }[]> {
    const { parties } = this.#deps
    const all = await parties.list('system')
    const profiles = await parties.profiles(all.map(({ id }) => id))
    const roles = await this.#rolesOf(all)
    return all
      .filter((_system, at) => roles[at])
      .map(({ id, did }) => ({ id, did, name: profiles.get(id)?.name ?? '' }))
  }

  /**
   * A person leaves the company, or a system is taken out of use: its role is revoked, its account and tokens end. What
   * a person opened through this node closes with her leaving, since she could not close it any more; her DID stays
   * hers.
   */
  async leave(tx: Tx, by: Caller, party: Party): Promise<void> {
    const { accounts, audit, credentials } = this.#deps
    if (party.kind === 'organisation')
      throw new Refusal('invalid', 'party_unknown', 'an organisation does not leave its own node')
    const role = party.kind === 'system' ? 'system-role' : 'employee-role'
    const types = party.kind === 'system' ? [role] : [role, selfDeclared.person]
    for (const type of types) {
      const held = await credentials.findCurrent(tx, party.id, credentials.types.byName(type).vct)
      if (held) await credentials.retire(tx, held)
    }
    await this.#deps.whenLeaving(tx, by, party)
    if (party.kind === 'system') await accounts.revokeTokensOf(tx, party.id)
    else await accounts.block(tx, party.id)
    await audit.record(tx, by, `${party.kind}.left`, { party: party.id })
  }

  /**
   * Erases a person: she leaves, what she holds is forgotten, and her key is destroyed, so that nothing that was sealed
   * for her opens any more. That she was there, as an id and a public key, remains. Twice changes nothing.
   * @returns the account name she had, or null
   * @throws Refusal `last_administrator`
   */
  async erase(tx: Tx, by: Caller, party: Party): Promise<string | null> {
    const { accounts, audit, credentials, parties, vault, whenErasing } = this.#deps
    await parties.lock(tx, party)
    if ((await parties.profile(party.id)).erased) return null
    const administrators = await accounts.personsWithRole('administrator')
    if (administrators.every((id) => id === party.id) && administrators.length > 0)
      throw new Refusal(
        'conflict',
        'last_administrator',
        'nobody could run this node: add an administrator first',
      )
    if (await accounts.isActive(party.id)) await this.leave(tx, by, party)
    else await this.#deps.whenLeaving(tx, by, party)
    await credentials.forgetAll(tx, party.id, party.did)
    const account = await accounts.forget(tx, party.id)
    await whenErasing(tx, party)
    await vault.destroyKey(tx, party.id)
    await audit.record(tx, by, 'person.erased', { party: party.id })
    return account
  }

  /**
   * Signs what a party says of itself; an earlier one is revoked and gives way.
   * @throws Refusal `consent_locked` where a person's key is not open
   */
  async declare(
    tx: Tx,
    by: Caller | 'system',
    party: Party,
    claims: Claims,
    unlock = unlockOf(by),
  ): Promise<HeldCredentialRow> {
    const { parties } = this.#deps
    await parties.lock(tx, party)
    const issuer = parties.issuerOf(party, unlock)
    const held = await this.#issueAndHold(tx, by, issuer, this.#declaredType(party), party, claims)
    if (party.kind === 'person') await this.#nameAs(tx, party, claims)
    await this.#deps.audit.record(tx, by, 'profile.declared', {
      party: party.id,
      credential: held.id,
      claims: Object.keys(claims),
    })
    return held
  }

  /** Signs a list of our organisation's own, such as its products; an earlier one is revoked and gives way. */
  async publish(tx: Tx, by: Caller, type: string, claims: Claims): Promise<HeldCredentialRow> {
    const { parties } = this.#deps
    const us = await parties.organisation()
    await parties.lock(tx, us)
    return this.#issueAndHold(tx, by, parties.issuerOf(us), type, us, claims)
  }

  /**
   * Signs what our organisation issued to one of our own parties once more, because the key that did is given up; the
   * earlier one is revoked and gives way.
   */
  async issueAgain(tx: Tx, row: HeldCredentialRow): Promise<Replaced> {
    const { parties, credentials } = this.#deps
    const holder = await parties.require(row.holderParty)
    const now = await this.#issue(tx, {
      issuer: parties.issuerOf(await parties.organisation()),
      type: credentials.types.require(row.vct).name,
      holder,
      claims: await this.claimsOf(row),
      before: row,
      ...(row.expiresAt !== null && { expiresAt: row.expiresAt }),
    })
    return { before: row, now }
  }

  /** What a party says of itself now, or null. */
  async declared(party: Party): Promise<{ row: HeldCredentialRow; claims: Claims } | null> {
    const { credentials, store } = this.#deps
    const vct = credentials.types.byName(this.#declaredType(party)).vct
    const row = await credentials.findCurrent(store.current(), party.id, vct)
    if (!row) return null
    return { row, claims: await this.claimsOf(row) }
  }

  /** The claims of its type that a credential has. */
  async claimsOf(row: HeldCredentialRow): Promise<Claims> {
    const { credentials } = this.#deps
    const { payload } = await credentials.read(row)
    const names = new Set(credentials.types.require(row.vct).metadata.claims.map(({ path }) => path[0]))
    return Object.fromEntries(Object.entries(payload).filter(([name]) => names.has(name)))
  }

  /** What the node calls a person is what she calls herself. */
  async #nameAs(tx: Tx, { id }: Party, { given_name, family_name, email, job_title }: Claims): Promise<void> {
    const { parties } = this.#deps
    const before = await parties.profile(id)
    await parties.setProfile(tx, id, {
      ...before,
      name: `${given_name} ${family_name}`,
      givenName: String(given_name),
      familyName: String(family_name),
      ...(email !== undefined && { email: String(email) }),
      ...(job_title !== undefined && { jobTitle: String(job_title) }),
    })
  }

  async #employer(): Promise<{ did: Did; name: string }> {
    const { parties } = this.#deps
    const { id, did } = await parties.organisation()
    return { did, name: (await parties.profile(id)).name }
  }

  #presentationKey({ presentationKid, did }: Party): Promise<PublicJwk> {
    return presentationKid ? this.#deps.publicKey(presentationKid) : this.#deps.publicKeyOf(did)
  }

  #declaredType(party: Party): string {
    if (party.kind === 'system')
      throw new Refusal('invalid', 'no_own_profile', 'a system has no profile of its own')
    return selfDeclared[party.kind]
  }

  async #issueAndHold(
    tx: Tx,
    by: Caller | 'system',
    issuer: Issuer,
    type: string,
    holder: Party,
    claims: Claims,
  ): Promise<HeldCredentialRow> {
    const { credentials } = this.#deps
    const vct = credentials.types.byName(type).vct
    const before = await credentials.findCurrent(tx, holder.id, vct)
    const now = await this.#issue(tx, { issuer, type, holder, claims, before })
    if (before) await this.#deps.whenReplaced(tx, by, { before, now })
    return now
  }

  async #issue(
    tx: Tx,
    {
      issuer,
      type,
      holder,
      claims,
      before,
      expiresAt,
    }: {
      readonly issuer: Issuer
      readonly type: string
      readonly holder: Party
      readonly claims: Claims
      readonly before: HeldCredentialRow | null
      readonly expiresAt?: number
    },
  ): Promise<HeldCredentialRow> {
    const { credentials } = this.#deps
    const issued = await credentials.issue(tx, {
      issuer,
      type,
      subject: holder.did,
      holderKey: await this.#presentationKey(holder),
      claims,
      ...(expiresAt !== undefined && { expiresAt }),
    })
    if (before) await credentials.revoke(tx, String((await credentials.read(before)).payload.jti))
    return credentials.hold(tx, {
      compact: issued.compact,
      holderParty: holder.id,
      bindingKey: holder.presentationKid ?? holder.did,
      ...(before && { replaces: before }),
    })
  }
}

function profileOf(person: NewPerson): PartyProfile {
  const { givenName, familyName, email, jobTitle, representation } = person
  return {
    name: `${givenName} ${familyName}`,
    givenName,
    familyName,
    ...(email && { email }),
    ...(jobTitle && { jobTitle }),
    ...(representation && { representation }),
  }
}
