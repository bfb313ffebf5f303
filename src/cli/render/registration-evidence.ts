import { oneLine } from '../text.ts'
import { factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Item {
  readonly kind: string
  readonly representative: string | null
  readonly required: boolean
  readonly state: string
  readonly how: string | null
  readonly reason: string | null
  readonly at: string | null
}

interface Listed {
  readonly id: string
  readonly name: string
  readonly accepted_as: string | null
  readonly representation_type: string
  readonly listed: boolean
  readonly position: string | null
  readonly scope: string | null
  readonly limit_eur: number | null
  readonly accepted_at: string | null
}

/** The checklist of a case, and who may represent its organisation. */
export const renderEvidence: Renderer = (value, view) => {
  const { items, missing, representatives } = value as {
    items: readonly Item[]
    missing: readonly string[]
    representatives: readonly Listed[]
  }
  const nameOf = (id: string | null) => representatives.find((one) => one.id === id)?.name
  const rows = items.map((item) => [
    meaning(view, `evidence_${item.kind}`),
    cell(nameOf(item.representative)),
    say(view, item.required ? 'required' : 'optional'),
    meaning(view, `evidence_is_${item.state}`),
    cell(item.reason ?? item.how),
    cell(item.at, view),
  ])
  const head = sayAll(view, 'item', 'whose', 'needed', 'state', 'remark', 'on')
  const names = missing.map((kind) => meaning(view, `evidence_${kind}`)).join(', ')
  return parts(
    tableText({ head, rows }, view),
    representatives.length > 0 && listedText(representatives, view),
    paragraph(
      missing.length > 0
        ? say(view, 'Not to be accepted yet. Missing: {names}.', { names })
        : say(view, 'Nothing that is required is missing.'),
      view,
    ),
  )
}

interface Kept {
  readonly case: string
  readonly organisation: string
  readonly kind: string
  readonly state: string
  readonly media_type: string
  readonly size: number
  readonly digest: string
  readonly since: string
  readonly until: string | null
}

/** The files of all cases, and until when they stay. */
export const renderKeptEvidence: Renderer = (value, view) => {
  const { items } = value as { items: readonly Kept[] }
  if (items.length === 0) return say(view, '(no files are kept)')
  const head = sayAll(
    view,
    ...([
      'case',
      'organisation',
      'item',
      'state',
      'document',
      'bytes',
      'digest',
      'on',
      'kept until',
    ] as const),
  )
  const rows = items.map((one) => [
    oneLine(one.case),
    oneLine(one.organisation),
    meaning(view, `evidence_${one.kind}`),
    meaning(view, `evidence_is_${one.state}`),
    oneLine(one.media_type),
    String(one.size),
    oneLine(one.digest),
    cell(one.since, view),
    one.until === null ? say(view, 'its case runs') : cell(one.until, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

function listedText(representatives: readonly Listed[], view: View): string {
  const head = sayAll(view, 'id', 'representative', 'authority', 'limits', 'in the extract', 'accepted on')
  const rows = representatives.map((one) => [
    oneLine(one.id),
    [one.name, one.accepted_as && `(${one.accepted_as})`]
      .flatMap((part) => (part ? [oneLine(part)] : []))
      .join(' '),
    meaning(view, one.representation_type),
    [one.position, one.scope, one.limit_eur === null ? null : `€ ${one.limit_eur}`]
      .flatMap((part) => (part ? [oneLine(part)] : []))
      .join(', '),
    say(view, one.listed ? 'yes' : 'no'),
    cell(one.accepted_at, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

interface Compared {
  readonly field: string
  readonly said: string | null
  readonly found: string | null
  readonly same: boolean
}

/** What the trade register says, beside what the organisation says of itself. */
export const renderLookUp: Renderer = (value, view) => {
  const { source, at, compared } = value as {
    source: string | null
    at: string | null
    compared: readonly Compared[]
  }
  if (at === null) return say(view, '(the trade register was not asked yet)')
  const head = [...sayAll(view, 'field', 'it says', 'the register says'), '']
  const rows = compared.map(({ field, said, found, same }) => [
    meaning(view, `register_${field}`),
    cell(said),
    cell(found),
    same ? '' : say(view, 'DIFFERS'),
  ])
  return parts(tableText({ head, rows }, view), `${cell(source)}, ${cell(at, view)}`)
}

/** Who is in the trade register under a name. */
export const renderRegisterHits: Renderer = (value, view) => {
  const { items } = value as {
    items: readonly { kvk_number: string; name: string; locality: string | null }[]
  }
  if (items.length === 0) return say(view, '(nobody is registered under that name)')
  const head = sayAll(view, 'KVK number', 'organisation', 'place')
  const rows = items.map(({ kvk_number, name, locality }) => [
    oneLine(kvk_number),
    oneLine(name),
    cell(locality),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** What has to be published to show that a domain is one's own. */
export const renderChallenge: Renderer = (value, view) => {
  const { domain, name, value: text } = value as { domain: string; name: string; value: string }
  return parts(
    paragraph(
      say(view, 'Let {domain} publish this TXT record, and look then:', { domain: oneLine(domain) }),
      view,
    ),
    factsText(
      [
        [say(view, 'name'), oneLine(name)],
        ['TXT', oneLine(text)],
      ],
      view,
    ),
  )
}

/** What was handed in, at the trust anchor. */
export const renderHandedIn: Renderer = (value, view) => {
  const { case: id, kind } = value as { case: string; kind: string }
  if (typeof id !== 'string' || typeof kind !== 'string') throw new Error('an answer we do not know')
  return parts(
    paragraph(say(view, 'Handed in; the servicedesk looks at it.'), view),
    factsText(
      [
        [say(view, 'item'), meaning(view, `evidence_${kind}`)],
        [say(view, 'case'), oneLine(id)],
      ],
      view,
    ),
  )
}
