import { z } from 'zod'
import { type AnyOperation, isoTime, operation, pageInput, Refusal } from '../core/index.ts'
import type { SentRequestRow } from './access-tables.ts'
import { asCounter, counterOutput } from './counter-output.ts'
import type { CounterOfferRow } from './counter-table.ts'
import {
  type AccessOperationsDeps,
  claimRefs,
  lastMoment,
  namedParties,
  partyRefs,
  refOf,
  targetsFrom,
  text,
  time,
  untilInput,
} from './operation-values.ts'

export function askingOperations({
  clock,
  counters,
  withdrawals,
  people,
  sentRequests,
  types,
  purposeIri,
  legalBasisIri,
  partner,
  namedAgreement,
}: AccessOperationsDeps): AnyOperation[] {
  const sentOutput = z.object({
    id: z.string(),
    partner: z.object({ did: z.string(), name: z.string() }),
    claims: z.array(z.string()),
    purpose: z.array(z.string()),
    state: z.enum(['queued', 'sending', 'pending', 'refused', 'granted', 'denied', 'withdrawn', 'closed']),
    codes: z.array(z.string()).describe('Why it was refused'),
    sent_at: time,
    counter: counterOutput,
  })
  const asSent = (row: SentRequestRow, exchange?: CounterOfferRow) => ({
    id: row.id,
    partner: { did: row.partner, name: row.partnerName },
    claims: row.claims.map((claim) => refOf(types, claim)),
    purpose: [...row.purpose],
    state: row.state,
    codes: [...row.codes],
    sent_at: isoTime(row.createdAt),
    counter: asCounter(types, exchange),
  })
  return [
    operation({
      name: 'access.request',
      summary: 'Ask a partner to see claims of its own and of its contact persons, for a purpose',
      method: 'POST',
      path: '/access/requests',
      input: z.strictObject({
        partner: text(300).describe('DID, KVK number or name'),
        claims: claimRefs,
        purpose: z
          .array(text(300))
          .min(1)
          .max(5)
          .describe('what for: codes of vocabulary.list, such as order-management'),
        basis: text(300).describe('legal basis: a code of vocabulary.list, such as contract'),
        reason: text(1000).describe('why these data are relevant'),
        value: text(1000).describe('what the owner gets out of it'),
        until: untilInput.optional(),
        case: text(100).optional().describe('your own reference, such as an order number'),
        system: text(2048)
          .optional()
          .describe('a system of ours, by name or DID, that is to keep the values up to date by itself'),
        pass_on: text(1000).optional().describe('ask to let an intermediary read on our behalf, and say why'),
        pass_on_to: partyRefs.optional().describe('the only intermediaries meant: DID, KVK number or name'),
        agreement: z
          .uuid()
          .optional()
          .describe('the agreement with this partner it is asked under; it closes with it'),
        retention: text(30).optional().describe('how long data are kept, ISO 8601, such as P1Y'),
      }),
      output: sentOutput,
      status: 201,
      allow: { users: ['account_manager', 'coordinator', 'administrator'], clients: 'access:request' },
      run: async (input, { caller }) => {
        const agreement = input.agreement && (await namedAgreement(input.agreement, input.partner))
        const details = {
          relevance: input.reason,
          value: input.value,
          ...(input.case && { case: input.case }),
          ...(input.retention && { retention: input.retention }),
          ...(agreement && { agreement }),
          ...(input.system && { system: await people.requireSystem(input.system) }),
          ...(await passingOn(input, partner)),
        }
        const row = await sentRequests.request(caller, {
          partner: input.partner,
          claims: targetsFrom(types, input.claims),
          purpose: input.purpose.map(purposeIri),
          legalBasis: legalBasisIri(input.basis),
          details,
          wantedUntil: input.until ? lastMoment(input.until, clock) : null,
        })
        return asSent(row)
      },
    }),
    operation({
      name: 'access.renew',
      summary: 'Ask again for what a grant opens, or opened, with the same reasons',
      method: 'POST',
      path: '/access/grants/received/:id/renewal',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100), until: untilInput.optional() }),
      output: sentOutput,
      status: 201,
      allow: { users: ['account_manager', 'coordinator', 'administrator'], clients: 'access:request' },
      run: async ({ id, until }, { caller }) =>
        asSent(await sentRequests.renew(caller, id, until ? lastMoment(until, clock) : null)),
    }),
    operation({
      name: 'access.sent',
      summary: 'What we asked of partners, newest first',
      method: 'GET',
      path: '/access/requests/sent',
      input: z.strictObject({ limit: pageInput.limit }),
      output: z.object({ items: z.array(sentOutput) }),
      allow: { users: ['account_manager', 'coordinator', 'administrator'] },
      run: async ({ limit }) => {
        const found = await sentRequests.listSent(limit)
        const exchanges = await counters.of(
          'sentRequestId',
          found.map(({ id }) => id),
        )
        return { items: found.map((row) => asSent(row, exchanges.get(row.id))) }
      },
    }),
    operation({
      name: 'access.cancel',
      summary: 'Take back a request of ours that waits; the partner can say yes to it no more',
      method: 'POST',
      path: '/access/requests/sent/:id/cancellation',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output: sentOutput,
      allow: { users: ['account_manager', 'coordinator', 'administrator'], clients: 'access:request' },
      run: async ({ id }, { caller }) => asSent(await withdrawals.withdraw(caller, id)),
    }),
  ]
}

/** @throws Refusal `pass_on_unexplained`, `partner_unknown` and others */
async function passingOn(
  { pass_on: why, pass_on_to: to }: { pass_on?: string | undefined; pass_on_to?: string[] | undefined },
  partner: AccessOperationsDeps['partner'],
) {
  if (why === undefined && to)
    throw new Refusal('invalid', 'pass_on_unexplained', 'say why an intermediary is to read as well')
  if (why === undefined) return {}
  return { delegation: { why, ...(to && { to: await namedParties(to, partner) }) } }
}
