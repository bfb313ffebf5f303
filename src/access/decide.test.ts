import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import type { AttestationState } from '../trust/index.ts'
import { type AskFacts, decide, type GrantFacts } from './decide.ts'

const owner = asDid('did:ethr:0x7a69:0x01')
const partner = asDid('did:ethr:0x7a69:0x02')
const anna = asDid('did:jwk:anna')
const robot = asDid('did:jwk:robot')
const email = { vct: 'contact', path: ['email'] }
const phone = { vct: 'contact', path: ['phone_number'] }
const now = 1_800_000_000_000

const grant: GrantFacts = {
  grantor: owner,
  grantee: partner,
  digest: 'd1',
  tuples: [
    { ...email, credentialId: 'c1' },
    { ...phone, credentialId: 'c1' },
  ],
  purpose: ['dpv:Service'],
  legalBasis: 'gdpr:A6-1-b',
  recipients: { roles: ['account_manager'] },
  delegation: null,
  startsAt: now - 1_000,
  expiresAt: now + 1_000,
  revokedAt: null,
  awaitsReturn: false,
  agreementInForce: true,
  closedSecrets: [],
}
const ask: AskFacts = {
  asker: partner,
  actor: { kind: 'employee', did: anna, role: 'account_manager' },
  subject: owner,
  claims: [email],
  purpose: ['dpv:Service'],
  legalBasis: 'gdpr:A6-1-b',
  grantDigest: 'd1',
  chain: null,
}
const run = (
  a: Partial<AskFacts> = {},
  g: Partial<GrantFacts> | null = {},
  state: AttestationState = 'valid',
) => decide({ ...ask, ...a }, g === null ? null : { ...grant, ...g }, state, now)

test('a fitting Ask under a live grant is permitted, with exactly the frozen tuples asked for', () => {
  expect(run()).toEqual({ permit: true, tuples: [{ ...email, credentialId: 'c1' }] })
  expect(run({ claims: [phone, email] })).toMatchObject({ permit: true, tuples: [phone, email] })
})

test.each<[string, Partial<AskFacts>, Partial<GrantFacts> | null, string[]]>([
  ['without a grant', {}, null, ['grant_unknown']],
  ['with a changed grant', { grantDigest: 'd2' }, {}, ['grant_differs']],
  ['about another subject', { subject: anna }, {}, ['grant_of_another_subject']],
  ['by another party', { asker: owner }, {}, ['grant_for_another_party']],
  ['after revocation', {}, { revokedAt: now - 1 }, ['grant_revoked']],
  ['before the grant starts', {}, { startsAt: now + 30_001 }, ['grant_not_yet_valid']],
  ['at the end of the grant', {}, { expiresAt: now }, ['grant_expired']],
  ['once the agreement it names is over', {}, { agreementInForce: false }, ['agreement_not_in_force']],
  [
    'for a trade secret that no agreement opens',
    { claims: [phone, email] },
    { closedSecrets: [email] },
    ['secret_needs_agreement'],
  ],
  ['as long as the other side did not give', {}, { awaitsReturn: true }, ['grant_awaits_return']],
  ['for another purpose', { purpose: ['dpv:Marketing'] }, {}, ['purpose_not_granted']],
  ['for one more purpose', { purpose: ['dpv:Service', 'dpv:Marketing'] }, {}, ['purpose_not_granted']],
  ['for no purpose', { purpose: [] }, {}, ['purpose_not_granted']],
  ['on another legal basis', { legalBasis: 'gdpr:A6-1-a' }, {}, ['basis_not_granted']],
  ['for nothing', { claims: [] }, {}, ['nothing_asked']],
  [
    'for one claim too many',
    { claims: [email, { vct: 'contact', path: ['iban'] }] },
    {},
    ['claim_not_granted'],
  ],
  [
    'for a claim of another type',
    { claims: [{ vct: 'profile', path: ['email'] }] },
    {},
    ['claim_not_granted'],
  ],
  ['for the parent of a claim', { claims: [{ vct: 'contact', path: [] }] }, {}, ['claim_not_granted']],
  ['by nobody in particular', { actor: null }, {}, ['actor_unproven']],
  ['by another role', { actor: { kind: 'employee', did: anna, role: 'trainee' } }, {}, ['role_not_granted']],
  ['by a system', { actor: { kind: 'system', did: robot } }, {}, ['system_not_granted']],
  ['by a role when persons are named', {}, { recipients: { persons: [owner] } }, ['role_not_granted']],
  ['by an employee when systems are named', {}, { recipients: { systems: [robot] } }, ['role_not_granted']],
])('an Ask %s is denied', (_when, a, g, codes) => {
  expect(run(a, g)).toEqual({ permit: false, codes })
})

test('beside a trade secret that stays closed the other claims open', () => {
  expect(run({ claims: [phone] }, { closedSecrets: [email] })).toMatchObject({ permit: true })
})

test('a named person and an allowed system may look', () => {
  expect(run({}, { recipients: { persons: [anna] } })).toMatchObject({ permit: true })
  const system = { actor: { kind: 'system', did: robot } as const }
  expect(run(system, { recipients: { roles: ['account_manager'], systems: [robot] } })).toMatchObject({
    permit: true,
  })
})

test('a clock that runs 30 seconds behind does not hold back a new grant', () => {
  expect(run({}, { startsAt: now + 30_000 })).toMatchObject({ permit: true })
})

test.each<AttestationState>(['missing', 'invalid', 'expired', 'suspended', 'revoked', 'unknown'])(
  'an asker whose attestation is %s is denied',
  (state) => {
    expect(run({}, {}, state)).toEqual({ permit: false, codes: [`attestation_${state}`] })
    expect(run({}, null, state)).toEqual({ permit: false, codes: [`attestation_${state}`, 'grant_unknown'] })
  },
)

test('several faults are all named', () => {
  const result = run({ actor: null, claims: [] }, { revokedAt: now, expiresAt: now })
  expect(result).toEqual({
    permit: false,
    codes: ['grant_revoked', 'grant_expired', 'actor_unproven', 'nothing_asked'],
  })
})

test('whatever is asked, no more than the frozen tuples ever opens', () => {
  const path = fc.array(fc.constantFrom('email', 'phone_number', 'iban', 'address'), { maxLength: 3 })
  const target = fc.record({ vct: fc.constantFrom('contact', 'profile'), path })
  fc.assert(
    fc.property(fc.array(target, { maxLength: 6 }), fc.array(target, { maxLength: 6 }), (claims, granted) => {
      const tuples = granted.map((tuple) => ({ ...tuple, credentialId: 'c' }))
      const decision = run({ claims }, { tuples })
      const frozen = new Set(granted.map((tuple) => JSON.stringify(tuple)))
      const covered = claims.length > 0 && claims.every((claim) => frozen.has(JSON.stringify(claim)))
      expect(decision.permit).toBe(covered)
      if (decision.permit) expect(decision.tuples.map(({ vct, path }) => ({ vct, path }))).toEqual(claims)
    }),
  )
})
