import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/**
 * A test that cannot fail proves nothing: here each guard is taken out of a copy of the sources, and the test that is
 * about it must fail there. The sources have no switches for this.
 */
interface Control {
  readonly guard: string
  readonly file: string
  /** Text that occurs once in that file, and what takes its place. */
  readonly replace: readonly [guard: string, without: string]
  /** The test that must fail. */
  readonly suite: 'ask-attacks' | 'durability'
  readonly fails: string
}

const controls: readonly Control[] = [
  {
    guard: 'the signature',
    file: 'src/jose/verify-jws.ts',
    replace: ['if (!isSigned(jws, jwk, options.cache))', 'if (false)'],
    suite: 'ask-attacks',
    fails: 'a signature over something else',
  },
  {
    guard: 'the burning of nonces',
    file: 'src/access/ask-ledger.ts',
    replace: ['if (known.has(ask) && !fresh.delete(nonceKey(ask.clientId, ask.nonce)))', 'if (false)'],
    suite: 'ask-attacks',
    fails: 'also when it comes eight times at the same moment',
  },
  {
    guard: 'the comparison of a grant with its row',
    file: 'src/access/decide.ts',
    replace: [`if (grant.digest !== ask.grantDigest) return 'grant_differs'`, ''],
    suite: 'ask-attacks',
    fails: 'a grant whose end was moved',
  },
  {
    guard: 'to whom a grant was given',
    file: 'src/access/decide.ts',
    replace: [
      `if (grant.grantee !== (ask.chain?.link?.principal ?? ask.asker)) return 'grant_for_another_party'`,
      '',
    ],
    suite: 'ask-attacks',
    fails: 'a grant that was given to another party',
  },
  {
    guard: 'the look at the revocation',
    file: 'src/access/decide.ts',
    replace: [`if (grant.revokedAt !== null) codes.push('grant_revoked')`, 'if (false) {}'],
    suite: 'ask-attacks',
    fails: 'a revocation ends all reading, however many read at the moment',
  },
  {
    guard: 'what a role is bound to',
    file: 'src/oid4vp/verify-ask.ts',
    replace: ['|| !isBound) return null', ') return null'],
    suite: 'ask-attacks',
    fails: 'a role moved to another request',
  },
  {
    guard: 'to whom a request is addressed',
    file: 'src/oid4vp/verify-ask.ts',
    replace: ['if (request.aud !== audience)', 'if (false)'],
    suite: 'ask-attacks',
    fails: 'a request for another node',
  },
  {
    guard: 'synchronous=FULL',
    file: 'src/store/data-source.ts',
    replace: [`storage.synchronous ?? 'FULL'`, `storage.synchronous ?? 'NORMAL'`],
    suite: 'durability',
    fails: 'nothing is acknowledged before it is on disk',
  },
]

const root = join(import.meta.dirname, '..')
const linked = [
  ...['node_modules', 'credentials', 'schemas', 'policy', 'tariff', 'learning', 'contracts', 'bench'],
  ...['package.json', 'tsconfig.json'],
]

/** A copy of the sources and tests, without Postgres. */
function copyTo(dir: string): void {
  mkdirSync(dir)
  for (const name of ['src', 'test']) cpSync(join(root, name), join(dir, name), { recursive: true })
  for (const name of linked) symlinkSync(join(root, name), join(dir, name))
  writeFileSync(join(dir, 'no-postgres.mjs'), `export const setup = (p) => p.provide('postgres', null)\n`)
  const settings = {
    include: ['test/*.test.ts'],
    globalSetup: ['no-postgres.mjs'],
    setupFiles: ['test/support/setup.ts'],
    hookTimeout: 60_000,
    testTimeout: 60_000,
  }
  writeFileSync(join(dir, 'vitest.config.mjs'), `export default { test: ${JSON.stringify(settings)} }\n`)
}

/** Runs the tests of these names. @returns how each ended */
async function run(dir: string, tests: readonly Control[]): Promise<Map<string, string>> {
  const report = join(dir, 'report.json')
  const escaped = tests.map(({ fails }) => fails.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')))
  await promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...new Set(tests.map(({ suite }) => `test/${suite}.test.ts`)),
      '--testNamePattern',
      `(${escaped.join('|')})$`,
      '--reporter=json',
      `--outputFile=${report}`,
    ],
    { cwd: dir, env: { ...env, NODE_ENV: 'test' } },
  ).catch(() => undefined)
  interface Report {
    testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[]
  }
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const ran = testResults.flatMap(({ assertionResults }) => assertionResults)
  return new Map(
    ran.flatMap(({ title, status, failureMessages: [message = ''] }) => {
      if (status === 'passed') return [[title, 'passed']]
      // Anything but an expectation that was not met would be another failure than the one we look for.
      return status === 'failed' ? [[title, message.startsWith('AssertionError') ? 'failed' : message]] : []
    }),
  )
}

describe('without its guard a test fails', () => {
  let dir = ''
  const results = new Map<string, Promise<Map<string, string>>>()

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'regie-controls-'))
    // Two at a time: each starts a network of its own.
    let lanes = [Promise.resolve(), Promise.resolve()]
    const start = (name: string, work: () => Promise<Map<string, string>>) => {
      const [first = Promise.resolve(), ...others] = lanes
      const result = first.then(work)
      results.set(name, result)
      lanes = [
        ...others,
        result.then(
          () => undefined,
          () => undefined,
        ),
      ]
    }
    start('unchanged', () => {
      const copy = join(dir, 'unchanged')
      copyTo(copy)
      return run(copy, controls)
    })
    for (const control of controls)
      start(control.guard, () => {
        const copy = join(dir, `without-${controls.indexOf(control)}`)
        copyTo(copy)
        const file = join(copy, control.file)
        const [guard, without] = control.replace
        const parts = readFileSync(file, 'utf8').split(guard)
        if (parts.length !== 2) throw new Error(`${control.file} has the guard ${parts.length - 1} times`)
        writeFileSync(file, parts.join(without))
        return run(copy, [control])
      })
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('with all guards in place all of them pass', { timeout: 600_000 }, async () => {
    const passed = controls.map(({ fails }) => [fails, 'passed'])
    expect(await results.get('unchanged')).toEqual(new Map(passed as [string, string][]))
  })

  test.each(controls)('without $guard', { timeout: 600_000 }, async ({ guard, fails }) => {
    expect(await results.get(guard)).toEqual(new Map([[fails, 'failed']]))
  })
})
