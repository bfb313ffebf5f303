import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { openApiDocument } from '../http/index.ts'
import { type OperationsDeps, operationsOf } from '../node/index.ts'
import { issuingOperations, offerOperations, openWalletOperations } from '../oid4vci/index.ts'
import { examples } from './examples.ts'
import { runCli } from './index.ts'

/** The operations are only described here, not run. */
const unwired = <T extends object>(): T => new Proxy(() => {}, { get: () => unwired() }) as unknown as T
const deps = new Proxy({} as OperationsDeps, {
  get: (_target, name) =>
    name === 'offers'
      ? [...offerOperations(unwired()), ...issuingOperations(unwired()), ...openWalletOperations(unwired())]
      : unwired(),
})
const operations = operationsOf(deps)
const document = openApiDocument(operations, { title: 'Test', version: '1' })

/** As a shell takes a line apart. */
const wordsOf = (line: string) =>
  execFileSync('sh', ['-c', `regie() { printf '%s\\0' "$@"; }; cat() { printf eyJ; }; ${line}`], {
    encoding: 'utf8',
  })
    .split('\0')
    .slice(0, -1)

async function run(argv: readonly string[]) {
  let err = ''
  const code = await runCli(argv, {
    document,
    start: async () => undefined,
    io: {
      stdout: { write: () => true },
      stderr: { write: (text) => (err += text) },
      stdin: (async function* () {})(),
      env: { REGIE_DATA: '/nowhere' },
    },
  })
  return { code, err }
}

test.each(Object.entries(examples))('the example of %s is one the command takes', async (name, line) => {
  expect(operations.map((operation) => operation.name)).toContain(name)
  // It gets as far as looking for the node.
  expect(await run(wordsOf(line))).toEqual({ code: 1, err: expect.stringContaining('[no_local_nodes]') })
})

test('a line that the command does not take fails that test', async () => {
  expect(await run(wordsOf('regie access approve --colour red'))).toMatchObject({ code: 2 })
})

test('the operations the help leaves out are there', async () => {
  for (const path of ['relay submit', 'acceptances submit', 'registrations submit', 'access log'])
    expect(await run([...path.split(' '), '--help'])).toMatchObject({ code: 0 })
})
