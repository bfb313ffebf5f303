import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { didJwkOf } from '../src/agent/index.ts'
import { type Did, newId, seconds } from '../src/core/index.ts'
import { createSecurityEvent } from '../src/events/index.ts'
import { verifySecurityEvent } from '../src/events/security-event.ts'
import { createSigner, type PublicJwk, publicJwkOf, type Signer, signJws } from '../src/jose/index.ts'
import type { Ground } from '../src/node/ground.ts'
import { REQUEST_TYP } from '../src/oauth/index.ts'
import { bareDigest, clientIdOf, clientMetadata, RESPONSE_MODE } from '../src/oid4vp/request-object.ts'
import { issueSdJwt, presentSdJwt, SD_JWT_VC_TYP } from '../src/sd-jwt/index.ts'
import { encodeList } from '../src/status-lists/codec.ts'
import { STATUS_LIST_TYP } from '../src/status-lists/publication.ts'

interface Keys {
  readonly did: Did
  readonly signer: Signer
  readonly jwk: PublicJwk
}

/** What a member needs of others before it can read. */
export interface Papers {
  readonly attestation: string
  /** The grant credential it was given. */
  readonly grant: string
}

/** An organisation with a wallet and a system that reads by itself. */
export interface Member {
  readonly did: Did
  readonly name: string
  readonly wallet: string
  readonly system: Did
  papers?: Papers
}

type Known = Member & { readonly keys: Keys; readonly systemKeys: Keys; readonly role: string }

/** Whose data is read: the wallet of the partner's organisation, and who tells. */
export interface Owner {
  readonly did: Did
  readonly wallet: string
}

/** Readings under way at once, of all members together. */
const AT_A_TIME = 16
const HOUR_S = 3_600

/**
 * Many organisations that hold a grant each, in this process: each has its own DID, keys, papers and wallet address,
 * verifies what it is told, reads again under its grant over HTTP, verifies the answer, and acknowledges.
 */
export class Crowd {
  readonly members: readonly Member[]
  /** What each member read last, by its DID. */
  readonly read = new Map<Did, unknown>()
  readonly #known: readonly Known[]
  readonly #ground: Ground
  readonly #server: ReturnType<typeof createServer>
  readonly #owner: Owner
  readonly #taken = new Set<string>()
  readonly #waiting: (() => Promise<void>)[] = []
  #underWay = 0
  #isOver = false

  private constructor(
    ground: Ground,
    server: ReturnType<typeof createServer>,
    known: readonly Known[],
    owner: Owner,
  ) {
    this.#ground = ground
    this.#server = server
    this.#known = known
    this.#owner = owner
    this.members = known
    server.on('request', (request, response) => void this.#serve(request, response))
  }

  /** @param ground of any node of the network: what verifies credentials and looks up DIDs */
  static async gather(ground: Ground, count: number, owner: Owner): Promise<Crowd> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const known = await Promise.all(Array.from({ length: count }, (_, at) => member(url, at)))
    return new Crowd(ground, server, known, owner)
  }

  async dispose(): Promise<void> {
    this.#isOver = true
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, kind, at = ''] = /^\/(parties|status)\/(\d+)/.exec(request.url ?? '') ?? []
    const found = this.#known[Number(at)]
    if (!found) return void response.writeHead(404).end()
    if (kind === 'status')
      return void response
        .writeHead(200, { 'content-type': `application/${STATUS_LIST_TYP}` })
        .end(await statusListOf(found, request.headers.host ?? ''))
    const body = Buffer.concat(await request.toArray()).toString()
    try {
      const { requireKey, clock } = this.#ground
      const isExpected = async (issuer: Did) => issuer === this.#owner.did
      const event = await verifySecurityEvent(body, found.wallet, { requireKey, clock, isExpected })
      response.writeHead(202).end()
      if (event.tell.kind === 'claims-changed' && !this.#taken.has(event.id)) {
        this.#taken.add(event.id)
        this.#queue(() => this.#readAgain(found, event.id))
      }
    } catch {
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"description":"event_malformed"}')
    }
  }

  #queue(work: () => Promise<void>): void {
    this.#waiting.push(work)
    this.#next()
  }

  #next(): void {
    const work = this.#underWay < AT_A_TIME ? this.#waiting.shift() : undefined
    if (!work) return
    this.#underWay++
    void work().finally(() => {
      this.#underWay--
      this.#next()
    })
  }

  /** As often as it takes: the owner's node may be away for a moment. */
  async #readAgain(member: Known, tell: string): Promise<void> {
    while (!this.#isOver) {
      try {
        this.read.set(member.did, await this.#ask(member))
        await this.#acknowledge(member, tell)
        return
      } catch {
        await pause(200)
      }
    }
  }

  async #ask({ did, keys, systemKeys, role, papers }: Known): Promise<unknown> {
    if (!papers) throw new Error('a member without papers')
    const now = seconds(this.#ground.clock.now())
    const client_id = clientIdOf(did)
    const bare = {
      client_id,
      aud: this.#owner.wallet,
      response_type: 'vp_token' as const,
      response_mode: RESPONSE_MODE as typeof RESPONSE_MODE,
      nonce: randomBytes(24).toString('base64url'),
      iat: now,
      exp: now + 60,
      dcql_query: {
        credentials: [
          {
            id: 'q0',
            format: 'dc+sd-jwt' as const,
            meta: { vct_values: [COMPANY_PROFILE] as [string] },
            claims: [{ path: ['email'] }],
          },
        ],
      },
      client_metadata: clientMetadata,
      'urn:regie:access': { purpose: [PURPOSE], legal_basis: LEGAL_BASIS, relevance: 'r', value: 'v' },
    }
    const shown = await presentSdJwt(role, [], {
      aud: this.#owner.wallet,
      nonce: bare.nonce,
      iat: now,
      signer: systemKeys.signer,
      extra: { client_id, request_digest: bareDigest(bare) },
    })
    const verifier_info = [papers.attestation, shown, papers.grant].map((data) => ({
      format: 'dc+sd-jwt',
      data,
    }))
    const request = await signJws({ typ: REQUEST_TYP }, { ...bare, verifier_info }, keys.signer)
    const answer = await post(
      `${this.#owner.wallet}/authorization`,
      'application/x-www-form-urlencoded',
      new URLSearchParams({ client_id, request }).toString(),
    )
    const { vp_token: token } = JSON.parse(answer)
    const report = await this.#ground.verifyCredential(token.q0[0], {
      keyBinding: { nonce: bare.nonce, aud: client_id },
    })
    if (!report.verified) throw new Error('the answer does not verify')
    return (report.claims as Record<string, unknown>).email
  }

  async #acknowledge({ did, keys }: Known, tell: string): Promise<void> {
    const event = await createSecurityEvent(
      {
        id: newId(),
        issuer: did,
        audience: this.#owner.wallet,
        tell: { kind: 'tell-settled', tell, outcome: 'acknowledged' },
        at: this.#ground.clock.now(),
      },
      keys.signer,
    )
    await post(`${this.#owner.wallet}/events`, 'application/secevent+jwt', event)
  }
}

export const COMPANY_PROFILE = 'urn:regie:credential:company-profile:1'
export const PURPOSE = 'https://w3id.org/dpv#CustomerOrderManagement'
export const LEGAL_BASIS = 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-b'

async function post(url: string, type: string, body: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`)
  return text
}

function newKeys(): Keys {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const jwk = publicJwkOf(privateKey)
  const did = didJwkOf(jwk)
  return { did, jwk, signer: createSigner(privateKey, `${did}#0`) }
}

async function member(url: string, at: number): Promise<Known> {
  const [keys, systemKeys] = [newKeys(), newKeys()]
  const now = seconds(Date.now())
  const name = `Partner ${at}`
  const role = await issueSdJwt({
    header: { typ: SD_JWT_VC_TYP },
    payload: {
      iss: keys.did,
      sub: systemKeys.did,
      vct: 'urn:regie:credential:system-role:1',
      jti: newId(),
      iat: now,
      exp: now + HOUR_S,
      cnf: { jwk: systemKeys.jwk },
      status: { status_list: { uri: `${url}/status/${at}`, idx: 0 } },
      system_name: 'CRM',
      responsible_employee: keys.did,
      operator: { did: keys.did, name },
    },
    disclosable: [],
    signer: keys.signer,
  })
  return {
    did: keys.did,
    name,
    wallet: `${url}/parties/${at}`,
    system: systemKeys.did,
    keys,
    systemKeys,
    role,
  }
}

/** A list in which everything is valid. */
async function statusListOf({ keys, wallet }: Known, host: string): Promise<string> {
  const now = seconds(Date.now())
  const sub = `http://${host}/status/${wallet.slice(wallet.lastIndexOf('/') + 1)}`
  const status_list = await encodeList(1, 8, [])
  return signJws(
    { typ: STATUS_LIST_TYP },
    { sub, iat: now, exp: now + HOUR_S, ttl: 60, status_list },
    keys.signer,
  )
}
