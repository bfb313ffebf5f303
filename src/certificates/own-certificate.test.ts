import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base64Of } from '../../test/support/certificates.ts'
import { silentLog } from '../core/index.ts'
import { type Issued, issueLeaf, newAuthority } from './authority.ts'
import { OwnCertificate } from './own-certificate.ts'

const dir = mkdtempSync(join(tmpdir(), 'regie-own-certificate-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const DAY = 86_400_000
const now = Date.UTC(2026, 10, 22)
const validity = { from: now - DAY, days: 30 }
let root: Issued
let leaf: Issued
beforeAll(async () => {
  root = await newAuthority('Root', validity)
  leaf = await issueLeaf(root, { name: 'Us', dnsNames: ['us.example'], validity })
})

let serial = 0
const file = (...parts: readonly Issued[]) => {
  const path = join(dir, `${++serial}.pem`)
  writeFileSync(path, parts.map(({ certificate }) => `${certificate}\n`).join(''))
  return path
}
const open = (path: string, { privateKey = leaf.privateKey, at = () => now } = {}) =>
  new OwnCertificate({ path, privateKey, clock: { now: at }, log: silentLog })
const refusal = (path: string, privateKey?: string) => {
  try {
    open(path, { ...(privateKey !== undefined && { privateKey }) })
  } catch (error) {
    return (error as Error).message
  }
  return 'fits'
}

test('the chain goes along without the trust anchor’s own certificate', () => {
  expect(open(file(leaf, root)).current().chain).toEqual([base64Of(leaf)])
  expect(open(file(leaf)).current().chain).toEqual([base64Of(leaf)])
})

test('what does not fit is said at once', async () => {
  const other = await issueLeaf(root, { name: 'Other', dnsNames: [], validity })
  expect(refusal(file(leaf, root))).toBe('fits')
  expect(refusal(file(other), leaf.privateKey)).toContain('the key is not that of its first certificate')
  expect(refusal(file(root), root.privateKey)).toContain('an authority’s own')
  expect(refusal(file(leaf, other))).toContain('signed by the next')
  expect(refusal(file())).toContain('an authority’s own')
  expect(refusal(join(dir, 'nowhere.pem'))).toContain('not there')
  expect(refusal(file(leaf), 'no key')).toContain('P-256')
  const broken = file({ certificate: leaf.certificate.replace(/\nMII/, '\nMAA'), privateKey: '' })
  expect(refusal(broken)).toContain('can be read')
})

test('no message about a key says anything of the key', () => {
  const slip = leaf.privateKey.replace('PRIVATE KEY-----\n', 'PRIVATE KEY-----\n!')
  try {
    open(file(leaf), { privateKey: slip })
    expect.unreachable()
  } catch (error) {
    expect(error).not.toHaveProperty('cause', expect.anything())
    expect(String(error)).not.toContain(slip.split('\n')[1])
  }
})

test('one that is over is no reason not to start, and signs nothing', async () => {
  let at = now
  const own = open(file(leaf), { at: () => at })
  expect(own.current().chain).toHaveLength(1)
  at = now + 40 * DAY
  expect(() => own.current()).toThrow(expect.objectContaining({ code: 'certificate_own_expired' }))
  at = now - 2 * DAY
  expect(() => own.current()).toThrow(expect.objectContaining({ code: 'certificate_own_expired' }))
})

test('a renewed certificate is used from the next request on, and one that does not fit is not', async () => {
  const path = file(leaf)
  const own = open(path)
  const order = { name: 'Us', dnsNames: ['us.example'], validity }
  const change = ({ certificate }: Issued) => {
    writeFileSync(path, certificate)
    utimesSync(path, now / 1000, now / 1000 + ++serial)
  }
  const renewed = await issueLeaf(root, { ...order, privateKey: leaf.privateKey })
  change(renewed)
  expect(own.current().chain).toEqual([base64Of(renewed)])
  change(await issueLeaf(root, order))
  expect(own.current().chain).toEqual([base64Of(renewed)])
  change(leaf)
  expect(own.current().chain).toEqual([base64Of(leaf)])
  rmSync(path)
  expect(own.current().chain).toEqual([base64Of(leaf)])
})
