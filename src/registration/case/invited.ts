import { z } from 'zod'
import { organisationSchema } from '../messages.ts'

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'one line')

/** What who wants an organisation in the network knows of it. */
export const invitedPartnerSchema = organisationSchema.extend({
  website: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
})
export type InvitedPartner = z.output<typeof invitedPartnerSchema>

/** With whom the servicedesk talks. */
export const caseContactSchema = z.strictObject({
  name: line(200),
  email: z.email().max(254),
  phone_number: line(32).optional(),
  language: z.enum(['nl', 'en']),
})
export type CaseContact = z.output<typeof caseContactSchema>

/** What is sealed in a case that somebody else than its organisation opened. */
export const invitedSchema = z.strictObject({
  partner: invitedPartnerSchema,
  contact: caseContactSchema,
  intended_roles: z.array(line(64)).max(20),
})
export type Invited = z.output<typeof invitedSchema>
