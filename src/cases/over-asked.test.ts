import { expect, test } from 'vitest'
import { judge } from './over-asked.ts'
import type { ClaimTarget, Question } from './question.ts'

const claim = (name: string): ClaimTarget => ({ vct: 'urn:type', path: [name] })
const question = (code: string, purpose: string, ...names: string[]): Question => ({
  ...{ code, purpose, version: 1, title: { nl: 'x', en: 'x' }, legal_basis: 'basis', length: 'P30D' },
  ...{ reason: 'x', value: 'x', roles: ['account_manager'] },
  claims: names.map((name) => ({ vct: 'urn:type', path: [name] })),
})
const catalogue = [
  question('invoice', 'pay', 'email'),
  question('refund', 'pay', 'iban'),
  question('news', 'marketing', 'name'),
]

test.each<[string, { purpose: string[]; claims: string[]; question?: string }, string, string[]]>([
  ['what one question needs', { purpose: ['pay'], claims: ['email'] }, 'asked_within', []],
  ['what several for the purpose need', { purpose: ['pay'], claims: ['email', 'iban'] }, 'asked_within', []],
  ['what is needed for another purpose', { purpose: ['pay'], claims: ['name'] }, 'asks_more', ['name']],
  ['for two purposes', { purpose: ['pay', 'marketing'], claims: ['iban', 'name'] }, 'asked_within', []],
  ['for a purpose nobody asks for', { purpose: ['spy'], claims: ['email'] }, 'asks_more', ['email']],
  [
    'what another question than the named one needs',
    { purpose: ['pay'], claims: ['email', 'iban'], question: 'invoice' },
    'asks_more',
    ['iban'],
  ],
  ['a question it has not', { purpose: ['pay'], claims: ['email'], question: 'x' }, 'asks_more', ['email']],
  [
    'a question, for another purpose than its own',
    { purpose: ['marketing'], claims: ['email'], question: 'invoice' },
    'asks_more',
    ['email'],
  ],
])('%s', (_what, { claims, ...asked }, fit, more) => {
  const judged = judge({ ...asked, claims: claims.map(claim) }, catalogue)
  expect(judged).toEqual({ fit, overAsked: more.map(claim) })
})

test('whoever publishes nothing is not said to ask more', () => {
  expect(judge({ purpose: ['pay'], claims: [claim('email')] }, [])).toEqual({
    fit: 'no_catalogue',
    overAsked: [],
  })
})
