import canonicalize from 'canonicalize'
import { z } from 'zod'
import { isPlainText } from '../core/index.ts'
import { sha256 } from '../trust/index.ts'

const line = (max: number) => z.string().trim().min(1).max(max).refine(isPlainText)
const label = z.strictObject({ nl: line(200), en: line(200) })
const name = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/)

/** What somebody fills in: `text` one line, `number` a whole one, `date` a day, `duration` of ISO 8601, `choice` one of. */
export const fieldSchema = z.discriminatedUnion('type', [
  z.strictObject({ name, label, type: z.literal('text'), max: z.int().min(1).max(1000) }),
  z.strictObject({ name, label, type: z.literal('number'), min: z.int(), max: z.int() }),
  z.strictObject({ name, label, type: z.literal('date') }),
  z.strictObject({ name, label, type: z.literal('duration') }),
  z.strictObject({
    ...{ name, label, type: z.literal('choice') },
    options: z
      .array(z.strictObject({ value: name, label }))
      .min(1)
      .max(20),
  }),
])
export type Field = z.output<typeof fieldSchema>

export const PLACEHOLDER = /\{\{([^{}]*)\}\}/g
export const templateId = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/)
/** A law by its number at wetten.overheid.nl or EUR-Lex: `BWBR0041459`, `32016R0679`. */
export const lawId = z.string().regex(/^(?:BWBR\d{7}|3\d{4}[A-Z]\d{4})$/, 'a BWB or CELEX number')

/** One version of a contract template: both languages say the same, with the same fields. */
export const templateSchema = z
  .strictObject({
    id: templateId,
    version: z.int().min(1).max(999_999),
    laws: z.array(z.strictObject({ law: lawId, articles: line(200), name: line(200) })).max(20),
    title: label,
    surviving: z.strictObject({ nl: z.array(line(200)).max(50), en: z.array(line(200)).max(50) }),
    trade_secrets: z.boolean(),
    fields: z.array(fieldSchema).max(40),
    body: z.strictObject({ nl: z.string().min(1).max(30_000), en: z.string().min(1).max(30_000) }),
  })
  .refine(
    ({ fields, body }) => {
      const names = fields.map((field) => field.name).sort()
      return [body.nl, body.en].every((text) => {
        const used = [...new Set([...text.matchAll(PLACEHOLDER)].map(([, found]) => found))].sort()
        return used.length === names.length && used.every((one, at) => one === names[at])
      })
    },
    { path: ['fields'], message: 'each text uses each field, and no other' },
  )
export type Template = z.output<typeof templateSchema>

/** SHA-256 of the template in canonical JSON (RFC 8785), `sha-256:…`. */
export const templateDigest = (template: Template): string => sha256(canonicalize(template) ?? '')
