import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { deflateSync } from 'node:zlib'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { base64Of, validNow } from '../../test/support/certificates.ts'
import { atEnd } from '../../test/support/endings.ts'
import { OfferNode, World } from '../../test/support/offer-node.ts'
import { newKey, OpenWallet, sign, type WalletKey } from '../../test/support/open-wallet.ts'
import { Anchors, type Issued, issueLeaf, newAuthority, readCertificate } from '../certificates/index.ts'
import type { Config } from '../config/index.ts'
import { createSigner, publicJwkOf } from '../jose/index.ts'
import { walletProvidersOf } from './wallet-providers.ts'

const IDX = 42

/** A list of two bits for each entry, all valid but one (Token Status List, section 4.1). */
function listOf(state: number): string {
  const bytes = Buffer.alloc(256)
  bytes[IDX >> 2] = state << ((IDX & 3) * 2)
  return deflateSync(bytes).toString('base64url')
}

describe('an attestation with a status', () => {
  const world = new World()
  const provider = newKey()
  const second = newKey()
  const instance = newKey()
  let node: OfferNode
  let wallet: OpenWallet
  let server: Server
  let uri: string
  let maker: WalletKey
  let makerChain: readonly string[]
  /** What the list says, who signs it, and how it names its key. */
  let list: { state: number; by: WalletKey; header: object; answers: boolean }

  beforeAll(async () => {
    const root = await newAuthority('Makers', validNow())
    const leaf = await issueLeaf(root, { name: 'Maker', dnsNames: [], validity: validNow() })
    maker = keyOf(leaf)
    makerChain = [base64Of(leaf)]
    const certificate = readCertificate(new X509Certificate(root.certificate).raw)
    const anchors = new Anchors(
      [{ name: 'makers', certificate, uses: ['wallet-providers'], revocation: 'when_known' }],
      { clock: world.clock, revocations: { check: async () => {} } },
    )
    server = createServer(async (_request, response) => {
      if (!list.answers) return void response.writeHead(500).end()
      const status_list = { bits: 2, lst: listOf(list.state) }
      const payload = { sub: uri, iat: wallet.seconds(), ttl: 1, status_list }
      response.setHeader('content-type', 'application/statuslist+jwt')
      response.end(await sign({ typ: 'statuslist+jwt', ...list.header }, payload, list.by))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    atEnd(async () => void server.close())
    const { port } = server.address() as AddressInfo
    uri = `http://127.0.0.1:${port}/list`
    const verify = (x5c: unknown) => anchors.verify(x5c, 'wallet-providers')
    const issuance = {
      ...{ requireDpop: false, requireWalletAttestation: true, requireKeyAttestation: false },
      walletProviders: [
        { name: 'First', keys: [provider.jwk] },
        { name: 'Second', keys: [second.jwk] },
      ],
    }
    const other = await OfferNode.start('sqlite', world)
    const settings = walletProvidersOf({ issuance } as unknown as Config, {
      ...{ clock: world.clock, fetch: other.openEgress.request, requireKey: world.requireKey },
      certifiedProvider: async (x5c) => {
        const { anchorName, key } = await verify(x5c)
        return { name: 'Maker', keys: [key], listSigner: `anchor ${anchorName}` }
      },
      certifiedProviderList: verify,
    })
    node = await OfferNode.start('sqlite', world, settings)
    wallet = new OpenWallet(node, await node.createParty('organisation'))
  })
  beforeEach(() => {
    // So that each list is asked for anew.
    world.offset += 120_000
    list = { state: 0, by: provider, header: {}, answers: true }
    expect(node.faults).toEqual([])
  })

  const keyOf = ({ privateKey }: Issued): WalletKey => {
    const key = createPrivateKey(privateKey)
    return { privateKey: key, jwk: publicJwkOf(key), signer: createSigner(key, '') }
  }
  const status = () => ({ status_list: { idx: IDX, uri } })
  async function token(by = provider, header: object = {}, claims: object = { status: status() }) {
    const now = wallet.seconds()
    const headers = {
      'oauth-client-attestation': await sign(
        { typ: 'oauth-client-attestation+jwt', ...header },
        { sub: 'wallet.example', exp: now + 3600, cnf: { jwk: instance.jwk }, ...claims },
        by,
      ),
      'oauth-client-attestation-pop': await sign(
        { typ: 'oauth-client-attestation-pop+jwt' },
        { aud: wallet.url, jti: randomUUID(), iat: now },
        instance,
      ),
    }
    return wallet.redeem(await wallet.codeOf(await wallet.offer()), {}, headers)
  }
  const codeOf = ({ status: http, body }: Awaited<ReturnType<typeof token>>) =>
    http === 200 ? 'good' : `${body.error} ${body.code}`

  test('counts while its provider says so, signed with its key or under its certificate', async () => {
    expect(codeOf(await token())).toBe('good')
    world.offset += 120_000
    list = { ...list, by: maker, header: { x5c: makerChain } }
    expect(codeOf(await token(maker, { x5c: makerChain }))).toBe('good')
  })

  test.each<[string, () => void, string]>([
    ['was revoked', () => Object.assign(list, { state: 1 }), 'status_invalid'],
    ['is suspended', () => Object.assign(list, { state: 2 }), 'status_suspended'],
    ['is of a kind we do not know', () => Object.assign(list, { state: 3 }), 'status_unknown'],
    ['cannot be asked for', () => Object.assign(list, { answers: false }), 'status_unavailable'],
    ['is told by another provider', () => Object.assign(list, { by: second }), 'status_list_invalid'],
    ['is told by a stranger', () => Object.assign(list, { by: newKey() }), 'status_list_invalid'],
    [
      'is told under a certificate that is not its',
      () => Object.assign(list, { by: maker, header: { x5c: makerChain } }),
      'status_list_invalid',
    ],
  ])('of which it %s, a wallet gets no token', async (_what, change, code) => {
    change()
    expect(codeOf(await token())).toBe(`invalid_client ${code}`)
  })

  test('that is none, or of a kind nobody knows, is a no', async () => {
    for (const odd of [{}, { status_list: { idx: -1, uri } }, { other: 1 }, null, 'revoked'])
      expect(codeOf(await token(provider, {}, { status: odd }))).toBe('invalid_client status_claim_invalid')
  })

  test('of keys is asked as well', async () => {
    const ask = async () => {
      const attestation = await sign(
        { typ: 'key-attestation+jwt' },
        {
          ...{ iat: wallet.seconds(), exp: wallet.seconds() + 600, nonce: await wallet.nonce() },
          ...{ attested_keys: [newKey().jwk], status: status() },
        },
        provider,
      )
      const { body } = await token(provider, {}, {})
      return wallet.credential(String(body.access_token), { proofs: { attestation: [attestation] } })
    }
    expect((await ask()).status).toBe(200)
    world.offset += 120_000
    list.state = 1
    expect(await ask()).toMatchObject({
      status: 400,
      body: { error: 'invalid_proof', code: 'status_invalid' },
    })
    world.offset += 120_000
    list.answers = false
    expect(await ask()).toMatchObject({
      status: 400,
      body: { error: 'invalid_proof', code: 'status_unavailable' },
    })
  })

  test('counts for nothing where nobody looks', async () => {
    const { statusOf: _, ...blind } = walletProvidersOf({} as Config, {
      ...{ clock: world.clock, fetch: node.openEgress.request, requireKey: world.requireKey },
    })
    const there = await OfferNode.start('sqlite', world, {
      ...{ ...blind, requireWalletAttestation: true },
      walletProviders: [{ name: 'First', keys: [provider.jwk] }],
    })
    const before = wallet
    wallet = new OpenWallet(there, await there.createParty('organisation'))
    expect(codeOf(await token())).toBe('invalid_client status_unavailable')
    expect(codeOf(await token(provider, {}, {}))).toBe('good')
    wallet = before
  })
})
