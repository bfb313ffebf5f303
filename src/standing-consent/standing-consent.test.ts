import { describe, expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import { type ApprovalRules, fits, type ListedRequest } from './approval-list.ts'
import { type AskedFor, type Choice, narrow, type TemplateRules } from './template.ts'

const DAY = 86_400_000
const now = Date.UTC(2026, 10, 22)
const email = { vct: 'profile', path: ['email'] }
const iban = { vct: 'profile', path: ['iban'] }
const phone = { vct: 'profile', path: ['phone_number'] }

const template: TemplateRules = {
  purpose: 'orders',
  claims: [email],
  roles: ['buyer', 'planner'],
  onlyAsker: false,
  allowSystem: false,
  maxLength: 'P30D',
}
const asked: AskedFor = {
  claims: [email, iban],
  purpose: ['orders'],
  wantedUntil: now + 100 * DAY,
  hasSystem: true,
}

describe('a template', () => {
  test.each<[string, Partial<TemplateRules>, Choice, Choice]>([
    ['opens what it names', {}, {}, { only: [email], until: now + 30 * DAY, roles: ['buyer', 'planner'] }],
    ['ends when the asker wants it to', { maxLength: 'P1Y' }, {}, { until: now + 100 * DAY }],
    ['lets one end it sooner', {}, { until: now + DAY }, { until: now + DAY }],
    ['lets fewer roles look', {}, { roles: ['buyer'] }, { roles: ['buyer'] }],
    ['lets only who asked look', {}, { onlyAsker: true }, { onlyAsker: true }],
    ['lets a system read that was asked for', { allowSystem: true }, {}, { allowSystem: true }],
  ])('%s', (_what, rules, choice, result) => {
    expect(narrow({ ...template, ...rules }, asked, choice, now)).toMatchObject(result)
  })

  test.each<[string, Partial<TemplateRules>, Choice]>([
    ['more than was asked', { claims: [email, phone] }, {}],
    ['more than it names', {}, { only: [email, iban] }],
    ['longer than it says', {}, { until: now + 31 * DAY }],
    ['longer than was asked', { maxLength: 'P1Y' }, { until: now + 101 * DAY }],
    ['to more roles', {}, { roles: ['buyer', 'director'] }],
    ['to roles where it names who asked alone', { onlyAsker: true, roles: null }, { roles: ['buyer'] }],
    ['to a system', {}, { allowSystem: true }],
    ['to an intermediary', {}, { passOn: true }],
    ['to roles of an intermediary', {}, { passOnReaders: { roles: ['adviser'] } }],
  ])('never opens %s', (_what, rules, choice) => {
    expect(() => narrow({ ...template, ...rules }, asked, choice, now)).toThrow(
      expect.objectContaining({ code: 'template_widens' }),
    )
  })

  test('is for its purpose only', () => {
    const other = { ...asked, purpose: ['orders', 'marketing'] }
    expect(() => narrow(template, other, {}, now)).toThrow(
      expect.objectContaining({ code: 'template_other_purpose' }),
    )
  })

  test('says nothing of who may look when it names nobody', () => {
    expect(narrow({ ...template, roles: null }, asked, {}, now)).not.toHaveProperty('roles')
  })
})

describe('a list', () => {
  const supplier = asDid('did:web:supplier.example')
  const rules: ApprovalRules = {
    purpose: 'orders',
    basis: null,
    claims: [email, iban],
    maxLength: 'P1Y',
    partner: null,
    role: 'supplier',
  }
  const request: ListedRequest = {
    asker: supplier,
    askerRoles: ['customer', 'supplier'],
    claims: [email],
    purpose: ['orders'],
    legalBasis: 'contract',
    wantedUntil: now + 10 * DAY,
    needsALook: false,
  }
  const until = (r: Partial<ApprovalRules>, q: Partial<ListedRequest>) =>
    fits({ ...rules, ...r }, { ...request, ...q }, ['consent'], now)

  test.each<[string, Partial<ApprovalRules>, Partial<ListedRequest>, number]>([
    ['a supplier', {}, {}, now + 10 * DAY],
    ['a named partner', { role: null, partner: supplier }, { askerRoles: [] }, now + 10 * DAY],
    ['any of one’s claims', { claims: null }, { claims: [phone] }, now + 10 * DAY],
    ['who says not until when, as long as the entry says', {}, { wantedUntil: null }, Date.UTC(2027, 10, 22)],
  ])('lets through %s', (_who, r, q, moment) => {
    expect(until(r, q)).toBe(moment)
  })

  test.each<[string, Partial<ApprovalRules>, Partial<ListedRequest>]>([
    ['somebody who is something else to us', {}, { askerRoles: ['customer'] }],
    ['another than the named partner', { partner: asDid('did:web:other.example') }, {}],
    ['a named partner that is something else to us', { partner: supplier }, { askerRoles: [] }],
    ['one claim more', {}, { claims: [email, phone] }],
    ['another purpose', {}, { purpose: ['marketing'] }],
    ['one purpose more', {}, { purpose: ['orders', 'marketing'] }],
    ['another legal basis', { basis: 'legitimate-interest' }, {}],
    ['consent, which is asked each time', {}, { legalBasis: 'consent' }],
    ['longer', { maxLength: 'P5D' }, {}],
    ['what somebody must look at', {}, { needsALook: true }],
    ['an entry that names nobody', { role: null }, {}],
  ])('lets wait: %s', (_what, r, q) => {
    expect(until(r, q)).toBeNull()
  })
})
