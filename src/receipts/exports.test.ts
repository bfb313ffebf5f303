import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyGrant, grant, isAgreement, isConsentRecord, isEvidence } from '../../test/support/grants.ts'
import { isoTime, seconds } from '../core/index.ts'
import { consentAsGiven, consentRecord } from './consent-record.ts'
import { type Exported, type GrantRecord, grantRecordOf } from './grant-record.ts'
import { claimPath } from './iris.ts'
import { ishareEvidence } from './ishare.ts'
import { odrlAgreement } from './odrl.ts'

const asConsentRecord = (record: GrantRecord) =>
  consentRecord(consentAsGiven(record.consent_record?.id ?? record.id, record), record, null)

const formats = [
  ['consent-record', asConsentRecord, isConsentRecord],
  ['odrl', odrlAgreement, isAgreement],
  ['ishare', ishareEvidence, (document: unknown) => isEvidence(evidenceOf(document))],
] as const
const evidenceOf = (document: unknown) => (document as { delegationEvidence: object }).delegationEvidence

describe.each(formats)('as %s', (format, exportAs, isValid) => {
  test('every member of any grant is in the document, or named as lost', () => {
    fc.assert(
      fc.property(anyGrant, (record) => {
        const exported = exportAs(record)
        expect(unaccounted(record, exported)).toEqual([])
        expect(isValid(exported.document)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('what is dropped silently is found', () => {
    const { document, lost } = exportAs(grant)
    expect(unaccounted(grant, { document: {}, lost })).not.toEqual([])
    expect(unaccounted(grant, { document, lost: [] })).not.toEqual([])
    const more = { more: 1 }
    const inner = format === 'ishare' ? { delegationEvidence: { ...evidenceOf(document), ...more } } : more
    expect(isValid({ ...document, ...inner })).toBe(false)
  })

  test('nothing is called lost that the grant does not have', () => {
    const fields = exportAs(grant).lost.map(({ field }) => field)
    expect(fields).not.toContain('case')
    expect(fields).not.toContain('agreement')
    expect(fields).not.toContain('ended.by')
  })

  test('it is unsigned, and says so', () => {
    expect(exportAs(grant).lost).toContainEqual({ field: 'signature', why: 'unsigned' })
  })
})

test('a credential that is no grant is not exported', () => {
  const rest = { grantee_name: 'x', digest: 'x', ended: null }
  expect(() => grantRecordOf({ iss: 'did:x:1', access: {} }, rest)).toThrow(
    expect.objectContaining({ code: 'grant_unreadable' }),
  )
})

/** What neither the document nor the list of what is lost has of a grant. */
function unaccounted(record: GrantRecord, { document, lost }: Pick<Exported, 'document' | 'lost'>): string[] {
  const text = JSON.stringify(document)
  const isLost = (field: string) =>
    lost.some((one) => field === one.field || field.startsWith(`${one.field}.`))
  return leavesOf(record).flatMap(([field, value]) =>
    isLost(field) || spellings(field, value).some((one) => text.includes(one)) ? [] : [field],
  )
}

function leavesOf(value: unknown, field = ''): [field: string, value: string | number][] {
  if (value === null || value === undefined) return []
  if (field === 'query.path') return [[field, claimPath(value as string[])]]
  if (Array.isArray(value)) return value.flatMap((one) => leavesOf(one, field))
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([name, one]) => leavesOf(one, field ? `${field}.${name}` : name))
  return [[field, value as string | number]]
}

/** How an export may write a value down. */
function spellings(field: string, value: string | number): string[] {
  if (['from', 'until', 'ended.at'].includes(field))
    return [`"${isoTime(Number(value))}"`, `:${seconds(Number(value))},`]
  if (field === 'delegation.max_depth')
    return [`"maxDelegationDepth":${value},`, ...(value === 0 ? ['"prohibition":[{"target"'] : [])]
  if (field === 'actions') return ['"read"', '"ISHARE.READ"', '"dpv:Consult"']
  if (field === 'request' || field.endsWith('.digest')) return [String(value).replace('sha-256:', '')]
  return [JSON.stringify(value).slice(1, -1)]
}
