import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PRE_AUTHORIZED_CODE } from './names.ts'
import { createCredentialOffer, parseCredentialOffer } from './offer.ts'

const good = createCredentialOffer({
  issuer: 'https://node.example/parties/1',
  configurationIds: ['access-grant'],
  code: 'secret',
})
const grant = { 'pre-authorized_code': 'secret' }
const parse = (offer: unknown) => parseCredentialOffer(JSON.stringify(offer))

test('an offer that was made is read back', () => {
  expect(parse(good)).toEqual(good)
})

test('members we do not know are let be', () => {
  expect(parse({ ...good, more: 1, grants: { ...good.grants, authorization_code: {} } })).toEqual(good)
})

describe('the examples of the specification', () => {
  test.each([
    ['credential_offer_pre-authz_code', 'tx_code_unsupported'],
    ['credential_offer_by_reference', 'tx_code_unsupported'],
    ['credential_offer_multiple_credentials', 'tx_code_unsupported'],
    ['credential_offer_authz_code', 'invalid_offer'],
  ])('%s needs a person: %s', (file, code) => {
    const text = readFileSync(`test/vectors/openid4vci/${file}.json`, 'utf8')
    expect(() => parseCredentialOffer(text)).toThrow(expect.objectContaining({ code }))
  })

  test('are understood but for the transaction code', () => {
    const text = readFileSync('test/vectors/openid4vci/credential_offer_multiple_credentials.json', 'utf8')
    const offer = JSON.parse(text)
    delete offer.grants[PRE_AUTHORIZED_CODE].tx_code
    expect(parse(offer)).toEqual(offer)
  })
})

const withGrant = (more: object) => ({ ...good, grants: { [PRE_AUTHORIZED_CODE]: { ...grant, ...more } } })

test.each<[string, unknown, string]>([
  ['no grants', { ...good, grants: undefined }, 'invalid_offer'],
  ['no code', withGrant({ 'pre-authorized_code': '' }), 'invalid_offer'],
  ['an empty transaction code', withGrant({ tx_code: {} }), 'tx_code_unsupported'],
  [
    'another server',
    withGrant({ authorization_server: 'https://a.example' }),
    'authorization_server_unsupported',
  ],
  ['no configurations', { ...good, credential_configuration_ids: [] }, 'invalid_offer'],
  ['a configuration twice', { ...good, credential_configuration_ids: ['a', 'a'] }, 'invalid_offer'],
  [
    'too many',
    { ...good, credential_configuration_ids: Array.from({ length: 21 }, String) },
    'invalid_offer',
  ],
  ['a strange name', { ...good, credential_configuration_ids: ['a\u0000'] }, 'invalid_offer'],
  ['a list', [good], 'json_not_object'],
])('an offer with %s is refused', (_what, offer, code) => {
  expect(() => parse(offer)).toThrow(expect.objectContaining({ code }))
})

test.each([
  'https://a.example/?x=1',
  'https://a.example/#x',
  'https://user@a.example',
  'https://A.example',
  'https://a.example:443',
  'https://a.example/x/../y',
  'https://a.example\\y',
  'ftp://a.example',
  'javascript:alert(1)',
  '/parties/1',
  ' https://a.example',
  `https://a.example/${'x'.repeat(500)}`,
])('%.40s is no issuer', (credential_issuer) => {
  expect(() => parse({ ...good, credential_issuer })).toThrow(
    expect.objectContaining({ code: 'invalid_offer' }),
  )
})

test('any JSON is an offer or is refused', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(() => parse(value)).toThrow(expect.objectContaining({ code: expect.any(String) }))
    }),
  )
})
