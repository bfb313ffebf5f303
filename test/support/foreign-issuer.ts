import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type CallbackContext,
  clientAuthenticationAnonymous,
  type Jwk,
  Oauth2AuthorizationServer,
  setGlobalConfig,
} from '@openid4vc/oauth2'
import { Openid4vciIssuer } from '@openid4vc/openid4vci'
import express from 'express'
import { didJwkOf } from '../../src/agent/index.ts'
import type { Did } from '../../src/core/index.ts'
import {
  createSigner,
  decryptJwe,
  type EncryptionKey,
  encryptJwe,
  newEncryptionKey,
  type PublicJwk,
  parseEncryptionJwk,
  parseJws,
  parsePublicJwk,
  publicJwkOf,
  type Signer,
  verifyJws,
} from '../../src/jose/index.ts'
import { issueSdJwt } from '../../src/sd-jwt/index.ts'
import { CREDENTIAL, issueVcJwt, type VcFormat } from '../../src/vc-jwt/index.ts'
import { atEnd } from './endings.ts'
import type { World } from './offer-node.ts'

setGlobalConfig({ allowInsecureUrls: true })

type Json = Record<string, unknown>

export interface ForeignOptions {
  /** Tokens only with DPoP, and then only with a nonce of ours. */
  readonly dpop?: boolean
  readonly deferred?: boolean
  readonly encrypted?: boolean
  readonly refresh?: boolean
  readonly txCode?: string
  readonly batchSize?: number
  readonly identifiers?: boolean
  /** Seconds until its credentials end. */
  readonly endsInS?: number
  readonly pushed?: boolean
  /** What it issues; SD-JWT VCs unless told. */
  readonly format?: 'dc+sd-jwt' | VcFormat
  /** Signs with a certificate, and has no DID. */
  readonly certified?: { readonly x5c: readonly string[]; readonly signer: Signer }
  /** Signs with a key that it publishes at its own address, and has no DID. */
  readonly published?: boolean
}

/** What a W3C diploma is called. */
export const W3C_DIPLOMA = 'https://issuer.example/types#Diploma'
export const DIPLOMA = 'https://issuer.example/diploma'
const PRE_AUTHORIZED = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

/** The key that a did:jwk is. */
function jwkOfDid(url: string): Jwk | null {
  const [, encoded] = /^did:jwk:([^#]+)/.exec(url) ?? []
  return encoded === undefined ? null : JSON.parse(Buffer.from(encoded, 'base64url').toString())
}

async function listen(app: express.Express): Promise<{ server: Server; url: string }> {
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/**
 * An issuer of another make: @openid4vc reads and checks what a wallet sends, with its own callbacks, and writes what it
 * is answered. Its authorization server is on another web server.
 */
export class ForeignIssuer {
  readonly options: ForeignOptions
  readonly did: Did
  url = ''
  serverUrl = ''
  /** `METHOD path` of what came in at either server. */
  readonly requests: string[] = []
  readonly notifications: Json[] = []
  readonly clients = new Set<string>()
  /** Changes an answer on its way out. */
  mangle: (path: string, json: Json) => unknown = (_path, json) => json
  /** Changes what is signed. */
  claims: (claims: Json, key: PublicJwk) => Json = (claims) => claims
  /** The address it says its keys are published at; its own unless told. */
  publishedAt = ''
  /** Ends what waits: the next call gets the credential. */
  isReady = false
  readonly #world: World
  readonly #signer: Signer
  readonly #jwk: PublicJwk
  readonly #encryption: EncryptionKey = newEncryptionKey('request-key')
  readonly #codes = new Map<string, Json>()
  readonly #tokens = new Map<string, { jkt: string | null; clientId: string | undefined }>()
  readonly #refreshTokens = new Set<string>()
  readonly #nonces = new Set<string>()
  readonly #deferred = new Map<string, Jwk[]>()
  readonly #pushed = new Map<string, Record<string, string>>()
  /** Every token it gave out. */
  readonly given: string[] = []
  #dpopNonce = randomUUID()
  readonly #issuer = new Openid4vciIssuer({ callbacks: this.#callbacks() })
  readonly #server = new Oauth2AuthorizationServer({ callbacks: this.#callbacks() })

  static async start(world: World, options: ForeignOptions = {}): Promise<ForeignIssuer> {
    const issuer = new ForeignIssuer(world, options)
    issuer.url = (await listen(issuer.#issuerApp())).url
    issuer.serverUrl = (await listen(issuer.#serverApp())).url
    return issuer
  }

  private constructor(world: World, options: ForeignOptions) {
    this.#world = world
    this.options = options
    this.did = `did:web:foreign-${randomUUID()}.example` as Did
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    world.publish(`${this.did}#key-1`, privateKey)
    this.#signer = createSigner(privateKey, `${this.did}#key-1`)
    this.#jwk = publicJwkOf(privateKey)
  }

  get metadata(): Json {
    const { batchSize, encrypted } = this.options
    const encryption = { enc_values_supported: ['A128GCM'], encryption_required: true }
    return this.#issuer.createCredentialIssuerMetadata({
      credential_issuer: this.url,
      authorization_servers: [this.serverUrl],
      credential_endpoint: `${this.url}/credential`,
      nonce_endpoint: `${this.url}/nonce`,
      deferred_credential_endpoint: `${this.url}/deferred`,
      notification_endpoint: `${this.url}/notification`,
      display: [{ name: 'Universiteit van Verzinsel', locale: 'nl' }],
      ...(batchSize && { batch_credential_issuance: { batch_size: batchSize } }),
      ...(encrypted && {
        credential_request_encryption: { jwks: { keys: [this.#encryption.publicJwk] }, ...encryption },
        credential_response_encryption: { alg_values_supported: ['ECDH-ES'], ...encryption },
      }),
      credential_configurations_supported: {
        diploma: {
          ...(this.#w3c
            ? { format: this.#w3c, credential_definition: { type: [CREDENTIAL, W3C_DIPLOMA] } }
            : { format: 'dc+sd-jwt', vct: DIPLOMA }),
          scope: 'diploma',
          cryptographic_binding_methods_supported: this.#w3c ? ['did:jwk'] : ['jwk'],
          proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
          credential_metadata: { display: [{ name: 'Diploma', locale: 'nl' }] },
        },
        mdoc: { format: 'mso_mdoc', doctype: 'org.example.mdoc' },
      },
    } as never) as Json
  }

  get serverMetadata(): Json {
    return this.#server.createAuthorizationServerMetadata({
      issuer: this.serverUrl,
      token_endpoint: `${this.serverUrl}/token`,
      authorization_endpoint: `${this.serverUrl}/authorize`,
      ...(this.options.pushed && { pushed_authorization_request_endpoint: `${this.serverUrl}/par` }),
      grant_types_supported: [PRE_AUTHORIZED, 'authorization_code', 'refresh_token'],
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      ...(this.options.dpop && { dpop_signing_alg_values_supported: ['ES256'] }),
      ...(this.options.identifiers && { authorization_details_types_supported: ['openid_credential'] }),
    } as never) as Json
  }

  /** A link to a new offer. */
  async offer(grant: 'pre' | 'code' = 'pre', ids: readonly string[] = ['diploma']): Promise<string> {
    const code = randomUUID()
    if (grant === 'pre') this.#codes.set(code, {})
    const { txCode } = this.options
    const { credentialOffer } = await this.#issuer.createCredentialOffer({
      issuerMetadata: this.#known() as never,
      credentialConfigurationIds: [...ids],
      grants: (grant === 'pre'
        ? {
            [PRE_AUTHORIZED]: {
              'pre-authorized_code': code,
              authorization_server: this.serverUrl,
              ...(txCode && { tx_code: { length: txCode.length, input_mode: 'numeric' } }),
            },
          }
        : { authorization_code: { authorization_server: this.serverUrl } }) as never,
    })
    return credentialOffer
  }

  #known() {
    const credentialIssuer = this.metadata as { credential_configurations_supported: object }
    return {
      credentialIssuer,
      authorizationServers: [this.serverMetadata],
      knownCredentialConfigurations: credentialIssuer.credential_configurations_supported,
      originalDraftVersion: 'V1',
    }
  }

  #app(): express.Express {
    const app = express()
    app.use((request, response, next) => {
      this.requests.push(`${request.method} ${request.path}`)
      const send = response.json.bind(response)
      response.json = (body) => {
        const changed = this.mangle(request.path, body as Json)
        return typeof changed === 'string' ? response.type('json').send(changed) : send(changed)
      }
      next()
    })
    app.use(
      express.urlencoded({ extended: false }),
      express.json(),
      express.text({ type: 'application/jwt' }),
    )
    return app
  }

  #serverApp(): express.Express {
    const app = this.#app()
    app.get('/.well-known/oauth-authorization-server', (_request, response) => {
      response.json(this.serverMetadata)
    })
    app.post('/par', (request, response) => {
      const uri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`
      this.#pushed.set(uri, request.body)
      response.status(201).json({ request_uri: uri, expires_in: 60 })
    })
    app.get('/authorize', (request, response) => {
      const query = request.query as Record<string, string>
      const asked = this.#pushed.get(query.request_uri ?? '') ?? query
      const code = randomUUID()
      this.#codes.set(code, { challenge: asked.code_challenge, redirect: asked.redirect_uri, asked })
      this.clients.add(String(asked.client_id))
      const back = new URL(String(asked.redirect_uri))
      back.searchParams.set('code', code)
      back.searchParams.set('state', String(asked.state))
      back.searchParams.set('iss', this.serverUrl)
      response.redirect(302, back.href)
    })
    app.post('/token', async (request, response) => {
      try {
        response.json(await this.#token(request))
      } catch (error) {
        const { errorResponse } = error as { errorResponse?: object }
        if (this.options.dpop) response.setHeader('DPoP-Nonce', this.#dpopNonce)
        response.status(400).json(errorResponse ?? { error: (error as Error).message })
      }
    })
    return app
  }

  async #token(request: express.Request): Promise<object> {
    const like = this.#like(request, this.serverUrl)
    const parsed = this.#server.parseAccessTokenRequest({ request: like, accessTokenRequest: request.body })
    const { accessTokenRequest } = parsed
    const grant = parsed.grant as {
      grantType: string
      code?: string
      preAuthorizedCode?: string
      refreshToken?: string
    }
    this.#requireDpopNonce(parsed.dpop?.jwt)
    const dpop = { required: this.options.dpop ?? false, ...(parsed.dpop && { jwt: parsed.dpop.jwt }) }
    const common = {
      request: like,
      accessTokenRequest,
      dpop,
      authorizationServerMetadata: this.serverMetadata,
    }
    let verified: { dpop?: { jwk: Jwk; jwkThumbprint: string } } = {}
    const code = grant.code ?? grant.preAuthorizedCode ?? ''
    if (grant.refreshToken !== undefined) {
      if (!this.#refreshTokens.delete(grant.refreshToken)) throw new Error('invalid_grant')
      verified = await this.#server.verifyRefreshTokenAccessTokenRequest({
        ...common,
        grant,
        expectedRefreshToken: grant.refreshToken,
      } as never)
    } else {
      const known = this.#codes.get(code)
      if (!known) throw new Error('invalid_grant')
      const expected = {
        ...common,
        grant,
        ...(grant.code
          ? {
              expectedCode: code,
              pkce: {
                codeChallenge: known.challenge,
                codeChallengeMethod: 'S256',
                codeVerifier: parsed.pkceCodeVerifier,
              },
            }
          : {
              expectedPreAuthorizedCode: code,
              ...(this.options.txCode && { expectedTxCode: this.options.txCode }),
            }),
      }
      verified = grant.code
        ? await this.#server.verifyAuthorizationCodeAccessTokenRequest(expected as never)
        : await this.#server.verifyPreAuthorizedCodeAccessTokenRequest(expected as never)
      this.#codes.delete(code)
    }
    const token = randomBytes(32).toString('base64url')
    const clientId = (request.body as { client_id?: string }).client_id
    this.#tokens.set(token, { jkt: verified.dpop?.jwkThumbprint ?? null, clientId })
    const refresh = this.options.refresh ? randomUUID() : undefined
    if (refresh) this.#refreshTokens.add(refresh)
    this.given.push(token, ...(refresh ? [refresh] : []))
    return {
      access_token: token,
      token_type: verified.dpop ? 'DPoP' : 'Bearer',
      expires_in: 300,
      ...(refresh && { refresh_token: refresh }),
      ...(this.options.identifiers && {
        authorization_details: [
          {
            type: 'openid_credential',
            credential_configuration_id: 'diploma',
            credential_identifiers: ['diploma-2026'],
          },
        ],
      }),
    }
  }

  #issuerApp(): express.Express {
    const app = this.#app()
    app.get('/.well-known/openid-credential-issuer', (_request, response) => {
      response.json(this.metadata)
    })
    app.get('/.well-known/jwt-vc-issuer', (_request, response) => {
      if (!this.options.published) response.status(404).end()
      else response.json({ issuer: this.url, jwks: { keys: [{ ...this.#jwk, kid: 'k1' }] } })
    })
    app.post('/nonce', (_request, response) => {
      const nonce = randomUUID()
      this.#nonces.add(nonce)
      response.json(this.#issuer.createNonceResponse({ cNonce: nonce }))
    })
    app.post('/credential', (request, response) =>
      this.#answer(request, response, (body) => this.#credential(request, body)),
    )
    app.post('/deferred', (request, response) =>
      this.#answer(request, response, async ({ transaction_id: id }) => {
        await this.#access(request)
        const keys = this.#deferred.get(String(id))
        if (!keys) throw new Error('invalid_transaction_id')
        if (!this.isReady)
          return [
            202,
            this.#issuer.createDeferredCredentialResponse({ transactionId: String(id), interval: 2 }),
          ]
        return [200, this.#issuer.createDeferredCredentialResponse({ credentials: await this.#sign(keys) })]
      }),
    )
    app.post('/notification', (request, response) =>
      this.#answer(request, response, async (body) => {
        await this.#access(request)
        this.notifications.push(body)
        return [204, {}]
      }),
    )
    return app
  }

  async #answer(
    request: express.Request,
    response: express.Response,
    run: (body: Json) => Promise<readonly [number, object]>,
  ): Promise<void> {
    try {
      const isJwt = typeof request.body === 'string' && request.body !== ''
      if (this.options.encrypted && !isJwt && request.path === '/credential') throw new Error('not encrypted')
      const body: Json = isJwt
        ? (await decryptJwe(request.body, { keyOf: () => this.#encryption.privateKey, maxBytes: 100_000 }))
            .payload
        : request.body
      const [status, answer] = await run(body)
      const encryption = body.credential_response_encryption as { jwk: unknown } | undefined
      response.status(status)
      if (!encryption) {
        response.json(answer)
        return
      }
      const recipient = parseEncryptionJwk(encryption.jwk)
      response.type('application/jwt').send(await encryptJwe(answer, { recipient, enc: 'A128GCM' }))
    } catch (error) {
      const { errorResponse } = error as { errorResponse?: object }
      if (this.options.dpop) response.setHeader('DPoP-Nonce', this.#dpopNonce)
      const { message } = error as Error
      if (message === 'use_dpop_nonce')
        response.status(401).set('WWW-Authenticate', 'DPoP error="use_dpop_nonce"').json({})
      else response.status(400).json(errorResponse ?? { error: message })
    }
  }

  async #credential(request: express.Request, body: Json): Promise<readonly [number, object]> {
    const { clientId } = await this.#access(request)
    const issuerMetadata = this.#known() as never
    const parsed = this.#issuer.parseCredentialRequest({ issuerMetadata, credentialRequest: body })
    if ((parsed.credentialIdentifier !== undefined) !== (this.options.identifiers ?? false))
      throw new Error('unknown_credential_identifier')
    const keys: Jwk[] = []
    for (const jwt of parsed.proofs?.jwt ?? []) {
      const nonce = String(parseJws(jwt).payload.nonce)
      if (!this.#nonces.has(nonce)) throw new Error('invalid_nonce')
      const { signer } = await this.#issuer.verifyCredentialRequestJwtProof({
        ...{ issuerMetadata, jwt, expectedNonce: nonce, now: new Date(this.#world.clock.now()) },
        ...(clientId && { clientId }),
      })
      keys.push(signer.publicJwk)
    }
    if (this.options.deferred) {
      const transactionId = randomUUID()
      this.#deferred.set(transactionId, keys)
      return [
        202,
        this.#issuer.createCredentialResponse({ credentialRequest: parsed, transactionId, interval: 2 }),
      ]
    }
    const answer = this.#issuer.createCredentialResponse({
      credentialRequest: parsed,
      credentials: (await this.#sign(keys)) as never,
      notificationId: randomUUID(),
    })
    return [200, answer]
  }

  async #sign(keys: readonly Jwk[]): Promise<{ credential: string }[]> {
    const now = Math.floor(this.#world.clock.now() / 1000)
    return Promise.all(
      keys.map(async (jwk) => {
        const key = parsePublicJwk(jwk)
        const payload = this.claims(
          {
            ...{ iss: this.did, iat: now, exp: now + (this.options.endsInS ?? 86_400 * 365), vct: DIPLOMA },
            ...{ cnf: { jwk: key }, degree: 'Bachelor', nr: randomUUID() },
          },
          key,
        )
        if (this.#w3c) return { credential: await this.#signW3c(this.#w3c, payload, key) }
        const { certified, published } = this.options
        if (certified) Object.assign(payload, { iss: undefined })
        if (published) Object.assign(payload, { iss: this.publishedAt || this.url })
        const header = {
          typ: 'dc+sd-jwt',
          ...(certified && { kid: undefined, x5c: [...certified.x5c] }),
          ...(published && { kid: 'k1' }),
        }
        return {
          credential: await issueSdJwt({
            ...{ header, payload: JSON.parse(JSON.stringify(payload)), disclosable: [['degree']] },
            signer: certified?.signer ?? this.#signer,
          }),
        }
      }),
    )
  }

  get #w3c(): VcFormat | null {
    const { format = 'dc+sd-jwt' } = this.options
    return format === 'dc+sd-jwt' ? null : format
  }

  #signW3c(format: VcFormat, { iss, iat, exp, sub, type, degree }: Json, key: PublicJwk): Promise<string> {
    const credential = {
      type: type === undefined ? W3C_DIPLOMA : String(type),
      ...{
        issuer: (iss ?? this.did) as Did,
        ...(sub !== null && { subject: (sub ?? didJwkOf(key)) as Did }),
        claims: { degree },
      },
      ...{ id: `urn:uuid:${randomUUID()}`, validFrom: Number(iat), validUntil: Number(exp) },
    }
    return issueVcJwt(format, credential as never, this.#signer)
  }

  async #access(request: express.Request) {
    const [scheme = '', text = ''] = (request.headers.authorization ?? '').split(' ')
    const token = this.#tokens.get(text)
    if (!token || (token.jkt === null) !== (scheme === 'Bearer')) throw new Error('invalid_token')
    if (token.jkt === null) return token
    const dpopJwt = String(request.headers.dpop)
    this.#requireDpopNonce(dpopJwt)
    await this.#server.verifyDpopJwt({
      ...{ dpopJwt, accessToken: text, expectedJwkThumbprint: token.jkt },
      request: this.#like(request, this.url),
    })
    return token
  }

  /** Each proof brings the newest nonce, and each use makes a newer one. */
  #requireDpopNonce(jwt: string | undefined): void {
    if (!this.options.dpop || jwt === undefined) return
    if (parseJws(jwt).payload.nonce === this.#dpopNonce) return
    this.#dpopNonce = randomUUID()
    throw new Error('use_dpop_nonce')
  }

  #like(request: express.Request, base: string) {
    const headers = new Headers(request.headers as Record<string, string>)
    return { headers, method: 'POST' as const, url: `${base}${request.path}` }
  }

  #callbacks(): CallbackContext {
    return {
      hash: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
      generateRandom: (length) => randomBytes(length),
      signJwt: () => {
        throw new Error('nothing is signed this way')
      },
      verifyJwt: (signer, { compact }) => {
        const jwk =
          signer.method === 'did' ? jwkOfDid(signer.didUrl) : 'publicJwk' in signer && signer.publicJwk
        if (!jwk) return { verified: false }
        verifyJws(parseJws(compact), parsePublicJwk(jwk), { typ: null })
        return { verified: true, signerJwk: jwk as Jwk }
      },
      decryptJwe: () => ({ decrypted: false }),
      encryptJwe: () => {
        throw new Error('nothing is encrypted this way')
      },
      clientAuthentication: clientAuthenticationAnonymous(),
      fetch,
    } as CallbackContext
  }
}
