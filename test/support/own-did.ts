import { Resolver } from 'did-resolver'
import { getResolver } from 'ethr-did-resolver'
import type { TestNode, TestTrio } from './nodes.ts'

export interface Key {
  readonly kid: string | null
  readonly use: string
  readonly state: string
}
export interface Shown {
  readonly did: string
  readonly state: string
  readonly keys: readonly Key[]
  readonly open: object | null
}
export interface Done {
  readonly id: string | null
  readonly kind: string
  readonly state: string
  readonly key: string | null
  readonly outcomes: readonly { id: string; type: string; fate: string }[]
  readonly plan: {
    readonly credentials: readonly { type: string; count: number; fate: string }[]
    readonly unpresentable: readonly { type: string; count: number }[]
    readonly signs_after: string
    readonly transactions: number
  }
  readonly code?: string
}
export interface Page {
  readonly items: readonly { readonly id: string; readonly ended?: string | null }[]
}

const vct = 'urn:regie:credential:company-profile:1'

/** What somebody else sees, with the published resolver as it is. */
export function publishedResolver({ chain }: TestTrio): Resolver {
  const networks = [{ chainId: chain.chainId, rpcUrl: chain.rpcUrl, registry: chain.registry }]
  // Its types come from another version of did-resolver.
  return new Resolver(getResolver({ networks }) as unknown as ConstructorParameters<typeof Resolver>[0])
}

export const show = async (node: TestNode): Promise<Shown> =>
  (await node.call<Shown>(node.config.name, 'GET', '/did')).body

export const act = (node: TestNode, verb: string, body: object = {}) =>
  node.call<Done>(node.config.name, 'POST', `/did/${verb}`, body)

export const kidsIn = ({ keys }: Shown, state: string): string[] =>
  keys.flatMap((key) => (key.use === 'signing' && key.state === state && key.kid !== null ? [key.kid] : []))

/** A credential our node signs with the key it has now. */
export async function issued(node: TestNode, name = 'X'): Promise<string> {
  const { did } = await show(node)
  const { proof } = await node.node.veramo.createVerifiableCredential({
    credential: { issuer: { id: did }, vct, credentialSubject: { id: did, name } },
    proofFormat: 'dc+sd-jwt',
  })
  return proof.jwt
}

export interface Report {
  readonly verified: boolean
  readonly checks: readonly { readonly check: string; readonly ok: boolean; readonly code?: string }[]
}

/** What the trust anchor's verifier says of it. */
export async function judged(
  { myobi }: TestTrio,
  presentation: string,
): Promise<{ verified: boolean; code: string | undefined }> {
  const { body } = await myobi.call<Report>('myobi', 'POST', '/verifications', { presentation })
  return { verified: body.verified, code: body.checks?.find(({ ok }) => !ok)?.code }
}

export const kidOf = (jwt: string): string =>
  JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid

/** Where the status list of a credential is. */
export const listOf = (jwt: string): string =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()).status.status_list.uri
