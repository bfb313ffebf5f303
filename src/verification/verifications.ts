import type { Caller, Clock } from '../core/index.ts'
import { Refusal, seconds } from '../core/index.ts'
import { newStoredKey } from '../jose/index.ts'
import type { ClientIdPrefix, ResponseMode } from '../oauth/index.ts'
import type { Client } from './client.ts'
import type { PresentationFormat } from './format.ts'
import { judgeVpToken } from './judge.ts'
import { bindQuery, type Facts, needsFacts, type Preset } from './preset.ts'
import {
  type LinkScheme,
  linkOf,
  newSecret,
  parseWalletMetadata,
  type RequestContext,
  requestObject,
  type StoredRequest,
} from './request.ts'
import { encryptForWallet } from './request-encryption.ts'
import { readResponse, type WalletResponse } from './response.ts'
import type { Flow, SessionRow } from './session-table.ts'
import type { Outcome, Sessions } from './sessions.ts'
import { encodeTransactions, type TransactionData } from './transaction-data.ts'

export interface VerificationsDeps {
  readonly presets: readonly Preset[]
  readonly formats: readonly PresentationFormat[]
  readonly sessions: Sessions
  readonly client: Client
  readonly clock: Clock
  /** Where this node is reached; no trailing slash. */
  readonly baseUrl: string
  /** What the network says now. @throws Refusal when it cannot be asked */
  readonly facts: () => Promise<Facts>
}

export interface Start {
  readonly caller: Caller
  readonly owner: string
  readonly preset: string
  readonly parameters: Readonly<Record<string, string>>
  readonly flow: Flow
  readonly responseMode: ResponseMode
  readonly prefix: ClientIdPrefix
  readonly scheme?: LinkScheme | undefined
  readonly transactions: readonly TransactionData[]
  readonly returnTo: string | null
  readonly browser: string | null
}

export interface Started {
  readonly row: SessionRow
  readonly clientId: string
  readonly requestUri: string
  /** `openid4vp://…`, for a link or a QR code. */
  readonly link: string
}

const WALLET_NONCE = /^[\x21-\x7e]{1,512}$/

/** Asks any standard wallet, and judges what it answers: OpenID4VP 1.0 as verifier. */
export class Verifications {
  readonly #deps: VerificationsDeps

  constructor(deps: VerificationsDeps) {
    this.#deps = deps
  }

  get presets(): readonly Preset[] {
    return this.#deps.presets
  }

  /** @throws Refusal `preset_unknown` */
  preset(name: string): Preset {
    const found = this.#deps.presets.find((preset) => preset.name === name)
    if (!found) throw new Refusal('not_found', 'preset_unknown', 'there is no such preset')
    return found
  }

  /** @throws Refusal `preset_…`, `client_id_prefix_unavailable`, `transaction_data_invalid`, those of `facts` */
  async start(input: Start): Promise<Started> {
    const { client, sessions, facts } = this.#deps
    const preset = this.preset(input.preset)
    const query = bindQuery(preset, input.parameters, needsFacts(preset) ? await facts() : null)
    const requestId = newSecret()
    const { prefix, scheme, responseMode, returnTo } = input
    requireHaip(input)
    const request: StoredRequest = {
      ...{ prefix, scheme, responseMode, query, returnTo, nonce: newSecret(), state: newSecret() },
      clientId: await client.idOf(prefix, this.#responseUri(requestId)),
      transactions: encodeTransactions(input.transactions, query),
      encryption: responseMode === 'direct_post.jwt' ? newStoredKey(newSecret()) : null,
    }
    const row = await sessions.start(input, requestId, request)
    return { row, ...this.#shown(row, request) }
  }

  /** What a page shows of a request that waits. @throws Refusal `verification_…` */
  async shown(row: SessionRow): Promise<Omit<Started, 'row'>> {
    return this.#shown(row, (await this.#deps.sessions.open(row.requestId)).request)
  }

  /**
   * The signed request object that a wallet fetches, encrypted where it wants that.
   * @param asked the wallet's form, where it posts one (OpenID4VP 1.0, section 5.10)
   * @throws Refusal `verification_…`, `wallet_…`, `client_…`
   */
  async requestObject(requestId: string, asked: ReadonlyMap<string, string>): Promise<string> {
    const { sessions, client } = this.#deps
    const walletNonce = asked.get('wallet_nonce')
    if (walletNonce !== undefined && !WALLET_NONCE.test(walletNonce))
      throw new Refusal('invalid', 'wallet_nonce_invalid', 'wallet_nonce is too long, or is no plain text')
    const wallet = parseWalletMetadata(asked.get('wallet_metadata'))
    const { row, request } = await sessions.open(requestId)
    const context = { ...this.#context(row), wallet, ...(walletNonce !== undefined && { walletNonce }) }
    const signed = await client.sign(request.prefix, requestObject(request, context))
    return encryptForWallet(signed, wallet)
  }

  /**
   * Takes a wallet's response. What is not a response to this request changes nothing; what is one ends it.
   * @returns where the wallet sends the browser; null across devices, where it learns nothing
   * @throws Refusal `verification_…`, `response_…`, `state_mismatch`, `vp_token_malformed`, `jwe_…`, `json_…`
   */
  async respond(requestId: string, form: ReadonlyMap<string, string>): Promise<string | null> {
    const { sessions } = this.#deps
    const { row, request } = await sessions.open(requestId)
    const response = await readResponse(form, request)
    const code = await sessions.finish(row, await this.#outcome(row, request, response))
    if (code === null) return null
    const target = new URL(request.returnTo ?? `${this.#deps.baseUrl}/verify/${row.id}/return`)
    target.searchParams.set('response_code', code)
    return target.href
  }

  async #outcome(row: SessionRow, request: StoredRequest, response: WalletResponse): Promise<Outcome> {
    if ('error' in response) return { state: 'failed', error: response.error }
    const { issuers: named, one_subject: isOneSubject } = this.preset(row.preset)
    const us = Object.values(named).includes('us') ? [await this.#deps.client.did()] : []
    const issuers = Object.fromEntries(
      Object.entries(named).map(([type, accepted]) => [type, accepted === 'us' ? us : accepted]),
    )
    const expected = { ...request, issuers, isOneSubject }
    return { state: 'done', result: await judgeVpToken(response.vpToken, expected, this.#deps.formats) }
  }

  #shown(row: SessionRow, request: StoredRequest): Omit<Started, 'row'> {
    const requestUri = `${this.#deps.baseUrl}/verification/requests/${row.requestId}`
    return { clientId: request.clientId, requestUri, link: linkOf(request, requestUri, this.#context(row)) }
  }

  #context({ requestId, createdAt, expiresAt }: SessionRow): RequestContext {
    return {
      responseUri: this.#responseUri(requestId),
      formats: this.#deps.formats,
      iat: seconds(createdAt),
      exp: seconds(expiresAt),
    }
  }

  #responseUri(requestId: string): string {
    return `${this.#deps.baseUrl}/verification/responses/${requestId}`
  }
}

/** Who is called by that scheme counts on what its profile demands (OpenID4VC HAIP 1.0, sections 5 and 5.1). */
function requireHaip({ scheme, prefix, responseMode }: Start): void {
  if (scheme !== 'haip-vp' || (prefix === 'x509_hash' && responseMode === 'direct_post.jwt')) return
  throw new Refusal(
    'unprocessable',
    'haip_not_met',
    'links of haip-vp are for requests under x509_hash that are answered by direct_post.jwt',
  )
}
