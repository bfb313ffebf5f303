import { oneLine } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Webhook {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  readonly state: string
  readonly public_key: string
  readonly rotating_until: string | null
}

/** A webhook with the secret that is shown this once, and how to try it. */
export const renderWebhookSecret: Renderer = (value, view) => {
  const { secret, ...webhook } = value as Webhook & { secret: string }
  const facts: Fact[] = [
    ['id', oneLine(webhook.id)],
    [say(view, 'address'), oneLine(webhook.url)],
    [say(view, 'called for'), eventsOf(webhook, view)],
    [say(view, 'public key'), oneLine(webhook.public_key)],
    [say(view, 'old secret until'), cell(webhook.rotating_until, view)],
  ]
  const warning =
    'The secret is shown this once: keep it in the system that is called, where nobody else reads it.'
  return parts(
    factsText(facts, view, ''),
    // Folded it could not be copied.
    factsText([[say(view, 'secret'), oneLine(secret)]], { ...view, width: undefined }, ''),
    paragraph(say(view, warning), view),
    commandsText([[say(view, 'try it'), `${view.regie} webhooks test ${oneLine(webhook.id)}`]]),
  )
}

/** The systems that are called when something changes. */
export const renderWebhooks: Renderer = (value, view) => {
  const { items } = value as { items: readonly (Webhook & { waiting: number })[] }
  if (items.length === 0) return say(view, '(no system is called)')
  const head = sayAll(view, 'id', 'state', 'address', 'called for', 'on its way')
  const rows = items.map((webhook) => [
    oneLine(webhook.id),
    meaning(view, `webhook_${webhook.state}`),
    oneLine(webhook.url),
    eventsOf(webhook, view).join('\n'),
    cell(webhook.waiting),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

interface Delivery {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly state: string
  readonly attempts: number
  readonly last_status: number | null
  readonly last_error: string | null
  readonly created_at: string
  readonly next_at: string | null
}

/** What systems were told, and whether it arrived. */
export const renderDeliveries: Renderer = (value, view) => {
  const { items } = value as { items: readonly Delivery[] }
  if (items.length === 0) return say(view, '(nothing was sent)')
  const head = sayAll(view, 'id', 'state', 'event', 'made', 'tries', 'last answer', 'next try')
  const rows = items.map((delivery) => [
    oneLine(delivery.id),
    meaning(view, `delivery_${delivery.state}`),
    oneLine(delivery.type),
    cell(delivery.created_at, view),
    cell(delivery.attempts),
    answerOf(delivery, view),
    cell(delivery.next_at, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** One that was just put on its way. */
export const renderDelivery: Renderer = (value, view) => {
  const delivery = value as Delivery
  const facts: Fact[] = [
    ['id', oneLine(delivery.id)],
    [say(view, 'event'), oneLine(delivery.type)],
    [say(view, 'state'), meaning(view, `delivery_${delivery.state}`)],
  ]
  return parts(
    factsText(facts, view, ''),
    commandsText([[say(view, 'what came of it'), `${view.regie} webhooks deliveries`]]),
  )
}

const eventsOf = ({ events }: Webhook, view: View): string[] =>
  events.length === 0 ? [say(view, 'all of them')] : events.map(oneLine)

function answerOf({ last_status: status, last_error: error }: Delivery, view: View): string {
  const said = [status === null ? '' : `HTTP ${status}`, error ? meaning(view, error) : '']
  return said.filter(Boolean).join(', ')
}
