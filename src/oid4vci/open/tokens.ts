import type { Clock } from '../../core/index.ts'
import {
  type DpopDeps,
  hashSecret,
  OAuthRefusal,
  type Once,
  type SentToken,
  verifyDpop,
} from '../../oauth/index.ts'
import { type Store, select } from '../../store/index.ts'
import { type OpenTokenRow, openTokenTable } from './tables.ts'

export interface Access {
  readonly token: OpenTokenRow
  /** The proof that came with a bound token, to be used up with what it is used for. */
  readonly once: readonly Once[]
}

export interface TokensDeps extends DpopDeps {
  readonly store: Store
  readonly clock: Clock
}

/**
 * Who calls an endpoint of an issuer: the token is good, and sent the one way its kind is sent. A bound token without its
 * key is nothing, and an unbound one gains nothing from a key (RFC 9449, section 7.2).
 * @param url the endpoint, as the metadata name it
 * @returns null when no open offer has such a token
 * @throws OAuthRefusal `invalid_token`, `invalid_dpop_proof`, `use_dpop_nonce`
 */
export async function findAccess(
  issuerParty: string,
  sent: SentToken,
  dpop: string | undefined,
  url: string,
  deps: TokensDeps,
): Promise<Access | null> {
  const tokenHash = hashSecret('token', sent.text)
  const [token] = await select(deps.store.reader, openTokenTable, 'token_hash = ? AND issuer_party = ?', [
    tokenHash,
    issuerParty,
  ])
  if (!token || token.expiresAt <= deps.clock.now()) return null
  const kind = token.jkt === null ? 'Bearer' : 'DPoP'
  if (sent.scheme !== kind)
    throw new OAuthRefusal('invalid_token', 'token_type_differs', `this token is sent as ${kind}`, {
      challenge: kind,
    })
  if (token.jkt === null) return { token, once: [] }
  if (dpop === undefined)
    throw new OAuthRefusal('invalid_dpop_proof', 'dpop_missing', 'this token needs a DPoP proof', {
      challenge: 'DPoP',
    })
  const expected = {
    method: 'POST',
    url,
    party: issuerParty,
    token: { text: sent.text, jkt: token.jkt },
  } as const
  return { token, once: [verifyDpop(dpop, expected, deps).once] }
}

export const invalidToken = ({ scheme }: SentToken) =>
  new OAuthRefusal('invalid_token', 'access_token_not_valid', 'this access token is unknown or too old', {
    challenge: scheme,
  })
