import { oneLine } from '../text.ts'
import { commandsText, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Reason {
  readonly code: string
  readonly count: number
  readonly points: number
  readonly what: readonly string[]
}

interface Named {
  readonly id: string
  readonly name: string
}

export interface Quality {
  readonly points: number
  readonly reasons: readonly Reason[]
  readonly ages: readonly {
    readonly what: string
    readonly whose: 'ours' | 'theirs'
    readonly as_of: string
    readonly days: number
    readonly stale: boolean
  }[]
  readonly bounces: readonly {
    readonly what: string
    readonly kind: string
    readonly count: number
    readonly last_at: string
  }[]
  readonly taken: readonly { readonly field: string; readonly claim: string; readonly as_of: string }[]
}

/** Partners of which our data may not be right, the worst first. */
export const renderQuality: Renderer = (value, view) => {
  const { items, waiting } = value as {
    items: readonly { partner: Named; points: number; reasons: readonly Reason[] }[]
    waiting: boolean
  }
  const head = sayAll(view, 'id', 'partner', 'points', 'why')
  const rows = items.map(({ partner, points, reasons }) => [
    oneLine(partner.id),
    oneLine(partner.name),
    String(points),
    reasons.map((reason) => reasonText(reason, view)).join('\n'),
  ])
  return parts(
    rows.length > 0 ? tableText({ head, rows, id: 0 }, view) : say(view, '(nothing seems wrong)'),
    waiting && say(view, 'Some partners are still to be looked at: ask again in a minute.'),
  )
}

/** `stale: email, phone (4)` */
function reasonText({ code, count, points, what }: Reason, view: View): string {
  const names = what.length > 0 ? what.map(oneLine).join(', ') : String(count)
  return `${meaning(view, `quality_${code}`)}: ${names} (${points})`
}

/** Of one partner: why, how old each value is, what bounced, what was taken over. */
export function qualityText({ points, reasons, ages, bounces, taken }: Quality, view: View): string {
  const old = ages.filter(({ stale }) => stale)
  return parts(
    reasons.length > 0 &&
      [
        say(view, 'May not be right ({points} points):', { points }),
        ...reasons.map((reason) => `  ${reasonText(reason, view)}`),
      ].join('\n'),
    old.length > 0 &&
      `${say(view, 'Nobody confirmed for long:')}\n${tableText(
        {
          head: sayAll(view, 'what', 'not since', 'days'),
          rows: old.map(({ what, as_of, days }) => [oneLine(what), cell(as_of, view), String(days)]),
        },
        view,
      )}`,
    bounces.length > 0 &&
      `${say(view, 'Came back:')}\n${tableText(
        {
          head: sayAll(view, 'what', 'how', 'times', 'last'),
          rows: bounces.map(({ what, kind, count, last_at }) => [
            ...[oneLine(what), meaning(view, `bounce_kind_${kind}`), String(count), cell(last_at, view)],
          ]),
        },
        view,
      )}`,
    taken.length > 0 &&
      `${say(view, 'Taken over from the partner:')}\n${tableText(
        {
          head: sayAll(view, 'field', 'claim', 'read'),
          rows: taken.map(({ field, claim, as_of }) => [oneLine(field), oneLine(claim), cell(as_of, view)]),
        },
        view,
      )}`,
  )
}

/** What can be done about values that differ. */
export const differenceCommands = (id: string, claim: string, view: View): string =>
  commandsText([
    [say(view, 'take over theirs'), `${view.regie} partners take-over ${oneLine(id)} ${oneLine(claim)}`],
    [
      say(view, 'propose ours'),
      `${view.regie} corrections propose --partner ${oneLine(id)} --claim ${oneLine(claim)} --value … --reason …`,
    ],
  ])

/** One bounce, as it is noted. */
export const renderBounce: Renderer = (value, view) => {
  const { id, what, kind, count, last_at } = value as {
    id: string
    what: string
    kind: string
    count: number
    last_at: string
  }
  const head = sayAll(view, 'id', 'what', 'how', 'times', 'last')
  const row = [
    oneLine(id),
    oneLine(what),
    meaning(view, `bounce_kind_${kind}`),
    String(count),
    cell(last_at, view),
  ]
  return parts(say(view, 'Noted:'), tableText({ head, rows: [row], id: 0 }, view))
}

/** Partners that seem to be one. */
export const renderDuplicates: Renderer = (value, view) => {
  const { items } = value as {
    items: readonly { partners: readonly Named[]; on: readonly string[]; score: number }[]
  }
  const [first] = items
  if (!first) return say(view, '(no two partners seem to be one)')
  const head = sayAll(view, 'partner', 'id', 'the same', 'score')
  const rows = items.map(({ partners, on, score }) => [
    partners.map(({ name }) => oneLine(name)).join('\n'),
    partners.map(({ id }) => oneLine(id)).join('\n'),
    on.map((one) => meaning(view, `duplicate_${one}`)).join(', '),
    String(score),
  ])
  const [one, other] = first.partners.map(({ id }) => oneLine(id))
  return parts(
    tableText({ head, rows }, view),
    commandsText([
      [say(view, 'they are one'), `${view.regie} partners merge ${one} ${other}`],
      [say(view, 'they are two'), `${view.regie} partners different ${one} ${other}`],
    ]),
  )
}

/** Two partners that somebody told apart. */
export const renderDifferent: Renderer = (value, view) => {
  const { one, other } = value as { one: string; other: string }
  return parts(
    say(view, 'These are two partners, and are not named together again:'),
    `  ${oneLine(one)}\n  ${oneLine(other)}`,
  )
}
