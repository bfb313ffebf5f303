import { expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import { type CredentialReport, loadCredentialTypes } from '../credentials/index.ts'
import type { SentRequestRow } from './access-tables.ts'
import { mayAnswer, requestDigestOf, requireAnswerTo } from './expected-answer.ts'

const types = loadCredentialTypes('credentials', 'schemas')
const partner = asDid('did:ethr:0x7a69:0x01')
const person = asDid('did:jwk:anna')
const profile = { vct: types.byName('company-profile').vct, path: ['email'] }
const contact = { vct: types.byName('contact-person').vct, path: ['email'] }

const request = {
  partner,
  claims: [profile, contact],
  purpose: ['dpv:Service'],
  legalBasis: 'gdpr:A6-1-b',
} as unknown as SentRequestRow
const access = { request: 'd', query: [profile], purpose: ['dpv:Service'], legal_basis: 'gdpr:A6-1-b' }
const report = (claims: object, issuer = partner) => ({ claims, issuer }) as unknown as CredentialReport

test('a grant of what was asked, or of less, answers the request', () => {
  expect(requireAnswerTo(request, report({ access })).query).toEqual([profile])
})

test.each<[string, object]>([
  ['opens a claim nobody asked for', { query: [profile, { ...profile, path: ['iban'] }] }],
  ['opens a claim of another type', { query: [{ ...profile, vct: 'x' }] }],
  ['is for another purpose', { purpose: ['dpv:Marketing'] }],
  ['is for one more purpose', { purpose: ['dpv:Service', 'dpv:Marketing'] }],
  ['is on another legal basis', { legal_basis: 'gdpr:A6-1-a' }],
  ['opens nothing', { query: [] }],
  ['has no query', { query: undefined }],
  ['has a query of another shape', { query: { 0: profile } }],
])('a grant that %s is not an answer: what we sign next is made of it', (_what, change) => {
  const forged = report({ access: { ...access, ...change } })
  expect(() => requireAnswerTo(request, forged)).toThrow(
    expect.objectContaining({ code: 'offer_not_expected' }),
  )
})

test('only the partner speaks for the partner, and people only where people were asked', () => {
  const onlyCompany = { ...request, claims: [profile] } as SentRequestRow
  expect(mayAnswer(types, request, report({}), [profile])).toBe(true)
  expect(mayAnswer(types, request, report({}, person), [contact])).toBe(true)
  expect(mayAnswer(types, request, report({}, person), [profile])).toBe(false)
  expect(mayAnswer(types, onlyCompany, report({}, person), [])).toBe(false)
})

test('a digest is read from a grant and from a denial, whatever else they say', () => {
  expect(requestDigestOf(report({ access }))).toBe('d')
  expect(requestDigestOf(report({ request: 'e' }))).toBe('e')
  expect(requestDigestOf(report({ access: { request: 5 } }))).toBeNull()
})
