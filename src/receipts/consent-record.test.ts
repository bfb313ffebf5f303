import { describe, expect, test } from 'vitest'
import { expired, grant, isConsentRecord, revoked, until, use, vector } from '../../test/support/grants.ts'
import { consentAsGiven, consentDigest, consentRecord } from './consent-record.ts'
import type { Exported, GrantRecord } from './grant-record.ts'

const asConsentRecord = (record: GrantRecord, known: Parameters<typeof consentRecord>[2] = null) =>
  consentRecord(consentAsGiven(record.consent_record?.id ?? record.id, record), record, known)

describe('a consent record', () => {
  const partsOf = (exported: Exported) => exported.document['dct:hasPart'] as Record<string, unknown>[]

  test('lists each use: when, by whom, what', () => {
    const exported = asConsentRecord(grant, { uses: [use], moreUses: false })
    expect(isConsentRecord(exported.document)).toBe(true)
    expect(partsOf(exported)).toEqual([
      expect.objectContaining({
        'dct:date': { '@type': 'xsd:dateTime', '@value': '2026-01-02T00:00:00.000Z' },
        'dpv:hasRecipient': {
          '@id': 'did:jwk:sanne',
          'schema:name': 'Sanne Nietje',
          'schema:roleName': 'account_manager',
        },
        'dpv:hasPersonalData': [{ '@id': 'urn:uuid:019bbf8c-4a00-7000-8000-000000000002#email' }],
      }),
    ])
  })

  test('lists what came first, first', () => {
    const earlier = { ...use, id: '019bbf8c-4a00-7000-8000-000000000009', at: use.at - 1000 }
    const ids = partsOf(asConsentRecord(revoked, { uses: [use, earlier], moreUses: false })).map(
      (part) => part['@id'],
    )
    expect(ids).toEqual([`urn:uuid:${earlier.id}`, `urn:uuid:${use.id}`, undefined])
  })

  test('of who holds the grant says that only the owner has the uses', () => {
    expect(asConsentRecord(grant).lost).toContainEqual({ field: 'uses', why: 'owner_only' })
  })

  test('with more uses than fit says where the others are', () => {
    const { lost } = asConsentRecord(grant, { uses: [use], moreUses: true })
    expect(lost).toContainEqual({ field: 'uses', why: 'older_uses' })
  })

  test.each([
    ['revoked', revoked, 'dpv:ConsentWithdrawn'],
    ['expired', expired, 'dpv:ConsentExpired'],
  ])('%s ends with that', (_, record, type) => {
    const parts = partsOf(asConsentRecord(record, { uses: [use], moreUses: false }))
    expect(parts.at(-1)).toMatchObject({ '@type': type })
    expect(parts).toHaveLength(2)
  })

  test('has the same digest with all that came after', () => {
    const given = consentAsGiven(grant.id, grant)
    const later = asConsentRecord(revoked, { uses: [use], moreUses: false })
    expect(consentDigest(later.document)).toBe(consentDigest(given))
    expect(consentDigest(given)).toMatch(/^sha-256:[\w-]{43}$/)
  })

  test('has another digest when anything of what was agreed differs', () => {
    const digest = consentDigest(consentAsGiven(grant.id, grant))
    const others: Partial<GrantRecord>[] = [
      { until: until + 1000 },
      { grantee: 'did:web:other.example' },
      { purpose: ['https://w3id.org/dpv#Marketing'] },
      { query: grant.query.slice(1) },
      { recipients: { roles: ['director'] } },
      { relevance: 'Iets anders' },
      { retention: 'P2Y' },
    ]
    for (const other of others)
      expect(consentDigest(consentAsGiven(grant.id, { ...grant, ...other }))).not.toBe(digest)
  })

  test('uses the words of the guide to ISO/IEC TS 27560', () => {
    const members = (value: unknown): string[] =>
      typeof value !== 'object' || value === null
        ? []
        : Object.entries(value).flatMap(([name, one]) => [name, ...members(one)])
    const guide = new Set(members(vector('consent/dpv-27560-examples.json')))
    // DPV's own, in no example of the guide: what is done with the data, how an activity stands, a law's basis.
    const besides = ['dpv:hasProcessing', 'dpv:hasActivityStatus', 'dpv:hasLegalBasis']
    const used = members(asConsentRecord(revoked, { uses: [use], moreUses: false }).document)
    const unknown = used.filter((name) => name.startsWith('dpv:') && !guide.has(name))
    expect(unknown.filter((name) => !besides.includes(name))).toEqual([])
  })
})
