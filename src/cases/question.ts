import { z } from 'zod'
import { isDuration } from '../core/index.ts'
import type { ClaimPath } from '../credentials/index.ts'

/** One claim of one type. */
export interface ClaimTarget {
  readonly vct: string
  readonly path: ClaimPath
}

/** The same text for the same type and path. */
export const targetKey = ({ vct, path }: ClaimTarget): string => JSON.stringify([vct, ...path])

export const questionCode = z.string().regex(/^[a-z][a-z0-9-]{1,49}$/, 'lower case letters, digits and -')

const text = (max: number) => z.string().min(1).max(max)
const duration = z.string().max(30).refine(isDuration)

/**
 * What an organisation needs to answer one kind of question, as it publishes it. Members that are not known here are
 * left out: a later version may say more.
 */
export const publishedQuestion = z.object({
  code: questionCode,
  version: z.int().min(1).max(1_000_000),
  title: z.object({ nl: text(200), en: text(200) }),
  /** IRIs of the Data Privacy Vocabulary. */
  purpose: text(300),
  legal_basis: text(300),
  claims: z
    .array(
      z.object({
        vct: text(500),
        path: z
          .array(z.union([text(64), z.int().min(0).max(9999)]))
          .min(1)
          .max(8),
      }),
    )
    .min(1)
    .max(100),
  reason: text(1000),
  value: text(1000),
  retention: duration.optional(),
  /** How long a case is open unless told, ISO 8601. */
  length: duration,
  /** Roles inside the organisation that look. */
  roles: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'lower case letters, digits and _'))
    .min(1)
    .max(20),
})

export type Question = z.output<typeof publishedQuestion>
