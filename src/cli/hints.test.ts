import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../test/support/build.ts'
import { type RefusalKind, statusOfKind } from '../core/index.ts'
import { hintFor } from './hints.ts'
import { messageHints } from './message-hints.ts'
import { nodeHints, otherwise } from './node-hints.ts'
import { peopleHints } from './people-hints.ts'
import { registrationHints } from './registration-hints.ts'
import { dutchTitles } from './titles.ts'
import { walletHints } from './wallet-hints.ts'

const src = join(packageRoot, 'src')
const hintFiles = /cli\/(?:\w+-hints|titles)\.ts$|\.test\.ts$/
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !hintFiles.test(file))
  .map((file) => readFileSync(join(src, file), 'utf8'))

const refusals = sources.flatMap((text) =>
  [...text.matchAll(/new Refusal\(\s*'(\w+)',\s*'(\w+)'/g)].map(([, kind, code = '']) => ({
    code,
    status: statusOfKind[kind as RefusalKind],
  })),
)
const names = { command: 'regie access approve', regie: 'regie --as bram' }
const hint = (code: string, status: number, language: 'en' | 'nl' = 'en', params = {}) =>
  hintFor({ code, status, title: '', params }, language, names).text

test('of every refusal in the source it is said what to do, in both languages', () => {
  expect(refusals.length).toBeGreaterThan(200)
  for (const { code, status } of refusals) {
    expect([code, hint(code, status)]).not.toEqual([code, otherwise[0]])
    expect(hint(code, status)).not.toBe(hint(code, status, 'nl'))
    expect(hint(code, status)).not.toMatch(/\{\w+\}|undefined/)
  }
})

test.each([
  'wrong_master_key',
  'schema_newer',
  'sealed_value_broken',
  'sealed_value_lost',
  'chain_state_lost',
  'chain_program_missing',
  'chain_not_configured',
  'network_not_started',
  'node_not_set_up',
])('%s is not mended by trying again, and nobody is told so', (code) => {
  expect(hint(code, 503)).not.toMatch(/try again/)
})

test('every hint and title is of a code that there is', () => {
  const codes = Object.keys({
    ...{ ...nodeHints, ...peopleHints, ...messageHints, ...registrationHints },
    ...{ ...walletHints, ...dutchTitles },
  })
  const unused = codes.filter((code) => !sources.some((text) => text.includes(code)))
  expect(unused).toEqual([])
})

test.each([
  ['no_grant', 403, 'ask for it: regie --as bram access request'],
  ['xaf_not_heard_of', 422, /^export the audit file again/],
  ['not_heard_of', 400, 'see regie access approve --help'],
  ['not_heard_of', 429, 'wait 60 seconds'],
  ['not_heard_of', 503, /^try again in a moment/],
  ['not_heard_of', 418, 'see regie --help'],
])('%s with HTTP %s: %s', (code, status, text) => {
  expect(hint(code, status)).toMatch(text)
})

test.each([
  'return_ended',
  'claim_restricted',
  'marketing_objected',
  'delegation_cut',
  'delegation_not_allowed',
])('another account does not help with %s, and nobody is told so', (code) => {
  expect(hint(code, 403, 'nl')).not.toMatch(/--as met/)
})

test('whose data it is decides who is named', () => {
  expect(hint('not_data_subject', 403, 'nl', { subject: 'organisation' })).toMatch(/bedrijfsbeheerder/)
  expect(hint('not_data_subject', 403, 'nl', { subject: 'person' })).toMatch(/die persoon/)
})

test('what a hint says already is not told again', () => {
  const problem = { code: 'policy_not_accepted', title: '', params: { version: 3 } }
  expect(hintFor(problem, 'nl', names)).toEqual({
    text: 'als u ermee instemt (regie policy show), voeg dan toe: --accept 3',
    says: ['version'],
  })
})
