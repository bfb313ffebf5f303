import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { auditTable } from '../src/audit/index.ts'
import { caseTable, questionTable } from '../src/cases/case-tables.ts'
import { createSecurityEvent, type Tell } from '../src/events/index.ts'
import { inAccess } from './support/attack-world.ts'
import { ask as askAs, verdict } from './support/attacker.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

interface Case {
  id: string
  case: string
  side: string
  state: string
  about: string | null
  title: { nl: string } | null
  request: string
  opened_by: string
  closed_by: string | null
}
interface Request {
  id: string
  state: string
  claims: string[]
  subject: string
  case: { id: string; ref: string; question: string } | null
  catalogue: string
  over_asked: string[]
  ratings: { yes: number; partly: number; no: number; last: object | null }
}
interface Page<T> {
  items: T[]
}

const invoice = {
  code: 'invoice-question',
  title: { nl: 'Vraag over een factuur', en: 'A question about an invoice' },
  purpose: 'payment',
  basis: 'contract',
  claims: ['company-profile.email', 'contact-person.email'],
  reason: 'Wij zoeken uit wat er met uw factuur is',
  value: 'U hebt binnen een dag antwoord',
  retention: 'P1Y',
  length: 'P30D',
  roles: ['account_manager'],
}
const newClaims = ['company-profile.email', 'company-profile.iban']
const PARTNER = '48245915'
const COMPANY = '48316274'

onEachEngine((engine) => {
  let trio: TestTrio
  let company: Inside
  let partner: Inside

  const pending = async (account: string) => {
    const { body } = await trio.partner.call<Page<Request>>(account, 'GET', '/access/requests?state=pending')
    return body.items
  }
  const approve = async (account: string, id: string) => {
    const path = `/access/requests/${id}/approval`
    const { body } = await trio.partner.call<{ grant: { id: string; until: string } }>(
      account,
      'POST',
      path,
      {},
    )
    return body.grant
  }
  const ask = (about = 'factuur 123', more = {}) =>
    trio.company.call<{ case: Case; request_state: string; code: string }>('sanne', 'POST', '/cases', {
      ...{ partner: PARTNER, question: invoice.code, about, ...more },
    })
  const casesOf = async (node: 'company' | 'partner', account: string) =>
    (await trio[node].call<Page<Case>>(account, 'GET', '/cases')).body.items
  const close = (node: 'company' | 'partner', account: string, id: string | undefined) =>
    trio[node].call<Case & { code: string }>(account, 'POST', `/cases/${id}/closure`, {})
  const read = () =>
    trio.company.call<{ claims: { claim: string; value: unknown }[]; code: string; refused: object[] }>(
      'sanne',
      'POST',
      '/access/reads',
      { partner: PARTNER },
    )
  const held = async () => {
    const path = '/access/grants/received'
    const { body } = await trio.company.call<Page<{ id: string; state: string; ended: string }>>(
      'sanne',
      'GET',
      path,
    )
    return body.items
  }
  const holds = (id: string) =>
    eventually(async () => (await held()).find((one) => one.id === id && one.state === 'live'), 'the grant')
  const tellCompany = async (tell: Tell, by = partner) => {
    const compact = await createSecurityEvent(
      {
        ...{ id: randomUUID(), issuer: by.organisation.did, audience: company.wallet },
        ...{ tell, at: trio.clock.now() },
      },
      by.signer,
    )
    const headers = { 'content-type': 'application/secevent+jwt' }
    return fetch(`${company.wallet}/events`, { method: 'POST', headers, body: compact })
  }
  const audited = async (inside: Inside, action: string, id: string) => {
    const found = await inside.store.reader.findBy(auditTable, { action })
    return found.filter(({ data }) => JSON.stringify(data).includes(id)).length
  }

  const open = (account: string, more = {}) =>
    trio.partner.call<Page<Case> & { grants: string[]; not_held: string[]; code: string }>(
      account,
      'POST',
      '/cases/own',
      { ...{ partner: COMPANY, question: invoice.code, seen_version: 1, about: 'mijn factuur 9' }, ...more },
    )

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    company = await openInside(trio.company, trio.clock)
    partner = await openInside(trio.partner, trio.clock)
  })

  describe('the catalogue', () => {
    test('without one, a request says so', async () => {
      await trio.company.call('sanne', 'POST', '/access/requests', newRequest)
      expect((await pending('bram'))[0]).toMatchObject({ catalogue: 'no_catalogue', over_asked: [] })
      await trio.partner.call('bram', 'POST', `/access/requests/${(await pending('bram'))[0]?.id}/denial`, {})
      await trio.partner.call(
        'partner',
        'POST',
        `/access/requests/${(await pending('partner'))[0]?.id}/denial`,
        {},
      )
      trio.clock.advance(61_000)
    })

    test.each([
      ['a claim that does not exist', { claims: ['company-profile.shoe_size'] }, 'unknown_claim'],
      ['a purpose of its own', { purpose: 'world-domination' }, 'unknown_purpose'],
      ['a legal basis of its own', { basis: 'because' }, 'unknown_legal_basis'],
      ['no time', { length: 'a while' }, 'invalid_input'],
    ])('takes no question with %s', async (_what, over, code) => {
      const { status, body } = await trio.company.call('company', 'POST', '/questions', {
        ...invoice,
        ...over,
      })
      expect([status, body.code]).toEqual([400, code])
    })

    test('is kept by its coordinator, in versions, and each code is used once', async () => {
      expect(await trio.company.call('company', 'POST', '/questions', invoice)).toMatchObject({
        status: 201,
        body: { version: 1, state: 'current' },
      })
      const again = await trio.company.call('company', 'POST', '/questions', invoice)
      expect([again.status, again.body.code]).toEqual([409, 'question_exists'])
      const old = { ...invoice, code: 'old-question' }
      await trio.company.call('company', 'POST', '/questions', old)
      const path = `/questions/${old.code}`
      await trio.company.call('company', 'POST', `${path}/retirement`, {})
      const retired = await trio.company.call('company', 'POST', path, { value: 'iets' })
      expect([retired.status, retired.body.code]).toEqual([409, 'question_retired'])
      const { body } = await trio.company.call<Page<object>>('sanne', 'GET', '/questions')
      expect(body.items).toMatchObject([
        { code: 'invoice-question', state: 'current', claims: invoice.claims },
        { code: 'old-question', state: 'retired' },
      ])
    })

    test('is read by owners elsewhere, and tells the asker when it would ask more', async () => {
      const path = `/questions/published?partner=${COMPANY}`
      const { body } = await trio.partner.call<Page<object>>('bram', 'GET', path)
      expect(body.items).toMatchObject([{ code: 'invoice-question', version: 1, claims: invoice.claims }])
      const asked = { claims: ['company-profile.email', 'company-profile.iban'], purpose: ['payment'] }
      expect((await trio.company.call('sanne', 'POST', '/questions/check', asked)).body).toEqual({
        catalogue: 'asks_more',
        over_asked: ['company-profile.iban'],
      })
    })
  })

  describe('a case that an employee opens', () => {
    let opened: Case
    let grants: { partner: string; bram: string }

    test('asks exactly what its question needs, and its owner sees that it does', async () => {
      const { status, body } = await ask()
      expect([status, body.request_state]).toEqual([201, 'pending'])
      opened = body.case
      expect(opened).toMatchObject({ side: 'asking', state: 'open', about: 'factuur 123' })
      expect(await pending('partner')).toMatchObject([
        {
          claims: ['company-profile.email'],
          catalogue: 'asked_within',
          over_asked: [],
          case: { id: opened.case, ref: 'factuur 123', question: 'invoice-question' },
        },
      ])
      expect(await casesOf('partner', 'bram')).toMatchObject([
        { case: opened.case, side: 'owning', opened_by: 'partner', about: 'factuur 123' },
      ])
    })

    test('opens what its owners grant, no longer than the case', async () => {
      const late = { until: '2099-01-01' }
      const own = (await pending('partner'))[0]?.id ?? ''
      const path = `/access/requests/${own}/approval`
      expect((await trio.partner.call('partner', 'POST', path, late)).body.code).toBe('invalid_until')
      const [first, second] = [
        await approve('partner', own),
        await approve('bram', (await pending('bram'))[0]?.id ?? ''),
      ]
      grants = { partner: first.id, bram: second.id }
      await holds(first.id)
      await holds(second.id)
      expect((await read()).body.claims.map(({ claim }) => claim).sort()).toEqual(invoice.claims)
    })

    test('is not renewed: another one is opened', async () => {
      const path = `/access/grants/received/${grants.bram}/renewal`
      expect((await trio.company.call('sanne', 'POST', path, {})).body.code).toBe('case_not_renewed')
    })

    test('one owner can close her part, and only that ends', async () => {
      const [hers] = await casesOf('partner', 'bram')
      expect(await close('partner', 'partner', hers?.id)).toMatchObject({ status: 404 })
      expect(await close('partner', 'bram', hers?.id)).toMatchObject({
        status: 200,
        body: { state: 'closed' },
      })
      await eventually(
        async () => (await held()).find(({ id }) => id === grants.bram)?.ended === 'case_closed',
        'the end of her grant',
      )
      expect((await read()).body.claims.map(({ claim }) => claim)).toEqual(['company-profile.email'])
      expect((await casesOf('company', 'sanne'))[0]?.state).toBe('open')
    })

    test('closing it ends what it opened, on both sides, and empties the partner record', async () => {
      expect(await close('company', 'sanne', opened.id)).toMatchObject({
        status: 200,
        body: { state: 'closed' },
      })
      expect(await read()).toMatchObject({ status: 403, body: { code: 'case_closed' } })
      const changes = await trio.company.call<Page<{ kind: string }>>(
        'sanne',
        'GET',
        '/partners/changes?limit=200',
      )
      expect(changes.body.items.filter(({ kind }) => kind === 'value_withdrawn')).toHaveLength(2)
      const [theirs] = await eventually(async () => {
        const found = await casesOf('partner', 'partner')
        return found[0]?.state === 'closed' && found
      }, 'the partner heard of it')
      expect(theirs).toMatchObject({ closed_by: 'partner' })
      const { body } = await trio.partner.call<Page<{ id: string; revoked_at: string | null }>>(
        'partner',
        'GET',
        '/access/grants',
      )
      expect(body.items.find(({ id }) => id === grants.partner)?.revoked_at).not.toBeNull()
    })

    test('is closed once, and audited once', async () => {
      expect(await close('company', 'sanne', opened.id)).toMatchObject({
        status: 409,
        body: { code: 'case_closed' },
      })
      const before = await audited(partner, 'case.closed', opened.case)
      const closed = { kind: 'case-closed', case: opened.case } as const
      const wallet = partner.wallet
      const compact = await createSecurityEvent(
        {
          ...{ id: randomUUID(), issuer: company.organisation.did, audience: wallet },
          tell: closed,
          at: trio.clock.now(),
        },
        company.signer,
      )
      const headers = { 'content-type': 'application/secevent+jwt' }
      expect((await fetch(`${wallet}/events`, { method: 'POST', headers, body: compact })).status).toBe(202)
      expect(await audited(partner, 'case.closed', opened.case)).toBe(before)
      expect(await audited(company, 'case.closed', opened.case)).toBe(1)
    })

    test('of two who close it at the same moment one wins, and the other is told', async () => {
      const { body } = await ask('factuur 124')
      const tries = await Promise.all(
        ['sanne', 'company', 'sanne', 'company'].map((account) => close('company', account, body.case.id)),
      )
      expect(tries.map((one) => one.body.code ?? 'closed').sort()).toEqual([
        ...['case_closed', 'case_closed', 'case_closed', 'closed'],
      ])
    })

    test('a request whose case was closed is not granted any more', async () => {
      await eventually(async () => (await pending('partner')).length === 0, 'the closing')
      const { body } = await trio.partner.call<Page<Request>>('partner', 'GET', '/access/requests')
      expect(body.items[0]).toMatchObject({ state: 'closed', case: { ref: 'factuur 124' } })
      const path = `/access/requests/${body.items[0]?.id}/approval`
      expect(await trio.partner.call('partner', 'POST', path, {})).toMatchObject({
        status: 409,
        body: { code: 'case_closed' },
      })
    })

    test('a case is opened once, whatever its asker calls it', async () => {
      const ref = { id: randomUUID(), ref: 'factuur 9', question: invoice.code, version: 1 }
      const asked = (named: object) =>
        askAs(company, {
          ...{ wallet: partner.wallet, claims: ['company-profile.email'] },
          edit: inAccess({ case: named }),
        })
      expect(verdict(await asked(ref))).toBe('202')
      expect((await pending('partner'))[0]).toMatchObject({ case: { id: ref.id }, catalogue: 'asks_more' })
      expect(verdict(await asked(ref))).toBe('409 case_known')
      expect(verdict(await asked({ ...ref, id: 'x' }))).toBe('400 ask_malformed')
      expect(verdict(await asked({ ...ref, id: randomUUID(), more: 1 }))).toBe('400 ask_malformed')
      const mine = (await casesOf('partner', 'partner')).find((one) => one.case === ref.id)
      await close('partner', 'partner', mine?.id)
      expect(verdict(await asked(ref))).toBe('409 case_known')
    })

    test('a grant that ends otherwise ends nothing else', async () => {
      const { body } = await ask('factuur 125')
      const grant = await approve('partner', (await pending('partner'))[0]?.id ?? '')
      await trio.partner.call('partner', 'POST', `/access/grants/${grant.id}/revocation`, {})
      expect((await casesOf('partner', 'partner'))[0]?.state).toBe('open')
      expect((await pending('bram'))[0]?.case?.ref).toBe('factuur 125')
      expect((await casesOf('company', 'sanne'))[0]).toMatchObject({ case: body.case.case, state: 'open' })
      await close('company', 'sanne', body.case.id)
    })

    test.each([
      ['is unknown', 'no-such-question', 404, 'question_unknown'],
      ['is retired', 'old-question', 409, 'question_retired'],
    ])('no case is opened for a question that %s', async (_what, question, status, code) => {
      expect(await ask('iets', { question })).toMatchObject({ status, body: { code } })
    })
  })

  describe('asking more than the catalogue says', () => {
    const asking = (more: object) =>
      trio.company.call('sanne', 'POST', '/access/requests', {
        ...{ ...newRequest, purpose: ['payment'], claims: ['company-profile.email', 'company-profile.iban'] },
        ...more,
      })
    const denyAll = async () => {
      for (const account of ['partner', 'bram'])
        for (const { id } of await pending(account))
          await trio.partner.call(account, 'POST', `/access/requests/${id}/denial`, {})
    }

    test('is flagged before anybody consents, claim by claim', async () => {
      await denyAll()
      await asking({})
      expect((await pending('partner'))[0]).toMatchObject({
        catalogue: 'asks_more',
        over_asked: ['company-profile.iban'],
      })
      await asking({ purpose: ['direct-marketing'] })
      expect((await pending('partner'))[0]?.over_asked).toEqual(newClaims)
      await denyAll()
    })

    test('a catalogue that is not as it should be keeps no request back, and that is said', async () => {
      const broken = { ...invoice, version: 1, code: 'broken', legal_basis: '', state: 'current' }
      const row = { id: randomUUID(), code: 'broken', version: 1, state: 'current', createdAt: 0 } as const
      await company.store.transact((tx) => tx.insert(questionTable, { ...row, content: broken as never }))
      trio.clock.advance(61_000)
      await asking({})
      expect((await pending('partner'))[0]).toMatchObject({ catalogue: 'unavailable', over_asked: [] })
      expect(await open('bram')).toMatchObject({ status: 503, body: { code: 'catalogue_unavailable' } })
      await company.store.transact((tx) => tx.delete(questionTable, { id: row.id }))
      await denyAll()
    })
  })
  describe('a case that an owner opens', () => {
    test('shows the partner exactly what its question needs of her, and says what it is about', async () => {
      const { status, body } = await open('bram')
      expect(status).toBe(201)
      expect(body.items).toMatchObject([{ side: 'owning', opened_by: 'us', state: 'open' }])
      await holds(body.grants[0] ?? '')
      expect((await read()).body.claims.map(({ claim }) => claim)).toEqual(['contact-person.email'])
      expect((await casesOf('company', 'sanne'))[0]).toMatchObject({
        case: body.items[0]?.case,
        opened_by: 'partner',
        about: 'mijn factuur 9',
        title: invoice.title,
      })
      expect(await close('partner', 'bram', body.items[0]?.id)).toMatchObject({ status: 200 })
      await eventually(
        async () => (await casesOf('company', 'sanne'))[0]?.state === 'closed',
        'the asker heard that it was closed',
      )
      expect((await read()).body.code).toBe('case_closed')
    })

    test('is granted by the company where its administrator opens it, and closed by the asker', async () => {
      const { body } = await open('partner', { only: ['company-profile.email'] })
      await holds(body.grants[0] ?? '')
      const mine = (await casesOf('company', 'sanne'))[0]
      expect(await close('company', 'sanne', mine?.id)).toMatchObject({ status: 200 })
      await eventually(
        async () => (await casesOf('partner', 'partner'))[0]?.state === 'closed',
        'the owner heard that it was closed',
      )
    })

    test.each([
      ['a question the partner does not answer', { question: 'no-such-question' }, 404, 'question_unknown'],
      ['what she did not see', { seen_version: 7 }, 409, 'question_changed'],
      [
        'what the question does not need',
        { only: ['contact-person.phone_number'] },
        400,
        'claim_not_requested',
      ],
      ['what is not hers', { only: ['company-profile.email'] }, 409, 'nothing_to_grant'],
    ])('opens nothing for %s', async (_what, more, status, code) => {
      expect(await open('bram', more)).toMatchObject({ status, body: { code } })
    })

    test('a partner opens no more than a room full', async () => {
      const theirs = { side: 'asking', openedBy: 'partner', state: 'open' } as const
      const rows = Array.from({ length: 50 }, () => {
        const id = randomUUID()
        return {
          ...{
            id,
            caseId: id,
            party: company.organisation.id,
            partner: partner.organisation.did,
            partnerName: 'x',
          },
          ...{
            question: 'x',
            version: 1,
            sealed: Buffer.from(''),
            requestId: id,
            closedBy: null,
            closedAt: null,
          },
          ...{ openedAt: 0, until: 0, ...theirs },
        }
      })
      await company.store.transact((tx) => tx.insert(caseTable, rows))
      expect(await open('bram')).toMatchObject({ body: { code: 'too_many_cases' } })
      await company.store.transact((tx) => tx.delete(caseTable, { question: 'x' }))
    })

    test('a stranger’s case, and one for a retired question, are refused', async () => {
      const tell = (over: object): Tell =>
        ({
          ...{ kind: 'case-opened', case: randomUUID(), question: invoice.code, version: 1 },
          ...{ request: `sha-256:${'a'.repeat(43)}`, until: Math.floor(trio.clock.now() / 1000) + 60 },
          ...over,
        }) as Tell
      const answers = await Promise.all([
        tellCompany(tell({ question: 'old-question' })),
        tellCompany(tell({ version: 9 })),
        tellCompany(tell({ until: 1 })),
        tellCompany({ kind: 'case-closed', case: randomUUID() }),
      ])
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400])
    })

    test('her key is looked at before the partner hears of it', async () => {
      const before = (await casesOf('company', 'sanne')).length
      // Her session is over: the first try is refused, and the second comes with another.
      trio.clock.advance(16 * 60_000)
      const { status, body } = await open('bram')
      expect(status).toBe(201)
      expect((await casesOf('company', 'sanne')).length).toBe(before + 1)
      await close('partner', 'bram', body.items[0]?.id)
    })

    test('the version that was opened stays, whatever becomes of the question', async () => {
      const changed = { claims: ['contact-person.email', 'contact-person.phone_number'] }
      const change = `/questions/${invoice.code}`
      await trio.company.call('company', 'POST', change, changed, 1)
      for (const path of [change, `${change}/retirement`]) {
        const input = path === change ? changed : {}
        expect((await trio.company.call('company', 'POST', path, input, 1)).status).toBe(412)
      }
      const { body } = await open('bram')
      expect(body.items?.[0] ?? body.code).toMatchObject({ version: 1 })
      trio.clock.advance(61_000)
      expect((await open('bram')).body.code).toBe('question_changed')
      await close('partner', 'bram', body.items[0]?.id)
    })
  })

  describe('what came true', () => {
    let grant: string
    const rate = (account: string, id: string, body: object) =>
      trio.partner.call(account, 'POST', `/access/grants/${id}/rating`, body)

    test('is said by the owner alone, once somebody looked', async () => {
      await trio.company.call('sanne', 'POST', '/access/requests', {
        ...newRequest,
        claims: ['contact-person.email'],
      })
      grant = (await approve('bram', (await pending('bram'))[0]?.id ?? '')).id
      await holds(grant)
      expect((await rate('bram', grant, { came_true: 'no' })).body.code).toBe('grant_unused')
      await read()
      expect((await rate('partner', grant, { came_true: 'no' })).body.code).toBe('not_data_subject')
      expect(await rate('bram', grant, { came_true: 'no', note: 'Nooit antwoord gehad' })).toMatchObject({
        status: 200,
      })
      expect((await rate('bram', randomUUID(), { came_true: 'no' })).status).toBe(404)
    })

    test('can be said anew, is audited, and the note is sealed', async () => {
      await rate('bram', grant, { came_true: 'partly', note: 'Na een week' })
      expect(await audited(partner, 'grant.rated', grant)).toBe(2)
      const kept = await partner.store.reader.query('SELECT * FROM grant_rating')
      expect(kept).toHaveLength(1)
      expect(JSON.stringify(kept)).not.toContain('week')
    })

    test('is shown with the asker’s next request to her, a renewed one too, and to nobody else', async () => {
      await trio.company.call('sanne', 'POST', `/access/grants/received/${grant}/renewal`, {})
      expect((await pending('bram'))[0]?.ratings).toMatchObject({
        ...{ yes: 0, partly: 1, no: 0 },
        last: { came_true: 'partly', note: 'Na een week' },
      })
      await trio.company.call('sanne', 'POST', '/access/requests', {
        ...newRequest,
        claims: ['company-profile.email'],
      })
      expect((await pending('partner'))[0]?.ratings).toEqual({ yes: 0, partly: 0, no: 0, last: null })
    })
  })
})
