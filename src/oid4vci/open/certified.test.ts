import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { base64Of, validNow } from '../../../test/support/certificates.ts'
import { CertifiedRoom } from '../../../test/support/certified-issuer.ts'
import { onEachEngine } from '../../../test/support/engines.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { newKey, OpenWallet, type WalletKey } from '../../../test/support/open-wallet.ts'
import { WalletRoom } from '../../../test/support/wallet-room.ts'
import {
  type Issued,
  issueLeaf,
  newAuthority,
  readCertificate,
  signingKeyOf,
} from '../../certificates/index.ts'
import {
  createCertifiedIssuing,
  createVerifyCredential,
  type VerifyCredential,
} from '../../credentials/index.ts'
import { createSigner, parseJws, publicJwkOf, verifyJws, verifySignature } from '../../jose/index.ts'
import { readSdJwt } from '../../sd-jwt/index.ts'
import { createStatusChecker } from '../../status-lists/index.ts'

const DAY_MS = 86_400_000
const TYPE = 'company-profile'

interface Listed {
  readonly status: { readonly status_list: { readonly idx: number; readonly uri: string } }
}

onEachEngine((engine) => {
  let world: World
  let room: CertifiedRoom
  let node: OfferNode
  let issuer: OpenWallet
  let verify: VerifyCredential

  beforeAll(async () => {
    world = new World()
    room = await CertifiedRoom.open(world)
    node = await OfferNode.start(engine, world, undefined, { certificate: room.certificate })
    issuer = new OpenWallet(node, await node.createParty('organisation'))
    verify = verifierOf(room.trusting({ name: 'root', authority: room.root }))
  })
  beforeEach(() => {
    world.offset = 0
    room.write(room.leaf)
    room.revoked.length = 0
    expect(node.faults).toEqual([])
  })

  /** Somebody who knows nothing of the issuer but its authority. */
  function verifierOf(certified: Parameters<typeof createStatusChecker>[0]['certified']): VerifyCredential {
    const deps = { clock: world.clock, requireKey: world.requireKey, ...(certified && { certified }) }
    const status = createStatusChecker({ ...deps, fetch: node.openEgress.request })
    return createVerifyCredential({ ...deps, types: node.credentials.types, status } as never)
  }

  async function issue(type = TYPE, by = issuer): Promise<{ id: string; compact: string }> {
    const offer = await by.offer()
    const { body } = await by.credential(await by.bearer(offer), { credential_configuration_id: type })
    const [one] = body.credentials as { credential: string }[]
    return { id: offer.id, compact: String(one?.credential) }
  }
  const codeOf = async (compact: string, by = verify) =>
    (await by(compact, { keyBinding: 'forbidden', fresh: true })).checks.find(({ ok }) => !ok)?.code ??
    'verified'

  test('a credential is signed with the chain in its header, without the anchor, and verifies', async () => {
    const { compact } = await issue()
    const { header, payload } = parseJws(compact.slice(0, compact.indexOf('~')))
    const leaf = new X509Certificate(room.leaf.certificate).raw.toString('base64')
    expect(header).toEqual({ alg: 'ES256', typ: 'dc+sd-jwt', x5c: [leaf] })
    // This machine's address is none that a certificate could be for.
    expect(payload).not.toHaveProperty('iss')
    expect(JSON.stringify(payload.status)).not.toContain('status_issuer')
    const report = await verify(compact, { keyBinding: 'forbidden' })
    expect(report).toMatchObject({
      ...{ verified: true, issuer: null, vct: `urn:regie:credential:${TYPE}:1` },
      outsideIssuer: { kind: 'certificate', anchor: 'root', name: 'Issuing department', url: null },
    })
    expect(await codeOf(compact, verifierOf(undefined))).toBe('issuer_key_mismatch')
  })

  test('its status list is signed the same way, and says what is suspended and revoked', async () => {
    const { id, compact } = await issue()
    const { status } = readSdJwt(compact).payload as { status: { status_list: { uri: string } } }
    const list = parseJws(await (await fetch(status.status_list.uri)).text())
    expect(list.header).toEqual({
      alg: 'ES256',
      typ: 'statuslist+jwt',
      x5c: room.certificate.current().chain,
    })
    await issuer.operate('issuing.suspend', { id })
    expect(await codeOf(compact)).toBe('status_suspended')
    await issuer.operate('issuing.resume', { id })
    expect(await codeOf(compact)).toBe('verified')
    await issuer.operate('issuing.revoke', { id })
    expect(await codeOf(compact)).toBe('status_invalid')
  })

  test('@sd-jwt verifies it with the key of its certificate', async () => {
    const { compact } = await issue()
    const instance = new SDJwtVcInstance({
      hasher: (data: string | ArrayBuffer, alg: string) =>
        createHash(alg.replace('-', ''))
          .update(data as string)
          .digest(),
      verifier: (data: string, signature: string) =>
        verifySignature(
          signingKeyOf(readCertificate(new X509Certificate(room.leaf.certificate).raw)),
          Buffer.from(data),
          Buffer.from(signature, 'base64url'),
        ),
      statusListFetcher: async (uri: string) => (await fetch(uri)).text(),
      statusVerifier: (data: string, signature: string) =>
        verifySignature(
          signingKeyOf(readCertificate(new X509Certificate(room.leaf.certificate).raw)),
          Buffer.from(data),
          Buffer.from(signature, 'base64url'),
        ),
    } as never)
    expect((await instance.verify(compact)).payload).toMatchObject({ name: 'Verzonnen B.V.' })
  })

  test('its metadata say so: the algorithm, and themselves signed under it', async () => {
    const { origin, pathname } = new URL(issuer.url)
    const url = `${origin}/.well-known/openid-credential-issuer${pathname}`
    const { text } = await issuer.fetch(url, { headers: { accept: 'application/jwt' } })
    const jws = parseJws(text)
    const leaf = readCertificate(new X509Certificate(room.leaf.certificate).raw)
    verifyJws(jws, signingKeyOf(leaf), { typ: 'openidvci-issuer-metadata+jwt' })
    expect(jws.header).toMatchObject({ x5c: room.certificate.current().chain })
    expect(jws.header).not.toHaveProperty('kid')
    expect(jws.payload).toMatchObject({
      sub: issuer.url,
      credential_configurations_supported: {
        [TYPE]: { credential_signing_alg_values_supported: ['ES256'] },
      },
    })
    expect(jws.payload).not.toHaveProperty('iss')
  })

  test('only the types that are named are, and only of the organisation', async () => {
    const some = await OfferNode.start(engine, world, undefined, {
      ...{ certificate: room.certificate, certifiedTypes: ['employee-role'] },
    })
    const ours = new OpenWallet(some, await some.createParty('organisation'))
    const person = new OpenWallet(node, await node.createParty('person'))
    for (const by of [ours]) {
      const { header, payload } = parseJws((await issue(TYPE, by)).compact.split('~')[0] ?? '')
      expect([header.x5c, payload.iss]).toEqual([undefined, by.issuer.did])
    }
    const { origin, pathname } = new URL(ours.url)
    const { body } = await ours.fetch(`${origin}/.well-known/openid-credential-issuer${pathname}`)
    expect(body.credential_configurations_supported).toMatchObject({
      [TYPE]: { credential_signing_alg_values_supported: ['ES256', 'EdDSA'] },
      'employee-role': { credential_signing_alg_values_supported: ['ES256'] },
    })
    const theirs = await person.fetch(
      `${origin.replace(/\d+$/, new URL(person.url).port)}/.well-known/openid-credential-issuer${new URL(person.url).pathname}`,
    )
    expect(theirs.body.credential_configurations_supported).toMatchObject({
      [TYPE]: { credential_signing_alg_values_supported: ['ES256', 'EdDSA'] },
    })
  })

  test('a wallet of ours takes it where it believes the authority, and nowhere else', async () => {
    const certified = room.trusting({ name: 'our-root', authority: room.root })
    const there = await OfferNode.start(engine, world, undefined, { certified })
    const stranger = await OfferNode.start(engine, world)
    for (const one of [there, stranger]) await one.createParty('organisation')
    const [wallet, other] = [
      new WalletRoom(there, await there.createParty('person')),
      new WalletRoom(stranger, await stranger.createParty('person')),
    ]
    const taken = await wallet.take((await issuer.offer()).link)
    const signed_by = 'x509:our-root:Issuing department'
    expect(taken).toMatchObject({ state: 'received', reason: null, issuer: { signed_by } })
    const [held] = await wallet.held()
    expect(held).toMatchObject({ issuer: 'x509:our-root:Issuing department' })
    const shown = await wallet.present(held?.id ?? '')
    expect(await codeOf(shown.slice(0, shown.lastIndexOf('~') + 1))).toBe('verified')
    await expect(other.take((await issuer.offer()).link)).rejects.toMatchObject({
      code: 'credential_not_genuine',
    })
    expect([...there.faults, ...stranger.faults]).toEqual([])
  })

  test('a wallet of the same node takes it as well, and sees it revoked', async () => {
    const certified = room.trusting({ name: 'root', authority: room.root })
    const both = { certificate: room.certificate, certified }
    const same = await OfferNode.start(engine, world, undefined, both)
    const ours = new OpenWallet(same, await same.createParty('organisation'))
    const wallet = new WalletRoom(same, await same.createParty('person'))
    expect(await wallet.take((await ours.offer()).link)).toMatchObject({ state: 'received' })
    const [{ id } = { id: '' }] = await wallet.held()
    const row = await same.credentials.findHeld(same.store.reader, id)
    const compact = row ? await same.credentials.open(row) : ''
    const { idx, uri } = (readSdJwt(compact).payload as unknown as Listed).status.status_list
    const issuer = async () => (await same.status.check({ status_list: { idx, uri } }, 'anchor root')).ok
    expect(await issuer()).toBe(true)
    expect(await same.status.check({ status_list: { idx, uri } }, 'anchor other')).toMatchObject({
      reason: 'status_list_foreign_signer',
    })
    expect(same.requests.some((one) => one.startsWith('GET /status-lists'))).toBe(false)
    const { items } = await ours.operate<{ items: { id: string }[] }>('issuing.list', {})
    await ours.operate('issuing.revoke', { id: items[0]?.id })
    expect(await issuer()).toBe(false)
  })

  describe('what was issued before', () => {
    test('holds after its certificate was renewed', async () => {
      const { compact } = await issue()
      room.write(await room.renew())
      const next = await issue()
      expect(parseJws(next.compact.split('~')[0] ?? '').header.x5c).not.toEqual(
        parseJws(compact.split('~')[0] ?? '').header.x5c,
      )
      expect(await codeOf(compact)).toBe('verified')
      expect(await codeOf(next.compact)).toBe('verified')
    })

    test('ends with its certificate, and says so itself; nothing is issued under one that is over', async () => {
      const short = await CertifiedRoom.open(world, 2)
      const there = await OfferNode.start(engine, world, undefined, { certificate: short.certificate })
      const wallet = new OpenWallet(there, await there.createParty('organisation'))
      const { compact } = await issue(TYPE, wallet)
      const end = short.certificate.current().notAfter
      expect(readSdJwt(compact).payload.exp).toBe(Math.floor(end / 1000))
      const by = verifierOf(short.trusting({ name: 'root', authority: short.root }))
      expect(await codeOf(compact, by)).toBe('verified')
      const token = await wallet.bearer()
      world.offset = 2 * DAY_MS
      expect(await codeOf(compact, by)).toBe('certificate_expired')
      const late = await wallet.bearer()
      const refused = await wallet.credential(late)
      expect([refused.status, refused.body.code ?? refused.body.error]).toEqual([503, expect.anything()])
      expect(token).not.toBe(late)
      // With a certificate that holds the same token fetches it.
      short.write(await short.renew())
      expect((await wallet.credential(late)).status).toBe(200)
      expect(there.faults).toEqual([])
    })

    test('is worth nothing once its certificate was taken back, whatever its list says', async () => {
      const { compact } = await issue()
      const by = verifierOf(room.trusting({ name: 'root', authority: room.root }))
      room.revoke(room.leaf)
      expect(await codeOf(compact, by)).toBe('certificate_revoked')
    })

    test('has no status for who believes both, once we went to another authority', async () => {
      const { compact } = await issue()
      const another = await newAuthority('Another', { from: Date.now() - 3_600_000, days: 4_000 })
      room.write(await room.renew(another), another)
      world.offset = 10 * 60_000
      const both = [
        { name: 'root', authority: room.root },
        { name: 'another', authority: another },
      ]
      const certified = async (x5c: unknown) => {
        for (const one of both)
          try {
            return await room.trusting(one)(x5c)
          } catch {}
        throw new Error('neither')
      }
      const by = verifierOf(certified)
      expect(await codeOf((await issue()).compact, by)).not.toBe('issuer_key_mismatch')
      expect(await codeOf(compact, by)).toBe('status_list_invalid')
    })
  })

  describe('a key of a holder that a certificate names', () => {
    const proofOf = async (wallet: OpenWallet, x5c: readonly string[], by: WalletKey, more: object = {}) =>
      wallet.proof(by, {}, { jwk: undefined, x5c, ...more })
    const keyOf = ({ privateKey }: Issued): WalletKey => {
      const key = createPrivateKey(privateKey)
      return { privateKey: key, jwk: publicJwkOf(key), signer: createSigner(key, '') }
    }
    const ask = async (wallet: OpenWallet, proof: string) =>
      wallet.credential(await wallet.bearer(), { proofs: { jwt: [proof] } })

    test('is bound to, where its authority is trusted for that', async () => {
      const certified = room.trusting({ name: 'root', authority: room.root })
      const there = await OfferNode.start(engine, world, undefined, {
        certifiedHolder: async (x5c) => (await certified(x5c)).key,
      })
      const wallet = new OpenWallet(there, await there.createParty('organisation'))
      const mine = keyOf(room.leaf)
      const chain = room.certificate.current().chain
      const { body } = await ask(wallet, await proofOf(wallet, chain, mine))
      const [one] = body.credentials as { credential: string }[]
      expect(readSdJwt(one?.credential ?? '').payload.cnf).toEqual({ jwk: mine.jwk })
      const another = await newAuthority('Another', { from: Date.now() - 3_600_000, days: 10 })
      const stranger = await issueLeaf(another, { name: 'x', dnsNames: [], validity: validNow() })
      const cases: [string, string][] = [
        ['jws_signature_invalid', await proofOf(wallet, chain, newKey())],
        ['certificate_untrusted', await proofOf(wallet, [base64Of(stranger)], keyOf(stranger))],
        ['certificate_chain_malformed', await proofOf(wallet, [], mine)],
        ['proof_key_unnamed', await proofOf(wallet, chain, mine, { jwk: mine.jwk })],
        ['proof_key_unnamed', await proofOf(wallet, chain, mine, { kid: 'did:web:a.example#1' })],
      ]
      for (const [code, proof] of cases)
        expect(await ask(wallet, proof)).toMatchObject({
          status: 400,
          body: { error: 'invalid_proof', code },
        })
      expect(there.faults).toEqual([])
    })

    test('is none where no authority is', async () => {
      const proof = await proofOf(issuer, room.certificate.current().chain, keyOf(room.leaf))
      expect(await ask(issuer, proof)).toMatchObject({ status: 400, body: { code: 'proof_key_unnamed' } })
    })
  })

  test('a name of ours in the certificate is iss', async () => {
    const of = async (url: string) =>
      (
        await createCertifiedIssuing({
          certificate: room.certificate,
          organisation: async () => ({ id: 'us', url }),
        }).of({ partyId: 'us' }, TYPE)
      )?.iss
    expect(await of('https://issuer.example/parties/1')).toBe('https://issuer.example/parties/1')
    expect(await of('https://else.example/parties/1')).toBeNull()
    expect(await of('http://issuer.example/parties/1')).toBeNull()
  })
})
