import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base64Of, validNow } from '../../test/support/certificates.ts'
import { type AnchorUse, type Issued, issueLeaf, newAuthority } from '../certificates/index.ts'
import type { Config, TrustConfig } from '../config/index.ts'
import { Refusal, systemClock } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { openOutside } from './outside.ts'

const dir = mkdtempSync(join(tmpdir(), 'regie-outside-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const called: string[] = []
const away = async (url: string | URL) => {
  called.push(String(url))
  throw new Refusal('upstream', 'egress_unreachable', 'not there')
}
const egress = { request: away, json: away } as unknown as Egress

let issuers: Issued
let makers: Issued
let leaf: Issued
beforeAll(async () => {
  issuers = await newAuthority('Issuers', validNow())
  makers = await newAuthority('Makers', validNow())
  leaf = await issueLeaf(issuers, { name: 'HR', dnsNames: ['hr.example'], validity: validNow() })
})

const file = (name: string, text: string) => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}
const anchor = (name: string, certificate: string, use: AnchorUse) => ({
  ...{
    name,
    certificatePath: file(`${name}.pem`, certificate),
    uses: [use],
    revocation: 'when_known' as const,
  },
})
const open = (trust: Partial<TrustConfig>) =>
  openOutside({ trust: { anchors: [], issuers: [], ...trust } } as unknown as Config, {
    clock: systemClock,
    egress,
  })
const refusalOf = (anchors: TrustConfig['anchors']) => {
  try {
    open({ anchors })
  } catch (error) {
    return error
  }
  return null
}

test('an anchor of agent.yml is believed about what it is there for', async () => {
  const { certified, certifiedProvider, certifiedVerifier } = open({
    anchors: [
      anchor('issuers', issuers.certificate, 'issuers'),
      anchor('makers', makers.certificate, 'wallet-providers'),
    ],
  })
  expect(await certified([base64Of(leaf)])).toMatchObject({ anchorName: 'issuers', name: 'HR' })
  await expect(certifiedProvider?.([base64Of(leaf)])).rejects.toMatchObject({ code: 'certificate_untrusted' })
  const maker = await issueLeaf(makers, { name: 'Maker', dnsNames: [], validity: validNow() })
  expect(await certifiedProvider?.([base64Of(maker)])).toMatchObject({ name: 'Maker (makers)' })
  await expect(certified([base64Of(maker)])).rejects.toMatchObject({ code: 'certificate_untrusted' })
  expect(certifiedVerifier).toBeUndefined()
  const verifiers = open({ anchors: [anchor('issuers', issuers.certificate, 'verifiers')] })
  expect(await verifiers.certifiedVerifier?.([base64Of(leaf)])).toMatchObject({ anchorName: 'issuers' })
  await expect(verifiers.certifiedVerifier?.([base64Of(maker)])).rejects.toMatchObject({
    code: 'certificate_untrusted',
  })
})

test('without anything in agent.yml nobody is believed, and nobody is asked', async () => {
  const { certified, publishedKey, certifiedProvider } = openOutside({} as Config, {
    clock: systemClock,
    egress,
  })
  expect(certifiedProvider).toBeUndefined()
  await expect(certified([base64Of(leaf)])).rejects.toMatchObject({ code: 'certificate_untrusted' })
  await expect(publishedKey('https://hr.example', 'k')).rejects.toMatchObject({
    code: 'issuer_not_permitted',
  })
  expect(called).toEqual([])
})

test('keys are asked for at the addresses of agent.yml', async () => {
  const url = 'https://hr.example'
  const { publishedKey } = open({ issuers: [{ type: 'a:b', accept: ['network', { url }] }] })
  await expect(publishedKey(url, 'k')).rejects.toMatchObject({ code: 'issuer_metadata_unreachable' })
  await expect(publishedKey(`${url}/`, 'k')).rejects.toMatchObject({ code: 'issuer_not_permitted' })
  expect(called).toEqual(['https://hr.example/.well-known/jwt-vc-issuer'])
})

test('and where something was handed out, for what was handed out there', async () => {
  const before = called.length
  const { publishedKey, publishedKeyFrom } = open({})
  const url = 'https://school.example/diplomas'
  const from = publishedKeyFrom('https://school.example/oid4vci')
  await expect(from(url, 'k')).rejects.toMatchObject({ code: 'issuer_metadata_unreachable' })
  await expect(from('https://other.example', 'k')).rejects.toMatchObject({ code: 'issuer_not_permitted' })
  await expect(publishedKey(url, 'k')).rejects.toMatchObject({ code: 'issuer_not_permitted' })
  expect(called.slice(before)).toEqual(['https://school.example/.well-known/jwt-vc-issuer/diplomas'])
})

test('an anchor that cannot be one stops the start, by its name', () => {
  const wrong = (why: string) =>
    expect.objectContaining({
      ...{ code: 'certificate_anchor_invalid', params: { anchor: 'wrong' } },
      message: expect.stringContaining(why),
    })
  expect(refusalOf([anchor('wrong', leaf.certificate, 'issuers')])).toEqual(wrong('no authority'))
  expect(refusalOf([anchor('wrong', 'hello', 'issuers')])).toEqual(wrong('one certificate'))
  const two = `${issuers.certificate}\n${makers.certificate}`
  expect(refusalOf([anchor('wrong', two, 'issuers')])).toEqual(wrong('one certificate'))
  const missing = { ...anchor('wrong', '', 'issuers'), certificatePath: join(dir, 'nowhere.pem') }
  expect(refusalOf([missing])).toEqual(wrong('one certificate'))
  const twice = [anchor('wrong', issuers.certificate, 'issuers'), anchor('b', issuers.certificate, 'issuers')]
  expect(refusalOf(twice)).toEqual(wrong('twice'))
  expect(refusalOf([anchor('right', issuers.certificate, 'issuers')])).toBeNull()
})
