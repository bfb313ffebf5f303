import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { seconds } from '../src/core/index.ts'
import { createSecurityEvent, type Tell } from '../src/events/index.ts'
import { type Ask, type Order, signWire, typOf } from '../src/invitations/wire.ts'
import { signJws } from '../src/jose/index.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { importPartners, mailsOf } from './support/invitations.ts'
import { eventually, register, startTrio, type TestTrio } from './support/nodes.ts'

interface Answer {
  id: string
  moves: { seq: number; state: string; did?: string }[]
  code?: string
}

let kvk = 40_000_000
const nextKvk = () => String(++kvk)

onEachEngine((engine) => {
  let trio: TestTrio
  let company: Inside
  let other: Inside
  let myobi: Inside

  const addressed = ({ organisation }: Inside) => {
    const iat = seconds(trio.clock.now())
    return { iss: organisation.did, aud: trio.myobi.url, iat, exp: iat + 60, jti: randomUUID() }
  }
  const orderOf = (by: Inside, more: Partial<Order> = {}): Order => ({
    ...{ ...addressed(by), id: randomUUID(), roles: ['supplier'], why: 'Wij werken samen.' },
    partner: { name: `Bedrijf ${kvk}`, kvk_number: nextKvk() },
    contact: { name: 'Jan', email: `jan@bedrijf${kvk}.example`, language: 'nl' },
    ...more,
  })
  const sign = (by: Inside, order: object) => signJws({ typ: typOf.order }, order, by.signer)
  const hand = (order: string) => trio.myobi.call<Answer>(null, 'POST', '/invitation-orders', { order })
  const order = async (by: Inside, more: Partial<Order> = {}) => hand(await sign(by, orderOf(by, more)))
  const ask = async (by: Inside, id: string, what: Ask) =>
    trio.myobi.call<Answer>(null, 'POST', '/invitation-orders/changes', {
      change: await signWire('change', { ...addressed(by), id, ask: what }, by.signer),
    })
  const count = async ({ store }: Inside, table: string) =>
    Number((await rows<{ n: string }>(store.reader, `SELECT count(*) AS n FROM ${table}`))[0]?.n)

  beforeAll(async () => {
    trio = await startTrio(engine)
    await register(trio.myobi, trio.company)
    await register(trio.myobi, trio.partner)
    company = await openInside(trio.company, trio.clock)
    other = await openInside(trio.partner, trio.clock)
    myobi = await openInside(trio.myobi, trio.clock)
  }, 120_000)

  describe('an order', () => {
    test('that is replayed is refused; the same order signed anew is the same', async () => {
      const first = orderOf(company)
      const compact = await sign(company, first)
      const taken = await hand(compact)
      expect(taken).toMatchObject({
        status: 202,
        body: { id: first.id, moves: [{ seq: 1, state: 'submitted' }] },
      })
      expect(await hand(compact)).toMatchObject({ status: 409, body: { code: 'message_replayed' } })
      const before = await count(myobi, 'invited_party')
      const again = await hand(await sign(company, { ...first, ...addressed(company) }))
      expect(again.body).toEqual(taken.body)
      expect(await count(myobi, 'invited_party')).toBe(before)
    })

    test.each<[string, (good: Order) => object, string]>([
      [
        'for another trust anchor',
        (good) => ({ ...good, aud: 'https://elsewhere.example' }),
        'wrong_audience',
      ],
      ['that lives an hour', (good) => ({ ...good, exp: good.iat + 3600 }), 'message_lives_too_long'],
      [
        'of yesterday',
        (good) => ({ ...good, iat: good.iat - 86_400, exp: good.exp - 86_400 }),
        'jws_expired',
      ],
      ['in another’s name', (good) => ({ ...good, iss: 'did:web:other.example' }), 'signer_mismatch'],
      ['with more than it may hold', (good) => ({ ...good, note: 'x' }), 'order_malformed'],
      [
        'with a name of two lines',
        (good) => ({ ...good, partner: { name: 'A\r\nBcc: b' } }),
        'order_malformed',
      ],
      ['that turns the order of letters round', (good) => ({ ...good, why: 'a\u202eb' }), 'order_malformed'],
      [
        'with a VAT number that may hold a citizen number',
        (good) => ({ ...good, partner: { name: 'J. de Boer', vat_number: 'NL123456782B01' } }),
        'vat_number_bsn_shaped',
      ],
    ])('%s is refused, and leaves nothing', async (_what, change, code) => {
      const before = await count(myobi, 'invitation_order')
      expect((await hand(await sign(company, change(orderOf(company))))).body.code).toBe(code)
      expect(await count(myobi, 'invitation_order')).toBe(before)
    })

    test('under another type, or of who is not in the network, is refused', async () => {
      const change = await signWire(
        'change',
        { ...addressed(company), id: randomUUID(), ask: { kind: 'state', seq: 0 } },
        company.signer,
      )
      expect((await hand(change)).body.code).toBe('order_malformed')
      const asChange = await signJws({ typ: typOf.change }, orderOf(company), company.signer)
      expect((await hand(asChange)).status).toBe(400)
      const outsider = await trio.add('outsider', { name: 'Buitenstaander B.V.', kvkNumber: '70000001' })
      const outside = await openInside(outsider, trio.clock)
      expect(await order(outside)).toMatchObject({ status: 403, body: { code: 'inviter_not_registered' } })
    })

    test('for who is in the network is answered at once, and opens no case', async () => {
      const before = await count(myobi, 'invited_party')
      const { body } = await order(company, { partner: { name: 'Kruimelkoning', kvk_number: '48245915' } })
      expect(body.moves).toMatchObject([{ state: 'registered', did: other.organisation.did }])
      expect(await count(myobi, 'invited_party')).toBe(before)
    })

    test('for one organisation, many at the same moment by two companies, is one case', async () => {
      const before = await count(myobi, 'invited_party')
      const partner = { name: 'Drukbezocht B.V.', kvk_number: nextKvk() }
      const mails = (await mailsOf(myobi)).length
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, nr) => order(nr % 2 ? company : other, { partner })),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(202))
      expect(await count(myobi, 'invited_party')).toBe(before + 1)
      expect((await mailsOf(myobi)).length).toBe(mails + 1)
    })

    test('that its withdrawal overtook opens nothing', async () => {
      const late = orderOf(company)
      expect((await ask(company, late.id, { kind: 'withdraw' })).status).toBe(202)
      const before = await count(myobi, 'invited_party')
      expect((await hand(await sign(company, late))).body.moves).toEqual([])
      expect(await count(myobi, 'invited_party')).toBe(before)
    })
  })

  describe('somebody else’s order', () => {
    test('cannot be asked after, written about, given another contact or taken back', async () => {
      const mine = orderOf(company)
      await hand(await sign(company, mine))
      const contact = { name: 'Dief', email: 'dief@elders.example', language: 'nl' } as const
      for (const what of [
        { kind: 'state', seq: 0 },
        { kind: 'message', message: randomUUID(), body: 'Namens hen' },
        { kind: 'contact', contact },
      ] as const)
        expect(await ask(other, mine.id, what)).toMatchObject({
          status: 404,
          body: { code: 'order_unknown' },
        })
      // To take back an order that is not there is to take back one's own.
      expect((await ask(other, mine.id, { kind: 'withdraw' })).body).toMatchObject({ moves: [] })
      const still = await ask(company, mine.id, { kind: 'state', seq: 0 })
      expect(still.body.moves.at(-1)?.state).toBe('submitted')
      expect(JSON.stringify(await mailsOf(myobi))).not.toContain('dief@elders.example')
    })

    test('does not end when one of two inviters takes its own back', async () => {
      const partner = { name: 'Gedeeld B.V.', kvk_number: nextKvk() }
      const [mine, theirs] = [orderOf(company, { partner }), orderOf(other, { partner })]
      await hand(await sign(company, mine))
      await hand(await sign(other, theirs))
      await ask(company, mine.id, { kind: 'withdraw' })
      expect((await ask(other, theirs.id, { kind: 'state', seq: 0 })).body.moves.at(-1)?.state).toBe(
        'submitted',
      )
      const [party] = (
        await trio.myobi.call<{ items: { state: string }[] }>('myobi', 'GET', '/invited?limit=1')
      ).body.items
      expect(party?.state).toBe('submitted')
    })
  })

  describe('what is told', () => {
    const tell = async (by: Inside, event: Tell) => {
      const wallet = company.wallet
      const body = await createSecurityEvent(
        {
          id: randomUUID(),
          tell: event,
          at: trio.clock.now(),
          issuer: by.organisation.did,
          audience: wallet,
        },
        by.signer,
      )
      const response = await fetch(`${wallet}/events`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/secevent+jwt' }, body },
      })
      return { status: response.status, text: await response.text() }
    }
    const moved = (invitation: string, seq: number, state: 'registered' | 'stalled'): Tell => ({
      ...{
        kind: 'invitation-moved',
        invitation,
        seq,
        state,
        side: 'servicedesk',
        at: seconds(trio.clock.now()),
      },
    })
    const draft = async (name: string) => {
      await importPartners(trio.company, [{ name, kvk: nextKvk(), contact: 'Jan', email: 'jan@x.example' }])
      const { body } = await trio.company.call<{ made: { id: string }[] }>(
        'company',
        'POST',
        '/invitations',
        {
          ...{ partners: [name], why: 'Daarom' },
        },
      )
      return body.made[0]?.id ?? ''
    }
    const show = async (id: string) =>
      (
        await trio.company.call<{ state: string; order: { state: string } }>(
          'company',
          'GET',
          `/invitations/${id}`,
        )
      ).body

    test('counts from the trust anchor only, of an order only, and never twice or too late', async () => {
      const id = await draft('Verteld B.V.')
      expect((await tell(myobi, moved(id, 9, 'stalled'))).text).toContain('event_not_expected')
      await trio.company.call('company', 'POST', '/invitations/submitted', { ids: [id] })
      await eventually(async () => (await show(id)).order.state === 'taken', 'that the order is taken')
      expect((await tell(other, moved(id, 9, 'registered'))).text).toContain('event_not_expected')
      expect((await show(id)).state).toBe('submitted')
      expect((await tell(myobi, moved(id, 9, 'stalled'))).status).toBe(202)
      expect((await show(id)).state).toBe('stalled')
      // What comes late, or again, is no news.
      expect((await tell(myobi, moved(id, 8, 'registered'))).status).toBe(202)
      expect((await tell(myobi, moved(id, 9, 'registered'))).status).toBe(202)
      expect((await show(id)).state).toBe('stalled')
    })

    test('and was lost is caught up on', async () => {
      const id = await draft('Verloren B.V.')
      await trio.company.call('company', 'POST', '/invitations/submitted', { ids: [id] })
      await eventually(async () => (await show(id)).order.state === 'taken', 'that the order is taken')
      const wrong = await trio.company.call<{ code: string }>(
        'company',
        'POST',
        `/invitations/${await draft('Los B.V.')}/refreshed`,
      )
      expect(wrong.body.code).toBe('invitation_not_ordered')
      const items = (
        await trio.myobi.call<{ items: { case: string; organisation: { name: string } }[] }>(
          'myobi',
          'GET',
          '/invited',
        )
      ).body.items
      const found = items.find(({ organisation }) => organisation.name === 'Verloren B.V.')
      await trio.myobi.call('myobi', 'POST', `/registrations/${found?.case}/decline`, {
        reason: 'Bestaat niet',
      })
      // As if it had not been told: once it was, so that it is not told while it is asked for.
      await eventually(async () => (await show(id)).state === 'rejected', 'that it is told')
      await company.store.transact((tx) =>
        tx.query(`UPDATE invitation SET state = 'submitted', seq = 1 WHERE id = '${id}'`),
      )
      const { body } = await trio.company.call<{ state: string; moves: { reason: string | null }[] }>(
        'company',
        'POST',
        `/invitations/${id}/refreshed`,
      )
      expect(body.state).toBe('rejected')
      expect(body.moves.at(-1)?.reason).toBe('Bestaat niet')
    })
  })

  test('a code that is unknown, used or over says so', async () => {
    const apply = (code: string) =>
      trio.company.call<{ code: string }>('company', 'POST', '/registrations/applications', {
        accept: 1,
        invitation: code,
      })
    expect((await apply('AAAAA-AAAAA-AAAAA-AAAAA')).body.code).toBe('already_registered')
    const fresh = await trio.add('fresh', { name: 'Vers B.V.', kvkNumber: '70000002' })
    const { body } = await fresh.call<{ code: string }>('fresh', 'POST', '/registrations/applications', {
      ...{ accept: 1, invitation: 'AAAAA-AAAAA-AAAAA-AAAAA' },
    })
    expect(body.code).toBe('invitation_code_unknown')
  })

  test('who may do nothing with invitations is refused, and a link in the way of a code is none', async () => {
    expect((await trio.company.call(null, 'GET', '/invitations/board')).status).toBe(401)
    for (const token of ['', 'x'.repeat(43), '../../etc/passwd'])
      expect((await fetch(`${trio.myobi.url}/invitation?t=${encodeURIComponent(token)}`)).status).toBe(404)
  })
})
