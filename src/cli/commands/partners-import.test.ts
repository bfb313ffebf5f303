import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../../test/support/build.ts'
import { newStorage } from '../../../test/support/engines.ts'
import { coordinator, openPartnersRoom, partnersRoomTables } from '../../../test/support/partners-room.ts'
import { silentLog, systemClock } from '../../core/index.ts'
import { createHttp, type Http, openApiDocument } from '../../http/index.ts'
import { Store } from '../../store/index.ts'
import { runCli } from '../index.ts'

const dir = mkdtempSync(join(tmpdir(), 'regie-import-'))
const examples = (name: string) => join(packageRoot, 'examples', name)
let store: Store
let http: Http
let url = ''
let document: ReturnType<typeof openApiDocument>

beforeAll(async () => {
  store = await Store.open({ storage: newStorage('sqlite'), ...partnersRoomTables })
  const { operations, registry } = await openPartnersRoom(store)
  registry.enter('48245915')
  const info = { title: 'Test', version: '1' }
  document = openApiDocument(operations, info)
  http = createHttp({
    operations,
    authenticate: async () => coordinator,
    idempotency: { begin: async () => 'new', finish: async () => undefined, abandon: async () => undefined },
    health: async () => ({ ready: true, checks: {} }),
    routers: [],
    info,
    log: silentLog,
    clock: systemClock,
  })
  url = (await http.listen({ host: '127.0.0.1', port: 0 })).url
})
afterAll(async () => {
  await http.close()
  await store.dispose()
  rmSync(dir, { recursive: true, force: true })
})

async function regie(...argv: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(argv, {
    document,
    start: async () => undefined,
    io: {
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => err.push(text) },
      stdin: (async function* () {})(),
      env: { REGIE_URL: url, REGIE_TOKEN: 't' },
    },
  })
  return { code, out: out.join(''), err: err.join('') }
}

test('without --pick it only looks: activity with its evidence, and bad rows with the reason', async () => {
  const { code, out, err } = await regie(
    'partners',
    'import',
    examples('debiteuren.csv'),
    examples('auditfile.xaf'),
  )
  expect(code).toBe(0)
  expect(out).toMatch(/^PICK +KEY +NAME +ACTIVITY +LAST +COUNT +REVENUE +SPEND +OPEN +NETWORK +IMPORT\n/)
  expect(out).toMatch(
    /\n\* +kvk:48245915 +Bakkerij De Kruimelkoning B\.V\. +active +2\d{3}-\d\d-\d\d +\d+ .* in the network +new\n/,
  )
  expect(out).toMatch(/Bad rows, not imported:\n( {2}\S.*: .+\n)+/)
  expect(out).toMatch(/\d+ records: \d+ good, \d+ bad\.\n/)
  expect(err).toMatch(/^nothing is imported yet: regie partners imports apply [0-9a-f-]{36} --pick active\n$/)
  expect(JSON.parse((await regie('partners', 'list', '--json')).out)).toMatchObject({ items: [] })
})

test('--pick imports, and importing the same again changes nothing', async () => {
  const line = ['partners', 'import', examples('debiteuren.csv'), '--pick']
  expect((await regie(...line, 'kvk:48245915')).out).toMatch(/\nImported: 1 new, 0 changed, 0 the same\.\n/)
  expect((await regie(...line, 'kvk:48245915')).out).toMatch(/\nImported: 0 new, 0 changed, 1 the same\.\n/)
  const all = await regie(...line, 'all', '--json')
  const { id, result, preview, files } = JSON.parse(all.out)
  expect(result).toMatchObject({ new: expect.any(Number), same: 1 })
  expect([files.length, preview.rows.length > 5, typeof id]).toEqual([1, true, 'string'])
})

test('one can look first and apply later', async () => {
  const { out: id } = await regie('partners', 'import', examples('auditfile.xaf'), '-q')
  expect((await regie('partners', 'imports', 'preview', id.trim())).out).toMatch(/^PICK/)
  expect((await regie('partners', 'imports', 'apply', id.trim(), '--pick', 'active')).out).toMatch(
    /^Imported: /,
  )
})

test('keys go to apply as keys, the words active and all as words', async () => {
  const { out: id } = await regie('partners', 'import', examples('debiteuren.csv'), '-q')
  const unknown = await regie('partners', 'imports', 'apply', id.trim(), '--pick', 'kvk:00000000,active')
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('[import_key_unknown]')])
})

test('bad rows go to a file that is the caller’s alone', async () => {
  const file = join(dir, 'errors.csv')
  writeFileSync(file, '')
  chmodSync(file, 0o644)
  const { code, err } = await regie('partners', 'import', examples('auditfile.xaf'), '--errors', file, '-q')
  expect([code, err]).toEqual([0, `bad rows: ${file}\n`])
  expect(readFileSync(file, 'utf8')).toMatch(/^\uFEFF"Bestand";/)
  expect(statSync(file).mode & 0o077).toBe(0)
  const nowhere = await regie(
    'partners',
    'import',
    examples('auditfile.xaf'),
    '--errors',
    join(dir, 'no/e.csv'),
  )
  expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining('[file_not_written]')])
})

test.each([
  [['partners', 'import'], /missing required argument 'files'/],
  [['partners', 'import', '/nowhere.csv'], /cannot be read/],
  [['partners', 'import', tmpdir()], /not a file/],
  [['partners', 'import', examples('debiteuren.csv'), '--active-months', 'x'], /whole number/],
])('%j is wrong use', async (argv, message) => {
  const { code, err } = await regie(...argv)
  expect([code, err]).toEqual([2, expect.stringMatching(message)])
})

test('a file that is no list is refused by name', async () => {
  const file = join(dir, 'broken.xaf')
  writeFileSync(file, '<?xml version="1.0"?><html/>')
  const { code, err } = await regie('partners', 'import', file)
  expect([code, err]).toEqual([1, expect.stringMatching(/^regie: .+ \[xaf_\w+\]\n/)])
})
