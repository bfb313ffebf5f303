import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import Provider, { type KoaContextWithOIDC } from 'oidc-provider'
import { atEnd } from './endings.ts'
import { OPENID_SECRET } from './nodes.ts'
import { freePort } from './ports.ts'

export const OPENID_CLIENT = 'regie'

/** What the provider knows of somebody, by her `sub`. */
export type ProviderPerson = Readonly<Record<string, unknown>>

/** How an answer differs from what the provider itself would give. */
export interface Lie {
  /** In the ID token; undefined takes a claim away. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Signed by nobody the provider knows. */
  readonly forged?: true
  /** Instead of any answer of the token endpoint. */
  readonly instead?: { readonly status: number; readonly body: string }
}

/** A real OpenID provider on this machine, at which everybody is at once who the test says. */
export interface TestOpenIdProvider {
  readonly issuer: string
  readonly people: Map<string, ProviderPerson>
  /** Who is in front of the browser. */
  who: string
  lie: Lie | null
  /** Begins to answer, for a node that is sent back to here. */
  serve(redirectUri: string): void
  /** Goes away and comes back. */
  away: boolean
}

export async function startOpenIdProvider(): Promise<TestOpenIdProvider> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const keys = await generateKeyPair('ES256', { extractable: true })
  const strangers = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(keys.privateKey)), kid: 'eerste', alg: 'ES256', use: 'sig' }
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown = (_request, response) =>
    response.writeHead(503).end()
  const made: TestOpenIdProvider = {
    ...{ issuer, people: new Map(), who: '', lie: null, away: false },
    serve: (redirectUri) => {
      const provider = newProvider(issuer, jwk, redirectUri, made)
      const real = provider.callback()
      answer = async (request, response) => {
        if (made.away) return request.socket.destroy()
        const path = request.url ?? ''
        if (path.startsWith('/interaction/')) {
          await provider.interactionDetails(request, response)
          return provider.interactionFinished(request, response, { login: { accountId: made.who } })
        }
        if (!made.lie || path !== '/token' || request.headers['x-truly']) return real(request, response)
        return tell(made.lie, request, response, made.lie.forged ? strangers.privateKey : keys.privateKey)
      }
    },
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  const tell = async (
    { instead, claims }: Lie,
    request: IncomingMessage,
    response: ServerResponse,
    key: CryptoKey,
  ) => {
    if (instead)
      return response.writeHead(instead.status, { 'content-type': 'application/json' }).end(instead.body)
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const truth = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { 'content-type': request.headers['content-type'] ?? '', 'x-truly': 'yes' },
      body: Buffer.concat(pieces),
    })
    const tokens = (await truth.json()) as { id_token?: string }
    if (tokens.id_token) {
      const said = { ...decodeJwt(tokens.id_token), ...claims }
      tokens.id_token = await new SignJWT(said).setProtectedHeader({ alg: 'ES256', kid: 'eerste' }).sign(key)
    }
    return response
      .writeHead(truth.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(tokens))
  }
  return made
}

function newProvider(issuer: string, jwk: object, redirectUri: string, world: TestOpenIdProvider): Provider {
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: OPENID_CLIENT, client_secret: OPENID_SECRET, redirect_uris: [redirectUri] },
        id_token_signed_response_alg: 'ES256',
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [jwk] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    claims: {
      email: ['email', 'email_verified'],
      profile: ['given_name', 'family_name', 'preferred_username'],
      groups: ['groups'],
    },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['alleen voor deze test'] },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: async () => ({ ...world.people.get(sub), sub }),
    }),
    loadExistingGrant: async ({ oidc }: KoaContextWithOIDC) => {
      const accountId = oidc.session?.accountId
      const grant = new provider.Grant({ clientId: OPENID_CLIENT, ...(accountId && { accountId }) })
      grant.addOIDCScope('openid email profile groups')
      await grant.save()
      return grant
    },
  })
  return provider
}

/** A browser that only the provider knows: goes where it is sent, until it is sent to somebody else. */
export async function sentBackBy(provider: TestOpenIdProvider, address: string): Promise<URL> {
  const jar = new Map<string, string>()
  let url = new URL(address)
  for (let hops = 0; hops < 10; hops++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';', 1)[0]?.split('=') ?? []
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null)
      throw new Error(`the provider answered ${response.status}: ${await response.text()}`)
    url = new URL(location, url)
    if (url.origin !== provider.issuer) return url
  }
  throw new Error('the provider sends this browser round and round')
}
