import { oneLine } from '../text.ts'
import { type NamedParty, partyText } from './access-requests.ts'
import { parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { aloneDid, shortDid } from './short.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Read {
  readonly partner: NamedParty
  readonly claims: readonly {
    readonly claim: string
    readonly value: unknown
    readonly subject: string
    readonly source: {
      readonly kind: 'self_declared' | 'attested'
      readonly issuer: string
      readonly name: string | null
      readonly trusted: boolean
    }
    readonly checked_at: string | null
    readonly grant: { readonly until: string }
  }[]
  readonly left_out: readonly { readonly claim: string; readonly code: string }[]
  readonly refused: readonly { readonly grant: string; readonly codes: readonly string[] }[]
}

/** What a partner lets us see: each value with who says so, when that was last checked and how long we may look. */
export const renderRead: Renderer = (value, view) => {
  const { partner, claims, left_out, refused } = value as Read
  const rows = claims.map(({ claim, value: seen, subject, source, checked_at, grant }) => [
    oneLine(claim),
    cell(seen, view),
    sourceText(source, view),
    cell(checked_at, view),
    cell(grant.until, view),
    shortDid(oneLine(subject)),
  ])
  const persons = new Set(claims.map(({ subject }) => subject).filter((did) => did !== partner.did))
  const head = sayAll(view, 'claim', 'value', 'source', 'checked', 'until', 'of')
  // Whose a value is needs saying only when there is more than one person it could be of.
  const shown = persons.size > 1 ? head.length : head.length - 1
  const table = { head: head.slice(0, shown), rows: rows.map((row) => row.slice(0, shown)) }
  return parts(
    `${partyText(partner)}\n${aloneDid(oneLine(partner.did))}`,
    rows.length > 0 ? tableText(table, view) : say(view, '(nothing to see)'),
    leftOutText(left_out, view),
    refusedText('Not open any more:', refused.filter(isOver), view),
    refusedText(
      'Open, but not to you now:',
      refused.filter((one) => !isOver(one)),
      view,
    ),
  )
}

type Refused = Read['refused'][number]

/** What ended, and not what is open to others only, or not at this moment. */
const isOver = ({ codes }: Refused): boolean =>
  codes.some((code) =>
    /^(grant_(revoked|expired|unknown|differs)|delegation_(cut|revoked|expired|unknown)|key_lost|return_ended|case_closed|agreement_ended|agreement_not_in_force|counter_\w+|request_withdrawn)$/.test(
      code,
    ),
  )

function leftOutText(leftOut: Read['left_out'], view: View): string | null {
  if (leftOut.length === 0) return null
  const lines = leftOut.map(({ claim, code }) => `  ${oneLine(claim)}: ${meaning(view, code)}`)
  return [say(view, 'Open to you, and not shown now:'), ...lines].join('\n')
}

function refusedText(
  title: 'Not open any more:' | 'Open, but not to you now:',
  refused: readonly Refused[],
  view: View,
): string | null {
  if (refused.length === 0) return null
  const lines = refused.map(
    ({ grant, codes }) => `  ${oneLine(grant)}  ${codes.map((code) => meaning(view, code)).join(', ')}`,
  )
  return [say(view, title), ...lines].join('\n')
}

function sourceText({ kind, issuer, name, trusted }: Read['claims'][number]['source'], view: View): string {
  if (kind === 'self_declared') return say(view, 'says so itself')
  const who = partyText({ did: issuer, name })
  return say(view, trusted ? 'attested by {who}' : 'attested by {who}, which we do not trust for this', {
    who,
  })
}
