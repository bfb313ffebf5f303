import type { OrganisationData } from '../messages.ts'

/** What the trade register says of an organisation. */
export interface RegisterFacts {
  readonly kvk_number: string
  readonly name: string
  /** Other names it may use: its statutory one, and those it trades under. */
  readonly names: readonly string[]
  readonly legal_form: string | null
  /** Null where the register keeps it to itself. */
  readonly address: {
    readonly street_address: string
    readonly postal_code: string | null
    readonly locality: string
  } | null
  /** `YYYY-MM-DD`. */
  readonly registered_on: string | null
  /** `YYYY-MM-DD`: it is not in business any more. */
  readonly ended_on: string | null
}

export const factFields = ['kvk_number', 'name', 'legal_form', 'address', 'ended_on'] as const
export type FactField = (typeof factFields)[number]

export interface Compared {
  readonly field: FactField
  /** As it says itself. */
  readonly said: string | null
  /** As the register says. */
  readonly found: string | null
  readonly same: boolean
}

/** What an organisation says beside what the register says; what it leaves out differs in nothing. */
export function compareFacts(said: OrganisationData, found: RegisterFacts): Compared[] {
  const address = said.address && addressText(said.address)
  const foundAddress = found.address && addressText(found.address)
  const names = [found.name, ...found.names]
  return [
    of('kvk_number', said.kvk_number, found.kvk_number, (a, b) => a === b),
    of('name', said.name, found.name, (a) => names.some((name) => sameLetters(a, name))),
    of('legal_form', said.legal_form, found.legal_form, sameForm),
    of('address', address, foundAddress, sameLetters),
    { field: 'ended_on', said: null, found: found.ended_on, same: found.ended_on === null },
  ]
}

const of = (
  field: FactField,
  said: string | undefined,
  found: string | null,
  isSame: (a: string, b: string) => boolean,
): Compared => ({
  ...{ field, said: said ?? null, found },
  same: said === undefined || found === null || isSame(said, found),
})

/** BV is B.V., and 1234 AB is 1234AB. */
const sameLetters = (a: string, b: string): boolean => lettersOf(a) === lettersOf(b)

const lettersOf = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '')

/** The register writes some longer: "Besloten vennootschap met gewone structuur". */
function sameForm(a: string, b: string): boolean {
  const [one, other] = [a, b].map((form) =>
    form
      .toLowerCase()
      .replaceAll(/[^\p{L}]+/gu, ' ')
      .trim(),
  )
  const short = (form: string) =>
    SHORT.find(([abbreviation]) => abbreviation === form.replaceAll(' ', ''))?.[1] ?? form
  const [left, right] = [short(one ?? ''), short(other ?? '')]
  return left !== '' && right !== '' && (left.startsWith(right) || right.startsWith(left))
}

const SHORT = [
  ['bv', 'besloten vennootschap'],
  ['nv', 'naamloze vennootschap'],
  ['vof', 'vennootschap onder firma'],
  ['cv', 'commanditaire vennootschap'],
] as const

const addressText = ({
  street_address,
  postal_code,
  locality,
}: {
  readonly street_address: string
  readonly postal_code?: string | null | undefined
  readonly locality: string
}): string => [street_address, postal_code?.replaceAll(' ', ''), locality].filter(Boolean).join(', ')
