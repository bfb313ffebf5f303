import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Revocations, readCertificate, verifyPath } from '../../certificates/index.ts'
import { systemClock } from '../../core/index.ts'
import { runCli } from '../index.ts'

const dir = mkdtempSync(join(tmpdir(), 'regie-certificates-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const at = (...path: string[]) => join(dir, ...path)

async function regie(...argv: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(['certificates', ...argv], {
    document: { openapi: '3.1.0', info: { title: 'Test', version: '1' }, paths: {} } as never,
    start: async () => undefined,
    io: {
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => err.push(text) },
      stdin: (async function* () {})(),
      env: {},
    },
  })
  return { code, out: out.join(''), err: err.join('') }
}

const read = (folder: string) =>
  readCertificate(new X509Certificate(readFileSync(at(folder, 'certificate.pem'))).raw)

test('an authority, a certificate of it, and a list by which it is taken back', async () => {
  expect((await regie('authority', at('ca'))).code).toBe(0)
  const order = ['--name', 'Verifier', '--dns', 'a.example, b.example', '--crl-url', 'https://ca.example/crl']
  const { code, out } = await regie('issue', at('ca'), at('leaf'), ...order)
  expect([code, out]).toEqual([0, `${at('leaf', 'certificate.pem')}\n${at('leaf', 'key.pem')}\n`])
  expect(statSync(at('leaf', 'key.pem')).mode & 0o077).toBe(0)
  const leaf = read('leaf')
  const trusted = async () => {
    const body = readFileSync(at('list.crl'))
    const egress = { request: async () => ({ status: 200, headers: {}, body }) as never }
    const revocations = new Revocations({ clock: systemClock, egress })
    const policy = { anchors: [read('ca')], revocation: 'required' } as const
    return verifyPath([leaf.der.toString('base64')], policy, { clock: systemClock, revocations })
  }
  expect((await regie('revoke', at('ca'), at('list.crl'))).code).toBe(0)
  expect((await trusted()).dnsNames).toEqual(['a.example', 'b.example'])
  expect((await regie('revoke', at('ca'), at('list.crl'), '--revoked', leaf.serialNumber)).code).toBe(0)
  await expect(trusted()).rejects.toMatchObject({ code: 'certificate_revoked' })
})

test('a certificate is renewed for the key it had', async () => {
  const order = ['--name', 'Verifier', '--dns', 'a.example', '--key', at('leaf', 'key.pem')]
  expect((await regie('issue', at('ca'), at('renewed'), ...order)).code).toBe(0)
  expect(readFileSync(at('renewed', 'key.pem'), 'utf8')).toBe(readFileSync(at('leaf', 'key.pem'), 'utf8'))
  expect(read('renewed').publicKey.equals(read('leaf').publicKey)).toBe(true)
  expect(read('renewed').serialNumber).not.toBe(read('leaf').serialNumber)
  const broken = await regie('issue', at('ca'), at('w'), ...order.slice(0, 5), at('ca', 'certificate.pem'))
  expect([broken.code, broken.err]).toEqual([2, expect.stringContaining('no P-256 key')])
})

test('nothing is overwritten, and what cannot be is said', async () => {
  const before = readFileSync(at('ca', 'key.pem'), 'utf8')
  const twice = await regie('authority', at('ca'))
  expect([twice.code, twice.err]).toEqual([2, expect.stringContaining('choose a folder without one')])
  expect(readFileSync(at('ca', 'key.pem'), 'utf8')).toBe(before)
  const nobody = await regie('issue', at('nowhere'), at('x'), '--name', 'X')
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('holds no authority')])
  expect((await regie('authority', at('y'), '--days', '0')).code).toBe(2)
  expect((await regie('revoke', at('ca'), at('z'), '--revoked', 'xyz')).code).toBe(2)
})
