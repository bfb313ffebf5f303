import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { deflateSync, gzipSync } from 'node:zlib'
import express from 'express'
import { systemClock } from '../src/core/index.ts'
import {
  createBitstringChecker,
  createStatusChecker,
  credentialStatus,
  type ListFormat,
  statusListRoutes,
} from '../src/status-lists/index.ts'
import { interleave, median } from './interleave.ts'
import type { Bomb, BombCost } from './lists-bomb.ts'
import { ENTRIES, type FilledLists, fillLists, listKey, REVOKED } from './lists-store.ts'
import { atMost, type BenchRow } from './row.ts'

const CHANGES = 9
const BOMBS = 7
const BOMB_BYTES = 64 * 1024 * 1024

/**
 * Status lists of both kinds, as large as they get: what a change costs until the list is served with it, what issuing
 * costs, what a verifier's check costs, and what a hostile list costs. On SQLite.
 */
export async function benchLists(): Promise<BenchRow[]> {
  const found: BenchRow[] = []
  for (const format of ['token', 'bitstring'] as const) {
    const filled = await fillLists(format)
    try {
      found.push(...(await publishing(filled)), await issuing(filled), await checking(filled))
    } finally {
      await filled.close()
    }
    found.push(...(await bombs(format)))
  }
  return found
}

const nameOf = (format: ListFormat) => (format === 'token' ? 'Token Status List' : 'Bitstring Status List')

/** From the change to the last byte of the answer over HTTP; what holds the event loop up meanwhile. */
async function publishing({ store, lists, entry, format }: FilledLists): Promise<BenchRow[]> {
  const server = createServer(express().use(statusListRoutes(lists)))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const path = `/status-lists/${entry.listId}${format === 'token' ? '' : '/suspension'}`
  const seen = new Set<string>()
  const rounds: { seconds: number; heldMs: number; idleMs: number }[] = []
  for (let round = 0; round <= CHANGES; round++) {
    const idleMs = await held(() => pause(200))
    let seconds = 0
    const heldMs = await held(async () => {
      const began = performance.now()
      await store.transact((tx) => lists.setStatus(tx, entry, round % 2 === 0 ? 'suspended' : 'valid'))
      seen.add(await (await fetch(`http://127.0.0.1:${port}${path}`)).text())
      seconds = (performance.now() - began) / 1000
    })
    // The first is the compiler's.
    if (round > 0) rounds.push({ seconds, heldMs, idleMs })
  }
  server.close()
  server.closeAllConnections()
  if (seen.size !== CHANGES + 1) throw new Error('a list was served without its change')
  const size = [...seen][0]?.length ?? 0
  const what = `${nameOf(format)} of ${ENTRIES / 1e6} million entries, ${REVOKED / 1e3} thousand revoked`
  const middle = (name: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[name]))
  const worst = Math.max(...rounds.map(({ heldMs }) => heldMs))
  return [
    atMost(
      `${what}: changed, signed and served`,
      middle('seconds'),
      1,
      's',
      `${Math.round(size / 1024)} KiB served`,
    ),
    atMost(
      'the same: longest hold-up of the event loop',
      middle('heldMs'),
      20,
      'ms',
      `worst of ${CHANGES} rounds ${worst.toFixed(0)} ms; with nothing to do ${middle('idleMs').toFixed(0)} ms`,
    ),
  ]
}

/** How long the event loop was held up at most, in ms. */
async function held(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await pause(10)
  delay.reset()
  await work()
  await pause(10)
  delay.disable()
  return delay.max / 1e6
}

async function issuing({ store, lists, issuers, format }: FilledLists): Promise<BenchRow> {
  const allocate = (issuer: 'full' | 'empty') => () =>
    store.transact((tx) => lists.allocateMany(tx, issuers[issuer], 1, issuers[issuer], format))
  const spent = await interleave(
    { full: allocate('full'), empty: allocate('empty') },
    { rounds: 21, times: 50 },
  )
  const ratio = median(spent.full.map((seconds, round) => seconds / (spent.empty[round] ?? Number.NaN)))
  return {
    name: `${nameOf(format)}: an entry for a credential, against an empty list`,
    ours: 1 / median(spent.full),
    peer: 1 / median(spent.empty),
    unit: 'entries per CPU second',
    ratio,
    target: 'costs ≤ 1.1×',
    ok: ratio <= 1.1,
  }
}

/** The list is had once; then only looked up in. */
async function checking({ lists, entry, issuers, format }: FilledLists): Promise<BenchRow> {
  const served = {
    token: await lists.serve(entry.listId, format === 'token' ? undefined : 'revocation'),
    ...(format === 'bitstring' && { suspension: await lists.serve(entry.listId, 'suspension') }),
  }
  let asked = 0
  const fetch = async (uri: string | URL) => {
    asked++
    const { token } = (String(uri).endsWith('/suspension') && served.suspension) || served.token
    return { status: 200, headers: {}, body: Buffer.from(token, 'latin1') }
  }
  const deps = { clock: systemClock, fetch: fetch as never, requireKey: async () => listKey }
  const checker = format === 'token' ? createStatusChecker(deps) : createBitstringChecker(deps)
  const status = format === 'token' ? entry.status : credentialStatus(entry)
  const check = async () => {
    const { ok } = await checker.check(status, issuers.full)
    if (!ok) throw new Error('a valid entry is not found to be so')
  }
  // Valid at last: the rounds before ended where they began.
  const { one } = await interleave({ one: check }, { rounds: 15, times: 5_000 })
  const lookups = format === 'token' ? 1 : 2
  if (asked > lookups * 3) throw new Error('the list did not come from the cache')
  return atMost(
    `${nameOf(format)}: a check from the cache`,
    median(one) * 1e6,
    20,
    'µs of CPU',
    format === 'token' ? '' : 'looks at both lists of the credential',
  )
}

async function bombs(format: ListFormat): Promise<BenchRow[]> {
  const zeros = Buffer.alloc(BOMB_BYTES)
  const text =
    format === 'token'
      ? deflateSync(zeros, { level: 9 }).toString('base64url')
      : `u${gzipSync(zeros, { level: 9 }).toString('base64url')}`
  const costs: BombCost[] = []
  while (costs.length < BOMBS) costs.push(await costOf({ kind: format, text }))
  const middle = (name: keyof BombCost) => median(costs.map((cost) => cost[name]))
  const what = `${nameOf(format)} that unpacks to 64 MiB`
  return [
    atMost(`${what}: refused`, middle('ms'), 50, 'ms', 'the first of its process'),
    atMost(`${what}: memory`, middle('mib'), 20, 'MiB', `the list has ${Math.round(text.length / 1024)} KiB`),
  ]
}

async function costOf(bomb: Bomb): Promise<BombCost> {
  const loader = new URL('./load-typescript.mjs', import.meta.url)
  const child = fork(fileURLToPath(new URL('./lists-bomb.ts', import.meta.url)), {
    execArgv: ['--import', loader.href],
  })
  const ended = once(child, 'exit').then(() => null)
  const answer = () => Promise.race([once(child, 'message'), ended])
  await answer()
  child.send(bomb)
  const [cost] = (await answer()) ?? []
  if (!cost) throw new Error('the bomb was not refused')
  await ended
  return cost as BombCost
}
