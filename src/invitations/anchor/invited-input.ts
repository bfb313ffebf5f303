import { z } from 'zod'
import { isPlainText } from '../../core/index.ts'
import { contactSchema, invitedSchema, MAX_REASON } from '../wire.ts'
import { choices } from './tables.ts'

/** What who is invited sends with the link. */
export const chooseInput = z.strictObject({
  token: z.string().min(1).max(200).describe('of the link in the mail'),
  choice: z.enum(choices),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(MAX_REASON)
    .refine(isPlainText)
    .optional()
    .describe('why not; who invited you reads it'),
  representation: z
    .enum(['SOLE', 'JOINT'])
    .optional()
    .describe('for a node at ours: how you may represent the organisation, if you may'),
})

/** What who was not invited says of itself. */
export const askInput = z.strictObject({
  organisation: invitedSchema,
  contact: contactSchema,
})
