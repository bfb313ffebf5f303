import { X509Certificate } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { base64Of, signerOf, validNow } from '../../../test/support/certificates.ts'
import { onEachEngine } from '../../../test/support/engines.ts'
import {
  DIPLOMA,
  ForeignIssuer,
  type ForeignOptions,
  W3C_DIPLOMA,
} from '../../../test/support/foreign-issuer.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { OpenWallet } from '../../../test/support/open-wallet.ts'
import { Browser, codeOf, WalletRoom } from '../../../test/support/wallet-room.ts'
import { Anchors, issueLeaf, newAuthority, readCertificate } from '../../certificates/index.ts'
import { type HeldCredentialRow, heldCredentialTable } from '../../credentials/index.ts'
import { parseJws } from '../../jose/index.ts'
import { openToAll } from '../open/settings.ts'

const DAY_S = 86_400
const PROFILE = 'urn:regie:credential:company-profile:1'

onEachEngine((engine) => {
  const world = new World()
  const issued = { authority: '', x5c: [''] }
  let node: OfferNode
  let there: OfferNode
  let ours: OpenWallet
  let company: WalletRoom
  let certified: NonNullable<ForeignOptions['certified']>
  let stranger: NonNullable<ForeignOptions['certified']>

  beforeAll(async () => {
    const certify = async (name: string) => {
      const authority = await newAuthority(name, validNow())
      const leaf = await issueLeaf(authority, { name: 'Universiteit', dnsNames: [], validity: validNow() })
      return { authority, leaf: { x5c: [base64Of(leaf)], signer: signerOf(leaf) } }
    }
    const [known, unknown] = await Promise.all([certify('Onderwijs'), certify('Vreemd')])
    certified = known.leaf
    stranger = unknown.leaf
    issued.x5c = known.leaf.x5c
    const anchor = readCertificate(new X509Certificate(known.authority.certificate).raw)
    // Certificates end soon; what is renewed is issued by the world's clock.
    const anchors = new Anchors(
      [{ name: 'education', certificate: anchor, uses: ['issuers'], revocation: 'when_known' }],
      { clock: { now: Date.now }, revocations: { check: async () => {} } },
    )
    const outside = { certified: (x5c: unknown) => anchors.verify(x5c, 'issuers') }
    node = await OfferNode.start(engine, world, undefined, { outside })
    there = await OfferNode.start(engine, world, { ...openToAll, formats: ['jwt_vc_json', 'vc+jwt'] })
    ours = new OpenWallet(there, await there.createParty('organisation'))
    company = new WalletRoom(node, await node.createParty('organisation'))
  })
  beforeEach(() => expect([...node.faults, ...there.faults]).toEqual([]))

  const rowOf = async (id: string | undefined): Promise<HeldCredentialRow | null> =>
    node.store.reader.findOneBy(heldCredentialTable, { id: id ?? '' })
  const take = async (wallet: WalletRoom, link: string, more: object = {}) => {
    const { id } = await wallet.add(link)
    return rowOf((await wallet.accept(id, more)).credentials[0])
  }

  describe('says who it is of', () => {
    test('by the authority and its name, where it has a certificate and no address', async () => {
      const issuer = await ForeignIssuer.start(world, { certified })
      expect(await take(company, await issuer.offer())).toMatchObject({
        ...{ format: 'dc+sd-jwt', vct: DIPLOMA, issuer: 'x509:education:Universiteit' },
        subject: company.holder.did,
      })
    })

    test('by its address, where it publishes its keys there', async () => {
      const issuer = await ForeignIssuer.start(world, { published: true })
      expect(await take(company, await issuer.offer())).toMatchObject({ issuer: issuer.url })
    })

    test.each(['jwt_vc_json', 'vc+jwt'] as const)('by its DID, in %s', async (format) => {
      const issuer = await ForeignIssuer.start(world, { format })
      const row = await take(company, await issuer.offer())
      expect(row).toMatchObject({ format, vct: W3C_DIPLOMA, issuer: issuer.did })
      expect(row?.subject).toMatch(/^did:jwk:/)
    })
  })

  describe('is not kept', () => {
    const refused = async (issuer: ForeignIssuer) => {
      const held = await company.held()
      const { id } = await company.add(await issuer.offer())
      const code = await codeOf(company.accept(id))
      expect(await company.show(id)).toMatchObject({ state: 'failed', reason: code, credentials: [] })
      expect(await company.held()).toEqual(held)
      return code
    }

    test('with a certificate of nobody we trust', async () => {
      expect(await refused(await ForeignIssuer.start(world, { certified: stranger }))).toBe(
        'credential_not_verifiable',
      )
    })

    test('with a certificate and the key of another', async () => {
      const forged = { x5c: issued.x5c, signer: stranger.signer }
      expect(await refused(await ForeignIssuer.start(world, { certified: forged }))).toBe(
        'credential_not_genuine',
      )
    })

    test('with keys that another web server publishes', async () => {
      const other = await ForeignIssuer.start(world, { published: true })
      const issuer = await ForeignIssuer.start(world, { published: true })
      issuer.publishedAt = other.url
      expect(await refused(issuer)).toBe('credential_not_verifiable')
      expect(other.requests).not.toContain('GET /.well-known/jwt-vc-issuer')
    })

    describe.each(['jwt_vc_json', 'vc+jwt'] as const)('in %s', (format) => {
      test.each<[string, Record<string, unknown>, string]>([
        ['about another', { sub: 'did:web:mallory.example' }, 'credential_key_differs'],
        ['about nobody', { sub: null }, 'credential_key_differs'],
        ['of another type', { type: 'https://issuer.example/types#Other' }, 'credential_type_differs'],
        ['signed by another', { iss: 'did:web:elsewhere.example' }, 'credential_not_genuine'],
        ['ended already', { exp: 1_000_000 }, 'credential_not_genuine'],
      ])('%s', async (_what, change, code) => {
        const issuer = await ForeignIssuer.start(world, { format })
        issuer.claims = (claims) => ({ ...claims, ...change })
        expect(await refused(issuer)).toBe(code)
      })

      test('in the other data model', async () => {
        const issuer = await ForeignIssuer.start(world, { format })
        issuer.mangle = (path, json) =>
          path.includes('credential-issuer')
            ? JSON.stringify(json).replaceAll(
                `"${format}"`,
                format === 'vc+jwt' ? '"jwt_vc_json"' : '"vc+jwt"',
              )
            : json
        expect(await refused(issuer)).toBe('credential_not_genuine')
      })
    })
  })

  test.each<[string, () => ForeignOptions]>([
    ['jwt_vc_json', () => ({ format: 'jwt_vc_json' })],
    ['vc+jwt', () => ({ format: 'vc+jwt' })],
    ['signed with a certificate', () => ({ certified })],
    ['signed with a published key', () => ({ published: true })],
  ])('a newer one is fetched in time, and takes its place: %s', async (_what, options) => {
    const issuer = await ForeignIssuer.start(world, { ...options(), refresh: true, endsInS: 30 * DAY_S })
    const wallet = new WalletRoom(node, await node.createParty('person'))
    const before = await take(wallet, await issuer.offer())
    world.offset += 17 * DAY_S * 1000
    for (let rounds = 0; rounds < 10 && (await wallet.held())[0]?.id === before?.id; rounds += 1)
      await node.comebacks.work()
    const now = await wallet.held()
    expect(now).toHaveLength(1)
    expect(now[0]).toMatchObject({ lineageId: before?.lineageId })
    expect(now[0]?.id).not.toBe(before?.id)
    expect(await wallet.present(now[0]?.id ?? '')).not.toBe('')
  })

  describe('one of a type that the network knows', () => {
    test.each(['jwt_vc_json', 'vc+jwt'])('never lies in front of its own: %s', async (format) => {
      const row = await take(company, (await ours.offer({ format })).link)
      expect(row).toMatchObject({ format, vct: PROFILE, issuer: ours.issuer.did })
      const { credentials, store } = node
      expect(await credentials.findCurrent(store.reader, company.holder.id, PROFILE)).toBeNull()
      const both = [{ holderParty: company.holder.id, vct: PROFILE }]
      expect(await credentials.findCurrents(store.reader, both)).toEqual([null])
      await store.transact(async (tx) => tx.delete(heldCredentialTable, { id: row?.id ?? '' }))
    })
  })

  describe('a holder whose DID signs EdDSA', () => {
    const algOf = async (row: HeldCredentialRow | null) => {
      const presented = await company.present(row?.id ?? '')
      return parseJws(presented.slice(presented.lastIndexOf('~') + 1)).header.alg
    }
    test.each(['dc+sd-jwt', 'jwt_vc_json', 'vc+jwt'])(
      'shows %s with that, or with an ES256 key of its own where she chose so',
      async (format) => {
        const byDid = await take(company, (await ours.offer({ format })).link)
        expect([byDid?.subject, await algOf(byDid)]).toEqual([company.holder.did, 'EdDSA'])
        const own = await take(company, (await ours.offer({ format })).link, { key: 'own' })
        expect(await algOf(own)).toBe('ES256')
        expect(own?.subject).toMatch(/^did:jwk:/)
      },
    )
  })

  test('a server that is another than the browser came from gets no code', async () => {
    const [issuer, other] = await Promise.all([ForeignIssuer.start(world), ForeignIssuer.start(world)])
    const link = JSON.stringify({
      ...{ credential_issuer: issuer.url, credential_configuration_ids: ['diploma'] },
      grants: { authorization_code: {} },
    })
    const { id } = await company.add(link)
    const browser = new Browser()
    const { location } = await browser.get((await company.accept(id)).link ?? '')
    const back = (await browser.get(location)).location
    // What the issuer says of itself changed while the browser was away.
    issuer.mangle = (path, json) =>
      path.includes('credential-issuer') ? { ...json, authorization_servers: [other.serverUrl] } : json
    await browser.get(back)
    expect(await company.show(id)).toMatchObject({ state: 'waiting', reason: 'authorization_server_differs' })
    expect(other.requests).not.toContain('POST /token')
    expect(issuer.requests).not.toContain('POST /token')
  })
})
