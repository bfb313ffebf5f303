import { oneLine } from '../text.ts'
import { type Fact, factsText, parts } from './facts.ts'
import { differenceCommands, type Quality, qualityText } from './partner-quality.ts'
import { type Difference, differencesText, type SharedValue, valuesText } from './records.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { aloneDid } from './short.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'
import { lengthOf } from './wrap.ts'

export interface Activity {
  readonly state: string
  readonly last_date: string | null
  readonly count: number | null
  readonly revenue: string | null
  readonly spend: string | null
  readonly balance: string | null
}

interface Partner {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly kvk: string | null
  readonly vat: string | null
  readonly roles: readonly string[]
  readonly activity: Activity
  readonly network_state: string
  readonly invitation?: { readonly id: string; readonly state: string } | null
  readonly did: string | null
}

interface FullPartner extends Partner {
  readonly network: { readonly wallet: string | null; readonly checked_at: string | null }
  readonly contact: Readonly<Record<'name' | 'email' | 'phone', string | null>>
  readonly address: Readonly<Record<'street' | 'postcode' | 'city' | 'country', string | null>>
  readonly website: string | null
  readonly iban: string | null
  readonly informed_due_at: string | null
  readonly person?: Readonly<Record<'no_marketing' | 'restricted' | 'erased', boolean>>
  readonly values: readonly SharedValue[]
  readonly differences: readonly Difference[]
  readonly quality: Quality
}

/** Our partners: what they are to us, how active, and whether they are in the network. */
export const renderPartners: Renderer = (value, view) => {
  const { items } = value as { items: readonly Partner[] }
  if (items.length === 0) return say(view, '(no partners)')
  const wide = wideTable(items, view)
  return fits(wide, view) ? wide : narrowTable(items, view)
}

function wideTable(items: readonly Partner[], view: View): string {
  const figures = ['last', 'revenue', 'spend', 'open'] as const
  const head = sayAll(view, 'id', 'name', 'KVK', 'role', 'activity', ...figures, 'network')
  const rows = items.map(({ activity, ...partner }) => [
    oneLine(partner.id),
    nameText(partner, view),
    cell(partner.kvk),
    partner.roles.map((role) => meaning(view, role)).join(', '),
    meaning(view, activity.state),
    cell(activity.last_date, view),
    amount(activity.revenue),
    amount(activity.spend),
    amount(activity.balance),
    [meaning(view, partner.network_state), ...invited(partner, view)].join('\n'),
  ])
  return tableText({ head, rows, id: 0 })
}

/** The figures in words. */
function narrowTable(items: readonly Partner[], view: View): string {
  const head = sayAll(view, 'id', 'name', 'KVK', 'activity', 'evidence')
  const rows = items.map(({ activity, ...partner }) => [
    oneLine(partner.id),
    [nameText(partner, view), ...inNetwork(partner, view), ...invited(partner, view)].join('\n'),
    cell(partner.kvk),
    meaning(view, activity.state),
    evidenceText(activity, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

export const fits = (text: string, { width }: View): boolean =>
  width === undefined || text.split('\n').every((line) => lengthOf(line) <= width)

/** Said of those that are in it. */
export const inNetwork = (
  { network_state: state }: { readonly network_state: string },
  view: View,
): string[] => (state === 'in_network' ? [meaning(view, state)] : [])

/** How far its invitation is; who came in by it is in the network. */
const invited = ({ invitation }: Pick<Partner, 'invitation'>, view: View): string[] =>
  !invitation || invitation.state === 'registered'
    ? []
    : [say(view, 'invitation: {state}', { state: meaning(view, `invitation_${invitation.state}`) })]

/** An organisation by its name; of others also what they are. */
export const nameText = ({ name, kind }: { name: string; kind: string }, view: View): string =>
  kind === 'organisation' ? oneLine(name) : `${oneLine(name)} (${meaning(view, kind)})`

/** Nothing to tell is nothing to read. */
const amount = (euros: string | null): string => (Number(euros) === 0 ? '' : cell(euros))

/** What says how active a relation is: `11, last on 2026-10-28; revenue 33362.98, open 15723.14`. */
export function evidenceText({ last_date, count, revenue, spend, balance }: Activity, view: View): string {
  const figures = [
    ['revenue', amount(revenue)],
    ['spend', amount(spend)],
    ['open', amount(balance)],
  ] as const
  const money = figures.flatMap(([name, euros]) => (euros === '' ? [] : [`${say(view, name)} ${euros}`]))
  const times = count ? say(view, '{count} times', { count }) : ''
  const last = last_date ? say(view, 'last {day}', { day: cell(last_date, view) }) : ''
  return [[times, last].filter(Boolean).join(', '), money.join(', ')].filter(Boolean).join('\n')
}

/** What the person named does not want, or that she had herself erased. */
const personText = ({ person }: FullPartner, view: View): string[] =>
  (['no_marketing', 'restricted', 'erased'] as const)
    .filter((one) => person?.[one])
    .map((one) => meaning(view, one === 'erased' ? one : `person_${one}`))

/** All we know of one partner, and what it lets us see. */
export const renderPartner: Renderer = (value, view) => {
  const partner = value as FullPartner
  const { activity, network, contact, address } = partner
  const facts: Fact[] = [
    ['id', oneLine(partner.id)],
    [say(view, 'KVK number'), cell(partner.kvk)],
    [say(view, 'VAT number'), cell(partner.vat)],
    [say(view, 'role'), partner.roles.map((role) => meaning(view, role)).join(', ')],
    [say(view, 'activity'), [meaning(view, activity.state), ...evidenceText(activity, view).split('\n')]],
    [say(view, 'network'), [meaning(view, partner.network_state), ...invited(partner, view)]],
    [say(view, 'checked'), cell(network.checked_at, view)],
    ['DID', partner.did && aloneDid(oneLine(partner.did))],
    [say(view, 'wallet'), cell(network.wallet)],
    [say(view, 'contact'), [contact.name, contact.email, contact.phone].map((one) => cell(one))],
    [say(view, 'of this person'), personText(partner, view)],
    [
      say(view, 'address'),
      [
        cell(address.street),
        [address.postcode, address.city]
          .filter(Boolean)
          .map((one) => cell(one))
          .join(' '),
        cell(address.country),
      ],
    ],
    [say(view, 'website'), cell(partner.website)],
    ['IBAN', cell(partner.iban)],
    [say(view, 'to inform before'), cell(partner.informed_due_at, view)],
  ]
  return parts(
    nameText(partner, view),
    factsText(facts, view),
    valuesText(partner.values, partner.did, view),
    differencesText(partner.differences, view),
    partner.differences[0] && differenceCommands(partner.id, partner.differences[0].claim, view),
    qualityText(partner.quality, view),
  )
}
