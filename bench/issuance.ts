import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Dispatcher, Pool } from 'undici'
import { createSigner, publicJwkOf, signJws } from '../src/jose/index.ts'
import { ensureBuilt } from '../test/support/build.ts'
import { startTestNetwork } from '../test/support/network.ts'
import { closedLoop, quantile } from './load.ts'
import { cpuSecondsOf, residentMib } from './processes.ts'
import { atLeast, atMost, type BenchRow } from './row.ts'

const AT_A_TIME = 16
const WARM_UP_SECONDS = 8
const SECONDS = 12
const PRE_AUTHORIZED = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

/**
 * Issuing to wallets not known beforehand, over HTTP between two processes: this one makes the offers and is every
 * wallet, the node does all else. From an offer being made to its credential, signed and registered, being here.
 */
export async function benchIssuance(): Promise<BenchRow[]> {
  await ensureBuilt()
  const network = await startTestNetwork()
  const pool = new Pool(network.urls.company, { connections: 64 })
  try {
    const token = readFileSync(join(network.dataDir, 'company', 'tokens', 'company.token'), 'utf8').trim()
    const issue = flowOf(pool, token)
    await closedLoop(issue, { atATime: AT_A_TIME, seconds: WARM_UP_SECONDS })
    const pid = network.pid('company')
    const before = { node: cpuSecondsOf(pid), wallet: cpuSecondsOf(process.pid) }
    const load = await closedLoop(issue, { atATime: AT_A_TIME, seconds: SECONDS })
    const per = (spent: number) => ((spent * 1000) / load.count).toFixed(2)
    const cpu = `CPU ms each: node ${per(cpuSecondsOf(pid) - before.node)}, wallet ${per(cpuSecondsOf(process.pid) - before.wallet)}`
    const note = `p50 ${quantile(load, 0.5).toFixed(0)} ms, p99 ${quantile(load, 0.99).toFixed(0)} ms, ${cpu}`
    return [
      atLeast('Offer to credential for any wallet, 16 at a time', load.perSecond, 150, 'per second', note),
      atMost('the same: resident memory of the issuing node', residentMib(pid), 250, 'MiB', ''),
    ]
  } finally {
    await pool.close()
    await network.dispose()
  }
}

/** One offer, redeemed by a wallet with a new key. */
function flowOf(pool: Pool, administrator: string): () => Promise<void> {
  return async () => {
    const offer = await send(pool, '/api/v1/issuing/offers', {
      headers: { authorization: `Bearer ${administrator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'company-profile', claims: { name: 'Voorbeeld B.V.' } }),
    })
    const address = new URL(new URL(String(offer.link)).searchParams.get('credential_offer_uri') ?? '')
    const opened = await send(pool, address.pathname, { method: 'GET' })
    const issuer = String(opened.credential_issuer)
    const { pathname } = new URL(issuer)
    const grants = opened.grants as Record<string, { 'pre-authorized_code': string }>
    const code = grants[PRE_AUTHORIZED]?.['pre-authorized_code'] ?? ''
    const { access_token: accessToken } = await send(pool, `${pathname}/token`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: PRE_AUTHORIZED, 'pre-authorized_code': code }).toString(),
    })
    const { c_nonce: nonce } = await send(pool, `${pathname}/nonce`, {})
    const answer = await send(pool, `${pathname}/credential`, {
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        credential_configuration_id: 'company-profile',
        proofs: { jwt: [await proofFor(issuer, String(nonce))] },
      }),
    })
    if (!Array.isArray(answer.credentials)) throw new Error('a flow brought no credential')
  }
}

async function proofFor(issuer: string, nonce: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const header = { typ: 'openid4vci-proof+jwt', kid: undefined, jwk: publicJwkOf(privateKey) }
  const payload = { aud: issuer, iat: Math.floor(Date.now() / 1000), nonce }
  return signJws(header, payload, createSigner(privateKey, ''))
}

async function send(
  pool: Pool,
  path: string,
  options: Partial<Dispatcher.RequestOptions>,
): Promise<Record<string, unknown>> {
  const response = await pool.request({ method: 'POST', ...options, path } as Dispatcher.RequestOptions)
  const text = await response.body.text()
  if (response.statusCode >= 300) throw new Error(`${path} was answered ${response.statusCode}: ${text}`)
  return JSON.parse(text)
}
