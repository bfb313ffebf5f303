import { oneLine } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { stacked } from './value.ts'
import type { View } from './view.ts'

interface Kept {
  readonly what: string
  readonly why: string
  readonly count: number | null
  readonly until: string | null
}

interface RightsRequest {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly erased: boolean
  readonly subject: { readonly name: string | null }
  readonly channel: string
  readonly claims: readonly string[]
  readonly text: string | null
  readonly identity: string | null
  readonly received_at: string
  readonly due_at: string
  readonly overdue: boolean
  readonly extension: { readonly reason: string | null } | null
  readonly answer: string | null
  readonly refusal: string | null
  readonly complaint: string | null
  readonly restricted: boolean
  readonly kept: readonly Kept[]
  readonly history: readonly { readonly at: string; readonly what: string; readonly by: string | null }[]
}

/** Requests of persons, with what is late said loudly. */
export const renderRightsRequests: Renderer = (value, view) => {
  const { items } = value as { items: readonly RightsRequest[] }
  if (items.length === 0) return say(view, '(nobody asked anything)')
  const head = sayAll(view, 'id', 'who asks', 'what she asks', 'state', 'asked', 'answer by')
  const rows = items.map((one) => [
    oneLine(one.id),
    nameText(one, view),
    meaning(view, `right_${one.kind}`),
    stateText(one, view),
    momentText(one.received_at, view),
    momentText(one.due_at, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** One request, what became of it, and what can be done about it. */
export const renderRightsRequest: Renderer = (value, view) => {
  const request = value as RightsRequest
  const facts: Fact[] = [
    [say(view, 'request about personal data'), oneLine(request.id)],
    [say(view, 'who asks'), nameText(request, view)],
    [say(view, 'what she asks'), meaning(view, `right_${request.kind}`)],
    [say(view, 'claims'), request.claims.map(oneLine)],
    [say(view, 'how it came'), meaning(view, `channel_${request.channel}`)],
    [say(view, 'in her words'), request.text && oneLine(request.text)],
    [say(view, 'how we know who asks'), request.identity && oneLine(request.identity)],
    [say(view, 'state'), stateText(request, view)],
    [say(view, 'asked'), momentText(request.received_at, view)],
    [say(view, 'answer by'), momentText(request.due_at, view)],
    [say(view, 'two months more'), request.extension?.reason && oneLine(request.extension.reason)],
    [say(view, 'answer'), request.answer && oneLine(request.answer)],
    [say(view, 'refused because'), request.refusal && oneLine(request.refusal)],
    [say(view, 'complaint'), request.complaint && oneLine(request.complaint)],
    [say(view, 'reading'), request.restricted ? meaning(view, 'claim_restricted') : null],
    [say(view, 'what stays'), request.kept.map((one) => keptText(one, view))],
    [say(view, 'history'), request.history.map((move) => moveText(move, view))],
  ]
  return factsText(facts, view)
}

/** What an erasure would do, and how to do it. */
export const renderErasurePreview: Renderer = (value, view) => {
  const { request, erases, keeps } = value as {
    request: string
    erases: readonly { what: string; count: number }[]
    keeps: readonly Kept[]
  }
  const facts: Fact[] = [
    [
      say(view, 'is erased'),
      erases.map(({ what, count }) => `${count} × ${meaning(view, `erased_${what}`)}`),
    ],
    [say(view, 'what stays'), keeps.map((one) => keptText(one, view))],
  ]
  return parts(
    paragraph(say(view, 'Nothing is erased yet. What is erased cannot be brought back.'), view),
    factsText(facts, view),
    commandsText([[say(view, 'erase'), `${view.regie} rights erase ${oneLine(request)}`]]),
  )
}

const nameText = ({ subject, erased }: RightsRequest, view: View): string =>
  subject.name ? oneLine(subject.name) : meaning(view, erased ? 'erased' : 'unknown')

const stateText = ({ state, overdue }: RightsRequest, view: View): string =>
  stacked([meaning(view, `rights_${state}`), ...(overdue ? [meaning(view, 'overdue')] : [])])

const keptText = ({ what, why, count, until }: Kept, view: View): string =>
  [
    `${count === null ? '' : `${count} × `}${meaning(view, `kept_${what}`)}`,
    meaning(view, `why_${why}`),
    until && `${say(view, 'until')} ${momentText(until, view)}`,
  ]
    .filter((part) => part)
    .join(', ')

const moveText = ({ at, what, by }: RightsRequest['history'][number], view: View): string =>
  [momentText(at, view), meaning(view, `rights_${what}`), by && oneLine(by)].filter((part) => part).join(', ')

/** Where the files of an export are. */
export const renderPersonalData: Renderer = (value, view) => {
  const { files } = value as { files: readonly { readonly name: string }[] }
  return parts(
    paragraph(say(view, 'Written, readable by you alone:'), view),
    files.map(({ name }) => `  ${oneLine(name)}`).join('\n'),
  )
}
