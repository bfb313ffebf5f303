import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { operation } from '../core/index.ts'
import { openApiDocument } from '../http/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'regie-bin-'))
const bin = join(home, 'bin', 'regie')
let server: Server
let url = ''

const document = openApiDocument(
  [
    operation({
      name: 'things.list',
      summary: 'Lists things',
      method: 'GET',
      path: '/things',
      input: z.object({}),
      output: z.object({ items: z.array(z.object({ id: z.string() })) }),
      allow: { users: ['signed_in'] },
      run: async () => ({ items: [] }),
    }),
  ],
  { title: 'Test', version: '1' },
)

beforeAll(async () => {
  mkdirSync(join(home, 'bin'))
  cpSync(join(root, 'bin', 'regie'), bin)
  writeFileSync(join(home, 'package.json'), '{"type":"module"}')
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'))
  server = createServer((request, response) => {
    const isAnna = request.headers.authorization === 'Bearer t-anna'
    response.statusCode = isAnna ? 200 : 401
    response.setHeader('Content-Type', isAnna ? 'application/json' : 'application/problem+json')
    response.end(
      JSON.stringify(
        isAnna ? { items: [{ id: '1' }, { id: '2' }] } : { code: 'token_invalid', title: 'no', status: 401 },
      ),
    )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(home, { recursive: true, force: true })
})

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const options = { cwd: home, env: { PATH: process.env.PATH, ...env } }
    const child = execFile(bin, [...args], options, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    )
  })

/** The command line as the build makes it, file by file. */
function build(): void {
  const from = join(root, 'src', 'cli')
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue
    const { outputText } = ts.transpileModule(readFileSync(join(from, name), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    })
    const to = join(home, 'dist', 'cli', name.replace(/\.ts$/, '.js'))
    mkdirSync(join(to, '..'), { recursive: true })
    writeFileSync(to, outputText)
  }
  writeFileSync(join(home, 'dist', 'openapi.json'), JSON.stringify(document))
}

test('before the build it says what to run', async () => {
  expect(await run(['--help'])).toEqual({
    code: 1,
    out: '',
    err: 'regie: it has not been built here yet: run npm run build\n',
  })
})

test('after the build it works as a program, with exit codes, and loads nothing of the node', async () => {
  build()
  const env = { REGIE_URL: url, REGIE_TOKEN: 't-anna' }
  expect(await run(['things', 'list', '-q'], env)).toEqual({ code: 0, out: '1\n2\n', err: '' })
  expect(await run(['things', 'list'], { ...env, REGIE_TOKEN: 'other' })).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('[token_invalid]'),
  })
  expect(await run(['things', 'lost'], env)).toMatchObject({ code: 2, out: '' })
  expect(await run(['--help'])).toMatchObject({ code: 0, err: '' })
})

test('a reader that stops reading is not an error', async () => {
  const script = `"${bin}" --help | head -n 1`
  const out = await new Promise<string>((resolve) => {
    execFile('bash', ['-c', `set -o pipefail; ${script}; echo "code $?"`], (_error, text, err) =>
      resolve(text + err),
    )
  })
  expect(out).toMatch(/^Regie.*\ncode 0\n$/)
})
