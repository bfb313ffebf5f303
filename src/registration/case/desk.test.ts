import { beforeAll, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { type TestPerson, TrustNode, World } from '../../../test/support/trust-node.ts'
import { isRefusal, Refusal } from '../../core/index.ts'
import { rows } from '../../store/index.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

onEachEngine((engine) => {
  const world = new World()
  let myobi: TrustNode
  let toos: TestPerson
  let kees: TestPerson

  beforeAll(async () => {
    myobi = await TrustNode.start({ engine, world, organisation: { name: 'MYOBI' } })
    toos = await myobi.addPerson('Toos Trouwakte', ['servicedesk'])
    kees = await myobi.addPerson('Kees Kantoor', ['servicedesk'])
  })

  let kvk = 30_000_000
  const newCase = () =>
    myobi.store.transact((tx) =>
      myobi.caseFiles.openInvited(
        tx,
        { kind: 'inviter', caller: 'system' },
        {
          partner: { name: 'Drukkerij De Inktvlek B.V.', kvk_number: String(++kvk) },
          contact: { name: 'Ina Inkt', email: 'ina@inktvlek.example', language: 'nl' },
          intendedRoles: [],
        },
      ),
    )
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error) => (isRefusal(error) ? error.code : String(error)),
    )
  const queueOf = async (query: string) => {
    const { body } = await myobi.call('GET', `/registrations/queue?limit=200${query}`, { token: toos.token })
    return (body.items as { id: string; overdue: boolean; owner: string | null }[]).map(({ id }) => id)
  }
  const inAnHour = () => new Date(world.clock.now() + HOUR).toISOString()

  test('whoever takes a case owns it, and begins with it', async () => {
    const id = await newCase()
    const taken = await myobi.call('POST', `/registrations/${id}/take`, { token: toos.token })
    expect(taken.body).toMatchObject({ state: 'investigating', owner: 'Toos Trouwakte' })
    expect(taken.body.moves).toContainEqual(expect.objectContaining({ who: 'Toos Trouwakte' }))
    expect(await codeOf(myobi.desk.take(toos.caller, id))).toBe('done')
    expect(await codeOf(myobi.desk.take(kees.caller, id))).toBe('case_of_another')
  })

  test('of many who take a case at once one has it', async () => {
    const id = await newCase()
    const tries = [toos, kees, toos, kees, toos, kees].map(({ caller }) =>
      codeOf(myobi.desk.take(caller, id)),
    )
    const codes = await Promise.all(tries)
    const { row } = await myobi.caseFiles.get(id)
    const isOwner = [toos, kees, toos, kees, toos, kees].map(({ party }) => party.id === row.owner)
    expect(codes).toContain('done')
    expect(codes.every((code, at) => code !== 'done' || isOwner[at])).toBe(true)
    expect((await myobi.moves.of(id)).filter(({ move }) => move === 'investigate')).toHaveLength(1)
  })

  test('it is handed over to a colleague, and put back by its owner only', async () => {
    const id = await newCase()
    await myobi.desk.take(toos.caller, id)
    expect(await codeOf(myobi.desk.handOver(toos.caller, id, 'nobody'))).toBe('colleague_unknown')
    const admin = await myobi.addPerson('Ad Min', ['administrator'])
    expect(await codeOf(myobi.desk.handOver(toos.caller, id, admin.caller.account))).toBe('colleague_unknown')
    await myobi.desk.handOver(toos.caller, id, kees.caller.account)
    expect(await codeOf(myobi.desk.release(toos.caller, id))).toBe('case_of_another')
    expect((await myobi.desk.release(kees.caller, id)).row.owner).toBeNull()
  })

  test('the queue begins with what is due first, and says what is overdue', async () => {
    const first = await newCase()
    world.offset += HOUR
    const second = await newCase()
    const mine = await newCase()
    await myobi.desk.take(kees.caller, mine)
    const ids = await queueOf('')
    expect(ids.indexOf(first)).toBeLessThan(ids.indexOf(second))
    expect(ids.indexOf(second)).toBeLessThan(ids.indexOf(mine))
    expect(await queueOf('&unassigned=true')).not.toContain(mine)
    expect(await queueOf('&mine=true')).not.toContain(mine)
    expect(await queueOf('&state=investigating')).toContain(mine)
    expect(await queueOf('&overdue=true')).not.toContain(first)
    world.offset += 4 * DAY
    expect(await queueOf('&overdue=true')).toEqual(expect.arrayContaining([first, second]))
    const page = await myobi.desk.queue({}, { limit: 1 })
    const next = await myobi.desk.queue({}, { limit: 1, cursor: page.next ?? '' })
    expect(next.items[0]?.row.id).not.toBe(page.items[0]?.row.id)
    expect(await codeOf(myobi.desk.queue({}, { limit: 1, cursor: 'x' }))).toBe('invalid_cursor')
    world.offset -= 4 * DAY
  })

  test('a case that stands still says why, whose it is and when we talk, and goes on where it was', async () => {
    const id = await newCase()
    const stall = await myobi.call('POST', `/registrations/${id}/stall`, {
      token: toos.token,
      body: { reason: 'Wacht op uittreksel', next_talk: inAnHour() },
    })
    expect(stall.body).toMatchObject({ state: 'stalled', owner: 'Toos Trouwakte', overdue: false })
    expect(myobi.moved.at(-1)).toMatchObject({ to: 'stalled', reason: 'Wacht op uittreksel' })
    expect(await codeOf(myobi.decisions.accept(toos.caller, id))).toBe('case_move_refused')
    world.offset += 2 * HOUR
    expect(await queueOf('&overdue=true')).toContain(id)
    const resumed = await myobi.desk.resume(toos.caller, id)
    expect(resumed.row).toMatchObject({ state: 'submitted', stalledFrom: null })
    expect(await codeOf(myobi.desk.resume(toos.caller, id))).toBe('case_move_refused')
  })

  test.each(['2020-01-01T10:00', 'tomorrow', '2099-01-01'])('a next talk at %s is refused', async (next) => {
    const id = await newCase()
    const body = { reason: 'x', next_talk: next }
    expect(await myobi.call('POST', `/registrations/${id}/stall`, { token: toos.token, body })).toMatchObject(
      {
        status: 400,
        body: { code: 'next_talk_invalid' },
      },
    )
  })

  test('notes are for colleagues, and sealed', async () => {
    const id = await newCase()
    await myobi.desk.note(toos.caller, id, 'Ina klonk gehaast')
    expect(await myobi.desk.notes(id)).toMatchObject([{ text: 'Ina klonk gehaast', byParty: toos.party.id }])
    expect(JSON.stringify(await rows(myobi.store.reader, 'SELECT * FROM registration_note'))).not.toContain(
      'Ina',
    )
    expect(JSON.stringify(await myobi.caseFiles.state(id))).not.toContain('gehaast')
  })

  test('what the trade register says stands beside what the case says, with its date and source', async () => {
    const id = await newCase()
    const path = `/registrations/${id}/kvk`
    const look = () => myobi.call('POST', path, { token: toos.token })
    expect((await myobi.call('GET', path, { token: toos.token })).body).toMatchObject({
      at: null,
      compared: [],
    })
    expect((await look()).body).toMatchObject({ code: 'kvk_unknown' })
    const { organisation } = await myobi.caseFiles.get(id)
    const names: string[] = []
    const facts = { kvk_number: organisation.kvk_number ?? '', name: 'Drukkerij De Vlek B.V.', names }
    myobi.kvk.set(facts.kvk_number, {
      ...{ ...facts, legal_form: null, address: null, registered_on: null, ended_on: null },
    })
    await look()
    expect((await myobi.call('GET', path, { token: toos.token })).body).toMatchObject({
      source: 'KVK in this test',
      at: expect.any(String),
      compared: expect.arrayContaining([
        { field: 'name', said: 'Drukkerij De Inktvlek B.V.', found: 'Drukkerij De Vlek B.V.', same: false },
      ]),
    })
    myobi.kvk.set(facts.kvk_number, new Refusal('unavailable', 'kvk_unreachable', 'away'))
    expect((await look()).body).toMatchObject({ code: 'kvk_unreachable' })
    expect(await codeOf(myobi.desk.take(toos.caller, id))).toBe('done')
    expect((await myobi.call('POST', path, {})).status).toBe(401)
  })

  test('nothing of it is for anybody else', async () => {
    const id = await newCase()
    const { token } = await myobi.addPerson('Ad Min', ['administrator', 'coordinator', 'auditor'])
    for (const path of ['take', 'release', 'resume', 'hand-over', 'stall', 'notes'])
      expect((await myobi.call('POST', `/registrations/${id}/${path}`, { token, body: {} })).status).toBe(403)
    expect((await myobi.call('GET', '/registrations/queue', { token })).status).toBe(403)
    expect((await myobi.call('GET', '/registrations/queue')).status).toBe(401)
  })

  test('a case that is over is nobody’s any more to take', async () => {
    const id = await newCase()
    await myobi.decisions.decline(toos.caller, id, 'niet gevonden')
    expect(await codeOf(myobi.desk.take(toos.caller, id))).toBe('registration_already_decided')
    expect(await codeOf(myobi.desk.handOver(toos.caller, id, kees.caller.account))).toBe(
      'registration_already_decided',
    )
    expect(await queueOf('')).not.toContain(id)
  })
})
