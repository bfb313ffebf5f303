import { z } from 'zod'
import { isoTime, isoTimeOrNull } from '../core/index.ts'
import { agreementStates } from './life.ts'
import type { AgreementRow } from './tables.ts'
import { termsSchema } from './terms.ts'

export const id = z.uuid()
export const line = (max: number) => z.string().trim().min(1).max(max)
export const time = z.iso.datetime()
export const why = line(1000).optional().describe('why it says this; the other party reads it')
export const version = z.int().min(1).describe('the version you read')

/** Who takes part in making an agreement. */
export const contractRoles = [
  'contract_author',
  'contract_reviewer',
  'contract_authority',
  'contract_signatory',
] as const
/** Who sees agreements. */
export const readers = [...contractRoles, 'administrator', 'coordinator', 'auditor'] as const

const { agreement: _agreement, parties: _parties, template: _template, ...text } = termsSchema.shape
/** A text of one's own. */
export const textInput = {
  ...text,
  title: text.title.optional().describe('of your own text; a template has its own'),
  body: text.body.optional().describe('Markdown; or name a template'),
  template: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,63}(?:\/[1-9]\d{0,5})?$/)
    .optional()
    .describe('of our library, the newest version or `id/version`'),
  fields: z
    .record(z.string().max(40), z.union([z.string().max(1000), z.number()]))
    .optional()
    .describe('what the template asks, by name'),
  surviving: text.surviving.default([]).describe('headings of the clauses that outlive it'),
  trade_secrets: text.trade_secrets.default(false).describe('whether it lets trade secrets be shown'),
  notice: text.notice.default('P1M'),
}

export const agreementOutput = z.object({
  id: z.string(),
  partner: z.object({ did: z.string(), name: z.string() }),
  state: z.enum(agreementStates),
  version: z.int(),
  digest: z.string().nullable(),
  waits_for: z
    .enum(['us', 'them', 'both', 'trust_anchor', 'first_day', 'nobody'])
    .describe('who is to do something now'),
  approved: z.object({ us: time.nullable(), them: time.nullable() }),
  signed: z.object({ us: z.boolean(), them: z.boolean() }),
  from: time.nullable(),
  until: time.nullable(),
  deposited_at: time.nullable(),
  deposit_error: z.string().nullable(),
  trade_secrets: z.boolean(),
  changed_at: time,
})

export const describeAgreement = (row: AgreementRow): z.input<typeof agreementOutput> => ({
  id: row.id,
  partner: { did: row.partner, name: row.partnerName },
  state: row.state,
  version: row.version,
  digest: row.digest,
  waits_for: waitsFor(row),
  approved: { us: isoTimeOrNull(row.approvedByUs), them: isoTimeOrNull(row.approvedByThem) },
  signed: { us: row.ourSignature !== null, them: row.theirSignature !== null },
  from: isoTimeOrNull(row.startsAt),
  until: isoTimeOrNull(row.endsAt),
  deposited_at: isoTimeOrNull(row.depositedAt),
  deposit_error: row.depositError,
  trade_secrets: row.tradeSecrets === 1,
  changed_at: isoTime(row.changedAt),
})

function waitsFor(row: AgreementRow): z.input<typeof agreementOutput>['waits_for'] {
  const open = (us: unknown, them: unknown) => {
    if (us === null) return them === null ? 'both' : 'us'
    return them === null ? 'them' : 'nobody'
  }
  if (row.state === 'draft') return 'us'
  if (row.state === 'external_review') return row.proposedBy === 'us' ? 'them' : 'us'
  if (row.state === 'external_approval') return open(row.approvedByUs, row.approvedByThem)
  if (row.state === 'approved') return open(row.ourSignature, row.theirSignature)
  if (row.state === 'signed') return row.receipt === null ? 'trust_anchor' : 'first_day'
  return 'nobody'
}
