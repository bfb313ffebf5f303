import { oneLine } from '../text.ts'
import { type NamedParty, partyText, purposeText } from './access-requests.ts'
import { commandsText, paragraph, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { stacked } from './value.ts'

interface Expiring {
  readonly grant: string
  readonly side: 'given' | 'held'
  readonly partner: NamedParty
  readonly claims: readonly string[]
  readonly purpose: readonly string[]
  readonly until: string
}

/** A request that waits for another day. */
export const renderDeferred: Renderer = (value, view) => {
  const { id, deferred_until: until } = value as { id: string; deferred_until: string }
  return parts(
    paragraph(
      say(view, 'Put off until {until}. Who asked hears nothing of it, and you can decide sooner.', {
        until: momentText(until, view),
      }),
      view,
    ),
    commandsText([[say(view, 'share'), `${view.regie} access approve ${oneLine(id)}`]]),
  )
}

/** We asked after it. */
export const renderNudged: Renderer = (value, view) => {
  const { id } = value as { id: string }
  return paragraph(say(view, 'Asked after {id}; again in a week at the soonest.', { id: oneLine(id) }), view)
}

/** What ends soon, and how to ask for it again. */
export const renderExpiring: Renderer = (value, view) => {
  const { items } = value as { items: readonly Expiring[] }
  if (items.length === 0) return say(view, '(no grant ends soon)')
  const head = sayAll(view, 'id', 'until', 'partner', 'side', 'claims', 'for what')
  const rows = items.map(({ grant, side, partner, claims, purpose, until }) => [
    oneLine(grant),
    momentText(until, view),
    partyText(partner),
    say(view, side === 'held' ? 'we see theirs' : 'they see ours'),
    stacked(claims),
    purposeText(purpose, view),
  ])
  const held = items.filter(({ side }) => side === 'held')
  return parts(
    tableText({ head, rows, id: 0 }, view),
    held.length > 0 &&
      commandsText(
        held.map(({ grant }) => [say(view, 'renew'), `${view.regie} access renew ${oneLine(grant)}`]),
      ),
  )
}

/** When what waits and what ends is announced. */
export const renderReminders: Renderer = (value, view) => {
  const { expiring_days: expiring, waiting_days: waiting } = value as Record<
    'expiring_days' | 'waiting_days',
    number
  >
  return parts(
    paragraph(
      say(view, 'A grant is announced {days} days before it ends.', { days: expiring.toFixed() }),
      view,
    ),
    paragraph(
      say(view, 'A request is announced when it waits {days} days, and again after as many.', {
        days: waiting.toFixed(),
      }),
      view,
    ),
  )
}
