import { isoTime, milliseconds } from '../core/index.ts'
import { type Signer, signJws } from '../jose/index.ts'
import { CREDENTIAL, contextOf, JWT_TYP, moreContextOf, VC_JOSE, VC_JWT, type VcFormat } from './names.ts'

interface VcInput {
  readonly issuer: string
  /** A URI, such as `urn:uuid:…`. */
  readonly id?: string
  /** Beside `VerifiableCredential`. */
  readonly type: string
  readonly subject: string
  /** What is said of the subject. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Seconds since the epoch. */
  readonly validFrom: number
  readonly validUntil: number
  /** `credentialStatus` and `credentialSchema`, as they go in. */
  readonly status?: object
  readonly schema?: object
}

/** Signs a credential in either format; its `kid` is the signer's. */
export function issueVcJwt(format: VcFormat, input: VcInput, signer: Signer): Promise<string> {
  return format === VC_JWT ? issueJwt(input, signer) : issueJose(input, signer)
}

/** VCDM 1.1: what has a registered claim is in that, and in the credential too (section 6.3.1). */
function issueJwt(input: VcInput, signer: Signer): Promise<string> {
  const { issuer, subject, id, validFrom, validUntil } = input
  const registered = {
    ...{ iss: issuer, sub: subject, iat: validFrom, nbf: validFrom, exp: validUntil },
    ...(id !== undefined && { jti: id }),
  }
  const vc = {
    ...common(VC_JWT, input),
    issuer,
    issuanceDate: timeStamp(validFrom),
    expirationDate: timeStamp(validUntil),
  }
  return signJws({ typ: JWT_TYP }, { ...registered, vc }, signer)
}

/** VCDM 2.0: the credential is the payload; `iss`, `sub` and `jti` would only say again what is in it. */
function issueJose(input: VcInput, signer: Signer): Promise<string> {
  const { issuer, validFrom, validUntil } = input
  const credential = {
    ...common(VC_JOSE, input),
    issuer,
    validFrom: timeStamp(validFrom),
    validUntil: timeStamp(validUntil),
  }
  return signJws({ typ: VC_JOSE, cty: 'vc' }, { ...credential, iat: validFrom, exp: validUntil }, signer)
}

const common = (format: VcFormat, { id, type, subject, claims, status, schema }: VcInput) => ({
  '@context': [contextOf[format], moreContextOf[format]],
  ...(id !== undefined && { id }),
  type: [CREDENTIAL, type],
  credentialSubject: { ...claims, id: subject },
  ...(status && { credentialStatus: status }),
  ...(schema && { credentialSchema: schema }),
})

/** XMLSCHEMA11-2 dateTimeStamp, to the second. */
const timeStamp = (seconds: number): string => isoTime(milliseconds(seconds)).replace('.000Z', 'Z')
