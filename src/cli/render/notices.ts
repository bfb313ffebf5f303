import { oneLine } from '../text.ts'
import { type NamedParty, partyText } from './access-requests.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell, stacked } from './value.ts'

interface Notice {
  readonly id: string
  readonly kind: 'corrected' | 'ended'
  readonly recipient: NamedParty
  readonly claims: readonly string[]
  readonly state: string
  readonly reason: string | null
  readonly outcome: string | null
  readonly last_error: string | null
  readonly told_at: string | null
  readonly read_at: string | null
  readonly unanswered: boolean
}

/** Who was told of what, and what became of it. */
export const renderNotices: Renderer = (value, view) => {
  const { items } = value as { items: readonly Notice[] }
  if (items.length === 0) return say(view, '(nobody had to be told anything)')
  const head = sayAll(view, 'id', 'who was told', 'what', 'claims', 'state', 'told at', 'read at')
  const rows = items.map((notice) => [
    oneLine(notice.id),
    partyText(notice.recipient),
    meaning(view, `notice_${notice.kind}`),
    notice.claims.length > 0 ? stacked(notice.claims) : '',
    [notice.unanswered ? 'unanswered' : notice.state, notice.outcome ?? notice.last_error ?? notice.reason]
      .filter((code) => code !== null)
      .map((code) => meaning(view, code))
      .join(': '),
    cell(notice.told_at, view),
    cell(notice.read_at, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}
