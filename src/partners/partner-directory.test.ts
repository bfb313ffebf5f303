import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { openPartnersRoom, partnersRoomTables } from '../../test/support/partners-room.ts'
import { asDid, type Did } from '../core/index.ts'
import type { Store } from '../store/index.ts'
import { PartnerDirectory } from './index.ts'

const IN = '48245915'
const OUT = '48412434'

onEachEngine((engine) => {
  let store: Store
  let room: Awaited<ReturnType<typeof openPartnersRoom>>
  let directory: PartnerDirectory
  /** The endpoints in DID documents. */
  const services = new Map<Did, { type: string; endpoint: string }[]>()
  const open = () =>
    new PartnerDirectory({
      store,
      clock: room.clock,
      registry: room.registry,
      servicesOf: async (did) => services.get(did) ?? [],
    })
  beforeAll(async () => {
    store = await openTestStore(engine, partnersRoomTables)
    room = await openPartnersRoom(store)
  })
  beforeEach(async () => {
    await room.reset()
    services.clear()
    directory = open()
    room.registry.enter(IN)
    await room.call('partners.imports.apply', { id: await room.importOf('auditfile.xaf'), pick: 'all' })
  })
  const party = (kvk: string) => ({
    did: `did:web:${kvk}.example`,
    wallet: `https://${kvk}.example/parties/1`,
  })

  test.each([
    ['its DID', `did:web:${IN}.example`],
    ['its KVK number', IN],
    ['its name', 'Bakkerij De Kruimelkoning B.V.'],
    ['its name in other capitals, with blanks', '  bakkerij  DE KRUIMELKONING b.v. '],
  ])(
    'a partner in the network is found by %s, also when the trust anchor is down',
    async (_what, reference) => {
      room.registry.state = 'down'
      expect(await directory.find(reference)).toEqual({
        ...party(IN),
        name: 'Bakkerij De Kruimelkoning B.V.',
      })
    },
  )

  test('who joined after the import is found by name and by number', async () => {
    room.registry.enter(OUT)
    expect(await directory.find('drukkerij inktvlek & zn. b.v.')).toMatchObject(party(OUT))
    expect(await directory.find(OUT)).toMatchObject({ ...party(OUT), name: 'Drukkerij Inktvlek & Zn. B.V.' })
  })

  describe('an organisation of the network that is not on the list', () => {
    const stranger = { ...party('48999999'), name: 'Company 48999999' }
    beforeEach(() => {
      room.registry.enter('48999999')
    })

    test('is found by DID and number, and by name once we dealt with it, also by another process', async () => {
      await expect(directory.find('Company 48999999')).rejects.toMatchObject({ code: 'partner_unknown' })
      expect(await directory.find('48999999')).toEqual(stranger)
      expect(await directory.find('did:web:48999999.example')).toEqual(stranger)
      for (const one of [directory, open()]) expect(await one.find(' company  48999999')).toEqual(stranger)
    })

    test('and is called what another we dealt with is called, or a partner of the list, is told apart', async () => {
      await directory.find('48999999')
      room.registry.parties.set('48777777', {
        ...room.registry.enter('48777777'),
        name: 'Bakkerij De Kruimelkoning B.V.',
      })
      await directory.find('48777777')
      await expect(directory.find('bakkerij de kruimelkoning b.v.')).rejects.toMatchObject({
        code: 'partner_ambiguous',
        params: { candidates: [IN, 'did:web:48777777.example'] },
      })
      room.registry.parties.set('48888888', { ...room.registry.enter('48888888'), name: 'Company 48999999' })
      await directory.find('48888888')
      await expect(directory.find('Company 48999999')).rejects.toMatchObject({
        code: 'partner_ambiguous',
        params: { candidates: ['did:web:48888888.example', 'did:web:48999999.example'] },
      })
    })

    test('is who is meant by a name of which our books have no number', async () => {
      room.registry.parties.set('48999999', {
        ...room.registry.enter('48999999'),
        name: 'Metaalhandel Roestvrij',
      })
      await directory.find('48999999')
      expect(await directory.find('Metaalhandel Roestvrij')).toMatchObject(party('48999999'))
    })
  })

  describe('whom somebody means', () => {
    test('is known of a suspended party, and while the trust anchor is down', async () => {
      room.registry.enter('48999999')
      await directory.find('48999999')
      room.registry.enter('48999999', 'suspended')
      room.clock.at += 60_000
      expect(await directory.identify('48999999')).toBe('did:web:48999999.example')
      room.registry.state = 'down'
      for (const reference of ['Company 48999999', 'did:web:48999999.example'])
        expect(await directory.identify(reference)).toBe('did:web:48999999.example')
      for (const reference of [IN, 'Bakkerij De Kruimelkoning B.V.'])
        expect(await directory.identify(reference)).toBe(`did:web:${IN}.example`)
    })

    test.each(['48111111', 'did:web:nobody.example', 'Nobody B.V.', ''])(
      'is refused where nobody is: %s',
      async (reference) => {
        await expect(directory.identify(reference)).rejects.toMatchObject({ code: 'partner_unknown' })
      },
    )
  })

  test('a partner of the list is named in every operation about it', async () => {
    const { id } = await room.call('partners.get', { id: IN })
    expect(await room.call('partners.get', { id: 'bakkerij de kruimelkoning b.v.' })).toMatchObject({ id })
    expect(
      await room.call('partners.roles', { id: 'Bakkerij De Kruimelkoning B.V.', roles: ['supplier'] }),
    ).toMatchObject({ id, roles: ['supplier'] })
    const text = 'Relatiecode;Naam;LandID;Nummer kvk\r\n1;Bakkerij de Kruimelkoning B.V.;NL;48000001'
    await room.call('partners.imports.apply', {
      id: await room.importOf({ name: 'a.csv', text }),
      pick: 'all',
    })
    await expect(room.call('partners.get', { id: 'Bakkerij De Kruimelkoning B.V.' })).rejects.toMatchObject({
      code: 'partner_ambiguous',
      params: { candidates: [IN, '48000001'] },
    })
  })

  test.each([
    ['a partner that is not in the network', OUT, 'partner_not_in_network'],
    ['such a partner by name', 'Drukkerij Inktvlek & Zn. B.V.', 'partner_not_in_network'],
    ['a partner without a KVK number', 'Metaalhandel Roestvrij', 'partner_not_in_network'],
    ['a number nobody has', '48999999', 'partner_unknown'],
    ['a DID nobody has', 'did:web:nobody.example', 'partner_unknown'],
    ['a part of a name', 'Bakkerij', 'partner_unknown'],
    ['nothing', '', 'partner_unknown'],
    ['blanks', '   ', 'partner_unknown'],
  ])('%s is refused', async (_what, reference, code) => {
    await expect(directory.find(reference)).rejects.toMatchObject({ code })
  })

  test('a suspended party is not in the network', async () => {
    room.registry.enter('48999999', 'suspended')
    await expect(directory.find('48999999')).rejects.toMatchObject({ code: 'partner_not_in_network' })
  })

  test('a name that two partners have is refused: they are told apart by number', async () => {
    const heading = 'Relatiecode;Naam;LandID;Nummer kvk'
    const text = `${heading}\r\n1;Bakkerij de Kruimelkoning B.V.;NL;48000001`
    const id = await room.importOf({ name: 'a.csv', text })
    await room.call('partners.imports.apply', { id, pick: 'all' })
    await expect(directory.find('Bakkerij De Kruimelkoning B.V.')).rejects.toMatchObject({
      code: 'partner_ambiguous',
    })
    expect(await directory.find(IN)).toMatchObject(party(IN))
  })

  test('when only the trust anchor could tell and it is down, the refusal says so', async () => {
    room.registry.state = 'down'
    for (const reference of [OUT, 'did:web:nobody.example'])
      await expect(directory.find(reference)).rejects.toMatchObject({ code: 'registry_unreachable' })
  })

  describe('a partner of the list', () => {
    const MINUTE = 60_000
    const DAY = 86_400_000
    const byAnyName = [`did:web:${IN}.example`, IN, 'Bakkerij De Kruimelkoning B.V.']

    test('that was suspended since is not in the network any more, also when the registry goes away', async () => {
      room.registry.enter(IN, 'suspended')
      room.clock.at += MINUTE
      for (const reference of byAnyName)
        await expect(directory.find(reference)).rejects.toMatchObject({ code: 'partner_not_in_network' })
      room.registry.state = 'down'
      for (const reference of byAnyName)
        await expect(directory.find(reference)).rejects.toMatchObject({ code: 'registry_unreachable' })
    })

    test('that left is not in the network any more', async () => {
      room.registry.parties.clear()
      for (const reference of byAnyName)
        await expect(directory.find(reference)).rejects.toMatchObject({ code: 'partner_not_in_network' })
    })

    test('that moved is found where it is now', async () => {
      const moved = { ...room.registry.enter(IN), wallet: 'https://new.example/parties/1' }
      room.registry.parties.set(IN, moved)
      expect(await directory.find(IN)).toMatchObject({ wallet: moved.wallet })
    })

    test('is believed for a day while the registry is away, counted from when it last answered', async () => {
      room.clock.at += DAY / 2
      await directory.find(IN)
      room.registry.state = 'down'
      room.clock.at += DAY - 1
      expect(await open().find(IN)).toMatchObject(party(IN))
      room.clock.at += 1
      await expect(open().find(IN)).rejects.toMatchObject({ code: 'registry_unreachable' })
    })
  })

  describe('a partner with a did:ethr', () => {
    const did = asDid(`did:ethr:0x539:0x${'1'.repeat(40)}`)
    const enter = (wallet: string) =>
      room.registry.parties.set('48999999', { did, name: 'Poort', wallet, state: 'active' })

    test('is where its own DID says', async () => {
      enter('https://a.example/parties/1')
      services.set(did, [
        { type: 'Other', endpoint: 'https://b.example' },
        { type: 'RegieNode', endpoint: 'https://a.example:443/' },
      ])
      expect(await directory.find(did)).toMatchObject({ did, wallet: 'https://a.example/parties/1' })
    })

    test.each([
      ['another host', 'https://evil.example/parties/1', 'RegieNode', 'https://a.example'],
      ['another port', 'https://a.example:8443/parties/1', 'RegieNode', 'https://a.example'],
      ['another scheme', 'http://a.example/parties/1', 'RegieNode', 'https://a.example'],
      ['a host of another service', 'https://a.example/parties/1', 'LinkedDomains', 'https://a.example'],
      ['what is no address', 'data:x', 'RegieNode', 'data:x'],
      ['a host that it says nothing of', 'https://a.example/parties/1', 'None', ''],
    ])('that the registry puts at %s is not called', async (_, wallet, type, endpoint) => {
      enter(wallet)
      services.set(did, [{ type, endpoint }])
      for (const reference of [did, '48999999'])
        await expect(directory.find(reference)).rejects.toMatchObject({ code: 'partner_address_mismatch' })
    })
  })

  test('an answer is remembered for at most half a minute', async () => {
    const other = open()
    room.registry.enter('48999999')
    await other.find('48999999')
    room.registry.enter('48999999', 'suspended')
    room.clock.at += 29_999
    expect(await other.find('48999999')).toMatchObject(party('48999999'))
    room.clock.at += 1
    await expect(other.find('48999999')).rejects.toMatchObject({ code: 'partner_not_in_network' })
  })
})
