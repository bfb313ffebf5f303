import { oneLine } from '../text.ts'
import { factsText, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { aloneDid, shortSigned } from './short.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Campaign {
  readonly id: string
  readonly version: number
  readonly state: string
  readonly started_at: string
  readonly deadline: string
  readonly ended_at: string | null
  readonly progress: Readonly<
    Record<'parties' | 'told' | 'waiting' | 'accepted' | 'suspended' | 'excused', number>
  >
}

const counts = ['parties', 'told', 'waiting', 'accepted', 'suspended', 'excused'] as const

const countsOf = ({ progress }: Campaign): string[] => counts.map((of) => String(progress[of]))

const headOf = (view: View) =>
  sayAll(view, 'parties', 'told', 'waiting', 'accepted the policy', 'suspended', 'excused')

/** One campaign and how far it is. */
export const renderCampaign: Renderer = (value, view) => {
  const one = value as Campaign
  const head = headOf(view)
  return parts(
    factsText(
      [
        [say(view, 'campaign'), oneLine(one.id)],
        [say(view, 'policy'), say(view, 'version {version}', { version: one.version })],
        [say(view, 'state'), meaning(view, `campaign_${one.state}`)],
        [say(view, 'deadline'), cell(one.deadline, view)],
        ...countsOf(one).map((count, at) => [head[at] ?? '', count] as [string, string]),
      ],
      view,
    ),
  )
}

export const renderCampaigns: Renderer = (value, view) => {
  const { items } = value as { readonly items: readonly Campaign[] }
  if (items.length === 0) return say(view, '(no campaigns yet)')
  const head = [...sayAll(view, 'id', 'policy', 'state', 'deadline'), ...headOf(view)]
  const rows = items.map((one) => [
    one.id,
    String(one.version),
    meaning(view, `campaign_${one.state}`),
    cell(one.deadline, view),
    ...countsOf(one),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** Who was suspended, or holds again. */
export const renderStanding: Renderer = (value, view) => {
  const { party, state } = value as { readonly party: string; readonly state: string }
  return factsText(
    [
      [say(view, 'party'), aloneDid(party)],
      [say(view, 'state'), meaning(view, `registry_${state}`)],
    ],
    view,
  )
}

interface Pending {
  readonly party: 'company' | 'you'
  readonly version: number
  readonly effective: string
  readonly deadline: string | null
  readonly missing: number | null
}

/** What is still to be accepted, and how. */
export const renderPending: Renderer = (value, view) => {
  const { items } = value as { readonly items: readonly Pending[] }
  if (items.length === 0) return say(view, 'Nothing is left to accept.')
  const head = sayAll(view, 'who', 'version', 'takes effect', 'deadline', 'still missing', 'accept it with')
  const rows = items.map(({ party, version, effective, deadline, missing }) => [
    say(view, party === 'company' ? 'the company' : 'you'),
    String(version),
    cell(effective, view),
    cell(deadline, view),
    missing === null ? '' : String(missing),
    `${view.regie} policy ${party === 'company' ? 'accept-company' : 'accept'} --accept ${version}`,
  ])
  return tableText({ head, rows }, view)
}

interface Acceptance {
  readonly party: 'company' | 'person'
  readonly signer: string
  readonly version: number
  readonly digest: string
  readonly signed_at: string
  readonly signed: string | null
}

/** The evidence; whole with `--json`. */
export const renderAcceptances: Renderer = (value, view) => {
  const { items } = value as { readonly items: readonly Acceptance[] }
  if (items.length === 0) return say(view, '(nobody accepted the policy yet)')
  const head = sayAll(view, 'signed by', 'who', 'version', 'when', 'digest', 'signed acceptance')
  const rows = items.map((one) => [
    one.signer,
    say(view, one.party === 'company' ? 'the company' : 'person'),
    String(one.version),
    cell(one.signed_at, view),
    oneLine(one.digest),
    one.signed === null ? '' : shortSigned(oneLine(one.signed)),
  ])
  return tableText({ head, rows, id: 0 }, view)
}
