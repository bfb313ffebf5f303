import { z } from 'zod'
import type { Partner } from './partners.ts'
import type { SharedValue } from './shared-values.ts'

const time = z.iso.datetime()

/** Why what we have of a partner may not be right; each weighs so many points. */
export const qualityCodes = [
  'bounced_hard',
  'bounced_soft',
  'outdated',
  'different',
  'duplicate',
  'stale',
  'missing',
] as const
export type QualityCode = (typeof qualityCodes)[number]

export const qualityReasonOutput = z.object({
  code: z.enum(qualityCodes),
  count: z.int(),
  points: z.int().describe('count × what one of them weighs'),
  what: z.array(z.string()).describe('fields of our own copy, and claims that the partner lets us see'),
})

export const qualityOutput = z.object({
  points: z.int().describe('the sum of the reasons; 0 is best'),
  reasons: z.array(qualityReasonOutput),
  ages: z
    .array(
      z.object({
        what: z.string().describe('a field of our own copy, or a claim'),
        whose: z.enum(['ours', 'theirs']),
        as_of: time.describe('when it was imported, taken over, or read and confirmed last'),
        days: z.int(),
        stale: z.boolean(),
      }),
    )
    .describe('how old each value is'),
  bounces: z.array(
    z.object({
      id: z.string(),
      what: z.string(),
      whose: z.enum(['ours', 'theirs']),
      grant: z.string().nullable(),
      kind: z.enum(['hard', 'soft']),
      count: z.int(),
      first_at: time,
      last_at: time,
    }),
  ),
  taken: z
    .array(
      z.object({
        field: z.string(),
        claim: z.string(),
        grant: z.string(),
        source: z.string(),
        as_of: time,
        taken_at: time,
      }),
    )
    .describe('what of our own copy we took over from the partner, instead of from our books'),
})

export type PartnerQuality = z.input<typeof qualityOutput>

/** Judges what we have of a partner, with what the caller may see of it; the quality room answers. */
export type QualityPort = (partner: Partner, shared: readonly SharedValue[]) => Promise<PartnerQuality>
