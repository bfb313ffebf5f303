import { loadCourses } from '../../src/learning/index.ts'

const id = '01a20093-1488-76da-b405-d48dbd0135db'
const did = 'did:ethr:0x7a69:0xde92305a0644bFb41D59099df0b0f90331c0094B'
const at = '2026-11-22T12:00:00.000Z'
const until = '2026-12-31T22:59:59.999Z'
const label = { nl: 'Gesloten contract, gedeponeerd', en: 'Concluded contract, deposited' }

const line = {
  ...{ id, kind: 'charge', at, period: '2026-11', code: 'contract-concluded', label, tariff_version: 1 },
  ...{ organisation: did, payer: did, reference: id, list_cents: 1250, cents: 0, free: true },
  ...{ corrects: null, reason: null, corrected_by: null },
}
const correction = {
  ...{ ...line, kind: 'correction', cents: -1250, list_cents: -1250, free: false, corrects: id },
  ...{ reason: 'Het contract is op dezelfde dag weer ontbonden', corrected_by: 'p_m3H3p7beMRVC1jrbl4Z4iI' },
}
const totals = {
  ...{ net_cents: 123_450, vat_cents: 25_925, total_cents: 149_375, saved_cents: 1250 },
  vats: [{ basis_points: 2100, net_cents: 123_450, vat_cents: 25_925 }],
}
const invoice = {
  ...{ number: '2026-00042', kind: 'invoice', payer: did, period: '2026-11', credits: null },
  payer_name: 'Kantoorvakhandel De Gouden Nietmachine B.V.',
  ...{ issued_at: at, due_at: until, ...totals },
}
const credit = {
  ...invoice,
  number: '2026-00043',
  kind: 'credit_note',
  credits: '2026-00042',
  total_cents: -1513,
}
const statement = {
  ...{ organisation: did, period: '2026-11', state: 'open', made_at: at, lines: [line, correction] },
  ...{ tariff: { version: 1, digest: 'sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU' } },
  ...{ ...totals, invoices: [invoice, credit] },
}
const period = { period: '2026-11', closed_at: at, invoices: 42 }

const [course] = loadCourses('learning').all()
const [lesson] = course?.lessons ?? []
const lessons = course?.lessons.map(({ id, minutes, text }) => ({ id, minutes, title: text }))
const certificate = { passed_at: at, expires_at: until, course_version: 1 }
const requirement = { role: 'coordinator', course: 'bringing-partners-in', since: at, grace_until: until }

/** Answers of billing and of learning. */
export const billingAnswers: Readonly<Record<string, unknown>> = {
  'billing.close': period,
  'billing.correct': { correction, invoice: credit },
  'billing.invoice': { invoice: { ...invoice, lines: [line, correction] }, content: null },
  'billing.invoices': { items: [invoice, credit], next: null },
  'billing.items': { items: [line, correction], next: null, content: null },
  'billing.mine': { statement, content: null },
  'billing.periods': { items: [period] },
  'billing.statement': { statement, content: null },
  'billing.tariff': {
    ...{ version: 1, effective: '2026-01-01', currency: 'EUR', vat_basis_points: 2100, payment_days: 30 },
    digest: statement.tariff.digest,
    items: [
      { code: 'contract-concluded', per: 'event', event: 'x', amount_cents: 1250, free_first: 3, label },
      { code: 'membership', per: 'month', event: null, amount_cents: 1500, free_first: null, label },
    ],
  },
  'learning.answer': {
    ...{ id, course: course?.id, state: 'failed', right: 4, of: 6, certificate: null },
    questions: course?.questions.map(({ text, explanation }, nr) => ({
      ...{ id: String(nr), text, explanation, right: nr > 2 },
    })),
  },
  'learning.attempts': {
    items: [
      {
        ...{ id, course: course?.id, state: 'passed', right: 5, of: 6 },
        ...{ started_at: at, ends_at: until, finished_at: at },
      },
    ],
  },
  'learning.courses': { items: [{ ...course, lessons, questions: 6, required: true, certificate }] },
  'learning.lesson': { course: course?.id, lesson: lesson?.id, minutes: 4, text: lesson?.text, next: null },
  'learning.overview': {
    items: [
      {
        ...{ person: id, name: 'Sanne Nietje', course: course?.id, required: true },
        ...{ state: 'expiring', expires_at: until },
      },
    ],
  },
  'learning.require': requirement,
  'learning.requirements': { items: [requirement] },
  'learning.start': {
    ...{ id, course: course?.id, ends_at: at },
    questions: course?.questions.slice(0, 2),
  },
  'learning.unrequire': { role: 'coordinator' },
}
