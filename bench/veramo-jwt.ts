import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { IAgentContext, IDIDManager, IKey, IKeyManager, VerifiableCredential } from '@veramo/core-types'
import type { ICredentialProvider } from '@veramo/credential-w3c'

/** What `@veramo/credential-jwt` is made with. */
interface DidJwtVc {
  createVerifiableCredentialJwt(
    credential: object,
    issuer: { did: string; alg: string; signer: (data: string | Uint8Array) => Promise<string> },
    options: object,
  ): Promise<string>
  normalizeCredential(jwt: string): VerifiableCredential
}
// Theirs and not ours: it is found where `@veramo/credential-w3c` finds it.
const LIBRARY = 'did-jwt-vc'
const theirs = createRequire(fileURLToPath(import.meta.resolve('@veramo/credential-w3c')))
const { createVerifiableCredentialJwt, normalizeCredential } = theirs(LIBRARY) as DidJwtVc

/** How Veramo 7 makes a JWT credential: the steps of `@veramo/credential-jwt`, for issuing with Ed25519. */
export class JwtCredentialProvider implements ICredentialProvider {
  getProofFormatsSupportedForKey({ type }: IKey): 'jwt'[] {
    return type === 'Ed25519' ? ['jwt'] : []
  }

  canIssueProofFormat({ proofFormat }: { proofFormat: string }): boolean {
    return proofFormat === 'jwt'
  }

  canVerifyDocumentType(): boolean {
    return false
  }

  createVerifiableCredential: ICredentialProvider['createVerifiableCredential'] = async (args, context) => {
    const { agent } = context as unknown as IAgentContext<IDIDManager & IKeyManager>
    const credential = {
      ...args.credential,
      '@context': ['https://www.w3.org/2018/credentials/v1'],
      type: ['VerifiableCredential'],
    }
    const did = typeof credential.issuer === 'string' ? credential.issuer : (credential.issuer?.id ?? '')
    const { keys } = await agent.didManagerGet({ did })
    const key = keys.find(({ type }) => type === 'Ed25519')
    if (!key) throw new Error('this provider signs with Ed25519')
    const signer = (data: string | Uint8Array) =>
      agent.keyManagerSign({ keyRef: key.kid, algorithm: 'EdDSA', data: data as string })
    return normalizeCredential(
      await createVerifiableCredentialJwt(credential, { did, signer, alg: 'EdDSA' }, {}),
    )
  }

  createVerifiablePresentation = unsupported
  verifyCredential = unsupported
  verifyPresentation = unsupported
}

async function unsupported(): Promise<never> {
  throw new Error('this provider only issues')
}
