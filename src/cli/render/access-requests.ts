import { oneLine } from '../text.ts'
import { durationText } from './duration.ts'
import { commandsText, type Fact, factsText, paragraph, parts, quoted } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { shortDid } from './short.ts'
import { tableText } from './table.ts'
import { cell, stacked } from './value.ts'
import type { View } from './view.ts'

export interface NamedParty {
  readonly did: string
  readonly name: string | null
}

export interface Actor extends NamedParty {
  readonly kind: 'employee' | 'system'
  readonly role: string | null
}

interface Request {
  readonly id: string
  readonly state: 'pending' | 'countered' | 'approved' | 'denied' | 'withdrawn'
  readonly subject: 'organisation' | 'person' | 'system'
  readonly asker: NamedParty
  readonly actor: Actor | null
  readonly claims: readonly string[]
  readonly purpose: readonly string[]
  readonly legal_basis: string
  readonly reason: string
  readonly value: string
  /** Not there when a node of an earlier version answers; so with what follows. */
  readonly case?: { readonly ref: string } | null
  readonly retention?: string | null
  readonly catalogue?: string | null
  readonly over_asked?: readonly string[]
  readonly ratings?: Ratings
  readonly system: { readonly name: string } | null
  readonly passing_on: { readonly why: string; readonly to: readonly NamedParty[] } | null
  readonly until: string | null
  readonly asked_at: string
  readonly grant: string | null
  readonly counter: Counter | null
  readonly deferred_until: string | null
  readonly nudged_at: string | null
  readonly on_your_list: boolean
}

/** What is given or wanted in return, on either side. */
interface Counter {
  readonly made_by: 'us' | 'partner'
  readonly state: 'open' | 'in_force' | 'ended'
  readonly ended: string | null
  readonly in_return: readonly string[]
  readonly in_return_until: string
  readonly answer_by: string
  readonly their_request: string
}

interface Ratings {
  readonly yes: number
  readonly partly: number
  readonly no: number
  readonly last: { readonly came_true: string; readonly at: string } | null
}

interface Sent {
  readonly id: string
  readonly partner: NamedParty
  readonly claims: readonly string[]
  readonly purpose: readonly string[]
  readonly state: 'queued' | 'sending' | 'pending' | 'refused' | 'granted' | 'denied' | 'withdrawn'
  readonly codes: readonly string[]
  readonly sent_at: string
  readonly counter?: Counter | null
}

/** A party by its name; one without is its DID, shortened. */
export const partyText = ({ name, did }: NamedParty): string => oneLine(name || shortDid(did))

/** `Sanne Nietje (account_manager)` */
export const actorText = (actor: Actor): string =>
  `${partyText(actor)}${actor.role ? ` (${oneLine(actor.role)})` : ''}`

export const purposeText = (purpose: readonly string[], { termOf }: Pick<View, 'termOf'>): string =>
  purpose.map((iri) => oneLine(termOf(iri))).join(', ')

/** What waits for an answer: who asks, for what and why, and the two lines to answer with. */
export const renderRequests: Renderer = (value, view) => {
  const { items } = value as { items: readonly Request[] }
  if (items.length === 0) return say(view, '(nobody asks for your data)')
  return items.map((request) => requestText(request, view)).join('\n\n')
}

function requestText(request: Request, view: View): string {
  const { asker, actor, passing_on: passingOn } = request
  const who = actor
    ? say(view, '{person} of {company}', { person: actorText(actor), company: partyText(asker) })
    : partyText(asker)
  const until = request.until
    ? momentText(request.until, view)
    : say(view, 'a day of your choice; a year if you name none')
  const facts: Fact[] = [
    [say(view, 'who asks'), who],
    [say(view, 'about'), say(view, about[request.subject] ?? 'a system’s data')],
    [say(view, 'wants to see'), request.claims.map(oneLine)],
    [say(view, 'for what'), purposeText(request.purpose, view)],
    [say(view, 'legal basis'), oneLine(view.termOf(request.legal_basis))],
    [say(view, 'why'), oneLine(request.reason)],
    [say(view, 'what it brings you'), oneLine(request.value)],
    [say(view, 'so it said before'), ratingsText(request.ratings, view)],
    [say(view, 'data are kept for'), request.retention && durationText(request.retention, view)],
    [say(view, 'the case'), request.case && oneLine(request.case.ref)],
    [say(view, 'says it needs'), request.catalogue && meaning(view, request.catalogue)],
    [say(view, 'MORE THAN IT NEEDS'), (request.over_asked ?? []).map(oneLine)],
    [say(view, 'a system that would read by itself'), request.system && oneLine(request.system.name)],
    [say(view, 'why an intermediary as well'), passingOn && oneLine(passingOn.why)],
    [say(view, 'only to'), passingOn?.to.length ? passingOn.to.map(partyText) : null],
    [say(view, 'until'), request.state === 'pending' ? until : null],
    [say(view, 'asked'), momentText(request.asked_at, view)],
    [say(view, 'asked after'), request.nudged_at && momentText(request.nudged_at, view)],
    [say(view, 'put off until'), request.deferred_until && momentText(request.deferred_until, view)],
    [say(view, 'grant'), request.grant && oneLine(request.grant)],
    ...counterFacts(request, view),
  ]
  const answers: [string, string][] = [
    [say(view, 'share'), `${view.regie} access approve ${oneLine(request.id)}`],
    [say(view, 'do not share'), `${view.regie} access deny ${oneLine(request.id)}`],
  ]
  const head = `${oneLine(request.id)}  ${meaning(view, request.state)}`
  return [
    head,
    factsText(facts, view),
    ...(request.state === 'pending'
      ? [
          commandsText(answers),
          ...(request.counter?.made_by === 'partner'
            ? []
            : [`  ${say(view, '(share if you may see theirs with access counter)')}`]),
          ...(request.on_your_list
            ? [`  ${say(view, '(this is on your list: share it with approvals apply)')}`]
            : []),
          // A counter-offer is taken as it is, or refused.
          ...(request.counter?.made_by === 'partner'
            ? []
            : [`  ${say(view, '(share less or shorter with --only <claims> --until <day>)')}`]),
          ...(request.system
            ? [`  ${say(view, '(let the system read by itself with --allow-system)')}`]
            : []),
          ...(passingOn
            ? [`  ${say(view, '(let an intermediary read as well with --allow-passing-on)')}`]
            : []),
        ]
      : []),
  ].join('\n')
}

/** Which of our requests a counter-offer answers, or what became of ours. */
function counterFacts({ counter, state }: Request, view: View): Fact[] {
  if (!counter) return []
  const isOpen = counter.state === 'open' && (state === 'pending' || state === 'countered')
  const offered = say(view, '{claims}, until {until}', {
    claims: counter.in_return.map(oneLine).join(', '),
    until: momentText(counter.in_return_until, view),
  })
  return [
    [say(view, 'in return for'), counter.made_by === 'partner' ? offered : null],
    [say(view, 'agree before'), isOpen ? momentText(counter.answer_by, view) : null],
    [say(view, 'given and taken'), meaning(view, counter.ended ?? `counter_${counter.state}`)],
  ]
}

/** What came true of what this asker said before. */
function ratingsText(ratings: Ratings | undefined, view: View): string | null {
  if (!ratings?.last) return null
  const { yes, partly, no, last } = ratings
  const counts = say(view, 'came true: yes {yes}, partly {partly}, no {no}', { yes, partly, no })
  const lately = say(view, 'last on {day}: {answer}', {
    day: momentText(last.at, view),
    answer: meaning(view, `came_true_${last.came_true}`),
  })
  return `${counts}; ${lately}`
}

const about = {
  organisation: 'the company’s data',
  person: 'your own data',
  system: 'a system’s data',
} as const

/** What we asked, and what happens next. */
export const renderSent: Renderer = (value, view) => {
  const { id, partner, claims, purpose, state } = value as Sent
  const name = partyText(partner)
  const facts: Fact[] = [
    [say(view, 'request'), oneLine(id)],
    [say(view, 'asked for'), claims.map(oneLine)],
    [say(view, 'for what'), purposeText(purpose, view)],
  ]
  const next: [string, string][] = [
    [say(view, 'how it stands'), `${view.regie} access sent`],
    [say(view, 'once granted'), `${view.regie} read --partner ${quoted(name)}`],
  ]
  return parts(
    paragraph(say(view, sentences[state] ?? 'Asked of {name}.', { name }), view),
    factsText(facts, view),
    commandsText(next),
  )
}

const sentences = {
  queued: 'On its way to {name}.',
  withdrawn: 'Taken back: {name} can say yes to it no more.',
  sending: 'On its way to {name}.',
  pending: 'Asked. With {name} it now waits for whoever may grant it: the company, the person, or both.',
  granted: '{name} granted it.',
  denied: '{name} does not share this.',
  refused: 'The node of {name} did not take the request.',
} as const

/** All we asked of partners. */
export const renderAllSent: Renderer = (value, view) => {
  const { items } = value as { items: readonly Sent[] }
  if (items.length === 0) return say(view, '(nothing was asked)')
  const head = sayAll(view, 'id', 'state', 'partner', 'asked for', 'for what', 'asked')
  const rows = items.map((sent) => [
    oneLine(sent.id),
    sentState(sent, view),
    partyText(sent.partner),
    stacked(sent.claims),
    purposeText(sent.purpose, view),
    cell(sent.sent_at, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** A counter-offer of the partner is what waits then, and for us. */
function sentState({ state, codes, counter }: Sent, view: View): string {
  const own = [meaning(view, state), ...codes.map((code) => meaning(view, code))].join(': ')
  if (!counter) return own
  if (counter.made_by === 'us')
    return `${own}\n${say(view, 'our counter-offer')}: ${exchangeText(counter, view)}`
  const their = `${say(view, 'their counter-offer')}: ${exchangeText(counter, view)}`
  return counter.state === 'open' && state === 'pending' ? their : `${own}\n${their}`
}

const exchangeText = (
  { state, ended, answer_by: by, made_by: who, their_request: id }: Counter,
  view: View,
) =>
  [
    meaning(view, ended ?? `counter_${state}`),
    ...(state === 'open'
      ? [`${say(view, 'agree before')} ${momentText(by, view)}`, ...(who === 'partner' ? [oneLine(id)] : [])]
      : []),
  ].join('\n')

/** A no. */
export const renderDenied: Renderer = (_value, view) =>
  paragraph(say(view, 'Not shared. Who asked gets a signed no, with your reason if you gave one.'), view)
