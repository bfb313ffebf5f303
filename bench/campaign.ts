import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Audit } from '../src/audit/index.ts'
import { asDid, type Caller, systemClock } from '../src/core/index.ts'
import { Push } from '../src/events/index.ts'
import { entities, migrations } from '../src/node/schema.ts'
import { Outbox } from '../src/outbox/index.ts'
import { Campaigns, Suspensions } from '../src/policy-campaigns/index.ts'
import { rows, Store } from '../src/store/index.ts'
import { createOwnPolicies, loadPolicies, Registry } from '../src/trust/index.ts'
import { Vault } from '../src/vault/index.ts'
import { atMost, type BenchRow } from './row.ts'

const PARTIES = 10_000
const LOOK_EVERY_MS = 500

const never = async (): Promise<never> => {
  throw new Error('nothing is delivered here')
}

/** A campaign over everybody: written down, and each told by a sealed message that waits to leave. */
export async function benchCampaign(): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'regie-bench-'))
  const clock = systemClock
  const store = await Store.open({
    storage: { engine: 'sqlite', file: join(dir, 'regie.sqlite') },
    ...{ entities, migrations },
  })
  try {
    const vault = await Vault.open({ store, clock, masterKey: Buffer.alloc(32, 7) })
    await store.transact((tx) => vault.createKey(tx, 'us'))
    const ours = asDid('did:web:anchor.example')
    const audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) })
    const push = new Push({
      ...{ clock, vault, outbox: new Outbox({ store, clock }) },
      ...{ egress: { request: never }, signerOf: never, walletOf: never },
      organisation: async () => ({ id: 'us', did: ours }),
    })
    await store.transact((tx) =>
      rows(
        tx,
        `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         INSERT INTO registry_entry (did, name, kvk_number, wallet, roles, state, since, attestation_id, registration_id, version)
         SELECT 'did:web:organisation-' || i || '.example', 'Organisation ' || i, printf('%08d', i),
           'https://organisation-' || i || '.example/w', '["member"]', 'active', 0, 'attestation-' || i,
           'registration-' || i, 1 FROM n RETURNING did`,
        [PARTIES - 1],
      ),
    )
    const tell: Push['tell'] = (tx, to, told) => push.tell(tx, to, told)
    const suspensions = new Suspensions({
      ...{ store, clock, vault, audit, tell, registry: new Registry({ store, clock }) },
      // Nobody is late here.
      credentials: { types: { byName: never } } as never,
      listUri: (id) => id,
    })
    const policies = createOwnPolicies(loadPolicies('policy'), clock)
    const campaigns = new Campaigns({
      store,
      clock,
      audit,
      policies,
      suspensions,
      tell,
      ownDid: async () => ours,
    })
    const caller: Caller = { kind: 'anonymous' }
    const began = performance.now()
    const { id } = await campaigns.start(caller, 2, clock.now() + 90 * 86_400_000)
    const written = (performance.now() - began) / 1000
    const seen: number[] = []
    const watch = setInterval(async () => seen.push((await campaigns.progress(id)).told), LOOK_EVERY_MS)
    await campaigns.carryOut()
    clearInterval(watch)
    const spent = (performance.now() - began) / 1000
    const { told, parties } = await campaigns.progress(id)
    const [{ waiting } = { waiting: 0 }] = await rows<{ waiting: number }>(
      store.reader,
      'SELECT count(DISTINCT lane) AS waiting FROM outbox',
    )
    if (told !== PARTIES || parties !== PARTIES || Number(waiting) !== PARTIES)
      throw new Error('somebody was forgotten, or told twice')
    return [
      atMost(
        `Campaign started over ${PARTIES} organisations: all told`,
        spent,
        30,
        's',
        `written down in ${written.toFixed(2)} s; seen on the way: ${seen.join(', ')} told`,
      ),
    ]
  } finally {
    await store.dispose()
    rmSync(dir, { recursive: true })
  }
}
