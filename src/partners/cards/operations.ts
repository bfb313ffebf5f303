import { z } from 'zod'
import { type AnyOperation, operation, requireUpload } from '../../core/index.ts'
import type { Partners } from '../partners.ts'
import type { Cards } from './cards.ts'

export function cardOperations(cards: Cards, partners: Pick<Partners, 'find'>): AnyOperation[] {
  return [
    operation({
      name: 'partners.contacts.import',
      summary: 'Send vCards (4.0, or 3.0 as phones export them): contact persons of the partners they name',
      method: 'POST',
      path: '/partners/contacts',
      upload: true,
      input: z.strictObject({
        name: z.string().trim().min(1).max(200).describe('what people call the file'),
        partner: z
          .string()
          .min(1)
          .max(300)
          .optional()
          .describe('whose contact persons those are that name no partner of ours'),
        cards: z.array(z.coerce.number().int().min(1)).max(5_000).optional().describe('only these cards'),
      }),
      output: z.object({
        cards: z.array(
          z.object({
            nr: z.int().describe('its place in the file'),
            name: z.string(),
            organisation: z.string().nullable(),
            partner: z.string().nullable().describe('id of the partner she is a contact person of'),
            matched_on: z.enum(['organisation', 'email_domain', 'told']).nullable(),
            action: z
              .enum(['added', 'changed', 'same', 'erased_before', 'asked'])
              .describe('asked: nobody, or several, may be meant; nothing of her is kept until you name one'),
          }),
        ),
        rejected: z.array(z.object({ nr: z.int(), reason: z.string() })),
      }),
      status: 201,
      allow: { users: ['coordinator', 'administrator'] },
      run: async ({ name, partner, cards: only }, context) => {
        const { caller } = context
        const told = partner === undefined ? undefined : (await partners.find(partner)).row.id
        const file = {
          name,
          content: requireUpload(context),
          ...(told && { partnerId: told }),
          ...(only && { only }),
        }
        const { read, bad } = await cards.import(caller, file)
        return {
          cards: read.map(({ card, match, action }) => ({
            ...{ nr: card.nr, name: card.name, organisation: card.organisation ?? null, action },
            partner: match.partnerId ?? told ?? null,
            matched_on: match.partnerId !== null ? match.on : told ? ('told' as const) : null,
          })),
          rejected: bad.map((one) => ({ ...one })),
        }
      },
    }),
  ]
}
