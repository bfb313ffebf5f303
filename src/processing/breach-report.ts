import { isoTime, isoTimeOrNull } from '../core/index.ts'

import { type DocumentLanguage, type Html, html, page, timeInWords } from '../documents/index.ts'
import type { Affected } from './affected.ts'
import { breachWords } from './breach-report-words.ts'
import type { StepInWords } from './breach-text.ts'
import { type BreachCase, missingIn } from './breaches.ts'
import type { Sender } from './notice-text.ts'
import type { ProcessingSettings } from './settings.ts'

export interface ReportFacts extends BreachCase {
  readonly sender: Sender
  readonly settings: ProcessingSettings
  readonly affected: readonly Affected[]
  readonly steps: readonly StepInWords[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What the logs of a node do not hold, whatever was asked of it. */
export const notInLogs = ['settings_and_accounts', 'own_inbox', 'received_files', 'copies_elsewhere'] as const

/** The report in the order in which the Autoriteit Persoonsgegevens asks; what is not known yet is named. */
export function breachReport({ row, words, sender, settings, affected, steps, now }: ReportFacts) {
  const officer = settings.data_protection_officer
  const count = (kind: Affected['subject']['kind']) =>
    affected.filter(({ subject }) => subject.kind === kind).length
  return {
    made_at: isoTime(now),
    breach: row.id,
    organisation: {
      name: sender.name,
      kvk_number: sender.kvkNumber ?? null,
      address: sender.address ?? null,
      contact: contactOf(settings.privacy_contact ?? sender),
      data_protection_officer: officer && officer !== 'none' ? contactOf(officer) : null,
    },
    what: {
      title: words.title,
      description: words.description,
      nature: [...(words.nature ?? [])],
      cause: words.cause ?? null,
      systems: words.systems ?? null,
    },
    when: {
      from: isoTime(row.scope.from),
      until: isoTime(row.scope.until),
      discovered_at: isoTime(row.discoveredAt),
      deadline_at: isoTime(row.deadlineAt),
      reported_at: isoTimeOrNull(row.reportedAt),
      late: (row.reportedAt ?? now) > row.deadlineAt && row.authority?.report !== false,
    },
    persons: {
      parties: affected.length,
      of_this_node: count('ours'),
      of_partners: count('of_partner'),
      imported: count('imported'),
      told_at: isoTimeOrNull(row.personsToldAt),
    },
    data: {
      claims: [...new Set(affected.flatMap(({ claims }) => claims))].sort(),
      looks: affected.reduce((sum, { looks }) => sum + looks, 0),
    },
    consequences: words.consequences ?? null,
    measures: words.measures ?? null,
    decisions: { authority: decided(row.authority), persons: decided(row.persons) },
    steps: steps.map(({ at, step, actor, text }) => ({ at: isoTime(at), step, by: actor, text })),
    missing: [...missingIn(row), ...missingWords(words), ...missingContact(settings)],
    not_in_logs: [...notInLogs],
  }
}

export type BreachReport = ReturnType<typeof breachReport>

const decided = (decision: BreachCase['row']['authority']) =>
  decision && { report: decision.report, at: isoTime(decision.at) }

const missingWords = (words: BreachCase['words']): string[] =>
  (['nature', 'cause', 'systems', 'consequences', 'measures'] as const).filter((one) => !words[one]?.length)

const missingContact = ({ privacy_contact, data_protection_officer }: ProcessingSettings): string[] => [
  ...(privacy_contact ? [] : ['privacy_contact']),
  ...(data_protection_officer ? [] : ['data_protection_officer']),
]

const contactOf = (contact: {
  name?: string | undefined
  email?: string | undefined
  phone?: string | undefined
}): string => [contact.name, contact.email, contact.phone].filter(Boolean).join(', ')

/** The report as a page, with the list of whose data it is by id and DID. */
export function breachPage(
  report: BreachReport,
  affected: readonly Affected[],
  language: DocumentLanguage,
): string {
  const t = breachWords[language]
  const time = (iso: string | null) =>
    iso === null ? open(t.unknown) : timeInWords(Date.parse(iso), language)
  const facts = (rows: readonly (readonly [string, Html | string | number | null])[]) =>
    html`<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value ?? open(t.unknown)}</dd>`)}</dl>`
  const decision = (made: BreachReport['decisions']['authority']) =>
    made === null
      ? open(t.undecided)
      : `${made.report ? t.yes : t.no}, ${timeInWords(Date.parse(made.at), language)}`
  const { organisation, what, when, persons, data } = report
  const body = html`<h1>${t.title}</h1>
<p class="soft">${t.made} ${time(report.made_at)}. ${t.case} ${report.breach}.</p>
${report.missing.length > 0 ? html`<p>${t.missing}</p><ul>${report.missing.map((one) => html`<li>${open(t.fields[one] ?? one)}</li>`)}</ul>` : null}
<h2>${t.organisation}</h2>
${facts([
  [t.name, organisation.name],
  ['KVK', organisation.kvk_number],
  [t.address, organisation.address],
  [t.contact, organisation.contact || null],
  // Nobody said whether there is one: that is not the same as that there is none.
  [
    t.officer,
    organisation.data_protection_officer ??
      (report.missing.includes('data_protection_officer') ? open(t.unknown) : t.none),
  ],
])}
<h2>${t.what}</h2>
${facts([
  [t.inShort, what.title],
  [t.description, what.description],
  [t.nature, what.nature.length > 0 ? what.nature.map((one) => t.natures[one]).join(', ') : null],
  [t.cause, what.cause],
  [t.systems, what.systems],
])}
<h2>${t.when}</h2>
${facts([
  [t.happened, html`${time(when.from)} – ${time(when.until)}`],
  [t.discovered, time(when.discovered_at)],
  [t.deadline, time(when.deadline_at)],
  [
    t.reported,
    when.reported_at === null
      ? when.late
        ? html`<span class="late">${t.late}</span>`
        : t.notYet
      : time(when.reported_at),
  ],
])}
<h2>${t.whose}</h2>
${facts([
  [t.parties, persons.parties],
  [t.ofThisNode, persons.of_this_node],
  [t.ofPartners, persons.of_partners],
  [t.imported, persons.imported],
  [t.told, persons.told_at === null ? t.notYet : time(persons.told_at)],
])}
<h2>${t.data}</h2>
<ul>${data.claims.map((claim) => html`<li>${claim}</li>`)}</ul>
${tableOf(affected, t, language)}
<p class="soft">${t.notInLogs}</p>
<ul class="soft">${report.not_in_logs.map((one) => html`<li>${t.gaps[one]}</li>`)}</ul>
<h2>${t.consequences}</h2><p>${report.consequences ?? open(t.unknown)}</p>
<h2>${t.measures}</h2><p>${report.measures ?? open(t.unknown)}</p>
<h2>${t.decisions}</h2>
${facts([
  [t.authority, decision(report.decisions.authority)],
  [t.persons, decision(report.decisions.persons)],
])}
<h2>${t.steps}</h2>
<div class="wide"><table><thead><tr><th>${t.at}</th><th>${t.step}</th><th>${t.by}</th><th>${t.text}</th></tr></thead>
<tbody>${report.steps.map((one) => html`<tr><td>${time(one.at)}</td><td>${t.stepNames[one.step]}</td><td>${one.by}</td><td>${one.text}</td></tr>`)}</tbody></table></div>`
  return page({ language, title: `${t.title}: ${what.title}`, body })
}

const open = (text: string): Html => html`<span class="open">${text}</span>`

function tableOf(
  affected: readonly Affected[],
  t: (typeof breachWords)[DocumentLanguage],
  language: DocumentLanguage,
): Html {
  const head = [t.who, t.claims, t.looks, t.first, t.last].map((one) => html`<th>${one}</th>`)
  const rows = affected.map(
    ({ subject, claims, looks, firstAt, lastAt }) =>
      html`<tr><td>${t.subjects[subject.kind]}<br><small>${
        subject.kind === 'ours' ? subject.party : subject.kind === 'imported' ? subject.partner : subject.did
      }</small></td><td>${claims.join(', ')}</td><td>${looks}</td><td>${timeInWords(firstAt, language)}</td><td>${timeInWords(lastAt, language)}</td></tr>`,
  )
  return html`<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`
}
