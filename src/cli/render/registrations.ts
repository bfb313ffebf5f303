import { oneLine } from '../text.ts'
import { type NamedParty, partyText } from './access-requests.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { aloneDid, shortSigned } from './short.ts'
import { tableText } from './table.ts'
import { alone, cell } from './value.ts'
import type { View } from './view.ts'

interface Own {
  readonly state: 'none' | 'submitted' | 'registered' | 'declined'
  readonly id: string | null
  readonly policy_version: number | null
  readonly acceptance: { readonly digest: string; readonly signed: string | null } | null
  readonly applied_at: string | null
  readonly checked_at: string | null
  readonly reason: string | null
}

interface Address {
  readonly street_address?: string
  readonly postal_code?: string
  readonly locality?: string
  readonly country?: string
}

interface Case {
  readonly id: string
  readonly state: 'submitted' | 'registered' | 'declined'
  readonly organisation: {
    readonly did: string
    readonly name: string
    readonly kvk_number?: string
    readonly legal_form?: string
    readonly vat_number?: string
    readonly address?: Address
  }
  readonly policy_version: number
  readonly submitted_at: string
  readonly decided_at: string | null
  readonly representative: NamedParty & { readonly representation_type: string }
  readonly acceptance: { readonly digest: string; readonly signed: string }
  readonly reason: string | null
}

/** How far we are with joining, and what to do or wait for. */
export const renderOwnRegistration: Renderer = (value, view) => {
  const { state, id, policy_version: version, acceptance, applied_at, checked_at, reason } = value as Own
  const ownSentence = ownSentences[state]
  if (!ownSentence) throw new Error('a state we do not know')
  const facts: Fact[] = [
    [say(view, 'reason'), reason && oneLine(reason)],
    [say(view, 'case'), id && oneLine(id)],
    [say(view, 'policy'), version === null ? null : say(view, 'version {version}', { version })],
    [say(view, 'signed acceptance'), acceptance && signedText(acceptance)],
    [say(view, 'applied'), cell(applied_at, view)],
    [say(view, 'checked'), cell(checked_at, view)],
  ]
  const { regie } = view
  const next = state === 'submitted' ? 'registrations mine' : state === 'registered' ? undefined : 'register'
  return parts(
    paragraph(say(view, ownSentence), view),
    factsText(facts, view),
    next &&
      commandsText([[say(view, state === 'submitted' ? 'how it stands' : 'apply'), `${regie} ${next}`]]),
  )
}

const ownSentences = {
  none: 'Our company has not applied for registration.',
  submitted: 'Applied. The servicedesk of the trust anchor now decides about it.',
  registered: 'Our company is registered: it is in the trust network.',
  declined: 'The trust anchor declined our application.',
} as const

const signedText = ({ digest, signed }: { digest: string; signed: string | null }): string[] => [
  oneLine(digest),
  ...(signed ? [shortSigned(oneLine(signed))] : []),
]

/** Who applied. */
export const renderCases: Renderer = (value, view) => {
  const { items } = value as { items: readonly Case[] }
  if (items.length === 0) return say(view, '(nobody applied)')
  const head = sayAll(view, 'id', 'state', 'organisation', 'KVK number', 'place', 'applied')
  const rows = items.map(({ id, state, organisation, submitted_at }) => [
    oneLine(id),
    meaning(view, state),
    partyText(organisation),
    cell(organisation.kvk_number),
    cell(organisation.address?.locality),
    cell(submitted_at, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** One case for the servicedesk: whom it is about, who signed, and how to decide. */
export const renderCase: Renderer = (value, view) => {
  const one = value as Case
  const { organisation } = one
  const facts: Fact[] = [
    [say(view, 'case'), oneLine(one.id)],
    [say(view, 'organisation'), partyText(organisation)],
    [say(view, 'KVK number'), cell(organisation.kvk_number)],
    [say(view, 'VAT number'), cell(organisation.vat_number)],
    [say(view, 'legal form'), cell(organisation.legal_form)],
    [say(view, 'address'), organisation.address && addressText(organisation.address)],
    ['DID', aloneDid(oneLine(organisation.did))],
    [say(view, 'representative'), representativeText(one.representative, view)],
    [say(view, 'policy'), say(view, 'version {version}', { version: one.policy_version })],
    [say(view, 'signed acceptance'), signedText(one.acceptance)],
    [say(view, 'applied'), cell(one.submitted_at, view)],
    [say(view, 'decided'), cell(one.decided_at, view)],
    [say(view, 'reason'), cell(one.reason)],
  ]
  const decide = (what: string) => `${view.regie} registrations ${what} ${oneLine(one.id)}`
  return parts(
    paragraph(say(view, caseSentences[one.state] ?? '(none)', { name: partyText(organisation) }), view),
    factsText(facts, view),
    one.state === 'submitted' &&
      commandsText([
        [say(view, 'accept'), decide('accept')],
        [say(view, 'decline'), `${decide('decline')} --reason '…'`],
      ]),
  )
}

const caseSentences = {
  submitted: '{name} applied and waits for a decision.',
  registered: '{name} is registered. Its registration and attestation are offered to its node.',
  declined: 'The application of {name} was declined.',
} as const

const representativeText = ({ representation_type: type, ...party }: Case['representative'], view: View) =>
  `${alone(party, view)}, ${meaning(view, type)}`

const addressText = ({ street_address, postal_code, locality, country }: Address): string =>
  [street_address, [postal_code, locality].filter(Boolean).join(' '), country]
    .filter(Boolean)
    .map((part) => oneLine(String(part)))
    .join(', ')
