import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { AskAnswer, InReturnFor, LeftOut, OutgoingAsk, PreparedAsk } from '../access/index.ts'
import { BoundedMap, type Clock, type Did, Refusal, seconds, wellKnownUrl } from '../core/index.ts'
import type { CredentialReport, Credentials, VerifyCredential } from '../credentials/index.ts'
import type { Egress } from '../egress/index.ts'
import { isJsonObject, type JsonObject, parseJsonObject, type Signer, signJws } from '../jose/index.ts'
import { isSameOrigin, REQUEST_TYP } from '../oauth/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import type { Store } from '../store/index.ts'
import {
  bareDigest,
  clientIdOf,
  clientMetadata,
  digestOf,
  MAX_LIFETIME_S,
  RESPONSE_MODE,
  type RequestObject,
} from './request-object.ts'

export interface AskPartnerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly egress: Egress
  readonly parties: Parties
  readonly credentials: Credentials
  readonly signerOf: (did: Did) => Promise<Signer>
  readonly verifyCredential: VerifyCredential
  /** Whether we accept a credential's issuer for its type. */
  readonly isTrusted: (report: CredentialReport) => Promise<boolean>
}

const TIMEOUT_MS = 10_000
const CODE = /^[a-z0-9_]{1,64}$/
const MAX_ANSWER_BYTES = 2 * 1024 * 1024
const METADATA_AGE_MS = 5 * 60_000

/** Makes and sends Asks for this node's organisation, and verifies what comes back. */
export class AskPartner {
  readonly #deps: AskPartnerDeps
  readonly #endpoints = new BoundedMap<{ endpoint: string; until: number }>(1_000)

  constructor(deps: AskPartnerDeps) {
    this.#deps = deps
  }

  /** Signs an Ask. @throws Refusal `employee_role_missing`, `attestation_missing` */
  async prepare(ask: OutgoingAsk): Promise<PreparedAsk> {
    const us = await this.#deps.parties.organisation()
    const bare = this.#requestOf(ask, us.did)
    const verifierInfo = await this.#verifierInfo(ask, us, bare)
    const request: RequestObject = {
      ...bare,
      verifier_info: verifierInfo.map((data) => ({ format: 'dc+sd-jwt', data })),
    }
    const compact = await signJws({ typ: REQUEST_TYP }, request, await this.#deps.signerOf(us.did))
    return { digest: digestOf(compact), send: () => this.#send(ask.wallet, compact, request) }
  }

  #requestOf(ask: OutgoingAsk, asker: Did): RequestObject {
    const now = seconds(this.#deps.clock.now())
    const { relevance, value, case: caseRef, retention, agreement, system, delegation } = ask.details
    return {
      client_id: clientIdOf(asker),
      aud: ask.wallet,
      response_type: 'vp_token',
      response_mode: RESPONSE_MODE,
      nonce: randomBytes(24).toString('base64url'),
      iat: now,
      exp: now + MAX_LIFETIME_S,
      dcql_query: {
        credentials: ask.queries.map(({ id, vct, paths }) => ({
          id,
          format: 'dc+sd-jwt' as const,
          meta: { vct_values: [vct] as [string] },
          claims: paths.map((path) => ({ path: [...path] })),
        })),
      },
      client_metadata: clientMetadata,
      'urn:regie:access': {
        purpose: [...ask.purpose],
        legal_basis: ask.legalBasis,
        relevance,
        value,
        ...(caseRef && { case: typeof caseRef === 'string' ? caseRef : { ...caseRef } }),
        ...(retention && { retention }),
        ...(agreement && { agreement: { ...agreement } }),
        ...(system && { system: { ...system } }),
        ...(delegation && { delegation: passingOn(delegation) }),
        ...(ask.wantedUntil !== null && { until: seconds(ask.wantedUntil) }),
        ...(ask.inReturnFor && { in_return_for: inReturnFor(ask.inReturnFor) }),
      },
    }
  }

  /** The grant, our attestation, and the role of who asks; nothing in them is disclosed that is not needed. */
  async #verifierInfo(ask: OutgoingAsk, us: Party, bare: RequestObject): Promise<string[]> {
    const { credentials, store } = this.#deps
    const vctOf = (type: string) => credentials.types.byName(type).vct
    const [attestation, role] = await credentials.findCurrents(store.reader, [
      { holderParty: us.id, vct: vctOf('ttp-policy-attestation') },
      {
        holderParty: ask.actor.id,
        vct: vctOf(ask.actor.kind === 'system' ? 'system-role' : 'employee-role'),
      },
    ])
    if (!attestation)
      throw new Refusal('conflict', 'attestation_missing', 'register with the trust anchor before you ask')
    if (!role)
      throw new Refusal('forbidden', 'employee_role_missing', 'who asks needs a role in this company')
    const extra = { client_id: bare.client_id, request_digest: bareDigest(bare) }
    const shown = ask.actor.kind === 'system' ? [] : [['given_name'], ['family_name']]
    const papers = await Promise.all([
      credentials.disclose(attestation, []),
      credentials.present(role, shown, { aud: ask.wallet, nonce: bare.nonce, extra }),
    ])
    if (ask.delegation) papers.push(ask.delegation)
    // The grant without what is in it: its digest is all the other side needs.
    return ask.grant ? [...papers, ask.grant.slice(0, ask.grant.indexOf('~') + 1)] : papers
  }

  async #send(wallet: string, compact: string, request: RequestObject): Promise<AskAnswer> {
    const endpoint = await this.#endpointOf(wallet)
    const { status, body } = await this.#deps.egress.request(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: request.client_id, request: compact }).toString(),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
      accept: 'application/json',
    })
    const answer = parseJsonObject(body, { maxBytes: MAX_ANSWER_BYTES })
    if (status === 200 && isJsonObject(answer.vp_token)) return this.#verifyAnswer(answer.vp_token, request)
    if (status === 202) return { kind: 'consent_pending', id: consentIdOf(answer.consent_pending) }
    if (status === 403 && answer.error === 'access_denied')
      return { kind: 'denied', codes: codesOf(answer.codes), withheld: withheldOf(answer.withheld, request) }
    const code = typeof answer.code === 'string' && CODE.test(answer.code) ? answer.code : 'ask_failed'
    throw new Refusal(
      status === 409 || status === 429 ? 'conflict' : 'upstream',
      code,
      'the partner’s node did not take the request',
      {
        params: { status },
      },
    )
  }

  /** Every presentation must be genuine, for us and this request; one that is not spoils the answer. */
  async #verifyAnswer(vpToken: JsonObject, request: RequestObject): Promise<AskAnswer> {
    const reports = await Promise.all(
      request.dcql_query.credentials.map(async ({ id }) => {
        const verified = await Promise.all(
          textsOf(vpToken[id]).map((presentation) => this.#verifyOne(presentation, request)),
        )
        return [id, verified] as const
      }),
    )
    return { kind: 'presented', reports: Object.fromEntries(reports) }
  }

  async #verifyOne(presentation: string, { nonce, client_id }: RequestObject) {
    const report = await this.#deps.verifyCredential(presentation, { keyBinding: { nonce, aud: client_id } })
    if (!report.verified) {
      const codes = report.checks.flatMap(({ ok, code }) => (ok || !code ? [] : [code]))
      throw new Refusal('upstream', 'presentation_invalid', 'what the partner showed does not verify', {
        params: { codes },
      })
    }
    return { ...report, trusted: await this.#deps.isTrusted(report) }
  }

  /** The `authorization_endpoint` in a wallet's metadata (RFC 8414), which must be of that wallet. */
  async #endpointOf(wallet: string): Promise<string> {
    const now = this.#deps.clock.now()
    const known = this.#endpoints.get(wallet)
    if (known && now < known.until) return known.endpoint
    const { status, body } = await this.#deps.egress.request(
      wellKnownUrl(wallet, 'oauth-authorization-server'),
      { timeoutMs: TIMEOUT_MS, maxBytes: 64 * 1024, accept: 'application/json' },
    )
    const metadata = status === 200 ? parseJsonObject(body) : {}
    const endpoint = metadata.authorization_endpoint
    const modes = textsOf(metadata.response_modes_supported)
    const isItsOwn = typeof endpoint === 'string' && isSameOrigin(endpoint, wallet)
    if (metadata.issuer !== wallet || !isItsOwn || !modes.includes(RESPONSE_MODE))
      throw new Refusal(
        'upstream',
        'wallet_metadata_invalid',
        'the partner’s wallet does not say how to ask it',
      )
    this.#endpoints.set(wallet, { endpoint, until: now + METADATA_AGE_MS })
    return endpoint
  }
}

const inReturnFor = ({ request, exchange, claims, until, answerBy }: InReturnFor) => ({
  request,
  exchange,
  claims: claims.map(({ vct, path }) => ({ vct, path: [...path] })),
  until: seconds(until),
  answer_by: seconds(answerBy),
})

const passingOn = ({ why, to }: NonNullable<OutgoingAsk['details']['delegation']>) => ({
  max_depth: 1 as const,
  why,
  ...(to && { to: to.map((party) => ({ ...party })) }),
})

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

/** What a partner gives as reasons is shown and kept: only what can be a code, and not many. */
const codesOf = (value: unknown): string[] =>
  textsOf(value)
    .filter((code) => CODE.test(code))
    .slice(0, 20)

/** Only of what we asked; each once. */
function withheldOf(value: unknown, { dcql_query }: RequestObject): LeftOut[] {
  const said = Array.isArray(value) ? value.filter(isJsonObject) : []
  const asked = dcql_query.credentials.flatMap(({ meta, claims }) =>
    claims.map(({ path }) => ({ vct: meta.vct_values[0], path })),
  )
  return asked.flatMap((target) => {
    const found = said.find(({ vct, path }) => isDeepStrictEqual({ vct, path }, target))
    const [code] = found ? codesOf([found.code]) : []
    return code === undefined ? [] : [{ target, code }]
  })
}

const consentIdOf = (pending: unknown): string =>
  isJsonObject(pending) && typeof pending.id === 'string' ? pending.id.slice(0, 100) : ''
