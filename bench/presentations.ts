import { Pool } from 'undici'
import { encryptJwe, parseEncryptionJwk, parseJws } from '../src/jose/index.ts'
import { apiOf } from '../test/support/api.ts'
import { startTestNetwork, type TestNetwork } from '../test/support/network.ts'
import { closedLoop } from './load.ts'
import { residentMib } from './processes.ts'
import { costed, describeCost, describeLatency } from './reads.ts'
import { atLeast, atMost, type BenchRow } from './row.ts'
import { tellStory } from './story.ts'

const AT_A_TIME = 16
/** Until the compiler is done with what every flow does. */
const WARM_UP_SECONDS = 20
const SECONDS = 8
const CLAIMS = ['name', 'kvk_number', 'registered_on'].map((claim) => `company-registration.${claim}`)

/**
 * A wallet is asked and answers, whole: started by API, request object fetched, presented by another node with its own
 * key, encrypted, judged, reported. The company verifies; the partner is the wallet; this process carries between them.
 */
export async function benchPresentations(): Promise<BenchRow[]> {
  const network = await startTestNetwork()
  try {
    await tellStory(network)
    const flow = openFlow(network)
    const pids = { company: network.pid('company'), partner: network.pid('partner') }
    await closedLoop(flow.run, { atATime: AT_A_TIME, seconds: WARM_UP_SECONDS })
    const load = await costed(pids, () => closedLoop(flow.run, { atATime: AT_A_TIME, seconds: SECONDS }))
    const mib = residentMib(pids.company)
    await flow.close()
    const note = `${describeCost(load).replace('per read', 'per flow')}; ${describeLatency(load)}`
    return [
      atLeast(
        'A wallet asked and its answer judged, 16 at a time',
        load.perSecond,
        200,
        'flows per second',
        note,
      ),
      atMost('the same: resident memory of the verifier', mib, 250, 'MiB', 'just after'),
    ]
  } finally {
    await network.dispose()
  }
}

interface Asked {
  readonly client_id: string
  readonly nonce: string
  readonly state: string
  readonly response_uri: string
  readonly client_metadata: { readonly jwks: { readonly keys: readonly unknown[] } }
}

/** One flow at a time of many, over connections that stay open. */
function openFlow({ urls, dataDir }: TestNetwork) {
  const [verifier, wallet] = [urls.company, urls.partner].map((url) => new Pool(url, { connections: 32 }))
  if (!verifier || !wallet) throw new Error('nobody to ask')
  const tokenOf = (name: string) =>
    apiOf({ dataDir: `${dataDir}/${name}`, listen: { host: '', port: 0 } }).token(name)
  const json = (name: string) => ({
    authorization: `Bearer ${tokenOf(name)}`,
    'content-type': 'application/json',
  })
  const [ours, theirs] = [json('company'), json('partner')]
  const call = async <T>(
    pool: Pool,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<T> => {
    const text = await textOf(pool, path, headers, body)
    return JSON.parse(text) as T
  }
  const start = JSON.stringify({ preset: 'registered-company' })
  const run = async () => {
    const started = await call<{ id: string; request_uri: string }>(
      verifier,
      '/api/v1/verifications/requests',
      ours,
      start,
    )
    const request = parseJws(await textOf(verifier, new URL(started.request_uri).pathname, {}))
      .payload as unknown as Asked
    const input = JSON.stringify({ claims: CLAIMS, audience: request.client_id, nonce: request.nonce })
    const { presentation } = await call<{ presentation: string }>(
      wallet,
      '/api/v1/presentations',
      theirs,
      input,
    )
    const payload = { vp_token: { registration: [presentation] }, state: request.state }
    const recipient = parseEncryptionJwk(request.client_metadata.jwks.keys[0])
    const form = new URLSearchParams({ response: await encryptJwe(payload, { recipient, enc: 'A128GCM' }) })
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    await textOf(verifier, new URL(request.response_uri).pathname, type, form.toString())
    const { authorization } = ours
    const shown = await call<{ accepted: boolean }>(verifier, `/api/v1/verifications/${started.id}`, {
      authorization,
    })
    if (!shown.accepted) throw new Error('a presentation was not accepted')
  }
  return { run, close: () => Promise.all([verifier.close(), wallet.close()]) }
}

async function textOf(
  pool: Pool,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<string> {
  const method = body === undefined ? 'GET' : 'POST'
  const response = await pool.request({ method, path, headers, ...(body !== undefined && { body }) })
  const text = await response.body.text()
  if (response.statusCode >= 400) throw new Error(`${path} was answered ${response.statusCode}: ${text}`)
  return text
}
