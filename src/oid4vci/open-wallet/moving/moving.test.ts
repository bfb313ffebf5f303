import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { DIPLOMA, ForeignIssuer, type ForeignOptions } from '../../../../test/support/foreign-issuer.ts'
import { OfferNode, privateJwk, World } from '../../../../test/support/offer-node.ts'
import { codeOf, type ShownWalletOffer, WalletRoom } from '../../../../test/support/wallet-room.ts'
import { didJwkOf } from '../../../agent/index.ts'
import { auditTable } from '../../../audit/index.ts'
import type { Did } from '../../../core/index.ts'
import { heldCredentialTable } from '../../../credentials/index.ts'
import { createSigner, jwkThumbprint, publicJwkOf, verifySignature } from '../../../jose/index.ts'
import { issueSdJwt } from '../../../sd-jwt/index.ts'
import type { Engine } from '../../../store/index.ts'
import {
  type FileKey,
  newDerivation,
  openWalletFile,
  readWalletFile,
  sealWalletFile,
  type WalletContents,
} from '../../../wallet-file/index.ts'
import { walletIssuanceTable, walletOfferTable } from '../tables.ts'

const DAY_MS = 86_400_000
const DAY_S = 86_400

/** As a client sends it; what it costs to make one is tested where it is made. */
const fileKey = (): FileKey => ({ key: randomBytes(32), derivation: newDerivation() })
const inputOf = ({ key, derivation }: FileKey) => ({
  key: Buffer.from(key).toString('base64url'),
  kdf: derivation,
})

interface Exported {
  readonly file: string
  readonly credentials: number
  readonly keys: number
  readonly about_our_did: number
  readonly left_out: readonly { readonly reason: string; readonly type: string }[]
}
interface Imported {
  readonly applied: boolean
  readonly counts: { readonly new: number; readonly present: number; readonly refused: number }
  readonly items: readonly {
    readonly type: string | null
    readonly outcome: string
    readonly code: string | null
    readonly reason: string | null
    readonly status: string | null
    readonly id: string | null
  }[]
}

const pairs: readonly (readonly [Engine, Engine])[] = [
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
  ['sqlite', 'sqlite'],
]

// Without PostgreSQL only what needs none.
const possible = pairs.filter((pair) => inject('postgres') !== null || !pair.includes('postgres'))

describe.each(possible)('from %s to %s', (from, to) => {
  const world = new World()
  let here: OfferNode
  let there: OfferNode
  beforeAll(async () => {
    here = await OfferNode.start(from, world)
    there = await OfferNode.start(to, world)
    await here.createParty('organisation')
    await there.createParty('organisation')
  })
  beforeEach(() => {
    world.away.clear()
    there.takes = async () => undefined
    expect([...here.faults, ...there.faults]).toEqual([])
  })

  const newcomer = async (node: OfferNode) => new WalletRoom(node, await node.createParty('person'))

  /** Somebody with credentials of a foreign issuer. */
  async function begin(options: ForeignOptions = {}, copies = 1) {
    const issuer = await ForeignIssuer.start(world, { endsInS: 30 * DAY_S, ...options })
    const wallet = await newcomer(here)
    await wallet.take(await issuer.offer(), { copies })
    return { issuer, wallet }
  }
  const take = (wallet: WalletRoom, key: FileKey) =>
    wallet.operate<Exported>('wallet.exports.create', { ...inputOf(key), for: wallet.whose })
  const bring = (wallet: WalletRoom, file: string, key: FileKey, apply = true) =>
    wallet.operate<Imported>('wallet.imports.create', {
      ...{ file, apply, for: wallet.whose },
      key: Buffer.from(key.key).toString('base64url'),
    })
  const actsOf = async (node: OfferNode, action: string) =>
    (await node.store.reader.find(auditTable, { where: { action }, order: { id: 'ASC' } })).map(
      ({ data, actor }) => ({
        ...data,
        actor,
      }),
    )
  /** The same file with something else in it. */
  async function forged(file: string, key: FileKey, change: (contents: WalletContents) => object) {
    const contents = await openWalletFile(readWalletFile(file), key.key)
    return sealWalletFile({ ...contents, ...change(contents) } as WalletContents, key)
  }

  test('what is brought is presented with its own key, and nothing is written before somebody says so', async () => {
    const { wallet } = await begin()
    const key = fileKey()
    const taken = await take(wallet, key)
    expect(taken).toMatchObject({ credentials: 1, keys: 1, about_our_did: 0, left_out: [] })
    const hers = await newcomer(there)
    const looked = await bring(hers, taken.file, key, false)
    expect(looked).toMatchObject({
      applied: false,
      counts: { new: 1, present: 0, refused: 0 },
      items: [{ type: DIPLOMA, outcome: 'new', code: null, status: 'none', id: null }],
    })
    expect(await hers.held()).toEqual([])
    expect(there.holderKeys.size).toBe(await keysOf(there))
    const brought = await bring(hers, taken.file, key)
    expect(brought).toMatchObject({ applied: true, counts: { new: 1, present: 0, refused: 0 } })
    const [held] = await hers.held()
    expect(brought.items[0]?.id).toBe(held?.id)
    expect(held).toMatchObject({ subject: hers.holder.did })
    const presentation = await hers.present(held?.id ?? '')
    const binding = presentation.split('~').at(-1) ?? ''
    const [jwk] = [...there.holderKeys.values()].filter(({ partyId }) => partyId === hers.holder.id)
    const [head, body, signature = ''] = binding.split('.')
    expect(
      verifySignature(
        publicJwkOf(jwk?.privateKey as never),
        Buffer.from(`${head}.${body}`),
        Buffer.from(signature, 'base64url'),
      ),
    ).toBe(true)
  })
  const keysOf = async (node: OfferNode) =>
    new Set((await node.store.reader.find(heldCredentialTable)).flatMap(({ bindingKey }) => bindingKey ?? []))
      .size

  test('brought again, it is there already, and that needs nobody outside', async () => {
    const { wallet, issuer } = await begin({ batchSize: 3 }, 3)
    const key = fileKey()
    const { file, credentials } = await take(wallet, key)
    expect(credentials).toBe(3)
    const hers = await newcomer(there)
    await bring(hers, file, key)
    const before = await hers.held()
    world.away.add(issuer.did)
    expect((await bring(hers, file, key)).counts).toEqual({ new: 0, present: 3, refused: 0 })
    expect(await hers.held()).toEqual(before)
    // And at home nothing is new either.
    expect((await bring(wallet, file, key)).counts).toEqual({ new: 0, present: 3, refused: 0 })
  })

  test('brought twice at the same moment, it is there once', async () => {
    const { wallet } = await begin({ batchSize: 2 }, 2)
    const key = fileKey()
    const { file } = await take(wallet, key)
    const hers = await newcomer(there)
    const both = await Promise.all([bring(hers, file, key), bring(hers, file, key)])
    expect(both.map(({ counts }) => counts.new).sort()).toEqual([0, 2])
    expect(await hers.held()).toHaveLength(2)
    expect(await there.store.reader.countBy(walletIssuanceTable, { holderParty: hers.holder.id })).toBe(1)
  })

  test('copies that came together stay together, and when they end soon she is told what to do', async () => {
    const { wallet } = await begin({ batchSize: 2, refresh: true }, 2)
    const key = fileKey()
    const { file } = await take(wallet, key)
    expect(JSON.stringify(await openWalletFile(readWalletFile(file), key.key))).not.toMatch(/token|dpop/i)
    const hers = await newcomer(there)
    await bring(hers, file, key)
    const issuances = await there.store.reader.findBy(walletIssuanceTable, { holderParty: hers.holder.id })
    expect(issuances).toMatchObject([{ state: 'kept', sealed: null, credentialIds: expect.any(Array) }])
    expect(issuances[0]?.credentialIds).toHaveLength(2)
    world.offset += 17 * DAY_MS
    await there.comebacks.work()
    const { items } = await hers.operate<{ items: ShownWalletOffer[] }>('wallet.offers.list', {})
    expect(items).toMatchObject([
      { state: 'waiting', renews: true, grant: 'authorization_code' },
      { state: 'received', reason: 'brought_along' },
    ])
  })

  test('it can be set aside, and then does not come back by itself', async () => {
    const { wallet } = await begin()
    const key = fileKey()
    const { file } = await take(wallet, key)
    const hers = await newcomer(there)
    const { items } = await bring(hers, file, key)
    await hers.operate('wallet.remove', { id: items[0]?.id })
    expect(await hers.held()).toEqual([])
    const [issuance] = await there.store.reader.findBy(walletIssuanceTable, { holderParty: hers.holder.id })
    expect(issuance).toMatchObject({ state: 'ended', event: null, tellAt: null })
    expect((await bring(hers, file, key)).items).toMatchObject([
      { outcome: 'refused', code: 'credential_set_aside' },
    ])
    // And it goes into no further file.
    expect((await take(hers, key)).credentials).toBe(0)
  })

  test('who took it out and who brought it is written down, by number and not by content', async () => {
    const { wallet } = await begin()
    const key = fileKey()
    const { file } = await take(wallet, key)
    const hers = await newcomer(there)
    await bring(hers, file, key, false)
    await bring(hers, file, key)
    const actor = here.vault.pseudonym((wallet.caller as { personId: string }).personId)
    expect((await actsOf(here, 'wallet.exported')).at(-1)).toEqual({
      ...{ actor, party: wallet.holder.id, credentials: 1, keys: 1 },
    })
    const imported = (await actsOf(there, 'wallet.imported')).filter(
      (act) => 'party' in act && act.party === hers.holder.id,
    )
    expect(imported).toMatchObject([{ new: 1, present: 0, refused: 0 }])
  })

  test('an organisation’s wallet is for its administrator, a person’s for herself, and no system’s', async () => {
    const org = new WalletRoom(here, await here.parties.organisation())
    const member = here.user(await here.createParty('person'), ['coordinator'])
    const key = fileKey()
    const forOrganisation = { ...inputOf(key), for: 'organisation' }
    const { file } = await take(org, key)
    const importing = { file, key: inputOf(key).key, for: 'organisation' }
    for (const [name, input] of [
      ['wallet.exports.create', forOrganisation],
      ['wallet.imports.create', importing],
    ] as const) {
      expect(await codeOf(org.operate(name, input, member))).toBe('administrator_decides')
      const system = { kind: 'client' as const, clientId: 'c', scopes: [] }
      expect(await codeOf(org.operate(name, input, system))).toBe('person_required')
    }
  })

  test('it leaves only while her key is open', async () => {
    const { wallet } = await begin()
    const before = (await actsOf(here, 'wallet.exported')).length
    here.isLocked = true
    try {
      expect(await codeOf(take(wallet, fileKey()))).toBe('consent_locked')
    } finally {
      here.isLocked = false
    }
    expect(await actsOf(here, 'wallet.exported')).toHaveLength(before)
  })

  describe('is left at home', () => {
    test('what has expired', async () => {
      const { wallet } = await begin({ endsInS: 2 * DAY_S })
      world.offset += 3 * DAY_MS
      expect(await take(wallet, fileKey())).toMatchObject({
        ...{ credentials: 0, keys: 0, left_out: [{ reason: 'expired', type: DIPLOMA }] },
      })
    })

    test.each([
      ['the key of our DID', (wallet: WalletRoom) => `${wallet.holder.did}#key-1`],
      [
        'the key that presents what the network issued',
        (wallet: WalletRoom) => wallet.holder.presentationKid,
      ],
    ])('what is bound to %s', async (_what, bindingKey) => {
      const { wallet } = await begin()
      await here.store.transact((tx) =>
        tx.update(heldCredentialTable, { holderParty: wallet.holder.id }, { bindingKey: bindingKey(wallet) }),
      )
      expect(await take(wallet, fileKey())).toMatchObject({
        ...{ credentials: 0, keys: 0, left_out: [{ reason: 'our_keys', type: DIPLOMA }] },
      })
    })

    test('what came by the network', async () => {
      const wallet = await newcomer(here)
      const issuer = await here.parties.organisation()
      const compact = await here.issue(issuer, wallet.holder.did)
      await here.store.transact((tx) =>
        here.credentials.hold(tx, { compact, holderParty: wallet.holder.id, bindingKey: null }),
      )
      expect(await take(wallet, fileKey())).toMatchObject({
        ...{ credentials: 0, left_out: [{ reason: 'of_the_network' }] },
      })
    })
  })

  describe('one that is not good is refused, and the others are taken', () => {
    let issuer: ForeignIssuer
    let file = ''
    const key = fileKey()
    let contents: WalletContents
    beforeAll(async () => {
      const begun = await begin({ batchSize: 2 }, 2)
      issuer = begun.issuer
      file = (await take(begun.wallet, key)).file
      contents = await openWalletFile(readWalletFile(file), key.key)
    })

    async function forget({ holder }: WalletRoom) {
      await there.store.transact((tx) => tx.delete(heldCredentialTable, { holderParty: holder.id }))
      for (const [kid, { partyId }] of there.holderKeys)
        if (partyId === holder.id) there.holderKeys.delete(kid)
    }
    /** What becomes of the first of two, when something is done to it. */
    async function outcome(change: (contents: WalletContents) => object, prepare?: () => void) {
      const hers = await newcomer(there)
      const bad = await forged(file, key, change)
      prepare?.()
      const { counts, items } = await bring(hers, bad, key)
      expect(await hers.held()).toHaveLength(counts.new)
      await forget(hers)
      return { counts, first: items[0] }
    }
    const first = (more: object) => (now: WalletContents) => ({
      credentials: [{ ...now.credentials[0], ...more }, ...now.credentials.slice(1)],
    })
    const signed = (
      claims: object,
      holder = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    ) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const did = `did:web:other-${randomBytes(4).toString('hex')}.example` as Did
      world.publish(`${did}#key-1`, privateKey)
      const payload = { iss: did, vct: DIPLOMA, iat: 1, cnf: { jwk: publicJwkOf(holder) }, ...claims }
      const compact = issueSdJwt({
        header: { typ: 'dc+sd-jwt' },
        payload: payload as never,
        disclosable: [],
        signer: createSigner(privateKey, `${did}#key-1`),
      })
      const kid = jwkThumbprint(publicJwkOf(holder))
      return { compact, own: { ...privateJwk(holder), kid }, did }
    }

    test('what stops half-way is finished by bringing it again', async () => {
      const made = await Promise.all(
        Array.from({ length: 60 }, async () => {
          const { compact, own } = signed({})
          return { credential: await compact, own }
        }),
      )
      const many = await forged(file, key, (now) => ({
        credentials: made.map(({ credential, own }) => ({
          ...{ ...now.credentials[0], batch: null },
          ...{ credential, key: own.kid },
        })),
        keys: made.map(({ own }) => own),
      }))
      const hers = await newcomer(there)
      const hold = there.credentials.hold.bind(there.credentials)
      let calls = 0
      there.credentials.hold = async (...args) => {
        calls += 1
        if (calls === 55) throw new Error('the disk is full')
        return hold(...args)
      }
      try {
        await expect(bring(hers, many, key)).rejects.toThrow('the disk is full')
      } finally {
        there.credentials.hold = hold
      }
      expect(await hers.held()).toHaveLength(50)
      expect((await bring(hers, many, key)).counts).toEqual({ new: 10, present: 50, refused: 0 })
      expect(await hers.held()).toHaveLength(60)
      await forget(hers)
    })

    test('of a key that is not in the file', async () => {
      const { first: one, counts } = await outcome(({ keys }) => ({ keys: keys.slice(1) }))
      expect([one?.code, counts]).toEqual(['holder_key_missing', { new: 1, present: 0, refused: 1 }])
    })

    test('that says another key', async () => {
      const { first: one } = await outcome(first({ key: contents.keys[1]?.kid }))
      expect(one).toMatchObject({ outcome: 'refused', code: 'credential_key_differs' })
      expect((await outcome(first({ key: null }))).first?.code).toBe('credential_key_differs')
    })

    test('with a key whose halves differ, or that has another name', async () => {
      const [mine, other] = contents.keys
      const broken = await outcome(({ keys }) => ({ keys: [{ ...mine, d: other?.d }, ...keys.slice(1)] }))
      expect(broken.first?.code).toBe('holder_key_invalid')
      const renamed = await outcome(() => ({
        keys: [
          { ...other, kid: mine?.kid },
          { ...mine, kid: other?.kid },
        ],
      }))
      expect(renamed.counts).toEqual({ new: 0, present: 0, refused: 2 })
      expect(renamed.first?.code).toBe('holder_key_invalid')
    })

    test('with a key that is somebody else’s at this node', async () => {
      const his = await newcomer(there)
      await bring(his, file, key)
      const hers = await newcomer(there)
      expect((await bring(hers, file, key)).items.map(({ code }) => code)).toEqual([
        ...['holder_key_taken', 'holder_key_taken'],
      ])
      await forget(his)
    })

    test('that nobody signed', async () => {
      const [head, body, signature = ''] = (contents.credentials[0]?.credential ?? '').split('.')
      const swapped = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`
      const { first: one } = await outcome(first({ credential: `${head}.${body}.${swapped}` }))
      expect(one).toMatchObject({ outcome: 'refused', code: 'credential_not_genuine' })
    })

    test('that cannot be read, or not here', async () => {
      expect((await outcome(first({ credential: 'nothing' }))).first).toMatchObject({ outcome: 'refused' })
      const { first: one } = await outcome(first({ format: 'mso_mdoc' }))
      expect(one?.code).toBe('credential_format_unsupported')
    })

    test('that is about somebody else; about the key itself it may be', async () => {
      const other = signed({ sub: 'did:web:somebody.example' })
      const withKey = async ({ compact, own }: { compact: Promise<string>; own: object }) => {
        const credential = await compact
        return outcome((now) => ({
          ...first({ credential, key: (own as { kid: string }).kid })(now),
          keys: [...now.keys, own],
        }))
      }
      expect((await withKey(other)).first?.code).toBe('credential_for_another_party')
      const holder = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      const itself = signed({ sub: didJwkOf(publicJwkOf(holder)) }, holder)
      expect((await withKey(itself)).first).toMatchObject({ outcome: 'new', status: 'none' })
      const expired = signed({ exp: 2 })
      expect((await withKey(expired)).first).toMatchObject({ code: 'credential_not_genuine' })
    })

    test('that the policy does not take', async () => {
      there.takes = async () => {
        const { Refusal } = await import('../../../core/index.ts')
        throw new Refusal('forbidden', 'credential_issuer_not_trusted', 'no')
      }
      const { counts, first: one } = await outcome(() => ({}))
      expect([counts.refused, one?.code]).toEqual([2, 'credential_issuer_not_trusted'])
    })

    test('whose issuer cannot be asked now: once for all of it, and later it is taken', async () => {
      const { counts, first: one } = await outcome(
        () => ({}),
        () => void world.away.add(issuer.did),
      )
      expect([counts.refused, one?.code]).toEqual([2, 'credential_not_verifiable'])
      world.away.clear()
      expect((await outcome(() => ({}))).counts.new).toBe(2)
    })
  })

  describe('status', () => {
    /** A credential of our own issuer, with a status list of the other node. */
    async function withStatus(state: 'valid' | 'suspended' | 'invalid') {
      const wallet = await newcomer(here)
      const { key, contents } = await template()
      const holder = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      const jwk = publicJwkOf(holder)
      const issuer = await here.parties.organisation()
      const compact = await here.issue(issuer, didJwkOf(jwk), { holderKey: jwk })
      const [issued] = await here.store.transact((tx) =>
        tx.query('SELECT id FROM issued_credential ORDER BY id DESC LIMIT 1'),
      )
      await here.store.transact(async (tx) => {
        if (state === 'invalid') await here.credentials.revoke(tx, issued.id)
        if (state === 'suspended') await here.credentials.setSuspended(tx, issued.id, true)
      })
      const kid = jwkThumbprint(jwk)
      const entry = { ...contents.credentials[0], credential: compact, key: kid }
      const file = await sealWalletFile(
        { ...contents, credentials: [entry as never], keys: [{ ...privateJwk(holder), kid }] },
        key,
      )
      return { wallet, file, key }
    }
    async function template() {
      const { wallet } = await begin()
      const key = fileKey()
      return { key, contents: await openWalletFile(readWalletFile((await take(wallet, key)).file), key.key) }
    }

    test.each([
      ['valid', { outcome: 'new', status: 'valid', code: null }],
      ['suspended', { outcome: 'new', status: 'suspended', code: null }],
      ['invalid', { outcome: 'refused', status: null, code: 'credential_revoked' }],
    ] as const)('%s is said', async (state, expected) => {
      const { file, key } = await withStatus(state)
      expect((await bring(await newcomer(there), file, key)).items).toMatchObject([expected])
    })

    test('that cannot be had is said, and the credential is taken', async () => {
      const { file, key } = await withStatus('valid')
      await here.stop()
      try {
        const hers = await newcomer(there)
        expect((await bring(hers, file, key)).items).toMatchObject([
          { outcome: 'new', status: 'unknown', code: null },
        ])
      } finally {
        await here.comeBack()
      }
    })
  })

  test('a file that is none changes nothing', async () => {
    const hers = await newcomer(there)
    const key = fileKey()
    const { file } = await take((await begin()).wallet, key)
    const before = (await actsOf(there, 'wallet.imported')).length
    expect(await codeOf(bring(hers, file, fileKey()))).toBe('wallet_file_passphrase_wrong')
    expect(
      await codeOf(
        bring(hers, `${file.slice(0, 600)}${file[600] === 'A' ? 'B' : 'A'}${file.slice(601)}`, key),
      ),
    ).toBe('wallet_file_damaged')
    expect(await codeOf(bring(hers, file.slice(0, 600), key))).toBe('wallet_file_truncated')
    expect(await actsOf(there, 'wallet.imported')).toHaveLength(before)
    expect(await there.store.reader.findBy(walletOfferTable, { holderParty: hers.holder.id })).toEqual([])
  })

  test('when the last of copies that came together cannot be kept, none is', async () => {
    const { wallet } = await begin({ batchSize: 3 }, 3)
    const key = fileKey()
    const { file } = await take(wallet, key)
    const hers = await newcomer(there)
    const hold = there.credentials.hold.bind(there.credentials)
    let calls = 0
    there.credentials.hold = async (...args) => {
      calls += 1
      if (calls === 3) throw new Error('the disk is full')
      return hold(...args)
    }
    try {
      await expect(bring(hers, file, key)).rejects.toThrow('the disk is full')
    } finally {
      there.credentials.hold = hold
    }
    expect(await hers.held()).toEqual([])
    expect((await bring(hers, file, key)).counts.new).toBe(3)
  })
})
