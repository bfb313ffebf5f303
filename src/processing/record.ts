import { type Did, isoTime, isoTimeOrNull } from '../core/index.ts'
import type { DocumentLanguage } from '../documents/index.ts'
import { eeaCountries } from './eea.ts'
import { measures } from './measures.ts'
import type { Sender } from './notice-text.ts'
import { ownRecipients, PEOPLE_PURPOSE, relationRecipients } from './own-recipients.ts'
import type { CataloguePurpose, DataKind, GrantUse, RecordSources } from './ports.ts'
import { activityNames, kindNames } from './record-words.ts'
import type { ProcessingSettings } from './settings.ts'
import { contactOf, openIn, openSettings } from './to-be-filled-in.ts'

type Texts = Readonly<Record<DocumentLanguage, string>>

/** What the vocabulary and the types say of what a grant names. */
export interface Terms {
  readonly purpose: (codeOrIri: string) => {
    readonly code: string
    readonly iri: string
    readonly label: Texts
  }
  readonly basis: (codeOrIri: string) => {
    readonly code: string
    readonly iri: string
    readonly article: string
    readonly label: Texts
  }
  /** A claim of a type this node does not know any more reads as itself. */
  readonly claim: (claim: GrantUse['claims'][number] | string) => {
    readonly name: string
    readonly label: Texts
    readonly dataClass: string | null
    /** Whose data the type is: an organisation's, a person's. */
    readonly about: string | null
  }
}

export interface RecordFacts {
  readonly sender: Sender
  readonly did: Did
  readonly settings: ProcessingSettings
  /** When those were said last, ms. */
  readonly settingsAt: number | null
  readonly grants: readonly GrantUse[]
  readonly catalogue: readonly CataloguePurpose[]
  readonly people: Awaited<ReturnType<RecordSources['people']>>
  readonly relations: {
    readonly persons: number
    readonly kinds: readonly DataKind[]
    readonly changedAt: number | null
  }
  readonly countries: ReadonlyMap<Did, string>
  /** Who reads under our grants on behalf of who holds them. */
  readonly intermediaries: readonly Intermediary[]
  /** What the node does by itself about logs, and what was written along grants. */
  readonly logRetentions: readonly Texts[]
  readonly terms: Terms
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** An intermediary under one of the grants given, or one that reads for us under one that we hold. */
export interface Intermediary {
  readonly side: 'given' | 'held'
  readonly purpose: readonly string[]
  readonly partner: { readonly did: Did; readonly name: string }
}

/** One processing activity, as AVG article 30(1) has it. */
interface Activity {
  readonly code: string
  readonly name: Texts
  readonly purposes: readonly ReturnType<Terms['purpose']>[]
  readonly bases: readonly ReturnType<Terms['basis']>[]
  readonly subjects: readonly string[]
  readonly data: readonly Omit<ReturnType<Terms['claim']>, 'about'>[]
  readonly recipients: readonly { readonly did: Did; readonly name: string }[]
  /** Recipients by what they are, where they are not partners by name. */
  readonly recipientGroups: readonly Texts[]
  readonly retention: readonly Texts[]
  readonly changedAt: number | null
}

/** The record of processing of what the node really does; what it cannot know is listed, never left out. */
export function processingRecord(facts: RecordFacts) {
  const { sender, did, settings, settingsAt, countries, now } = facts
  const activities = [...ownActivities(facts), ...grantActivities(facts), ...catalogueActivities(facts)]
  const recipients = new Map(activities.flatMap((one) => one.recipients).map((one) => [one.did, one]))
  const officer = settings.data_protection_officer
  const changes = [settingsAt, ...activities.map(({ changedAt }) => changedAt)].filter((at) => at !== null)
  return {
    made_at: isoTime(now),
    last_change: changes.length > 0 ? isoTime(Math.max(...changes)) : null,
    controller: {
      name: sender.name,
      did,
      kvk_number: sender.kvkNumber ?? null,
      address: sender.address ?? null,
      role: settings.role ?? null,
      joint_controllers: (settings.joint_controllers ?? []).map(({ name, contact }) => ({
        name,
        contact: contact ?? null,
      })),
      representative: settings.representative ?? null,
      privacy_contact: contactOf(settings.privacy_contact) ?? contactOf(sender),
      data_protection_officer: officer === 'none' ? 'none' : contactOf(officer),
    },
    activities: activities.map((one) => describeActivity(one)),
    transfers: {
      text: settings.transfers ?? null,
      outside_eea: [...recipients.values()].flatMap(({ did, name }) => {
        const country = countries.get(did)
        return country && !eeaCountries.has(country) ? [{ did, name, country }] : []
      }),
      country_unknown: [...recipients.values()].filter((one) => !countries.has(one.did)),
    },
    measures: [...measures, ...(settings.measures ?? [])],
    to_be_filled_in: [...openSettings(settings, sender), ...openIn(activities)],
  }
}

export type ProcessingRecord = ReturnType<typeof processingRecord>

const describeActivity = ({ changedAt, bases, data, ...rest }: Activity) => ({
  code: rest.code,
  name: rest.name,
  purposes: rest.purposes.map(({ code, iri, label }) => ({ code, iri, label })),
  legal_bases: bases.map(({ code, iri, article, label }) => ({ code, iri, article, label })),
  subjects: [...rest.subjects],
  data: data.map(({ name, label, dataClass }) => ({ name, label, data_class: dataClass })),
  recipients: rest.recipients.map(({ did, name }) => ({ did, name })),
  recipient_groups: [...rest.recipientGroups],
  retention: [...rest.retention],
  last_change: isoTimeOrNull(changedAt),
})

function ownActivities({ settings, people, relations, terms, logRetentions }: RecordFacts): Activity[] {
  const basis = (code: string | undefined) => (code === undefined ? [] : [terms.basis(code)])
  const kept = (text: Texts | undefined) => (text ? [text] : [])
  const named = (kinds: readonly string[], dataClass: string) =>
    kinds.map((kind) => ({ name: kind, label: kindNames[kind] ?? { nl: kind, en: kind }, dataClass }))
  const activities: Activity[] = [
    {
      code: 'people',
      name: activityNames.people,
      purposes: [terms.purpose(PEOPLE_PURPOSE)],
      bases: basis(settings.people_basis),
      subjects: ['own_people'],
      data: named(['name', 'email', 'account', 'role', 'keys'], 'confidential'),
      recipients: [],
      recipientGroups: ownRecipients.people,
      retention: kept(settings.people_retention),
      changedAt: people.changedAt,
    },
    {
      code: 'logs',
      name: activityNames.logs,
      purposes: [terms.purpose('legal-compliance')],
      bases: [terms.basis('legal-obligation')],
      subjects: ['own_people', 'partner_people'],
      data: named(['who_looked', 'decisions'], 'confidential'),
      recipients: [],
      recipientGroups: ownRecipients.logs,
      retention: logRetentions,
      changedAt: null,
    },
  ]
  if (relations.persons === 0) return activities
  const imported: Activity = {
    code: 'relations',
    name: activityNames.relations,
    purposes: (settings.relation_purposes ?? []).map(terms.purpose),
    bases: basis(settings.relation_basis),
    subjects: ['contact_persons', 'sole_traders_and_consumers'],
    data: named(relations.kinds, 'confidential'),
    recipients: [],
    recipientGroups: relationRecipients(settings),
    retention: kept(settings.relation_retention),
    changedAt: relations.changedAt,
  }
  return [imported, ...activities]
}

/** Grants with one purpose are one activity, on each side. */
function grantActivities({ grants, terms, intermediaries }: RecordFacts): Activity[] {
  const groups = new Map<string, GrantUse[]>()
  for (const grant of grants)
    for (const purpose of grant.purpose) {
      const key = `${grant.side} ${purpose}`
      groups.set(key, [...(groups.get(key) ?? []), grant])
    }
  return [...groups].map(([key, uses]) => {
    const [side = '', purpose = ''] = key.split(' ')
    const known = terms.purpose(purpose)
    const claims = uniqueClaims(uses, terms)
    const people = side === 'given' || side === 'asked_of_us' ? 'own_people' : 'partner_people'
    return {
      code: `${side}:${known.code}`,
      name: named(activityNames[side as GrantUse['side']], known.label),
      purposes: [known],
      bases: uniqueBases(uses, terms),
      subjects: subjectsOf(claims, people),
      data: claims,
      recipients: unique(
        [
          ...uses.map(({ partner }) => partner),
          ...intermediaries
            .filter((one) => one.side === side && one.purpose.includes(purpose))
            .map(({ partner }) => partner),
        ],
        ({ did }) => did,
      ),
      recipientGroups: [],
      retention: retentionOf(side as GrantUse['side'], uses),
      changedAt: Math.max(...uses.map(({ changedAt }) => changedAt)),
    }
  })
}

/** Questions with one purpose are one activity. */
function catalogueActivities({ catalogue, terms }: RecordFacts): Activity[] {
  const purposes = new Set(catalogue.map(({ purpose }) => purpose))
  return [...purposes].map((purpose) => {
    const questions = catalogue.filter((one) => one.purpose === purpose)
    const known = terms.purpose(purpose)
    const claims = uniqueClaims(questions, terms)
    return {
      code: `catalogue:${known.code}`,
      name: named(activityNames.catalogue, known.label),
      purposes: [known],
      bases: uniqueBases(questions, terms),
      subjects: subjectsOf(claims, 'partner_people'),
      data: claims,
      retention: durationsOf(questions),
      ...{ recipients: [], recipientGroups: [], changedAt: null },
    }
  })
}

type Use = GrantUse | CataloguePurpose

const uniqueBases = (uses: readonly Use[], terms: Terms) =>
  unique(
    uses.map((use) => terms.basis(use.legalBasis)),
    ({ iri }) => iri,
  )

const uniqueClaims = (uses: readonly Use[], terms: Terms) =>
  unique(
    uses.flatMap((use) => use.claims.map((claim) => terms.claim(claim))),
    ({ name }) => name,
  )

const subjectsOf = (claims: readonly ReturnType<Terms['claim']>[], people: string): string[] => [
  ...new Set(claims.map(({ about }) => (about === 'organisation' ? 'organisations' : people))),
]

const durationsOf = (uses: readonly Use[]): Texts[] =>
  [...new Set(uses.flatMap(({ retention }) => retention ?? []))].map((one) => ({ nl: one, en: one }))

/** What is opened to others stays ours, and as long as ours does: how long they keep it they said when they asked. */
const retentionOf = (side: GrantUse['side'], uses: readonly GrantUse[]): Texts[] => {
  const said = durationsOf(uses)
  return said.length > 0 || side === 'held' || side === 'asked' ? said : [asLongAsOpen]
}

const asLongAsOpen: Texts = {
  nl: 'Open tot het einde van de machtiging of tot die wordt ingetrokken; de gegevens zelf bewaart de eigenaar zo lang die dat wil.',
  en: 'Open until the grant ends or is revoked; the data themselves its owner keeps as long as it wants to.',
}

const named = (name: Texts, label: Texts): Texts => ({
  nl: `${name.nl}: ${label.nl}`,
  en: `${name.en}: ${label.en}`,
})

const unique = <T>(all: readonly T[], keyOf: (one: T) => string): T[] => [
  ...new Map(all.map((one) => [keyOf(one), one])).values(),
]
