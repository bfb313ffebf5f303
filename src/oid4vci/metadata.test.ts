import { expect, test } from 'vitest'
import { loadCredentialTypes } from '../credentials/index.ts'
import { authorizationServerMetadata, configurationsOf } from './metadata.ts'
import { Configurations, sdJwtFormat } from './open/formats.ts'
import { openToAll } from './open/settings.ts'

const ISSUER = 'https://node.example:8443/parties/1'

test('every credential type is described under its name, in both languages', () => {
  const types = loadCredentialTypes('credentials', 'schemas')
  const format = sdJwtFormat({ issueMany: async () => [] })
  const configurations = configurationsOf(new Configurations(types.list(), [format]), openToAll, () => false)
  expect(Object.keys(configurations)).toEqual(types.list().map(({ name }) => name))
  expect(configurations['access-grant']).toMatchObject({
    format: 'dc+sd-jwt',
    vct: 'urn:regie:credential:access-grant:1',
    proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256', 'EdDSA'] } },
    credential_metadata: {
      display: [
        { locale: 'nl', name: 'Toegangsmachtiging' },
        { locale: 'en', name: 'Access grant' },
      ],
      claims: expect.arrayContaining([expect.objectContaining({ path: ['access'], mandatory: true })]),
    },
  })
})

test('the wallet can say more about itself, and not whose document it is', () => {
  const wallet = {
    vp_formats_supported: {},
    response_types_supported: ['vp_token'],
    issuer: 'x',
    token_endpoint: 'x',
  }
  expect(authorizationServerMetadata(ISSUER, wallet, openToAll)).toMatchObject({
    issuer: ISSUER,
    token_endpoint: `${ISSUER}/token`,
    credential_offer_endpoint: `${ISSUER}/credential-offer`,
    vp_formats_supported: {},
    response_types_supported: ['vp_token', 'code'],
  })
})
