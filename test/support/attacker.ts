import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { platform } from 'node:os'
import canonicalize from 'canonicalize'
import { didJwkOf } from '../../src/agent/index.ts'
import { type Did, seconds } from '../../src/core/index.ts'
import { createSigner, publicJwkOf, type Signer } from '../../src/jose/index.ts'
import { digestOf } from '../../src/oid4vp/request-object.ts'
import { type Binding, bare, type Inside } from './inside.ts'

/** Somebody with a DID of his own making, whom nobody registered. */
export interface Stranger {
  readonly did: Did
  readonly privateKey: KeyObject
  readonly signer: Signer
}

export function stranger(): Stranger {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const did = didJwkOf(publicJwkOf(privateKey))
  return { did, privateKey, signer: createSigner(privateKey, `${did}#0`) }
}

interface Query {
  id: string
  format: string
  meta: Record<string, unknown>
  claims: { path: unknown; [member: string]: unknown }[]
  [member: string]: unknown
}

/** A request object, to be made worse. */
export interface Draft {
  client_id: string
  aud: string
  nonce: string
  iat: number
  exp: number
  dcql_query: { credentials: Query[]; [member: string]: unknown }
  'urn:regie:access': { purpose: string[]; legal_basis: string; [member: string]: unknown }
  verifier_info?: { format: string; data: string }[]
  [member: string]: unknown
}

export const ORDERS = 'https://w3id.org/dpv#CustomerOrderManagement'
const CONTRACT = 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-b'

/** An Ask as it should be, for claims such as `company-profile.email`. */
export function draftOf(
  asker: Did,
  wallet: string,
  claims: readonly string[],
  now: number,
  legalBasis = CONTRACT,
): Draft {
  const byType = new Map<string, string[][]>()
  for (const claim of claims) {
    const [type = '', ...path] = claim.split('.')
    byType.set(type, [...(byType.get(type) ?? []), path])
  }
  return {
    client_id: `decentralized_identifier:${asker}`,
    aud: wallet,
    response_type: 'vp_token',
    response_mode: 'urn:regie:response-mode:http',
    nonce: randomBytes(24).toString('base64url'),
    iat: seconds(now),
    exp: seconds(now) + 60,
    dcql_query: {
      credentials: [...byType].map(([type, paths], at) => ({
        id: `q${at}`,
        format: 'dc+sd-jwt',
        meta: { vct_values: [`urn:regie:credential:${type}:1`] },
        claims: paths.map((path) => ({ path })),
      })),
    },
    client_metadata: {},
    'urn:regie:access': { purpose: [ORDERS], legal_basis: legalBasis, relevance: 'r', value: 'v' },
  }
}

/** What the key binding of a role must say for this request. */
export function bindingOf({ verifier_info: _info, ...rest }: Draft): Binding {
  const { aud, nonce, client_id } = rest
  return { aud, nonce, extra: { client_id, request_digest: digestOf(canonicalize(rest) ?? '') } }
}

export interface Header {
  readonly [parameter: string]: unknown
}

/** Signs any text as the payload of a JWS, under any header. */
export async function signText(
  signer: Signer,
  payload: string,
  header: Header = {},
  sign: (input: Buffer) => Uint8Array | Promise<Uint8Array> = (input) => signer.sign(input),
): Promise<string> {
  const complete = { alg: signer.alg, kid: signer.kid, typ: 'oauth-authz-req+jwt', ...header }
  const encoded = [JSON.stringify(complete), payload].map((text) => Buffer.from(text).toString('base64url'))
  const input = encoded.join('.')
  return `${input}.${Buffer.from(await sign(Buffer.from(input))).toString('base64url')}`
}

export interface Got {
  readonly status: number
  readonly text: string
  readonly headers: readonly string[]
  readonly body: {
    readonly code?: string
    readonly codes?: readonly string[]
    readonly vp_token?: Readonly<Record<string, readonly string[]>>
    readonly consent_pending?: { readonly id: string }
  }
}

/** Every call comes from another address, where the system has more than one: who fails too often is held off. */
let calls = 0
const anyAddress = () => (platform() === 'linux' ? `127.0.1.${1 + (calls++ % 250)}` : undefined)

/** Sends a form, or any other body, to where a wallet takes Asks. */
export async function post(
  wallet: string,
  form: Readonly<Record<string, string>> | string,
  { type = 'application/x-www-form-urlencoded', from = anyAddress() }: { type?: string; from?: string } = {},
): Promise<Got> {
  const { hostname, port, pathname } = new URL(`${wallet}/authorization`)
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString()
  const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { hostname, port, path: pathname, method: 'POST', headers, agent: false }
    request({ ...options, ...(from && { localAddress: from }) }, resolve)
      .once('error', reject)
      .end(body)
  })
  const text = (await response.toArray()).join('')
  return {
    status: response.statusCode ?? 0,
    text,
    headers: Object.keys(response.headers).sort(),
    body: text.startsWith('{') ? JSON.parse(text) : {},
  }
}

/** Status and stable code, or the reasons of a denial, in one line. */
export const verdict = ({ status, body }: Got): string =>
  [status, ...(body.code ? [body.code] : []), ...(body.codes ?? [])].join(' ')

/** How an Ask is made, and what about it is wrong. */
export interface Recipe {
  readonly wallet: string
  readonly claims: readonly string[]
  readonly grant?: string | null
  /** Employee whose role is shown; null shows none. */
  readonly actor?: string | null
  readonly attestation?: string | null
  /** In place of the role that belongs here. */
  readonly role?: (draft: Draft) => Promise<string>
  /** Changes the request before the role is bound to it. */
  readonly edit?: (draft: Draft) => void
  /** Changes it after. */
  readonly tamper?: (draft: Draft) => void
  /** Changes the JSON text that is signed. */
  readonly rewrite?: (json: string) => string
  readonly header?: Header
  readonly signer?: Signer
  readonly signature?: (input: Buffer) => Uint8Array
  /** Changes the signed request. */
  readonly garble?: (compact: string) => string
}

/** Makes the Ask of a recipe with the keys and papers of a node's organisation. */
export async function cook(asker: Inside, recipe: Recipe): Promise<string> {
  const { wallet, claims, grant = null, actor = 'sanne', signer = asker.signer } = recipe
  const draft = draftOf(asker.organisation.did, wallet, claims, asker.clock.now())
  recipe.edit?.(draft)
  const { attestation = bare(await asker.held(asker.organisation, 'ttp-policy-attestation')) } = recipe
  const roleOf = async () =>
    recipe.role
      ? recipe.role(draft)
      : actor && asker.role(await asker.person(actor), 'employee-role', bindingOf(draft))
  const papers = [attestation, await roleOf(), grant].filter((paper) => typeof paper === 'string')
  draft.verifier_info = papers.map((data) => ({ format: 'dc+sd-jwt', data }))
  recipe.tamper?.(draft)
  const json = JSON.stringify(draft)
  const text = recipe.rewrite ? recipe.rewrite(json) : json
  const compact = await signText(signer, text, recipe.header, recipe.signature)
  return recipe.garble ? recipe.garble(compact) : compact
}

/** Makes it and sends it. */
export const ask = async (asker: Inside, recipe: Recipe): Promise<Got> =>
  post(recipe.wallet, { request: await cook(asker, recipe) })
