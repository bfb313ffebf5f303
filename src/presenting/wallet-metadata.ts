import { contentEncryptions, type EncryptionJwk, KEY_AGREEMENT, offChainAlgs } from '../jose/index.ts'
import { clientIdPrefixes, responseModes } from '../oauth/index.ts'
import { SD_JWT_VC_TYP } from '../sd-jwt/index.ts'
import { VC_JOSE, VC_JWT } from '../vc-jwt/index.ts'

/**
 * What a verifier is told of our wallets when it fetches nothing else (OpenID4VP 1.0, sections 5.10 and 10).
 * @param requestKey what this one request may be encrypted to
 */
export const walletMetadata = (isDevelopment: boolean, requestKey: EncryptionJwk) => ({
  jwks: { keys: [requestKey] },
  request_object_encryption_alg_values_supported: [KEY_AGREEMENT],
  request_object_encryption_enc_values_supported: contentEncryptions,
  response_types_supported: ['vp_token'],
  response_modes_supported: responseModes,
  client_id_prefixes_supported: clientIdPrefixes.filter(
    (prefix) => isDevelopment || prefix !== 'redirect_uri',
  ),
  request_object_signing_alg_values_supported: offChainAlgs,
  vp_formats_supported: {
    [SD_JWT_VC_TYP]: { 'sd-jwt_alg_values': offChainAlgs, 'kb-jwt_alg_values': offChainAlgs },
    [VC_JWT]: { alg_values: offChainAlgs },
    [VC_JOSE]: { alg_values: offChainAlgs },
  },
  authorization_encryption_alg_values_supported: [KEY_AGREEMENT],
  authorization_encryption_enc_values_supported: contentEncryptions,
})
