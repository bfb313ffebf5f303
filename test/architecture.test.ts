import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const dirs: string[] = []
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
})

interface Outcome {
  readonly code: number
  readonly output: string
}

const checkFloors = (...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(root, '.ci/check-floors.mjs'), ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr })
    })
  })

/** A small house of its own, with these files. */
function house(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'regie-floors-'))
  dirs.push(dir)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return dir
}

const sound = {
  'src/core/index.ts': "export * from './clock.ts'\n",
  'src/core/clock.ts': 'export const clock = 1\n',
  'src/store/index.ts': "import { clock } from '../core/index.ts'\nexport const store = clock\n",
  'src/access/index.ts': "import { store } from '../store/index.ts'\nexport const access = store\n",
}

test('every import goes down, through the door', async () => {
  const { code, output } = await checkFloors()
  expect(output).toMatch(/floors: \d+ modules read, 0 imports refused/)
  expect(code).toBe(0)
}, 180_000)

test('a sound small house passes, so that the refusals below are not for its size', async () => {
  expect(await checkFloors('--least', '4', house(sound))).toMatchObject({ code: 0 })
})

test('a check that read too few modules fails', async () => {
  const { code, output } = await checkFloors(house(sound))
  expect(code).toBe(1)
  expect(output).toContain('4 modules read, 0 imports refused')
  expect(await checkFloors(house({}))).toMatchObject({ code: 1 })
})

const planted: readonly (readonly [what: string, path: string, text: string, rule: string])[] = [
  ['an import that goes up', 'src/core/up.ts', "import '../access/index.ts'\n", 'floor-of-core'],
  [
    'a type that comes from above',
    'src/core/type.ts',
    "import type { access } from '../access/index.ts'\nexport type A = typeof access\n",
    'floor-of-core',
  ],
  ['an import of a neighbour', 'src/egress/index.ts', "import '../store/index.ts'\n", 'floor-of-egress'],
  ['a way round the door', 'src/access/in.ts', "import '../core/clock.ts'\n", 'door-of-core'],
  ['Veramo outside agent/', 'src/store/v.ts', "import '@veramo/core'\n", 'keeper-of-veramo'],
  ['TypeORM outside store/', 'src/access/t.ts', "import 'typeorm'\n", 'keeper-of-typeorm'],
  ['undici outside egress/', 'src/access/u.ts', "import 'undici'\n", 'keeper-of-undici'],
  ['a circle', 'src/core/about.ts', "import './round.ts'\n", 'no-cycle'],
  ['a room without a floor', 'src/attic/index.ts', "import '../core/index.ts'\n", 'room-without-floor'],
  ['a way to nowhere', 'src/core/lost.ts', "import './nowhere.ts'\n", 'unresolvable'],
  ['product code that needs tests', 'src/core/t.ts', "import '../../test/t.ts'\n", 'product-without-tests'],
]

describe('in a house with one of each fault', () => {
  let found: Outcome
  beforeAll(async () => {
    const faults = Object.fromEntries(planted.map(([, path, text]) => [path, text]))
    const others = { 'test/t.ts': '', 'src/core/round.ts': "import './about.ts'\n" }
    found = await checkFloors('--least', '1', house({ ...sound, ...others, ...faults }))
  })

  test.each(planted)('%s is found', (_, path, __, rule) => {
    expect(found.output).toContain(`${rule}: ${path} →`)
    expect(found.code).toBe(1)
  })
})

test('every folder of src has a floor', async () => {
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const files = rooms.map(({ name }) => [`src/${name}/index.ts`, "import '../core/clock.ts'\n"] as const)
  const { output } = await checkFloors('--least', '1', house({ ...Object.fromEntries(files), ...sound }))
  expect(output).not.toContain('room-without-floor')
})
