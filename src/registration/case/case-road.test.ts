import { beforeAll, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { type TestPerson, TrustNode, World } from '../../../test/support/trust-node.ts'
import { isRefusal, newId } from '../../core/index.ts'
import { rows } from '../../store/index.ts'

let kvk = 20_000_000
const nextKvk = () => String(++kvk)

onEachEngine((engine) => {
  const world = new World()
  let myobi: TrustNode
  let desk: TestPerson

  beforeAll(async () => {
    myobi = await TrustNode.start({ engine, world, organisation: { name: 'MYOBI' } })
    desk = await myobi.addPerson('Toos Trouwakte', ['servicedesk'])
  })

  const inviter = { kind: 'inviter', caller: 'system' } as const
  const partner = { kind: 'partner', caller: 'system' } as const
  const contact = { name: 'Wim Wasknijper', email: 'wim@wasserij.example', language: 'nl' } as const
  const wanted = (kvkNumber = nextKvk()) => ({
    partner: {
      name: 'Wasserij De Witte Was B.V.',
      kvk_number: kvkNumber,
      website: 'https://wasserij.example',
    },
    contact,
    intendedRoles: ['supplier'],
  })
  const invite = (input = wanted()) =>
    myobi.store.transact((tx) => myobi.caseFiles.openInvited(tx, inviter, input))
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error) => (isRefusal(error) ? error.code : String(error)),
    )
  const stateOf = async (id: string) => (await myobi.caseFiles.state(id)).state
  const newCompany = async (kvkNumber: string) => {
    const organisation = { name: 'Wasserij De Witte Was B.V.', kvkNumber }
    const node = await TrustNode.start({ engine, world, organisation, anchorUrl: myobi.url })
    const director = await node.addPerson('Wim Wasknijper', ['administrator'], 'SOLE')
    const apply = (code?: string) => node.applicant.apply(director.caller, { version: 1 }, {}, code)
    return { node, apply }
  }
  const codeFor = (caseId: string) => {
    const code = newId()
    myobi.invitations.set(code, { caseId })
    return code
  }

  test('a partner that is wanted is accepted before it has a node, and registered once its node comes', async () => {
    const kvkNumber = nextKvk()
    const id = await invite(wanted(kvkNumber))
    const shown = await myobi.call('GET', `/registrations/${id}`, { token: desk.token })
    expect(shown.body).toMatchObject({
      state: 'submitted',
      channel: 'invited',
      organisation: { did: null, kvk_number: kvkNumber },
      invited: { contact: { name: 'Wim Wasknijper' }, intended_roles: ['supplier'] },
      representative: null,
      acceptance: null,
    })
    const accepted = await myobi.call('POST', `/registrations/${id}/accept`, { token: desk.token })
    expect(accepted.body).toMatchObject({ state: 'accepted', registration: null })
    const { node, apply } = await newCompany(kvkNumber)
    expect((await apply(codeFor(id))).row).toMatchObject({ caseId: id, state: 'registered' })
    const { did } = await node.parties.organisation()
    expect(await myobi.registry.find(did)).toMatchObject({ kvkNumber, state: 'active' })
    expect(myobi.offered.filter(({ subject }) => subject === did)).toHaveLength(1)
    const { body } = await myobi.call('GET', `/registrations/${id}`, { token: desk.token })
    expect(body.moves).toMatchObject([
      { move: 'submit', from: null, to: 'submitted', by: 'inviter', expected_at: expect.any(String) },
      { move: 'accept', from: 'submitted', to: 'accepted', by: 'servicedesk' },
      { move: 'register', from: 'accepted', to: 'registered', by: 'partner', expected_at: null },
    ])
    expect(myobi.moved.filter(({ caseId }) => caseId === id).map(({ to }) => to)).toEqual([
      'submitted',
      'accepted',
      'registered',
    ])
    expect(myobi.moved.at(-1)).toMatchObject({ organisation: did, by: 'partner' })
  })

  test('a node that comes first waits in the case, and is registered when that is accepted', async () => {
    const kvkNumber = nextKvk()
    const id = await invite(wanted(kvkNumber))
    const { apply } = await newCompany(kvkNumber)
    const code = codeFor(id)
    expect((await apply(code)).row).toMatchObject({ caseId: id, state: 'submitted' })
    expect((await apply(code)).row.caseId).toBe(id)
    expect(await codeOf(myobi.decisions.accept(desk.caller, id))).toBe('done')
    expect(await stateOf(id)).toBe('registered')
  })

  test('of many who want the same company in one opens the case, and all get it', async () => {
    const input = wanted()
    const ids = await Promise.all(Array.from({ length: 8 }, () => invite(input)))
    expect(new Set(ids).size).toBe(1)
    await myobi.store.transact((tx) => myobi.caseFiles.withdraw(tx, inviter, ids[0] ?? ''))
    expect(await invite(input)).not.toBe(ids[0])
  })

  test('who only says that a KVK number is its own does not become the case of who is invited under it', async () => {
    const kvkNumber = nextKvk()
    const { apply } = await newCompany(kvkNumber)
    const { row } = await apply()
    expect(await invite(wanted(kvkNumber))).not.toBe(row.caseId)
  })

  test('an application that was there before gives way to the invitation', async () => {
    const kvkNumber = nextKvk()
    const { apply } = await newCompany(kvkNumber)
    const { row: before } = await apply()
    const id = await invite(wanted(kvkNumber))
    expect((await apply(codeFor(id))).row.caseId).toBe(id)
    expect(await stateOf(before.caseId)).toBe('withdrawn')
  })

  test('a code that is not there, or of a case that has its applicant, or is over, opens nothing', async () => {
    const id = await invite()
    const first = await newCompany(nextKvk())
    const second = await newCompany(nextKvk())
    expect(await codeOf(first.apply('nonsense'))).toBe('invitation_unknown')
    expect(await first.node.applicant.mine()).toBeNull()
    const code = codeFor(id)
    expect(await codeOf(first.apply(code))).toBe('done')
    expect(await codeOf(second.apply(code))).toBe('case_has_applicant')
    const over = await invite()
    await myobi.store.transact((tx) => myobi.caseFiles.withdraw(tx, inviter, over))
    expect(await codeOf(second.apply(codeFor(over)))).toBe('registration_already_decided')
  })

  test('the partner says no, with its reason, once', async () => {
    const id = await invite()
    const decline = () =>
      myobi.store.transact((tx) => myobi.caseFiles.declineByPartner(tx, partner, id, 'Wij doen niet mee'))
    const all = await Promise.all([codeOf(decline()), codeOf(decline()), codeOf(decline())])
    expect(all.filter((code) => code === 'done')).toHaveLength(1)
    expect(await myobi.caseFiles.state(id)).toMatchObject({
      state: 'declined_by_partner',
      reason: 'Wij doen niet mee',
    })
    expect(myobi.moved.at(-1)).toMatchObject({ caseId: id, reason: 'Wij doen niet mee', by: 'partner' })
    expect(await codeOf(myobi.decisions.accept(desk.caller, id))).toBe('registration_already_decided')
  })

  test('accepting twice is refused where it stands', async () => {
    const id = await invite()
    await myobi.decisions.accept(desk.caller, id)
    expect(await codeOf(myobi.decisions.accept(desk.caller, id))).toBe('case_move_refused')
    expect(await codeOf(myobi.decisions.decline(desk.caller, id, 'toch niet'))).toBe('done')
    expect(await stateOf(id)).toBe('rejected')
  })

  test('the contact person can be changed while the case is open', async () => {
    const id = await invite()
    const change = () =>
      myobi.store.transact((tx) =>
        myobi.caseFiles.setContact(tx, inviter, id, { ...contact, email: 'nieuw@wasserij.example' }),
      )
    await change()
    expect((await myobi.caseFiles.get(id)).invited?.contact.email).toBe('nieuw@wasserij.example')
    await myobi.store.transact((tx) => myobi.caseFiles.withdraw(tx, inviter, id))
    expect(await codeOf(change())).toBe('registration_already_decided')
  })

  test('nobody is named in the clear, neither in the case nor in its moves or the audit log', async () => {
    const id = await invite()
    await myobi.decisions.decline(desk.caller, id, 'Wim Wasknijper is niet bevoegd')
    for (const table of ['registration_case', 'case_move', 'audit_entry'])
      for (const row of await rows<Record<string, unknown>>(myobi.store.reader, `SELECT * FROM ${table}`))
        for (const value of Object.values(row)) {
          const text = String(value)
          expect(text + Buffer.from(text, 'base64').toString('latin1')).not.toContain('Wasknijper')
        }
  })

  test('a VAT number that may hold a citizen number is not kept of who is invited either', async () => {
    const person = { name: 'A. Verzonnen', vat_number: 'NL111222333B01' }
    expect(await codeOf(invite({ ...wanted(), partner: { ...wanted().partner, ...person } }))).toBe(
      'vat_number_bsn_shaped',
    )
  })
})
