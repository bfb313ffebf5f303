import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import express from 'express'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../src/audit/index.ts'
import { asDid, type Did, silentLog, systemClock } from '../src/core/index.ts'
import { createSigner, publicJwkOf, type Signer } from '../src/jose/index.ts'
import { RegistryHeads, registryHeadMigration, registryHeadTable } from '../src/registry-history/index.ts'
import { proofOf } from '../src/registry-history/proof.ts'
import { leaseMigration, leaseTable, rows, Store } from '../src/store/index.ts'
import { registryRoutes, trustMigrations, trustTables } from '../src/trust/index.ts'
import { Registry } from '../src/trust/registry.ts'
import { signAnswer, verifyAnswer } from '../src/trust/registry-answer.ts'
import { RegistryList } from '../src/trust/registry-list.ts'
import { interleave, median } from './interleave.ts'
import { atMost, type BenchRow } from './row.ts'

const ORGANISATIONS = 10_000
const CHANGES = 7
const QUERY_ROUNDS = 7
const QUERIES = 400

/** The trust anchor's register: the signed list made anew after a change, and what a signed answer costs both ends. */
export async function benchRegistry(): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'regie-bench-'))
  const store = await Store.open({
    storage: { engine: 'sqlite', file: join(dir, 'regie.sqlite') },
    entities: [...trustTables, registryHeadTable, leaseTable, auditTable, auditHeadTable],
    migrations: [...trustMigrations, registryHeadMigration, leaseMigration, auditMigration],
  })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = asDid('did:web:anchor.example')
  const signer = createSigner(privateKey, `${issuer}#key-1`)
  const registry = new Registry({ store, clock: systemClock })
  const list = new RegistryList({
    ...{ store, clock: systemClock },
    signerOf: async () => signer,
    ownDid: async () => issuer,
  })
  try {
    await store.transact((tx) =>
      rows(
        tx,
        `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         INSERT INTO registry_entry (did, name, kvk_number, wallet, roles, state, since, attestation_id, registration_id, version)
         SELECT 'did:web:organisation-' || i || '.example', 'Organisation ' || i, printf('%08d', i),
           'https://organisation-' || i || '.example/w', '["member"]', 'active', 0, 'attestation-' || i,
           'registration-' || i, 1 FROM n RETURNING did`,
        [ORGANISATIONS - 1],
      ),
    )
    const heads = await benchHeads(store, issuer, signer)
    const queries = await queryTimes({ store, registry, signer, issuer })
    const did = asDid('did:web:organisation-1.example')
    const rounds: number[] = []
    const tokens = new Set<string>()
    for (let round = 0; round <= CHANGES; round++) {
      const ids = { attestationId: `a-${round}`, registrationId: `r-${round}` }
      const began = performance.now()
      await store.transact((tx) => registry.renew(tx, did, ids))
      tokens.add((await list.serve()).token)
      if (round > 0) rounds.push((performance.now() - began) / 1000)
    }
    if (tokens.size !== CHANGES + 1) throw new Error('the list was served without its change')
    const entry = await registry.find(did)
    if (!entry) throw new Error('the organisation is not there')
    const question = { dids: [did] }
    const say = () => signAnswer(issuer, question, [entry], Date.now(), signer)
    const token = await say()
    const key = publicJwkOf(privateKey)
    const believe = () =>
      verifyAnswer(token, { issuer, question, now: Date.now(), requireKey: async () => key })
    const spent = await interleave({ say, believe }, { rounds: 11, times: 100 })
    return [
      atMost(
        `Signed registry list of ${ORGANISATIONS} organisations: changed and made anew`,
        median(rounds),
        1,
        's',
        `${Math.round(([...tokens][0]?.length ?? 0) / 1024)} KiB`,
      ),
      atMost(
        `A question to a registry of ${ORGANISATIONS} organisations, answered signed over HTTP: p99`,
        median(queries.map((round) => percentile(round, 0.99))),
        5,
        'ms',
        `the middle of ${QUERY_ROUNDS} rounds; the middle question ${median(queries.map((round) => percentile(round, 0.5))).toFixed(1)} ms`,
      ),
      heads,
      atMost(
        'Signed registry answer: signed and verified',
        (median(spent.say) + median(spent.believe)) * 1000,
        1,
        'ms of CPU',
        `trust anchor ${(median(spent.say) * 1e6).toFixed(0)} µs, who asks ${(median(spent.believe) * 1e6).toFixed(0)} µs; once a minute for each party`,
      ),
    ]
  } finally {
    await store.dispose()
    rmSync(dir, { recursive: true })
  }
}

/** How long an answer takes to come, in ms, in ascending order; in rounds, as the machine is busy now and then. */
async function queryTimes(deps: {
  readonly store: Store
  readonly registry: Registry
  readonly signer: Signer
  readonly issuer: Did
}): Promise<number[][]> {
  const { store, registry, signer, issuer } = deps
  const app = express()
  app.use(
    registryRoutes({
      ...{ store, registry, clock: systemClock },
      signerOf: async () => signer,
      ownDid: async () => issuer,
    }),
  )
  const server = app.listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const asking = new Worker(join(import.meta.dirname, 'asking-worker.mjs'), {
      execArgv: [],
      workerData: { port, organisations: ORGANISATIONS, rounds: QUERY_ROUNDS + 1, queries: QUERIES },
    })
    const [rounds] = (await once(asking, 'message')) as [number[][]]
    // The first round warms up.
    return rounds.slice(1).map((times) => times.sort((a, b) => a - b))
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

const percentile = (ascending: readonly number[], part: number): number =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * part))] ?? Number.NaN

/** The whole registry in one hash, and the proof of one organisation from it. */
async function benchHeads(store: Store, issuer: Did, signer: Signer): Promise<BenchRow> {
  await store.transact((tx) =>
    rows(
      tx,
      `INSERT INTO registry_event (did, version, at, event, name, kvk_number, wallet, roles, state, attestation_id, registration_id)
       SELECT did, version, since, 'added', name, kvk_number, wallet, roles, state, attestation_id, registration_id
       FROM registry_entry RETURNING did`,
    ),
  )
  const heads = new RegistryHeads(
    {
      ...{ store, clock: systemClock, log: silentLog, chain: null },
      audit: new Audit({ store, clock: systemClock, pseudonym: (id) => id }),
      policies: {
        current: async () => ({ id: 'p', version: 1, digest: `sha-256:${'A'.repeat(43)}` }) as never,
      },
      ownDid: async () => issuer,
      signerOf: async () => signer,
    },
    'bench',
  )
  const began = performance.now()
  await heads.tidy()
  const head = await heads.latest()
  const made = (performance.now() - began) / 1000
  if (head?.size !== ORGANISATIONS) throw new Error('the head does not hold all of them')
  const did = asDid('did:web:organisation-9999.example')
  const asked = performance.now()
  const { path } = await proofOf(
    { did, at: undefined },
    { heads, chain: { chainId: 1, registry: `0x${'0'.repeat(40)}` } },
  )
  const proven = performance.now() - asked
  return atMost(
    `The whole registry of ${ORGANISATIONS} organisations in one signed hash`,
    made,
    2,
    's',
    `a proof of one of them ${proven.toFixed(1)} ms, ${path.length} hashes`,
  )
}
