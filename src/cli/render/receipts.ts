import { oneLine } from '../text.ts'
import { type NamedParty, partyText, purposeText } from './access-requests.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say } from './say.ts'
import type { View } from './view.ts'

interface Summary {
  readonly grant: string
  readonly side: 'given' | 'held'
  readonly grantee: NamedParty
  readonly claims: readonly string[]
  readonly purpose: readonly string[]
  readonly legal_basis: string
  readonly from: string
  readonly until: string
}

interface Exported extends Summary {
  readonly format: string
  readonly lost: readonly { readonly field: string; readonly why: string }[]
  readonly missing: readonly string[]
  readonly consent_record: { readonly id: string; readonly matches: boolean | null } | null
}

interface Copy {
  readonly state: string
  readonly at: string | null
  readonly reason: string | null
  readonly until: string | null
  readonly overdue: boolean
  readonly told: string | null
}

interface Receipt extends Summary {
  readonly ended: { readonly code: string; readonly at: string | null; readonly by: string | null }
  readonly copy: Copy
}

/** What was exported, and what the form cannot say; the document itself is for programs: `--json`. */
export const renderExport: Renderer = (value, view) => {
  const exported = value as Exported
  const { grant, format, lost, missing, consent_record: record } = exported
  const left = lost.map(({ field, why }) => `${oneLine(field)}: ${meaning(view, why)}`)
  const facts: Fact[] = [
    ...grantFacts(exported, view),
    [say(view, 'consent record'), record && oneLine(record.id)],
    [say(view, 'as promised'), matchText(record?.matches ?? null, view)],
    [say(view, 'not in it'), left],
    [say(view, 'asked, not known'), missing.map(oneLine)],
  ]
  return parts(
    paragraph(say(view, 'This grant as {format}:', { format: meaning(view, `format_${format}`) }), view),
    factsText(facts, view),
    commandsText([
      [say(view, 'the document'), `${view.regie} access export ${oneLine(grant)} --format ${format} --json`],
    ]),
  )
}

const matchText = (matches: boolean | null, view: View): string | null =>
  matches === null ? null : say(view, matches ? 'yes' : 'NO: IT WAS CHANGED')

/** How a grant ended, and what is left of what was read. */
export const renderReceipt: Renderer = (value, view) => {
  const receipt = value as Receipt
  const { ended, copy } = receipt
  const facts: Fact[] = [
    ...grantFacts(receipt, view),
    [say(view, 'ended by'), meaning(view, ended.code)],
    [say(view, 'ended on'), ended.at && momentText(ended.at, view)],
    [say(view, 'by'), ended.by && oneLine(ended.by)],
    ...copyFacts(copy, view),
  ]
  return parts(
    paragraph(say(view, 'This grant has ended.'), view),
    factsText(facts, view),
    receipt.side === 'held' &&
      copy.state !== 'deleted' &&
      commandsText([[say(view, 'it is deleted'), `${view.regie} access deleted ${oneLine(receipt.grant)}`]]),
  )
}

/** What we said of our copy. */
export const renderDeleted: Renderer = (value, view) => {
  const { grant, copy } = value as { grant: string; copy: Copy }
  const facts: Fact[] = [[say(view, 'grant'), oneLine(grant)], ...copyFacts(copy, view)]
  return parts(paragraph(say(view, 'Written down, for the owner of the data.'), view), factsText(facts, view))
}

const grantFacts = (summary: Summary, view: View): Fact[] => [
  [say(view, 'grant'), oneLine(summary.grant)],
  [say(view, 'granted to'), partyText(summary.grantee)],
  [say(view, 'claims'), summary.claims.map(oneLine)],
  [say(view, 'for what'), purposeText(summary.purpose, view)],
  [say(view, 'legal basis'), oneLine(view.termOf(summary.legal_basis))],
  [say(view, 'until'), momentText(summary.until, view)],
]

const copyFacts = (copy: Copy, view: View): Fact[] => [
  [say(view, 'the copy'), meaning(view, `copy_${copy.overdue ? 'overdue' : copy.state}`)],
  [say(view, 'said on'), copy.at && momentText(copy.at, view)],
  [say(view, 'reason'), copy.reason && oneLine(copy.reason)],
  [say(view, 'kept until'), copy.until && momentText(copy.until, view)],
  [say(view, 'the owner'), copy.told && meaning(view, copy.told)],
]
