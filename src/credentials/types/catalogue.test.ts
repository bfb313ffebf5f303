import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatClaimRef, loadCredentialTypes, parseClaimRef } from './index.ts'

const types = loadCredentialTypes('credentials', 'schemas')

test('the types of the network are there', () => {
  expect(types.list().map((type) => [type.name, type.issuerRule, type.needsStatus])).toEqual([
    ['access-delegation', 'registered-organisation', true],
    ['access-denial', 'data-subject', false],
    ['access-grant', 'data-subject', true],
    ['agreement', 'trust-anchor', true],
    ['company-profile', 'subject', true],
    ['company-registration', 'trust-anchor', true],
    ['contact-person', 'subject', true],
    ['customer-statement', 'registered-organisation', true],
    ['employee-role', 'registered-organisation', true],
    ['peer-figures', 'subject', true],
    ['price-list', 'subject', true],
    ['product-list', 'subject', true],
    ['representative-authority', 'trust-anchor', true],
    ['system-role', 'registered-organisation', true],
    ['training-certificate', 'registered-organisation', true],
    ['ttp-policy-attestation', 'trust-anchor', true],
  ])
})

describe.each(types.list().map((type) => [type.name, type] as const))('%s', (name, type) => {
  test('is found by its name and by its vct', () => {
    expect(type.vct).toBe(`urn:regie:credential:${name}:1`)
    expect(types.require(type.vct)).toBe(type)
    expect(types.byName(name)).toBe(type)
  })

  test('has an example that shows every claim and is valid', () => {
    expect(type.validateClaims(type.example)).toEqual({ ok: true })
    const shown = type.disclosablePaths(type.example).map(String)
    const disclosable = type.metadata.claims.filter((claim) => claim.sd !== 'never')
    expect(disclosable.filter((claim) => !shown.includes(String(claim.path)))).toEqual([])
  })

  test('uses invented data', () => {
    const hosts = JSON.stringify(type.example).match(/(?<=@|did:web:|https?:\/\/)[a-z0-9.-]+/g) ?? []
    expect(hosts.filter((host) => !host.endsWith('.example') && host !== 'w3id.org')).toEqual([])
  })

  test('says of every claim whether it may be left out, without leaving the issuer a choice', () => {
    expect(type.metadata.claims.filter((claim) => claim.sd === 'allowed')).toEqual([])
  })

  test('is served with the digest credentials carry as vct#integrity', () => {
    expect(JSON.parse(type.document)).toEqual(type.metadata)
    expect(type.integrity).toMatch(/^sha256-[A-Za-z0-9+/]{43}=$/)
  })

  test('lasts at most a year, or as long as what it stands for', () => {
    const issued = Date.UTC(2026, 0, 1)
    expect(type.expiresAt(issued)).toBeGreaterThan(issued)
    const years = name === 'agreement' ? 10 : 1
    expect(type.expiresAt(issued)).toBeLessThanOrEqual(Date.UTC(2026 + years, 0, 1))
  })
})

describe('a claim', () => {
  test('has a label in Dutch and in English, and a data class', () => {
    const { type, claim } = types.requireClaim(parseClaimRef('company-profile.address.postal_code'))
    expect(type.label(claim.path, 'nl')).toBe('Postcode')
    expect(type.label(claim.path, 'en')).toBe('Postal code')
    expect(type.dataClass(claim.path)).toBe('confidential')
    expect(type.displayName('nl')).toBe('Bedrijfsprofiel')
  })

  test.each([
    'company-profile.bsn',
    'company-profile.address.street',
    'company-profile.name.0',
    'contact-person.toString',
  ])('%s is unknown', (text) => {
    expect(() => types.requireClaim(parseClaimRef(text))).toThrow(
      expect.objectContaining({
        code: 'unknown_claim',
        params: expect.objectContaining({ known: expect.arrayContaining(['email']) }),
      }),
    )
  })

  test.each(['passport.number', 'constructor.name'])('%s is of an unknown type', (text) => {
    expect(() => types.requireClaim(parseClaimRef(text))).toThrow(
      expect.objectContaining({
        code: 'unknown_credential_type',
        params: { known: expect.arrayContaining(['contact-person']) },
      }),
    )
    expect(types.find('urn:regie:credential:passport:1')).toBeNull()
  })

  test('that is missing or badly written refuses the whole set, naming it without its value', () => {
    const type = types.byName('contact-person')
    const claims = { given_name: 'Anna', email: 'not-an-address' }
    expect(() => type.requireValidClaims(claims)).toThrow(
      expect.objectContaining({
        code: 'invalid_claims',
        params: {
          type: 'contact-person',
          claims: ['contact-person.family_name: missing', 'contact-person.email: malformed'],
        },
      }),
    )
  })

  test('is disclosable on its own, its object too, in that order', () => {
    const paths = types.byName('company-profile').disclosablePaths({
      name: 'x',
      address: { street_address: 'a', locality: 'b', country: 'NL' },
    })
    expect(paths).toEqual([
      ['name'],
      ['address'],
      ['address', 'street_address'],
      ['address', 'locality'],
      ['address', 'country'],
    ])
  })
})

test('a grant shows its status to anybody and what it grants to nobody who need not know', () => {
  const grant = types.byName('access-grant')
  expect(grant.disclosablePaths(grant.example)).toEqual([['access']])
  expect(Object.keys(grant.example)).toEqual(['access'])
})

test('a grant without recipients is not a grant', () => {
  const grant = types.byName('access-grant')
  const { access } = grant.example as { access: object }
  for (const recipients of [undefined, {}, { roles: [] }, { everybody: true }])
    expect(grant.validateClaims({ access: { ...access, recipients } }).ok).toBe(false)
})

test.each(['*', null, -1])('a grant cannot freeze the claim path element %j', (element) => {
  const grant = types.byName('access-grant')
  const { access } = grant.example as { access: { query: object[] } }
  const query = [{ ...access.query[0], path: ['trade_names', element] }]
  expect(grant.validateClaims({ access: { ...access, query } }).ok).toBe(false)
})

test('who accepted a policy can be left out, that it was accepted cannot', () => {
  const attestation = types.byName('ttp-policy-attestation')
  expect(attestation.disclosablePaths(attestation.example)).toEqual([
    ['acceptance', 'by'],
    ['acceptance', 'representation_type'],
    ['acceptance', 'co_acceptances'],
  ])
})

describe('names we share with the WE BUILD rulebooks are the same', () => {
  const sample = (file: string) =>
    JSON.parse(readFileSync(`test/vectors/attestations/webuild/${file}.json`, 'utf8')) as unknown
  const at = (value: unknown, path: readonly (string | number)[]): unknown =>
    path.reduce<unknown>((here, key) => (here as Record<string | number, unknown>)[key], value)

  test.each([
    ['contact-person.given_name', 'contact-person-sd-jwt-sample', ['contact_persons', 0, 'given_name']],
    ['contact-person.family_name', 'contact-person-sd-jwt-sample', ['contact_persons', 0, 'family_name']],
    ['contact-person.email', 'contact-person-sd-jwt-sample', ['contact_persons', 0, 'email']],
    ['company-registration.id', 'ds001-ebwoid-sd-jwt-sample', ['id']],
    ['company-registration.name', 'ds001-ebwoid-sd-jwt-sample', ['name']],
    ['company-registration.euid', 'employee-sd-jwt-payload', ['company_info', 'euid']],
    [
      'company-registration.lei',
      'authorised-signatories-sd-jwt-sample',
      ['legal_entity', 'identifier', 'lei'],
    ],
    ['company-profile.iban', 'iban-ov-sd-jwt-sample', ['bank_account', 'iban']],
    ['company-profile.website', 'ds004-eucc-sd-jwt-sample', ['digital_contact_point', 'website']],
    ['company-profile.email', 'ds004-eucc-sd-jwt-sample', ['digital_contact_point', 'email']],
    [
      'employee-role.representation_type',
      'authorised-signatories-sd-jwt-sample',
      ['authorised_persons', 0, 'person_role', 'representation_type'],
    ],
    ['employee-role.role', 'contact-person-sd-jwt-sample', ['contact_persons', 0, 'role']],
  ] as const)('%s', (text, file, path) => {
    const ref = parseClaimRef(text)
    expect(formatClaimRef(ref)).toBe(text)
    expect(types.requireClaim(ref).claim.path.at(-1)).toBe(path.at(-1))
    expect(at(sample(file), path)).toBeTypeOf('string')
  })
})
