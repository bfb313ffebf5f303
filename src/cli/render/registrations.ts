import { oneLine } from '../text.ts'
import { type NamedParty, partyText } from './access-requests.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { aloneDid, shortSigned } from './short.ts'
import { tableText } from './table.ts'
import { alone, cell } from './value.ts'
import type { View } from './view.ts'

type State = keyof typeof caseSentences

interface Own {
  readonly state: 'none' | State
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
  readonly state: State
  readonly organisation: {
    readonly did: string | null
    readonly name: string
    readonly kvk_number?: string
    readonly legal_form?: string
    readonly vat_number?: string
    readonly address?: Address
  }
  readonly policy_version: number | null
  readonly submitted_at: string
  readonly expected_at: string | null
  readonly decided_at: string | null
  readonly representative: (NamedParty & { readonly representation_type: string }) | null
  readonly acceptance: { readonly digest: string; readonly signed: string } | null
  readonly invited: { readonly contact: Contact; readonly intended_roles: readonly string[] } | null
  readonly reason: string | null
  readonly moves: readonly Move[]
}

interface Contact {
  readonly name: string
  readonly email: string
  readonly phone_number?: string
}

interface Move {
  readonly to: State
  readonly at: string
  readonly by: string
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
  const waits = openStates.includes(state)
  const next = waits ? 'registrations mine' : state === 'registered' ? undefined : 'register'
  return parts(
    paragraph(say(view, ownSentence), view),
    factsText(facts, view),
    next && commandsText([[say(view, waits ? 'how it stands' : 'apply'), `${regie} ${next}`]]),
  )
}

const openStates: readonly string[] = ['submitted', 'investigating', 'accepted', 'policy_pending', 'stalled']

const ownSentences = {
  none: 'Our company has not applied for registration.',
  submitted: 'Applied. The servicedesk of the trust anchor now decides about it.',
  investigating: 'The servicedesk of the trust anchor is investigating our company.',
  accepted: 'Accepted. The policy has yet to be accepted by everybody who must sign for our company.',
  policy_pending: 'Accepted. The policy has yet to be accepted by everybody who must sign for our company.',
  registered: 'Our company is registered: it is in the trust network.',
  stalled: 'It stands still: the servicedesk of the trust anchor will talk to us.',
  rejected: 'The trust anchor declined our application.',
  declined_by_partner: 'Our company does not take part.',
  withdrawn: 'The application was withdrawn.',
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
    meaning(view, `registration_${state}`),
    organisationText(organisation),
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
    [say(view, 'organisation'), organisationText(organisation)],
    [say(view, 'KVK number'), cell(organisation.kvk_number)],
    [say(view, 'VAT number'), cell(organisation.vat_number)],
    [say(view, 'legal form'), cell(organisation.legal_form)],
    [say(view, 'address'), organisation.address && addressText(organisation.address)],
    ['DID', organisation.did && aloneDid(oneLine(organisation.did))],
    [say(view, 'contact person'), one.invited && contactText(one.invited.contact)],
    [say(view, 'intended roles'), one.invited?.intended_roles.map(oneLine).join(', ')],
    [say(view, 'representative'), one.representative && representativeText(one.representative, view)],
    [
      say(view, 'policy'),
      one.policy_version === null ? null : say(view, 'version {version}', { version: one.policy_version }),
    ],
    [say(view, 'signed acceptance'), one.acceptance && signedText(one.acceptance)],
    [say(view, 'applied'), cell(one.submitted_at, view)],
    [say(view, 'expected next'), one.expected_at && cell(one.expected_at, view)],
    [say(view, 'decided'), one.decided_at && cell(one.decided_at, view)],
    [say(view, 'reason'), one.reason && oneLine(one.reason)],
    [say(view, 'moves'), one.moves.map((move) => moveText(move, view))],
  ]
  const decide = (what: string) => `${view.regie} registrations ${what} ${oneLine(one.id)}`
  return parts(
    paragraph(say(view, caseSentences[one.state] ?? '(none)', { name: oneLine(organisation.name) }), view),
    factsText(facts, view),
    ['submitted', 'investigating'].includes(one.state) &&
      commandsText([
        [say(view, 'accept'), decide('accept')],
        [say(view, 'decline'), `${decide('decline')} --reason '…'`],
      ]),
  )
}

const caseSentences = {
  submitted: '{name} waits for the servicedesk.',
  investigating: '{name} is being investigated.',
  accepted: '{name} is accepted. Its node has yet to apply.',
  policy_pending: '{name} is accepted. The policy has yet to be accepted by everybody who must.',
  registered: '{name} is registered. Its registration and attestation are offered to its node.',
  stalled: 'The case of {name} stands still.',
  rejected: 'The application of {name} was declined.',
  declined_by_partner: '{name} does not want to take part.',
  withdrawn: 'The order for {name} was withdrawn.',
} as const

const organisationText = ({ did, name }: Case['organisation']): string =>
  did === null ? oneLine(name) : partyText({ did, name })

const contactText = ({ name, email, phone_number }: Contact): string =>
  [name, email, phone_number].flatMap((part) => (part ? [oneLine(part)] : [])).join(', ')

const moveText = ({ to, at, by, reason }: Move, view: View): string =>
  [
    `${cell(at, view)}: ${meaning(view, `registration_${to}`)} (${meaning(view, `by_${by}`)})`,
    ...(reason ? [oneLine(reason)] : []),
  ].join(', ')

const representativeText = (
  { representation_type: type, ...party }: NonNullable<Case['representative']>,
  view: View,
) => `${alone(party, view)}, ${meaning(view, type)}`

const addressText = ({ street_address, postal_code, locality, country }: Address): string =>
  [street_address, [postal_code, locality].filter(Boolean).join(' '), country]
    .filter(Boolean)
    .map((part) => oneLine(String(part)))
    .join(', ')
