import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  type Did,
  isoTime,
  operation,
  Refusal,
  requireUser,
  roles,
  scopes,
} from '../core/index.ts'
import {
  account,
  activationShape,
  handingShape,
  handOver,
  type PartiesOperationsDeps,
  roleCode,
  text,
} from './operation-values.ts'
import type { Party } from './parties.ts'
import type { PartyProfile } from './party-table.ts'
import { Welcome } from './welcome.ts'
import { phoneNumberFrom } from './written-values.ts'

const personOutput = z.object({
  id: z.string(),
  did: z.string(),
  account: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
})

export function peopleOperations(deps: PartiesOperationsDeps): AnyOperation[] {
  const { store, parties, accounts, people, audit, consentKeys, local } = deps
  const welcome = new Welcome({ accounts, consentKeys, ...(local && { local }) })
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
        phone_number: text(40).optional().describe('such as 06-12345678 or +31102041234'),
        job_title: text(100).optional(),
        role: roleCode.describe('her function as partners see it, such as account_manager'),
        roles: z
          .array(z.enum(roles))
          .max(roles.length)
          .default(['contact_person'])
          .describe('what she may do in this node'),
        representation: z
          .enum(['SOLE', 'JOINT'])
          .optional()
          .describe('she is a legal representative: alone or together with others, as the register has it'),
        ...handingShape,
      }),
      output: personOutput.extend(activationShape),
      status: 201,
      secret: true,
      proof: true,
      allow: { users: ['administrator'] },
      run: async (input, { caller }) => {
        const secret = await welcome.prepare()
        const made = await store.transact(async (tx) => {
          const added = await people.add(tx, caller, {
            account: input.account,
            givenName: input.given_name,
            familyName: input.family_name,
            email: input.email,
            ...(input.phone_number && { phoneNumber: phoneNumberFrom(input.phone_number) }),
            jobTitle: input.job_title,
            role: input.role,
            roles: input.roles,
            ...(input.representation && { representation: input.representation }),
          })
          const code = await welcome.give(tx, input.account, added, secret)
          const { mailed, language } = input
          const handed = await handOver(tx, deps, code, { person: added.party.id, mailed, language })
          return { party: added.party, handed }
        })
        return {
          id: made.party.id,
          did: made.party.did,
          account: input.account,
          name: `${input.given_name} ${input.family_name}`,
          roles: input.roles,
          ...made.handed,
        }
      },
    }),
    operation({
      name: 'people.roles',
      summary: 'Say what somebody may do in this node; what she is to partners stays as it is',
      method: 'POST',
      path: '/people/:id/roles',
      input: z.strictObject({
        id: z.string().max(100),
        roles: z.array(z.enum(roles)).min(1).max(roles.length).describe('all of them'),
      }),
      output: personOutput,
      proof: true,
      allow: { users: ['administrator'] },
      positional: ['id'],
      run: async ({ id, roles: wanted }, { caller }) => {
        const party = await parties.require(id)
        if (party.id === requireUser(caller).personId)
          throw new Refusal('conflict', 'not_yourself', 'somebody else must change what you may do')
        const user = await store.transact(async (tx) => {
          const changed = await accounts.setRoles(tx, party.id, wanted)
          await audit.record(tx, caller, 'person.roles_set', { party: party.id, roles: changed.roles })
          return changed
        })
        const { name } = await parties.profile(party.id)
        return { id, did: party.did, account: user.account, name, roles: [...user.roles] }
      },
    }),
    operation({
      name: 'people.list',
      summary: 'The people of this node',
      method: 'GET',
      path: '/people',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          personOutput.extend({
            state: z.enum(['active', 'left', 'erased']),
            taken_over: z.boolean().describe('she took her account and key over'),
          }),
        ),
      }),
      allow: { users: ['administrator', 'coordinator'] },
      run: async () => {
        const users = await accounts.listUsers()
        const profiles = await parties.profiles(users.map(({ personId }) => personId))
        const persons = await Promise.all(users.map(({ personId }) => parties.require(personId)))
        const takenOver = await consentKeys.activeAmong(users.map(({ personId }) => personId))
        return {
          items: users.map((user, at) => ({
            id: user.personId,
            did: persons[at]?.did ?? '',
            account: user.account,
            name: profiles.get(user.personId)?.name ?? '',
            roles: [...user.roles],
            state: stateOf(user.state, profiles.get(user.personId)),
            taken_over: takenOver.has(user.personId),
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
      proof: true,
      allow: { users: ['administrator'] },
      run: async (input, { caller }) => {
        const responsible = await parties.require(requireUser(caller).personId)
        const made = await store.transact((tx) => people.addSystem(tx, caller, { ...input, responsible }))
        return {
          id: made.party.id,
          did: made.party.did,
          token: made.token,
          expires_at: isoTime(made.expiresAt),
        }
      },
    }),
    operation({
      name: 'systems.list',
      summary: 'The systems of this node: who answers for each, what it may, and until when its token works',
      method: 'GET',
      path: '/systems',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          z.object({
            id: z.string(),
            did: z.string(),
            name: z.string(),
            state: z.enum(['active', 'left']),
            responsible: z.string().nullable().describe('name of the employee'),
            scopes: z.array(z.string()),
            token_expires_at: z.iso.datetime().nullable(),
          }),
        ),
      }),
      allow: { users: ['administrator', 'coordinator'] },
      run: async () => {
        const systems = await people.listSystems()
        const tokens = await accounts.tokensOf(systems.map(({ party }) => party.id))
        const employees = await parties.list('person')
        const profiles = await parties.profiles(employees.map(({ id }) => id))
        const nameOf = (did: Did | null) => {
          const employee = employees.find((one) => one.did === did)
          return (employee && profiles.get(employee.id)?.name) || did
        }
        return {
          items: systems.map(({ party: { id, did }, name, responsible }) => {
            const token = tokens.find(({ ownerId }) => ownerId === id)
            return {
              ...{ id, did, name },
              state: responsible ? ('active' as const) : ('left' as const),
              responsible: nameOf(responsible),
              scopes: [...(token?.scopes ?? [])],
              token_expires_at: token ? isoTime(token.expiresAt) : null,
            }
          }),
        }
      },
    }),
  ]
}

const stateOf = (state: 'active' | 'blocked', profile: PartyProfile | undefined) => {
  if (profile?.erased) return 'erased' as const
  return state === 'active' ? ('active' as const) : ('left' as const)
}

const left = z.object({ id: z.string(), state: z.literal('left') })

export function leaveOperations({ store, parties, people }: PartiesOperationsDeps): AnyOperation[] {
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
