import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Certificate, issueLeaf, newAuthority, readCertificate } from '../../src/certificates/index.ts'
import { type Did, seconds } from '../../src/core/index.ts'
import { createSigner, publicJwkOf, type Signer, signJws } from '../../src/jose/index.ts'
import { atEnd } from './endings.ts'
import { newHolder } from './verification-room.ts'

const WEEK = { from: Date.now() - 86_400_000, days: 7 }

/** What a fetched request may be: a request object, or any other answer. */
export type Served = string | { status: number; type?: string; body?: string; location?: string }

type Header = Parameters<typeof signJws>[0]

const freshNonce = () => randomBytes(16).toString('base64url')

/** A verifier that signs whatever it is told to, and keeps what it is sent. */
export class AskingVerifier {
  readonly did: Did
  readonly key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  /** Forms that came in, newest last. */
  readonly answers: Record<string, string>[] = []
  readonly fetched: { method: string; form: Record<string, string> }[] = []
  reply: { status: number; body: string } = { status: 200, body: '{}' }
  #serve: (form: Record<string, string>) => Served | Promise<Served> = () => ({ status: 404 })
  #url = ''
  #chain: string[] = []
  #certified: Signer | null = null
  #certifiedKey: KeyObject | null = null
  #anchor: Certificate | null = null

  static async start(dnsName = 'localhost'): Promise<AskingVerifier> {
    const verifier = new AskingVerifier()
    await verifier.#certify(dnsName)
    const server = createServer(async (request, response) => {
      const form = await formOf(request)
      if (request.url?.startsWith('/responses')) {
        verifier.answers.push(form)
        response.writeHead(verifier.reply.status, { 'content-type': 'application/json' })
        response.end(verifier.reply.body)
        return
      }
      verifier.fetched.push({ method: request.method ?? '', form })
      const served = await verifier.#serve(form)
      const answer = typeof served === 'string' ? { status: 200, body: served } : served
      const type = ('type' in answer && answer.type) || 'application/oauth-authz-req+jwt'
      const location = 'location' in answer && answer.location ? { location: answer.location } : {}
      response.writeHead(answer.status, { 'content-type': type, ...location })
      response.end(answer.body ?? '')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    atEnd(() => new Promise((resolve) => server.close(resolve)))
    verifier.#url = `http://localhost:${(server.address() as AddressInfo).port}`
    return verifier
  }

  private constructor() {
    this.did = newHolder().did
  }

  get responseUri(): string {
    return `${this.#url}/responses/1`
  }

  get anchor(): Certificate {
    if (!this.#anchor) throw new Error('not certified yet')
    return this.#anchor
  }

  get x5c(): readonly string[] {
    return this.#chain
  }

  get certified(): Signer {
    if (!this.#certified) throw new Error('not certified yet')
    return this.#certified
  }

  get certifiedKey(): KeyObject {
    if (!this.#certifiedKey) throw new Error('not certified yet')
    return this.#certifiedKey
  }

  get signer(): Signer {
    return createSigner(this.key, `${this.did}#key-1`)
  }

  /** A request as it should be, asking for the registration of a company. */
  parameters(more: Record<string, unknown> = {}): Record<string, unknown> {
    const now = seconds(Date.now())
    return {
      ...{ client_id: `decentralized_identifier:${this.did}`, aud: 'https://self-issued.me/v2' },
      ...{ iat: now, exp: now + 300, response_type: 'vp_token', response_mode: 'direct_post' },
      ...{ response_uri: this.responseUri, nonce: freshNonce(), state: freshNonce() },
      dcql_query: {
        credentials: [
          {
            ...{ id: 'registration', format: 'dc+sd-jwt' },
            meta: { vct_values: ['urn:regie:credential:company-registration:1'] },
            claims: [{ path: ['name'] }, { path: ['kvk_number'] }],
          },
        ],
      },
      client_metadata: { vp_formats_supported: { 'dc+sd-jwt': {} } },
      ...more,
    }
  }

  sign(parameters: object, header: Partial<Header> = {}, signer: Signer = this.signer): Promise<string> {
    return signJws({ typ: 'oauth-authz-req+jwt', ...header }, parameters, signer)
  }

  /** Signed under its certificate. */
  signCertified(parameters: object, header: Partial<Header> = {}): Promise<string> {
    const certified = { kid: undefined, x5c: [...this.#chain], ...header } as Partial<Header>
    return this.sign(parameters, certified, this.certified)
  }

  /** A link by which the wallet fetches what `serve` makes. */
  byReference(
    clientId: string,
    serve: (form: Record<string, string>) => Served | Promise<Served>,
    method: string | null = 'post',
  ): string {
    this.#serve = serve
    const parameters = new URLSearchParams({ client_id: clientId, request_uri: `${this.#url}/requests/1` })
    if (method !== null) parameters.set('request_uri_method', method)
    return `openid4vp://?${parameters}`
  }

  byValue(clientId: string, request: string, scheme = 'openid4vp://'): string {
    return `${scheme}?${new URLSearchParams({ client_id: clientId, request })}`
  }

  /** The whole way of a request under its DID, by value. */
  async ask(more: Record<string, unknown> = {}): Promise<string> {
    const parameters = this.parameters(more)
    return this.byValue(String(parameters.client_id), await this.sign(parameters))
  }

  async #certify(dnsName: string): Promise<void> {
    const authority = await newAuthority('Test authority', WEEK)
    const leaf = await issueLeaf(authority, { name: 'verifier', dnsNames: [dnsName], validity: WEEK })
    this.#anchor = readCertificate(new X509Certificate(authority.certificate).raw)
    this.#chain = [new X509Certificate(leaf.certificate).raw.toString('base64')]
    this.#certifiedKey = createPrivateKey(leaf.privateKey)
    this.#certified = createSigner(this.#certifiedKey, 'certified')
  }

  get publicJwk() {
    return publicJwkOf(this.key)
  }
}

async function formOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
}
