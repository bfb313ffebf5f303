import { expect, test } from 'vitest'
import { rendererOf } from './index.ts'

test('reading shows of each value who says so, whether we trust that, and until when', () => {
  const claim = {
    claim: 'company-profile.email',
    value: 'info@kruimel.example',
    source: { kind: 'self_declared', issuer: 'did:x:1', name: null, trusted: true },
    checked_at: null,
    grant: { until: '2026-12-31' },
  }
  const attested = {
    ...claim,
    claim: 'company-registration.name',
    value: 'Kruimel B.V.',
    source: { kind: 'attested', issuer: 'did:x:2', name: 'MYOBI', trusted: true },
  }
  const doubtful = { ...attested, source: { ...attested.source, name: null, trusted: false } }
  const refused = [{ grant: 'g1', codes: ['grant_revoked'] }]
  const partner = { did: 'did:x:1', name: 'Kruimel\u001b[2J' }
  const shown = rendererOf('access.read')({ partner, claims: [claim, attested, doubtful], refused }, {})
  expect(shown).toMatch(/^Kruimel�\[2J {2}did:x:1\n/)
  expect(shown).toMatch(/company-profile\.email +info@kruimel\.example +says so itself/)
  expect(shown).toMatch(/Kruimel B\.V\. +attested by MYOBI {2,}/)
  expect(shown).toContain('attested by did:x:2, which we do not trust for this')
  expect(shown).toMatch(/refused:\nGRANT +CODES\ng1 +grant_revoked$/)
})

test('the log shows who looked, for whom, at what, why, and how it ended', () => {
  const item = {
    at: 'today',
    asker: { did: 'did:x:3', name: null },
    actor: { name: 'Bram', did: 'did:x:4', role: 'account_manager' },
    claims: ['a.b', 'a.c'],
    purpose: ['https://w3id.org/dpv#CreditChecking'],
    outcome: 'deny',
    codes: ['grant_revoked'],
  }
  const shown = rendererOf('access.log')({ items: [item], next: null }, {})
  expect(shown.split('\n')[1]).toBe(
    'today  Bram (account_manager)  did:x:3  a.b, a.c   CreditChecking  deny: grant_revoked',
  )
})

test('a verification gives the verdict first', () => {
  const checks = [{ check: 'signature', ok: false, code: 'signature_invalid' }]
  const shown = rendererOf('verifications.create')({ verified: false, trusted: false, checks, type: 'x' }, {})
  expect(shown).toMatch(/^NOT VERIFIED, issuer not trusted here for this type\n/)
  expect(shown).toMatch(/FAILED {2}signature {2}signature_invalid/)
})

test.each(['presentations.create', 'access.proof'])(
  '%s is the presentation alone, to hand on',
  (operation) => {
    expect(rendererOf(operation)({ presentation: 'eyJ.a.b~c~', type: 'https://x' }, {})).toBe('eyJ.a.b~c~')
  },
)

test('an answer in a shape we do not know is shown all the same', () => {
  expect(rendererOf('access.read')({ other: 1 }, {})).toBe('other  1')
})
