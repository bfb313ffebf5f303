import {
  type CredentialReport,
  type CredentialTypes,
  type VerifyCredential,
  type VerifyW3cToken,
  w3cTypeOf,
} from '../../credentials/index.ts'
import {
  isJsonObject,
  isSameKey,
  type JsonObject,
  type JsonValue,
  type PublicJwk,
  parsePublicJwk,
} from '../../jose/index.ts'
import { parseSdJwt } from '../../sd-jwt/index.ts'
import { parseVcJwt, type VcFormat } from '../../vc-jwt/index.ts'
import { FORMAT } from '../names.ts'
import type { HolderKey } from './holder-keys.ts'

/** A credential of some format that came in, verified. */
export interface ReadCredential {
  readonly compact: string
  readonly report: CredentialReport
  /** Whether it says which key presents it. */
  readonly isBound: boolean
  /** Whether that is this key. */
  isBoundTo(key: Pick<HolderKey, 'jwk' | 'did'>): boolean
  /** Whether it says whom it is about. */
  readonly namesSubject: boolean
}

/**
 * A credential format our wallets read (OpenID4VCI 1.0, appendix A). Another one is another of these in the list that
 * the wallet is opened with.
 */
export interface ReadingFormat {
  /** Credential Format Identifier. */
  readonly format: string
  /** The credential type of a configuration in an issuer's metadata; null where it names none. */
  typeOf(configuration: JsonObject): string | null
  /**
   * Verifies what an issuer handed out.
   * @param credentialIssuer where it was handed out
   * @throws Refusal for what cannot be read, `jwk_…` for a key that is none
   */
  read(credential: unknown, credentialIssuer: string): Promise<ReadCredential | null>
}

/**
 * IETF SD-JWT VC (appendix A.3).
 * @param verifyFrom what verifies the credentials of one Credential Issuer: keys that it publishes at its own address
 *   count there
 */
export const readSdJwtVc = (verifyFrom: (credentialIssuer: string) => VerifyCredential): ReadingFormat => ({
  format: FORMAT,
  typeOf: ({ vct }) => (typeof vct === 'string' ? vct : null),
  read: async (credential, credentialIssuer) => {
    if (typeof credential !== 'string') return null
    const { cnf, sub } = parseSdJwt(credential).issuerSigned.payload
    const report = await verifyFrom(credentialIssuer)(credential, { keyBinding: 'forbidden', fresh: true })
    const key = keyIn(cnf)
    return {
      ...{ compact: credential, report, isBound: key !== null, namesSubject: sub !== undefined },
      isBoundTo: ({ jwk }) => key !== null && isSameKey(key, jwk),
    }
  },
})

/**
 * W3C credentials in a JWT: VCDM 1.1 (appendix A.1.1), and VCDM 2.0 in the same way. Who presents one is its subject: a
 * DID of ours. A key in `cnf` beside it must be that DID's, or nobody could present it.
 */
export const readW3cVc = (
  format: VcFormat,
  { verifyW3c, types }: { readonly verifyW3c: VerifyW3cToken; readonly types: CredentialTypes },
): ReadingFormat => ({
  format,
  typeOf: ({ credential_definition: definition }) => {
    const all = isJsonObject(definition) ? [definition.type].flat() : []
    return all.length > 0 && all.every(isText) ? w3cTypeOf(types, all) : null
  },
  read: async (credential) => {
    if (typeof credential !== 'string') return null
    const vc = parseVcJwt(credential)
    if (vc.format !== format) return null
    const report = await verifyW3c(credential, { keyBinding: 'forbidden', fresh: true })
    const key = keyIn(vc.jws.payload.cnf)
    const { credentialSubject: about } = vc.document
    const namesSubject = vc.jws.payload.sub !== undefined || (isJsonObject(about) && about.id !== undefined)
    return {
      ...{ compact: credential, report, isBound: key !== null, namesSubject },
      isBoundTo: ({ jwk, did }) =>
        (key === null || isSameKey(key, jwk)) && (namesSubject ? report.subject === did : key !== null),
    }
  },
})

const keyIn = (cnf: JsonValue | undefined): PublicJwk | null =>
  cnf === undefined ? null : parsePublicJwk(isJsonObject(cnf) ? cnf.jwk : undefined)

const isText = (value: unknown): value is string => typeof value === 'string'
