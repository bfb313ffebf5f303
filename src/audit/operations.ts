import { z } from 'zod'
import { type AnyOperation, endOfDay, isoTime, operation, pageInput, pageOf } from '../core/index.ts'
import type { Audit } from './audit.ts'

const entry = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  action: z.string(),
  actor: z.string().describe('a pseudonym for a person, a DID for a node'),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string()).readonly()])),
  seq: z.number().int().nullable(),
})

export function auditOperations(audit: Audit): AnyOperation[] {
  return [
    operation({
      name: 'audit.list',
      summary: 'Every decision and change on this node, newest first',
      method: 'GET',
      path: '/audit',
      input: z.strictObject({
        ...pageInput,
        about: z
          .string()
          .regex(/^[a-z]+(_[a-z]+)*$/)
          .max(40)
          .optional()
          .describe('the part of an action before its point, such as grant'),
        until: z.iso.date().optional().describe('YYYY-MM-DD: what happened on that day or before'),
      }),
      output: pageOf(entry),
      allow: { users: ['administrator', 'auditor'] },
      run: async ({ about, until, cursor, limit }) => {
        const { items, next } = await audit.list({
          limit,
          ...(cursor !== undefined && { cursor }),
          ...(about !== undefined && { about }),
          ...(until !== undefined && { until: endOfDay(until) }),
        })
        return {
          items: items.map(({ prev: _prev, hash: _hash, at, ...rest }) => ({
            ...rest,
            at: isoTime(at),
          })),
          next,
        }
      },
    }),
    operation({
      name: 'audit.verify',
      summary: 'Walk the hash chain and say whether the record is intact',
      method: 'GET',
      path: '/audit/verification',
      input: z.strictObject({}),
      output: z.discriminatedUnion('intact', [
        z.object({ intact: z.literal(true), entries: z.number(), head: z.string(), unsealed: z.number() }),
        z.object({
          intact: z.literal(false),
          entries: z.number(),
          broken_at: z.number(),
          reason: z.enum(['entry_changed', 'entry_missing', 'chain_cut']),
        }),
      ]),
      allow: { users: ['administrator', 'auditor'] },
      run: async () => {
        const report = await audit.verify()
        if (report.intact) return report
        const { brokenAt, ...rest } = report
        return { ...rest, broken_at: brokenAt }
      },
    }),
  ]
}
