import { beforeAll, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { type TestPerson, TrustNode, World } from '../../../test/support/trust-node.ts'
import { Refusal } from '../../core/index.ts'

const YEAR = 366 * 86_400_000

onEachEngine((engine) => {
  const world = new World()
  let myobi: TrustNode
  let manager: TestPerson
  let desk: TestPerson

  beforeAll(async () => {
    myobi = await TrustNode.start({ engine, world, organisation: { name: 'MYOBI' } })
    manager = await myobi.addPerson('Rep Manager', ['reputation_manager'])
    desk = await myobi.addPerson('Toos Trouwakte', ['servicedesk'])
  })

  let kvk = 50_000_000
  const newMember = async (name: string) => {
    const kvkNumber = String(++kvk)
    const node = await TrustNode.start({
      engine,
      world,
      organisation: { name, kvkNumber },
      anchorUrl: myobi.url,
    })
    const director = await node.addPerson('Anna Voorbeeld', ['administrator'], 'SOLE')
    const { row } = await node.applicant.apply(director.caller, { version: 1 }, {})
    await myobi.decisions.accept(desk.caller, row.caseId)
    const facts = { kvk_number: kvkNumber, name, names: [], legal_form: null, address: null }
    myobi.kvk.set(kvkNumber, { ...facts, registered_on: null, ended_on: null })
    return { kvkNumber, caseId: row.caseId }
  }
  const found = async (caseId: string) =>
    (await myobi.cases.rechecks.list({ limit: 200 })).items.filter((one) => one.caseId === caseId)

  test('a year later each is looked at once, and what differs waits for the reputation manager', async () => {
    const same = await newMember('Molen De Wiek B.V.')
    const renamed = await newMember('Bakker Bol B.V.')
    const gone = await newMember('Slager Weg B.V.')
    await myobi.cases.rechecks.carryOn()
    expect(await found(same.caseId)).toEqual([])
    const facts = myobi.kvk.get(renamed.kvkNumber)
    if (facts && !(facts instanceof Error))
      myobi.kvk.set(renamed.kvkNumber, { ...facts, name: 'Bakker Blok B.V.' })
    myobi.kvk.delete(gone.kvkNumber)
    world.offset += YEAR
    const down = new Refusal('unavailable', 'kvk_unreachable', 'away')
    const back = myobi.kvk.get(same.kvkNumber)
    myobi.kvk.set(same.kvkNumber, down)
    await myobi.cases.rechecks.carryOn()
    expect(await found(same.caseId)).toEqual([])
    if (back) myobi.kvk.set(same.kvkNumber, back)
    await Promise.all([myobi.cases.rechecks.carryOn(), myobi.cases.rechecks.carryOn()])
    await myobi.cases.rechecks.carryOn()
    expect(await found(same.caseId)).toMatchObject([{ outcome: 'same', state: 'closed' }])
    expect(await found(renamed.caseId)).toMatchObject([
      { outcome: 'different', state: 'open', fields: ['name'] },
    ])
    expect(await found(gone.caseId)).toMatchObject([{ outcome: 'different', fields: ['kvk_unknown'] }])
    expect(myobi.different.map(({ caseId }) => caseId).sort()).toEqual([renamed.caseId, gone.caseId].sort())
    const [open] = await found(renamed.caseId)
    // Tokens live a year.
    world.offset -= YEAR
    const path = `/registrations/rechecks/${open?.id}/close`
    const body = { verdict: 'Alleen de naam' }
    expect((await myobi.call('POST', path, { token: desk.token, body })).status).toBe(403)
    const closed = await myobi.call('POST', path, { token: manager.token, body })
    expect(closed).toMatchObject({ status: 200, body: { state: 'closed', verdict: 'Alleen de naam' } })
    expect(await myobi.call('POST', path, { token: manager.token, body })).toMatchObject({
      status: 409,
      body: { code: 'recheck_closed' },
    })
    const listed = await myobi.call('GET', '/registrations/rechecks?state=open', { token: manager.token })
    expect(listed.body.items).toMatchObject([{ case: gone.caseId }])
  })
})
