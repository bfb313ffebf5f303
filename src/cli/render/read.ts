import type { Renderer } from './renderer.ts'
import { tableText } from './table.ts'
import { cell, renderValue } from './value.ts'

interface Read {
  readonly partner: { readonly did: string; readonly name: string }
  readonly claims: readonly {
    readonly claim: string
    readonly value: unknown
    readonly source: {
      readonly kind: 'self_declared' | 'attested'
      readonly issuer: string
      readonly name: string | null
      readonly trusted: boolean
    }
    readonly checked_at: string | null
    readonly grant: { readonly until: string }
  }[]
  readonly refused: readonly { readonly grant: string; readonly codes: readonly string[] }[]
}

/** What a partner lets us see: each value with who says so, when that was last checked and how long we may look. */
export const renderRead: Renderer = (value, options) => {
  const { partner, claims, refused } = value as Read
  const rows = claims.map(({ claim, value: seen, source, checked_at, grant }) => [
    cell(claim),
    cell(seen),
    sourceText(source),
    cell(checked_at),
    cell(grant.until),
  ])
  const head = ['claim', 'value', 'source', 'checked', 'until']
  return [
    `${cell(partner.name)}  ${cell(partner.did)}`,
    rows.length > 0 ? tableText({ head, rows }, options.width) : '(nothing to see)',
    ...(refused.length > 0 ? [`refused:\n${renderValue(refused, options)}`] : []),
  ].join('\n\n')
}

function sourceText({ kind, issuer, name, trusted }: Read['claims'][number]['source']): string {
  if (kind === 'self_declared') return 'says so itself'
  return `attested by ${cell(name ?? issuer)}${trusted ? '' : ', which we do not trust for this'}`
}
