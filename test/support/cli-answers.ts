import { billingAnswers } from './cli-answers-billing.ts'

/** Answers as nodes give them, for the tests of the renderers: long names, long DIDs, real claims. */
export const personDid = `did:jwk:${'eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6'.repeat(4)}NVEtISSJ9`
export const companyDid = 'did:ethr:0x7a69:0xde92305a0644bFb41D59099df0b0f90331c0094B'
export const bakeryDid = 'did:ethr:0x7a69:0xE13fF162a413CC45ea80A83BDB832da1Dfa10770'
export const id = '01a20093-1488-76da-b405-d48dbd0135db'
const activation = {
  activation_code: `regie_${'x'.repeat(43)}`,
  mailed_to: null,
  activation_url: `https://regie.kruimelkoning.example/app/welcome#regie_${'x'.repeat(43)}`,
}
const otherId = '01a20093-1958-7777-b96b-5859ffe49d5f'
const signed = `eyJhbGciOiJFUzI1NiJ9.${'e'.repeat(700)}.${'s'.repeat(86)}`
const company = { did: companyDid, name: 'Kantoorvakhandel De Gouden Nietmachine B.V.' }
const bakery = { did: bakeryDid, name: 'Bakkerij De Kruimelkoning B.V.' }
const sanne = { kind: 'employee', did: personDid, name: 'Sanne Nietje', role: 'account_manager' }
const orders = ['https://w3id.org/dpv#CustomerOrderManagement']
const claims = ['company-registration.kvk_number', 'company-profile.email', 'company-profile.iban']
const at = '2026-11-22T12:00:00.000Z'
const until = '2026-12-31T22:59:59.999Z'

const hostedNode = {
  ...{ id, slug: 'bakkerij-de-kruimelkoning-bv', state: 'active', moved_to: null, created_at: at },
  url: 'https://bakkerij-de-kruimelkoning-bv.nodes.myobi.example',
}

const request = {
  id,
  state: 'pending',
  subject: 'person',
  asker: company,
  actor: sanne,
  claims: ['contact-person.email'],
  purpose: orders,
  legal_basis: 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-b',
  reason: 'Wij leveren uw bestelling af',
  value: 'U geeft een wijziging maar één keer door',
  retention: 'P1Y',
  case: { id: otherId, ref: 'factuur 123', question: 'invoice-question' },
  catalogue: 'asks_more',
  over_asked: ['contact-person.email'],
  ratings: { yes: 2, partly: 0, no: 1, last: { came_true: 'no', at, note: null } },
  system: { did: personDid, name: 'CRM' },
  passing_on: { why: 'Onze tussenpersoon maakt uw offerte', to: [bakery] },
  until: null,
  asked_at: at,
  grant: null,
  counter: null,
  deferred_until: null,
  nudged_at: at,
  digest: 'sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
  on_your_list: true,
}
const tradeSecret = { id, title: 'Desem van 1911', state: 'registered', version: 1, changed_at: at }
const sharedSecret = {
  ...{ id, partner: { did: request.asker.did, name: bakery.name }, agreement: otherId, label: 'Recept 3' },
  ...{ purpose: 'Bakproef in mei', state: 'live', digest: request.digest, shared_at: at, ended_at: null },
  ...{ end_code: null, return_by: null, settled_at: null, how: null, refused: null, documents: [] },
  need_to_know: { persons: ['did:ethr:0x7a69:0x02'], roles: ['coordinator'] },
  ...{ secret: otherId, version: 2, told_at: at, statement: null },
}
const over = { state: 'ended', ended_at: at, end_code: 'agreement_over', return_by: until }
const shownSecret = {
  ...tradeSecret,
  ...{
    description: 'Roggemeel, water en zes dagen.\nDaarna koud.',
    measures: ['achter slot', 'alleen de meester'],
  },
  ...{ value: { amount: 250_000, why: 'Niemand bakt het na' }, digest: request.digest, registered_at: at },
  owner: { id, name: 'Sanne Nietje' },
  need_to_know: { persons: [{ id: otherId, name: null }], roles: ['contract_signatory'] },
  documents: [
    {
      id,
      name: 'recept.pdf',
      media_type: 'application/pdf',
      size: 48_213,
      digest: request.digest,
      added_at: at,
    },
  ],
}
const mail = {
  id,
  template: 'invitation',
  purpose: 'invitation',
  language: 'nl',
  about: { kind: 'invitation', id: otherId },
  state: 'sent',
  attempts: 0,
  last_error: null as string | null,
  version: 1,
  created_at: at,
  queued_at: at,
  settled_at: at,
}
const mailText = {
  ...mail,
  state: 'draft',
  to: 'bram@bakkerij-de-kruimelkoning.example',
  subject: 'Uitnodiging van Kantoorvakhandel De Gouden Nietmachine B.V.',
  text: 'Geachte heer Korst,\n\nWij nodigen u uit om uw gegevens in eigen regie te houden.\n\nUitnodiging bekijken:\nhttps://myobi.example/uitnodiging?…\n\n-- \nDeze e-mail is verstuurd door Kantoorvakhandel De Gouden Nietmachine B.V.\n',
  html: '<!doctype html>\n<html lang="nl"><body><p>Geachte heer Korst,</p></body></html>\n',
}
const counter = {
  id: otherId,
  made_by: 'partner',
  state: 'open',
  ended: null,
  their_request: id,
  our_request: otherId,
  in_return: ['company-profile.iban'],
  in_return_until: until,
  answer_by: until,
}
const decided = { ...request, id: otherId, state: 'approved', subject: 'organisation', until, grant: otherId }

const registryDigest = 'sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'
const registryAnchor = {
  chain_id: 31_337,
  registry: '0xb37828534064e29e5592885b3e0e2ef91d1d9b4d',
  block: 1_234_567,
  transaction: `0x${'a1'.repeat(32)}`,
}
const registryStanding = {
  version: 1,
  at,
  event: 'added',
  name: bakery.name,
  kvk_number: '48245915',
  wallet: 'https://bakkerij.example',
  roles: ['member'],
  state: 'active',
  attestation: otherId,
  registration: otherId,
}
const suspended = { ...registryStanding, version: 2, event: 'suspended', state: 'suspended' }

export const grant = {
  id,
  grantee: company,
  claims,
  purpose: orders,
  legal_basis: request.legal_basis,
  ...{ roles: ['account_manager'], persons: [], systems: [] },
  from: at,
  until,
  waiting: false,
  revoked_at: null,
  passing_on: { to: [bakeryDid], roles: ['adviser'], persons: [], systems: [] },
  request: otherId,
  agreement: null,
  digest: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
}
const template = {
  name: 'bestelling',
  for: 'me',
  purpose: orders[0],
  claims,
  roles: ['account_manager'],
  only_asker: false,
  allow_system: false,
  length: 'P30D',
}
const listed = {
  id,
  for: 'organisation',
  purpose: orders[0],
  basis: request.legal_basis,
  claims: null,
  partner: null,
  role: 'supplier',
  length: 'P1Y',
  added_by: 'p_5c0a',
  added_at: at,
}
const held = {
  id,
  partner: bakery,
  grantor: bakeryDid,
  claims,
  purpose: orders,
  until,
  state: 'live',
  ended: null,
  on_behalf_of: { ...company, grant: otherId },
}
const link = {
  id,
  grant: otherId,
  state: 'live',
  ended: null,
  to: bakery,
  on_behalf_of: company,
  claims,
  purpose: orders,
  roles: ['adviser'],
  persons: [personDid],
  systems: [],
  since: at,
  until,
  last_look: at,
  kept_out: false,
}
const delegation = {
  id,
  grant: otherId,
  owner: bakery,
  to: company,
  claims,
  purpose: orders,
  roles: ['adviser'],
  persons: [personDid],
  systems: [],
  state: 'telling_owner',
  ended: null,
  made_at: at,
  until,
}
const notice = {
  id,
  kind: 'corrected',
  recipient: bakery,
  grant: id,
  claims,
  state: 'impossible',
  reason: null,
  outcome: 'system_not_allowed',
  tries: 1,
  last_error: null,
  made_at: at,
  told_at: at,
  read_at: null,
  settled_at: at,
  unanswered: false,
}
const sent = {
  id,
  partner: bakery,
  claims,
  purpose: orders,
  state: 'pending',
  codes: [],
  sent_at: at,
  counter: null,
}
const breach = {
  ...{ id, state: 'open', title: 'Gestolen token', description: 'Een token lag op straat' },
  ...{ discovered_at: at, deadline_at: until, overdue: true },
  scope: { from: at, until: at, partners: [], actors: [], tokens: [otherId], grants: [], types: [] },
  ...{ authority: { report: true, at }, persons: null, reported_at: null, persons_told_at: null },
  ...{ missing: ['persons_decision', 'report'], opened_at: at, closed_at: null, version: 2 },
}
const affected = {
  subject: { kind: 'of_partner', id: personDid, partner: bakeryDid },
  ...{ claims, looks: 3, first_at: at, last_at: at, grants: [otherId], by: [otherId] },
}
const toTell = {
  ...{ id, partner: otherId, name: 'Anneke Verzinsel', email: 'info@kruimel.example', company: bakery.name },
  kinds: ['name', 'company', 'email', 'phone'],
  sources: [{ name: 'debiteuren.csv', format: 'csv' }],
  ...{ state: 'open', due_at: until, because: 'month', overdue: true, how: null, reason: null },
  ...{ imported_at: at, settled_at: null },
}
const processingRecord = {
  record: {
    activities: [
      {
        code: 'held:order-management',
        data: claims,
        recipients: [bakery],
        recipient_groups: [],
        last_change: at,
      },
      {
        code: 'people',
        data: claims,
        recipients: [],
        recipient_groups: [{ nl: 'Partners', en: 'Partners' }],
        last_change: null,
      },
    ],
    to_be_filled_in: [
      { activity: null, field: 'transfers' },
      { activity: 'people', field: 'retention' },
    ],
  },
  content: null,
}
const processingSettings = {
  settings: { privacy_contact: { email: 'privacy@nietmachine.example' }, breach_hours: 72 },
  version: 1,
  updated_at: at,
}
const rightsRequest = {
  id,
  kind: 'erasure',
  state: 'in_progress',
  erased: false,
  subject: { kind: 'person', id: otherId, name: 'Bram Korst-van Zandvliet' },
  channel: 'letter',
  claims,
  text: 'Wist u dat ik al jaren niet meer bij de bakkerij werk? Haal mijn gegevens weg.',
  identity: 'Handtekening vergeleken met die onder de overeenkomst',
  received_at: at,
  due_at: until,
  overdue: true,
  extension: { at, reason: 'Het zijn er veel tegelijk' },
  answer: null,
  refusal: 'Wij konden niet vaststellen wie u bent',
  complaint: 'You can lodge a complaint with the Autoriteit Persoonsgegevens. '.repeat(3),
  restricted: true,
  erased_at: null,
  kept: [{ what: 'bookkeeping', why: 'tax_law', count: 1, until }],
  history: [
    { at, what: 'received', by: 'Sanne Nietje' },
    { at, what: 'taken', by: null },
  ],
}
const look = {
  ...{ id, at, asker: company, actor: sanne, claims, purpose: orders, grant: id },
  ...{ link: null, on_behalf_of: null },
}

const claim = {
  claim: 'company-profile.email',
  value: 'info@bakkerij-de-kruimelkoning.example',
  subject: bakeryDid,
  source: { kind: 'self_declared', issuer: bakeryDid, name: null, trusted: true },
  issued_at: at,
  valid_until: until,
  checked_at: at,
  grant: { id, until },
}
const attested = {
  ...claim,
  claim: 'company-registration.kvk_number',
  value: '48245915',
  source: { kind: 'attested', issuer: companyDid, name: 'MYOBI', trusted: true },
}
const doubtful = { ...attested, source: { ...attested.source, name: null, trusted: false } }

const acceptance = { digest: 'sha-256:BpbpuayH273rEOQeu7Aze12WCABhWX_haH9oJuqK_NY', signed }

const campaign = {
  id,
  version: 2,
  state: 'running',
  started_at: at,
  deadline: at,
  ended_at: null,
  progress: { parties: 10, told: 8, waiting: 5, accepted: 4, suspended: 1, excused: 0 },
}

const applied = {
  id,
  state: 'submitted',
  channel: 'applied',
  state_since: at,
  expected_at: until,
  overdue: true,
  owner: 'Toos Trouwakte',
  organisation: {
    ...bakery,
    kvk_number: '48245915',
    legal_form: 'Besloten vennootschap',
    vat_number: 'NL899102256B01',
    address: {
      street_address: 'Bedachtlaan 101',
      postal_code: '9401 DT',
      locality: 'Assen',
      country: 'NL',
    },
  },
  policy_version: 1,
  submitted_at: at,
  decided_at: null,
}
const caseFile = {
  ...applied,
  wallet: 'http://127.0.0.1:4802/parties/01a20092-830b-75e2-a418-657f38782a30',
  representative: { did: personDid, name: 'Krijn Kadetje', representation_type: 'SOLE' },
  acceptance,
  invited: null,
  reason: null,
  registration: null,
  attestation: null,
  moves: [
    {
      move: 'submit',
      from: null,
      to: 'submitted',
      at,
      by: 'partner',
      who: null,
      reason: null,
      expected_at: until,
    },
  ],
  notes: [{ at, by: 'Toos Trouwakte', text: 'Gebeld, belt donderdag terug' }],
  version: 1,
}
const evidence = {
  items: [
    {
      ...{ kind: 'kvk_extract', representative: null, required: true, state: 'checked' },
      ...{ file_name: 'Uittreksel.pdf', digest: acceptance.digest, how: 'zelf opgevraagd', reason: null, at },
    },
    {
      ...{ kind: 'identity', representative: otherId, required: true, state: 'missing' },
      ...{ file_name: null, digest: null, how: null, reason: null, at: null },
    },
  ],
  missing: ['identity'],
  representatives: [
    {
      ...{ id: otherId, did: personDid, name: 'Krijn Kadetje', accepted_as: 'K. Kadetje' },
      ...{ representation_type: 'JOINT', listed: true, position: 'gevolmachtigde', scope: 'Inkoop' },
      ...{ limit_eur: 25_000, accepted_at: at },
    },
  ],
}
const lookUp = {
  source: 'KVK Basisprofiel v1',
  at,
  compared: [
    { field: 'kvk_number', said: '48245915', found: '48245915', same: true },
    { field: 'name', said: bakery.name, found: 'De Kruimelkoning', same: false },
    { field: 'ended_on', said: null, found: null, same: true },
  ],
  names: ['De Kruimelkoning'],
}
const recheck = {
  ...{ id: otherId, case: id, organisation: bakeryDid, at, outcome: 'different', fields: ['name'] },
  ...{ state: 'open', verdict: null, closed_at: null },
}
const own = {
  state: 'submitted',
  id,
  policy_version: 1,
  acceptance,
  applied_at: at,
  checked_at: at,
  reason: null,
}

const activity = {
  state: 'active',
  last_date: '2026-10-28',
  last_booking: '2026-10-28',
  count: 11,
  revenue: '33362.98',
  spend: '0.00',
  balance: '15723.14',
}
const partner = {
  id,
  name: bakery.name,
  kind: 'organisation',
  kvk: '48245915',
  vat: 'NL899102256B01',
  roles: ['customer'],
  activity,
  in_network: true,
  network_state: 'in_network',
  did: bakeryDid,
  updated_at: at,
}
const shown = {
  claim: 'company-registration.kvk_number',
  value: '48245915',
  hidden: false,
  state: 'current',
  subject: bakeryDid,
  source: { did: companyDid, name: 'MYOBI', kind: 'attested' },
  trusted: true,
  issued_at: at,
  valid_until: until,
  as_of: at,
  checked_at: at,
  grant: otherId,
  until,
  withdrawn: null,
}
const fullPartner = {
  ...partner,
  network: { state: 'in_network', did: bakeryDid, wallet: caseFile.wallet, checked_at: at },
  contact: { name: 'Anneke Verzinsel', email: 'info@kruimel.example', phone: '076-0479876' },
  address: { street: 'Bedachtlaan 101', postcode: '9401DT', city: 'Assen', country: 'NL' },
  website: null,
  iban: 'NL70TSTN0937876771',
  bic: null,
  informed_due_at: until,
  created_at: at,
  values: [
    shown,
    {
      ...shown,
      claim: 'contact-person.email',
      value: null,
      hidden: true,
      subject: personDid,
      state: 'changed',
      source: { did: personDid, name: null, kind: 'self_declared' },
    },
    {
      ...shown,
      claim: 'company-profile.iban',
      value: null,
      state: 'withdrawn',
      withdrawn: { at, code: 'grant_revoked' },
    },
  ],
  differences: [
    { field: 'email', claim: 'company-profile.email', grant: id, ours_as_of: at, theirs_as_of: at },
  ],
  quality: {
    points: 17,
    reasons: [
      { code: 'bounced_hard', count: 1, points: 10, what: ['email'] },
      { code: 'different', count: 1, points: 5, what: ['company-profile.email'] },
      { code: 'stale', count: 1, points: 2, what: ['phone'] },
    ],
    ages: [
      { what: 'email', whose: 'ours', as_of: at, days: 3, stale: false },
      { what: 'phone', whose: 'ours', as_of: '2025-10-01T12:00:00.000Z', days: 417, stale: true },
    ],
    bounces: [
      {
        ...{ id: otherId, what: 'email', whose: 'ours', grant: null, kind: 'hard', count: 3 },
        ...{ first_at: at, last_at: at },
      },
    ],
    taken: [
      {
        ...{ field: 'iban', claim: 'company-profile.iban', grant: id, source: bakeryDid },
        ...{ as_of: at, taken_at: at },
      },
    ],
  },
}
const changes = {
  items: [
    {
      seq: 7,
      at,
      partner: { did: bakeryDid, id, name: bakery.name },
      grant: otherId,
      kind: 'value_read',
      claims,
    },
    { seq: 8, at, partner: { did: bakeryDid, id }, grant: otherId, kind: 'value_withdrawn', claims },
  ],
  cursor: '8',
  more: false,
}
const row = {
  key: 'kvk:48245915',
  ...partner,
  action: 'new',
  proposed: true,
  notices: ['vat_bsn_shaped'],
  duplicates: [{ key: 'vat:NL899452310B01', name: 'Kruimelkoning', on: ['vat', 'name_postcode'] }],
  records: [],
}
const counts = {
  records: 3,
  relations: 2,
  rejected: 1,
  active: 1,
  dormant: 1,
  inactive: 0,
  unknown: 0,
  new: 2,
  changed: 0,
  same: 0,
  proposed: 1,
}
const preview = {
  rows: [
    row,
    { ...row, key: 'xaf:1', kind: 'person', network_state: 'unknown', duplicates: [], action: 'same' },
  ],
  next: null,
  rejected: [
    {
      file: 'debiteuren.csv',
      line: 14,
      source_id: 'D1012',
      name: 'Zeilmakerij Vlakwater B.V.',
      reasons: [{ code: 'iban_check', field: 'iban', message: 'the check digits of the IBAN are wrong' }],
      raw: null,
    },
  ],
  counts,
  warnings: [{ file: 'auditfile.xaf', code: 'xaf_booking_undated', params: { count: 3 } }],
}
const result = {
  new: 1,
  changed: 0,
  same: 0,
  skipped: 1,
  merged: 0,
  rejected: 1,
  to_inform: { count: 16, due_at: until, note: 'tell them' },
}
const person = {
  id,
  did: personDid,
  account: 'sanne',
  name: 'Sanne Nietje',
  roles: ['account_manager', 'contact_person'],
  activation_code: null,
  activation_url: null,
  mailed_to: null,
}
const profile = {
  id,
  did: personDid,
  claims: { email: 'sanne@nietmachine.example', works_for: company, given_name: 'Sanne' },
  version: 1,
}
const entry = {
  id,
  at,
  action: 'access.deny',
  actor: companyDid,
  data: { event: otherId, codes: ['grant_revoked'] },
  seq: 28,
}
const offer = {
  id,
  issuer: otherId,
  subject: personDid,
  types: ['access-grant'],
  state: 'pending',
  deliver_to: caseFile.wallet,
  attempts: 2,
  last_error: 'egress_unreachable',
  created_at: at,
  delivered_at: null,
  redeemed_at: null,
  expires_at: until,
}
const walletOffer = {
  id,
  for: 'organisation',
  state: 'waiting',
  reason: 'tx_code_wrong',
  issuer: {
    url: 'https://issuer.example/parties/01a20093-104f-703f-a438-ffd892b3ad47',
    says_its_name_is: 'Rijksdienst van Voorbeelden',
    signed_by: bakeryDid,
    trusted: false,
  },
  server: 'https://login.issuer.example',
  grant: 'pre_authorized',
  tx_code: { input_mode: 'numeric', length: 6, description: 'De code uit de brief' },
  offers: [
    {
      id: 'diploma',
      format: 'dc+sd-jwt',
      type: 'https://issuer.example/diploma',
      name: 'Diploma',
      readable: true,
    },
    { id: 'diploma-mdoc', format: 'mso_mdoc', type: null, name: null, readable: false },
  ],
  batch_size: 1,
  renews: true,
  credentials: [otherId],
  created_at: at,
  decided_at: at,
  expires_at: until,
}
const openOffer = {
  id,
  type: 'customer-statement',
  configuration: 'customer-statement',
  grants: ['pre_authorized'],
  state: 'open',
  deferred: false,
  renewable_days: 90,
  has_tx_code: true,
  created_at: at,
  expires_at: until,
}
const shownOffer = {
  ...openOffer,
  link: 'openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Fparties%2F1%2Foffers%2Fabc',
  qr: '<svg></svg>',
}
const verification = {
  verified: false,
  trusted: false,
  checks: [
    { check: 'issuer_signature', ok: true },
    { check: 'status', ok: false, code: 'status_invalid', detail: 'revoked' },
  ],
  issuer: companyDid,
  type: 'urn:regie:credential:access-grant:1',
  claims: { name: bakery.name },
  provenance: {
    issuer: companyDid,
    issuer_name: 'MYOBI',
    issued_at: at,
    expires_at: until,
    status_as_of: at,
  },
}
const term = {
  code: 'contract',
  iri: request.legal_basis,
  label: { en: 'A contract', nl: 'Een overeenkomst' },
}

const proposal = {
  id,
  proposer: company,
  grant: otherId,
  claim: 'company-profile.email',
  current: 'info@bakkerij-de-kruimelkoning.example',
  proposed: { value: 'administratie@bakkerij-de-kruimelkoning.example', reason: 'Onze post kwam terug' },
  bounce: 'hard',
  value_changed: true,
  attested_by: null,
  state: 'open',
  outcome: null,
  proposed_at: at,
  decided_at: null,
}
const sentProposal = {
  id,
  partner: bakery,
  grant: otherId,
  claim: 'company-profile.email',
  proposed: proposal.proposed,
  bounce: null,
  state: 'open',
  outcome: null,
  proposed_at: at,
  settled_at: null,
}
const decidedProposal = { ...proposal, current: null, proposed: null, value_changed: false, decided_at: at }
const reciprocal = {
  partner: { did: bakeryDid, id, name: bakery.name },
  gave: { live_grants: 1, past_grants: 2, by_persons: 1, claims: 1, purposes: 1, looks: 3 },
  got: { live_grants: 2, past_grants: 0, by_persons: 0, claims: 5, purposes: 2, looks: 41 },
  balance: { state: 'we_get_more', difference: 4, looks: 38, threshold: 3 },
}
const period = { since: '2025-11-22', until: '2026-11-22' }
const countedGrant = { id, claims, purpose: orders, state: 'live', until }
const webhook = {
  id,
  url: 'https://erp.gouden-nietmachine.example/regie/hooks?company=kantoorvakhandel',
  events: ['nl.regie.partner.value_changed'],
  state: 'active',
  public_key: `whpk_${'k'.repeat(43)}=`,
  rotating_until: null,
  created_at: at,
}
const delivery = {
  id,
  webhook: otherId,
  event: otherId,
  type: 'nl.regie.partner.value_changed',
  subject: otherId,
  state: 'pending',
  attempts: 3,
  last_status: 503,
  last_error: 'receiver_refused',
  created_at: at,
  next_at: until,
  delivered_at: null,
}
const summary = {
  grant: id,
  side: 'given',
  grantor: personDid,
  grantee: company,
  claims,
  purpose: orders,
  legal_basis: 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-a',
  from: at,
  until,
}
const copy = { state: 'waiting', at: null, reason: null, until: null, overdue: false, told: null }
const exported = {
  ...summary,
  format: 'consent-record',
  document: { '@type': 'dpv:ConsentRecord', 'dpv:hasDataSubject': { '@id': personDid } },
  lost: [
    { field: 'value', why: 'no_term' },
    { field: 'signature', why: 'unsigned' },
  ],
  missing: ['dpv:hasJurisdiction'],
  consent_record: { id: otherId, digest: `sha-256:${'d'.repeat(43)}`, matches: true },
}
const receipt = {
  ...summary,
  side: 'held',
  ended: { code: 'grant_revoked', at, by: 'p_m3H3p7beMRVC1jrbl4Z4iI' },
  copy: { ...copy, state: 'kept', at, reason: 'Bewaarplicht boekhouding', until, told: 'not_told' },
}

const question = {
  code: 'invoice-question',
  version: 2,
  title: { nl: 'Vraag over een factuur van de Kantoorvakhandel', en: 'A question about an invoice of ours' },
  purpose: 'https://w3id.org/dpv#PaymentManagement',
  legal_basis: request.legal_basis,
  claims,
  reason: request.reason,
  value: request.value,
  retention: 'P1Y',
  length: 'P30D',
  roles: ['account_manager'],
  state: 'current',
}
const opened = {
  id,
  case: otherId,
  side: 'asking',
  partner: bakery,
  question: question.code,
  version: 2,
  title: question.title,
  about: 'factuur 123',
  state: 'open',
  opened_by: 'us',
  opened_at: at,
  until,
  closed_by: null,
  closed_at: null,
  request: otherId,
}
const message = {
  id,
  kind: 'product_news',
  partner: company,
  grant: otherId,
  for: otherId,
  subject: 'Een nieuwe nietmachine van Kantoorvakhandel De Gouden Nietmachine B.V. voor al uw papieren',
  body: `Vanaf maandag:\n<b>de Gouden 26/6</b>. ${'Zij niet tot honderd vel tegelijk. '.repeat(6)}`,
  state: 'undeliverable',
  outcome: 'messages_stopped',
  last_error: null,
  tries: 1,
  at,
  told_at: null,
  until,
  answer: null,
}
const answeredMessage = {
  ...message,
  state: 'told',
  outcome: null,
  answer: { id: otherId, choice: 'yes', body: 'Wij komen graag kijken', at, state: 'told', outcome: null },
}
const callUp = {
  id,
  role: 'freelancer',
  subject: 'Invallen op zaterdag in de winkel aan de Perforatorkade in Rotterdam',
  state: 'open',
  wanted: 2,
  yes: 1,
  no: 0,
  maybe: 1,
  at,
  until,
  closed_at: null,
  not_sent: [{ partner: otherId, name: 'Zeilmakerij Vlakwater B.V.', code: 'no_grant_for_message' }],
  body: 'Wie kan zaterdag in de winkel staan?',
  sent: [answeredMessage, message],
}

const figures = {
  claim: 'order_value',
  period: '2026-Q3',
  grouping: 'role',
  figures: [{ group: 'customer', customers: 10, mean: 1290, median: 1230, sum: 16800 }],
  withheld: [{ group: 'supplier', code: 'group_too_small' }],
  published_at: at,
}
const productList = {
  id,
  list: 'products',
  claims: { products: [{ sku: 'GN-26', gtin: '8712345678906', name: 'De Gouden 26/6', kind: 'product' }] },
  published_at: at,
  until,
}
const statement = {
  id,
  customer: bakery,
  claims: { period: '2026-Q3', discount_percentage: 7.5, order_value: 33362.98 },
  state: 'current',
  offer: otherId,
  at,
  ended_at: null,
}

const list = (...items: readonly unknown[]) => ({ items, next: null })

const agreement = {
  id,
  partner: bakery,
  state: 'approved',
  version: 2,
  digest: `sha-256:${'d'.repeat(43)}`,
  waits_for: 'both',
  approved: { us: at, them: at },
  signed: { us: false, them: false },
  from: at,
  until: null,
  deposited_at: null,
  deposit_error: null,
  trade_secrets: false,
  changed_at: at,
}

const contract = {
  ...{ id: 'nda', version: 1, title: { nl: 'Geheimhouding', en: 'Confidentiality' } },
  ...{ digest: `sha-256:${'d'.repeat(43)}`, state: 'draft', source: null, published_at: null },
}

const lawFlag = {
  ...{ law: 'BWBR0041459', since: '2026-11-01', reason: 'Artikel 2 is nieuw' },
  ...{ kind: 'template', subject: 'nda', version: 1 },
}

const askedByLink = {
  id,
  state: 'pending',
  code: null,
  of: 'company',
  verifier: { client_id: 'x509_san_dns:shop.example', name: null, known: false, standing: 'unknown' },
  asked_at: at,
  expires_at: until,
  decided_at: null,
}

const openedLink = {
  ...askedByLink,
  answered_at: 'https://shop.example',
  encrypted: true,
  answerable: true,
  queries: [
    {
      id: 'registration',
      required: true,
      types: ['company-registration'],
      asks: [{ claim: 'kvk_number', one_of: ['99990001'] }],
      candidates: [
        {
          id: otherId,
          type: 'company-registration',
          issuer: companyDid,
          issued_at: at,
          expires_at: until,
          chosen: true,
          format: 'dc+sd-jwt',
          shows_more: false,
          shows: [{ claim: 'company-registration.kvk_number', value: '99990001', asked: true }],
          forbidden_by: null,
        },
        {
          id,
          type: 'company-registration',
          issuer: 'x509:eudi:Kamer van Koophandel',
          issued_at: at,
          expires_at: until,
          chosen: false,
          format: 'vc+jwt',
          shows_more: true,
          shows: [
            { claim: 'company-registration.kvk_number', value: '99990001', asked: true },
            { claim: 'company-registration.name', value: 'Bakkerij', asked: false },
          ],
          forbidden_by: null,
        },
      ],
      missing: [],
    },
    {
      id: 'role',
      required: false,
      types: ['employee-role'],
      asks: [],
      candidates: [],
      missing: [{ type: 'employee-role', from: 'partner', name: null }],
    },
  ],
  signs_for: ['I order ten staplers'],
}

/** By operation: what it answers. */
const didStep = {
  id,
  kind: 'compromise',
  state: 'done',
  key: `${companyDid}#delegate-1`,
  endpoint: null,
  outcomes: [
    { id, type: 'company-profile', fate: 'reissued' },
    { id, type: 'access-denial', fate: 'revoked' },
  ],
  created_at: at,
  done_at: at,
  plan: {
    credentials: [
      { type: 'company-profile', count: 1, fate: 'reissued' },
      { type: 'access-denial', count: 1, fate: 'revoked' },
    ],
    unpresentable: [{ type: 'company-registration', count: 1 }],
    signs_after: 'new_key',
    transactions: 2,
    seen_within_s: 60,
  },
}

const invitation = {
  id,
  partner: { id: otherId, name: 'Bakkerij De Kruimelkoning B.V.', kvk: '48245915', did: null },
  state: 'stalled',
  since: at,
  overdue: true,
  roles: ['supplier'],
  language: 'nl',
  order: { state: 'taken', code: null, checked_at: at },
  expected: {
    next: { at: until, basis: 'talk' },
    registered: { at: until, basis: 'target' },
    registered_p80: until,
    told: until,
  },
  talk: { at: until, owner: 'inviter' },
  unread: 2,
  created_at: at,
  version: 7,
}
const card = { ...invitation, id: otherId, overdue: false, unread: 0 }
const fullInvitation = {
  ...invitation,
  organisation: { name: 'Bakkerij De Kruimelkoning B.V.', kvk_number: '48245915' },
  contact: { name: 'Bram Korst', email: 'bram@kruimelkoning.example' },
  why: 'Wij willen uw gegevens bij u laten.',
  moves: [
    ...[
      {
        from: null,
        to: 'draft',
        at,
        side: 'inviter',
        account: 'sanne',
        reason: null,
        expected_at: at,
        talk: null,
      },
      {
        ...{ from: 'submitted', to: 'stalled', at, side: 'servicedesk', account: null, expected_at: until },
        ...{
          reason: 'De handtekening van de tweede bestuurder ontbreekt nog',
          talk: { at: until, owner: 'inviter' },
        },
      },
    ],
  ],
}
const outcomes = {
  items: [
    { id, state: 'submitted', code: null },
    { id: otherId, state: 'draft', code: 'invitation_contact_missing' },
  ],
}
const thread = {
  items: [
    { id: otherId, side: 'inviter', body: 'Bel na twee uur.', at, state: 'waiting', read: true },
    { id: otherId, side: 'servicedesk', body: 'Doen wij.\nTot dan.', at, state: 'delivered', read: true },
  ],
}
const invitedParty = {
  id,
  case: otherId,
  state: 'submitted',
  since: at,
  organisation: { name: 'Bakkerij De Kruimelkoning B.V.', kvk_number: '48245915' },
  contact: { name: 'Bram Korst', email: 'bram@kruimelkoning.example', language: 'nl' },
  choice: 'own_node',
  node: null,
  joined_by: null,
  strangers: 1,
  links_sent: 2,
  link_until: until,
  expected_at: until,
  orders: [
    {
      ...{ id: otherId, inviter: company, state: 'submitted', why: 'Wij willen uw gegevens bij u laten.' },
      ...{ roles: ['supplier'], unread: 1, received_at: at },
    },
  ],
  alike: [otherId],
  version: 4,
}

const columnMapping = {
  ...{ id, name: 'Snelboek', updated_at: at },
  mapping: { sourceId: 'Klantnr', name: 'Klantnaam', kvk: 'Kamer van koophandel' },
  headings: ['Klantnr', 'Klantnaam', 'Kamer van koophandel', 'Betaaltermijn'],
}

export const answers: Readonly<Record<string, unknown>> = {
  ...billingAnswers,
  'access.approve': { grant, not_held: ['company-profile.website'] },
  'access.cancel': { ...sent, state: 'withdrawn' },
  'access.counter': {
    counter: { ...counter, made_by: 'us' },
    grant: { ...grant, waiting: true },
    not_held: [],
  },
  'access.defer': { id, deferred_until: until },
  'access.nudge': { id, state: 'pending' },
  'access.expiring': {
    items: [
      { grant: id, side: 'held', partner: bakery, claims, purpose: orders, until, next: 'access.renew' },
      { grant: otherId, side: 'given', partner: company, claims, purpose: orders, until, next: null },
    ],
  },
  'reminders.set': { expiring_days: 14, waiting_days: 7 },
  'reminders.show': { expiring_days: 14, waiting_days: 7 },
  'approvals.add': listed,
  'approvals.apply': { granted: [id], left: [{ request: otherId, code: 'claim_not_held' }] },
  'approvals.list': {
    items: [listed, { ...listed, partner: bakeryDid, partner_name: bakery.name, role: null, claims }],
  },
  'approvals.remove': { entry: listed, still_open: [id], ended: [] },
  'templates.list': {
    items: [template, { ...template, claims: null, roles: null, length: null, purpose: null }],
  },
  'templates.remove': template,
  'templates.set': template,
  'access.cut': { ...link, state: 'ended', ended: 'delegation_cut', kept_out: true },
  'access.allow': { ...link, state: 'ended', ended: 'delegation_cut', kept_out: false },
  'access.links': list(link, {
    ...link,
    id: otherId,
    state: 'ended',
    ended: 'delegation_cut',
    last_look: null,
  }),
  'delegations.create': delegation,
  'delegations.list': list(delegation, {
    ...delegation,
    id: otherId,
    state: 'ended',
    ended: 'delegation_cut',
  }),
  'delegations.withdraw': { ...delegation, state: 'ended', ended: 'delegation_revoked' },
  'access.deleted': { grant: id, copy: { ...copy, state: 'deleted', at, told: 'not_told' } },
  'access.deny': { id, state: 'denied' },
  'access.export': exported,
  'access.grants': list(grant, { ...grant, id: otherId, revoked_at: at }),
  'access.held': list(held, { ...held, grantor: personDid, state: 'ended', ended: 'grant_revoked' }),
  'access.list': list(request, decided, { ...request, id: otherId, counter }),
  'access.log': list(
    { ...look, outcome: 'deny', codes: ['grant_revoked'] },
    { ...look, outcome: 'permit', codes: [], actor: null, link: otherId, on_behalf_of: bakery },
  ),
  'access.rate': { grant: id, came_true: 'partly', note: 'Na een week', rated_at: at },
  'access.read': {
    partner: bakery,
    claims: [attested, claim, doubtful],
    left_out: [{ claim: 'contact-person.phone_number', code: 'claim_restricted' }],
    refused: [{ grant: id, codes: ['grant_revoked'] }],
  },
  'access.renew': sent,
  'access.receipt': receipt,
  'access.request': sent,
  'access.restore': grant,
  'access.revoke': { ...grant, revoked_at: at },
  'access.sent': list(sent, { ...sent, state: 'denied' }),
  'access.withdraw': list(grant, { ...grant, id: otherId, revoked_at: at }),
  activate: {
    account: 'sanne',
    token: `regie_${'x'.repeat(43)}`,
    expires_at: until,
    recovery_codes: ['K7PQM-2ABCD'],
  },
  'audit.list': list(entry, { ...entry, actor: 'p_m3H3p7beMRVC1jrbl4Z4iI', seq: 27 }),
  'audit.verify': {
    intact: true,
    entries: 28,
    head: 'vmi9XVlqDFEUf_c5N0MHqk3p05WOt63f27fu8yygEfM',
    unsealed: 0,
  },
  'cases.ask': { case: opened, request_state: 'pending' },
  'cases.close': { ...opened, state: 'closed', closed_by: 'us', closed_at: at },
  'cases.list': list(opened, { ...opened, id: otherId, side: 'owning', state: 'ended', title: null }),
  'cases.open': {
    items: [{ ...opened, side: 'owning' }],
    grants: [otherId],
    not_held: ['contact-person.email'],
  },
  'trade-secrets.add': tradeSecret,
  'trade-secrets.attach': shownSecret,
  'trade-secrets.change': { ...tradeSecret, version: 2 },
  'trade-secrets.confirm': { ...sharedSecret, ...over, state: 'settled', settled_at: at, how: 'destroyed' },
  'trade-secrets.fetch': {
    ...{ id, label: 'Recept 3', purpose: 'Bakproef', title: tradeSecret.title, digest: request.digest },
    ...{ description: shownSecret.description, documents: shownSecret.documents },
  },
  'trade-secrets.fetch-document': { written_to: '/home/bram/recept.pdf' },
  'trade-secrets.received': list(
    { ...sharedSecret, documents: [] },
    { ...sharedSecret, ...over, documents: [] },
  ),
  'trade-secrets.share': sharedSecret,
  'trade-secrets.shares': list(
    sharedSecret,
    { ...sharedSecret, id: otherId, refused: 'event_not_expected' },
    { ...sharedSecret, ...over, state: 'settled', settled_at: at, how: 'returned' },
  ),
  'trade-secrets.unshare': { ...sharedSecret, ...over },
  'trade-secrets.download': { written_to: '/home/sanne/recept.pdf' },
  'trade-secrets.list': { items: [tradeSecret, { ...tradeSecret, id: otherId, state: 'withdrawn' }] },
  'trade-secrets.log': list(
    { id, person: { id: otherId, name: 'Sanne Nietje' }, version: 2, document: null, share: null, at },
    { id: otherId, person: { id, name: null }, version: 1, document: id, share: otherId, at },
  ),
  'trade-secrets.proof': {
    ...{ id, version: 1, digest: request.digest, registered_at: at },
    text: '{"salt":"MDEy","secret":{"title":"Desem"}}',
  },
  'trade-secrets.show': shownSecret,
  'trade-secrets.withdraw': { id, state: 'withdrawn' },
  'contracts.draft': contract,
  'contracts.flags': { items: [lawFlag] },
  'contracts.list': { items: [contract] },
  'contracts.portfolio': { items: [contract] },
  'contracts.publish': { ...contract, state: 'published', published_at: at },
  'contracts.show': {
    ...contract,
    content: {
      ...{ id: 'nda', version: 1, laws: [], title: contract.title, surviving: { nl: [], en: [] } },
      ...{ trade_secrets: true, body: { nl: 'Over deeg.', en: 'About dough.' } },
      fields: [{ name: 'subject', type: 'text', max: 9, label: { nl: 'Waarover', en: 'Subject' } }],
    },
  },
  'contracts.take': { ...contract, state: 'published', source: bakery.did, published_at: at },
  'laws.changed': { items: [lawFlag] },
  'agreements.approve': agreement,
  'agreements.begin': { ...agreement, state: 'external_review', version: 1, waits_for: 'them' },
  'agreements.comment': agreement,
  'agreements.diff': {
    pieces: [
      { change: 'same', text: '# Levering\n' },
      { change: 'removed', text: 'De leverancier levert binnen twee dagen.\n' },
      { change: 'added', text: 'De leverancier levert binnen drie dagen.\n' },
    ],
  },
  'agreements.list': list(agreement, { ...agreement, id: otherId, state: 'in_force', waits_for: 'nobody' }),
  'agreements.propose': { ...agreement, state: 'external_review', waits_for: 'them' },
  'agreements.review': { ...agreement, state: 'external_approval' },
  'agreements.show': {
    ...agreement,
    terms: { title: 'Leveringsovereenkomst', body: '# Levering\n\nBinnen drie dagen.\n' },
    steps: [
      { kind: 'propose', side: 'us', by: 'Sanne Nietje', version: 2, text: 'Te kort', refused: null, at },
    ],
    versions: [],
  },
  'agreements.sign': { ...agreement, waits_for: 'them' },
  'agreements.terminate': { ...agreement, state: 'terminated', waits_for: 'nobody' },
  'corrections.accept': { ...decidedProposal, state: 'accepted' },
  'corrections.decline': { ...decidedProposal, state: 'declined', outcome: 'value_is_right' },
  'corrections.list': list(proposal, {
    ...proposal,
    id: otherId,
    claim: 'company-registration.kvk_number',
    attested_by: { did: companyDid, name: 'MYOBI' },
  }),
  'corrections.propose': sentProposal,
  'corrections.sent': list(sentProposal, {
    ...sentProposal,
    id: otherId,
    proposed: null,
    state: 'declined',
    outcome: 'value_is_right',
  }),
  'did.changes': { items: [{ ...didStep, plan: undefined }] },
  'did.compromise': didStep,
  'did.controller': { ...didStep, kind: 'controller', outcomes: [] },
  'did.deactivate': { ...didStep, kind: 'deactivate', outcomes: [] },
  'did.endpoint': { ...didStep, kind: 'endpoint', endpoint: 'https://node.example', outcomes: [] },
  'did.retire': { ...didStep, kind: 'retire', outcomes: [] },
  'did.rotate': { ...didStep, kind: 'rotate', state: 'open', done_at: null, outcomes: [] },
  'did.show': {
    did: bakeryDid,
    state: 'active',
    keys: [
      { kid: null, use: 'controller', state: 'active', created_at: at, listed_until: null },
      { kid: `${bakeryDid}#delegate-1`, use: 'signing', state: 'active', created_at: at, listed_until: at },
    ],
    open: { ...didStep, plan: undefined, state: 'open' },
  },
  'consent.codes': { recovery_codes: ['K7PQM-2ABCD'] },
  'consent.lock': { locked: true },
  'consent.recover': { recovery_codes_left: 7 },
  'consent.secret': { recovery_codes_left: 8 },
  'consent.show': { active: true, unlocked_until: until, recovery_codes_left: 8 },
  'consent.unlock': { token: 'x'.repeat(43), expires_at: until },
  'passkeys.list': list({ id: 'aB3dE5fG7hI9', name: 'Laptop', added_at: at, used_at: null, opens_key: true }),
  'passkeys.remove': { removed: true },
  'sessions.end': { ended: true },
  'sessions.end-all': { ended: 2 },
  'sessions.link': {
    url: 'https://regie.kruimelkoning.example/app/sign-in#u3GdRyk2Y4W8w1E1b1o0mJb0iM2s5fXQ0nVYV3m4b6c',
    expires_at: at,
  },
  'sessions.list': list({
    ...{ id, device: 'Firefox, Linux', method: 'link', current: false },
    ...{ since: at, used_at: at, expires_at: until },
  }),
  'call_ups.close': { ...callUp, state: 'closed', closed_at: at },
  'call_ups.list': list(callUp, { ...callUp, id: otherId, wanted: null, state: 'closed' }),
  'call_ups.show': callUp,
  'call_ups.start': callUp,
  'me.show': profile,
  'breaches.affected': { items: [affected], parties: 1, looks: 3, claims },
  'breaches.amend': breach,
  'breaches.close': breach,
  'breaches.decide': breach,
  'breaches.note': breach,
  'breaches.open': breach,
  'breaches.show': breach,
  'breaches.list': list(breach, { ...breach, id: otherId, state: 'closed', overdue: false, missing: [] }),
  'breaches.report': { report: { breach: id, persons: { parties: 1 } }, html: null },
  'informing.list': list(toTell, { ...toTell, id: otherId, state: 'sent', how: 'mail' }),
  'informing.moment': { due: 2 },
  'informing.not-needed': { ...toTell, state: 'not_needed', how: 'has_information', reason: 'Gesproken' },
  'informing.sent': { ...toTell, state: 'sent', how: 'mail' },
  'informing.show': {
    ...toTell,
    missing: ['transfers'],
    subject: 'Uw gegevens',
    text: 'Geachte Anneke,',
    html: '',
  },
  'figures.list': { rules: { min_group: 10, max_share: 30 }, items: [figures] },
  'figures.publish': figures,
  'lists.show': productList,
  'prices.set': {
    ...productList,
    list: 'prices',
    claims: { price_currency: 'EUR', prices: [{ sku: 'GN-26', price: '19.95' }] },
  },
  'products.set': productList,
  'statements.list': list(statement, { ...statement, id: otherId, state: 'replaced' }),
  'statements.received': {
    items: [
      {
        id,
        partner: company,
        valid: true,
        reason: null,
        claims: statement.claims,
        issued_at: at,
        until,
        checked_at: at,
      },
    ],
  },
  'statements.set': statement,
  'statements.withdraw': { ...statement, state: 'withdrawn', ended_at: at },
  'invitation-orders.message': thread,
  'invitation-orders.read': thread,
  'invitations.board': {
    columns: [
      { state: 'draft', count: 14, overdue: 2, unread: 0, items: [card, { ...card, overdue: true }] },
      { state: 'submitted', count: 1, overdue: 0, unread: 2, items: [{ ...card, unread: 2 }] },
      { state: 'investigating', count: 1, overdue: 1, unread: 0, items: [{ ...card, overdue: true }] },
      {
        state: 'stalled',
        count: 1,
        overdue: 0,
        unread: 0,
        items: [{ ...card, talk: { at, owner: 'inviter' } }],
      },
      { state: 'registered', count: 31, overdue: 0, unread: 0, items: [] },
      { state: 'withdrawn', count: 0, overdue: 0, unread: 0, items: [] },
    ],
    steps: [
      { state: 'draft', median_days: 1.5, p80_days: 4, count: 31 },
      { state: 'submitted', median_days: null, p80_days: null, count: 3 },
    ],
  },
  'invitations.contact': fullInvitation,
  'invitations.digest': { on: true },
  'invitations.digest-choice': { on: false },
  'invitations.ecosystem': {
    roles: [
      {
        role: 'supplier',
        partners: 120,
        in_network: 31,
        invited: 14,
        declined: 2,
        not_invited: 73,
        active: 40,
      },
      { role: 'none', partners: 8, in_network: 0, invited: 0, declined: 0, not_invited: 8, active: 1 },
    ],
  },
  'invitations.inform': outcomes,
  'invitations.invite': {
    made: [invitation],
    skipped: [{ partner: { id: otherId, name: 'Bakkerij De Kruimelkoning B.V.' }, code: 'already_invited' }],
  },
  'invitations.list': list(invitation, { ...invitation, id: otherId, overdue: true, unread: 2 }),
  'invitations.message': thread,
  'invitations.read': thread,
  'invitations.refresh': fullInvitation,
  'invitations.show': fullInvitation,
  'invitations.submit': outcomes,
  'invitations.withdraw': { ...fullInvitation, state: 'withdrawn' },
  'invited.ask': { asked: true },
  'invited.choose': { choice: 'own_node', code: '7QK2M-9X4TP-0HB3C-VN8WD' },
  'invited.contact': invitedParty,
  'invited.list': list(invitedParty, {
    ...invitedParty,
    id: otherId,
    orders: [],
    choice: 'hosted',
    node: { url: 'https://kruimelkoning.nodes.myobi.example', since: at },
  }),
  'invited.look': {
    organisation: 'Bakkerij De Kruimelkoning B.V.',
    language: 'nl',
    inviters: [{ name: company.name, why: 'Wij willen uw gegevens bij u laten.' }],
    choices: ['own_node', 'hosted', 'decline'],
  },
  'invited.resend': invitedParty,
  'invited.set-up': {
    organisation: 'Bakkerij De Kruimelkoning B.V.',
    url: 'https://kruimelkoning.nodes.myobi.example',
    account: 'bram',
    code: 'regie_7QK2M9X4TP0HB3CVN8WD7QK2M9X4TP0HB3CVN8WD',
  },
  'invited.show': invitedParty,
  'messages.answer': message,
  'messages.counts': {
    month: '2026-11',
    items: [
      {
        partner: bakeryDid,
        partner_name: bakery.name,
        kind: 'product_news',
        sent: 4,
        answered: 1,
        not_taken: 1,
        received: 0,
        answers: 0,
        stopped: 0,
      },
    ],
  },
  'messages.limit': { grant: id, kind: 'product_news', most: 1, usual: 4 },
  'messages.list': list({ ...message, kind: 'call_up', state: 'received' }, answeredMessage),
  'messages.resend': message,
  'messages.send': message,
  'messages.sent': list(answeredMessage, message),
  'messages.stop': { stopped: [{ partner: company, for: otherId, kind: 'product_news' }] },
  'notices.list': list(notice),
  'processing.record': processingRecord,
  'processing.set': processingSettings,
  'processing.settings': processingSettings,
  'offers.list': list(offer),
  'issuing.offer': { ...shownOffer, tx_code: '493536' },
  'issuing.show': shownOffer,
  'issuing.list': list(openOffer),
  'issuing.approve': { ...openOffer, state: 'ready' },
  'issuing.deny': { ...openOffer, state: 'denied' },
  'issuing.suspend': { ...openOffer, state: 'suspended' },
  'issuing.resume': { ...openOffer, state: 'issued' },
  'issuing.revoke': { ...openOffer, state: 'revoked' },
  'wallet.offers.add': walletOffer,
  'wallet.offers.list': list(walletOffer, { ...walletOffer, id: otherId, state: 'received', reason: null }),
  'wallet.offers.show': walletOffer,
  'wallet.offers.accept': {
    ...walletOffer,
    state: 'authorizing',
    link: 'https://node.example/wallet/authorize/V1StGXR8_Z5jdHi6B-myT',
  },
  'wallet.offers.decline': { ...walletOffer, state: 'declined' },
  'wallet.list': {
    items: [
      {
        ...{ id, for: 'me', type: 'employee-role', title: { nl: 'Functie', en: 'Role' } },
        issuer: { id: companyDid, name: 'Nietmachine B.V.', is_holder: false },
        ...{
          claims: [{ name: 'role', title: { nl: 'Functie', en: 'Role' } }],
          issued_at: at,
          expires_at: until,
          standing: 'valid',
        },
        removable: false,
      },
    ],
  },
  'wallet.remove': { id },
  'wallet.exports.create': {
    file: 'sanne.wallet',
    ...{ credentials: 3, keys: 3, about_our_did: 1 },
    left_out: [
      { reason: 'our_keys', type: 'https://myobi.example/credentials/employee-role' },
      { reason: 'our_keys', type: 'https://myobi.example/credentials/employee-role' },
      { reason: 'of_the_network', type: 'https://myobi.example/credentials/contact-person' },
    ],
  },
  'wallet.imports.create': {
    applied: true,
    counts: { new: 1, present: 1, refused: 1 },
    items: [
      {
        type: 'https://uni.example/diploma',
        issuer: 'did:web:uni.example',
        outcome: 'new',
        code: null,
        reason: null,
        status: 'unknown',
        id,
      },
      {
        type: 'https://uni.example/diploma',
        issuer: 'did:web:uni.example',
        outcome: 'present',
        code: null,
        reason: null,
        status: null,
        id: otherId,
      },
      {
        type: null,
        issuer: null,
        outcome: 'refused',
        code: 'credential_not_verifiable',
        reason: 'did_unresolvable',
        status: null,
        id: null,
      },
    ],
  },
  'partners.changes': changes,
  'partners.balance': {
    ...reciprocal,
    period,
    gave_grants: [countedGrant],
    got_grants: [countedGrant, { ...countedGrant, id: otherId, state: 'ended' }],
  },
  'partners.reciprocity': {
    ...list({ ...reciprocal, partner: { ...reciprocal.partner, id: null } }),
    period,
  },
  'partners.bounced': {
    ...{ id: otherId, partner: id, what: 'email', kind: 'hard', count: 2, first_at: at, last_at: at },
  },
  'partners.different': { one: id, other: otherId },
  'partners.duplicates': list({
    partners: [
      { id, name: bakery.name, did: bakeryDid },
      { id: otherId, name: 'Kruimelkoning', did: null },
    ],
    on: ['iban', 'name_postcode'],
    score: 90,
  }),
  'partners.quality': {
    items: [
      {
        partner: { id, name: bakery.name, did: bakeryDid },
        points: 17,
        reasons: fullPartner.quality.reasons,
      },
    ],
    next: null,
    waiting: true,
  },
  'partners.take-over': fullPartner,
  'partners.get': fullPartner,
  'partners.import': { id, files: [], preview, result },
  'partners.imports.apply': result,
  'partners.imports.preview': preview,
  'partners.list': list(partner, {
    ...{ ...partner, kind: 'person', network_state: 'not_in_network', kvk: null },
    invitation: { id: otherId, state: 'declined_by_partner' },
  }),
  'partners.mappings.forget': { id },
  'partners.mappings.list': {
    items: [columnMapping, { ...columnMapping, id: otherId, name: null, headings: null }],
  },
  'partners.mappings.set': columnMapping,
  'partners.mappings.show': columnMapping,
  'partners.contacts.import': {
    cards: [
      {
        nr: 1,
        name: 'Anneke Verzinsel',
        organisation: bakery.name,
        partner: id,
        matched_on: 'organisation',
        action: 'added',
      },
      { nr: 2, name: 'Ilse Kletskoek', organisation: null, partner: null, matched_on: null, action: 'asked' },
    ],
    rejected: [{ nr: 3, reason: 'card_name_missing' }],
  },
  'partners.merge': partner,
  'partners.say': { changed: 12, same: 3 },
  'partners.roles': { ...partner, roles: ['supplier', 'freelancer'] },
  'people.add': person,
  'people.list': list(
    { ...person, state: 'active', taken_over: true },
    { ...person, state: 'left', taken_over: false },
  ),
  'people.roles': person,
  'people.login': { named: true },
  'people.rekey': { id, did: personDid, account: 'sanne', ...activation },
  'policy.accept': { policy_version: 1, acceptance },
  'campaigns.start': campaign,
  'campaigns.get': campaign,
  'campaigns.list': { items: [campaign, { ...campaign, state: 'ended', ended_at: at }] },
  'campaigns.stop': { ...campaign, state: 'stopped' },
  'campaigns.resume': campaign,
  'registry.suspend': { party: companyDid, state: 'suspended' },
  'registry.resume': { party: companyDid, state: 'active' },
  'policy.pending': {
    items: [
      {
        party: 'company',
        version: 2,
        digest: acceptance.digest,
        effective: '2027-07-01',
        deadline: at,
        missing: 1,
      },
      {
        party: 'you',
        version: 2,
        digest: acceptance.digest,
        effective: '2027-07-01',
        deadline: null,
        missing: null,
      },
    ],
  },
  'policy.acceptances': {
    items: [
      {
        party: 'company',
        signer: id,
        name: 'Ada Nietje',
        version: 2,
        digest: acceptance.digest,
        signed_at: at,
        signed: acceptance.signed,
      },
      {
        ...{ party: 'person', signer: id, name: null, version: 1, digest: acceptance.digest },
        ...{ signed_at: at, signed: null },
      },
    ],
  },
  'policy.accept-company': { policy_version: 2, acceptance, missing: 1 },
  'policy.show': {
    id: 'ttp-policy',
    version: 1,
    effective: '2026-01-01',
    digest: acceptance.digest,
    documents: [
      {
        lang: 'en',
        title: 'TTP-policy',
        text: `# TTP-policy\n\n1.1. ${'You direct. '.repeat(30)}`,
        digest: '',
      },
    ],
  },
  'policy.version': {
    id: 'ttp-policy',
    version: 2,
    effective: '2027-07-01',
    digest: acceptance.digest,
    documents: [
      {
        part: 'agreement',
        lang: 'en',
        title: 'Agreement',
        text: '# Agreement\n\n1.1. You direct.\n',
        digest: '',
      },
      {
        part: 'sla',
        lang: 'en',
        title: 'Service level',
        text: '# Service level\n\n4.1. Always.\n',
        digest: '',
      },
    ],
  },
  'policy.versions': {
    items: [
      { id: 'ttp-policy', version: 1, effective: '2026-01-01', digest: acceptance.digest },
      { id: 'ttp-policy', version: 2, effective: '2027-07-01', digest: acceptance.digest },
    ],
  },
  'policy.diff': {
    from: 1,
    to: 2,
    lang: 'en',
    documents: [
      {
        part: 'sla',
        title: 'Service level',
        change: 'changed',
        lines: [
          { change: 'same', text: '4.1. Always.' },
          { change: 'added', text: '4.2. By a human being.' },
        ],
      },
      { part: 'terms', title: 'Terms', change: 'same', lines: [] },
    ],
  },
  'questions.add': question,
  'questions.change': question,
  'questions.check': { catalogue: 'asks_more', over_asked: ['company-profile.iban'] },
  'questions.list': { items: [question, { ...question, code: 'old-question', state: 'retired' }] },
  'questions.published': { partner: bakery, items: [question] },
  'questions.retire': { ...question, state: 'retired' },
  'registrations.accept': { ...caseFile, state: 'registered', decided_at: at },
  'registrations.ask': evidence,
  'registrations.rechecks.close': { ...recheck, state: 'closed', verdict: 'Alleen de naam', closed_at: at },
  'registrations.rechecks.list': list(recheck),
  'registrations.kvk.look': lookUp,
  'registrations.kvk.search': {
    items: [{ kvk_number: '48245915', name: bakery.name, locality: 'Assen' }],
  },
  'registrations.kvk.show': lookUp,
  'registrations.domain.ask': {
    domain: 'kruimelkoning.example',
    name: '_regie-challenge.kruimelkoning.example',
    value: 'regie-domain=AAAAAAAAAAAAAAAAAAAAAAAAAAA',
  },
  'registrations.domain.check': evidence,
  'registrations.evidence.check': evidence,
  'registrations.evidence.kept': list(
    {
      ...{ case: id, organisation: bakery.name, kind: 'kvk_extract', representative: null, state: 'checked' },
      ...{ media_type: 'application/pdf', size: 48_211, digest: acceptance.digest, since: at, until },
    },
    {
      ...{ case: otherId, organisation: bakery.name, kind: 'limited_authority', representative: otherId },
      ...{ state: 'received', media_type: 'image/png', size: 7_120, digest: acceptance.digest },
      ...{ since: at, until: null },
    },
  ),
  'registrations.evidence.list': evidence,
  'registrations.evidence.refuse': evidence,
  'registrations.evidence.upload': evidence,
  'registrations.evidence.hand-in': { case: id, kind: 'kvk_extract' },
  'registrations.hand-in': { case: id, kind: 'bank_account' },
  'registrations.representatives.add': evidence,
  'registrations.representatives.remove': { ...evidence, representatives: [], missing: [] },
  'registrations.get': caseFile,
  'hosting.create': {
    ...{ id, slug: 'bakkerij-de-kruimelkoning-bv', account: 'bram', activation: `rg_${'a'.repeat(43)}` },
    url: 'https://bakkerij-de-kruimelkoning-bv.nodes.myobi.example',
  },
  'backups.create': { file: 'regie-2026-11-23.regie' },
  'hosting.mine': { hosted: true },
  'hosting.departures.create': { file: 'kruimelkoning.regie' },
  'hosting.list': list(hostedNode, {
    ...hostedNode,
    id: otherId,
    state: 'removed',
    moved_to: 'https://agent.example',
  }),
  'hosting.remove': { ...hostedNode, state: 'removed', moved_to: 'https://agent.example' },
  'hosting.resume': hostedNode,
  'hosting.suspend': { ...hostedNode, state: 'suspended' },
  'registrations.hand-over': caseFile,
  'registrations.note': caseFile,
  'registrations.queue': list(applied, { ...applied, state: 'investigating', overdue: false }),
  'registrations.release': { ...caseFile, owner: null },
  'registrations.resume': { ...caseFile, state: 'investigating' },
  'registrations.stall': { ...caseFile, state: 'stalled' },
  'registrations.take': { ...caseFile, state: 'investigating' },
  'registrations.list': list(applied, { ...applied, state: 'registered', decided_at: at }),
  'registrations.mine': own,
  'registry.heads': {
    items: [
      {
        number: 12,
        made_at: at,
        size: 10_000,
        root: registryDigest,
        policy: { version: 2, digest: registryDigest },
        head: signed,
        anchor: registryAnchor,
      },
      {
        number: 11,
        made_at: at,
        size: 9_999,
        root: registryDigest,
        policy: { version: 1, digest: registryDigest },
        head: signed,
        anchor: null,
      },
    ],
    next: 11,
  },
  'registry.history': { did: bakeryDid, history: [registryStanding, suspended] },
  'registry.proof': {
    format: 'regie-registry-proof-1',
    head: signed,
    party: { did: bakeryDid, history: [registryStanding, suspended] },
    index: 3,
    path: [registryDigest, registryDigest],
    anchor: registryAnchor,
  },
  'registry.authorization': {
    entity_id: bakeryDid,
    authority_id: companyDid,
    action: 'act-as',
    resource: 'intermediary',
    authorized: false,
    time_requested: at,
    time_evaluated: at,
    message: 'not authorised: role not held',
    code: 'role_not_held',
  },
  'registry.roles': { did: bakeryDid, roles: ['member', 'intermediary'] },
  'registry.verify': {
    proven: false,
    checks: [
      { check: 'proof', ok: true },
      { check: 'on_chain', ok: false, code: 'registry_anchor_differs' },
    ],
    did: bakeryDid,
    at,
    standing: 'active',
    name: bakery.name,
    roles: ['member'],
    since: at,
    policy: { version: 2, digest: registryDigest },
    anchored_at: at,
  },
  'rights.export': {
    format: 'csv',
    made_at: at,
    files: [
      { name: 'grants.csv', media_type: 'text/csv', encoding: 'utf8', content: 'a;b' },
      { name: 'access_log.csv', media_type: 'text/csv', encoding: 'utf8', content: 'a;b' },
    ],
  },
  'rights.file': rightsRequest,
  'rights.inbox': list(rightsRequest, {
    ...rightsRequest,
    id: otherId,
    erased: true,
    subject: { kind: 'contact', id, name: null },
  }),
  'rights.preview': {
    request: id,
    erases: [{ what: 'credentials', count: 2 }],
    keeps: [
      { what: 'bookkeeping', why: 'tax_law', count: 1, until },
      { what: 'audit_log', why: 'accountability', count: null, until: null },
    ],
  },
  'systems.list': list({
    ...{ id, did: personDid, name: 'webshop', state: 'active', responsible: 'Sanne de Vries' },
    ...{ scopes: ['access:read'], token_expires_at: until },
  }),
  'presentations.accept': { ...askedByLink, state: 'sent', redirect_uri: 'https://shop.example/back?code=1' },
  'presentations.decline': { ...askedByLink, state: 'declined' },
  'presentations.list': list(askedByLink),
  'presentations.open': openedLink,
  'presentations.show': openedLink,
  'systems.add': { id, did: personDid, token: 'regie_abc', expires_at: until },
  'verifications.create': verification,
  'verifications.presets': {
    items: [
      {
        name: 'employee-role',
        title: { nl: 'Werkt bij een bedrijf in een rol', en: 'Works for a company in a role' },
        purpose: {
          nl: 'Nagaan of iemand namens een bedrijf handelt.',
          en: 'To see whether somebody acts for a company.',
        },
        public: true,
        parameters: [
          {
            name: 'employer',
            label: { nl: 'DID van het bedrijf', en: 'DID of the company' },
            pattern: '^did:',
            required: true,
          },
          { name: 'role', label: { nl: 'Rol', en: 'Role' }, pattern: '^.*$', required: false },
        ],
        issuers: [{ type: 'urn:regie:credential:employee-role:1', accepts: ['network'] }],
        dcql_query: { credentials: [] },
      },
    ],
  },
  'verifications.show': {
    id: 'pTQxbMeSU0b3A3rTfM2Vh9cK5pXyJ8aL',
    preset: 'employee-role',
    state: 'done',
    flow: 'cross_device',
    accepted: false,
    error: null,
    checks: [
      { check: 'response', ok: true },
      { check: 'query', ok: false, code: 'query_not_satisfied' },
    ],
    credentials: [{ ...verification, query: 'role', accepted: false }],
    created_at: at,
    expires_at: at,
    finished_at: at,
  },
  'verifications.start': {
    id: 'pTQxbMeSU0b3A3rTfM2Vh9cK5pXyJ8aL',
    preset: 'employee-role',
    state: 'waiting',
    flow: 'cross_device',
    client_id: `decentralized_identifier:${companyDid}`,
    request_uri: 'http://127.0.0.1:4800/verification/requests/Qm3uY0aZsW8nB5rT1xKc7LpDfGhJ2vNe',
    link: `openid4vp://?client_id=decentralized_identifier%3A${encodeURIComponent(companyDid)}&request_uri=http%3A%2F%2F127.0.0.1%3A4800%2Fverification%2Frequests%2FQm3uY0aZsW8nB5rT1xKc7LpDfGhJ2vNe&request_uri_method=post`,
    qr_svg: '<svg viewBox="0 0 25 25"></svg>',
    expires_at: until,
  },
  'mails.allow': { mail: id, blocked: false },
  'mails.bounce': { ...mail, state: 'bounced', last_error: '5.1.1' },
  'mails.bounced': {
    items: [
      { address: 'q7Hk2mWzT0aB', bounces: 2, blocked: true, code: '5.1.1', last_at: at, last_mail: id },
      { address: 'Zp4nV9cXs1Lr', bounces: 1, blocked: false, code: '554', last_at: at, last_mail: otherId },
    ],
  },
  'mails.cancel': { ...mail, state: 'cancelled', settled_at: at },
  'mails.drafts': list({ ...mail, state: 'draft' }),
  'mails.edit': mailText,
  'mails.list': list(mail, { ...mail, id: otherId, state: 'queued', attempts: 3, last_error: '4.2.1' }),
  'mails.prefer': { language: 'en', policy: false, access: true },
  'mails.preferences': { language: 'nl', policy: true, access: false },
  'mails.preview': mailText,
  'mails.send': { ...mail, state: 'queued' },
  'mails.show': mailText,
  'vocabulary.list': { purposes: [term], legal_bases: [{ ...term, article: '6(1)(b)' }] },
  'webhooks.add': { ...webhook, secret: `whsec_${'s'.repeat(43)}=` },
  'webhooks.deliveries': list(delivery, {
    ...delivery,
    id: otherId,
    state: 'dead',
    last_status: null,
    last_error: 'egress_timeout',
  }),
  'webhooks.list': {
    items: [
      { ...webhook, waiting: 12 },
      { ...webhook, id: otherId, state: 'disabled', events: [], waiting: 0 },
    ],
  },
  'webhooks.resend': delivery,
  'webhooks.rotate': { ...webhook, rotating_until: until, secret: `whsec_${'s'.repeat(43)}=` },
  'webhooks.test': {
    ...delivery,
    type: 'nl.regie.webhook.ping',
    attempts: 0,
    last_status: null,
    last_error: null,
  },
  whoami: {
    account: 'sanne',
    name: 'Sanne Nietje',
    did: personDid,
    roles: ['account_manager'],
    organisation: company,
  },
}
