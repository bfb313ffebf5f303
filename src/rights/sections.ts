import type { DocumentLanguage } from '../documents/index.ts'
import { timeInWords } from '../documents/index.ts'
import { headings, type Section as Name, words } from './export-words.ts'
import type { PersonalData } from './personal-data.ts'

/** A table of the export, as people read it: the same in the page, the PDF and the CSV files. */
export interface Section {
  readonly name: Name
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Everything as tables of texts. */
export function sectionsOf(data: PersonalData, language: DocumentLanguage): Section[] {
  const time = (text: string | null) => (text === null ? '' : timeInWords(Date.parse(text), language))
  const name = ({ name, did }: { name: string | null; did: string | null }) => name ?? did ?? ''
  const who = (one: { name: string | null; role: string | null } | null) =>
    one ? [one.name, one.role && `(${one.role})`].filter(Boolean).join(' ') : ''
  const list = (all: readonly string[]) => all.join(', ')
  const purposes = (all: readonly string[]) => list(all.map((iri) => iri.split('#').at(-1) ?? iri))
  const code = (text: string) => words[text]?.[language] ?? text
  const plain = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  const { person, controller } = data
  const rowsOf: Readonly<Record<Name, readonly (readonly string[])[]>> = {
    person: [
      [code('name'), person.name ?? ''],
      [code('email'), person.email ?? ''],
      [code('job_title'), person.job_title ?? ''],
      [code('account'), person.account ?? ''],
      [code('roles'), list(person.roles)],
      ['DID', person.did ?? ''],
      [code('controller'), name(controller)],
    ].filter(([, value]) => value !== '') as string[][],
    credentials: data.credentials.flatMap(({ type, issuer, issued_at, state, claims }) =>
      Object.entries(claims).map(([claim, value]) => [
        type,
        claim,
        plain(value),
        name(issuer),
        time(issued_at),
        code(state),
      ]),
    ),
    grants: data.grants.map((one) => [
      name(one.recipient),
      list(one.claims),
      purposes(one.purposes),
      one.legal_basis.split('#').at(-1) ?? '',
      time(one.from),
      time(one.until),
      time(one.revoked_at),
    ]),
    recipients: data.recipients.map((one) => [
      name(one.recipient),
      list(one.claims),
      purposes(one.purposes),
      String(one.looks),
      time(one.last_looked_at),
    ]),
    sources: data.sources.map(({ source, what, since }) => [name(source), code(what), time(since)]),
    access_log: data.access_log.map((one) => [
      time(one.at),
      name(one.recipient),
      who(one.who),
      list(one.claims),
      purposes(one.purposes),
      [code(one.outcome), ...one.codes].join(': '),
    ]),
    requests_for_data: data.requests_for_data.map((one) => [
      time(one.asked_at),
      name(one.recipient),
      who(one.who),
      list(one.claims),
      purposes(one.purposes),
      one.reason,
      code(one.state),
    ]),
    notices: data.notices.map((one) => [
      time(one.at),
      name(one.recipient),
      code(one.kind),
      list(one.claims),
      code(one.state),
    ]),
    messages: data.messages.map((one) => [
      time(one.at),
      name(one.partner),
      code(one.direction === 'sent' ? 'sent_by_you' : 'sent_to_you'),
      code(one.kind),
      one.subject,
      one.body,
      one.choice === null ? '' : code(one.choice),
      code(`message_${one.state}`),
    ]),
    corrections: data.corrections.map(({ at, proposer, claim, proposed, state }) => [
      time(at),
      name(proposer),
      claim,
      proposed && proposed.value !== null ? plain(proposed.value) : '',
      proposed?.reason ?? '',
      code(`proposal_${state}`),
    ]),
    cases: data.cases.map((one) => [
      time(one.opened_at),
      time(one.closed_at),
      name(one.partner),
      one.title?.[language] ?? one.question,
      one.about ?? '',
      code(`case_${one.state}`),
    ]),
    ratings: data.ratings.map((one) => [
      time(one.at),
      one.grant,
      name(one.recipient),
      code(one.came_true),
      one.note ?? '',
    ]),
    consent_records: data.consent_records.map(({ grant, record }) => [grant, JSON.stringify(record)]),
    rights_requests: data.rights_requests.map((one) => [
      time(one.received_at),
      code(one.kind),
      code(one.state),
      time(one.due_at),
      one.text ?? '',
      one.answer ?? '',
    ]),
    directory: data.directory.map((one) => [
      one.partner,
      one.name,
      one.email ?? '',
      one.phone ?? '',
      one.address ?? '',
      one.iban ?? '',
      time(one.known_since),
    ]),
  }
  return (Object.keys(headings) as Name[]).map((section) => ({
    name: section,
    title: headings[section].title[language],
    columns: headings[section].columns[language],
    rows: rowsOf[section],
  }))
}
