import type { CredentialReport, VerifyCredential } from '../../credentials/index.ts'
import { isJsonObject, type JsonObject, type PublicJwk, parsePublicJwk } from '../../jose/index.ts'
import { parseSdJwt } from '../../sd-jwt/index.ts'
import { FORMAT } from '../names.ts'

/** A credential of some format that came in, verified. */
export interface ReadCredential {
  readonly compact: string
  readonly report: CredentialReport
  /** The key it is bound to; null where it is bound to none. */
  readonly holderKey: PublicJwk | null
  /** Whether it says whom it is about. */
  readonly namesSubject: boolean
}

/**
 * A credential format our wallets read (OpenID4VCI 1.0, appendix A). Another one is another of these in the list that
 * `createOid4vci` is given.
 */
export interface ReadingFormat {
  /** Credential Format Identifier. */
  readonly format: string
  /** The credential type of a configuration in an issuer's metadata; null where it names none. */
  typeOf(configuration: JsonObject): string | null
  /** @throws Refusal for what cannot be read, `jwk_…` for a key that is none */
  read(credential: unknown): Promise<ReadCredential | null>
}

/** IETF SD-JWT VC (appendix A.3). */
export const readSdJwtVc = (verify: VerifyCredential): ReadingFormat => ({
  format: FORMAT,
  typeOf: ({ vct }) => (typeof vct === 'string' ? vct : null),
  read: async (credential) => {
    if (typeof credential !== 'string') return null
    const { cnf, sub } = parseSdJwt(credential).issuerSigned.payload
    const report = await verify(credential, { keyBinding: 'forbidden', fresh: true })
    const holderKey = cnf === undefined ? null : parsePublicJwk(isJsonObject(cnf) ? cnf.jwk : undefined)
    return { compact: credential, report, holderKey, namesSubject: sub !== undefined }
  },
})
