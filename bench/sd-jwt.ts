import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { createSigner, importPublicKey, parsePublicJwk, publicJwkOf } from '../src/jose/index.ts'
import { issueSdJwt, presentSdJwt, verifySdJwtVc } from '../src/sd-jwt/index.ts'
import { interleave, median } from './interleave.ts'
import type { BenchRow } from './row.ts'

const ROUNDS = 15
const TIMES = 300

const vct = 'https://credentials.example.com/contact-person'
const nonce = 'n-0S6_WzA2Mj'
const aud = 'decentralized_identifier:did:web:verifier.example'

/** Ten claims of a contact person, each to be disclosed on its own. */
const claims = {
  given_name: 'Johanna',
  family_name: 'de Vries',
  job_title: 'Head of purchasing',
  department: 'Purchasing',
  email: 'j.devries@company.example',
  phone_number: '+31 20 555 01 23',
  mobile_number: '+31 6 5550 1234',
  language: 'nl',
  works_for: 'did:web:company.example',
  may_sign_for: 25_000,
}
const names = Object.keys(claims) as (keyof typeof claims)[]

/**
 * SD-JWT VC with ten disclosures, ES256, against `@sd-jwt/sd-jwt-vc` over the same node:crypto and against the bare
 * signatures. Every operation is checked once before it is measured.
 */
export async function benchSdJwt(): Promise<BenchRow[]> {
  const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const holder = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = Math.floor(Date.now() / 1000)
  const payload = {
    iss: 'did:web:issuer.example',
    iat: now - 60,
    exp: now + 86_400,
    vct,
    cnf: { jwk: publicJwkOf(holder.publicKey) },
    ...claims,
  }
  const signer = createSigner(issuer.privateKey, 'did:web:issuer.example#1')
  const issue = () =>
    issueSdJwt({ header: { typ: 'dc+sd-jwt' }, payload, disclosable: names.map((name) => [name]), signer })
  const presentation = await presentSdJwt(
    await issue(),
    names.map((name) => [name]),
    { aud, nonce, iat: now, signer: createSigner(holder.privateKey, 'holder') },
  )
  const issuerKey = publicJwkOf(issuer.publicKey)
  const check = () => verifySdJwtVc(presentation, { issuerKey, now, keyBinding: { nonce, aud } })

  const peer = peerOf(issuer, holder)
  const frame = { _sd: names }
  const peerIssue = () => peer.issue(payload, frame, { header: { kid: signer.kid } })
  const peerCheck = () => peer.verify(presentation, { keyBindingNonce: nonce, currentDate: now })
  const raw = rawVerifications(issuer.privateKey, issuer.publicKey, presentation.length)

  await requireSame(issue, peerIssue, check, peerCheck)
  const { a: issued, b: issuedByPeer } = await interleave(
    { a: issue, b: peerIssue },
    { rounds: ROUNDS, times: TIMES },
  )
  const verified = await interleave(
    { ours: check, peer: peerCheck, raw: () => raw() && raw() },
    { rounds: ROUNDS, times: TIMES },
  )
  return [
    row('SD-JWT VC, 10 disclosures: issue, against @sd-jwt', issued, issuedByPeer, 2.5),
    row(
      'SD-JWT VC, 10 disclosures: verify with key binding, against @sd-jwt',
      verified.ours,
      verified.peer,
      2.5,
    ),
    row('the same verify, against two bare ES256 verifications', verified.ours, verified.raw, 0.55),
  ]
}

function row(name: string, ours: readonly number[], peer: readonly number[], wanted: number): BenchRow {
  const ratio = median(ours.map((spent, round) => (peer[round] ?? Number.NaN) / spent))
  return {
    name,
    ours: 1 / median(ours),
    peer: 1 / median(peer),
    unit: 'operations per CPU second',
    ratio,
    target: `≥ ${wanted}×`,
    ok: ratio >= wanted,
  }
}

interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/**
 * The peer with hash and salt of its own adapter for Node (`@sd-jwt/crypto-nodejs`), and with signatures by
 * node:crypto, which costs less than that adapter's WebCrypto. Like ours, it takes the holder's key from the
 * credential and keeps what it imported.
 */
function peerOf(issuer: KeyPair, holder: KeyPair) {
  const signWith = (key: KeyObject) => (data: string) =>
    sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  const verifyWith = (key: KeyObject, data: string, signature: string) =>
    verify(
      'sha256',
      Buffer.from(data),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
  return new SDJwtVcInstance({
    signer: signWith(issuer.privateKey),
    verifier: (data, signature) => verifyWith(issuer.publicKey, data, signature),
    signAlg: 'ES256',
    kbSigner: signWith(holder.privateKey),
    kbVerifier: (data, signature, payload) =>
      verifyWith(importPublicKey(parsePublicJwk(payload.cnf?.jwk)), data, signature),
    kbSignAlg: 'ES256',
    hasher: (data) => {
      const sha256 = createHash('sha256')
      sha256.update(typeof data === 'string' ? data : Buffer.from(data))
      return new Uint8Array(sha256.digest())
    },
    hashAlg: 'sha-256',
    saltGenerator: (length) => randomBytes(length).toString('hex').substring(0, length),
  })
}

/** One bare verification; two are over as many bytes as a presentation has. */
function rawVerifications(privateKey: KeyObject, key: KeyObject, size: number): () => boolean {
  const data = Buffer.alloc(Math.floor(size / 2), 'x')
  const signature = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return () => verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

/** Both must do the work they are measured for. */
async function requireSame(
  issue: () => Promise<string>,
  peerIssue: () => Promise<string>,
  check: () => ReturnType<typeof verifySdJwtVc>,
  peerCheck: () => Promise<{ readonly payload: object }>,
): Promise<void> {
  const [ours, theirs] = [await issue(), await peerIssue()]
  const report = check()
  const isSame =
    ours.split('~').length === theirs.split('~').length &&
    report.ok &&
    JSON.stringify(Object.entries(report.payload).sort()) ===
      JSON.stringify(Object.entries((await peerCheck()).payload).sort())
  if (!isSame) throw new Error('ours and the peer do not do the same work')
}
