import type { Renderer } from './renderer.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'

interface Log {
  readonly items: readonly {
    readonly at: string
    readonly asker: { readonly did: string; readonly name: string | null }
    readonly actor: {
      readonly name: string | null
      readonly did: string
      readonly role: string | null
    } | null
    readonly claims: readonly string[]
    readonly purpose: readonly string[]
    readonly outcome: string
    readonly codes: readonly string[]
  }[]
}

/** Who looked: when, which employee of which company, at what, why, and whether it was let in. */
export const renderLog: Renderer = (value, options) => {
  const { items } = value as Log
  if (items.length === 0) return '(nobody looked)'
  const rows = items.map(({ at, asker, actor, claims, purpose, outcome, codes }) => [
    cell(at),
    actor ? `${cell(actor.name ?? actor.did)}${actor.role ? ` (${cell(actor.role)})` : ''}` : '',
    cell(asker.name ?? asker.did),
    cell(claims),
    cell(purpose.map(lastPart)),
    codes.length > 0 ? `${cell(outcome)}: ${cell(codes)}` : cell(outcome),
  ])
  return tableText({ head: ['at', 'who', 'of', 'looked at', 'why', 'outcome'], rows }, options.width)
}

/** `https://w3id.org/dpv#CreditChecking` → `CreditChecking`. */
const lastPart = (iri: string): string => iri.replace(/^.*[#/]/, '')
