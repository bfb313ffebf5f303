import { oneLine } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Change {
  readonly id: string | null
  readonly kind: string
  readonly state: string
  readonly key: string | null
  readonly endpoint: string | null
  readonly outcomes: readonly { readonly id: string; readonly type: string; readonly fate: string }[]
  readonly created_at: string | null
  readonly done_at: string | null
}

interface Planned extends Change {
  readonly plan: {
    readonly credentials: readonly { readonly type: string; readonly count: number; readonly fate: string }[]
    readonly unpresentable: readonly { readonly type: string; readonly count: number }[]
    readonly signs_after: string
    readonly transactions: number
    readonly seen_within_s: number
  }
}

interface Shown {
  readonly did: string
  readonly state: string
  readonly keys: readonly {
    readonly kid: string | null
    readonly use: string
    readonly state: string
    readonly created_at: string
    readonly listed_until: string | null
  }[]
  readonly open: Change | null
}

/** What comes after the DID in the name of one of its keys. */
const fragmentOf = (kid: string | null): string =>
  kid === null ? '' : oneLine(kid.slice(kid.indexOf('#') + 1))

/** The organisation's DID and its keys. */
export const renderOwnDid: Renderer = (value, view) => {
  const { did, state, keys, open } = value as Shown
  const head = sayAll(view, 'key', 'use', 'state', 'since', 'listed until')
  const rows = keys.map((key) => [
    fragmentOf(key.kid),
    meaning(view, key.use),
    meaning(view, key.state),
    cell(key.created_at, view),
    cell(key.listed_until, view),
  ])
  return parts(
    factsText(
      [
        ['DID', oneLine(did)],
        [say(view, 'state'), meaning(view, state)],
      ],
      view,
    ),
    tableText({ head, rows }, view),
    open &&
      paragraph(
        say(view, 'Under way: {kind}, {id}.', {
          kind: meaning(view, `did_${open.kind}`),
          id: oneLine(open.id ?? ''),
        }),
        view,
      ),
  )
}

/** What was done to it, newest first. */
export const renderDidChanges: Renderer = (value, view) => {
  const { items } = value as { items: readonly Change[] }
  if (items.length === 0) return say(view, '(none)')
  const head = [...sayAll(view, 'when', 'what', 'state', 'key', 'credentials'), 'id']
  const rows = items.map((one) => [
    cell(one.created_at, view),
    meaning(view, `did_${one.kind}`),
    meaning(view, one.state),
    fragmentOf(one.key),
    countsOf(one.outcomes)
      .map(
        ([what, count]) =>
          `${count} ${what.replace(/ (\w+)$/, (_, fate) => `: ${meaning(view, `fate_${fate}`)}`)}`,
      )
      .join('\n'),
    oneLine(one.id ?? ''),
  ])
  return tableText({ head, rows, id: 5 }, view)
}

/** What a step did, or would do, and what that does to credentials already issued. */
export const renderDidStep: Renderer = (value, view) => {
  const { id, kind, state, key, plan, outcomes } = value as Planned
  const facts: Fact[] = [
    [say(view, 'what'), meaning(view, `did_${kind}`)],
    ['id', id && oneLine(id)],
    [say(view, 'state'), meaning(view, state)],
    [say(view, 'key'), fragmentOf(key)],
    [say(view, 'signs after'), meaning(view, plan.signs_after)],
    [say(view, 'others see it within'), `${plan.seen_within_s} s`],
  ]
  const left = outcomes.filter(({ fate }) => fate === 'revoked')
  return parts(
    factsText(facts, view),
    credentialsText(plan.credentials, view),
    plan.unpresentable.length > 0 &&
      paragraph(
        say(
          view,
          'Held under this key and not to be presented any more; ask its issuer for it again: {types}.',
          {
            types: plan.unpresentable.map(({ type, count }) => `${count} ${oneLine(type)}`).join(', '),
          },
        ),
        view,
      ),
    left.length > 0 &&
      paragraph(
        say(view, 'Not issued again, issue it yourself where it is still needed: {ids}.', {
          ids: left.map(({ id, type }) => `${oneLine(type)} ${oneLine(id)}`).join(', '),
        }),
        view,
      ),
    state === 'open' &&
      paragraph(say(view, 'The chain does not say so yet; the node goes on by itself.'), view),
    state === 'planned' && paragraph(say(view, 'Nothing was done.'), view),
    state === 'open' && commandsText([[say(view, 'look again'), 'regie did show']]),
  )
}

function credentialsText(credentials: Planned['plan']['credentials'], view: View): string {
  if (credentials.length === 0) return say(view, '(no credential that still counts is concerned)')
  const head = sayAll(view, 'credentials', 'number', 'what becomes of them')
  const rows = credentials.map(({ type, count, fate }) => [
    oneLine(type),
    String(count),
    meaning(view, `fate_${fate}`),
  ])
  return tableText({ head, rows }, view)
}

function countsOf(outcomes: Change['outcomes']): [what: string, count: number][] {
  const counts = new Map<string, number>()
  for (const { type, fate } of outcomes) {
    const what = `${oneLine(type)} ${fate}`
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return [...counts]
}
