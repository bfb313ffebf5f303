import { entities } from '../../src/node/schema.ts'

/** Columns that say whose a row is, or who did something: by a party, an account, a DID or a pseudonym. */
const OF_SOMEBODY = /(^|_)(person|party|owner|user|actor|subject|signer|holder|account|by)(_|$)/

/** Tables that have such a column. */
export const tablesOfPersons = (): string[] =>
  entities.flatMap((entity) => {
    const options = 'options' in entity ? entity.options : null
    const columns = Object.entries(options?.columns ?? {}).map(([key, column]) => column?.name ?? key)
    return options && columns.some((name) => OF_SOMEBODY.test(name)) ? [options.name] : []
  })

/** In which part of the export of a person's data a table is. */
export const inExport: Readonly<Record<string, string>> = {
  access_event: 'access_log',
  audit_entry: 'acts',
  case_file: 'cases',
  consent_record: 'consent_records',
  consent_template: 'approvals',
  given_grant: 'grants',
  grant_link: 'intermediaries',
  grant_rating: 'ratings',
  held_credential: 'credentials',
  message: 'messages',
  notice: 'notices',
  own_look: 'looks',
  received_correction: 'corrections',
  received_request: 'requests_for_data',
  rights_request: 'rights_requests',
  sent_request: 'asked',
  signed_acceptance: 'acceptances',
  standing_approval: 'approvals',
  training_attempt: 'training_attempts',
  training_certificate: 'training_certificates',
  user_account: 'person',
  wallet_offer: 'wallet_offers',
}

/** Why a table is in no part of it. */
export const notInExport: Readonly<Record<string, string>> = {
  access_token: 'digests of tokens: nobody can tell from them what they open',
  agent_key: 'keys: her DID, which is theirs, is in the export',
  agreement: 'of the organisation with another; who did what is in the acts',
  agreement_text: 'of the organisation; who wrote it is in the acts',
  billing_item: 'at the trust anchor, of organisations; who corrected one is in the acts',
  bounce: 'of partners, under a keyed mark; whose post came back is the partner',
  registration_case: 'of an organisation; who works on it is in the acts',
  case_evidence: 'of an organisation; who judged it is in the acts',
  register_look_up: 'about an organisation; who asked is in the acts',
  registration_recheck: 'about an organisation; who judged it is in the acts',
  registration_note: 'about an organisation; who wrote it is in the acts',
  case_move: 'who moved the case of an organisation: the acts have it',
  mail_preference: 'settings, which she sees with `mails preferences`',
  breach_step: 'who dealt with a breach, by pseudonym: the acts have it',
  claim_restriction: 'follows from a request of hers, which is in the export',
  consent_key_guess: 'how often her secret was mistyped',
  consent_key_slot: 'keys, sealed under her own secret',
  deletion_statement: 'of the organisation; who stated it is in the acts',
  due_mark: 'when something of somebody else’s was announced as due',
  trade_secret: 'of the organisation; who registered one is in the acts',
  trade_secret_share: 'of the organisation with another; who shared it is in the acts',
  received_secret: 'of another organisation; that she fetched it is in the acts',
  trade_secret_look: 'who looked at a secret of the organisation: the acts have it',
  expected_delegation: 'of organisations',
  given_delegation: 'of organisations',
  issued_credential: 'that a credential was issued: she holds it, or it is a grant of hers',
  invitation: 'of an organisation; which coordinator made it is in the acts',
  invitation_order: 'of organisations; the contact in it is sealed under the key of the invited one',
  invited_party: 'of an organisation; its contact is sealed under a key of its own',
  invitation_move: 'moves of an invitation; who made one is in the acts',
  invitation_message: 'of the organisation and the servicedesk; that she wrote one is in the acts',
  key_replacement: 'that her key was replaced: the acts have it',
  job: 'long work she had begun, kept for a week after it ended; the acts have it',
  lease: 'of processes',
  marketing_objection: 'follows from a request of hers, which is in the export',
  oid4vci_offer: 'a credential on its way to the wallet in which it is',
  open_authorization: 'of a wallet that comes for an offer: its party is the one of ours that issues',
  open_issuance: 'of a wallet that comes for an offer: its party is the one of ours that issues',
  open_offer: 'a credential for whoever redeems it: its party is the one of ours that issues',
  open_refresh_token: 'of a wallet that comes for an offer: its party is the one of ours that issues',
  open_token: 'of a wallet that comes for an offer: its party is the one of ours that issues',
  openid_account:
    'digests of who she is at the login of her organisation; what its groups gave her is in the acts',
  openid_attempt: 'a browser on its way to that login, for ten minutes',
  partner_import: 'who began an import: the acts have it',
  partner_value: 'what partners opened to the organisation of people of theirs: they export it there',
  order_message: 'of the servicedesk and an inviter; that she wrote one is in the acts',
  party_suspension: 'at the trust anchor: a DID, and that what she accepted did not hold for a while',
  policy_campaign_party: 'at the trust anchor: a DID, and how far she is with a version of the policy',
  company_co_acceptance: 'at the trust anchor, of an organisation; who signed has it in the acceptances',
  person_acceptance: 'at the trust anchor: a DID, and what its holder has herself',
  presentation_request: 'what verifiers asked her by a link: what she showed them is in the access log',
  rights_move: 'the moves of a request, which is in the export; who dealt with it is in the acts',
  verification_session: 'what somebody else presented; who asked for it is in the acts',
  wallet_authorization: 'a browser on its way to an issuer, for an hour',
  wallet_issuance: 'what we go back to an issuer with; the credential itself is in the export',
  web_session:
    'where she is signed in, which she sees with `sessions list`; that she signed in is in the acts',
  sign_in_ticket: 'digests of links and challenges that work for some minutes',
  passkey: 'public keys, which she sees with `passkeys list`',
  webhook_delivery: 'subjects of events: ids',
}
