import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { type TestPerson, TrustNode, World } from '../../../test/support/trust-node.ts'
import { asDid, endOfMonths, isRefusal, newId, Refusal } from '../../core/index.ts'
import { issuedCredentialTable } from '../../credentials/index.ts'
import { readSdJwt } from '../../sd-jwt/index.ts'
import { rows } from '../../store/index.ts'
import { caseTable } from '../case/case-table.ts'
import { SignedAcceptances } from '../signed-acceptances.ts'
import { pruneEvidence } from './kept.ts'

const DAY = 86_400_000
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')
const PDF = Buffer.from('%PDF-1.7\nuittreksel van het Handelsregister')
const missing = { kind: 'kvk_extract', representativeId: null } as const

onEachEngine((engine) => {
  const world = new World()
  let myobi: TrustNode
  let toos: TestPerson
  let kees: TestPerson

  beforeAll(async () => {
    const organisation = { name: 'MYOBI' }
    myobi = await TrustNode.start({
      ...{ engine, world, organisation, fourEyes: true },
      evidence: ['kvk_extract', 'identity'],
    })
    toos = await myobi.addPerson('Toos Trouwakte', ['servicedesk'])
    kees = await myobi.addPerson('Kees Kantoor', ['servicedesk'])
  })

  let kvk = 40_000_000
  const contact = { name: 'Ina Inkt', email: 'ina@inktvlek.example', language: 'nl' } as const
  const newCase = (kvkNumber = String(++kvk)) =>
    myobi.store.transact((tx) =>
      myobi.caseFiles.openInvited(
        tx,
        { kind: 'inviter', caller: 'system' },
        {
          partner: { name: 'Drukkerij De Inktvlek B.V.', kvk_number: kvkNumber },
          ...{ contact, intendedRoles: [] },
        },
      ),
    )
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error) => (isRefusal(error) ? error.code : String(error)),
    )
  const content = async function* (bytes: Uint8Array) {
    yield bytes
  }
  const receive = (
    id: string,
    bytes: Uint8Array = PDF,
    item: { kind: 'kvk_extract'; representativeId: null } = missing,
  ) =>
    myobi.cases.evidence.receive(toos.caller, id, item, { content: content(bytes), name: 'Uittreksel.pdf' })
  const stateOf = async (id: string, kind: string) =>
    (await myobi.cases.evidence.of(id)).items.find((item) => item.kind === kind)?.state

  const sweep = (now: number) =>
    myobi.store.transact((tx) =>
      pruneEvidence(tx, { closed: now - 365 * DAY, registered: now - 7 * 365 * DAY }, 100),
    )
  const keptOf = async (caseId: string) =>
    (await myobi.cases.kept.list({ limit: 100 })).items.filter((one) => one.caseId === caseId)

  test('what is kept is listed over all cases, newest first, and on from where a page ended', async () => {
    const [first, second] = [await newCase(), await newCase()]
    await receive(first)
    await receive(second)
    const page = await myobi.cases.kept.list({ limit: 1 })
    expect(page.items).toMatchObject([
      {
        ...{ caseId: second, organisation: 'Drukkerij De Inktvlek B.V.', kind: 'kvk_extract' },
        ...{ state: 'received', mediaType: 'application/pdf', size: PDF.length, until: null },
        digest: `sha-256:${createHash('sha256').update(PDF).digest('base64url')}`,
      },
    ])
    const rest = await myobi.cases.kept.list({ limit: 1, cursor: page.next ?? '' })
    expect(rest.items).toMatchObject([{ caseId: first }])
  })

  test.each(['withdrawn', 'declined'])(
    'of a case that was %s the file goes a year later; what was judged stays',
    async (how) => {
      const [id, open] = [await newCase(), await newCase()]
      await receive(id)
      await receive(open)
      await myobi.cases.evidence.check(toos.caller, id, missing, 'klopt met KVK')
      if (how === 'declined') await myobi.decisions.decline(toos.caller, id, 'bestaat niet')
      else
        await myobi.store.transact((tx) =>
          myobi.caseFiles.withdraw(tx, { kind: 'inviter', caller: 'system' }, id),
        )
      const closedAt = (await myobi.caseFiles.require(id)).decidedAt ?? 0
      expect(await keptOf(id)).toMatchObject([{ until: endOfMonths(closedAt, 12) }])
      await sweep(closedAt + 365 * DAY)
      expect(await keptOf(id)).toHaveLength(1)
      const chunks = async () => (await rows(myobi.store.reader, 'SELECT file_id FROM file_chunk')).length
      const before = await chunks()
      expect(await sweep(closedAt + 365 * DAY + 1)).toBe(1)
      expect([await keptOf(id), (await keptOf(open)).length, before - (await chunks())]).toEqual([[], 1, 1])
      const item = (await myobi.cases.evidence.of(id)).items.find(({ kind }) => kind === 'kvk_extract')
      expect(item).toMatchObject({
        state: 'checked',
        row: { fileId: null, digest: expect.stringMatching(/^sha-256:/), byParty: toos.party.id },
        said: { how: 'klopt met KVK' },
      })
      expect(await codeOf(myobi.cases.evidence.open(toos.caller, id, missing))).toBe('file_unknown')
    },
  )

  test('of a registered organisation it goes seven years after its last credential ended', async () => {
    const id = await newCase()
    await receive(id)
    const [at, subject] = [myobi.world.clock.now(), `did:web:${id}.example`]
    const issue = (credential: string, expiresAt: number, more: object = {}) =>
      myobi.store.transact((tx) =>
        tx.insert(issuedCredentialTable, {
          ...{
            id: credential,
            vct: 'urn:registration',
            issuer: asDid('did:web:myobi.example'),
            issuerParty: 'p',
          },
          ...{ subject, digest: credential, kid: null, statusListId: null, statusIndex: null, issuedAt: at },
          ...{ expiresAt, revokedAt: null, ...more },
        } as never),
      )
    const registrationId = newId()
    await issue(registrationId, at + 365 * DAY)
    await myobi.store.transact((tx) =>
      tx.update(caseTable, { id }, { state: 'registered', decidedAt: at, registrationId }),
    )
    const untilOf = async () => (await keptOf(id))[0]?.until
    expect(await untilOf()).toBe(endOfMonths(at + 365 * DAY, 84))
    // Renewed: it goes on. What is of another type, or taken back before its time, does not count for longer.
    await issue(newId(), at + 730 * DAY)
    await issue(newId(), at + 9_000 * DAY, { vct: 'urn:another' })
    await issue(newId(), at + 9_000 * DAY, { revokedAt: at + 5 * DAY })
    expect(await untilOf()).toBe(endOfMonths(at + 730 * DAY, 84))
    const end = at + (730 + 7 * 365) * DAY
    await sweep(end)
    expect(await keptOf(id)).toHaveLength(1)
    await sweep(end + 1)
    expect(await keptOf(id)).toEqual([])
  })

  test('a file is received, checked and refused, sealed, with its digest in the audit log', async () => {
    const id = await newCase()
    await receive(id)
    expect(await stateOf(id, 'kvk_extract')).toBe('received')
    await myobi.cases.evidence.check(toos.caller, id, missing, 'klopt met KVK')
    expect(await codeOf(myobi.cases.evidence.check(toos.caller, id, missing, 'x'))).toBe(
      'evidence_move_refused',
    )
    await myobi.cases.evidence.refuse(toos.caller, id, missing, 'verlopen')
    const [item] = (await myobi.cases.evidence.of(id)).items
    expect(item).toMatchObject({
      state: 'refused',
      said: { file_name: 'Uittreksel.pdf', reason: 'verlopen' },
    })
    const { items } = await myobi.audit.list({ limit: 50 })
    const digest = item?.row?.digest
    expect(items.find(({ action }) => action === 'registration.evidence_received')?.data).toMatchObject({
      digest,
    })
    for (const table of ['case_evidence', 'file_chunk', 'audit_entry'])
      for (const row of await rows<Record<string, unknown>>(myobi.store.reader, `SELECT * FROM ${table}`))
        for (const value of Object.values(row)) {
          const said = String(value) + Buffer.from(String(value), 'base64').toString('latin1')
          expect(said).not.toMatch(/ittreksel|verlopen/)
        }
  })

  test('it comes back over HTTP as it went in, and the file before it is gone', async () => {
    const id = await newCase()
    const url = `${myobi.url}/api/v1/registrations/${id}/evidence/kvk_extract/file`
    const headers = { authorization: `Bearer ${toos.token}`, 'content-type': 'application/octet-stream' }
    const send = (body: Buffer) =>
      fetch(`${url}?name=a.pdf`, { method: 'POST', headers, body: new Uint8Array(body) })
    expect((await send(PDF)).status).toBe(201)
    expect((await send(Buffer.concat([PDF, PDF]))).status).toBe(201)
    const got = await fetch(url, { headers })
    expect(Buffer.from(await got.arrayBuffer()).equals(Buffer.concat([PDF, PDF]))).toBe(true)
    const kept = await rows(myobi.store.reader, 'SELECT id FROM stored_file WHERE scope = ?', [
      `registration_case:${id}`,
    ])
    expect(kept).toHaveLength(1)
    expect((await fetch(url)).status).toBe(401)
    const other = await newCase()
    const elsewhere = await fetch(url.replace(id, other), { headers })
    expect(await elsewhere.json()).toMatchObject({ code: 'file_unknown' })
  })

  test.each([
    ['of another kind', Buffer.from('MZ a program'), 'file_type_not_allowed'],
    ['with a virus', Buffer.concat([PDF, Buffer.from(EICAR)]), 'file_infected'],
    ['with nothing in it', Buffer.alloc(0), 'file_empty'],
    ['of more than 10 MB', Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024)]), 'file_too_large'],
  ])('a file %s is refused and leaves nothing', async (_, bytes, code) => {
    const id = await newCase()
    expect(await codeOf(receive(id, bytes))).toBe(code)
    expect(await stateOf(id, 'kvk_extract')).toBe('missing')
    expect(
      await rows(myobi.store.reader, 'SELECT id FROM stored_file WHERE scope = ?', [
        `registration_case:${id}`,
      ]),
    ).toEqual([])
  })

  test('a hundred megabytes are broken off', async () => {
    const id = await newCase()
    let sent = 0
    async function* endless() {
      yield PDF
      for (; sent < 100; sent++) yield Buffer.alloc(1024 * 1024)
    }
    const file = { content: endless(), name: undefined }
    expect(await codeOf(myobi.cases.evidence.receive(toos.caller, id, missing, file))).toBe('file_too_large')
    expect(sent).toBeLessThan(20)
  })

  test('nothing is accepted while something required is not checked, and then two people do it', async () => {
    const id = await newCase()
    const refused = await myobi.call('POST', `/registrations/${id}/accept`, { token: toos.token })
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'evidence_incomplete', params: { missing: ['kvk_extract'] } },
    })
    await myobi.cases.evidence.check(toos.caller, id, missing, 'zelf opgevraagd')
    expect((await myobi.cases.decisions.accept(toos.caller, id)).row).toMatchObject({
      state: 'submitted',
      proposedBy: toos.party.id,
    })
    expect(await codeOf(myobi.cases.decisions.accept(toos.caller, id))).toBe('second_person_required')
    await receive(id)
    await myobi.cases.evidence.check(kees.caller, id, missing, 'nieuw uittreksel')
    expect((await myobi.cases.decisions.accept(toos.caller, id)).row.state).toBe('submitted')
    expect((await myobi.cases.decisions.accept(kees.caller, id)).row.state).toBe('accepted')
  })

  test('of two who accept what is proposed one does', async () => {
    const id = await newCase()
    await myobi.cases.evidence.check(toos.caller, id, missing, 'gezien')
    await myobi.cases.decisions.accept(toos.caller, id)
    const codes = await Promise.all(
      [1, 2, 3, 4].map(() => codeOf(myobi.cases.decisions.accept(kees.caller, id))),
    )
    expect(codes.filter((code) => code === 'done')).toHaveLength(1)
  })

  test('the contact person is asked for more, and the clock is hers', async () => {
    const id = await newCase()
    const body = { kinds: ['bank_account'], text: 'Stuurt u een afschrift?' }
    const asked = await myobi.call('POST', `/registrations/${id}/ask`, { token: toos.token, body })
    expect(asked.status).toBe(200)
    expect(myobi.told.at(-1)).toMatchObject({
      ...{ caseId: id, contact, text: body.text },
      items: [{ kind: 'bank_account', whose: null, token: expect.stringMatching(/^link-/) }],
    })
    expect((await myobi.desk.notes(id)).at(-1)?.text).toContain('afschrift')
  })

  describe('a domain', () => {
    const ask = (id: string, domain: string) => myobi.cases.domains.challenge(toos.caller, id, domain)
    const check = (id: string) => myobi.cases.domains.check(toos.caller, id)

    test('is its own where what we asked for is published', async () => {
      const id = await newCase()
      expect(await codeOf(check(id))).toBe('domain_not_asked')
      const { name, value } = await ask(id, 'Inktvlek.example.')
      expect(name).toBe('_regie-challenge.inktvlek.example')
      expect(await codeOf(check(id))).toBe('domain_not_proven')
      myobi.txt.set(name, ['v=spf1 -all', value])
      expect(await check(id)).toBe('dns')
      expect(await stateOf(id, 'domain_control')).toBe('checked')
      const other = await newCase()
      expect((await ask(other, 'inktvlek.example')).value).not.toBe(value)
      expect(await codeOf(check(other))).toBe('domain_not_proven')
    })

    test('cannot be looked up now', async () => {
      const id = await newCase()
      const { name } = await ask(id, 'away.example')
      myobi.txt.set(name, new Refusal('unavailable', 'dns_unreachable', 'away'))
      expect(await codeOf(check(id))).toBe('dns_unreachable')
    })

    test('is never taken on somebody’s word', async () => {
      const id = await newCase()
      const item = { kind: 'domain_control', representativeId: null } as const
      expect(await codeOf(myobi.cases.evidence.check(toos.caller, id, item, 'x'))).toBe(
        'evidence_checked_by_us',
      )
    })

    test.each([
      'localhost',
      '127.0.0.1',
      'printer.local',
      'db.internal',
      'a..b',
      '-a.example',
      'a b.example',
      `${'x'.repeat(64)}.example`,
      '10.0.0.1',
      'ex.127',
    ])('%s is none', async (domain) => {
      expect(await codeOf(ask(await newCase(), domain))).toBe('domain_invalid')
    })
  })

  describe('who may act together only', () => {
    const newCompany = async () => {
      const kvkNumber = String(++kvk)
      const id = await newCase(kvkNumber)
      const organisation = { name: 'Drukkerij De Inktvlek B.V.', kvkNumber }
      const node = await TrustNode.start({ engine, world, organisation, anchorUrl: myobi.url })
      const anna = await node.addPerson('Anna Voorbeeld', ['administrator'], 'JOINT')
      const bert = await node.addPerson('Bert Bladzij', ['administrator'], 'JOINT')
      const code = newId()
      myobi.invitations.set(code, { caseId: id })
      return { node, anna, bert, id, code }
    }
    const list = (id: string, name: string, more: object = {}) =>
      myobi.cases.representatives.list(toos.caller, id, { name, representation_type: 'JOINT', ...more })
    const identify = async (id: string, name: string) => {
      const { representatives } = await myobi.cases.evidence.of(id)
      const representativeId = representatives.find(({ said }) => said.name === name)?.id ?? ''
      const body = { representative: representativeId, how: 'paspoort gezien' }
      return myobi.call('POST', `/registrations/${id}/evidence/identity/check`, { token: toos.token, body })
    }
    const checkRegister = async (id: string) => {
      for (const kind of ['kvk_extract', 'authority'] as const)
        await myobi.cases.evidence.check(toos.caller, id, { kind, representativeId: null }, 'uittreksel')
    }
    const accept = async (id: string) => {
      await myobi.cases.decisions.accept(toos.caller, id)
      return myobi.cases.decisions.accept(kees.caller, id)
    }

    test('are registered once all of them accepted and are known to be who they are', async () => {
      const { node, anna, bert, id, code } = await newCompany()
      const { did } = await node.parties.organisation()
      await node.applicant.apply(anna.caller, { version: 1 }, {}, code)
      await list(id, 'anna voorbeeld')
      await list(id, 'Bert Bladzij', { position: 'gevolmachtigde', limit_eur: 25_000 })
      expect(await codeOf(accept(id))).toBe('evidence_incomplete')
      await checkRegister(id)
      await identify(id, 'anna voorbeeld')
      expect((await accept(id)).row.state).toBe('policy_pending')
      expect(await myobi.registry.find(did)).toBeNull()
      expect((await node.applicant.apply(anna.caller, { version: 1 }, {})).row.caseId).toBe(id)
      const second = await node.applicant.apply(bert.caller, { version: 1 }, {})
      expect(second.row).toMatchObject({ caseId: id, state: 'policy_pending' })
      await identify(id, 'Bert Bladzij')
      expect((await myobi.caseFiles.get(id)).row.state).toBe('policy_pending')
      const { representatives } = await myobi.cases.evidence.of(id)
      const item = { kind: 'limited_authority', representativeId: representatives[1]?.id ?? '' } as const
      await myobi.cases.evidence.check(toos.caller, id, item, 'volmacht gezien')
      await myobi.cases.decisions.carryOn(toos.caller, id)
      expect((await myobi.caseFiles.get(id)).row.state).toBe('registered')
      const of = (subject: string) => myobi.offered.filter((offer) => offer.subject === subject)
      expect(of(did)).toHaveLength(1)
      const [registration, attestation] = of(did)[0]?.compacts.map((one) => readSdJwt(one).payload) ?? []
      expect(registration).toMatchObject({
        representatives: [
          { did: anna.party.did, representation_type: 'JOINT' },
          { did: bert.party.did, representation_type: 'JOINT' },
        ],
      })
      expect(attestation).toMatchObject({
        acceptance: {
          by: anna.party.did,
          representation_type: 'JOINT',
          co_acceptances: [{ by: bert.party.did }],
        },
      })
      const authority = readSdJwt(of(bert.party.did)[0]?.compacts[0] ?? '').payload
      expect(authority).toMatchObject({
        sub: bert.party.did,
        representation_type: 'JOINT',
        limited: true,
        limit: { amount: 25_000, currency: 'EUR' },
        represented_economic_operator: { did },
        authentic_source: 'trade_register_extract',
      })
      expect(of(anna.party.did)).toHaveLength(1)
    })

    const newRegistered = async () => {
      const { node, anna, bert, id, code } = await newCompany()
      await node.applicant.apply(anna.caller, { version: 1 }, {}, code)
      await list(id, 'Anna Voorbeeld')
      await list(id, 'Bert Bladzij')
      await checkRegister(id)
      await identify(id, 'Anna Voorbeeld')
      await accept(id)
      await node.applicant.apply(bert.caller, { version: 1 }, {})
      await identify(id, 'Bert Bladzij')
      await myobi.cases.decisions.carryOn(toos.caller, id)
      expect((await myobi.caseFiles.get(id)).row.state).toBe('registered')
      const { did } = await node.parties.organisation()
      return { node, anna, bert, did, offers: () => myobi.offered.filter(({ subject }) => subject === did) }
    }

    test('accept another version at the same moment: it counts once', async () => {
      const { node, anna, bert, offers } = await newRegistered()
      const both = await Promise.all(
        [anna, bert].map(({ caller }) => node.applicant.acceptForCompany(caller, { version: 2 })),
      )
      expect(both.map(({ missing }) => missing).sort()).toEqual([0, 1])
      expect(offers()).toHaveLength(2)
    })

    test('accept another version together: it counts once all of them did, and nobody else does', async () => {
      const { node, anna, bert, did, offers } = await newRegistered()
      const acceptances = new SignedAcceptances({
        ...{ ...node, clock: world.clock },
        signerOf: () => Promise.reject(new Error('nobody signs')),
      })
      const { id: organisationId } = await node.parties.organisation()
      const signed = async () =>
        (await acceptances.list([organisationId])).filter(({ version }) => version === 2)
      const attested = () => offers().length
      const carla = await node.addPerson('Carla Cijfer', ['administrator'], 'SOLE')
      const second = { version: 2 }
      expect(await codeOf(node.applicant.acceptForCompany(carla.caller, second))).toBe('not_representative')
      expect(await node.applicant.acceptForCompany(anna.caller, second)).toMatchObject({ missing: 1 })
      expect(await node.applicant.acceptForCompany(anna.caller, second)).toMatchObject({ missing: 1 })
      expect(attested()).toBe(1)
      const missing = async () => [...new Set((await signed()).map((one) => one.missing))]
      expect(await missing()).toEqual([1])
      expect(await node.applicant.acceptForCompany(bert.caller, second)).toMatchObject({ missing: 0 })
      expect(await missing()).toEqual([0])
      expect(await signed()).toHaveLength(3)
      expect(attested()).toBe(2)
      const { payload } = readSdJwt(
        myobi.offered.findLast(({ subject }) => subject === did)?.compacts[0] ?? '',
      )
      expect(payload).toMatchObject({
        policy: { version: 2 },
        acceptance: {
          by: bert.party.did,
          representation_type: 'JOINT',
          co_acceptances: [{ by: anna.party.did }],
        },
      })
      expect(await node.applicant.acceptForCompany(bert.caller, second)).toMatchObject({ missing: 0 })
      expect(attested()).toBe(2)
    })

    test('who may act together with nobody accepts for nobody, where another may act alone', async () => {
      const { node, anna, bert, id, code } = await newCompany()
      await node.applicant.apply(anna.caller, { version: 1 }, {}, code)
      await node.applicant.apply(bert.caller, { version: 1 }, {})
      await list(id, 'Anna Voorbeeld', { representation_type: 'SOLE' })
      await list(id, 'Bert Bladzij')
      await checkRegister(id)
      await identify(id, 'Anna Voorbeeld')
      await identify(id, 'Bert Bladzij')
      await accept(id)
      expect((await myobi.caseFiles.get(id)).row.state).toBe('registered')
      const accepting = (who: typeof anna) => node.applicant.acceptForCompany(who.caller, { version: 2 })
      expect(await codeOf(accepting(bert))).toBe('not_representative')
      expect(await accepting(anna)).toMatchObject({ missing: 0 })
    })

    test('who says she may act alone is believed only where the extract says so', async () => {
      const { node, id, code } = await newCompany()
      const carla = await node.addPerson('Carla Cijfer', ['administrator'], 'SOLE')
      await node.applicant.apply(carla.caller, { version: 1 }, {}, code)
      await list(id, 'Anna Voorbeeld')
      await list(id, 'Bert Bladzij')
      await checkRegister(id)
      expect(await codeOf(accept(id))).toBe('representative_not_listed')
    })

    test('whose identity was checked before she accepted is looked at again', async () => {
      const { node, anna, id, code } = await newCompany()
      await list(id, 'Anna Voorbeeld')
      await identify(id, 'Anna Voorbeeld')
      expect(await stateOf(id, 'identity')).toBe('checked')
      await node.applicant.apply(anna.caller, { version: 1 }, {}, code)
      expect(await stateOf(id, 'identity')).toBe('received')
    })

    test('the authority is not checked before it is written down who they are', async () => {
      const id = await newCase()
      const item = { kind: 'authority', representativeId: null } as const
      expect(await codeOf(myobi.cases.evidence.check(toos.caller, id, item, 'x'))).toBe(
        'representatives_not_listed',
      )
      const wrong = { kind: 'identity', representativeId: newId() } as const
      expect(await codeOf(myobi.cases.evidence.check(toos.caller, id, wrong, 'x'))).toBe(
        'representative_unknown',
      )
    })
  })
})
