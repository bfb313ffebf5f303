import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog, systemClock } from '../src/core/index.ts'
import { DATA_ROOT, openGround } from '../src/node/ground.ts'
import { rows } from '../src/store/index.ts'
import { atATime } from './at-a-time.ts'
import { takeTurns } from './turns.ts'

const dir = mkdtempSync(join(tmpdir(), 'regie-bench-'))
const url = 'http://127.0.0.1:4800'
const ground = await openGround({
  config: {
    name: 'bench',
    url,
    did: 'web',
    listen: { host: '127.0.0.1', port: 4800 },
    dataDir: dir,
    storage: { engine: 'sqlite', file: join(dir, 'regie.sqlite') },
    organisation: { name: 'Bench' },
    administrator: {
      account: 'bench',
      givenName: 'Ada',
      familyName: 'Bench',
      email: 'bench@example.example',
      representation: 'SOLE',
      roles: [],
    },
    chain: { chainId: 31_337, rpcUrl: 'http://127.0.0.1:1', registry: `0x${'0'.repeat(40)}` },
    trustAnchor: { url },
    isTrustAnchor: false,
    loopback: true,
    localTokens: false,
  },
  secrets: { masterKey: randomBytes(32) },
  clock: systemClock,
  log: silentLog,
})
const { store, parties, credentials } = ground
const party = await store.transact((tx) => parties.create(tx, 'organisation', { name: 'Bench' }))
const type = 'employee-role'
const claims = JSON.parse(readFileSync(join(DATA_ROOT, 'credentials', type, 'example.json'), 'utf8'))
const issuer = parties.issuerOf(party)
let issued = 0

takeTurns(
  async (times) => {
    await atATime(16, times, () => credentials.issueQueued({ issuer, type, subject: party.did, claims }))
    issued += times
    const [kept] = await rows<{ n: number }>(store.reader, 'SELECT count(*) AS n FROM issued_credential')
    if (Number(kept?.n) !== issued) throw new Error('not every credential was kept')
  },
  async () => {
    await store.dispose()
    rmSync(dir, { recursive: true })
  },
)
