import { oneLine } from '../text.ts'
import { type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { label, meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'

interface Entries {
  readonly items: readonly {
    readonly at: string
    readonly action: string
    readonly actor: string
    readonly data: Readonly<Record<string, unknown>>
    readonly seq: number | null
  }[]
}

/** Every decision and change: a person is a pseudonym here, so that the record survives her erasure. */
export const renderAudit: Renderer = (value, view) => {
  const { items } = value as Entries
  if (items.length === 0) return say(view, '(none)')
  const head = sayAll(view, 'no.', 'when', 'what', 'by', 'details')
  const rows = items.map(({ at, action, actor, data, seq }) => [
    cell(seq),
    cell(at, view),
    oneLine(action),
    cell(actor),
    Object.entries(data)
      .map(([name, one]) => `${label(view, name)} ${cell(one, view)}`)
      .join('\n'),
  ])
  return tableText({ head, rows }, view)
}

type Verified =
  | { readonly intact: true; readonly entries: number; readonly head: string; readonly unsealed: number }
  | { readonly intact: false; readonly entries: number; readonly broken_at: number; readonly reason: string }

/** The verdict first. */
export const renderAuditVerified: Renderer = (value, view) => {
  const found = value as Verified
  if (typeof found.intact !== 'boolean') throw new Error('not a verification')
  const facts: Fact[] = [
    [say(view, 'intact'), say(view, found.intact ? 'yes' : 'no')],
    [say(view, 'entries'), String(found.entries)],
    ...(found.intact
      ? ([
          [say(view, 'not chained yet'), String(found.unsealed)],
          [say(view, 'head of the chain'), oneLine(found.head)],
        ] as const)
      : ([
          [say(view, 'broken at'), String(found.broken_at)],
          [say(view, 'reason'), meaning(view, found.reason)],
        ] as const)),
  ]
  return parts(
    paragraph(
      say(
        view,
        found.intact
          ? 'The record is intact: nothing in it was changed, left out or put in between.'
          : 'THE RECORD IS NOT INTACT: find out who can write to the database, and compare with a backup.',
      ),
      view,
    ),
    factsText(facts, view),
  )
}
