import { generateKeyPairSync } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { type Did, Refusal } from '../core/index.ts'
import { createSigner, publicJwkOf, signJws } from '../jose/index.ts'
import { signCatalogue } from './catalogue-token.ts'
import { PartnerCatalogues } from './partner-catalogues.ts'
import type { Question } from './question.ts'

const keys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const did = 'did:web:asker.example' as Did
const other = 'did:web:other.example' as Did
const [own, foreign] = [keys(), keys()]
const signer = createSigner(own.privateKey, `${did}#1`)
const now = Date.UTC(2026, 10, 1)
const question: Question = {
  ...{ code: 'invoice', version: 1, title: { nl: 'x', en: 'x' }, legal_basis: 'basis', length: 'P30D' },
  ...{ purpose: 'pay', reason: 'x', value: 'x', roles: ['account_manager'] },
  claims: [{ vct: 'urn:type', path: ['email'] }],
}
const partner = { did, wallet: 'https://asker.example/parties/1' }

function catalogues(
  answer: () => Promise<{ status: number; body: Buffer }> | { status: number; body: Buffer },
) {
  const request = vi.fn(async () => ({ headers: {}, ...(await answer()) }))
  const clock = { at: now, now: () => clock.at }
  const requireKey = async () => publicJwkOf(own.privateKey)
  return { request, clock, found: new PartnerCatalogues({ egress: { request }, clock, requireKey }) }
}
const showing = (token: Promise<string>) => async () => ({ status: 200, body: Buffer.from(await token) })
const payload = { iss: did, iat: now / 1000, exp: now / 1000 + 60, questions: [] }

test('what a partner signed is read, and kept for a minute', async () => {
  const { found, request, clock } = catalogues(showing(signCatalogue(did, [question], now, signer)))
  expect((await found.find(partner))?.questions).toEqual([question])
  await found.find(partner)
  expect(request).toHaveBeenCalledTimes(1)
  await found.find(partner, { question: 'invoice', version: 2 })
  expect(request).toHaveBeenCalledTimes(2)
  clock.at += 61_000
  await Promise.all([found.find(partner), found.find(partner)])
  expect(request).toHaveBeenCalledTimes(3)
})

test('a wallet without a catalogue has no questions', async () => {
  const { found } = catalogues(() => ({ status: 404, body: Buffer.from('') }))
  expect((await found.find(partner))?.questions).toEqual([])
})

test.each<[string, () => Promise<string>]>([
  ['of another organisation', () => signCatalogue(other, [question], now, signer)],
  [
    'signed with another key',
    () => signCatalogue(did, [], now, createSigner(foreign.privateKey, `${did}#1`)),
  ],
  ['signed by another', () => signCatalogue(did, [], now, createSigner(own.privateKey, `${other}#1`))],
  ['of another kind', () => signJws({ typ: 'jwt' }, payload, signer)],
  ['that is too old', () => signCatalogue(did, [], now - 2 * 86_400_000, signer)],
  ['that never ends', () => signJws({ typ: 'regie-catalogue+jwt' }, { ...payload, exp: now }, signer)],
  ['with two questions of one name', () => signCatalogue(did, [question, question], now, signer)],
  ['with a question of another form', () => signCatalogue(did, [{ ...question, claims: [] }], now, signer)],
  ['that is no token', async () => '<html>'],
])('a catalogue %s cannot be had', async (_what, token) => {
  expect(await catalogues(showing(token())).found.find(partner)).toBeNull()
})

test.each([
  ['refuses', () => ({ status: 500, body: Buffer.from('') })],
  [
    'sends too much',
    async () => {
      throw new Refusal('upstream', 'egress_too_large', 'too large')
    },
  ],
])('a partner that %s has none that can be had', async (_what, answer) => {
  expect(await catalogues(answer).found.find(partner)).toBeNull()
})

test('nobody waits long for one', async () => {
  vi.useFakeTimers()
  const { found } = catalogues(() => new Promise(() => undefined))
  const asked = found.find(partner)
  await vi.advanceTimersByTimeAsync(4_000)
  expect(await asked).toBeNull()
  vi.useRealTimers()
})
