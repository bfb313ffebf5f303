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
import { Browser, WalletRoom } from '../../../test/support/wallet-room.ts'
import { Anchors, issueLeaf, newAuthority, readCertificate } from '../../certificates/index.ts'
import type { Signer } from '../../jose/index.ts'
import { readSdJwt } from '../../sd-jwt/index.ts'
import { parseVcJwt, parseVpJwt, readVc, verifyVpJwt } from '../../vc-jwt/index.ts'
import { openToAll } from '../open/settings.ts'

/** In which format, and signed by whom: a DID unless it says otherwise. */
type Kind = 'dc+sd-jwt' | 'jwt_vc_json' | 'vc+jwt' | 'dc+sd-jwt with x5c' | 'dc+sd-jwt with published keys'
const kinds = ['dc+sd-jwt', 'jwt_vc_json', 'vc+jwt'] as const
const outsideKinds = ['dc+sd-jwt with x5c', 'dc+sd-jwt with published keys'] as const

/** What an offer is redeemed with, and how the issuer answers. */
interface Flow {
  readonly kind?: Kind
  readonly grant: 'pre_authorized' | 'authorization_code'
  readonly txCode?: boolean
  readonly dpop?: boolean
  readonly deferred?: boolean
  readonly encrypted?: boolean
  readonly identifiers?: boolean
  readonly pushed?: boolean
  readonly copies?: number
}

/** An issuer of some make, as a wallet meets it. */
interface Make {
  /** @returns the offer, its transaction code, and what lets a deferred credential go */
  open(flow: Flow): Promise<{ link: string; txCode?: string; release: () => Promise<void>; vct: string }>
  /** The holder at the issuer's page. */
  consent(browser: Browser, url: string): Promise<string>
}

const pre: Flow = { grant: 'pre_authorized' }
const code: Flow = { grant: 'authorization_code' }

onEachEngine((engine) => {
  const world = new World()
  let node: OfferNode
  let other: OfferNode
  let strict: OfferNode
  let people: WalletRoom[]

  let certified: { x5c: string[]; signer: Signer }

  beforeAll(async () => {
    const authority = await newAuthority('Onderwijs', validNow())
    const leaf = await issueLeaf(authority, { name: 'Universiteit', dnsNames: [], validity: validNow() })
    certified = { x5c: [base64Of(leaf)], signer: signerOf(leaf) }
    const anchor = readCertificate(new X509Certificate(authority.certificate).raw)
    const { clock } = world
    const anchors = new Anchors(
      [{ name: 'education', certificate: anchor, uses: ['issuers'], revocation: 'when_known' }],
      { clock, revocations: { check: async () => {} } },
    )
    const outside = { certified: (x5c: unknown) => anchors.verify(x5c, 'issuers') }
    node = await OfferNode.start(engine, world, undefined, { outside })
    people = [
      new WalletRoom(node, await node.createParty('organisation')),
      new WalletRoom(node, await node.createParty('person')),
    ]
    other = await OfferNode.start(engine, world, { ...openToAll, formats: ['jwt_vc_json', 'vc+jwt'] })
    strict = await OfferNode.start(engine, world, {
      ...{ requireDpop: true, requireWalletAttestation: false, requireKeyAttestation: false },
      ...{ walletProviders: [], formats: ['jwt_vc_json', 'vc+jwt'] },
    })
    for (const one of [other, strict]) await one.createParty('organisation')
  })
  beforeEach(() => expect([...node.faults, ...other.faults, ...strict.faults]).toEqual([]))

  const ours: Make = {
    open: async (flow) => {
      const there = flow.dpop ? strict : other
      const issuer = new OpenWallet(there, await there.parties.organisation())
      const offer = await issuer.offer({
        ...{ grants: [flow.grant], format: flow.kind },
        ...(flow.txCode && { tx_code_length: 6 }),
        ...(flow.deferred && { deferred: true }),
      })
      if (flow.encrypted) requireEncryption(there)
      return {
        link: offer.link,
        ...(offer.tx_code !== null && { txCode: offer.tx_code }),
        release: () => issuer.operate('issuing.approve', { id: offer.id }),
        vct: 'urn:regie:credential:company-profile:1',
      }
    },
    consent: (browser, url) => browser.decide(url),
  }
  const theirs: Make = {
    open: async ({ grant, txCode, copies, kind = 'dc+sd-jwt', ...flow }) => {
      const isW3c = kind === 'jwt_vc_json' || kind === 'vc+jwt'
      const options: ForeignOptions = {
        ...flow,
        ...(isW3c && { format: kind }),
        ...(kind === 'dc+sd-jwt with x5c' && { certified }),
        ...(kind === 'dc+sd-jwt with published keys' && { published: true }),
        ...(txCode && { txCode: '493536' }),
        ...(copies && { batchSize: 5 }),
      }
      const issuer = await ForeignIssuer.start(world, options)
      return {
        link: await issuer.offer(grant === 'pre_authorized' ? 'pre' : 'code'),
        ...(txCode && { txCode: '493536' }),
        release: async () => {
          issuer.isReady = true
        },
        vct: isW3c ? W3C_DIPLOMA : DIPLOMA,
      }
    },
    consent: async (browser, url) => (await browser.get(url)).location,
  }
  /** Our own issuer takes encryption and does not ask for it: what it says of itself is changed on the way. */
  const requireEncryption = (there: OfferNode) => {
    there.rewrite = (path, json) => {
      if (!path.startsWith('/.well-known/openid-credential-issuer')) return json
      const metadata = json as Record<string, object>
      const required = { encryption_required: true }
      return {
        ...metadata,
        credential_request_encryption: { ...metadata.credential_request_encryption, ...required },
        credential_response_encryption: { ...metadata.credential_response_encryption, ...required },
      }
    }
  }

  /** The credential that came, in a presentation that its subject signed for the verifier. */
  async function expectPresentedBySubject(presented: string, format: string, type: string) {
    const vp = parseVpJwt(presented)
    const vc = parseVcJwt(vp.credentials[0] ?? '')
    const { subject, types } = readVc(vc)
    expect([vp.format, vc.format, vp.holder, types.at(-1)]).toEqual([format, format, subject, type])
    const key = await world.requireKey(vp.kid ?? '', 'authentication')
    const now = Math.floor(world.clock.now() / 1000)
    verifyVpJwt(vp, key, { aud: 'https://verifier.example', nonce: 'n-0123456789', now })
  }

  const flows: [string, Flow][] = [
    ['a pre-authorized code', pre],
    ['a transaction code', { ...pre, txCode: true }],
    ['tokens bound by DPoP, with nonces', { ...pre, dpop: true }],
    ['a credential that comes later', { ...pre, deferred: true }],
    ['a credential that comes later, with DPoP', { ...pre, deferred: true, dpop: true }],
    ['encryption there and back', { ...pre, encrypted: true }],
    ['several keys at once', { ...pre, copies: 3 }],
    ['the issuer’s page, pushed', { ...code, pushed: true }],
    ['the issuer’s page, pushed, with DPoP', { ...code, pushed: true, dpop: true }],
    ['the issuer’s page, and credential identifiers', { ...code, identifiers: true }],
  ]
  const makes = [
    ['our own issuer', () => ours, kinds],
    ['an issuer on @openid4vc', () => theirs, [...kinds, ...outsideKinds]],
  ] as const
  const table = flows.flatMap(([what, flow]) =>
    makes.flatMap(([who, make, all]) =>
      all.map((kind) => ({ what, kind, flow: { ...flow, kind }, who, make })),
    ),
  )

  describe.each([0, 1])('for holder %i', (at) => {
    test.each(table)('$what, $kind, at $who', async ({ flow, make, kind }) => {
      const wallet = people[at] as WalletRoom
      const maker = make()
      const { link, txCode, release, vct } = await maker.open(flow)
      const added = await wallet.add(link)
      expect(added).toMatchObject({ state: 'waiting', issuer: { trusted: false } })
      let state = await wallet.accept(added.id, {
        ...(txCode !== undefined && { tx_code: txCode }),
        ...(flow.copies && { copies: flow.copies }),
      })
      if (flow.grant === 'authorization_code') {
        const browser = new Browser()
        const { location } = await browser.get(state.link ?? '')
        expect((await browser.get(await maker.consent(browser, location))).status).toBe(200)
        state = await wallet.show(added.id)
      }
      if (flow.deferred) {
        expect(state.state).toBe('deferred')
        await release()
        world.offset += 60_000
        // A round does so much: what the flows before left to be told comes first.
        for (let rounds = 0; rounds < 10 && state.state === 'deferred'; rounds += 1) {
          await node.comebacks.work()
          state = await wallet.show(added.id)
        }
      }
      expect(state).toMatchObject({ state: 'received', reason: null })
      expect(state.credentials).toHaveLength(flow.copies ?? 1)
      for (const id of state.credentials) {
        const presented = await wallet.present(id)
        if (kind === 'jwt_vc_json' || kind === 'vc+jwt') await expectPresentedBySubject(presented, kind, vct)
        else expect(readSdJwt(presented).payload).toMatchObject({ vct, cnf: { jwk: {} } })
      }
      other.rewrite = (_path, json) => json
    })
  })
})
