import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, startTrio, type TestNode } from './support/nodes.ts'
import { isSignedWith, openReceiver, type Receiver } from './support/receiver.ts'

interface Webhook {
  readonly id: string
  readonly url: string
  readonly secret: string
  readonly public_key: string
}

let company: TestNode
let receiver: Receiver
beforeAll(async () => {
  ;({ company } = await startTrio('sqlite'))
  receiver = await openReceiver()
})
afterAll(() => receiver.close())

const call = <T>(method: string, path: string, body?: object) =>
  company.call<T>('company', method, path, body)
const deliveries = async () =>
  (await call<{ items: { id: string; state: string }[] }>('GET', '/webhooks/deliveries')).body.items

test('an administrator has a system called, tries it, and sees that it arrived', async () => {
  const added = await call<Webhook>('POST', '/webhooks', { url: receiver.url })
  expect(added).toMatchObject({
    status: 201,
    body: { url: receiver.url, events: [], secret: expect.stringMatching(/^whsec_/) },
  })
  const { id, secret } = added.body
  expect((await call('POST', `/webhooks/${id}/test`, {})).status).toBe(202)
  await eventually(
    async () => (await deliveries()).every(({ state }) => state === 'delivered'),
    'the delivery',
  )
  const [ping] = receiver.calls
  expect(ping?.event).toMatchObject({ type: 'nl.regie.webhook.ping', source: company.url, subject: id })
  expect(ping && isSignedWith(secret, ping)).toBe(true)

  const rotated = await call<Webhook>('POST', `/webhooks/${id}/rotation`, {})
  expect(rotated.body).toMatchObject({ rotating_until: expect.any(String) })
  const [delivered] = await deliveries()
  expect((await call('POST', `/webhooks/deliveries/${delivered?.id}/resend`, {})).status).toBe(202)
  await eventually(async () => receiver.calls.length === 2, 'the second call')
  const [, again] = receiver.calls
  expect(again?.id).toBe(ping?.id)
  expect([secret, rotated.body.secret].map((one) => again && isSignedWith(one, again))).toEqual([true, true])
  expect(receiver.effects).toHaveLength(1)
})

test('what waits is told after the node was restarted', async () => {
  receiver.answer = (_, response) => response.writeHead(503).end()
  const { body } = await call<{ items: Webhook[] }>('GET', '/webhooks')
  expect(JSON.stringify(body)).not.toContain('whsec_')
  const [first] = await deliveries()
  const before = receiver.calls.length
  await call('POST', `/webhooks/deliveries/${first?.id}/resend`, {})
  await eventually(async () => receiver.calls.length > before, 'a call')
  await company.restart()
  receiver.answer = (_, response) => response.writeHead(200).end()
  await eventually(
    async () => (await deliveries()).every(({ state }) => state === 'delivered'),
    'the delivery',
  )
})

test('an address in the own network is refused, and removing ends it', async () => {
  expect(await call('POST', '/webhooks', { url: 'https://10.0.0.1/hooks' })).toMatchObject({
    status: 422,
    body: { code: 'webhook_url_refused' },
  })
  const { body } = await call<{ items: Webhook[] }>('GET', '/webhooks')
  const [webhook] = body.items
  expect((await call('POST', `/webhooks/${webhook?.id}/removal`, {})).body).toMatchObject({
    state: 'removed',
  })
  expect((await call<{ items: Webhook[] }>('GET', '/webhooks')).body.items).toEqual([])
  const { body: audit } = await call<{ items: { action: string }[] }>('GET', '/audit?limit=200')
  expect(audit.items.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      'webhook.added',
      'webhook.tested',
      'webhook.rotated',
      'webhook.resent',
      'webhook.removed',
    ]),
  )
})
