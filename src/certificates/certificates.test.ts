import { X509Certificate as NodeCertificate } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { certificateWith } from '../../test/support/certificates.ts'
import { Refusal } from '../core/index.ts'
import { type Issued, issueLeaf, issueList, newAuthority } from './authority.ts'
import { asX5c, type Certificate, readCertificate, readChain, thumbprintOf } from './certificate.ts'
import { type PathPolicy, speaksFor, verifyPath } from './path.ts'
import { Revocations } from './revocations.ts'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
} from './x509.ts'

const now = Date.UTC(2026, 10, 22)
const validity = { from: now - 86_400_000, days: 30 }
const derOf = ({ certificate }: Issued) => new NodeCertificate(certificate).raw
const read = (issued: Issued): Certificate => readCertificate(derOf(issued))
const b64 = (...chain: Issued[]) => chain.map((one) => derOf(one).toString('base64'))

let root: Issued
let leaf: Issued
let other: Issued
const crlUrl = 'https://ca.example/list.crl'

beforeAll(async () => {
  root = await newAuthority('Test root', validity)
  other = await newAuthority('Test root', validity)
  leaf = await issueLeaf(root, { name: 'Verifier', dnsNames: ['Verifier.Example'], validity })
})

/** Verifies at a moment, with whatever lists can be had. */
function verify(
  x5c: unknown,
  {
    at = now,
    lists = {},
    ...policy
  }: Partial<PathPolicy> & { at?: number; lists?: Record<string, Buffer | number> } = {},
) {
  const clock = { now: () => at }
  let calls = 0
  const request = async (url: string) => {
    calls++
    const list = lists[url]
    if (list === undefined) throw new Refusal('upstream', 'egress_unreachable', 'not there')
    return typeof list === 'number'
      ? { status: list, headers: {}, body: Buffer.alloc(0) }
      : { status: 200, headers: {}, body: list }
  }
  const revocations = new Revocations({ clock, egress: { request: request as never } })
  const anchors = policy.anchors ?? [read(root)]
  const run = () => verifyPath(x5c, { revocation: 'when_known', ...policy, anchors }, { clock, revocations })
  return { run, calls: () => calls }
}
const refusal = async (...args: Parameters<typeof verify>): Promise<string> =>
  verify(...args)
    .run()
    .then(
      () => 'trusted',
      (error: { code?: string }) => error.code ?? String(error),
    )

test('a leaf of a trusted authority gives its key, its names and its thumbprint', async () => {
  const trusted = await verify(b64(leaf)).run()
  expect(trusted).toMatchObject({
    key: { kty: 'EC', crv: 'P-256' },
    dnsNames: ['verifier.example'],
    thumbprint: thumbprintOf(read(leaf)),
    notAfter: validity.from + 30 * 86_400_000,
  })
  expect(speaksFor(trusted, 'VERIFIER.example')).toBe(true)
  expect(speaksFor(trusted, 'sub.verifier.example')).toBe(false)
  expect(asX5c(readChain(b64(leaf)))).toEqual(b64(leaf))
  // With the anchor at the end, and with more than leads there.
  expect(await refusal(b64(leaf, root))).toBe('trusted')
})

test('a wildcard speaks for nobody', async () => {
  const wild = await issueLeaf(root, { name: 'Wild', dnsNames: ['*.verifier.example'], validity })
  expect(speaksFor(await verify(b64(wild)).run(), 'a.verifier.example')).toBe(false)
})

test('an authority of the same name and another key is not trusted', async () => {
  expect(await refusal(b64(leaf), { anchors: [read(other)] })).toBe('certificate_untrusted')
  expect(await refusal(b64(leaf), { anchors: [] })).toBe('certificate_untrusted')
  const forged = await issueLeaf(other, { name: 'Verifier', dnsNames: ['verifier.example'], validity })
  expect(await refusal(b64(forged))).toBe('certificate_untrusted')
  expect(await refusal(b64(forged, root))).toBe('certificate_untrusted')
})

test('an anchor, and what signed itself, signs nothing else', async () => {
  expect(await refusal(b64(root))).toBe('certificate_untrusted')
  expect(await refusal(b64(other))).toBe('certificate_untrusted')
})

const withExtensions = (issuer: Issued, name: string, extensions: Extension[]) =>
  certificateWith(issuer, name, extensions, validity)

test('who is no authority issues nobody, with or without a word on what its key is for', async () => {
  const below = await issueLeaf(leaf, { name: 'Below', dnsNames: ['bank.example'], validity })
  expect(await refusal(b64(below, leaf))).toBe('certificate_untrusted')
  const plain = await withExtensions(root, 'Plain', [])
  const plainBelow = await issueLeaf(plain, { name: 'Below', dnsNames: ['bank.example'], validity })
  expect(await refusal(b64(plain))).toBe('trusted')
  expect(await refusal(b64(plainBelow, plain))).toBe('certificate_not_authority')
})

test('a path is no longer than each of its authorities allows', async () => {
  const between = await withExtensions(root, 'Between', [new BasicConstraintsExtension(true, 0, true)])
  const below = await issueLeaf(between, { name: 'Below', dnsNames: [], validity })
  expect(await refusal(b64(below, between))).toBe('trusted')
  expect(await refusal(b64(between))).toBe('certificate_not_leaf')
  const deeper = await withExtensions(between, 'Deeper', [new BasicConstraintsExtension(true, 5, true)])
  const lowest = await issueLeaf(deeper, { name: 'Lowest', dnsNames: [], validity })
  expect(await refusal(b64(lowest, deeper, between))).toBe('certificate_path_too_long')
})

test('a leaf whose key is for something else, or with a rule we do not know, is refused', async () => {
  const forKeys = new KeyUsagesExtension(KeyUsageFlags.keyAgreement, true)
  expect(await refusal(b64(await withExtensions(root, 'Keys', [forKeys])))).toBe(
    'certificate_not_for_signing',
  )
  const rule = (critical: boolean) => new Extension('1.2.3.4', critical, new Uint8Array([5, 0]))
  expect(await refusal(b64(await withExtensions(root, 'Rule', [rule(true)])))).toBe(
    'certificate_extension_unknown',
  )
  expect(await refusal(b64(await withExtensions(root, 'Rule', [rule(false)])))).toBe('trusted')
})

test('a leaf that is for something else is refused, and where policy names a purpose it must have that', async () => {
  const mdl = '1.0.18013.5.1.2'
  const purpose = (critical: boolean) => new ExtendedKeyUsageExtension([mdl], critical)
  const limited = await withExtensions(root, 'Limited', [purpose(true)])
  const named = await withExtensions(root, 'Named', [purpose(false)])
  expect(await refusal(b64(limited))).toBe('certificate_for_another_purpose')
  expect(await refusal(b64(limited), { purpose: mdl })).toBe('trusted')
  expect(await refusal(b64(named))).toBe('trusted')
  expect(await refusal(b64(named), { purpose: '1.2.3' })).toBe('certificate_for_another_purpose')
  expect(await refusal(b64(await withExtensions(root, 'Plain', [])), { purpose: mdl })).toBe(
    'certificate_for_another_purpose',
  )
})

test('each certificate of the path is valid now', async () => {
  const short = await issueLeaf(root, { name: 'Short', dnsNames: [], validity: { ...validity, days: 2 } })
  expect(await refusal(b64(short))).toBe('trusted')
  expect(await refusal(b64(short), { at: now + 2 * 86_400_000 })).toBe('certificate_expired')
  expect(await refusal(b64(leaf), { at: validity.from - 1_000 })).toBe('certificate_expired')
  const old = await newAuthority('Old', { from: validity.from - 40 * 86_400_000, days: 30 })
  const outlives = await issueLeaf(old, { name: 'Outlives', dnsNames: [], validity })
  expect(await refusal(b64(outlives), { anchors: [read(old)] })).toBe('certificate_expired')
})

test.each<[string, () => unknown, string]>([
  ['nothing', () => undefined, 'certificate_chain_malformed'],
  ['no certificate', () => [], 'certificate_chain_malformed'],
  ['a text', () => b64(leaf)[0], 'certificate_chain_malformed'],
  ['base64url', () => [derOf(leaf).toString('base64url').concat('-')], 'certificate_chain_malformed'],
  ['white space', () => [`${b64(leaf)[0]}\n`], 'certificate_chain_malformed'],
  ['six of them', () => Array.from({ length: 6 }, () => b64(leaf)[0]), 'certificate_chain_malformed'],
  ['something very long', () => ['A'.repeat(100_000)], 'certificate_chain_malformed'],
  ['no DER', () => [Buffer.from('hello').toString('base64')], 'certificate_malformed'],
  [
    'something behind it',
    () => [Buffer.concat([derOf(leaf), Buffer.from([0])]).toString('base64')],
    'certificate_malformed',
  ],
  [
    'one bit that is not signed',
    () => {
      const der = Buffer.from(derOf(leaf))
      der[der.length - 1] = (der.at(-1) ?? 0) ^ 1
      return [der.toString('base64')]
    },
    'certificate_untrusted',
  ],
])('an x5c of %s is refused', async (_what, make, code) => {
  expect(await refusal(make())).toBe(code)
})

test('where policy wants it, who publishes no list is refused', async () => {
  expect(await refusal(b64(leaf), { revocation: 'required' })).toBe('certificate_revocation_unknown')
})

test('what its authority took back is refused, and the list is fetched once for as long as it holds', async () => {
  const listed = await issueLeaf(root, { name: 'Listed', dnsNames: [], validity, crlUrl })
  const clean = await issueList(root, ['0102'], { from: now - 1_000, days: 1 })
  const taken = await issueList(root, [read(listed).serialNumber], { from: now - 1_000, days: 1 })
  const fine = verify(b64(listed), { lists: { [crlUrl]: clean }, revocation: 'required' })
  await fine.run()
  await fine.run()
  expect(fine.calls()).toBe(1)
  expect(await refusal(b64(listed), { lists: { [crlUrl]: taken } })).toBe('certificate_revoked')
})

test.each([
  ['not there', 0],
  ['not found', 404],
])('a list that is %s is asked for again a while later, not each time', async (_what, status) => {
  const listed = await issueLeaf(root, { name: 'Listed', dnsNames: [], validity, crlUrl })
  let at = now
  let calls = 0
  const request = async () => {
    calls++
    if (status === 0) throw new Refusal('upstream', 'egress_unreachable', 'not there')
    return { status, headers: {}, body: Buffer.alloc(0) }
  }
  const clock = { now: () => at }
  const revocations = new Revocations({ clock, egress: { request: request as never } })
  const run = () =>
    verifyPath(b64(listed), { anchors: [read(root)], revocation: 'required' }, { clock, revocations })
  await expect(run()).rejects.toMatchObject({ code: 'certificate_revocation_unknown' })
  await expect(run()).rejects.toMatchObject({ code: 'certificate_revocation_unknown' })
  expect(calls).toBe(1)
  at += 6_000
  await expect(run()).rejects.toMatchObject({ code: 'certificate_revocation_unknown' })
  expect(calls).toBe(2)
})

test('a list that cannot be had, is old, early, of another issuer or broken is a no', async () => {
  const listed = await issueLeaf(root, { name: 'Listed', dnsNames: [], validity, crlUrl })
  const lists: [string, Buffer | number | undefined][] = [
    ['not there', undefined],
    ['not found', 404],
    ['too old', await issueList(root, [], { from: now - 3 * 86_400_000, days: 2 })],
    ['too early', await issueList(root, [], { from: now + 60_000, days: 2 })],
    ['another’s', await issueList(other, [], { from: now - 1_000, days: 2 })],
    ['no list', Buffer.from('hello')],
  ]
  for (const [what, list] of lists)
    expect([
      what,
      await refusal(b64(listed), { lists: list === undefined ? {} : { [crlUrl]: list } }),
    ]).toEqual([what, 'certificate_revocation_unknown'])
})
