import { oneLine } from '../text.ts'
import { partyText } from './access-requests.ts'
import { parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { shortDid } from './short.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

export interface SharedValue {
  readonly claim: string
  readonly value: unknown
  readonly hidden: boolean
  readonly state: 'current' | 'changed' | 'withdrawn'
  readonly subject: string
  readonly source: { readonly did: string; readonly name: string | null; readonly kind: string }
  readonly trusted: boolean
  readonly as_of: string
  readonly until: string
  readonly withdrawn: { readonly at: string; readonly code: string } | null
}

export interface Difference {
  readonly field: string
  readonly claim: string
  readonly ours_as_of: string
  readonly theirs_as_of: string
}

interface Change {
  readonly seq: number
  readonly at: string
  readonly partner: { readonly did: string; readonly id: string | null; readonly name?: string | null }
  readonly kind: string
  readonly claims: readonly string[]
}

/** What a partner lets us see, with who says so and how old it is; what was withdrawn says so and shows no value. */
export function valuesText(values: readonly SharedValue[], did: string | null, view: View): string {
  if (values.length === 0) return ''
  const rows = values.map((one) => [
    oneLine(one.claim),
    shownText(one, view),
    sourceText(one, view),
    cell(one.as_of, view),
    one.withdrawn ? '' : momentText(one.until, view),
    one.subject === did ? '' : shortDid(oneLine(one.subject)),
  ])
  const head = sayAll(view, 'claim', 'value', 'source', 'read', 'until', 'of')
  return `${say(view, 'What it lets us see:')}\n${tableText({ head, rows }, view)}`
}

function shownText({ value, hidden, state, withdrawn }: SharedValue, view: View): string {
  if (withdrawn)
    return say(view, 'withdrawn on {day}: {why}', {
      day: momentText(withdrawn.at, view),
      why: meaning(view, withdrawn.code),
    })
  const shown = hidden ? say(view, '(not for you to see)') : cell(value, view)
  return state === 'changed' ? `${shown}\n${say(view, 'no longer so, says the partner')}` : shown
}

function sourceText({ source, trusted }: SharedValue, view: View): string {
  if (source.kind === 'self_declared') return say(view, 'says so itself')
  const who = partyText({ did: source.did, name: source.name })
  return say(view, trusted ? 'attested by {who}' : 'attested by {who}, which we do not trust for this', {
    who,
  })
}

/** Where what we imported is not what the partner shows. */
export function differencesText(differences: readonly Difference[], view: View): string {
  if (differences.length === 0) return ''
  const rows = differences.map((one) => [
    say(view, differing[one.field as keyof typeof differing] ?? 'details'),
    oneLine(one.claim),
    cell(one.ours_as_of, view),
    cell(one.theirs_as_of, view),
  ])
  const head = sayAll(view, 'field', 'claim', 'ours of', 'theirs of')
  return `${say(view, 'Not the same as what we have:')}\n${tableText({ head, rows }, view)}`
}

const differing = {
  name: 'name',
  email: 'email',
  phone: 'phone number',
  website: 'website',
  iban: 'IBAN',
  kvk: 'KVK number',
  vat: 'VAT number',
  address: 'address',
} as const

/** What changed in what partners let us see, and how to go on from here. */
export const renderChanges: Renderer = (value, view) => {
  const { items, cursor, more } = value as { items: readonly Change[]; cursor: string; more: boolean }
  const head = sayAll(view, 'no.', 'when', 'partner', 'what', 'claims')
  const rows = items.map(({ seq, at, partner, kind, claims }) => [
    String(seq),
    cell(at, view),
    partyText({ did: partner.did, name: partner.name ?? null }),
    meaning(view, kind),
    claims.map(oneLine).join('\n'),
  ])
  return parts(
    rows.length > 0 ? tableText({ head, rows }, view) : say(view, '(nothing changed)'),
    `${say(view, more ? 'there is more:' : 'later changes:')} ${view.regie} partners changes --after ${oneLine(cursor)}`,
  )
}
