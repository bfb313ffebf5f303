import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ground } from '../src/node/ground.ts'
import { ChangeFeed } from '../src/records/index.ts'
import type { TestNetwork } from '../test/support/network.ts'
import { median } from './interleave.ts'
import { atMost, type BenchRow } from './row.ts'

const STORED = 100_000
const AT_ONCE = 5_000
const ASKED = 1_000
const ROUNDS = 31

/** The change feed of a node with many changes: a page of a thousand from the middle, over HTTP. */
export async function benchFeed(network: TestNetwork, company: Ground): Promise<BenchRow> {
  const { store, clock } = company
  const feed = new ChangeFeed({ store, clock, changed: async () => undefined })
  const { did: partner } = await company.parties.organisation()
  const change = {
    partner,
    grantId: '019bbf8c-4a00-7000-8000-000000000001',
    kind: 'value_changed' as const,
    claims: ['company-profile.email', 'company-profile.iban'],
  }
  for (let stored = 0; stored < STORED; stored += AT_ONCE)
    await store.transact((tx) => feed.append(tx, Array(AT_ONCE).fill(change)))
  const token = readFileSync(join(network.dataDir, 'company', 'tokens', 'sanne.token'), 'utf8').trim()
  const url = `${network.urls.company}/api/v1/partners/changes?after=${STORED / 2}&limit=${ASKED}`
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    const { items } = (await response.json()) as { items: object[] }
    times.push(performance.now() - began)
    if (items.length !== ASKED) throw new Error(`the feed gave ${items.length} changes`)
  }
  const slowest = Math.max(...times).toFixed(0)
  return atMost(
    `The change feed: ${ASKED.toLocaleString('en')} of ${STORED.toLocaleString('en')} changes over HTTP`,
    median(times),
    50,
    'ms',
    `the slowest of ${ROUNDS}: ${slowest} ms`,
  )
}
