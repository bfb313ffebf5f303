import { oneLine } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import { letter } from './messages.ts'
import { dayText, momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Expected {
  readonly at: string
  readonly basis: string
}
export interface ShownInvitation {
  readonly id: string
  readonly partner: { readonly name: string | null; readonly kvk: string | null; readonly did: string | null }
  readonly state: string
  readonly since: string
  readonly overdue: boolean
  readonly roles: readonly string[]
  readonly order: { readonly state: string; readonly code: string | null; readonly checked_at: string | null }
  readonly expected: {
    readonly next: Expected | null
    readonly registered: Expected | null
    readonly registered_p80: string | null
  }
  readonly talk: Talk | null
  readonly unread: number
}
interface Talk {
  readonly at: string
  readonly owner: string | null
}
interface Full extends ShownInvitation {
  readonly contact: { readonly name: string; readonly email: string } | null
  readonly why: string | null
  readonly moves: readonly {
    readonly to: string
    readonly at: string
    readonly side: string
    readonly account: string | null
    readonly reason: string | null
    readonly expected_at: string | null
  }[]
}

export const stateText = (state: string, view: View): string => meaning(view, `invitation_${state}`)
export const nameText = ({ partner }: Pick<ShownInvitation, 'partner'>, view: View): string =>
  partner.name === null ? say(view, '(erased)') : oneLine(partner.name)

/** The day alone: nobody plans an invitation by the minute. */
export const day = (iso: string, view: View): string =>
  dayText(momentText(iso, { language: 'en' }).slice(0, 10), view)

const expectedText = (one: Expected | null, view: View): string =>
  one ? `${day(one.at, view)} (${meaning(view, `basis_${one.basis}`)})` : ''

export const renderInvitations: Renderer = (value, view) => {
  const { items } = value as { items: readonly ShownInvitation[] }
  if (items.length === 0) return say(view, '(nobody is invited)')
  return tableOf(items, view)
}

const tableOf = (items: readonly ShownInvitation[], view: View): string =>
  tableText(
    {
      head: sayAll(view, 'id', 'partner', 'state', 'since', 'next expected', 'to note'),
      rows: items.map((one) => [
        ...[one.id, nameText(one, view), stateText(one.state, view), day(one.since, view)],
        ...[one.expected.next ? day(one.expected.next.at, view) : '', notes(one, view)],
      ]),
      id: 0,
    },
    view,
  )

const notes = ({ overdue, unread, order, talk }: ShownInvitation, view: View): string =>
  [
    overdue && say(view, 'OVERDUE'),
    talk && say(view, 'talk on {day}', { day: day(talk.at, view) }),
    unread > 0 && say(view, '{count} unread', { count: unread }),
    order.state === 'waiting' && say(view, 'order on its way'),
    order.code && meaning(view, order.code),
  ]
    .filter(Boolean)
    .join(', ')

/** What was made, and who was left out and why. */
export const renderInvited: Renderer = (value, view) => {
  const { made, skipped } = value as {
    made: readonly ShownInvitation[]
    skipped: readonly { readonly partner: { readonly name: string }; readonly code: string }[]
  }
  const ids = made.map(({ id }) => id).join(',')
  return parts(
    made.length > 0
      ? paragraph(
          say(view, '{count} invitations made. Nobody was written to yet.', { count: made.length }),
          view,
        )
      : say(view, 'Nobody new was invited.'),
    made.length > 0 && tableOf(made, view),
    skipped.length > 0 &&
      tableText(
        {
          head: sayAll(view, 'not invited', 'why'),
          rows: skipped.map(({ partner, code }) => [oneLine(partner.name), meaning(view, code)]),
        },
        view,
      ),
    made.length > 0 &&
      commandsText([
        [say(view, 'announce them by mail'), `${view.regie} invitations inform ${ids}`],
        [say(view, 'order them'), `${view.regie} invitations submit ${ids}`],
      ]),
  )
}

/** What came of each of several. */
export const renderOutcomes: Renderer = (value, view) => {
  const { items } = value as {
    items: readonly { readonly id: string; readonly state: string | null; readonly code: string | null }[]
  }
  return tableText(
    {
      head: sayAll(view, 'id', 'state', 'nothing came of it'),
      rows: items.map(({ id, state, code }) => [
        ...[id, state === null ? '' : stateText(state, view), code === null ? '' : meaning(view, code)],
      ]),
      id: 0,
    },
    view,
  )
}

/** One invitation: how it stands, every move of both sides, and what can be done. */
export const renderInvitation: Renderer = (value, view) => {
  const one = value as Full
  const { id, contact, why, moves, order, expected, talk } = one
  const facts: Fact[] = [
    [say(view, 'invitation'), id],
    [say(view, 'state'), `${stateText(one.state, view)}${one.overdue ? `, ${say(view, 'OVERDUE')}` : ''}`],
    [say(view, 'since'), cell(one.since, view)],
    [
      say(view, 'order'),
      [meaning(view, `order_${order.state}`), ...(order.code ? [meaning(view, order.code)] : [])].join(': '),
    ],
    [say(view, 'talk'), talk && `${day(talk.at, view)} (${meaning(view, `side_${talk.owner ?? 'system'}`)})`],
    [say(view, 'next expected'), expectedText(expected.next, view)],
    [say(view, 'in the network by'), expectedText(expected.registered, view)],
    [say(view, 'four of five by'), expected.registered_p80 && day(expected.registered_p80, view)],
    [say(view, 'contact person'), contact && `${oneLine(contact.name)} <${oneLine(contact.email)}>`],
    [say(view, 'why'), why && oneLine(why)],
    [say(view, 'unread messages'), one.unread > 0 ? String(one.unread) : null],
  ]
  return parts(
    nameText(one, view),
    factsText(facts, view),
    tableText(
      {
        head: sayAll(view, 'moved to', 'moved on', 'by', 'reason', 'next expected'),
        rows: moves.map((move) => [
          ...[stateText(move.to, view), cell(move.at, view)],
          move.account === null ? meaning(view, `side_${move.side}`) : oneLine(move.account),
          ...[
            move.reason === null ? '' : oneLine(move.reason),
            move.expected_at ? day(move.expected_at, view) : '',
          ],
        ]),
      },
      view,
    ),
    commandsText([
      [say(view, 'what was written'), `${view.regie} invitations read ${id}`],
      [say(view, 'take it back'), `${view.regie} invitations withdraw ${id}`],
    ]),
  )
}

/** What coordinator and servicedesk wrote to each other. */
export const renderThread: Renderer = (value, view) => {
  const { items } = value as {
    items: readonly {
      readonly side: string
      readonly body: string
      readonly at: string
      readonly state?: string
    }[]
  }
  if (items.length === 0) return say(view, '(nothing was written)')
  return parts(
    ...items.map(({ side, body, at, state }) => {
      const waits = state && state !== 'delivered' ? ` (${meaning(view, `thread_${state}`)})` : ''
      return `${meaning(view, `side_${side}`)}, ${cell(at, view)}${waits}\n${letter(body, view)}`
    }),
  )
}

export const renderDigest: Renderer = (value, view) => {
  const { on } = value as { on: boolean }
  if (typeof on !== 'boolean') throw new Error('an answer we do not know')
  return say(view, on ? 'You get a mail on days on which something moved.' : 'You get no daily mail.')
}

export const renderEcosystem: Renderer = (value, view) => {
  const { roles } = value as { roles: readonly Readonly<Record<string, string | number>>[] }
  if (roles.length === 0) return say(view, '(no partners)')
  const columns = ['partners', 'in_network', 'invited', 'declined', 'not_invited', 'active'] as const
  return tableText(
    {
      head: [
        say(view, 'role'),
        ...sayAll(view, 'partners', 'in the network', 'invited', 'said no', 'not invited', 'of those active'),
      ],
      rows: roles.map((row) => [
        meaning(view, row.role === 'none' ? 'role_not_said' : String(row.role)),
        ...columns.map((name) => String(row[name])),
      ]),
    },
    view,
  )
}
