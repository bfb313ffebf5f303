import { expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import { mayBindWith } from './signed.ts'

const [anna, bert, carla] = ['anna', 'bert', 'carla'].map((name) => asDid(`did:jwk:${name}`)) as [
  ReturnType<typeof asDid>,
  ReturnType<typeof asDid>,
  ReturnType<typeof asDid>,
]

test.each([
  ['alone, who may', [anna], [anna], true],
  ['alone, who has to sign with another', [anna], [anna, bert], false],
  ['both who have to', [anna, bert], [anna, bert], true],
  ['with somebody else than who has to', [anna, carla], [anna, bert], false],
  ['with one too many', [anna, bert, carla], [anna, bert], true],
  ['who may not at all', [anna], [], false],
  ['who may not, beside who may', [anna, bert], [bert], false],
  ['alone, of whom the case file says nothing', [anna], null, true],
  ['together, of whom the case file says nothing', [anna, bert], null, false],
])('Anna binds her company when she signs %s: %#', (_, signed, needed, expected) => {
  expect(mayBindWith(anna, signed, needed)).toBe(expected)
})
