import { expect, test } from 'vitest'
import { PaperRegistry } from '../../test/support/partners-room.ts'
import { askNetwork, networkColumns } from './network.ts'

const numbers = Array.from({ length: 100 }, (_, n) => `${48_000_000 + n}`)

test('every number is asked once, a few at a time', async () => {
  let atOnce = 0
  let most = 0
  const answers = await askNetwork(
    {
      findByKvk: async () => {
        most = Math.max(most, ++atOnce)
        await new Promise((resolve) => setTimeout(resolve, 1))
        atOnce -= 1
        return null
      },
    },
    [...numbers, ...numbers],
  )
  expect(answers.size).toBe(100)
  expect(most).toBe(8)
})

test('a trust anchor that is down is not asked on and on', async () => {
  const registry = new PaperRegistry()
  registry.state = 'down'
  expect((await askNetwork(registry, numbers)).size).toBe(0)
  expect(registry.asked).toBeLessThanOrEqual(8)
})

test('one that does not answer is waited for no longer than was said', async () => {
  const registry = new PaperRegistry()
  registry.state = 'hangs'
  const began = performance.now()
  expect((await askNetwork(registry, numbers, 50)).size).toBe(0)
  expect(performance.now() - began).toBeLessThan(1_000)
})

test('an error that is no refusal is not swallowed', async () => {
  const broken = { findByKvk: () => Promise.reject(new TypeError('a bug')) }
  await expect(askNetwork(broken, numbers)).rejects.toThrow('a bug')
})

const party = new PaperRegistry().enter('48000001')
const known = {
  networkState: 'in_network',
  did: party.did,
  wallet: party.wallet,
  networkCheckedAt: 1,
} as const

test.each([
  ['in it', null, party, 'in_network', party.did],
  ['not in it', null, null, 'not_in_network', null],
  ['suspended', null, { ...party, state: 'suspended' as const }, 'not_in_network', party.did],
  ['no answer, nothing known', null, undefined, 'unknown', null],
  ['no answer, known before', known, undefined, 'in_network', party.did],
  ['gone', known, null, 'not_in_network', null],
] as const)('%s', (_what, before, answer, state, did) => {
  const answers = new Map(answer === undefined ? [] : [['48000001', answer]])
  expect(networkColumns(before, '48000001', answers, 2)).toMatchObject({ networkState: state, did })
})

test('who has no KVK number is in no registry', () => {
  expect(networkColumns(null, null, new Map(), 2)).toMatchObject({ networkState: 'not_in_network' })
})
