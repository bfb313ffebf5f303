import type { JsonObject } from '../../jose/index.ts'
import { OAuthRefusal } from '../../oauth/index.ts'
import type { Configurations } from './formats.ts'
import type { OpenTokenRow } from './tables.ts'

const MAX_CHARS = 200

/**
 * Whether a Credential Request asks for what its token is for, in the way the token response told it to: by identifier
 * or by configuration, never both (OpenID4VCI 1.0, section 8.2). What it does not define is ignored, as it wants.
 * @throws OAuthRefusal, all of the credential endpoint's
 */
export function requireAskedFor(body: JsonObject, token: OpenTokenRow, configurations: Configurations): void {
  const { credential_identifier: identifier, credential_configuration_id: configurationId } = body
  if ((identifier === undefined) === (configurationId === undefined))
    throw malformed('ask with either credential_identifier or credential_configuration_id')
  const asked = identifier ?? configurationId
  if (typeof asked !== 'string' || asked === '' || asked.length > MAX_CHARS)
    throw malformed('this is not a credential request')
  if ((identifier !== undefined) !== token.byIdentifier)
    throw malformed(
      token.byIdentifier
        ? 'ask with the credential_identifier of the token response'
        : 'no credential_identifier was given out',
    )
  if (token.byIdentifier) {
    if (asked === token.offerId) return
    throw new OAuthRefusal(
      'unknown_credential_identifier',
      'credential_identifier_unknown',
      'this token has no such credential',
    )
  }
  if (asked === token.configurationId) return
  if (configurations.find(asked))
    throw new OAuthRefusal(
      'insufficient_scope',
      'configuration_not_offered',
      'this token is for another credential',
    )
  throw new OAuthRefusal(
    'unknown_credential_configuration',
    'configuration_unknown',
    'this issuer has no such configuration',
  )
}

const malformed = (message: string) =>
  new OAuthRefusal('invalid_credential_request', 'credential_request_malformed', message)
