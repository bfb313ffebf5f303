import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { runCli } from '../src/cli/index.ts'
import type { OpenApiDocument } from '../src/http/index.ts'
import type { Engine } from '../src/store/index.ts'
import { ensureBuilt, packageRoot } from './support/build.ts'
import { settleTrio, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'

const PASSPHRASE = 'een zin die niemand raadt'

const directions: readonly (readonly [Engine, Engine])[] = [
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
]

describe.skipIf(inject('postgres') === null).each(directions)(
  'from a node on %s to one on %s',
  (from, to) => {
    const dir = mkdtempSync(join(tmpdir(), 'regie-wallet-'))
    const file = join(dir, 'sanne.wallet')
    let trio: TestTrio
    let document: OpenApiDocument
    let brought = ''
    beforeAll(async () => {
      await ensureBuilt()
      document = JSON.parse(readFileSync(join(packageRoot, 'dist', 'openapi.json'), 'utf8'))
      trio = await startTrio((name) => (name === 'partner' ? to : from))
      await settleTrio(trio)
    })
    afterAll(() => rmSync(dir, { recursive: true, force: true }))

    /** The command line, with this typed at it and this on stdin. */
    async function regie(argv: readonly string[], { typed = [] as string[], stdin = '' } = {}) {
      const out: string[] = []
      const err: string[] = []
      const asked: string[] = []
      const code = await runCli(argv, {
        document,
        start: async () => undefined,
        io: {
          stdout: { write: (text) => out.push(text) },
          stderr: { write: (text) => err.push(text) },
          stdin: (async function* () {
            yield Buffer.from(stdin)
          })(),
          askHidden: async (question) => {
            asked.push(question)
            return typed.shift() ?? null
          },
          env: { REGIE_DATA: dirname(trio.company.config.dataDir) },
        },
      })
      return { code, out: out.join(''), err: err.join(''), asked }
    }
    const at = (node: TestNode, account: string) => ({
      get: async <T>(path: string) => (await node.call<T>(account, 'GET', path)).body,
      post: async <T>(path: string, body: object) => (await node.call<T>(account, 'POST', path, body)).body,
    })

    test('she takes her wallet out, and a wrong use leaves no file behind', async () => {
      const { company, partner } = trio
      const { did } = await at(partner, 'partner').get<{ did: string }>('/did')
      const claims = {
        ...JSON.parse(readFileSync(join(packageRoot, 'credentials/employee-role/example.json'), 'utf8')),
        employer: { did, name: 'Kruimelkoning B.V.' },
      }
      const offered = { type: 'employee-role', claims }
      const { link } = await at(partner, 'partner').post<{ link: string }>('/issuing/offers', offered)
      const brought = await at(company, 'sanne').post<{ state: string }>('/wallet/offers', {
        link,
        for: 'me',
      })
      expect(brought.state).toBe('received')

      const short = await regie(['--as', 'sanne', 'wallet', 'export', file], { typed: ['kort', 'kort'] })
      expect([short.code, short.err]).toEqual([2, expect.stringContaining('at least 12 characters')])
      const differs = await regie(['--as', 'sanne', 'wallet', 'export', file], {
        typed: [PASSPHRASE, 'anders'],
      })
      expect([differs.code, differs.err]).toEqual([2, expect.stringContaining('not the same twice')])
      expect(readdirSync(dir)).toEqual([])

      const typed = [PASSPHRASE, PASSPHRASE]
      const taken = await regie(['--as', 'sanne', 'wallet', 'export', file], { typed })
      expect(taken).toMatchObject({ code: 0, asked: [expect.any(String), expect.any(String)] })
      expect(taken.out).toMatch(/written to +\S+sanne\.wallet\ncredentials +1\nkeys/)
      expect(taken.out).toContain('bound to a key that stays here')
      expect(readdirSync(dir)).toEqual(['sanne.wallet'])
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(readFileSync(file, 'utf8')).not.toContain(PASSPHRASE)
    })

    test('no file is written over another', async () => {
      const before = readFileSync(file)
      const { code, err } = await regie(['--as', 'sanne', 'wallet', 'export', file, '--passphrase', '-'], {
        stdin: `${PASSPHRASE}\n`,
      })
      expect([code, err]).toEqual([1, expect.stringContaining('[file_exists]')])
      expect(readFileSync(file)).toEqual(before)
      const nowhere = join(dir, 'no', 'sanne.wallet')
      const missing = await regie(['--as', 'sanne', 'wallet', 'export', nowhere, '--passphrase', '-'], {
        stdin: `${PASSPHRASE}\n`,
      })
      expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('[file_not_written]')])
      expect(readdirSync(dir)).toEqual(['sanne.wallet'])
    })

    test('a passphrase is never typed in the command, and a wrong one goes no further than it', async () => {
      const line = ['--as', 'bram', 'wallet', 'import', file]
      const shown = await regie([...line, '--passphrase', PASSPHRASE])
      expect([shown.code, shown.err]).toEqual([2, expect.stringContaining('is a secret')])
      expect(shown.err).not.toContain(PASSPHRASE)
      const wrong = await regie(line, { typed: ['een andere lange zin'] })
      expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('[wallet_file_passphrase_wrong]')])
      const nothing = await regie([...line.slice(0, -1), join(dir, 'nothing')])
      expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining('cannot be read')])
    })

    test('at the other node it is looked at first, then taken, and then there is nothing new', async () => {
      const secret = join(dir, 'passphrase')
      writeFileSync(secret, `${PASSPHRASE}\n`, { mode: 0o600 })
      const line = ['--as', 'bram', 'wallet', 'import', file, '--passphrase', `@${secret}`]
      const looked = await regie(line)
      expect(looked.code).toBe(0)
      expect(looked.out).toContain('1 new, 0 already here, 0 refused.')
      expect(looked.err).toContain('--apply')
      expect(await regie([...line, '--apply'])).toMatchObject({
        ...{ code: 0, out: expect.stringContaining('Taken: 1 new, 0 already here, 0 refused.') },
      })
      expect((await regie(line)).out).toContain('0 new, 1 already here, 0 refused.')
      const json = JSON.parse((await regie([...line, '--json'])).out)
      expect(json).toMatchObject({ applied: false, counts: { new: 0, present: 1, refused: 0 } })
      brought = json.items[0].id
      const other = await regie(['--as', 'partner', 'wallet', 'import', file, '--passphrase', `@${secret}`])
      expect(other.out).toContain('0 new, 0 already here, 1 refused.')
    })

    test('there it is shown to a verifier, which accepts it', async () => {
      const { myobi, partner } = trio
      const { did } = await at(partner, 'partner').get<{ did: string }>('/did')
      const asked = await at(myobi, 'myobi').post<{ id: string; link: string }>('/verifications/requests', {
        preset: 'employee-role',
        parameters: { employer: did, role: 'account_manager' },
      })
      const opened = await at(partner, 'bram').post<{
        id: string
        queries: { candidates: { id: string }[] }[]
      }>('/presentations/requests', { link: asked.link })
      expect(opened.queries[0]?.candidates.map(({ id }) => id)).toContain(brought)
      const shown = await at(partner, 'bram').post(`/presentations/requests/${opened.id}/acceptance`, {
        credentials: [brought],
      })
      expect(shown).toMatchObject({ state: 'sent' })
      expect(await at(myobi, 'myobi').get(`/verifications/${asked.id}`)).toMatchObject({
        ...{ state: 'done', accepted: true },
        credentials: [{ claims: { role: 'account_manager', employer: { did } } }],
      })
    })

    test('who did it is in the record, and neither passphrase nor content in any of it', async () => {
      const { company, partner } = trio
      for (const [node, account, action] of [
        [company, 'company', 'wallet.exported'],
        [partner, 'partner', 'wallet.imported'],
      ] as const) {
        const { items } = await at(node, account).get<{ items: { action: string; data: object }[] }>(
          '/audit?limit=200',
        )
        const [entry] = items.filter((one) => one.action === action)
        expect(entry).toBeDefined()
        expect(JSON.stringify(items)).not.toContain(PASSPHRASE)
        expect(JSON.stringify(entry)).not.toMatch(/account_manager|eyJ/)
      }
    })
  },
)
