import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import { type OutgoingHttpHeaders, request } from 'node:http'
import {
  createSigner,
  type HeaderInput,
  type PublicJwk,
  publicJwkOf,
  type Signer,
  signJws,
} from '../../src/jose/index.ts'
import type { Party } from '../../src/parties/index.ts'
import type { OfferNode } from './offer-node.ts'

export const PRE_AUTHORIZED = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Record<string, unknown>
}

export interface WalletKey {
  readonly privateKey: KeyObject
  readonly jwk: PublicJwk
  readonly signer: Signer
}

export function newKey(kid = ''): WalletKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, jwk: publicJwkOf(privateKey), signer: createSigner(privateKey, kid) }
}

/** A JWT whose header has no `kid`. */
export const sign = (header: HeaderInput, payload: object, { signer }: WalletKey): Promise<string> =>
  signJws({ kid: undefined, ...header }, payload, signer)

export const ath = (token: string): string => createHash('sha256').update(token).digest('base64url')

interface Shown {
  readonly id: string
  readonly link: string
  readonly qr: string
  readonly tx_code: string | null
  readonly state: string
}

/** A wallet of somebody else, bit by bit, so that each bit can be wrong. */
export class OpenWallet {
  readonly node: OfferNode
  readonly issuer: Party
  readonly dpopKey = newKey()

  constructor(node: OfferNode, issuer: Party) {
    this.node = node
    this.issuer = issuer
  }

  get url(): string {
    return this.node.urlOf(this.issuer)
  }

  seconds(): number {
    return Math.floor(this.node.world.clock.now() / 1000)
  }

  /** An administrator's operation. */
  async operate<T>(name: string, input: object, caller = this.node.user()): Promise<T> {
    const operation = this.node.operation(name)
    return (await operation.run(operation.input.parse(input), { caller })) as T
  }

  offer(more: object = {}): Promise<Shown> {
    const claims = { name: 'Verzonnen B.V.', email: 'info@verzonnen.example' }
    return this.operate('issuing.offer', { type: 'company-profile', claims, ...more })
  }

  async fetch(url: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(url, { redirect: 'manual', ...init })
    const text = await response.text()
    const isJson = (response.headers.get('content-type') ?? '').includes('json')
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} }
  }

  post(path: string, body: string | object, headers: Record<string, string> = {}): Promise<Reply> {
    const isForm = body instanceof URLSearchParams
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
    return this.fetch(`${this.url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body: isForm ? body.toString() : typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  /** As {@link post}, where a header may come in several lines. */
  postLines(
    path: string,
    body: string,
    headers: OutgoingHttpHeaders,
  ): Promise<{ status: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}/${path}`, { method: 'POST', headers }, async (response) => {
        const text = Buffer.concat(await response.toArray()).toString('utf8')
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) })
      })
      sent.on('error', reject).end(body)
    })
  }

  /** What is behind the link, by value or fetched. */
  async open(
    link: string,
  ): Promise<{ credential_issuer: string; grants: Record<string, Record<string, unknown>> }> {
    const parameters = new URL(link).searchParams
    const value = parameters.get('credential_offer')
    if (value !== null) return JSON.parse(value)
    return (await this.fetch(parameters.get('credential_offer_uri') ?? '')).body as never
  }

  async codeOf({ link }: Shown): Promise<string> {
    return String((await this.open(link)).grants[PRE_AUTHORIZED]?.['pre-authorized_code'])
  }

  async issuerStateOf({ link }: Shown): Promise<string> {
    return String((await this.open(link)).grants.authorization_code?.issuer_state)
  }

  dpop(path: string, claims: object = {}, key = this.dpopKey, header: object = {}): Promise<string> {
    const payload = {
      jti: randomUUID(),
      htm: 'POST',
      htu: `${this.url}/${path}`,
      iat: this.seconds(),
      ...claims,
    }
    return sign({ typ: 'dpop+jwt', jwk: key.jwk, ...header }, payload, key)
  }

  async token(form: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> {
    return this.post('token', new URLSearchParams(form), headers)
  }

  redeem(
    code: string,
    more: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    return this.token({ grant_type: PRE_AUTHORIZED, 'pre-authorized_code': code, ...more }, headers)
  }

  async bearer(offer?: Shown): Promise<string> {
    return String((await this.redeem(await this.codeOf(offer ?? (await this.offer())))).body.access_token)
  }

  async bound(offer?: Shown): Promise<string> {
    const code = await this.codeOf(offer ?? (await this.offer()))
    return String((await this.redeem(code, {}, { dpop: await this.dpop('token') })).body.access_token)
  }

  async nonce(): Promise<string> {
    return String((await this.post('nonce', '')).body.c_nonce)
  }

  async proof(key = newKey(), claims: object = {}, header: object = {}): Promise<string> {
    const payload = { aud: this.url, iat: this.seconds(), nonce: await this.nonce(), ...claims }
    return sign({ typ: 'openid4vci-proof+jwt', jwk: key.jwk, ...header }, payload, key)
  }

  /** As Bearer, or with a proof where the token is bound. */
  async call(path: string, token: string, body: object, bound = false): Promise<Reply> {
    if (!bound) return this.post(path, body, { authorization: `Bearer ${token}` })
    const dpop = await this.dpop(path, { ath: ath(token) })
    return this.post(path, body, { authorization: `DPoP ${token}`, dpop })
  }

  async credential(token: string, more: object = {}, bound = false): Promise<Reply> {
    const body = { credential_configuration_id: 'company-profile', ...more }
    const proofs = 'proofs' in more ? {} : { proofs: { jwt: [await this.proof()] } }
    return this.call('credential', token, { ...body, ...proofs }, bound)
  }
}

/** A code verifier and its challenge (RFC 7636). */
export function newPkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}
