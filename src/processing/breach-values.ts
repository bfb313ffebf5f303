import { z } from 'zod'
import { isoTime, isoTimeOrNull, momentOf } from '../core/index.ts'
import type { Affected } from './affected.ts'
import { type BreachWords, natures } from './breach-text.ts'
import { type BreachCase, missingIn } from './breaches.ts'
import { breachSteps } from './processing-tables.ts'

export const time = z.iso.datetime({ offset: true })
/** A moment that people give, as {@link momentOf} reads it; in ISO 8601 afterwards. */
export const moment = z
  .string()
  .max(40)
  .transform((written, context) => {
    const at = momentOf(written.trim())
    if (at !== null) return isoTime(at)
    context.addIssue({
      code: 'custom',
      message: 'write a day (2026-11-21), a time in the Netherlands (2026-11-21T09:30), or one with its zone',
    })
    return z.NEVER
  })
const HOW = 'a day (2026-11-21), a time in the Netherlands (2026-11-21T09:30), or one with its zone'
export const id = z.uuid()
export const text = z.string().trim().min(1).max(4_000)
export const manager = { users: ['administrator'] } as const
export const readers = { users: ['administrator', 'auditor'] } as const

/** What a case says in words. */
export const wordsInput = {
  nature: z.array(z.enum(natures)).min(1).max(3).describe('what happened to the data'),
  cause: text,
  consequences: text.describe('what it may mean to the persons'),
  measures: text.describe('what was done, and is done to prevent it'),
  systems: text.describe('systems, in words'),
}
/** Where a breach may have been. */
export const scopeInput = {
  from: moment.describe(`when it may have begun: ${HOW}`),
  until: moment.describe('when it was over, written likewise; now unless told'),
  partners: z
    .array(z.string().trim().min(1).max(300))
    .max(50)
    .describe('partners that looked here: DID, KVK number or name'),
  actors: z
    .array(z.string().min(1).max(100))
    .max(50)
    .describe('accounts of employees, or ids of systems, of ours'),
  tokens: z
    .array(z.string().min(1).max(200))
    .max(20)
    .describe('tokens of ours that others had; only which they were is kept'),
  grants: z.array(z.string().max(100)).max(100),
  types: z.array(z.string().max(100)).max(50).describe('credential types, such as contact-person'),
}

const decision = z.object({ report: z.boolean(), at: time }).nullable()
export const caseOutput = z.object({
  id: z.string(),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  description: z.string(),
  discovered_at: time,
  deadline_at: time,
  overdue: z.boolean(),
  scope: z.object({
    from: time,
    until: time,
    partners: z.array(z.string()),
    actors: z.array(z.string()).describe('ids of the parties'),
    tokens: z.array(z.string()).describe('ids, not the tokens'),
    grants: z.array(z.string()),
    types: z.array(z.string()),
  }),
  authority: decision.describe('whether it is reported to the AP'),
  persons: decision.describe('whether the persons are told'),
  reported_at: time.nullable(),
  persons_told_at: time.nullable(),
  missing: z.array(z.string()).describe('what it needs before it can be closed'),
  opened_at: time,
  closed_at: time.nullable(),
  version: z.int(),
})
export const affectedOutput = z.object({
  subject: z.object({
    kind: z.enum(['ours', 'of_partner', 'imported']),
    id: z
      .string()
      .describe('party of this node, or DID of whom the partner can tell, or row of our partners'),
    partner: z.string().nullable().describe('in whose node she is, or which row names her'),
  }),
  claims: z.array(z.string()).describe('names, never values'),
  looks: z.int(),
  first_at: time,
  last_at: time,
  grants: z.array(z.string()),
  by: z.array(z.string()).describe('DIDs of partners, ids of employees and systems of ours'),
})

const orNever = time.nullable()
const said = z.string().nullable()

/** The report as the Autoriteit Persoonsgegevens asks for it. */
export const reportOutput = z.object({
  made_at: time,
  breach: z.string(),
  organisation: z.object({
    name: z.string(),
    kvk_number: said,
    address: said,
    contact: z.string(),
    data_protection_officer: said,
  }),
  what: z.object({
    title: z.string(),
    description: z.string(),
    nature: z.array(z.enum(natures)),
    cause: said,
    systems: said,
  }),
  when: z.object({
    from: time,
    until: time,
    discovered_at: time,
    deadline_at: time,
    reported_at: orNever,
    late: z.boolean(),
  }),
  persons: z.object({
    parties: z.int(),
    of_this_node: z.int(),
    of_partners: z.int(),
    imported: z.int(),
    told_at: orNever,
  }),
  data: z.object({ claims: z.array(z.string()), looks: z.int() }),
  consequences: said,
  measures: said,
  decisions: z.object({ authority: decision, persons: decision }),
  steps: z.array(z.object({ at: time, step: z.enum(breachSteps), by: z.string(), text: z.string() })),
  missing: z.array(z.string()),
  not_in_logs: z.array(z.string()).describe('what has to be found out elsewhere'),
})

/** All members of an input, none of them needed. */
export const optional = <T extends z.ZodRawShape>(shape: T) => z.object(shape).partial().shape

type Said = { readonly [K in keyof typeof wordsInput]?: z.output<(typeof wordsInput)[K]> | undefined }

export function wordsOf({ nature, cause, consequences, measures, systems }: Said): Partial<BreachWords> {
  return {
    ...(nature && { nature }),
    ...(cause && { cause }),
    ...(consequences && { consequences }),
    ...(measures && { measures }),
    ...(systems && { systems }),
  }
}

export function describeCase({ row, words }: BreachCase, now: number): z.output<typeof caseOutput> {
  const decided = (one: BreachCase['row']['authority']) => one && { report: one.report, at: isoTime(one.at) }
  const isDue = row.authority?.report !== false && row.reportedAt === null
  return {
    id: row.id,
    state: row.state,
    title: words.title,
    description: words.description,
    discovered_at: isoTime(row.discoveredAt),
    deadline_at: isoTime(row.deadlineAt),
    overdue: row.state === 'open' && isDue && row.deadlineAt < now,
    scope: {
      from: isoTime(row.scope.from),
      until: isoTime(row.scope.until),
      partners: [...row.scope.askers],
      actors: [...row.scope.actors],
      tokens: [...row.scope.tokens],
      grants: [...row.scope.grants],
      types: [...row.scope.types],
    },
    authority: decided(row.authority),
    persons: decided(row.persons),
    reported_at: isoTimeOrNull(row.reportedAt),
    persons_told_at: isoTimeOrNull(row.personsToldAt),
    missing: row.state === 'open' ? missingIn(row) : [],
    opened_at: isoTime(row.openedAt),
    closed_at: isoTimeOrNull(row.closedAt),
    version: row.version,
  }
}

export function describeAffected(one: Affected): z.output<typeof affectedOutput> {
  const { subject } = one
  const who =
    subject.kind === 'ours'
      ? { id: subject.party, partner: null }
      : { id: subject.kind === 'of_partner' ? subject.did : subject.partner, partner: subject.partner }
  return {
    subject: { kind: subject.kind, ...who },
    claims: [...one.claims],
    looks: one.looks,
    first_at: isoTime(one.firstAt),
    last_at: isoTime(one.lastAt),
    grants: [...one.grants],
    by: [...one.by],
  }
}
