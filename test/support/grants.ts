import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { type GrantRecord, grantRecordOf, type Use } from '../../src/receipts/grant-record.ts'

/** A file of test/vectors. */
export const vector = (path: string) => JSON.parse(readFileSync(`test/vectors/${path}`, 'utf8'))

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
export const isConsentRecord = ajv.compile(vector('consent/consent-record.schema.json'))
export const isAgreement = ajv.compile(vector('odrl/agreement.schema.json'))
export const isEvidence = new Ajv({ strict: false }).compile(vector('ishare/delegationEvidenceSchema.json'))

const CONSENT = 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-a'
export const from = Date.UTC(2026, 0, 1)
export const until = Date.UTC(2026, 11, 31)

/** A person lets a company read two of her claims, on consent. */
export const grant: GrantRecord = {
  id: '019bbf8c-4a00-7000-8000-000000000001',
  grantor: 'did:web:kruimelkoning.example:bram',
  grantee: 'did:web:nietmachine.example',
  grantee_name: 'Nietmachine B.V.',
  from,
  until,
  digest: 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0',
  query: [
    {
      credential_id: '019bbf8c-4a00-7000-8000-000000000002',
      vct: 'urn:regie:credential:contact-person:1',
      path: ['email'],
    },
    {
      credential_id: '019bbf8c-4a00-7000-8000-000000000002',
      vct: 'urn:regie:credential:contact-person:1',
      path: ['address', 'postal_code'],
    },
  ],
  actions: ['read'],
  purpose: ['https://w3id.org/dpv#CustomerOrderManagement'],
  legal_basis: CONSENT,
  recipients: { roles: ['account_manager'] },
  relevance: 'Wij leveren uw bestelling af',
  value: 'U geeft een wijziging één keer door',
  retention: 'P1Y',
  delegation: { max_depth: 0 },
  request: 'sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
  ended: null,
}
/** An employee looked at one of them. */
export const use: Use = {
  id: '019bbf8c-4a00-7000-8000-00000000000a',
  at: from + 86_400_000,
  actor: { did: 'did:jwk:sanne', name: 'Sanne Nietje', role: 'account_manager' },
  claims: [{ vct: 'urn:regie:credential:contact-person:1', path: ['email'] }],
  purpose: grant.purpose,
}
export const revoked = { ...grant, ended: { code: 'grant_revoked', at: from + 1000, by: 'p_abc' } }
export const expired = { ...grant, ended: { code: 'grant_expired', at: until, by: null } }

/** Any grant there can be; every text in it is found nowhere else. */
export const anyGrant: fc.Arbitrary<GrantRecord> = (() => {
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
  const word = (prefix: string) => fc.uuid().map((id) => `${prefix}${id}`)
  const did = word('did:web:')
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
  const digest = hash.map((bytes) => bytes.toString('base64url'))
  const ref = fc.record({ id: fc.uuid(), digest: digest.map((text) => `sha-256:${text}`) })
  const time = fc.integer({ min: 1, max: 250_000_000_000 }).map((second) => second * 1000)
  const list = (of: fc.Arbitrary<string>) => fc.uniqueArray(of, { minLength: 1, maxLength: 3 })
  const path = fc.tuple(word('claim_'), fc.array(fc.nat(99), { maxLength: 1 }))
  const recipients = fc.record({
    roles: maybe(list(word('role_'))),
    persons: maybe(list(did)),
    systems: maybe(list(did)),
  })
  const access = fc.record({
    query: fc.array(
      fc.record({
        credential_id: fc.uuid(),
        vct: word('urn:type:'),
        path: path.map(([name, rest]) => [name, ...rest]),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    actions: fc.constant(['read']),
    purpose: list(word('https://w3id.org/dpv#')),
    legal_basis: fc.constant(CONSENT),
    case: maybe(word('case ')),
    recipients,
    relevance: word('relevance "{'),
    value: word('value ë'),
    retention: maybe(fc.integer({ min: 1, max: 99 }).map((years) => `P${years}Y`)),
    agreement: maybe(ref),
    delegation: maybe(
      fc.record({ max_depth: fc.integer({ min: 0, max: 3 }), recipients: maybe(recipients) }),
    ),
    request: digest.map((text) => `sha-256:${text}`),
    consent_record: maybe(ref),
  })
  const ended = fc.record({
    code: fc.constantFrom('grant_revoked', 'grant_expired', 'grant_unknown'),
    at: fc.option(time),
    by: fc.option(word('p_')),
  })
  return fc
    .record({
      payload: fc.record({ iss: did, sub: did, jti: fc.uuid(), iat: time, exp: time, access }),
      rest: fc.record({ grantee_name: word('Naam '), digest, ended: fc.option(ended) }),
    })
    .map(({ payload, rest }) => {
      const { iat, exp } = payload
      const read = JSON.parse(JSON.stringify({ ...payload, iat: iat / 1000, exp: exp / 1000 }))
      const { ended } = rest
      // What expired did so when it was to.
      const end = ended?.code === 'grant_expired' ? { ...ended, at: exp, by: null } : ended
      return grantRecordOf(read, { ...rest, ended: end })
    })
})()
