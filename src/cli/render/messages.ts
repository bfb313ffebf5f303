import { oneLine, printable } from '../text.ts'
import { type NamedParty, partyText } from './access-requests.ts'
import { commandsText, type Fact, factsText, paragraph, parts, quoted } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import { readingWidth, type View } from './view.ts'
import { wrap } from './wrap.ts'

export interface Message {
  readonly id: string
  readonly kind: string
  readonly partner: NamedParty
  readonly subject: string
  readonly body: string
  readonly state: string
  readonly outcome: string | null
  readonly last_error: string | null
  readonly at: string
  readonly until: string | null
  readonly answer: {
    readonly choice: string | null
    readonly body: string
    readonly at: string
    readonly state: string
    readonly outcome: string | null
  } | null
}

/** What others wrote, line by line: what a screen would obey is gone from it, and markup reads as letters. */
export const letter = (text: string, view: View, indent = '  '): string => {
  const width = readingWidth(view)
  const room = width && Math.max(20, width - indent.length)
  return printable(text)
    .split('\n')
    .flatMap((line) => wrap(line, room))
    .map((line) => `${indent}${line}`.trimEnd())
    .join('\n')
}

/** How it stands with a message, and why. */
export const stateText = (
  {
    state,
    outcome,
    last_error: error,
  }: { state: string; outcome: string | null; last_error?: string | null },
  view: View,
): string =>
  [
    meaning(view, `message_${state}`),
    ...[outcome ?? error ?? []].flat().map((code) => meaning(view, code)),
  ].join(': ')

/** What partners wrote to us: what it says, and how to answer or to hear no more. */
export const renderInbox: Renderer = (value, view) => {
  const { items } = value as { items: readonly Message[] }
  if (items.length === 0) return say(view, '(nobody wrote to you)')
  return parts(...items.map((message) => received(message, view)))
}

/** What we wrote to partners, and what they say. */
export const renderSentMessages: Renderer = (value, view) => {
  const { items } = value as { items: readonly Message[] }
  if (items.length === 0) return say(view, '(nothing was written)')
  return parts(
    ...items.map((message) =>
      parts(
        title('{kind} to {name}', message, view),
        factsText([...head(message, view), [say(view, 'state'), stateText(message, view)]], view),
        letter(message.body, view),
        answerText('their answer', message, view),
      ),
    ),
  )
}

/** An answer stands under the message it answers. */
export const renderAnswer: Renderer = (value, view) => writtenText(value as Message, 'messages list', view)

/** One that was just written. */
export const renderSentMessage: Renderer = (value, view) =>
  writtenText(value as Message, 'messages sent', view)

const writtenText = (message: Message, command: string, view: View): string => {
  const { id, kind, partner } = message
  const about = { name: partyText(partner), kind: meaning(view, kind) }
  return parts(
    paragraph(say(view, 'On its way to {name}, as {kind}.', about), view),
    factsText([[say(view, 'id'), oneLine(id)]], view),
    commandsText([[say(view, 'see whether it arrived'), `${view.regie} ${command}`]]),
  )
}

export const renderStopped: Renderer = (value, view) => {
  const { stopped } = value as { stopped: readonly { partner: NamedParty; kind: string }[] }
  const lines = stopped.map(({ partner, kind }) =>
    say(view, 'From now on {name} sends you no more {kind}.', {
      name: partyText(partner),
      kind: meaning(view, kind),
    }),
  )
  return paragraph([...new Set(lines)].join('\n'), view)
}

export const renderLimit: Renderer = (value, view) => {
  const { grant, most, usual } = value as { grant: string; most: number; usual: number }
  return parts(
    paragraph(say(view, 'At most {most} a month along this grant; {usual} is usual.', { most, usual }), view),
    factsText([[say(view, 'grant'), oneLine(grant)]], view),
  )
}

interface Count {
  readonly partner: string
  readonly partner_name?: string | null
  readonly kind: string
  readonly sent: number
  readonly answered: number
  readonly not_taken: number
  readonly received: number
  readonly answers: number
  readonly stopped: number
}

/** How many went both ways. */
export const renderCounts: Renderer = (value, view) => {
  const { month, items } = value as { month: string; items: readonly Count[] }
  if (items.length === 0) return say(view, '(no messages in {month})', { month: oneLine(month) })
  const head = [
    ...sayAll(view, 'partner', 'what', 'sent', 'answered', 'not taken', 'received', 'our answers'),
    say(view, 'stopped by us'),
  ]
  const rows = items.map((count) => [
    partyText({ did: count.partner, name: count.partner_name ?? null }),
    meaning(view, count.kind),
    ...[count.sent, count.answered, count.not_taken, count.received, count.answers, count.stopped].map((n) =>
      cell(n),
    ),
  ])
  return tableText({ head, rows }, view)
}

function received(message: Message, view: View): string {
  const { id, kind, partner, answer, outcome } = message
  const choice = kind === 'call_up' ? ' --choice yes' : ''
  const canAnswer = answer === null && outcome === null
  return parts(
    title('{kind} of {name}', message, view),
    factsText([...head(message, view), [say(view, 'state'), outcome && meaning(view, outcome)]], view),
    letter(message.body, view),
    answerText('your answer', message, view),
    commandsText([
      ...(canAnswer
        ? [[say(view, 'answer'), `${view.regie} messages answer ${oneLine(id)}${choice} --body …`] as const]
        : []),
      [
        say(view, 'no more of these'),
        `${view.regie} messages stop --partner ${quoted(oneLine(partner.did))} --kind ${oneLine(kind)}`,
      ],
    ]),
  )
}

const title = (phrase: '{kind} of {name}' | '{kind} to {name}', { kind, partner }: Message, view: View) =>
  paragraph(say(view, phrase, { kind: meaning(view, kind), name: partyText(partner) }), view)

const head = ({ id, subject, at, until }: Message, view: View): Fact[] => [
  [say(view, 'id'), oneLine(id)],
  [say(view, 'subject'), oneLine(subject)],
  [say(view, 'sent'), momentText(at, view)],
  [say(view, 'answer by'), until && momentText(until, view)],
]

function answerText(phrase: 'your answer' | 'their answer', { answer }: Message, view: View): string | null {
  if (!answer) return null
  const { choice, state, outcome } = answer
  const facts: Fact[] = [
    [say(view, phrase), choice ? meaning(view, choice) : momentText(answer.at, view)],
    [say(view, 'state'), state === 'received' ? null : stateText({ state, outcome }, view)],
  ]
  return `${factsText(facts, view)}\n${letter(answer.body, view, '    ')}`
}
