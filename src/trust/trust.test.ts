import { describe, expect, test } from 'vitest'
import type { AcceptedIssuer } from '../config/index.ts'
import { asDid, type Did, Refusal } from '../core/index.ts'
import { loadCredentialTypes, type OutsideIssuer } from '../credentials/index.ts'
import { createAcceptedIssuers } from './accepted-issuers.ts'
import type { RegistryLookup } from './registry.ts'
import type { RegistryEntry } from './tables.ts'
import { type Assessed, Trust } from './trust.ts'

const anchor = asDid('did:ethr:0x539:0xaa')
const member = asDid('did:ethr:0x539:0xbb')
const webMember = asDid('did:web:member.example')
const suspended = asDid('did:ethr:0x539:0xcc')
const suspendedWeb = asDid('did:web:suspended.example')
const stranger = asDid('did:ethr:0x539:0xdd')
const webStranger = asDid('did:web:stranger.example')
const person = asDid('did:jwk:abc')
const registered: Readonly<Record<string, RegistryEntry['state']>> = {
  [anchor]: 'active',
  [member]: 'active',
  [webMember]: 'active',
  [suspended]: 'suspended',
  [suspendedWeb]: 'suspended',
}

const types = loadCredentialTypes('credentials', 'schemas')
const asked: Did[] = []
const entryOf = (did: Did): RegistryEntry | null => {
  asked.push(did)
  const state = registered[did]
  return state
    ? {
        did,
        name: `name of ${did}`,
        kvkNumber: null,
        wallet: 'https://wallet.example',
        roles: ['member'],
        state,
        since: 0,
        attestationId: 'a',
        registrationId: 'r',
        version: 1,
      }
    : null
}
const known = { url: 'https://anchor.example', did: anchor, name: 'MYOBI' }
const away = async () => {
  throw new Refusal('unavailable', 'trust_anchor_unreachable', 'away')
}
const trust = new Trust({
  types,
  anchor: { require: async () => known, refresh: away },
  registry: { find: async (did) => entryOf(did), findByKvk: async () => null },
})
const alone = new Trust({
  types,
  anchor: { require: away, refresh: away },
  registry: { find: away, findByKvk: away },
})

const passed = [
  { check: 'issuer', ok: true },
  { check: 'issuer_signature', ok: true },
  { check: 'claims', ok: true },
] as const
const report = (type: string, issuer: Did | null, subject: Did | null = person): Assessed => ({
  issuer,
  subject,
  vct: types.findByName(type)?.vct ?? type,
  checks: passed,
})
const ok = undefined

describe('who is believed for which type', () => {
  test.each([
    ['ttp-policy-attestation', anchor, person, ok],
    ['ttp-policy-attestation', member, person, 'issuer_not_trust_anchor'],
    ['ttp-policy-attestation', person, person, 'issuer_not_trust_anchor'],
    ['company-registration', anchor, member, ok],
    ['company-registration', member, member, 'issuer_not_trust_anchor'],
    ['company-profile', member, member, ok],
    ['company-profile', stranger, stranger, ok],
    ['company-profile', member, stranger, 'issuer_not_subject'],
    ['company-profile', anchor, member, 'issuer_not_subject'],
    ['contact-person', person, person, ok],
    ['contact-person', member, person, 'issuer_not_subject'],
    ['contact-person', person, null, 'issuer_not_subject'],
    ['employee-role', member, person, ok],
    ['employee-role', webMember, person, ok],
    ['employee-role', suspended, person, 'issuer_suspended'],
    ['employee-role', stranger, person, 'issuer_not_registered'],
    ['employee-role', person, person, 'issuer_not_registered'],
    ['system-role', suspended, person, 'issuer_suspended'],
    ['access-grant', member, webMember, ok],
    ['access-grant', person, member, ok],
    ['access-grant', webStranger, member, ok],
    ['access-grant', stranger, member, 'issuer_not_registered'],
    ['access-grant', suspended, member, 'issuer_suspended'],
    ['access-grant', suspendedWeb, member, 'issuer_suspended'],
    ['urn:example:unknown', anchor, person, 'unknown_credential_type'],
    ['access-grant', null, member, 'issuer_unproven'],
  ])('%s of %s about %s: %s', async (type, issuer, subject, code) => {
    const assessment = await trust.assess(report(type, issuer, subject))
    expect([assessment.trusted, assessment.code]).toEqual([code === undefined, code])
  })

  test('every issuer rule of the catalogue is in this table', () => {
    expect(new Set(types.list().map(({ issuerRule }) => issuerRule))).toEqual(
      new Set(['trust-anchor', 'subject', 'registered-organisation', 'data-subject']),
    )
  })
})

test.each(['issuer', 'issuer_signature', 'claims'])(
  'an issuer is not believed when %s failed',
  async (name) => {
    const checks = passed.map(({ check, ok: done }) => ({ check, ok: check === name ? false : done }))
    const assessment = await trust.assess({ ...report('company-registration', anchor), checks })
    expect(assessment).toMatchObject({ trusted: false, code: 'issuer_unproven' })
  },
)

test('an issuer is not believed when its signature was never looked at', async () => {
  const assessment = await trust.assess({ ...report('company-registration', anchor), checks: [] })
  expect(assessment).toMatchObject({ trusted: false, code: 'issuer_unproven' })
})

describe('a list of issuers takes the place of the rule', () => {
  test.each([
    ['company-registration', anchor, [anchor], ok],
    ['company-registration', anchor, [member], 'issuer_not_listed'],
    ['company-registration', anchor, [], 'issuer_not_listed'],
    ['company-registration', member, [anchor, member], ok],
    ['urn:example:unknown', anchor, [anchor], 'unknown_credential_type'],
  ])('%s of %s with %j: %s', async (type, issuer, issuers, code) => {
    const assessment = await trust.assess(report(type, issuer), { issuers })
    expect([assessment.trusted, assessment.code]).toEqual([code === undefined, code])
  })
})

test.each([
  ['type_from_issuer', true, [member], ok],
  ['type_from_issuer', true, [anchor], 'issuer_not_listed'],
  ['type_from_issuer', true, undefined, 'unknown_credential_type'],
  ['type_from_issuer', false, [member], 'unknown_credential_type'],
  ['type_unavailable', true, [member], 'unknown_credential_type'],
])(
  'a type that only its issuer describes (%s, %s) is for whoever names the issuer: %j',
  async (code, fits, issuers, refused) => {
    const checks = [...passed, { check: 'type', ok: fits, code }] as const
    const assessed = { ...report('https://member.example/type', member), checks }
    const assessment = await trust.assess(assessed, issuers && { issuers })
    expect([assessment.trusted, assessment.code]).toEqual([refused === undefined, refused])
  },
)

test.each([
  ['company-registration', anchor, 'trust_anchor_unreachable'],
  ['employee-role', member, 'registry_unreachable'],
  ['access-grant', member, 'registry_unreachable'],
  ['access-grant', webStranger, 'registry_unreachable'],
])('%s of %s is not believed while nobody can be asked: %s', async (type, issuer, code) => {
  expect(await alone.assess(report(type, issuer))).toMatchObject({ trusted: false, code })
})

test('organisations are called by the name the network knows, people by none', async () => {
  expect(await trust.nameOf(anchor)).toBe('MYOBI')
  expect(await trust.nameOf(member)).toBe(`name of ${member}`)
  expect(await trust.nameOf(stranger)).toBeNull()
  expect(await alone.nameOf(member)).toBeNull()
  asked.length = 0
  expect(await trust.nameOf(person)).toBeNull()
  expect(asked).toEqual([])
})

describe('whom agent.yml lists for a type', () => {
  const role = types.byName('employee-role').vct
  const anchors = [
    { name: 'hr', certificatePath: '', uses: ['issuers'], revocation: 'required' },
    { name: 'readers', certificatePath: '', uses: ['verifiers'], revocation: 'required' },
  ] as const
  const listing = (accept: readonly AcceptedIssuer[], type: string = role) =>
    createAcceptedIssuers({ anchors, issuers: [{ type, accept }] }, types)
  const world = {
    types,
    anchor: { require: async () => known, refresh: away },
    registry: { find: async (did: Did) => entryOf(did), findByKvk: async () => null },
  }
  const withList = (accept: readonly AcceptedIssuer[], registry: RegistryLookup = world.registry) =>
    new Trust({ ...world, registry, accepted: listing(accept) })
  const certified: OutsideIssuer = {
    ...{ kind: 'certificate', anchor: 'hr', name: 'MYOBI', dnsNames: ['a.example', 'b.example'] },
    ...{ authorityKeyIds: [], url: null },
  }
  const published: OutsideIssuer = { kind: 'metadata', url: 'https://a.example' }
  const outside = (outsideIssuer: OutsideIssuer, type = 'employee-role'): Assessed => ({
    ...report(type, null),
    outsideIssuer,
  })

  test.each<[string, readonly AcceptedIssuer[], Assessed, string | undefined]>([
    ['a DID that is listed', [{ did: stranger }], report('employee-role', stranger), ok],
    ['a DID that is not', [{ did: stranger }], report('employee-role', member), 'issuer_not_listed'],
    ['the network beside a list', ['network', { did: stranger }], report('employee-role', member), ok],
    ['a stranger to it', ['network'], report('employee-role', webStranger), 'issuer_not_registered'],
    ['who was suspended', ['network'], report('employee-role', suspended), 'issuer_suspended'],
    ['a role in the registry', [{ role: 'member' }], report('employee-role', member), ok],
    ['another role', [{ role: 'trust_anchor' }], report('employee-role', member), 'issuer_not_listed'],
    ['a role, suspended', [{ role: 'member' }], report('employee-role', suspended), 'issuer_suspended'],
    ['a certificate', [{ anchor: 'hr' }], outside(certified), ok],
    ['one for a name', [{ anchor: 'hr', dnsName: 'b.example' }], outside(certified), ok],
    [
      'one for another name',
      [{ anchor: 'hr', dnsName: 'c.example' }],
      outside(certified),
      'issuer_not_listed',
    ],
    [
      'one of another anchor',
      [{ anchor: 'hr' }],
      outside({ ...certified, anchor: 'x' }),
      'issuer_not_listed',
    ],
    ['one where the network is listed', ['network'], outside(certified), 'issuer_not_listed'],
    ['one where roles are listed', [{ role: 'member' }], outside(certified), 'issuer_not_listed'],
    ['an address', [{ url: 'https://a.example' }], outside(published), ok],
    ['another address', [{ url: 'https://a.example/' }], outside(published), 'issuer_not_listed'],
    [
      'a certificate of that address',
      [{ url: 'https://a.example' }],
      outside(certified),
      'issuer_not_listed',
    ],
    ['an address with a certificate’s list', [{ anchor: 'hr' }], outside(published), 'issuer_not_listed'],
  ])('%s', async (_what, accept, assessed, code) => {
    const assessment = await withList(accept).assess(assessed)
    expect([assessment.trusted, assessment.code]).toEqual([code === undefined, code])
  })

  test('a source that does not answer is told, unless another said yes', async () => {
    const down = { find: away, findByKvk: away }
    const listed = report('employee-role', member)
    for (const accept of [
      ['network'],
      [{ role: 'member' }],
      [{ did: stranger }, { role: 'member' }],
    ] as const)
      expect(await withList(accept, down).assess(listed)).toEqual({
        trusted: false,
        code: 'registry_unreachable',
      })
    expect(await withList([{ role: 'member' }, { did: member }], down).assess(listed)).toMatchObject({
      trusted: true,
    })
  })

  test('who has no DID counts for no type that is not listed, whatever its name', async () => {
    for (const type of types.list())
      for (const issuer of [certified, published]) {
        expect(await trust.assess(outside(issuer, type.name))).toEqual({
          trusted: false,
          code: 'issuer_not_listed',
        })
        const named = { issuers: [anchor, member] }
        expect((await withList([{ anchor: 'hr' }]).assess(outside(issuer), named)).trusted).toBe(false)
      }
  })

  test('who is listed by DID may offer from the wallet the registry names, and from nowhere else', async () => {
    const wallet = 'https://wallet.example'
    const grant = types.byName('access-grant').vct
    const at = (accept: readonly AcceptedIssuer[], where = wallet, vcts: (string | null)[] = [role]) =>
      withList(accept).listsAt(where, vcts)
    expect(await at([{ did: member }])).toBe(true)
    expect(await at([{ role: 'member' }, { did: member }], wallet, [role, role])).toBe(true)
    for (const accept of [['network'], [{ role: 'member' }], [{ anchor: 'hr' }], [{ url: wallet }]] as const)
      expect(await at(accept)).toBe(false)
    for (const did of [suspended, stranger]) expect(await at([{ did }])).toBe(false)
    expect(await at([{ did: member }], 'https://else.example')).toBe(false)
    for (const vcts of [[], [null], [grant], [role, grant], [role, null]])
      expect(await at([{ did: member }], wallet, vcts)).toBe(false)
    const down = { find: away, findByKvk: away }
    expect(await withList([{ did: member }], down).listsAt(wallet, [role])).toBe(false)
    expect(await trust.listsAt(wallet, [role])).toBe(false)
  })

  test('what could never count is said at the start', () => {
    const refusal = expect.objectContaining({ code: 'config_trust_invalid' })
    expect(() => listing(['network'], 'urn:example:unknown')).toThrow(refusal)
    expect(() => listing([{ anchor: 'unknown' }])).toThrow(refusal)
    expect(() => listing([{ anchor: 'readers' }])).toThrow(refusal)
    for (const name of ['ttp-policy-attestation', 'company-registration', 'access-grant', 'company-profile'])
      for (const one of [{ anchor: 'hr' }, { url: 'https://a.example' }])
        expect(() => listing([one], types.byName(name).vct), name).toThrow(refusal)
    expect(() => listing([{ did: stranger }], types.byName('company-registration').vct)).not.toThrow()
  })
})
