import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from 'openid-client'
import type { OpenIdConfig } from '../config/index.ts'
import { type Clock, isRefusal, Refusal } from '../core/index.ts'
import type { EgressOptions, EgressResponse } from '../egress/index.ts'

export interface OpenIdProviderDeps {
  readonly config: OpenIdConfig
  readonly secret: string
  readonly clock: Clock
  readonly fetch: (url: string, options: EgressOptions) => Promise<EgressResponse>
  /** It may be reached over http: it is on this machine. */
  readonly isLocal: boolean
  /** Where it sends people back. */
  readonly redirectUri: string
}

/** What binds an answer to one question of ours. */
export interface Binding {
  readonly state: string
  readonly nonce: string
  /** PKCE. */
  readonly verifier: string
}

/** What the provider says of somebody: the first source that has a claim counts. */
export type Sources = readonly Readonly<Record<string, unknown>>[]

export interface Identified {
  readonly subject: string
  readonly sources: Sources
  /** How long before it answered she showed there that she is she, in ms; null where it does not say. */
  readonly shownMs: number | null
}

/** A new address of the provider is known within this. */
const METADATA_MS = 60 * 60_000
const MAX_ANSWER_BYTES = 256 * 1024

/** The OpenID provider of this organisation: authorization code flow with PKCE, state and nonce. */
export class OpenIdProvider {
  readonly #deps: OpenIdProviderDeps
  #known: { readonly until: number; readonly configuration: Promise<Configuration> } | null = null

  constructor(deps: OpenIdProviderDeps) {
    this.#deps = deps
  }

  get config(): OpenIdConfig {
    return this.#deps.config
  }

  /**
   * Where somebody goes to say who she is.
   * @param again she was here already, and has to show it anew
   * @throws Refusal `openid_unavailable`
   */
  async addressFor({ state, nonce, verifier }: Binding, again: boolean): Promise<string> {
    const { config, redirectUri } = this.#deps
    try {
      const configuration = await this.#configuration()
      const url = buildAuthorizationUrl(configuration, {
        ...{ redirect_uri: redirectUri, scope: ['openid', ...config.scopes].join(' '), state, nonce },
        ...{
          code_challenge: await calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        },
        ...(again && { prompt: 'login', max_age: '0' }),
      })
      return url.href
    } catch (cause) {
      throw unavailable(cause)
    }
  }

  /**
   * Who came back, as the provider says it.
   * @param answer what it made her browser send: the query of our own address
   * @throws Refusal `openid_denied`, `openid_invalid`, `openid_unavailable`
   */
  async identify(answer: URLSearchParams, { state, nonce, verifier }: Binding): Promise<Identified> {
    const configuration = await this.#configuration().catch((cause) => {
      throw unavailable(cause)
    })
    const { redirectUri } = this.#deps
    try {
      const tokens = await authorizationCodeGrant(configuration, new URL(`${redirectUri}?${answer}`), {
        ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
      })
      const claims = tokens.claims()
      if (!claims) throw new Error('no ID token')
      const more = configuration.serverMetadata().userinfo_endpoint
        ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
        : {}
      return {
        ...{ subject: claims.sub, sources: [claims, more] },
        shownMs: claims.auth_time === undefined ? null : Math.max(0, claims.iat - claims.auth_time) * 1000,
      }
    } catch (cause) {
      throw refusalOf(cause)
    }
  }

  async #configuration(): Promise<Configuration> {
    const { config, secret, clock, isLocal } = this.#deps
    const now = clock.now()
    if (this.#known && now < this.#known.until) return this.#known.configuration
    const configuration = discovery(
      new URL(config.issuer),
      config.clientId,
      undefined,
      authenticating(secret),
      {
        [customFetch]: this.#fetch,
        // What the token endpoint says is signed as well: who sits between is believed nowhere.
        execute: [enableNonRepudiationChecks, ...(isLocal ? [allowInsecureRequests] : [])],
      },
    )
    const known = { until: now + METADATA_MS, configuration }
    this.#known = known
    return configuration.catch((error) => {
      if (this.#known === known) this.#known = null
      throw error
    })
  }

  /** The library asks as the node does: nowhere else, not for long, and not for much. */
  #fetch: CustomFetch = async (url, { method, headers, body }) => {
    if (method !== 'GET' && method !== 'POST') throw new Error('a method that OpenID Connect does not use')
    const answer = await this.#deps.fetch(url, {
      ...{ method, headers, maxBytes: MAX_ANSWER_BYTES },
      ...(body !== null && body !== undefined && { body: bodyOf(body) }),
    })
    const hasBody = ![204, 205, 304].includes(answer.status)
    return new Response(hasBody ? new Uint8Array(answer.body) : null, {
      ...{ status: answer.status, headers: answer.headers },
    })
  }
}

/** In the form where the provider says that it takes it, and otherwise as each of them has to (OpenID Connect Core, 9). */
const authenticating =
  (secret: string): ClientAuth =>
  (provider, client, body, headers) => {
    const inForm = provider.token_endpoint_auth_methods_supported?.includes('client_secret_post')
    const authenticate = inForm ? ClientSecretPost(secret) : ClientSecretBasic(secret)
    return authenticate(provider, client, body, headers)
  }

function bodyOf(body: unknown): string | Uint8Array {
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new Error('a body that OpenID Connect does not send')
}

const unavailable = (cause: unknown) =>
  new Refusal('upstream', 'openid_unavailable', 'the login of this organisation cannot be reached', { cause })

function refusalOf(cause: unknown): Refusal {
  const code = (cause as { code?: unknown } | null)?.code
  if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR')
    return new Refusal('forbidden', 'openid_denied', 'the login of this organisation let nobody in', {
      cause,
    })
  for (let inner = cause; inner instanceof Error; inner = inner.cause)
    if (isRefusal(inner)) return unavailable(cause)
  return new Refusal('forbidden', 'openid_invalid', 'the answer of the login is not one to this question', {
    cause,
  })
}
