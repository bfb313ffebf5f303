import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { endCodes } from '../src/access/end-codes.ts'
import { dutchTitles } from '../src/cli/titles.ts'
import { titleOf } from '../src/http/titles.ts'
import { packageRoot } from './support/build.ts'

const src = join(packageRoot, 'src')
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(src, file), 'utf8'))

/** Codes given as they are, and those of unions that a refusal is made of elsewhere. */
const refused = sources.flatMap((text) =>
  [...text.matchAll(/new Refusal\(\s*'\w+',\s*'(\w+)'/g)].map(([, code = '']) => code),
)
const unions = sources.flatMap((text) =>
  [...text.matchAll(/type \w*(?:Denial|Message|Refusal)Code =((?:\s*\|? ?'\w+')+)/g)].flatMap(
    ([, members = '']) => [...members.matchAll(/'(\w+)'/g)].map(([, code = '']) => code),
  ),
)
const decided = [
  ...readFileSync(join(src, 'access/decide.ts'), 'utf8').matchAll(/\| '(\w+)'/g),
  ...readFileSync(join(src, 'access/chain.ts'), 'utf8').matchAll(
    /'((?:\w+)_(?:delegated|granted|party|grant))'/g,
  ),
].map(([, code = '']) => code)

const titleIn = (code: string) => dutchTitles[code] ?? titleOf(code, 'nl', '')

test('every code of a refusal, and of what ends a grant or denies a look, has a title in Dutch', () => {
  expect(refused.length).toBeGreaterThan(300)
  expect(unions.length).toBeGreaterThan(3)
  expect(decided.length).toBeGreaterThan(15)
  const all = new Set([...refused, ...unions, ...decided, ...endCodes])
  expect([...all].filter((code) => titleIn(code) === '')).toEqual([])
})

test('a title is in words of its own where there are, and in those of its kind otherwise', () => {
  expect(titleOf('sd_jwt_malformed', 'nl', 'x')).toBe('Dit is geen bewijs of presentatie')
  expect(titleOf('sd_jwt_claim_missing', 'nl', 'x')).toBe('Dit bewijs klopt niet')
  expect(titleOf('sd_jwt_claim_missing', 'en', 'x')).toBe('x')
  expect(titleOf('return_ended', 'en', 'x')).not.toBe('x')
})
