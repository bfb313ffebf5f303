import { createHmac, createPublicKey } from 'node:crypto'
import {
  asked,
  attest,
  boundTo,
  changeBase64,
  inAccess,
  inQuery,
  nobody,
  queryOf,
  set,
  setPath,
  times,
  twin,
  type World,
} from './attack-world.ts'
import { ask, bindingOf, cook, type Draft, type Got, post, signText } from './attacker.ts'
import { bare } from './inside.ts'

export type Attack = readonly [name: string, attack: (world: World) => Promise<Got>, verdict: string]

/** What a request may not say: nothing of it is worth a row. */
const edits: readonly (readonly [name: string, edit: (draft: Draft) => void, verdict: string])[] = [
  ['a wildcard', setPath([null]), '400 ask_malformed'],
  ['a wildcard in a path', setPath(['address', null]), '400 ask_malformed'],
  ['an index below zero', setPath(['sectors', -1]), '400 ask_malformed'],
  ['an empty path', setPath([]), '400 ask_malformed'],
  ['a path that is no list', setPath('email'), '400 ask_malformed'],
  ['__proto__ as a path', setPath(['__proto__']), '400 unknown_claim'],
  ['a claim nobody knows', setPath(['secret']), '400 unknown_claim'],
  [
    'values, to guess with',
    inQuery({ claims: [{ path: ['email'], values: ['a@b.nl'] }] }),
    '400 ask_malformed',
  ],
  ['claim_sets', inQuery({ claim_sets: [['a']] }), '400 ask_malformed'],
  ['multiple', inQuery({ multiple: true }), '400 ask_malformed'],
  ['a query for any credential', inQuery({ meta: {} }), '400 ask_malformed'],
  ['a query for two types at once', inQuery({ meta: { vct_values: ['a', 'b'] } }), '400 ask_malformed'],
  ['a type nobody knows', inQuery({ meta: { vct_values: ['urn:x'] } }), '400 unknown_credential_type'],
  ['another format', inQuery({ format: 'jwt_vc_json' }), '400 ask_malformed'],
  ['no queries', set({ dcql_query: { credentials: [] } }), '400 ask_malformed'],
  ['an unknown member', set({ scope: 'openid' }), '400 ask_malformed'],
  ['an unknown member about purpose', inAccess({ x: 1 }), '400 ask_malformed'],
  ['a redirect_uri', set({ redirect_uri: 'https://a.example' }), '400 ask_malformed'],
  ['a response_uri', set({ response_uri: 'https://a.example' }), '400 ask_malformed'],
  ['direct_post', set({ response_mode: 'direct_post' }), '400 ask_malformed'],
  ['another response type', set({ response_type: 'code' }), '400 ask_malformed'],
  ['a guessable nonce', set({ nonce: '1' }), '400 ask_malformed'],
  ['no nonce', set({ nonce: undefined }), '400 ask_malformed'],
  ['no times', set({ exp: undefined }), '400 ask_malformed'],
  ['a time that is no number', set({ exp: '9999999999' }), '400 ask_malformed'],
  ['a client that is no DID', set({ client_id: 'https://a.example' }), '400 ask_client_id_invalid'],
  ['an asker that is no DID', set({ client_id: 'decentralized_identifier:x' }), '400 invalid_did'],
  ['a purpose nobody knows', inAccess({ purpose: ['urn:x'] }), '400 unknown_purpose'],
  ['no purpose', inAccess({ purpose: [] }), '400 ask_malformed'],
  ['a legal basis nobody knows', inAccess({ legal_basis: 'urn:x' }), '400 unknown_legal_basis'],
]

export const malformed: readonly Attack[] = [
  ...edits.map(([name, edit, expected]): Attack => [name, (w) => asked(w, { edit }), expected]),
  [
    'credential_sets',
    (w) => asked(w, { edit: (d) => void Object.assign(d.dcql_query, { credential_sets: [] }) }),
    '400 ask_malformed',
  ],
  [
    'two queries with one id',
    (w) => asked(w, { edit: (d) => void d.dcql_query.credentials.push(structuredClone(queryOf(d))) }),
    '400 ask_malformed',
  ],
  [
    '5,000 claims',
    (w) =>
      asked(w, {
        edit: inQuery({ claims: Array.from({ length: 5000 }, () => ({ path: ['a'] })) }),
      }),
    '400 ask_malformed',
  ],
  [
    'JSON nested a thousand deep',
    (w) => asked(w, { rewrite: (json) => json.replace('{}', `${'['.repeat(1000)}${']'.repeat(1000)}`) }),
    '400 json_too_deep',
  ],
  [
    'a member twice',
    (w) => asked(w, { rewrite: (json) => json.replace('{', '{"aud":"https://a.example",') }),
    '400 json_duplicate_member',
  ],
  [
    'a member named __proto__',
    (w) => asked(w, { rewrite: (json) => json.replace('{', '{"__proto__":{},') }),
    '400 json_forbidden_member',
  ],
  ['text that is no JSON', (w) => asked(w, { rewrite: () => '{' }), '400 json_invalid'],
  ['a payload that is no object', (w) => asked(w, { rewrite: () => '[]' }), '400 json_not_object'],
  ['padding', (w) => asked(w, { garble: (compact) => `${compact}=` }), '400 base64url_invalid'],
  ['a token of one part', (w) => asked(w, { garble: () => 'junk' }), '400 jws_malformed'],
  [
    'two grants',
    (w) =>
      asked(w, { tamper: (d) => void d.verifier_info?.push({ format: 'dc+sd-jwt', data: w.hers.grant }) }),
    '400 ask_malformed',
  ],
  ['a paper that cannot be read', (w) => asked(w, { grant: 'junk' }), '400 sd_jwt_malformed'],
  [
    'a grant with a disclosure that is not its own',
    (w) =>
      asked(w, { grant: `${w.good.grant}${Buffer.from('["c2FsdA","access",{}]').toString('base64url')}~` }),
    '400 sd_jwt_disclosure_unreferenced',
  ],
]

/** When, to whom and by whom. */
export const misdirected: readonly Attack[] = [
  ['yesterday’s request', (w) => asked(w, { edit: times(-86_400, -86_340) }), '400 jws_expired'],
  ['a request that ended 31 seconds ago', (w) => asked(w, { edit: times(-90, -31) }), '400 jws_expired'],
  ['a request that lasts 61 seconds', (w) => asked(w, { edit: times(0, 61) }), '400 ask_lifetime_too_long'],
  [
    'a request that lasts for ever',
    (w) => asked(w, { edit: times(0, 10 ** 10) }),
    '400 ask_lifetime_too_long',
  ],
  ['a request of the future', (w) => asked(w, { edit: times(40, 90) }), '400 jws_issued_in_future'],
  [
    'a request for another party of the same node',
    async (w) => post(w.good.wallet, { request: await cook(w.company, w.hers) }),
    '403 ask_audience_mismatch',
  ],
  [
    'a request for another node',
    (w) => asked(w, { edit: set({ aud: w.myobi.wallet }) }),
    '403 ask_audience_mismatch',
  ],
  [
    'a request for nobody',
    async (w) => post(`${w.trio.partner.url}/parties/nobody`, { request: await cook(w.company, w.good) }),
    '404 party_unknown',
  ],
  ['another kind of token', (w) => asked(w, { header: { typ: 'JWT' } }), '400 jws_typ_mismatch'],
  ['no kind of token', (w) => asked(w, { header: { typ: undefined } }), '400 jws_typ_mismatch'],
  [
    'an extension we must understand',
    (w) => asked(w, { header: { crit: ['exp'] } }),
    '400 jws_crit_unsupported',
  ],
  [
    'no signature',
    (w) => asked(w, { header: { alg: 'none' }, signature: () => Buffer.alloc(0) }),
    '400 jws_alg_not_allowed',
  ],
  [
    'a MAC with the public key as its secret',
    async (w) => {
      const { publicKeyOf } = w.company.agent
      const jwk = await publicKeyOf(w.company.organisation.did)
      const secret = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      })
      const signature = (input: Buffer) => createHmac('sha256', secret).update(input).digest()
      return asked(w, { header: { alg: 'HS256' }, signature })
    },
    '400 jws_alg_mismatch',
  ],
  [
    'a signature over something else',
    (w) => asked(w, { garble: (compact) => changeBase64(compact, 1, (json) => json.replace('"r"', '"s"')) }),
    '400 jws_signature_invalid',
  ],
  ['a key of another DID', (w) => asked(w, { signer: nobody.signer }), '403 ask_key_mismatch'],
  [
    'the name of the company’s key, and another key',
    (w) =>
      asked(w, {
        signer: { ...nobody.signer, kid: w.company.signer.kid },
        header: { alg: w.company.signer.alg },
      }),
    '400 jws_signature_invalid',
  ],
  [
    'a key that is not listed',
    (w) => asked(w, { header: { kid: `${w.company.organisation.did}#delegate-99` } }),
    '422 key_not_current',
  ],
  [
    'the key that controls the DID',
    (w) => asked(w, { header: { kid: `${w.company.organisation.did}#controller` } }),
    '422 key_not_current',
  ],
  [
    'a DID that is for encryption only',
    (w) => {
      const did = 'did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F'
      const kid = `${did}#${did.slice('did:key:'.length)}`
      return asked(w, { edit: set({ client_id: `decentralized_identifier:${did}` }), header: { kid } })
    },
    '422 key_not_current',
  ],
  [
    'a stranger without papers',
    (w) => {
      const edit = set({ client_id: `decentralized_identifier:${nobody.did}` })
      return asked(w, { signer: nobody.signer, edit, attestation: null, actor: null, grant: null })
    },
    '403 attestation_missing',
  ],
  [
    'a stranger with the papers of the company',
    (w) => {
      const edit = set({ client_id: `decentralized_identifier:${nobody.did}` })
      return asked(w, { signer: nobody.signer, edit })
    },
    '403 attestation_invalid grant_for_another_party',
  ],
  [
    'a grant nobody gave',
    (w) => {
      const grant = changeBase64(w.good.grant.replace('~', ''), 1, (json) =>
        json.replace(/"jti":"[^"]*"/, '"jti":"0197f000-0000-7000-8000-000000000000"'),
      )
      return asked(w, { grant: `${grant}~` })
    },
    '403 grant_unknown',
  ],
  [
    'a grant whose id is a text of his choice',
    (w) => {
      const grant = changeBase64(w.good.grant.replace('~', ''), 1, (json) =>
        json.replace(/"jti":"[^"]*"/, '"jti":"x\\u0000"'),
      )
      return asked(w, { grant: `${grant}~` })
    },
    '400 ask_malformed',
  ],
  [
    'a stranger with a grant of his own making',
    async (w) => {
      const edit = set({ client_id: `decentralized_identifier:${nobody.did}` })
      const payload = {
        vct: 'urn:regie:credential:access-grant:1',
        jti: '0197f000-0000-7000-8000-000000000000',
        iss: nobody.did,
        sub: nobody.did,
      }
      const grant = `${await signText(nobody.signer, JSON.stringify(payload), { typ: 'dc+sd-jwt' })}~`
      return asked(w, { signer: nobody.signer, edit, grant, attestation: null, actor: null })
    },
    '403 attestation_missing grant_unknown',
  ],
]

/** A registered company that shows papers which do not cover what it asks: the owner sees that it tried. */
export const uncovered: readonly Attack[] = [
  ['no attestation', (w) => asked(w, { attestation: null }), '403 attestation_missing'],
  [
    'the attestation of another party',
    async (w) =>
      asked(w, { attestation: bare(await w.partner.held(w.partner.organisation, 'ttp-policy-attestation')) }),
    '403 attestation_invalid',
  ],
  [
    'an attestation of its own making',
    async (w) => asked(w, { attestation: await attest(w.company, w.company.organisation.did) }),
    '403 attestation_invalid',
  ],
  [
    'an attestation that has ended',
    async (w) => {
      const { did } = w.company.organisation
      return asked(w, { attestation: await attest(w.myobi, did, w.trio.clock.now() - 60_000) })
    },
    '403 attestation_expired',
  ],
  [
    'an attestation for another company, changed',
    async (w) => {
      const theirs = bare(await w.partner.held(w.partner.organisation, 'ttp-policy-attestation'))
      const { did } = w.company.organisation
      const attestation = changeBase64(theirs, 1, (json) => json.replace(w.partner.organisation.did, did))
      return asked(w, { attestation })
    },
    '403 attestation_invalid',
  ],
  ['no employee', (w) => asked(w, { actor: null }), '403 actor_unproven'],
  [
    'an employee of another company',
    (w) =>
      asked(w, {
        role: async (d) => w.partner.role(await w.partner.person('bram'), 'employee-role', bindingOf(d)),
      }),
    '403 actor_unproven',
  ],
  [
    'a role that is lying about',
    (w) =>
      asked(w, {
        role: async () => bare(await w.company.held(await w.company.person('sanne'), 'employee-role')),
      }),
    '403 actor_unproven',
  ],
  [
    'a role shown elsewhere',
    (w) => asked(w, { role: boundTo(w, () => ({ aud: w.myobi.wallet })) }),
    '403 actor_unproven',
  ],
  [
    'a role shown with another nonce',
    (w) => asked(w, { role: boundTo(w, () => ({ nonce: 'n'.repeat(32) })) }),
    '403 actor_unproven',
  ],
  [
    'a role that is bound to no request',
    (w) => asked(w, { role: boundTo(w, () => ({ extra: undefined })) }),
    '403 actor_unproven',
  ],
  [
    'a role moved to another request',
    (w) => asked(w, { tamper: inAccess({ relevance: 'something else' }) }),
    '403 actor_unproven',
  ],
  [
    'an employee without the role that was granted',
    (w) => asked(w, { actor: 'company' }),
    '403 role_not_granted',
  ],
  [
    'a system, where an employee was let in',
    (w) =>
      asked(w, {
        role: async (d) => {
          const system = await w.company.store.reader.query(`SELECT id FROM party WHERE kind = 'system'`)
          const party = { ...w.company.organisation, kind: 'system', id: system[0].id } as const
          return w.company.role(party, 'system-role', bindingOf(d))
        },
      }),
    '403 system_not_granted',
  ],
  [
    'a grant that was given to another party',
    (w) => ask(w.myobi, { ...w.good, actor: 'myobi' }),
    '403 grant_for_another_party',
  ],
  [
    'a grant of another subject at this wallet',
    (w) => asked(w, { grant: w.hers.grant }),
    '403 grant_of_another_subject',
  ],
  [
    'a grant whose end was moved',
    (w) => {
      const grant = changeBase64(w.good.grant.replace('~', ''), 1, (json) =>
        json.replace(/"exp":\d+/, '"exp":9999999999'),
      )
      return asked(w, { grant: `${grant}~` })
    },
    '403 grant_differs',
  ],
  [
    'a grant whose signature was written differently',
    (w) => ask(w.company, { ...w.hers, grant: twin(w.hers.grant) }),
    '403 grant_differs',
  ],
  [
    'a claim beyond the grant',
    (w) => asked(w, { claims: ['company-profile.iban'] }),
    '403 claim_not_granted',
  ],
  [
    'a claim beyond the grant, among those within',
    (w) => asked(w, { claims: [...w.good.claims, 'company-profile.iban'] }),
    '403 claim_not_granted',
  ],
  [
    'the whole of which a part was granted',
    (w) => asked(w, { claims: ['company-profile.address'] }),
    '403 claim_not_granted',
  ],
  [
    'another purpose',
    (w) => asked(w, { edit: inAccess({ purpose: ['https://w3id.org/dpv#DirectMarketing'] }) }),
    '403 purpose_not_granted',
  ],
  [
    'another purpose besides',
    (w) =>
      asked(w, {
        edit: (d) => void d['urn:regie:access'].purpose.push('https://w3id.org/dpv#DirectMarketing'),
      }),
    '403 purpose_not_granted',
  ],
  [
    'everything at once',
    (w) => asked(w, { attestation: null, actor: null, claims: ['company-profile.iban'] }),
    '403 attestation_missing actor_unproven claim_not_granted',
  ],
]

/** What is not even a form with one request in it. */
export const shapeless: readonly Attack[] = [
  ['1 MB', (w) => post(w.good.wallet, { request: 'a'.repeat(1024 * 1024) }), '413 payload_too_large'],
  [
    '50,000 claims',
    (w) => {
      const claims = Array.from({ length: 50_000 }, (_, at) => ({ path: [`c${at}`] }))
      return asked(w, { actor: null, edit: inQuery({ claims }) })
    },
    '413 payload_too_large',
  ],
  [
    'JSON',
    async (w) =>
      post(w.good.wallet, JSON.stringify({ request: await cook(w.company, w.good) }), {
        type: 'application/json',
      }),
    '400 ask_malformed',
  ],
  [
    'the request twice',
    async (w) => {
      const request = await cook(w.company, w.good)
      return post(w.good.wallet, `request=${request}&request=${request}`)
    },
    '400 ask_malformed',
  ],
  ['nothing', (w) => post(w.good.wallet, ''), '400 ask_malformed'],
  [
    'a request to fetch',
    (w) => post(w.good.wallet, { request_uri: 'https://a.example' }),
    '400 ask_malformed',
  ],
  [
    'a form of a thousand members',
    (w) => post(w.good.wallet, Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`m${at}`, '']))),
    '413 payload_too_large',
  ],
  ...['response_uri', 'redirect_uri'].map(
    (name): Attack => [
      `a ${name} beside the request`,
      async (w) =>
        post(w.good.wallet, { request: await cook(w.company, w.good), [name]: 'https://a.example' }),
      '400 ask_malformed',
    ],
  ),
  [
    'another client_id beside the request',
    async (w) =>
      post(w.good.wallet, {
        request: await cook(w.company, w.good),
        client_id: `decentralized_identifier:${nobody.did}`,
      }),
    '400 ask_malformed',
  ],
]
