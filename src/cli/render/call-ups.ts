import { oneLine } from '../text.ts'
import { partyText } from './access-requests.ts'
import { commandsText, type Fact, factsText, parts } from './facts.ts'
import { letter, type Message, stateText } from './messages.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface CallUp {
  readonly id: string
  readonly role: string
  readonly subject: string
  readonly state: string
  readonly wanted: number | null
  readonly yes: number
  readonly no: number
  readonly maybe: number
  readonly at: string
  readonly until: string | null
  readonly not_sent: readonly { readonly name: string; readonly code: string }[]
}

interface FullCallUp extends CallUp {
  readonly body: string
  readonly sent: readonly Message[]
}

const numbers = ({ yes, no, maybe }: CallUp) => `${yes}, ${no}, ${maybe}`

export const renderCallUps: Renderer = (value, view) => {
  const { items } = value as { items: readonly CallUp[] }
  if (items.length === 0) return say(view, '(nobody was called up)')
  const head = sayAll(view, 'id', 'state', 'call-up', 'what', 'comes, does not, maybe', 'wanted')
  const rows = items.map((callUp) => [
    oneLine(callUp.id),
    meaning(view, `call_up_${callUp.state}`),
    meaning(view, callUp.role),
    oneLine(callUp.subject),
    numbers(callUp),
    cell(callUp.wanted),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** Who got a call-up, who did not and why, and who comes. */
export const renderCallUp: Renderer = (value, view) => {
  const callUp = value as FullCallUp
  const { id, sent, not_sent: skipped } = callUp
  const facts: Fact[] = [
    [say(view, 'id'), oneLine(id)],
    [say(view, 'call-up'), `${meaning(view, callUp.role)}: ${oneLine(callUp.subject)}`],
    [say(view, 'state'), meaning(view, `call_up_${callUp.state}`)],
    [say(view, 'answer by'), callUp.until && momentText(callUp.until, view)],
    [say(view, 'comes, does not, maybe'), numbers(callUp)],
    [say(view, 'wanted'), cell(callUp.wanted)],
    [
      say(view, 'did not get it'),
      skipped.map(({ name, code }) => `${oneLine(name)}: ${meaning(view, code)}`),
    ],
  ]
  return parts(
    factsText(facts, view),
    letter(callUp.body, view),
    sent.length > 0 && answersText(sent, view),
    callUp.state === 'open' &&
      commandsText([[say(view, 'close'), `${view.regie} call-ups close ${oneLine(id)}`]]),
  )
}

function answersText(sent: readonly Message[], view: View): string {
  const head = sayAll(view, 'sent to', 'state', 'answer', 'what they say')
  const rows = sent.map((message) => [
    partyText(message.partner),
    stateText(message, view),
    message.answer?.choice ? meaning(view, message.answer.choice) : '',
    message.answer ? oneLine(message.answer.body) : '',
  ])
  return tableText({ head, rows }, view)
}

/** What a partner is to us now. */
export const renderRoles: Renderer = (value, view) => {
  const { id, name, roles } = value as { id: string; name: string; roles: readonly string[] }
  const said = roles.length > 0 ? roles.map((role) => meaning(view, role)).join(', ') : say(view, '(nothing)')
  return parts(
    say(view, '{name} is to us: {roles}.', { name: oneLine(name), roles: said }),
    factsText([[say(view, 'id'), oneLine(id)]], view),
  )
}
