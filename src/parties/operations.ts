import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  operation,
  Refusal,
  requireUser,
  roles,
  scopes,
} from '../core/index.ts'
import type { Claims } from '../credentials/index.ts'
import type { Store } from '../store/index.ts'
import type { Accounts } from './accounts.ts'
import type { Parties, Party } from './parties.ts'
import type { People } from './people.ts'

export interface PartiesOperationsDeps {
  readonly store: Store
  readonly parties: Parties
  readonly accounts: Accounts
  readonly people: People
  /** Called with a new account's token, where the node keeps tokens for the command line of this machine. */
  readonly keepToken?: (account: string, token: string) => Promise<void>
}

const text = (max: number) => z.string().trim().min(1).max(max)
const account = z.string().regex(/^[a-z][a-z0-9_-]{1,31}$/, 'lower case letters, digits, - and _')
const roleCode = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)

const address = z.strictObject({
  street_address: text(150),
  postal_code: text(16).optional(),
  locality: text(100),
  region: text(100).optional(),
  country: z.string().regex(/^[A-Z]{2}$/),
})

const companyProfile = z.strictObject({
  name: text(200).optional(),
  trade_names: z.array(text(200)).max(20).optional(),
  description: text(1000).optional(),
  sectors: z.array(text(12)).max(20).optional(),
  website: text(300).optional(),
  address: address.optional(),
  postal_address: address.optional(),
  email: text(254).optional(),
  phone_number: text(16).optional(),
  invoice_email: text(254).optional(),
  iban: text(34).optional(),
})

const ownData = z.strictObject({
  given_name: text(100).optional(),
  family_name: text(100).optional(),
  email: text(254).optional(),
  phone_number: text(16).optional(),
  job_title: text(100).optional(),
})

const profileOutput = z.object({
  id: z.string().describe('the credential'),
  did: z.string(),
  claims: z.record(z.string(), z.unknown()),
  version: z.number().int(),
})

const personOutput = z.object({
  id: z.string(),
  did: z.string(),
  account: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
})

export function partiesOperations(deps: PartiesOperationsDeps): AnyOperation[] {
  return [
    ...peopleOperations(deps),
    ...leaveOperations(deps),
    ...profileOperations(deps),
    ...accountOperations(deps),
  ]
}

function peopleOperations({
  store,
  parties,
  accounts,
  people,
  keepToken,
}: PartiesOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'people.add',
      summary: 'Add a person: an account, a DID, her own data and her role in the company as credentials',
      method: 'POST',
      path: '/people',
      input: z.strictObject({
        account,
        given_name: text(100),
        family_name: text(100),
        email: z.email().max(254),
        phone_number: text(16).optional(),
        job_title: text(100).optional(),
        role: roleCode.describe('her function as partners see it, such as account_manager'),
        roles: z
          .array(z.enum(roles))
          .max(6)
          .default(['contact_person'])
          .describe('what she may do in this node'),
      }),
      output: personOutput.extend({
        activation_code: z.string().nullable().describe('shown once; she trades it for her token'),
      }),
      status: 201,
      allow: { users: ['administrator'] },
      run: async (input, { caller }) => {
        const made = await store.transact(async (tx) => {
          const { party, userId } = await people.add(tx, caller, {
            account: input.account,
            givenName: input.given_name,
            familyName: input.family_name,
            email: input.email,
            phoneNumber: input.phone_number,
            jobTitle: input.job_title,
            role: input.role,
            roles: input.roles,
          })
          const kind = keepToken ? 'user' : 'activation'
          return { party, token: await accounts.createToken(tx, { kind, ownerId: userId }) }
        })
        await keepToken?.(input.account, made.token.token)
        return {
          id: made.party.id,
          did: made.party.did,
          account: input.account,
          name: `${input.given_name} ${input.family_name}`,
          roles: input.roles,
          activation_code: keepToken ? null : made.token.token,
        }
      },
    }),
    operation({
      name: 'people.list',
      summary: 'The people of this node',
      method: 'GET',
      path: '/people',
      input: z.strictObject({}),
      output: z.object({ items: z.array(personOutput) }),
      allow: { users: ['administrator', 'coordinator'] },
      run: async () => {
        const users = await accounts.listUsers()
        const profiles = await parties.profiles(users.map(({ personId }) => personId))
        const persons = await Promise.all(users.map(({ personId }) => parties.require(personId)))
        return {
          items: users.map((user, at) => ({
            id: user.personId,
            did: persons[at]?.did ?? '',
            account: user.account,
            name: profiles.get(user.personId)?.name ?? '',
            roles: [...user.roles],
          })),
        }
      },
    }),
    operation({
      name: 'systems.add',
      summary: 'Add a system that asks unattended; the caller answers for it',
      method: 'POST',
      path: '/systems',
      input: z.strictObject({ name: text(100), scopes: z.array(z.enum(scopes)).min(1).max(scopes.length) }),
      output: z.object({ id: z.string(), did: z.string(), token: z.string(), expires_at: z.iso.datetime() }),
      status: 201,
      allow: { users: ['administrator'] },
      run: async (input, { caller }) => {
        const responsible = await parties.require(requireUser(caller).personId)
        const made = await store.transact((tx) => people.addSystem(tx, caller, { ...input, responsible }))
        return { id: made.party.id, did: made.party.did, token: made.token, expires_at: iso(made.expiresAt) }
      },
    }),
  ]
}

const left = z.object({ id: z.string(), state: z.literal('left') })

function leaveOperations({ store, parties, people }: PartiesOperationsDeps): AnyOperation[] {
  const leave =
    (kind: Party['kind']) =>
    async ({ id }: { id: string }, { caller }: { caller: Caller }) => {
      const party = await parties.require(id)
      if (party.kind !== kind) throw new Refusal('not_found', 'party_unknown', `there is no such ${kind}`)
      if (party.id === requireUser(caller).personId)
        throw new Refusal('conflict', 'not_yourself', 'somebody else must take you out of the company')
      await store.transact((tx) => people.leave(tx, caller, party))
      return { id, state: 'left' as const }
    }
  const input = z.strictObject({ id: z.string().max(100) })
  return [
    operation({
      name: 'people.leave',
      summary:
        'Somebody leaves the company: her role is revoked and her account ends; her own data stay hers',
      method: 'POST',
      path: '/people/:id/leave',
      positional: ['id'],
      input,
      output: left,
      allow: { users: ['administrator'] },
      run: leave('person'),
    }),
    operation({
      name: 'systems.remove',
      summary: 'Take a system out of use: its role is revoked and its token ends',
      method: 'POST',
      path: '/systems/:id/removal',
      positional: ['id'],
      input,
      output: left,
      allow: { users: ['administrator'] },
      run: leave('system'),
    }),
  ]
}

function profileOperations(deps: PartiesOperationsDeps): AnyOperation[] {
  const organisation = () => deps.parties.organisation()
  const myself = (caller: Caller) => deps.parties.require(requireUser(caller).personId)
  return [
    operation({
      name: 'profile.show',
      summary: 'What our company says of itself',
      method: 'GET',
      path: '/profile',
      input: z.strictObject({}),
      output: profileOutput,
      allow: { users: ['signed_in'] },
      run: async () => showProfile(deps, await organisation()),
    }),
    operation({
      name: 'profile.set',
      summary: 'Change what our company says of itself: only what is named changes',
      method: 'POST',
      path: '/profile',
      input: companyProfile,
      output: profileOutput,
      allow: { users: ['administrator'] },
      run: async (input, { caller, ifMatch }) =>
        changeProfile(deps, await organisation(), input, caller, ifMatch),
    }),
    operation({
      name: 'me.show',
      summary: 'What you say of yourself',
      method: 'GET',
      path: '/me/profile',
      input: z.strictObject({}),
      output: profileOutput,
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => showProfile(deps, await myself(caller)),
    }),
    operation({
      name: 'me.set',
      summary: 'Change what you say of yourself: only what is named changes',
      method: 'POST',
      path: '/me/profile',
      input: ownData,
      output: profileOutput,
      allow: { users: ['signed_in'] },
      run: async (input, { caller, ifMatch }) =>
        changeProfile(deps, await myself(caller), input, caller, ifMatch),
    }),
  ]
}

async function showProfile({ people }: PartiesOperationsDeps, party: Party) {
  const declared = await people.declared(party)
  if (!declared) throw new Refusal('not_found', 'profile_empty', 'nothing has been declared yet')
  const { row, claims } = declared
  return { id: row.id, did: party.did, claims, version: row.receivedAt }
}

async function changeProfile(
  { people, store }: PartiesOperationsDeps,
  party: Party,
  changed: Claims,
  caller: Caller,
  ifMatch: number | undefined,
) {
  return store.transact(async (tx) => {
    const before = await people.declared(party)
    if (ifMatch !== undefined && before?.row.receivedAt !== ifMatch)
      throw new Refusal('precondition_failed', 'changed_meanwhile', 'somebody changed this in the meantime')
    const claims = { ...before?.claims, ...changed }
    const row = await people.declare(tx, caller, party, claims)
    return { id: row.id, did: party.did, claims, version: row.receivedAt }
  })
}

function accountOperations({ store, accounts, parties, keepToken }: PartiesOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'whoami',
      summary: 'Who you are to this node',
      method: 'GET',
      path: '/me',
      input: z.strictObject({}),
      output: z.object({
        account: z.string(),
        name: z.string(),
        did: z.string(),
        roles: z.array(z.string()),
        organisation: z.object({ name: z.string(), did: z.string() }),
      }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const user = requireUser(caller)
        const organisation = await parties.organisation()
        const profiles = await parties.profiles([user.personId, organisation.id])
        return {
          account: user.account,
          name: profiles.get(user.personId)?.name ?? '',
          did: user.did,
          roles: [...user.roles],
          organisation: { name: profiles.get(organisation.id)?.name ?? '', did: organisation.did },
        }
      },
    }),
    operation({
      name: 'me.token',
      summary: 'A new token for yourself; the ones you had end',
      method: 'POST',
      path: '/me/token',
      input: z.strictObject({}),
      output: z.object({ account: z.string(), token: z.string(), expires_at: z.iso.datetime() }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const { userId, account: name } = requireUser(caller)
        const made = await store.transact(async (tx) => {
          await accounts.revokeTokensOf(tx, userId)
          return accounts.createToken(tx, { kind: 'user', ownerId: userId })
        })
        await keepToken?.(name, made.token)
        return { account: name, token: made.token, expires_at: iso(made.expiresAt) }
      },
    }),
    operation({
      name: 'activate',
      summary: 'Trade a one-time activation code for your token',
      method: 'POST',
      path: '/activations',
      input: z.strictObject({ code: z.string().min(20).max(100) }),
      output: z.object({ account: z.string(), token: z.string(), expires_at: z.iso.datetime() }),
      allow: { anyone: 'the one-time code is the proof' },
      run: async ({ code }) => {
        const { account: name, token, expiresAt } = await store.transact((tx) => accounts.activate(tx, code))
        return { account: name, token, expires_at: iso(expiresAt) }
      },
    }),
  ]
}

const iso = (ms: number) => new Date(ms).toISOString()
