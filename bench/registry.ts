import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asDid, systemClock } from '../src/core/index.ts'
import { createSigner, publicJwkOf } from '../src/jose/index.ts'
import { rows, Store } from '../src/store/index.ts'
import { trustMigrations } from '../src/trust/index.ts'
import { Registry } from '../src/trust/registry.ts'
import { signAnswer, verifyAnswer } from '../src/trust/registry-answer.ts'
import { RegistryList } from '../src/trust/registry-list.ts'
import { registryTable } from '../src/trust/tables.ts'
import { interleave, median } from './interleave.ts'
import { atMost, type BenchRow } from './row.ts'

const ORGANISATIONS = 10_000
const CHANGES = 7

/** The trust anchor's register: the signed list made anew after a change, and what a signed answer costs both ends. */
export async function benchRegistry(): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'regie-bench-'))
  const store = await Store.open({
    storage: { engine: 'sqlite', file: join(dir, 'regie.sqlite') },
    entities: [registryTable],
    migrations: [...trustMigrations],
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
