import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  operation,
  Refusal,
  requireUser,
  requireVersion,
} from '../core/index.ts'
import type { Claims } from '../credentials/index.ts'
import { type PartiesOperationsDeps, text } from './operation-values.ts'
import type { Party } from './parties.ts'
import { asWritten } from './written-values.ts'

const address = z.strictObject({
  street_address: text(150),
  postal_code: text(16).optional(),
  locality: text(100),
  region: text(100).optional(),
  country: z.string().regex(/^[A-Z]{2}$/, 'a country code such as NL'),
})

const companyProfile = z.strictObject({
  name: text(200).optional(),
  trade_names: z.array(text(200)).max(20).optional(),
  description: text(1000).optional(),
  sectors: z.array(text(12)).max(20).optional(),
  website: text(300).optional().describe('such as https://www.example.nl'),
  address: address.optional(),
  postal_address: address.optional(),
  email: text(254).optional(),
  phone_number: text(40).optional().describe('such as 06-12345678 or +31102041234'),
  invoice_email: text(254).optional(),
  iban: text(50).optional().describe('with or without blanks'),
})

const ownData = z.strictObject({
  given_name: text(100).optional(),
  family_name: text(100).optional(),
  email: text(254).optional(),
  phone_number: text(40).optional().describe('such as 06-12345678 or +31102041234'),
  job_title: text(100).optional(),
})

/** What may be left unsaid, of what this takes; a credential of the type is not without the others. */
const without = <const T extends readonly [string, ...string[]]>(...names: T) =>
  z.array(z.enum(names)).max(names.length).optional().describe('what is said no longer')

const companyInput = companyProfile.extend({
  without: without(
    ...(['trade_names', 'description', 'sectors', 'website', 'address', 'postal_address'] as const),
    ...(['email', 'phone_number', 'invoice_email', 'iban'] as const),
  ),
})
const ownInput = ownData.extend({ without: without('phone_number', 'job_title') })

const profileOutput = z.object({
  id: z.string().describe('the credential'),
  did: z.string(),
  claims: z.record(z.string(), z.unknown()),
  version: z.number().int(),
})

export function profileOperations(deps: PartiesOperationsDeps): AnyOperation[] {
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
      input: companyInput,
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
      input: ownInput,
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
  { people, parties, store }: PartiesOperationsDeps,
  party: Party,
  { without = [], ...changed }: Claims & { readonly without?: readonly string[] | undefined },
  caller: Caller,
  ifMatch: number | undefined,
) {
  return store.transact(async (tx) => {
    // Before the first look: what another process changes meanwhile would be written over with what was there before.
    await parties.lock(tx, party)
    const before = await people.declared(party)
    requireVersion(ifMatch, before?.row.receivedAt)
    const all = { ...before?.claims, ...asWritten(changed) }
    const claims = Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)))
    const row = await people.declare(tx, caller, party, claims)
    return { id: row.id, did: party.did, claims, version: row.receivedAt }
  })
}
