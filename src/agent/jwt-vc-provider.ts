import type {
  IAgentPlugin,
  ICreateVerifiableCredentialArgs,
  ICreateVerifiablePresentationArgs,
  IKey,
  IVerifyCredentialArgs,
  IVerifyPresentationArgs,
  IVerifyResult,
  ProofFormat,
  VerifiableCredential,
  VerifiablePresentation,
} from '@veramo/core-types'
import type {
  ICredentialProvider,
  ProofFormatQuery,
  TentativeVerificationQuery,
} from '@veramo/credential-w3c'
import { asDid, type Did, Refusal, type Vct } from '../core/index.ts'
import { parseVcJwt, parseVpJwt, VC_JOSE, VC_JWT, type VcFormat } from '../vc-jwt/index.ts'
import {
  type Answer,
  expectedBinding,
  issuerOf,
  requireBinding,
  resultOf,
  tokenOf,
  vctOf,
} from './provider-values.ts'

/** What the room that issues and verifies credentials answers for Veramo's credential plugin. */
export interface JwtVcPort {
  issue(input: {
    readonly format: VcFormat
    readonly issuer: Did
    readonly vct: Vct
    readonly subject: Did
    readonly claims: Readonly<Record<string, unknown>>
    /** Milliseconds since the epoch. */
    readonly expiresAt?: number
  }): Promise<{ readonly compact: string }>
  present(input: {
    readonly format: VcFormat
    readonly holder: Did
    readonly credentials: readonly string[]
    readonly nonce: string
    readonly audience: string
  }): Promise<{ readonly compact: string }>
  /** Signature, claims, times, schema and status. */
  verifyCredential(input: { readonly compact: string }): Promise<Answer>
  /** The holder, and every credential in it. */
  verifyPresentation(input: {
    readonly compact: string
    readonly nonce?: string
    readonly audience?: string
  }): Promise<Answer>
}

/** Veramo's names of proof formats, with the format each stands for: `jwt` is what its own provider calls VCDM 1.1. */
const formatOf: Readonly<Record<string, VcFormat>> = {
  jwt: VC_JWT,
  [VC_JWT]: VC_JWT,
  [VC_JOSE]: VC_JOSE,
}

const PROOF = 'JwtProof2020'

/** W3C credentials in JWTs for Veramo's `CredentialPlugin`; the token is in `proof.jwt`. */
export class JwtVcCredentialProvider implements ICredentialProvider {
  readonly #port: JwtVcPort

  constructor(port: JwtVcPort) {
    this.#port = port
  }

  getProofFormatsSupportedForKey({ type }: IKey): ProofFormat[] {
    return type === 'Secp256r1' || type === 'Ed25519' ? (Object.keys(formatOf) as ProofFormat[]) : []
  }

  canIssueProofFormat({ proofFormat }: ProofFormatQuery): boolean {
    return Object.hasOwn(formatOf, proofFormat)
  }

  canVerifyDocumentType({ document }: TentativeVerificationQuery): boolean {
    return compactOf(document) !== null
  }

  async createVerifiableCredential({
    credential,
    proofFormat,
  }: ICreateVerifiableCredentialArgs): Promise<VerifiableCredential> {
    const { id: subject, ...claims } = credential.credentialSubject ?? {}
    const until = credential.validUntil ?? credential.expirationDate
    const format = requireFormat(proofFormat)
    const { compact } = await this.#port.issue({
      ...{ format, issuer: issuerOf(credential), vct: vctOf(credential), claims },
      subject: asDid(subject),
      ...(until !== undefined && { expiresAt: Date.parse(String(until)) }),
    })
    return { ...parseVcJwt(compact).document, proof: proofOf(compact) } as unknown as VerifiableCredential
  }

  async verifyCredential({ credential }: IVerifyCredentialArgs): Promise<IVerifyResult> {
    return resultOf(await this.#port.verifyCredential({ compact: requireCompact(credential) }))
  }

  async createVerifiablePresentation(
    args: ICreateVerifiablePresentationArgs,
  ): Promise<VerifiablePresentation> {
    const { presentation, proofFormat } = args
    const { compact } = await this.#port.present({
      format: requireFormat(proofFormat),
      holder: asDid(presentation.holder),
      credentials: (presentation.verifiableCredential ?? []).map(requireCompact),
      ...requireBinding(args),
    })
    const { jws, format } = parseVpJwt(compact)
    const vp = format === VC_JWT ? jws.payload.vp : jws.payload
    return { ...(vp as object), proof: proofOf(compact) } as unknown as VerifiablePresentation
  }

  async verifyPresentation(args: IVerifyPresentationArgs): Promise<IVerifyResult> {
    const compact = requireCompact(args.presentation)
    return resultOf(await this.#port.verifyPresentation({ compact, ...expectedBinding(args) }))
  }
}

/**
 * Veramo asks besides for the status of a credential that has one beside its token. The provider looked at the one in it;
 * this says the same, so that neither is passed over.
 */
export const createStatusPlugin = (port: JwtVcPort): IAgentPlugin => ({
  methods: {
    checkCredentialStatus: async ({ credential }: { credential: unknown }) => {
      const { verified, code = '' } = await port.verifyCredential({ compact: requireCompact(credential) })
      return { revoked: !verified && code.startsWith('status_') }
    },
  },
})

const proofOf = (compact: string) => ({ type: PROOF, jwt: compact })

function requireFormat(proofFormat: string): VcFormat {
  const format = Object.hasOwn(formatOf, proofFormat) ? formatOf[proofFormat] : undefined
  if (format) return format
  throw new Refusal('invalid', 'proof_format_unknown', 'this provider does not sign in that format')
}

const compactOf = (document: unknown): string | null => tokenOf(document, PROOF, /^[\w-]+\.[\w-]+\.[\w-]+$/)

function requireCompact(document: unknown): string {
  const compact = compactOf(document)
  if (compact === null) throw new Refusal('invalid', 'not_a_jwt', 'this is not a credential in a JWT')
  return compact
}
