import { contentEncryptions, KEY_AGREEMENT } from '../jose/index.ts'
import { clientIdPrefixes, responseModes } from '../oauth/index.ts'
import { SD_JWT_VC_TYP } from '../sd-jwt/index.ts'
import { VC_JOSE, VC_JWT } from '../vc-jwt/index.ts'

/** Signatures we verify under requests, and make under presentations. */
export const ALGS = ['ES256', 'EdDSA'] as const

/** What a verifier is told of our wallets when it fetches nothing else (OpenID4VP 1.0, sections 5.10 and 10). */
export const walletMetadata = (isDevelopment: boolean) => ({
  response_types_supported: ['vp_token'],
  response_modes_supported: responseModes,
  client_id_prefixes_supported: clientIdPrefixes.filter(
    (prefix) => isDevelopment || prefix !== 'redirect_uri',
  ),
  request_object_signing_alg_values_supported: ALGS,
  vp_formats_supported: {
    [SD_JWT_VC_TYP]: { 'sd-jwt_alg_values': ALGS, 'kb-jwt_alg_values': ALGS },
    [VC_JWT]: { alg_values: ALGS },
    [VC_JOSE]: { alg_values: ALGS },
  },
  authorization_encryption_alg_values_supported: [KEY_AGREEMENT],
  authorization_encryption_enc_values_supported: contentEncryptions,
})
