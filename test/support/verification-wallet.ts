import {
  encryptJwe,
  type JsonObject,
  type PublicJwk,
  parseEncryptionJwk,
  parseJws,
  publicJwkOf,
  verifyJws,
} from '../../src/jose/index.ts'
import { US, type VerificationRoom } from './verification-room.ts'

export interface Started {
  readonly id: string
  readonly client_id: string
  readonly request_uri: string
  readonly link: string
  readonly qr_svg: string
}

export interface Shown {
  readonly state: string
  readonly accepted: boolean | null
  readonly error: string | null
  readonly checks: readonly { check: string; ok: boolean; code?: string }[]
  readonly credentials: readonly {
    readonly accepted: boolean
    readonly claims: JsonObject
    readonly checks: readonly { check: string; ok: boolean; code?: string; detail?: string }[]
    readonly provenance: { readonly issuer_name?: string; readonly status_as_of: string | null }
  }[]
}

export interface RequestObject {
  readonly client_id: string
  readonly nonce: string
  readonly state: string
  readonly response_uri: string
  readonly wallet_nonce?: string
  readonly transaction_data?: readonly string[]
  readonly client_metadata: {
    readonly jwks?: { readonly keys: readonly unknown[] }
    readonly encrypted_response_enc_values_supported?: readonly string[]
  }
}

export interface Responding {
  readonly enc?: 'A128GCM' | 'A256GCM'
  /** Changes what is sent, before it is encrypted. */
  readonly change?: (payload: Record<string, unknown>) => Record<string, unknown>
}

/** A wallet that does what it is told, and the caller who started what it answers. */
export class Wallet {
  readonly #room: VerificationRoom

  constructor(room: VerificationRoom) {
    this.#room = room
  }

  async start(body: object): Promise<Started> {
    const input = { preset: 'registered-company', ...body }
    const { status, body: started } = await this.#room.call<Started>('POST', '/verifications/requests', input)
    if (status !== 201) throw new Error(JSON.stringify(started))
    return started
  }

  async show({ id }: Started, query = ''): Promise<Shown> {
    return (await this.#room.call<Shown>('GET', `/verifications/${id}${query}`)).body
  }

  /** The request object under our DID, verified. */
  async fetch({ request_uri }: Started, form?: Record<string, string>): Promise<RequestObject> {
    const response = await fetch(request_uri, form && { method: 'POST', body: new URLSearchParams(form) })
    if (response.headers.get('content-type') !== 'application/oauth-authz-req+jwt')
      throw new Error(await response.text())
    const jws = parseJws(await response.text())
    verifyJws(jws, await this.#ours(), { typ: 'oauth-authz-req+jwt' })
    return jws.payload as unknown as RequestObject
  }

  /** The key that a request is signed with. */
  async keyOf(started: Started): Promise<PublicJwk> {
    await this.fetch(started)
    return this.#ours()
  }

  /** Sends presentations, encrypted where the request has a key. */
  async respond(request: RequestObject, vpToken: object, { enc = 'A128GCM', change }: Responding = {}) {
    const { state, response_uri, client_metadata } = request
    const payload = (change ?? ((same) => same))({ vp_token: vpToken, state })
    const [jwk] = client_metadata.jwks?.keys ?? []
    if (jwk === undefined) {
      const texts = Object.entries(payload).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ])
      return this.#room.post(response_uri, Object.fromEntries(texts))
    }
    const response = await encryptJwe(payload, { recipient: parseEncryptionJwk(jwk), enc })
    return this.#room.post(response_uri, { response })
  }

  async #ours(): Promise<PublicJwk> {
    const key = this.#room.keys.get(US)
    if (!key) throw new Error('we have no key')
    return publicJwkOf(key)
  }
}
