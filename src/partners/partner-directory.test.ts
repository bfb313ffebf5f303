import { beforeAll, beforeEach, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { openPartnersRoom, partnersRoomTables } from '../../test/support/partners-room.ts'
import type { Store } from '../store/index.ts'
import { PartnerDirectory } from './index.ts'

const IN = '48245915'
const OUT = '48412434'

onEachEngine((engine) => {
  let store: Store
  let room: Awaited<ReturnType<typeof openPartnersRoom>>
  let directory: PartnerDirectory
  beforeAll(async () => {
    store = await openTestStore(engine, partnersRoomTables)
    room = await openPartnersRoom(store)
  })
  beforeEach(async () => {
    await room.reset()
    directory = new PartnerDirectory({ store, clock: room.clock, registry: room.registry })
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

  test('an organisation of the network that is no partner yet is found by DID and number, not by name', async () => {
    room.registry.enter('48999999')
    expect(await directory.find('48999999')).toMatchObject({ ...party('48999999'), name: 'Company 48999999' })
    expect(await directory.find('did:web:48999999.example')).toMatchObject(party('48999999'))
    await expect(directory.find('Company 48999999')).rejects.toMatchObject({ code: 'partner_unknown' })
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

  test('an answer is remembered for at most half a minute', async () => {
    const other = new PartnerDirectory({ store, clock: room.clock, registry: room.registry })
    room.registry.enter('48999999')
    await other.find('48999999')
    room.registry.enter('48999999', 'suspended')
    room.clock.at += 29_999
    expect(await other.find('48999999')).toMatchObject(party('48999999'))
    room.clock.at += 1
    await expect(other.find('48999999')).rejects.toMatchObject({ code: 'partner_not_in_network' })
  })
})
