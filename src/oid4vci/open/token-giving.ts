import { newId } from '../../core/index.ts'
import { hashSecret, newSecret, OAuthRefusal, type Once } from '../../oauth/index.ts'
import { insertAll, type Tx } from '../../store/index.ts'
import { useOnce } from '../nonces.ts'
import { refreshTokenTable } from './renewal-tables.ts'
import { type OpenOfferRow, type OpenTokenRow, openTokenTable } from './tables.ts'

/** Who asks for a token, as far as that is known. */
export interface TokenClient {
  readonly clientId: string | null
  /** Key the token is to be bound to. */
  readonly jkt: string | null
  /** Key of the client instance a wallet provider vouches for. */
  readonly clientJkt: string | null
  /** What came with it and counts once. */
  readonly once: readonly Once[]
}

export interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'Bearer' | 'DPoP'
  /** Seconds. */
  readonly expires_in: number
  readonly refresh_token?: string
  readonly authorization_details?: readonly object[]
}

export interface TokenGift {
  readonly offer: OpenOfferRow
  readonly client: TokenClient
  readonly byIdentifier: boolean
  readonly authorizationId: string | null
  readonly renewal: OpenTokenRow['renewal']
  /** ms; until when its holder may come back without us; null for a token that cannot be renewed. */
  readonly renewableUntil: number | null
  /** ms */
  readonly expiresAt: number
}

/** Writes down what a wallet gets, as digests, and says it to the wallet (OpenID4VCI 1.0, section 6.2). */
export async function giveTokens(tx: Tx, gift: TokenGift, now: number): Promise<TokenResponse> {
  const { offer, client, byIdentifier, authorizationId, renewal, renewableUntil, expiresAt } = gift
  const { clientId, jkt, clientJkt } = client
  const accessToken = newSecret()
  const common = { offerId: offer.id, issuerParty: offer.issuerParty, byIdentifier, clientId, createdAt: now }
  const token = {
    ...{ ...common, id: newId(), tokenHash: hashSecret('token', accessToken), jkt, expiresAt },
    ...{ configurationId: offer.configurationId, authorizationId, renewal },
  }
  await insertAll(tx, openTokenTable, [token])
  // Only with the key: a token anybody could use who has it does not live so long (section 13.10).
  const refreshToken = renewableUntil !== null && jkt !== null ? newSecret() : null
  if (refreshToken !== null && renewableUntil !== null && jkt !== null)
    await insertAll(tx, refreshTokenTable, [
      {
        ...{ ...common, id: newId(), tokenHash: hashSecret('refresh_token', refreshToken), jkt, clientJkt },
        ...{ state: 'current' as const, expiresAt: renewableUntil },
      },
    ])
  return {
    access_token: accessToken,
    token_type: jkt === null ? 'Bearer' : 'DPoP',
    expires_in: Math.floor((expiresAt - now) / 1000),
    ...(refreshToken !== null && { refresh_token: refreshToken }),
    ...(byIdentifier && { authorization_details: detailsOf(offer) }),
  }
}

/** Section 6.2: the wallet then asks with the identifier. */
const detailsOf = ({ id, configurationId }: OpenOfferRow) => [
  { type: 'openid_credential', credential_configuration_id: configurationId, credential_identifiers: [id] },
]

/** @throws OAuthRefusal `invalid_dpop_proof`, `invalid_client` when any of it was used before */
export async function useClientProofs(tx: Tx, { once }: TokenClient): Promise<void> {
  for (const one of once) if (!(await useOnce(tx, one))) throw replayed(one)
}

const replayed = ({ key }: Once) =>
  key.startsWith('dpop:')
    ? new OAuthRefusal('invalid_dpop_proof', 'dpop_replayed', 'this proof was used before')
    : new OAuthRefusal('invalid_client', 'attestation_replayed', 'this attestation proof was used before')

/** @throws OAuthRefusal `invalid_authorization_details` */
export function requireSubset(asked: readonly string[] | null, { configurationId }: OpenOfferRow): void {
  if (asked?.some((id) => id !== configurationId))
    throw new OAuthRefusal(
      'invalid_authorization_details',
      'configuration_not_offered',
      'this credential is not in the offer',
    )
}
