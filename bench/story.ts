import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { apiOf as apiOfNode } from '../test/support/api.ts'
import type { TestNetwork } from '../test/support/network.ts'

type NodeName = 'company' | 'partner' | 'myobi'
type Json = Record<string, unknown>

/** The sample partner of the embedded network, by its KVK number. */
const PARTNER = '48245915'

/** What is read: a claim the trust anchor attested and one the partner says of itself. */
const claims = ['company-registration.kvk_number', 'company-profile.email']

/** Where and what an employee of the company reads under the grant. */
export interface Reading {
  readonly url: string
  readonly token: string
  readonly body: string
}

/**
 * The README's story up to the grant, through the API: both companies join, an employee asks, the partner grants.
 * @returns how she reads from then on, one claim
 */
export async function tellStory(network: TestNetwork): Promise<Reading> {
  const apis = {
    company: apiOf(network, 'company'),
    partner: apiOf(network, 'partner'),
    myobi: apiOf(network, 'myobi'),
  }
  const call = async (node: NodeName, account: string, path: string, body?: Json): Promise<Json> => {
    const answer = await apis[node].call<Json>(account, body ? 'POST' : 'GET', path, body)
    if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${String(answer.body.code)}`)
    return answer.body
  }
  const items = async (...args: Parameters<typeof call>) => (await call(...args)).items as Json[]

  for (const node of ['company', 'partner'] as const) {
    const { id } = await call(node, node, '/registrations/applications', { accept: 1 })
    await call('myobi', 'myobi', `/registrations/${String(id)}/accept`, {})
  }
  for (const node of ['company', 'partner'] as const)
    await until(async () => (await call(node, node, '/registrations/mine')).state === 'registered')
  await until(async () =>
    (await items('myobi', 'myobi', '/offers?limit=200')).every(({ state }) => state === 'redeemed'),
  )
  await call('company', 'company', '/people', {
    account: 'sanne',
    given_name: 'Sanne',
    family_name: 'Nietje',
    email: 'sanne@gouden-nietmachine.example',
    role: 'account_manager',
    roles: ['account_manager'],
  })
  await call('partner', 'partner', '/profile', {
    name: 'Bakkerij De Kruimelkoning B.V.',
    email: 'info@bakkerij-de-kruimelkoning.example',
  })
  await call('company', 'sanne', '/access/requests', {
    partner: PARTNER,
    claims,
    purpose: ['order-management'],
    basis: 'contract',
    reason: 'Wij leveren uw bestelling af',
    value: 'U geeft een wijziging maar één keer door',
  })
  const [request] = await items('partner', 'partner', '/access/requests?state=pending')
  await call('partner', 'partner', `/access/requests/${String(request?.id)}/approval`, {})
  await until(async () => (await items('company', 'sanne', '/access/grants/received')).length === 1)
  return {
    url: network.urls.company,
    token: apis.company.token('sanne'),
    body: JSON.stringify({ partner: PARTNER, claims: ['company-profile.email'] }),
  }
}

function apiOf({ dataDir, urls }: TestNetwork, node: NodeName) {
  const { hostname: host, port } = new URL(urls[node])
  return apiOfNode({ dataDir: join(dataDir, node), listen: { host, port: Number(port) } })
}

/** What travels as an offer arrives a moment later. */
async function until(happened: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await happened()); await pause(100))
    if (Date.now() > deadline) throw new Error('the story did not go on within 30 s')
}
