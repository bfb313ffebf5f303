import { describe, expect, test } from 'vitest'
import { expired, grant, isAgreement, revoked, vector } from '../../test/support/grants.ts'
import type { GrantRecord } from './grant-record.ts'
import { odrlAgreement } from './odrl.ts'

describe('an ODRL agreement', () => {
  interface Agreement {
    permission: { constraint: { leftOperand: string; operator: string; rightOperand: unknown }[] }[]
    prohibition: { action: string[]; constraint?: unknown[] }[]
  }
  const agreement = (record: GrantRecord) => odrlAgreement(record).document as unknown as Agreement

  test('constrains purpose, time and recipients', () => {
    expect(agreement(grant).permission[0]?.constraint).toEqual([
      {
        leftOperand: 'purpose',
        operator: 'isAnyOf',
        rightOperand: [{ '@id': 'https://w3id.org/dpv#CustomerOrderManagement' }],
      },
      expect.objectContaining({ leftOperand: 'dateTime', operator: 'gteq' }),
      {
        leftOperand: 'dateTime',
        operator: 'lt',
        rightOperand: { '@value': '2026-12-31T00:00:00.000Z', '@type': 'xsd:dateTime' },
      },
      {
        leftOperand: 'recipient',
        operator: 'isAnyOf',
        rightOperand: [{ '@id': 'urn:regie:role:account_manager' }],
      },
    ])
  })

  test('that was taken back prohibits what it permitted, from then on', () => {
    const [passingOn, reading] = agreement(revoked).prohibition
    expect(passingOn?.action).toEqual(['grantUse'])
    expect(reading).toMatchObject({
      action: ['read'],
      constraint: [{ leftOperand: 'dateTime', operator: 'gteq' }],
    })
    expect(agreement(expired).prohibition).toHaveLength(1)
  })

  test('that may be passed on says to whom, and one that may not prohibits it', () => {
    const to = ['did:web:makelaar.example']
    const passedOn = odrlAgreement({ ...grant, delegation: { max_depth: 1, to } })
    expect(isAgreement(passedOn.document)).toBe(true)
    expect(passedOn.document.permission).toMatchObject([
      { action: ['read'] },
      {
        action: ['grantUse'],
        constraint: [{ leftOperand: 'recipient', rightOperand: [{ '@id': 'did:web:makelaar.example' }] }],
      },
    ])
    expect(passedOn.document).not.toHaveProperty('prohibition')
  })

  test('taken back nobody here knows when, prohibits at any time', () => {
    const ended = { code: 'grant_revoked', at: null, by: null }
    expect(agreement({ ...grant, ended }).prohibition.at(1)).not.toHaveProperty('constraint')
  })

  test('answers what an access grant of Solid answers: who, what, how, why, until when', () => {
    const solid = vector('access-grants/access-grant-given-composed.json')
    const { providedConsent: consent, id: owner } = solid.credentialSubject
    const same = agreement({
      ...grant,
      grantor: owner,
      grantee: consent.isProvidedTo,
      purpose: consent.forPurpose,
      from: Date.parse(solid.issuanceDate),
      until: Date.parse(solid.expirationDate),
    })
    expect(same).toMatchObject({
      assigner: 'https://id.example/alice',
      assignee: 'https://id.example/bob',
      permission: [{ action: ['read'], constraint: expect.anything() }],
    })
    expect(same.permission[0]?.constraint).toMatchObject([
      { rightOperand: [{ '@id': 'https://purpose.example/onboarding' }] },
      { rightOperand: { '@value': '2026-01-15T09:00:00.000Z' } },
      { rightOperand: { '@value': '2026-07-15T09:00:00.000Z' } },
      { leftOperand: 'recipient' },
    ])
  })
})
