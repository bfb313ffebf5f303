import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseJws, parsePublicJwk } from '../../jose/index.ts'
import { requireSignedBy } from '../../oauth/index.ts'
import { readDetails } from './authorization-details.ts'

const vector = (file: string) => readFileSync(`test/vectors/openid4vci/${file}`, 'utf8')
const ISSUER = 'https://credential-issuer.example.com'

test.each([
  ['authorization_details.json', ['UniversityDegreeCredential']],
  ['authorization_details_jwt_vc_json.json', ['UniversityDegreeCredential']],
  [
    'authorization_details_multiple_credentials.json',
    ['UniversityDegreeCredential', 'org.iso.18013.5.1.mDL'],
  ],
  ['authorization_details_sd_jwt_vc.json', ['PID_SD_JWT_VC']],
  ['authorization_details_with_as.json', ['UniversityDegreeCredential']],
])('%s asks for %j', (file, asked) => {
  expect(readDetails(vector(file), ISSUER)).toEqual(asked)
})

test('authorization details for another issuer are refused', () => {
  expect(() => readDetails(vector('authorization_details_with_as.json'), 'https://other.example')).toThrow(
    expect.objectContaining({ error: 'invalid_authorization_details' }),
  )
})

test('the wallet attestation is of whoever holds the key it names, and of nobody else', () => {
  const { tokens } = JSON.parse(vector('expected.json')) as { tokens: { publicJwk: object }[] }
  const jws = parseJws(vector('wallet_attestation.jwt.txt').trim())
  const key = parsePublicJwk(tokens[0]?.publicJwk)
  const typ = 'oauth-client-attestation+jwt'
  expect(requireSignedBy(jws, [{ name: 'right', keys: [key] }], typ).name).toBe('right')
  // The certificate in its header is signed by itself: it says nothing.
  expect(() => requireSignedBy(jws, [], typ)).toThrow(
    expect.objectContaining({ code: 'provider_not_trusted' }),
  )
})
