import { randomBytes, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { base64Of, signerOf, validNow } from '../../../../test/support/certificates.ts'
import { onEachEngine } from '../../../../test/support/engines.ts'
import { ForeignIssuer, type ForeignOptions } from '../../../../test/support/foreign-issuer.ts'
import { OfferNode, World } from '../../../../test/support/offer-node.ts'
import { OpenWallet } from '../../../../test/support/open-wallet.ts'
import { WalletRoom } from '../../../../test/support/wallet-room.ts'
import { Anchors, issueLeaf, newAuthority, readCertificate } from '../../../certificates/index.ts'
import { heldCredentialTable } from '../../../credentials/index.ts'
import { newDerivation } from '../../../wallet-file/index.ts'
import { openToAll } from '../../open/settings.ts'

/** What of a wallet is moved when its issuers have no DID, or another format. */
onEachEngine((engine) => {
  test.each<[string, number]>([
    ['certified', 1],
    ['published', 1],
    ['certified beside one with a DID', 2],
    ['vc+jwt', 1],
    ['jwt_vc_json', 1],
  ])('%s: taken out and brought', async (kind, count) => {
    const world = new World()
    const authority = await newAuthority('Onderwijs', validNow())
    const leaf = await issueLeaf(authority, { name: 'Universiteit', dnsNames: [], validity: validNow() })
    const certificate = readCertificate(Buffer.from(new X509Certificate(authority.certificate).raw))
    const anchors = new Anchors(
      [{ name: 'education', certificate, uses: ['issuers'], revocation: 'when_known' }],
      { clock: world.clock, revocations: { check: async () => undefined } } as never,
    )
    const outside = { certified: (x5c: unknown) => anchors.verify(x5c, 'issuers') }
    const [here, there] = [
      await OfferNode.start(engine, world, undefined, { outside }),
      await OfferNode.start(engine, world, undefined, { outside }),
    ]
    for (const node of [here, there]) await node.createParty('organisation')
    const certified = { certified: { x5c: [base64Of(leaf)] as const, signer: signerOf(leaf) } }
    const options: Record<string, ForeignOptions[]> = {
      certified: [certified],
      published: [{ published: true }],
      'certified beside one with a DID': [{}, certified],
      'vc+jwt': [{ format: 'vc+jwt' }],
      jwt_vc_json: [{ format: 'jwt_vc_json' }],
    }
    const [wallet, hers] = [
      new WalletRoom(here, await here.createParty('person')),
      new WalletRoom(there, await there.createParty('person')),
    ]
    for (const option of options[kind] ?? [])
      await wallet.take(await (await ForeignIssuer.start(world, option)).offer())
    const key = randomBytes(32).toString('base64url')
    const { file } = await wallet.operate<{ file: string }>('wallet.exports.create', {
      ...{ key, kdf: newDerivation(), for: wallet.whose },
    })
    const bring = (apply: boolean) =>
      hers.operate<{ counts: object }>('wallet.imports.create', { file, key, for: hers.whose, apply })
    const counts = { new: count, present: 0, refused: 0 }
    expect((await bring(false)).counts).toEqual(counts)
    expect((await bring(true)).counts).toEqual(counts)
    const types = async (room: WalletRoom) => (await room.held()).map(({ vct }) => vct).sort()
    expect(await types(hers)).toEqual(await types(wallet))
  })

  test('of an organisation what the key of its DID presents stays, and keeps nothing else back', async () => {
    const world = new World()
    const [here, issuing] = [
      await OfferNode.start(engine, world),
      await OfferNode.start(engine, world, openToAll),
    ]
    const ours = new OpenWallet(issuing, await issuing.createParty('organisation'))
    const company = new WalletRoom(here, await here.createParty('organisation'))
    const issuer = await ForeignIssuer.start(world)
    issuer.claims = (claims) => ({ ...claims, sub: company.holder.did })
    await company.take((await ours.offer()).link)
    await company.take(await issuer.offer())
    const rows = await here.store.reader.findBy(heldCredentialTable, { holderParty: company.holder.id })
    expect(rows.map(({ bindingKey }) => bindingKey?.startsWith(`${company.holder.did}#`)).sort()).toEqual([
      false,
      true,
    ])
    const key = randomBytes(32).toString('base64url')
    const input = { key, kdf: newDerivation(), for: company.whose }
    expect(await company.operate('wallet.exports.create', input)).toMatchObject({
      ...{ credentials: 1, keys: 1, about_our_did: 1 },
      left_out: [{ reason: 'our_keys' }],
    })
  })
})
