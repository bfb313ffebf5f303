import { beforeEach, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { type TestPerson, TrustNode, World } from '../../test/support/trust-node.ts'
import { isRefusal } from '../core/index.ts'

const DAY = 86_400_000
let kvk = 20_000_000

onEachEngine((engine) => {
  let world: World
  let myobi: TrustNode
  let desk: TestPerson
  beforeEach(async () => {
    world = new World()
    myobi = await TrustNode.start({ engine, world, organisation: { name: 'MYOBI' } })
    desk = await myobi.addPerson('Toos Trouwakte', ['servicedesk'])
  })

  const newMember = async () => {
    const organisation = { name: 'Kwekerij De Linde B.V.', kvkNumber: String(++kvk) }
    const node = await TrustNode.start({ engine, world, organisation, anchorUrl: myobi.url })
    const director = await node.addPerson('Anna Voorbeeld', ['administrator'], 'SOLE')
    const { row } = await node.applicant.apply(director.caller, { version: 1 }, {})
    await myobi.decisions.accept(desk.caller, row.caseId)
    const { did } = await node.parties.organisation()
    const attestation = () => myobi.offered.findLast(({ subject }) => subject === did)?.compacts.at(-1) ?? ''
    const standing = () => node.attestations.check(attestation(), did)
    return { node, director, did, attestation, standing }
  }
  const start = (days = 30) => myobi.campaigns.start(desk.caller, 2, world.clock.now() + days * DAY)
  const askedOf = () =>
    myobi.toldOfPolicy.filter(({ tell }) => tell.kind === 'policy-asked').map(({ to }) => to)
  const later = (days: number) => {
    world.offset += days * DAY
  }
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error) => (isRefusal(error) ? error.code : String(error)),
    )

  test('who does not accept in time is suspended, at its status list and in the registry, and holds again when it accepts', async () => {
    const { node, director, did, standing, attestation } = await newMember()
    const { id } = await start()
    await myobi.campaigns.carryOut()
    expect(askedOf()).toEqual([did])
    expect(await myobi.campaigns.progress(id)).toMatchObject({ parties: 1, told: 1, waiting: 1 })
    later(31)
    await myobi.campaigns.carryOut()
    const before = attestation()
    expect(await standing()).toBe('suspended')
    expect((await myobi.registry.find(did))?.state).toBe('suspended')
    expect(await myobi.campaigns.progress(id)).toMatchObject({ suspended: 1, waiting: 0 })
    expect((await myobi.campaigns.get(id)).state).toBe('ended')
    expect(myobi.toldOfPolicy.filter(({ tell }) => tell.kind === 'attestation-suspended')).not.toEqual([])

    const policy = await node.policies.version(2)
    await node.applicant.acceptForCompany(director.caller, { version: 2, digest: policy.digest })
    later(1)
    expect(attestation()).not.toBe(before)
    expect(await standing()).toBe('valid')
    expect((await myobi.registry.find(did))?.state).toBe('active')
    expect(await myobi.campaigns.progress(id)).toMatchObject({ suspended: 0, accepted: 1 })
  })

  test('who accepted before the deadline stays, and twice is once', async () => {
    const { node, director, did, standing } = await newMember()
    const { id } = await start()
    await myobi.campaigns.carryOut()
    const first = await node.applicant.acceptForCompany(director.caller, { version: 2 })
    expect(await node.applicant.acceptForCompany(director.caller, { version: 2 })).toEqual(first)
    expect(myobi.offered.filter(({ subject }) => subject === did)).toHaveLength(2)
    later(31)
    await myobi.campaigns.carryOut()
    expect(await standing()).toBe('valid')
    expect(await myobi.campaigns.progress(id)).toMatchObject({ accepted: 1, suspended: 0 })
  })

  test('only the representative it was registered with accepts for an organisation', async () => {
    const { node } = await newMember()
    const other = await node.addPerson('Bert Bestuur', ['administrator'], 'SOLE')
    expect(await codeOf(node.applicant.acceptForCompany(other.caller, { version: 2 }))).toBe(
      'not_representative',
    )
    const clerk = await node.addPerson('Kees Klerk', ['administrator'])
    expect(await codeOf(node.applicant.acceptForCompany(clerk.caller, { version: 2 }))).toBe(
      'not_representative',
    )
  })

  test('a person is asked, suspended and resumed for herself', async () => {
    const { node, director, standing } = await newMember()
    await node.applicant.acceptAsPerson(director.caller, { version: 1 })
    const { id } = await start()
    await myobi.campaigns.carryOut()
    await node.applicant.acceptForCompany(director.caller, { version: 2 })
    later(31)
    await myobi.campaigns.carryOut()
    expect(await myobi.campaigns.progress(id)).toMatchObject({ parties: 2, accepted: 1, suspended: 1 })
    expect(await myobi.suspensions.find(director.party.did)).not.toBeNull()
    expect(await standing()).toBe('valid')
    await node.applicant.acceptAsPerson(director.caller, { version: 2 })
    expect(await myobi.suspensions.find(director.party.did)).toBeNull()
    expect(await myobi.campaigns.progress(id)).toMatchObject({ accepted: 2, suspended: 0 })
  })

  test('carried out again and by two at once, nobody is told twice; each reminder comes once', async () => {
    const { did } = await newMember()
    await start()
    await Promise.all([myobi.campaigns.carryOut(), myobi.campaigns.carryOut()])
    await myobi.campaigns.carryOut()
    expect(askedOf()).toEqual([did])
    later(17)
    await myobi.campaigns.carryOut()
    await myobi.campaigns.carryOut()
    expect(askedOf()).toEqual([did, did])
  })

  test('a stopped campaign tells and suspends nobody; it goes on where it was', async () => {
    const { did, standing } = await newMember()
    const { id } = await start()
    await myobi.campaigns.stop(desk.caller, id)
    later(31)
    await myobi.campaigns.carryOut()
    expect(askedOf()).toEqual([])
    expect(await standing()).toBe('valid')
    expect(await codeOf(myobi.campaigns.stop(desk.caller, id))).toBe('campaign_move_refused')
    await myobi.campaigns.goOn(desk.caller, id)
    await myobi.campaigns.carryOut()
    expect(askedOf()).toEqual([did])
    // It heard of it after the deadline: it has time from then on.
    expect(await standing()).toBe('valid')
    later(15)
    await myobi.campaigns.carryOut()
    expect(await standing()).toBe('suspended')
  })

  test('the servicedesk suspends and resumes with a reason, and accepting does not undo it', async () => {
    const { node, director, did, standing } = await newMember()
    await start()
    await myobi.suspensions.suspendNow(desk.caller, did, 'does not answer')
    later(1)
    expect(await standing()).toBe('suspended')
    expect(await codeOf(myobi.suspensions.suspendNow(desk.caller, did, 'again'))).toBe(
      'party_suspended_already',
    )
    await node.applicant.acceptForCompany(director.caller, { version: 2 })
    later(1)
    expect(await standing()).toBe('suspended')
    await myobi.campaigns.resume(desk.caller, did, 'they answered')
    later(1)
    expect(await standing()).toBe('valid')
    expect(await codeOf(myobi.campaigns.resume(desk.caller, did, 'again'))).toBe('party_not_suspended')
  })

  test('one campaign for a version, of a version there is, with a deadline ahead', async () => {
    await start()
    expect(await codeOf(start())).toBe('campaign_exists')
    expect(await codeOf(myobi.campaigns.start(desk.caller, 9, world.clock.now() + DAY))).toBe(
      'policy_version_unknown',
    )
    expect(await codeOf(start(-1))).toBe('campaign_deadline_past')
  })
})
