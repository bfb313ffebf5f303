import { z } from 'zod'
import {
  type AnyOperation,
  type Clock,
  endOfDay,
  isoTime,
  isoTimeOrNull,
  operation,
  Refusal,
} from '../core/index.ts'
import { type CredentialTypes, formatClaimRef } from '../credentials/index.ts'
import type { CopyAnswer } from './deletions.ts'
import type { GrantRecord } from './grant-record.ts'
import { formats, holders, type Receipts } from './receipts.ts'

export interface ReceiptsOperationsDeps {
  readonly receipts: Receipts
  readonly types: CredentialTypes
  readonly clock: Clock
}

const id = z.string().max(100)
const time = z.iso.datetime()
const summary = {
  grant: z.string(),
  side: z.enum(['given', 'held']).describe('whether one of ours gave it, or we hold it'),
  grantor: z.string(),
  grantee: z.object({ did: z.string(), name: z.string() }),
  claims: z.array(z.string()),
  purpose: z.array(z.string()),
  legal_basis: z.string(),
  from: time,
  until: time,
}
const copyOutput = z.object({
  state: z.enum(['waiting', 'deleted', 'kept']),
  at: time.nullable(),
  reason: z.string().nullable(),
  until: time.nullable(),
  overdue: z.boolean().describe('until when it would be kept has passed'),
  told: z
    .enum(['not_told', 'told', 'refused'])
    .nullable()
    .describe('of ours: whether the owner has heard it'),
})

/** What a grant was, for others to read, and what is left of what was read. */
export function receiptsOperations({ receipts, types, clock }: ReceiptsOperationsDeps): AnyOperation[] {
  const refs = (grant: GrantRecord) =>
    grant.query.map(({ vct, path }) => formatClaimRef({ type: types.find(vct)?.name ?? vct, path }))
  const asSummary = (side: 'given' | 'held', grant: GrantRecord) => ({
    grant: grant.id,
    side,
    grantor: grant.grantor,
    grantee: { did: grant.grantee, name: grant.grantee_name },
    claims: refs(grant),
    purpose: grant.purpose,
    legal_basis: grant.legal_basis,
    from: isoTime(grant.from),
    until: isoTime(grant.until),
  })
  return [
    operation({
      name: 'access.export',
      summary: 'A grant in a form that others read, and what that form cannot say',
      method: 'GET',
      path: '/access/grants/:id/export',
      positional: ['id'],
      input: z.strictObject({
        id,
        format: z
          .enum(formats)
          .default('odrl')
          .describe('consent-record: ISO/IEC TS 27560 in DPV terms; odrl: an Agreement; ishare: evidence'),
      }),
      output: z.object({
        ...summary,
        format: z.enum(formats),
        document: z.record(z.string(), z.unknown()),
        lost: z
          .array(z.object({ field: z.string(), why: z.string() }))
          .describe('what the document does not say'),
        missing: z.array(z.string()).describe('what the form asks for and a grant does not say'),
        consent_record: z
          .object({ id: z.string(), digest: z.string(), matches: z.boolean().nullable() })
          .nullable()
          .describe('what the grant credential points at, and whether this is it'),
      }),
      allow: { users: ['signed_in'] },
      run: async ({ id, format }, { caller }) => {
        const { side, grant, document, lost, missing, digestMatches } = await receipts.export(
          caller,
          id,
          format,
        )
        return {
          ...asSummary(side, grant),
          format,
          document: { ...document },
          lost: [...lost],
          missing: [...missing],
          consent_record: grant.consent_record ? { ...grant.consent_record, matches: digestMatches } : null,
        }
      },
    }),
    operation({
      name: 'access.receipt',
      summary: 'How a grant ended, and what the partner says of what it read',
      method: 'GET',
      path: '/access/grants/:id/receipt',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: z.object({
        ...summary,
        ended: z.object({
          code: z.string(),
          at: time.nullable().describe('null where only the owner knows'),
          by: z.string().nullable().describe('the pseudonym of who took it back, as in the audit log'),
        }),
        copy: copyOutput,
      }),
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) => {
        const { side, grant, ended, answer } = await receipts.receipt(caller, id)
        return {
          ...asSummary(side, grant),
          ended: { ...ended, at: isoTimeOrNull(ended.at) },
          copy: asCopy(answer, clock.now()),
        }
      },
    }),
    operation({
      name: 'access.deleted',
      summary: 'Say that what we read under a grant that ended is deleted, or why a copy stays',
      method: 'POST',
      path: '/access/grants/received/:grant/deletion',
      positional: ['grant'],
      input: z.strictObject({
        grant: id,
        kept_reason: z.string().trim().min(1).max(1000).optional().describe('why a copy stays'),
        kept_until: z.iso.date().optional().describe('YYYY-MM-DD: the last day it stays'),
      }),
      output: z.object({ grant: z.string(), copy: copyOutput }),
      status: 201,
      allow: { users: holders },
      run: async ({ grant, kept_reason: reason, kept_until: until }, { caller }) => {
        if (until && reason === undefined)
          throw new Refusal('invalid', 'kept_reason_missing', 'say why a copy stays')
        const kept = reason === undefined ? undefined : { reason, ...(until && { until: endOfDay(until) }) }
        return { grant, copy: asCopy(await receipts.confirmDeletion(caller, grant, kept), clock.now()) }
      },
    }),
  ]
}

type Copy = CopyAnswer & { readonly state?: 'not_told' | 'told' | 'refused' }

const asCopy = (answer: Copy | null, now: number): z.output<typeof copyOutput> => ({
  state: answer?.outcome ?? 'waiting',
  at: answer && isoTime(answer.at),
  reason: answer?.reason ?? null,
  until: answer?.until ? isoTime(answer.until) : null,
  overdue: answer?.outcome === 'kept' && answer.until !== null && answer.until < now,
  told: answer?.state ?? null,
})
