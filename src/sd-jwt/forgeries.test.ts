import { generateKeyPairSync, hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isRefusal } from '../core/index.ts'
import { createSigner, encodeBase64url, publicJwkOf, type Signer, signJws } from '../jose/index.ts'
import { parseSdJwt } from './parse-sd-jwt.ts'
import type { KeyBindingPolicy } from './verify-key-binding.ts'
import { type VerifySdJwtOptions, verifySdJwtVc } from './verify-sd-jwt.ts'

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const issuer = ec()
const holder = ec()
const stranger = ec()
const ed = generateKeyPairSync('ed25519')
const issuerSigner = createSigner(issuer.privateKey, 'did:example:issuer#1')
const holderSigner = createSigner(holder.privateKey, 'holder')
const strangerSigner = createSigner(stranger.privateKey, 'did:example:issuer#1')

const now = 1_800_000_000
const year = 365 * 86_400
const aud = 'decentralized_identifier:did:example:verifier'
const nonce = 'n-0S6_WzA2Mj'

const digestOf = (disclosure: string) => hash('sha256', disclosure, 'base64url')
const disclosure = (...content: readonly unknown[]) => encodeBase64url(JSON.stringify(content))
const member = (name: string, value: unknown = 'x', salt = `salt-${name}`) => disclosure(salt, name, value)

const base = {
  iss: 'did:example:issuer',
  iat: now - 100,
  exp: now + 1000,
  vct: 'urn:example:type',
  cnf: { jwk: publicJwkOf(holder.publicKey) },
}

interface Recipe {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly disclosures?: readonly string[]
  /** What stands in `_sd`; the digests of the disclosures unless told. */
  readonly sd?: unknown
  readonly signer?: Signer
  /** The text between the issuer's JWT and the key binding, changed after signing. */
  readonly reorder?: (disclosures: readonly string[]) => readonly string[]
  readonly kb?: Readonly<Record<string, unknown>> | null
  readonly kbHeader?: Readonly<Record<string, unknown>>
  readonly kbSigner?: Signer
  /** A last change of the finished text. */
  readonly edit?: (compact: string) => string
}

/** Signs whatever header it is told to, which signJws rightly does not. */
async function signRaw(header: object, payload: object, signer: Signer): Promise<string> {
  const input = `${encodeBase64url(JSON.stringify(header))}.${encodeBase64url(JSON.stringify(payload))}`
  return `${input}.${encodeBase64url(await signer.sign(Buffer.from(input)))}`
}

async function bake(recipe: Recipe): Promise<string> {
  const disclosures = recipe.disclosures ?? [member('name'), member('email')]
  const sd = 'sd' in recipe ? recipe.sd : disclosures.map(digestOf)
  const payload = { _sd_alg: 'sha-256', ...base, ...(sd !== undefined && { _sd: sd }), ...recipe.claims }
  const header = { alg: 'ES256', typ: 'dc+sd-jwt', kid: 'did:example:issuer#1', ...recipe.header }
  const jwt = await signRaw(header, payload, recipe.signer ?? issuerSigner)
  const bound = [jwt, ...(recipe.reorder?.(disclosures) ?? disclosures), ''].join('~')
  const edit = recipe.edit ?? ((compact: string) => compact)
  if (recipe.kb === null) return edit(bound)
  const kbHeader = { alg: 'ES256', typ: 'kb+jwt', ...recipe.kbHeader }
  const kb = { iat: now - 5, aud, nonce, sd_hash: digestOf(bound), ...recipe.kb }
  return edit(bound + (await signRaw(kbHeader, kb, recipe.kbSigner ?? holderSigner)))
}

const options = {
  issuerKey: publicJwkOf(issuer.publicKey),
  now,
  keyBinding: { nonce, aud },
} satisfies Omit<VerifySdJwtOptions, 'typ'>

/** The code of the answer or of the refusal; `ok` when verified. */
function outcome(compact: string, changed: Partial<VerifySdJwtOptions> = {}): string {
  try {
    const report = verifySdJwtVc(compact, { ...options, ...changed })
    return report.ok ? 'ok' : `${report.check}: ${report.code}`
  } catch (error) {
    if (!isRefusal(error)) throw error
    expect(error.kind).toBe('invalid')
    return `refused: ${error.code}`
  }
}

const lines = (rows: readonly (readonly [string, Recipe, string])[]) => rows

test('what the table changes is accepted unchanged', async () => {
  expect(outcome(await bake({}))).toBe('ok')
})

describe('the issuer-signed JWT', () => {
  test.each(
    lines([
      ['signed by somebody else', { signer: strangerSigner }, 'issuer_signature: jws_signature_invalid'],
      ['alg none', { header: { alg: 'none' } }, 'issuer_signature: jws_alg_not_allowed'],
      [
        'alg none without signature',
        { header: { alg: 'none' }, edit: (c) => c.replace(/\.[^.~]*~/, '.~') },
        'issuer_signature: jws_alg_not_allowed',
      ],
      ['alg HS256', { header: { alg: 'HS256' } }, 'issuer_signature: jws_alg_mismatch'],
      ['an alg the key does not have', { header: { alg: 'ES256K' } }, 'issuer_signature: jws_alg_mismatch'],
      ['an unknown crit', { header: { crit: ['exp'] } }, 'issuer_signature: jws_crit_unsupported'],
      ['typ JWT', { header: { typ: 'JWT' } }, 'issuer_signature: jws_typ_mismatch'],
      ['the former typ vc+sd-jwt', { header: { typ: 'vc+sd-jwt' } }, 'issuer_signature: jws_typ_mismatch'],
      ['typ kb+jwt', { header: { typ: 'kb+jwt' } }, 'issuer_signature: jws_typ_mismatch'],
      ['no typ', { header: { typ: undefined } }, 'issuer_signature: jws_typ_mismatch'],
      ['expired', { claims: { exp: now - 31 } }, 'times: jws_expired'],
      ['not valid yet', { claims: { nbf: now + 31 } }, 'times: jws_not_yet_valid'],
      ['issued in the future', { claims: { iat: now + 31 } }, 'times: jws_issued_in_future'],
      ['exp as text', { claims: { exp: '1900000000' } }, 'times: jws_time_malformed'],
      ['no vct', { claims: { vct: undefined } }, 'claims: sd_jwt_vct_missing'],
      ['an empty vct', { claims: { vct: '' } }, 'claims: invalid_vct'],
      ['a vct that is no text', { claims: { vct: 1 } }, 'claims: invalid_vct'],
      ['an iss that is no text', { claims: { iss: ['a'] } }, 'claims: sd_jwt_claim_malformed'],
      ['a status that is no object', { claims: { status: 'ok' } }, 'claims: sd_jwt_claim_malformed'],
    ]),
  )('%s', async (_, recipe, expected) => {
    expect(outcome(await bake(recipe))).toBe(expected)
  })

  test('a claim the verifier requires is missing', async () => {
    const compact = await bake({ claims: { exp: undefined } })
    expect(outcome(compact)).toBe('ok')
    expect(outcome(compact, { requiredClaims: ['exp'] })).toBe('claims: sd_jwt_claim_missing')
  })

  test('an algorithm the verifier does not accept', async () => {
    expect(outcome(await bake({}), { allowedAlgs: ['EdDSA'] })).toBe('issuer_signature: jws_alg_not_allowed')
  })

  test('a changed claim', async () => {
    const [header = '', payload = '', rest = ''] = (await bake({})).split(/\.(.*?)\.(.*)/)
    const forged = Buffer.from(payload, 'base64url')
      .toString()
      .replace('urn:example:type', 'urn:example:evil')
    expect(outcome(`${header}.${encodeBase64url(forged)}.${rest}`)).toBe(
      'issuer_signature: jws_signature_invalid',
    )
  })
})

describe('the digests', () => {
  const name = member('name')
  const inner = member('city')
  const element = disclosure('salt', 'NL')
  const undisclosed = digestOf('nothing')
  test.each(
    lines([
      ['an unknown hash', { claims: { _sd_alg: 'md5' } }, 'disclosures: sd_jwt_hash_unsupported'],
      ['a hash in other letters', { claims: { _sd_alg: 'SHA-256' } }, 'disclosures: sd_jwt_hash_unsupported'],
      [
        'a hash that is no text',
        { claims: { _sd_alg: ['sha-256'] } },
        'disclosures: sd_jwt_hash_unsupported',
      ],
      ['a hash of null', { claims: { _sd_alg: null } }, 'disclosures: sd_jwt_hash_unsupported'],
      [
        '_sd_alg deeper down',
        { claims: { a: { _sd_alg: 'sha-256' } } },
        'disclosures: sd_jwt_hash_misplaced',
      ],
      [
        '_sd_alg inside a disclosure',
        { disclosures: [member('a', { _sd_alg: 'sha-256' })] },
        'disclosures: sd_jwt_hash_misplaced',
      ],
      ['_sd as text', { sd: digestOf(name), disclosures: [name] }, 'disclosures: sd_jwt_digests_malformed'],
      ['_sd as object', { sd: {}, disclosures: [] }, 'disclosures: sd_jwt_digests_malformed'],
      ['_sd null', { sd: null, disclosures: [] }, 'disclosures: sd_jwt_digests_malformed'],
      ['a digest that is no text', { sd: [1], disclosures: [] }, 'disclosures: sd_jwt_digests_malformed'],
      [
        'a digest of an element that is no text',
        { claims: { a: [{ '...': 1 }] } },
        'disclosures: sd_jwt_digests_malformed',
      ],
      [
        'a digest of an element with a member beside it',
        { claims: { a: [{ '...': digestOf(element), b: 1 }] }, disclosures: [element], sd: [] },
        'disclosures: sd_jwt_digests_malformed',
      ],
      ['... as a claim', { claims: { '...': undisclosed } }, 'disclosures: sd_jwt_reserved_name'],
      [
        '... as a claim deeper down',
        { claims: { a: { '...': undisclosed } } },
        'disclosures: sd_jwt_reserved_name',
      ],
      [
        'a disclosed element that is itself a digest',
        {
          claims: { a: [{ '...': digestOf(disclosure('s', { '...': undisclosed })) }] },
          disclosures: [disclosure('s', { '...': undisclosed })],
          sd: [],
        },
        'disclosures: sd_jwt_reserved_name',
      ],
      [
        'a digest twice in one list',
        { disclosures: [name], sd: [digestOf(name), digestOf(name)] },
        'disclosures: sd_jwt_digest_repeated',
      ],
      [
        'a digest at two levels',
        { disclosures: [name], claims: { a: { _sd: [digestOf(name)] } } },
        'disclosures: sd_jwt_digest_repeated',
      ],
      [
        'a digest twice that nothing belongs to',
        { disclosures: [], sd: [undisclosed, undisclosed] },
        'disclosures: sd_jwt_digest_repeated',
      ],
      [
        'a digest in a list and in a disclosure',
        {
          disclosures: [inner, member('a', { _sd: [digestOf(inner)] })],
          sd: [digestOf(inner), digestOf(member('a', { _sd: [digestOf(inner)] }))],
        },
        'disclosures: sd_jwt_digest_repeated',
      ],
      [
        'a digest as element and as member',
        { disclosures: [element], claims: { a: [{ '...': digestOf(element) }] } },
        'disclosures: sd_jwt_digest_repeated',
      ],
      ['digests that unfold too deep', { ...nest(40), kb: null }, 'disclosures: sd_jwt_too_deep'],
    ]),
  )('%s', async (_, recipe, expected) => {
    expect(outcome(await bake(recipe), recipe.kb === null ? { keyBinding: 'forbidden' } : {})).toBe(expected)
  })

  test.each([
    ['sha-384', 'sha384'],
    ['sha-512', 'sha512'],
  ])('%s is understood, for the disclosures and for sd_hash', async (_sd_alg, algorithm) => {
    const disclosures = [member('name')]
    const payload = { ...base, _sd_alg, _sd: disclosures.map((text) => hash(algorithm, text, 'base64url')) }
    const jwt = await signJws({ typ: 'dc+sd-jwt' }, payload, issuerSigner)
    const bound = `${jwt}~${disclosures}~`
    const kb = { iat: now, aud, nonce, sd_hash: hash(algorithm, bound, 'base64url') }
    expect(outcome(bound + (await signJws({ typ: 'kb+jwt' }, kb, holderSigner)))).toBe('ok')
    const wrong = { ...kb, sd_hash: digestOf(bound) }
    expect(outcome(bound + (await signJws({ typ: 'kb+jwt' }, wrong, holderSigner)))).toBe(
      'key_binding: kb_sd_hash_mismatch',
    )
  })

  test.each(
    lines([
      ['no _sd_alg means SHA-256', { claims: { _sd_alg: undefined } }, 'ok'],
      ['decoys are ignored', { sd: [undisclosed, digestOf(name)], disclosures: [name] }, 'ok'],
      ['an empty _sd is no fault', { sd: [], disclosures: [] }, 'ok'],
      ['an undisclosed element is left out', { claims: { a: [{ '...': undisclosed }] } }, 'ok'],
      [
        'single entries of aud may be disclosed',
        { claims: { aud: [{ '...': digestOf(element) }] }, disclosures: [element], sd: [] },
        'ok',
      ],
      [
        'iat and sub may be disclosed',
        { claims: { iat: undefined }, disclosures: [member('iat', now), member('sub', 'did:example:s')] },
        'ok',
      ],
    ]),
  )('%s', async (_, recipe, expected) => {
    expect(outcome(await bake(recipe))).toBe(expected)
  })

  /** A chain of disclosures, each inside the one before. */
  function nest(levels: number): Recipe {
    const chain: string[] = [member('leaf')]
    for (let level = 0; level < levels; level++)
      chain.unshift(member(`l${level}`, { _sd: [digestOf(chain[0] ?? '')] }))
    return { disclosures: chain, sd: [digestOf(chain[0] ?? '')] }
  }
})

describe('the disclosures', () => {
  const name = member('name')
  const element = disclosure('salt', 'NL')
  const spaced = encodeBase64url('["salt", "name", "x"]')
  test.each(
    lines([
      ['named _sd', { disclosures: [member('_sd', ['a'])] }, 'disclosures: sd_jwt_reserved_name'],
      ['named ...', { disclosures: [member('...')] }, 'disclosures: sd_jwt_reserved_name'],
      ['named _sd_alg', { disclosures: [member('_sd_alg', 'sha-256')] }, 'disclosures: sd_jwt_reserved_name'],
      [
        'named __proto__',
        { disclosures: [member('__proto__', { admin: true })] },
        'disclosures: sd_jwt_reserved_name',
      ],
      [
        'with the name of a visible claim',
        { disclosures: [member('iat', 1)] },
        'disclosures: sd_jwt_claim_collision',
      ],
      [
        'with the name of another one',
        { disclosures: [member('a', 1, 's1'), member('a', 2, 's2')] },
        'disclosures: sd_jwt_claim_collision',
      ],
      [
        'of iss',
        { claims: { iss: undefined }, disclosures: [member('iss')] },
        'disclosures: sd_jwt_not_disclosable',
      ],
      [
        'of exp',
        { claims: { exp: undefined }, disclosures: [member('exp', now + 9)] },
        'disclosures: sd_jwt_not_disclosable',
      ],
      ['of nbf', { disclosures: [member('nbf', now - 9)] }, 'disclosures: sd_jwt_not_disclosable'],
      ['of aud', { disclosures: [member('aud')] }, 'disclosures: sd_jwt_not_disclosable'],
      [
        'of cnf',
        { claims: { cnf: undefined }, disclosures: [member('cnf', base.cnf)] },
        'disclosures: sd_jwt_not_disclosable',
      ],
      [
        'inside cnf',
        {
          claims: { cnf: { _sd: [digestOf(member('jwk', base.cnf.jwk))] } },
          disclosures: [member('jwk', base.cnf.jwk)],
          sd: [],
        },
        'disclosures: sd_jwt_not_disclosable',
      ],
      [
        'of vct',
        { claims: { vct: undefined }, disclosures: [member('vct')] },
        'disclosures: sd_jwt_not_disclosable',
      ],
      ['of vct#integrity', { disclosures: [member('vct#integrity')] }, 'disclosures: sd_jwt_not_disclosable'],
      ['of status', { disclosures: [member('status', {})] }, 'disclosures: sd_jwt_not_disclosable'],
      [
        'inside status',
        { claims: { status: { _sd: [digestOf(name)] } }, disclosures: [name], sd: [] },
        'disclosures: sd_jwt_not_disclosable',
      ],
      [
        'of an element where a member is',
        { disclosures: [element] },
        'disclosures: sd_jwt_disclosure_misplaced',
      ],
      [
        'of a member where an element is',
        { disclosures: [name], sd: [], claims: { a: [{ '...': digestOf(name) }] } },
        'disclosures: sd_jwt_disclosure_misplaced',
      ],
      ['without digest', { sd: [] }, 'disclosures: sd_jwt_disclosure_unreferenced'],
      [
        'of something hidden in another that is not shown',
        { disclosures: [name], sd: [digestOf(member('a', { _sd: [digestOf(name)] }))] },
        'disclosures: sd_jwt_disclosure_unreferenced',
      ],
      [
        'a foreign one beside the true ones',
        { reorder: (list) => [...list, member('foreign')] },
        'disclosures: sd_jwt_disclosure_unreferenced',
      ],
      [
        'hashed as written again',
        { disclosures: [spaced], sd: [digestOf(disclosure('salt', 'name', 'x'))] },
        'disclosures: sd_jwt_disclosure_unreferenced',
      ],
      ['twice', { reorder: (list) => [...list, ...list] }, 'disclosures: sd_jwt_disclosure_repeated'],
      [
        'with one part where an element is',
        {
          disclosures: [disclosure('salt')],
          sd: [],
          claims: { a: [{ '...': digestOf(disclosure('salt')) }] },
        },
        'disclosures: sd_jwt_disclosure_malformed',
      ],
      ['with one part', { disclosures: [disclosure('salt')] }, 'disclosures: sd_jwt_disclosure_malformed'],
      [
        'with four parts',
        { disclosures: [disclosure('salt', 'a', 1, 2)] },
        'disclosures: sd_jwt_disclosure_malformed',
      ],
      [
        'with a salt that is no text',
        { disclosures: [disclosure(1, 'a', 'x')] },
        'disclosures: sd_jwt_disclosure_malformed',
      ],
      [
        'of an element with a salt that is no text',
        { disclosures: [disclosure(1, 'x')] },
        'disclosures: sd_jwt_disclosure_malformed',
      ],
      [
        'with a name that is no text',
        { disclosures: [disclosure('salt', 1, 'x')] },
        'disclosures: sd_jwt_disclosure_malformed',
      ],
      [
        'that is an object',
        { disclosures: [encodeBase64url('{"a":1}')] },
        'disclosures: sd_jwt_disclosure_malformed',
      ],
      [
        'that is a text',
        { disclosures: [encodeBase64url('"abc"')] },
        'disclosures: sd_jwt_disclosure_malformed',
      ],
      ['that is not JSON', { disclosures: [encodeBase64url('salt,name')] }, 'refused: json_invalid'],
      [
        'that is not UTF-8',
        { disclosures: [encodeBase64url(Uint8Array.of(0xff))] },
        'refused: json_invalid_utf8',
      ],
      [
        'with a member twice',
        { disclosures: [encodeBase64url('["s","a",{"b":1,"b":2}]')] },
        'refused: json_duplicate_member',
      ],
      [
        'nested too deep',
        { disclosures: [encodeBase64url(`["s","a",${'['.repeat(33)}${']'.repeat(33)}]`)] },
        'refused: json_too_deep',
      ],
      [
        'that is padded',
        { disclosures: [`${encodeBase64url('["s","a",12]')}==`] },
        'refused: base64url_invalid',
      ],
      ['that is empty', { reorder: (list) => [...list, ''] }, 'refused: sd_jwt_malformed'],
    ]),
  )('%s', async (_, recipe, expected) => {
    expect(outcome(await bake(recipe))).toBe(expected)
  })

  test('a disclosure written otherwise than JSON.stringify does is accepted as received', async () => {
    expect(outcome(await bake({ disclosures: [spaced] }))).toBe('ok')
  })
})

describe('the key binding', () => {
  test.each(
    lines([
      ['missing', { kb: null }, 'key_binding: kb_missing'],
      ['for another audience', { kb: { aud: 'https://other.example' } }, 'key_binding: kb_aud_mismatch'],
      ['for a list of audiences', { kb: { aud: [aud] } }, 'key_binding: kb_claims_malformed'],
      ['without audience', { kb: { aud: undefined } }, 'key_binding: kb_claims_malformed'],
      ['with another nonce', { kb: { nonce: 'other' } }, 'key_binding: kb_nonce_mismatch'],
      ['with an empty nonce', { kb: { nonce: '' } }, 'key_binding: kb_claims_malformed'],
      ['without nonce', { kb: { nonce: undefined } }, 'key_binding: kb_claims_malformed'],
      ['without iat', { kb: { iat: undefined } }, 'key_binding: kb_claims_malformed'],
      ['with iat as text', { kb: { iat: String(now) } }, 'key_binding: kb_claims_malformed'],
      ['a year old', { kb: { iat: now - year } }, 'key_binding: kb_too_old'],
      ['older than 300 s and the skew', { kb: { iat: now - 331 } }, 'key_binding: kb_too_old'],
      ['from the future', { kb: { iat: now + 31 } }, 'key_binding: kb_issued_in_future'],
      ['expired', { kb: { exp: now - 31 } }, 'key_binding: kb_expired'],
      ['not valid yet', { kb: { nbf: now + 31 } }, 'key_binding: kb_not_yet_valid'],
      ['with exp as text', { kb: { exp: 'soon' } }, 'key_binding: kb_time_malformed'],
      ['over other disclosures', { kb: { sd_hash: digestOf('other') } }, 'key_binding: kb_sd_hash_mismatch'],
      ['without sd_hash', { kb: { sd_hash: undefined } }, 'key_binding: kb_claims_malformed'],
      ['with typ JWT', { kbHeader: { typ: 'JWT' } }, 'key_binding: kb_typ_mismatch'],
      ['without typ', { kbHeader: { typ: undefined } }, 'key_binding: kb_typ_mismatch'],
      ['with alg none', { kbHeader: { alg: 'none' } }, 'key_binding: kb_alg_not_allowed'],
      ['with an alg the key does not have', { kbHeader: { alg: 'EdDSA' } }, 'key_binding: kb_alg_mismatch'],
      ['with an unknown crit', { kbHeader: { crit: ['b64'] } }, 'key_binding: kb_crit_unsupported'],
      ['signed by somebody else', { kbSigner: strangerSigner }, 'key_binding: kb_signature_invalid'],
      [
        'signed by a key of its own header',
        { kbSigner: strangerSigner, kbHeader: { jwk: publicJwkOf(stranger.publicKey) } },
        'key_binding: kb_signature_invalid',
      ],
      ['signed by the issuer', { kbSigner: issuerSigner }, 'key_binding: kb_signature_invalid'],
      [
        'signed with another kind of key',
        { kbSigner: createSigner(ed.privateKey, 'k'), kbHeader: { alg: 'EdDSA' } },
        'key_binding: kb_alg_mismatch',
      ],
      ['of a credential without cnf', { claims: { cnf: undefined } }, 'key_binding: kb_holder_key_missing'],
      [
        'of a credential with a cnf by kid',
        { claims: { cnf: { kid: 'k' } } },
        'key_binding: kb_holder_key_missing',
      ],
      [
        'of a credential whose cnf is private',
        { claims: { cnf: { jwk: holder.privateKey.export({ format: 'jwk' }) } } },
        'key_binding: jwk_private',
      ],
      [
        'of a credential whose cnf is no key',
        { claims: { cnf: { jwk: { kty: 'EC' } } } },
        'key_binding: jwk_invalid',
      ],
    ]),
  )('%s', async (_, recipe, expected) => {
    expect(outcome(await bake(recipe))).toBe(expected)
  })

  test('taken from a presentation with fewer disclosures', async () => {
    const kb = (await bake({ reorder: ([first = '']) => [first] })).split('~').at(-1) ?? ''
    expect(outcome(await bake({ edit: (compact) => compact.replace(/[^~]*$/, kb) }))).toBe(
      'key_binding: kb_sd_hash_mismatch',
    )
  })

  test('over disclosures that changed places', async () => {
    const swap = (compact: string) => compact.replace(/~([^~]*)~([^~]*)~/, '~$2~$1~')
    expect(outcome(await bake({ edit: swap }))).toBe('key_binding: kb_sd_hash_mismatch')
  })

  test.each<[string, KeyBindingPolicy]>([
    ['an empty nonce', { nonce: '', aud }],
    ['an empty audience', { nonce, aud: '' }],
    ['nothing', {}],
    ['only an age', { maxAgeS: 60 }],
  ])('is not accepted against %s', async (_, keyBinding) => {
    expect(outcome(await bake({}), { keyBinding })).toBe('key_binding: kb_expectation_empty')
    expect(outcome(await bake({ kb: null }), { keyBinding })).toBe('key_binding: kb_expectation_empty')
    expect(outcome(await bake({ kb: { nonce: '' } }), { keyBinding })).not.toBe('ok')
  })

  test.each<[KeyBindingPolicy, Recipe, string]>([
    [{ nonce }, {}, 'ok'],
    [{ nonce }, { kb: { nonce: 'other' } }, 'key_binding: kb_nonce_mismatch'],
    [{ aud }, { kb: { nonce: 'other' } }, 'ok'],
    [{ nonce, aud, maxAgeS: 3600 }, { kb: { iat: now - 3000 } }, 'ok'],
    [{ nonce, aud, maxAgeS: 60 }, { kb: { iat: now - 91 } }, 'key_binding: kb_too_old'],
    ['forbidden', {}, 'key_binding: kb_unexpected'],
    ['forbidden', { kb: null }, 'ok'],
    ['optional', { kb: null }, 'ok'],
    ['optional', { kb: { nonce: 'other', aud: 'other', iat: now - year } }, 'ok'],
    ['optional', { kbSigner: strangerSigner }, 'key_binding: kb_signature_invalid'],
    ['optional', { kb: { sd_hash: digestOf('other') } }, 'key_binding: kb_sd_hash_mismatch'],
    ['optional', { kbHeader: { typ: 'JWT' } }, 'key_binding: kb_typ_mismatch'],
    ['optional', { claims: { cnf: undefined } }, 'key_binding: kb_holder_key_missing'],
    ['optional', { claims: { cnf: undefined }, kb: null }, 'ok'],
  ])('under the policy %j, %j is %s', async (keyBinding, recipe, expected) => {
    expect(outcome(await bake(recipe), { keyBinding })).toBe(expected)
  })

  test('the report names the holder and what was signed', async () => {
    const report = verifySdJwtVc(await bake({ kb: { request: 'digest' } }), options)
    expect(report).toMatchObject({
      ok: true,
      keyBinding: { holderKey: base.cnf.jwk, aud, nonce, iat: now - 5, claims: { request: 'digest' } },
    })
  })
})

describe('what cannot be read', () => {
  test.each(
    lines([
      ['no tilde', { edit: (c) => c.split('~')[0] ?? '' }, 'refused: sd_jwt_malformed'],
      ['nothing', { edit: () => '' }, 'refused: sd_jwt_malformed'],
      ['a tilde alone', { edit: () => '~' }, 'refused: jws_malformed'],
      ['a space in front', { edit: (c) => ` ${c}` }, 'refused: base64url_invalid'],
      ['a line break at the end', { edit: (c) => `${c}\n` }, 'refused: base64url_invalid'],
      ['padding', { kb: null, edit: (c) => c.replace('~', '=~') }, 'refused: base64url_invalid'],
      ['a key binding that is no JWS', { kb: null, edit: (c) => `${c}abc` }, 'refused: jws_malformed'],
      ['a key binding that is too large', { kb: { x: 'x'.repeat(20_000) } }, 'refused: jws_too_large'],
      [
        'too many disclosures',
        { disclosures: Array.from({ length: 513 }, (_, i) => member(`n${i}`)) },
        'refused: sd_jwt_too_many_disclosures',
      ],
      ['256 KiB and more', { claims: { x: 'x'.repeat(262_144) } }, 'refused: sd_jwt_too_large'],
    ]),
  )('%s', async (_, recipe, expected) => {
    expect(outcome(await bake(recipe))).toBe(expected)
  })

  test.each([undefined, null, 1, []])('%j', (value) => {
    expect(() => parseSdJwt(value as never)).toThrow(expect.objectContaining({ code: 'sd_jwt_malformed' }))
  })

  test('512 disclosures are read', async () => {
    const disclosures = Array.from({ length: 512 }, (_, i) => member(`n${i}`))
    expect(outcome(await bake({ disclosures }))).toBe('ok')
  })
})
