import { describe, expect, test } from 'vitest'
import { grant, isEvidence, vector } from '../../test/support/grants.ts'
import type { GrantRecord } from './grant-record.ts'
import { ishareEvidence } from './ishare.ts'

const evidenceOf = (document: unknown) => (document as { delegationEvidence: object }).delegationEvidence

describe('iSHARE delegation evidence', () => {
  interface Case {
    name: string
    verdict: string
    evidence: { delegationEvidence: Evidence }
  }
  interface Evidence {
    notBefore: number
    notOnOrAfter: number
    policyIssuer: string
    target: { accessSubject: string }
    policySets: {
      maxDelegationDepth: number
      policies: {
        target: {
          resource: { type: string; identifiers: string[]; attributes: string[] }
          actions: string[]
          environment?: object
        }
      }[]
    }[]
  }
  const cases: Case[] = vector('ishare/delegation-cases.json').cases

  test.each(cases)('of $name is what we make of the same grant', ({ verdict, evidence }) => {
    const wanted = evidence.delegationEvidence
    expect(isEvidence(wanted)).toBe(true)
    const [set] = wanted.policySets
    const target = set?.policies[0]?.target
    if (!set || !target) throw new Error('this case has no policy')
    const record: GrantRecord = {
      ...grant,
      grantor: wanted.policyIssuer,
      grantee: wanted.target.accessSubject,
      from: wanted.notBefore * 1000,
      until: wanted.notOnOrAfter * 1000,
      query: target.resource.attributes.map((attribute) => ({
        credential_id: target.resource.identifiers[0] ?? '',
        vct: target.resource.type,
        path: [attribute],
      })),
      actions: target.actions.map((action) => action.replace('ISHARE.', '').toLowerCase()),
      delegation: { max_depth: set.maxDelegationDepth },
      ended: verdict === 'Deny' ? { code: 'grant_revoked', at: null, by: null } : null,
    }
    const made = evidenceOf(ishareEvidence(record).document)
    expect(isEvidence(made)).toBe(true)
    // Ours names no service provider, and a licence that fits how far it may be passed on.
    delete target.environment
    const licences = { target: { environment: { licenses: expect.any(Array) } } }
    expect(made).toEqual({ ...wanted, policySets: [{ ...set, ...licences }] })
  })

  test('of what may not be passed on is for internal use', () => {
    const licensesOf = (record: GrantRecord) =>
      JSON.stringify(ishareEvidence(record).document).match(/ISHARE\.\d{4}/g)
    expect(licensesOf(grant)).toEqual(['ISHARE.0002'])
    expect(licensesOf({ ...grant, delegation: { max_depth: 1 } })).toEqual(['ISHARE.0001'])
  })

  test('does not say to whom it may be passed on, and says that it does not', () => {
    const named = { ...grant, delegation: { max_depth: 1, to: ['did:web:makelaar.example'] } }
    expect(ishareEvidence(named).lost).toContainEqual({ field: 'delegation.to', why: 'no_term' })
  })

  test('with a blank in a party’s name is no evidence', () => {
    expect(isEvidence(evidenceOf(ishareEvidence({ ...grant, grantee: 'a b' }).document))).toBe(false)
  })
})
