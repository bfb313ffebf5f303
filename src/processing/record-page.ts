import {
  type DocumentLanguage,
  dayInWords,
  type Html,
  html,
  page,
  timeInWords,
  writeCsv,
} from '../documents/index.ts'
import type { ProcessingRecord } from './record.ts'
import { recordPageWords } from './record-words.ts'

type Words = (typeof recordPageWords)[DocumentLanguage]
type Activity = ProcessingRecord['activities'][number]

const wordIn = (words: Readonly<Record<string, string>>, code: string): string => words[code] ?? code
const open = (text: string): Html => html`<span class="open">${text}</span>`
const list = (items: readonly (Html | string)[]): Html =>
  html`<ul>${items.map((one) => html`<li>${one}</li>`)}</ul>`

/** The record of processing as a page for people. */
export function recordPage(record: ProcessingRecord, language: DocumentLanguage): string {
  const t: Words = recordPageWords[language]
  const { controller, transfers, to_be_filled_in: toFillIn } = record
  const nameOf = new Map(record.activities.map(({ code, name }) => [code, name[language]]))
  const body = html`<h1>${t.title} ${t.of} ${controller.name}</h1>
<p class="soft">${t.made} ${timeInWords(Date.parse(record.made_at), language)}.
${record.last_change === null ? null : html`${t.changed} ${dayInWords(Date.parse(record.last_change), language)}.`}</p>
${
  toFillIn.length === 0
    ? null
    : html`<h2>${t.toFillIn}</h2><p>${t.toFillInWhy}</p>${list(
        toFillIn.map(
          ({ activity, field }) =>
            html`${open(wordIn(t.fields, field))}${activity === null ? null : html` – ${nameOf.get(activity) ?? activity}`}`,
        ),
      )}`
}
<h2>${t.controller}</h2>
${facts([
  [t.name, controller.name],
  ['DID', controller.did],
  ['KVK', controller.kvk_number ?? '–'],
  [t.address, controller.address ?? open(t.open)],
  [t.role, controller.role === null ? open(t.open) : wordIn(t.roles, controller.role)],
  ...(controller.joint_controllers.length > 0
    ? [
        [
          t.joint,
          list(
            controller.joint_controllers.map(({ name, contact }) =>
              [name, contact].filter(Boolean).join(', '),
            ),
          ),
        ] as const,
      ]
    : []),
  ...(controller.representative === null ? [] : [[t.representative, controller.representative] as const]),
  [t.contact, controller.privacy_contact ?? open(t.open)],
  [
    t.officer,
    controller.data_protection_officer === 'none'
      ? t.none
      : (controller.data_protection_officer ?? open(t.open)),
  ],
])}
<h2>${t.activities}</h2>
${record.activities.map((one) => activityPart(one, t, language))}
<h2>${t.transfers}</h2>
<p>${transfers.text === null ? open(t.open) : transfers.text[language]}</p>
${facts([
  [
    t.outside,
    transfers.outside_eea.length === 0
      ? t.noneKnown
      : list(transfers.outside_eea.map(({ name, country }) => `${name} (${country})`)),
  ],
  [
    t.unknownCountry,
    transfers.country_unknown.length === 0
      ? t.noRecipients
      : list(transfers.country_unknown.map(({ name }) => open(name))),
  ],
])}
<h2>${t.measures}</h2>
${list(record.measures.map((one) => one[language]))}`
  return page({ language, title: `${t.title} ${t.of} ${controller.name}`, body })
}

const facts = (rows: readonly (readonly [string, Html | string])[]): Html =>
  html`<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`

const recipientsOf = ({ recipients, recipient_groups: groups }: Activity, language: DocumentLanguage) => [
  ...groups.map((one) => one[language]),
  ...recipients.map(({ name }) => name),
]

function activityPart(activity: Activity, t: Words, language: DocumentLanguage): Html {
  const orOpen = (items: readonly string[]) => (items.length === 0 ? open(t.open) : items.join(', '))
  return html`<h3>${activity.name[language]}</h3>
${facts([
  [t.purposes, orOpen(activity.purposes.map(({ label }) => label[language]))],
  [
    t.bases,
    orOpen(activity.legal_bases.map(({ label, article }) => `${label[language]} (${t.article} ${article})`)),
  ],
  [t.subjects, activity.subjects.map((one) => wordIn(t.subjectNames, one)).join(', ')],
  [
    t.data,
    list(
      activity.data.map(
        ({ label, data_class: dataClass }) =>
          html`${label[language]}${dataClass === null ? null : html` <small>(${wordIn(t.classes, dataClass)})</small>`}`,
      ),
    ),
  ],
  [
    t.recipients,
    recipientsOf(activity, language).length === 0 ? t.noRecipients : list(recipientsOf(activity, language)),
  ],
  [t.retention, orOpen(activity.retention.map((one) => one[language]))],
])}`
}

/** The record as a table: an activity a row; what is to be filled in says so. */
export function recordCsv(record: ProcessingRecord, language: DocumentLanguage): string {
  const t: Words = recordPageWords[language]
  const orOpen = (items: readonly string[]) => (items.length === 0 ? `[${t.open}]` : items.join('\n'))
  const head = [t.activities, t.purposes, t.bases, t.subjects, t.data, t.recipients, t.retention, t.changed]
  const rows = record.activities.map((one) => [
    one.name[language],
    orOpen(one.purposes.map(({ label }) => label[language])),
    orOpen(one.legal_bases.map(({ label, article }) => `${label[language]} (${t.article} ${article})`)),
    one.subjects.map((code) => wordIn(t.subjectNames, code)).join('\n'),
    one.data.map(({ name, label }) => `${label[language]} (${name})`).join('\n'),
    recipientsOf(one, language).join('\n'),
    orOpen(one.retention.map((text) => text[language])),
    one.last_change ?? '',
  ])
  return writeCsv([head, ...rows])
}
