import { z } from 'zod'
import { type AnyOperation, isoTime, isoTimeOrNull, operation, pageInput, pageOf } from '../core/index.ts'
import type { Endpoint } from './endpoints.ts'
import { eventTypes } from './event.ts'
import type { DeliveryRow } from './webhook-tables.ts'
import type { Webhooks } from './webhooks.ts'

const time = z.iso.datetime()

const endpointOutput = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()).readonly().describe('types of events it is called for; none: all'),
  state: z.enum(['active', 'disabled']).describe('disabled: it answered 410 Gone'),
  public_key: z.string().describe('whpk_…: verifies the v1a signatures (Standard Webhooks)'),
  rotating_until: time.nullable().describe('until when the secret from before signs as well'),
  created_at: time,
})

const secretOutput = endpointOutput.extend({
  secret: z.string().describe('whsec_…: verifies the v1 signatures; shown this once'),
})

const deliveryOutput = z.object({
  id: z.string(),
  webhook: z.string(),
  event: z.string().describe('the same at every try: webhook-id, and the id of the event'),
  type: z.string(),
  subject: z.string(),
  state: z
    .enum(['pending', 'delivered', 'dead', 'cancelled'])
    .describe('dead: given up after three days; cancelled: the webhook was removed'),
  attempts: z.int(),
  last_status: z.int().nullable().describe('HTTP status of the last answer'),
  last_error: z.string().nullable().describe('why the last try failed'),
  created_at: time,
  next_at: time.nullable().describe('when it is tried next'),
  delivered_at: time.nullable(),
})

const allow = { users: ['administrator'] } as const
const id = z.uuid()

/** A company's own systems, and what they were told. */
export function webhooksOperations(webhooks: Webhooks): AnyOperation[] {
  const { endpoints } = webhooks
  const one = { method: 'POST', input: z.strictObject({ id }), positional: ['id'], allow } as const
  return [
    operation({
      name: 'webhooks.add',
      summary: 'Have a system of yours called when something changes',
      method: 'POST',
      path: '/webhooks',
      input: z.strictObject({
        url: z.string().min(1).max(2000).describe('where it is called: https, or a host agent.yml allows'),
        events: z
          .array(z.enum(eventTypes))
          .max(eventTypes.length)
          .default([])
          .describe('only for these types of events'),
      }),
      output: secretOutput,
      status: 201,
      proof: true,
      allow,
      positional: ['url'],
      run: async ({ url, events }, { caller }) => {
        const made = await endpoints.add(caller, url, events)
        return { ...describe(made), secret: made.secret }
      },
    }),
    operation({
      name: 'webhooks.list',
      summary: 'The systems that are called when something changes',
      method: 'GET',
      path: '/webhooks',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(endpointOutput.extend({ waiting: z.int().describe('events on their way to it') })),
      }),
      allow,
      run: async () => ({
        items: (await endpoints.list()).map((endpoint) => ({
          ...describe(endpoint),
          waiting: endpoint.waiting,
        })),
      }),
    }),
    operation({
      ...one,
      name: 'webhooks.remove',
      summary: 'Stop calling a system; what waits for it is not sent any more',
      path: '/webhooks/:id/removal',
      output: z.object({ id: z.string(), state: z.literal('removed'), cancelled: z.int() }),
      run: async ({ id }, { caller }) => ({
        id,
        state: 'removed' as const,
        ...(await endpoints.remove(caller, id)),
      }),
    }),
    operation({
      ...one,
      name: 'webhooks.rotate',
      summary: 'A new secret and key; the ones before sign as well for 24 hours',
      path: '/webhooks/:id/rotation',
      output: secretOutput,
      proof: true,
      run: async ({ id }, { caller }) => {
        const made = await endpoints.rotate(caller, id)
        return { ...describe(made), secret: made.secret }
      },
    }),
    operation({
      ...one,
      name: 'webhooks.enable',
      summary: 'Call a system again that had said it was gone; what waits for it goes on',
      path: '/webhooks/:id/enabling',
      output: endpointOutput,
      run: async ({ id }, { caller }) => {
        const enabled = await endpoints.enable(caller, id)
        webhooks.wake()
        return describe(enabled)
      },
    }),
    operation({
      ...one,
      name: 'webhooks.test',
      summary: 'Send a system an event that means nothing, once, to try whether it arrives',
      path: '/webhooks/:id/test',
      output: deliveryOutput,
      status: 202,
      run: async ({ id }, { caller }) => describeDelivery(await webhooks.test(caller, id)),
    }),
    ...deliveryOperations(webhooks),
  ]
}

function deliveryOperations(webhooks: Webhooks): AnyOperation[] {
  return [
    operation({
      name: 'webhooks.deliveries',
      summary: 'What your systems were told and whether it arrived, newest first',
      method: 'GET',
      path: '/webhooks/deliveries',
      input: z.strictObject({
        webhook: id.optional().describe('only of this one'),
        state: z.enum(['pending', 'delivered', 'dead', 'cancelled']).optional(),
        ...pageInput,
      }),
      output: pageOf(deliveryOutput),
      allow,
      run: async ({ webhook, state, cursor, limit }) => {
        const filter = { ...(webhook && { endpointId: webhook }), ...(state && { state }) }
        const { items, next } = await webhooks.deliveries(filter, { limit, ...(cursor && { cursor }) })
        return { items: items.map(describeDelivery), next }
      },
    }),
    operation({
      name: 'webhooks.resend',
      summary: 'Send a delivery again, with the id it had; one that waits is tried now',
      method: 'POST',
      path: '/webhooks/deliveries/:delivery/resend',
      input: z.strictObject({ delivery: id }),
      output: deliveryOutput,
      status: 202,
      allow,
      positional: ['delivery'],
      run: async ({ delivery }, { caller }) => describeDelivery(await webhooks.resend(caller, delivery)),
    }),
  ]
}

const describe = ({ row, url, publicKey, rotatingUntil }: Endpoint) => ({
  id: row.id,
  url,
  events: row.events,
  state: row.state === 'active' ? ('active' as const) : ('disabled' as const),
  public_key: publicKey,
  rotating_until: isoTimeOrNull(rotatingUntil),
  created_at: isoTime(row.createdAt),
})

const describeDelivery = (row: DeliveryRow) => ({
  id: row.id,
  webhook: row.endpointId,
  event: row.eventId,
  type: row.type,
  subject: row.subject,
  state: row.state,
  attempts: row.attempts,
  last_status: row.lastStatus,
  last_error: row.lastError,
  created_at: isoTime(row.createdAt),
  next_at: isoTimeOrNull(row.nextAt),
  delivered_at: isoTimeOrNull(row.deliveredAt),
})
