import type { DocumentLanguage } from '../documents/index.ts'
import { timeInWords } from '../documents/index.ts'
import { actText } from './act-words.ts'
import { type ExportTerms, plainValue } from './export-terms.ts'
import { headings, type Section as Name, words } from './export-words.ts'
import type { PersonalData } from './personal-data.ts'

/** A table of the export, as people read it: the same in the page, the PDF and the CSV files. */
export interface Section {
  readonly name: Name
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Everything as tables of texts, in the words of the vocabulary and of the credential types. */
export function sectionsOf(data: PersonalData, language: DocumentLanguage, terms: ExportTerms): Section[] {
  const time = (text: string | null) => (text === null ? '' : timeInWords(Date.parse(text), language))
  const code = (text: string) => words[text]?.[language] ?? text.replaceAll('_', ' ')
  const name = ({ name, did }: { name: string | null; did: string | null }) =>
    did !== null && did === data.person.did ? code('yourself') : (name ?? did ?? '')
  const role = (text: string | null) => (text === null ? null : code(`role_${text}`).replace(/^role /, ''))
  const who = (one: { name: string | null; role: string | null } | null) =>
    one ? [one.name, one.role && `(${role(one.role)})`].filter(Boolean).join(' ') : ''
  const list = (all: readonly string[]) => all.join(', ')
  const claim = (ref: string) => terms.claim(ref).label[language]
  const claims = (all: readonly string[]) => list(all.map(claim))
  const purpose = (text: string) => terms.purpose(text).label[language]
  const purposes = (all: readonly string[]) => list(all.map(purpose))
  const basis = (text: string) => terms.basis(text).label[language]
  const type = (text: string) => terms.type(text)[language]
  const refusals = (codes: readonly string[]) => codes.map((one) => terms.code(one, language))
  const plain = (value: unknown, of: string) => plainValue({ value, of, data, language, terms })
  const grantText = (id: string) => {
    const grant = data.grants.find((one) => one.id === id)
    return grant ? `${name(grant.recipient)}: ${purposes(grant.purposes)}, ${time(grant.from)}` : id
  }
  const { person, controller } = data
  const rowsOf: Readonly<Record<Name, readonly (readonly string[])[]>> = {
    person: [
      [code('name'), person.name ?? ''],
      [code('email'), person.email ?? ''],
      [code('job_title'), person.job_title ?? ''],
      [code('account'), person.account ?? ''],
      [code('roles'), list(person.roles.map((one) => role(one) ?? one))],
      [code('did'), person.did ?? ''],
      [code('controller'), name(controller)],
    ].filter(([, value]) => value !== '') as string[][],
    credentials: data.credentials.flatMap(({ type: kind, issuer, issued_at, state, claims: said }) =>
      Object.entries(said).map(([member, value]) => [
        type(kind),
        terms.label(kind, member)[language],
        plain(value, `${kind}.${member}`),
        name(issuer),
        time(issued_at),
        code(state),
      ]),
    ),
    grants: data.grants.map((one) => [
      name(one.recipient),
      claims(one.claims),
      purposes(one.purposes),
      basis(one.legal_basis),
      time(one.from),
      time(one.until),
      time(one.revoked_at),
    ]),
    recipients: data.recipients.map((one) => [
      name(one.recipient),
      claims(one.claims),
      purposes(one.purposes),
      String(one.looks),
      time(one.last_looked_at),
    ]),
    sources: data.sources.map(({ source, what, since }) => [
      name(source),
      what === 'imported' ? code(what) : type(what),
      time(since),
    ]),
    access_log: data.access_log.map((one) => [
      time(one.at),
      name(one.recipient),
      who(one.who),
      claims(one.claims),
      purposes(one.purposes),
      [code(one.outcome), ...refusals(one.codes)].join(': '),
    ]),
    requests_for_data: data.requests_for_data.map((one) => [
      time(one.asked_at),
      name(one.recipient),
      who(one.who),
      claims(one.claims),
      purposes(one.purposes),
      one.reason,
      code(one.state),
    ]),
    notices: data.notices.map((one) => [
      time(one.at),
      name(one.recipient),
      code(one.kind),
      claims(one.claims),
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
    corrections: data.corrections.map(({ at, proposer, claim: ref, proposed, state }) => [
      time(at),
      name(proposer),
      claim(ref),
      proposed && proposed.value !== null ? plain(proposed.value, ref) : '',
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
      grantText(one.grant),
      name(one.recipient),
      code(one.came_true),
      one.note ?? '',
    ]),
    consent_records: data.consent_records.map(({ grant }) => [grantText(grant), code('record_in_json')]),
    processing: data.processing.map((one) => [
      code(`processing_${one.activity}`),
      purposes(one.purposes),
      [
        one.legal_basis &&
          `${basis(one.legal_basis)} (${code('gdpr')} ${terms.basis(one.legal_basis).article})`,
      ]
        .concat(one.interest?.[language] ?? [])
        .filter(Boolean)
        .join('. ') || code('not_said'),
      one.retention?.[language] ?? code('not_said'),
      one.recipients.map((text) => text[language]).join('\n'),
      one.transfers?.[language] ?? code('not_said'),
    ]),
    shown_to: data.shown_to.map((one) => [name(one.recipient), String(one.times), time(one.last_at)]),
    asked: data.asked.map((one) => [
      time(one.asked_at),
      name(one.partner),
      claims(one.claims),
      purposes(one.purposes),
      basis(one.legal_basis),
      one.reason ?? '',
      code(`sent_${one.state}`),
    ]),
    looks: data.looks.map((one) => [
      time(one.at),
      name(one.partner),
      claims(one.claims),
      code(one.under_grant ? 'under_grant' : 'in_own_list'),
    ]),
    wallet_offers: data.wallet_offers.map((one) => [
      time(one.offered_at),
      one.issuer.name ?? one.issuer.url,
      list(one.what),
      code(`wallet_offer_${one.state}`),
      time(one.decided_at),
    ]),
    approvals: data.approvals.map((one) => [
      one.name ?? code(one.kind),
      one.partner ? name(one.partner) : (role(one.partner_role) ?? code('anybody')),
      one.claims ? claims(one.claims) : code('all_claims'),
      [one.purpose && purpose(one.purpose), one.legal_basis && basis(one.legal_basis)]
        .filter(Boolean)
        .join(', '),
      time(one.since),
      time(one.until),
    ]),
    intermediaries: data.intermediaries.map((one) => [
      name(one.to),
      name(one.on_behalf_of),
      claims(one.claims),
      purposes(one.purposes),
      time(one.from),
      time(one.ended_at ?? one.until),
    ]),
    acceptances: data.acceptances.map((one) => [time(one.at), String(one.policy_version)]),
    training_attempts: data.training_attempts.map((one) => [
      ...[time(one.started_at), one.course, code(one.state)],
      ...[one.right === null ? '' : String(one.right), String(one.of)],
    ]),
    training_certificates: data.training_certificates.map((one) => [
      ...[time(one.passed_at), one.course, time(one.expires_at)],
    ]),
    acts: data.acts.map((one) => [time(one.at), actText(one.action)[language]]),
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
