import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { givenGrantTable, grantLineageTable } from '../src/access/index.ts'
import { loadConfig, loadSecrets } from '../src/config/index.ts'
import { newId, silentLog, systemClock } from '../src/core/index.ts'
import { type Ground, openGround } from '../src/node/ground.ts'
import { noticeTable } from '../src/notices/index.ts'
import { insertAll } from '../src/store/index.ts'
import { registryTable } from '../src/trust/index.ts'
import { packageRoot } from '../test/support/build.ts'
import { startTestNetwork, type TestNetwork } from '../test/support/network.ts'
import { COMPANY_PROFILE, Crowd, LEGAL_BASIS, type Member, type Owner, PURPOSE } from './crowd.ts'
import { benchFeed } from './feed.ts'
import { atLeast, atMost, type BenchRow } from './row.ts'
import { tellStory } from './story.ts'

const RECIPIENTS = 1_000
const TOO_LONG_MS = 5 * 60_000
const YEAR_MS = 365 * 86_400_000

/**
 * A correction that many organisations are told of: from the owner's call until the last has read the new value under
 * its grant and the owner knows. Once as it is, and once with the owner's node killed when half have read. In the same
 * network, how soon the change feed answers.
 */
export async function benchCorrection(): Promise<BenchRow[]> {
  const network = await startTestNetwork()
  const grounds: Ground[] = []
  const hands = async (name: 'company' | 'myobi' | 'partner') => {
    const ground = await openHands(network, name)
    grounds.push(ground)
    return ground
  }
  let crowd: Crowd | undefined
  let restarted: (() => Promise<void>) | undefined
  try {
    await tellStory(network)
    const partner = await hands('partner')
    const us = await partner.parties.organisation()
    const owner = { did: us.did, wallet: partner.parties.urlOf(us) }
    const company = await hands('company')
    const feed = await benchFeed(network, company)
    crowd = await Crowd.gather(company, RECIPIENTS, owner)
    await register(await hands('myobi'), crowd.members)
    await grant(partner, crowd.members)
    const whole = await correct({ network, partner, crowd, owner }, 'eerst@kruimelkoning.example')
    const halved = await correct(
      { network, partner, crowd, owner },
      'daarna@kruimelkoning.example',
      async () => {
        restarted = await killAndStart(network)
      },
    )
    return [...rowsOf(whole, halved), feed]
  } finally {
    await crowd?.dispose()
    await restarted?.()
    await Promise.all(grounds.map(close))
    await network.dispose()
  }
}

interface Scene {
  readonly network: TestNetwork
  readonly partner: Ground
  readonly crowd: Crowd
  readonly owner: Owner
}

interface Corrected {
  readonly seconds: number
  /** Members that read the new value and of which the owner knows it. */
  readonly settled: number
}

async function correct(
  { network, partner, crowd }: Scene,
  email: string,
  halfWay: () => Promise<void> = async () => undefined,
): Promise<Corrected> {
  const token = readFileSync(join(network.dataDir, 'partner', 'tokens', 'partner.token'), 'utf8').trim()
  const settledBefore = await settledNotices(partner)
  const began = performance.now()
  const response = await fetch(`${network.urls.partner}/api/v1/profile`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  })
  if (!response.ok) throw new Error(`the correction was refused: ${response.status}`)
  const reached = () => crowd.members.filter(({ did }) => crowd.read.get(did) === email).length
  let isHalfWay = false
  for (; ; await pause(20)) {
    const count = reached()
    if (!isHalfWay && count >= RECIPIENTS / 2) {
      isHalfWay = true
      await halfWay()
    }
    const settled = (await settledNotices(partner)) - settledBefore
    const seconds = (performance.now() - began) / 1000
    const isDone = count === RECIPIENTS && settled >= RECIPIENTS
    if (isDone || seconds * 1000 > TOO_LONG_MS) return { seconds, settled: Math.min(count, settled) }
  }
}

/** Of the crowd: the company of the story is told too. */
const settledNotices = ({ store }: Ground): Promise<number> =>
  store.reader.countBy(noticeTable, { state: 'acknowledged' })

function rowsOf(whole: Corrected, halved: Corrected): BenchRow[] {
  return [
    atMost(
      `A correction with ${RECIPIENTS.toLocaleString('en')} recipients: told, read back, acknowledged`,
      whole.seconds,
      60,
      's',
      `${(RECIPIENTS / whole.seconds).toFixed(0)} recipients per second`,
    ),
    atMost(
      'the same with the owner’s node killed half-way and started again',
      halved.seconds,
      60,
      's',
      'SIGKILL when half had read',
    ),
    atLeast(
      'the same: recipients that have the new value, and the owner knows',
      Math.min(whole.settled, halved.settled),
      RECIPIENTS,
      'recipients',
      'of the worse of both',
    ),
  ]
}

/** @returns how to stop the one that was started */
async function killAndStart(network: TestNetwork): Promise<() => Promise<void>> {
  network.kill('partner')
  const child = spawn(
    process.execPath,
    [join(packageRoot, 'dist/main.js'), '--config', join(packageRoot, 'examples/network/partner.yml')],
    { env: { ...process.env, ...envOf(network, 'partner') }, stdio: 'ignore' },
  )
  return async () => {
    if (child.exitCode !== null) throw new Error('the node did not start again')
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}

const envOf = (network: TestNetwork, name: 'company' | 'myobi' | 'partner') => ({
  REGIE_DATA: network.dataDir,
  REGIE_PORT: new URL(network.urls[name]).port,
})

/** A node's database and keys, beside the node. */
function openHands(network: TestNetwork, name: 'company' | 'myobi' | 'partner'): Promise<Ground> {
  const path = name === 'company' ? join(network.dir, 'agent.yml') : `examples/network/${name}.yml`
  const env = envOf(network, name)
  const config = loadConfig(path, env)
  const { masterKey } = loadSecrets({ ...config, isTrustAnchor: false }, env)
  return openGround({ config, secrets: { masterKey }, clock: systemClock, log: silentLog })
}

const close = async ({ store, egress, chainEgress, webhookEgress }: Ground): Promise<void> => {
  await store.dispose()
  await Promise.all([egress, chainEgress, webhookEgress].map((one) => one.dispose()))
}

/** The trust anchor has them in its registry and attests that they accepted its policy. */
async function register(anchor: Ground, members: readonly Member[]): Promise<void> {
  const { store, parties, credentials } = anchor
  const us = await parties.organisation()
  const { vct } = credentials.types.byName('ttp-policy-attestation')
  const own = await credentials.findCurrent(store.reader, us.id, vct)
  if (!own) throw new Error('the trust anchor holds no attestation of its own')
  const { policy } = (await credentials.read(own)).payload
  const issued = await store.transact((tx) =>
    credentials.issueMany(
      tx,
      members.map(({ did }) => ({
        issuer: parties.issuerOf(us),
        type: 'ttp-policy-attestation',
        subject: did,
        claims: {
          party_kind: 'organisation',
          policy,
          acceptance: {
            digest: `sha-256:${'A'.repeat(43)}`,
            accepted_at: '2026-01-01T00:00:00Z',
            by: did,
            representation_type: 'SOLE',
          },
        },
      })),
    ),
  )
  const entries = members.map(({ did, name, wallet }, at) => ({
    did,
    name,
    wallet,
    kvkNumber: null,
    roles: ['member' as const],
    state: 'active' as const,
    since: Date.now(),
    attestationId: issued[at]?.id ?? '',
    registrationId: issued[at]?.id ?? '',
    version: 1,
  }))
  await store.transact((tx) => insertAll(tx, registryTable, entries))
  for (const [at, member] of members.entries())
    member.papers = { attestation: withoutClaims(issued[at]?.compact ?? ''), grant: '' }
}

/** The partner granted each of them its e-mail address, to be read by a system. */
async function grant(partner: Ground, members: readonly Member[]): Promise<void> {
  const { store, parties, credentials } = partner
  const us = await parties.organisation()
  const profile = await credentials.findCurrent(store.reader, us.id, COMPANY_PROFILE)
  if (!profile) throw new Error('the partner has no profile')
  const tuple = { credentialId: profile.lineageId, vct: COMPANY_PROFILE, path: ['email'] }
  const now = Math.floor(Date.now() / 1000) * 1000
  const issued = await store.transact((tx) =>
    credentials.issueMany(
      tx,
      members.map(({ did, system }) => ({
        issuer: parties.issuerOf(us),
        type: 'access-grant',
        subject: did,
        issuedAt: now,
        expiresAt: now + YEAR_MS,
        claims: {
          access: {
            query: [{ credential_id: tuple.credentialId, vct: tuple.vct, path: tuple.path }],
            actions: ['read'],
            purpose: [PURPOSE],
            legal_basis: LEGAL_BASIS,
            recipients: { systems: [system] },
            relevance: 'r',
            value: 'v',
            delegation: { max_depth: 0 },
            request: `sha-256:${'A'.repeat(43)}`,
          },
        },
      })),
    ),
  )
  const rows = members.map(({ did, name, system }, at) => ({
    id: issued[at]?.id ?? '',
    requestId: newId(),
    grantorParty: us.id,
    grantor: us.did,
    grantee: did,
    granteeName: name,
    digest: issued[at]?.digest ?? '',
    tuples: [tuple],
    purpose: [PURPOSE],
    legalBasis: LEGAL_BASIS,
    recipients: { systems: [system] },
    startsAt: now,
    expiresAt: now + YEAR_MS,
    revokedAt: null,
    revokedBy: null,
    agreementId: null,
    inReturn: null,
    delegation: null,
    inForceAt: now,
  }))
  await store.transact(async (tx) => {
    await insertAll(tx, givenGrantTable, rows)
    await insertAll(
      tx,
      grantLineageTable,
      rows.map(({ id }) => ({ lineageId: tuple.credentialId, grantId: id })),
    )
  })
  for (const [at, member] of members.entries())
    member.papers = {
      attestation: member.papers?.attestation ?? '',
      grant: withoutClaims(issued[at]?.compact ?? ''),
    }
}

/** As it is shown: without disclosures. */
const withoutClaims = (compact: string): string => compact.slice(0, compact.indexOf('~') + 1)
