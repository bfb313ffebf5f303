import { type Clock, formatForm, Refusal } from '../../core/index.ts'
import type { JsonObject } from '../../jose/index.ts'
import { type Call, createDpopProof, errorCodeOf, jsonObjectOf, openDpopKey } from '../../oauth/index.ts'
import type { Client, Session } from './session.ts'

export interface Answer {
  readonly status: number
  /** The body when it is a JSON object. */
  readonly json: JsonObject | null
  /** The body when it is a JWT. */
  readonly jwt: string | null
}

export interface TransportDeps {
  readonly egress: Call
  readonly clock: Clock
}

const MAX_ANSWER_BYTES = 1024 * 1024
const MAX_NONCE_CHARS = 1024
/** One try without a nonce, one with the nonce asked for; a server that asks again is not obeyed. */
const TRIES = 2

/** Speaks to the servers of one issuer, with DPoP where the session has a key (RFC 9449). */
export class Transport {
  readonly #deps: TransportDeps
  /** The last nonce of each web server (RFC 9449, section 8.2). */
  readonly #nonces = new Map<string, string>()

  constructor(deps: TransportDeps) {
    this.#deps = deps
  }

  form(client: Client, url: string, members: Readonly<Record<string, string>>): Promise<Answer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.#post(client, url, { headers, body: formatForm(members) })
  }

  /** @param body JSON, or a JWT that hides it */
  withToken(session: Session, url: string, body: object | string): Promise<Answer> {
    const isJwt = typeof body === 'string'
    const headers = { 'content-type': isJwt ? 'application/jwt' : 'application/json' }
    const sent = { headers, body: isJwt ? body : JSON.stringify(body) }
    return this.#post(session, url, sent, session)
  }

  /** A request that says nothing of who asks. */
  async plain(url: string): Promise<Answer> {
    return answerOf(await this.#request(url, {}, ''))
  }

  async #post(
    { dpopKey }: Client,
    url: string,
    { headers, body }: { headers: Record<string, string>; body: string },
    token?: Pick<Session, 'accessToken' | 'tokenType'>,
  ): Promise<Answer> {
    // A token that is not bound is sent as what it is, also where we have a key.
    const key = dpopKey && token?.tokenType !== 'Bearer' ? openDpopKey(dpopKey) : null
    const { origin } = new URL(url)
    for (let left = TRIES; ; left -= 1) {
      const nonce = this.#nonces.get(origin)
      const proof = key && {
        dpop: await createDpopProof(key, {
          ...{ method: 'POST', url, now: this.#deps.clock.now() },
          ...(token && { token: token.accessToken }),
          ...(nonce !== undefined && { nonce }),
        }),
      }
      const authorization = token && { authorization: `${token.tokenType} ${token.accessToken}` }
      const response = await this.#request(url, { ...headers, ...authorization, ...proof }, body)
      const answer = answerOf(response)
      const given = response.headers['dpop-nonce']
      if (given !== undefined && given.length <= MAX_NONCE_CHARS) this.#nonces.set(origin, given)
      if (left <= 1 || !key || given === undefined || !asksForNonce(answer, response.headers)) return answer
    }
  }

  #request(url: string, headers: Record<string, string>, body: string) {
    const options = { method: 'POST', accept: 'application/json, application/jwt', headers, body } as const
    return this.#deps.egress.request(url, { ...options, maxBytes: MAX_ANSWER_BYTES })
  }
}

/** RFC 9449, sections 8 and 9: authorization servers say so in the body, resource servers in a header. */
const asksForNonce = ({ status, json }: Answer, headers: Readonly<Record<string, string>>): boolean =>
  (status === 400 || status === 401) &&
  (json?.error === 'use_dpop_nonce' || /error="use_dpop_nonce"/.test(headers['www-authenticate'] ?? ''))

function answerOf({
  status,
  headers,
  body,
}: {
  status: number
  headers: Readonly<Record<string, string>>
  body: Buffer
}): Answer {
  if (/^application\/jwt\b/i.test(headers['content-type'] ?? ''))
    return { status, json: null, jwt: body.toString('latin1').trim() }
  return { status, json: jsonObjectOf(body), jwt: null }
}

/** What the issuer refused, with its own word for it. */
export const refusedBy = (answer: Answer): Refusal =>
  new Refusal('upstream', 'issuer_refused', 'the issuer did not hand over what it offered', {
    params: { status: answer.status, reason: errorCodeOf(answer) ?? 'unknown' },
  })

export const answerInvalid = (): Refusal =>
  new Refusal('upstream', 'issuer_answer_invalid', 'the issuer answered something else than asked')
