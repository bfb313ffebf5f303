import type {
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
import {
  type Answer,
  expectedBinding,
  issuerOf,
  requireBinding,
  resultOf,
  tokenOf,
  vctOf,
} from './provider-values.ts'

/** The credential format identifier of SD-JWT VC, and Veramo's proof format for it. */
export const SD_JWT_VC = 'dc+sd-jwt'

/** What the room that issues and verifies credentials answers for Veramo's credential plugin. */
export interface SdJwtPort {
  issue(input: {
    readonly issuer: Did
    readonly vct: Vct
    readonly claims: Readonly<Record<string, unknown>>
    /** Milliseconds since the epoch. */
    readonly expiresAt?: number
  }): Promise<{ readonly compact: string }>
  /** Discloses everything, bound to the nonce and audience. */
  present(input: {
    readonly holder: Did
    readonly compact: string
    readonly nonce: string
    readonly audience: string
  }): Promise<{ readonly compact: string }>
  /** Signature, times, status; with a nonce or audience key binding is required. */
  verify(input: {
    readonly compact: string
    readonly nonce?: string
    readonly audience?: string
  }): Promise<Answer>
}

/** SD-JWT VC for Veramo's `CredentialPlugin`: proof format `dc+sd-jwt`, the token in `proof.jwt`. */
export class SdJwtCredentialProvider implements ICredentialProvider {
  readonly #port: SdJwtPort

  constructor(port: SdJwtPort) {
    this.#port = port
  }

  getProofFormatsSupportedForKey({ type }: IKey): ProofFormat[] {
    return type === 'Secp256r1' || type === 'Ed25519' ? [SD_JWT_VC] : []
  }

  canIssueProofFormat({ proofFormat }: ProofFormatQuery): boolean {
    return proofFormat === SD_JWT_VC
  }

  canVerifyDocumentType({ document }: TentativeVerificationQuery): boolean {
    return compactOf(document) !== null
  }

  async createVerifiableCredential({
    credential,
  }: ICreateVerifiableCredentialArgs): Promise<VerifiableCredential> {
    const { id: sub, ...subject } = credential.credentialSubject ?? {}
    const expiresAt = credential.expirationDate ? Date.parse(String(credential.expirationDate)) : undefined
    const { compact } = await this.#port.issue({
      issuer: issuerOf(credential),
      vct: vctOf(credential),
      claims: sub === undefined ? subject : { sub, ...subject },
      ...(expiresAt === undefined ? {} : { expiresAt }),
    })
    return { ...credential, proof: proofOf(compact) } as VerifiableCredential
  }

  async verifyCredential({ credential }: IVerifyCredentialArgs): Promise<IVerifyResult> {
    return resultOf(await this.#port.verify({ compact: requireCompact(credential) }))
  }

  async createVerifiablePresentation(
    args: ICreateVerifiablePresentationArgs,
  ): Promise<VerifiablePresentation> {
    const { presentation } = args
    const [credential, ...more] = presentation.verifiableCredential ?? []
    if (!credential || more.length > 0)
      throw new Refusal('invalid', 'presentation_needs_one_credential', 'an SD-JWT presents one credential')
    const holder = asDid(presentation.holder)
    const input = { holder, compact: requireCompact(credential), ...requireBinding(args) }
    const { compact } = await this.#port.present(input)
    return {
      ...presentation,
      verifiableCredential: [compact],
      proof: proofOf(compact),
    } as VerifiablePresentation
  }

  async verifyPresentation(args: IVerifyPresentationArgs): Promise<IVerifyResult> {
    const compact = requireCompact(args.presentation)
    return resultOf(await this.#port.verify({ compact, ...expectedBinding(args) }))
  }
}

const proofOf = (compact: string) => ({ type: SD_JWT_VC, jwt: compact })

function compactOf(document: unknown): string | null {
  return tokenOf(document, SD_JWT_VC, /^[\w-]+\.[\w-]+\.[\w-]+~/)
}

function requireCompact(document: unknown): string {
  const compact = compactOf(document)
  if (compact === null) throw new Refusal('invalid', 'not_an_sd_jwt', 'this is not an SD-JWT')
  return compact
}
