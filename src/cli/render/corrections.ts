import { oneLine } from '../text.ts'
import { type NamedParty, partyText } from './access-requests.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Proposed {
  readonly value: unknown
  readonly reason: string
}

interface Sent {
  readonly id: string
  readonly partner: NamedParty
  readonly claim: string
  readonly proposed: Proposed | null
  readonly bounce: string | null
  readonly state: string
  readonly outcome: string | null
  readonly proposed_at: string
}

interface Received {
  readonly id: string
  readonly proposer: NamedParty
  readonly claim: string
  readonly current: unknown
  readonly proposed: Proposed | null
  readonly bounce: string | null
  readonly value_changed: boolean
  readonly attested_by: NamedParty | null
  readonly state: string
  readonly outcome: string | null
  readonly proposed_at: string
}

/** What is proposed about one's own data, each with what it says now and the lines to answer with. */
export const renderReceivedCorrections: Renderer = (value, view) => {
  const { items } = value as { items: readonly Received[] }
  if (items.length === 0) return say(view, '(nobody proposes to correct anything)')
  return items.map((one) => receivedText(one, view)).join('\n\n')
}

/** One proposal, once it is decided. */
export const renderDecidedCorrection: Renderer = (value, view) => {
  const one = value as Received
  const said =
    one.state === 'accepted'
      ? say(view, 'Corrected. Whoever may see it is told.')
      : say(view, 'Left as it is. {name} is told why.', { name: partyText(one.proposer) })
  return parts(paragraph(said, view), factsText([['id', oneLine(one.id)], ...factsOf(one, view)], view))
}

function receivedText(one: Received, view: View): string {
  const lines = [
    ...(one.attested_by || !hasValue(one.proposed)
      ? []
      : [[say(view, 'correct it so'), acceptLine(one, view)] as const]),
    [
      say(view, 'leave it'),
      `${view.regie} corrections decline ${oneLine(one.id)} --reason ${one.attested_by ? 'attested_by_other' : 'value_is_right'}`,
    ] as const,
  ]
  return parts(
    [oneLine(one.id), factsText(factsOf(one, view), view)].join('\n'),
    one.state === 'open' && commandsText(lines),
  )
}

const hasValue = (proposed: Proposed | null): boolean =>
  proposed !== null && proposed.value !== null && proposed.value !== undefined

const acceptLine = ({ id, value_changed }: Received, { regie }: View): string =>
  `${regie} corrections accept ${oneLine(id)}${value_changed ? ' --anyway' : ''}`

const factsOf = (one: Received, view: View): Fact[] => [
  [say(view, 'who proposes'), partyText(one.proposer)],
  [say(view, 'claim'), oneLine(one.claim)],
  [say(view, 'it says now'), one.state === 'open' ? cell(one.current, view) : ''],
  [say(view, 'should be'), proposedText(one, view)],
  [say(view, 'why'), one.proposed && oneLine(one.proposed.reason)],
  [say(view, 'note'), notes(one, view)],
  [say(view, 'state'), stateText(one, 'proposal', view)],
]

const notes = ({ bounce, value_changed, attested_by }: Received, view: View): string[] => [
  ...(bounce ? [meaning(view, `bounce_${bounce}`)] : []),
  ...(value_changed ? [say(view, 'you changed it since')] : []),
  ...(attested_by
    ? [say(view, 'only {name} can correct this: turn to them', { name: partyText(attested_by) })]
    : []),
]

/** What we proposed to partners. */
export const renderSentCorrections: Renderer = (value, view) => {
  const { items } = value as { items: readonly Sent[] }
  if (items.length === 0) return say(view, '(we proposed nothing)')
  const head = sayAll(view, 'id', 'partner', 'claim', 'should be', 'state', 'proposed at')
  const rows = items.map((one) => [
    oneLine(one.id),
    partyText(one.partner),
    oneLine(one.claim),
    proposedText(one, view),
    stateText(one, 'proposed', view),
    cell(one.proposed_at, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** What we just proposed. */
export const renderSentCorrection: Renderer = (value, view) => {
  const one = value as Sent
  const facts: Fact[] = [
    ['id', oneLine(one.id)],
    [say(view, 'claim'), oneLine(one.claim)],
    [say(view, 'should be'), proposedText(one, view)],
  ]
  return parts(
    say(view, 'On its way to {name}, who decides.', { name: partyText(one.partner) }),
    factsText(facts, view),
    commandsText([[say(view, 'how it stands'), `${view.regie} corrections sent`]]),
  )
}

const proposedText = (one: { readonly proposed: Proposed | null }, view: View): string =>
  hasValue(one.proposed) ? cell(one.proposed?.value, view) : ''

function stateText(
  { state, outcome }: { readonly state: string; readonly outcome: string | null },
  kind: 'proposed' | 'proposal',
  view: View,
): string {
  return [`${kind}_${state}`, outcome]
    .filter((code) => code !== null)
    .map((code) => meaning(view, code))
    .join(': ')
}
