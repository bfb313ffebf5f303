import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createSecurityEvent, type Tell } from '../src/events/index.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

interface Message {
  id: string
  kind: string
  subject: string
  body: string
  state: string
  outcome: string | null
  partner: { name: string }
  answer: { id: string; choice: string | null; body: string; state: string; outcome: string | null } | null
}
interface CallUp {
  id: string
  state: string
  yes: number
  not_sent: { name: string; code: string }[]
  sent: Message[]
}
interface Refused {
  code: string
}

const news = {
  partner: '48245915',
  kind: 'product_news',
  subject: 'Nieuwe nietmachine',
  body: 'Vanaf maandag:\n<b>de Gouden 26/6</b> voor € 19,95.',
}
const DAY_MS = 86_400_000
const theirName = 'Nietmachine B.V.'

onEachEngine((engine) => {
  let trio: TestTrio
  let company: Inside
  let partner: Inside
  /** What the partner and Bram gave, by purpose. */
  const grants = new Map<string, string>()

  const send = (message: object = news) =>
    trio.company.call<Message & Refused>('sanne', 'POST', '/messages', message)
  const inboxOf = async (account: string) =>
    (await trio.partner.call<{ items: Message[] }>(account, 'GET', '/messages')).body.items
  const sent = async () =>
    (await trio.company.call<{ items: Message[] }>('sanne', 'GET', '/messages/sent')).body.items
  const one = async (id: string) => (await sent()).find((message) => message.id === id)
  const settled = (id: string) =>
    eventually(async () => {
      const found = await one(id)
      return found?.state !== 'waiting' && found
    }, 'that the message is told or not')
  const arrived = (account: string, subject: string) =>
    eventually(async () => (await inboxOf(account)).find((message) => message.subject === subject), subject)
  const answer = (account: string, id: string, body: object) =>
    trio.partner.call<Message & Refused>(account, 'POST', `/messages/${id}/answer`, body)
  const stop = (account: string, kind: string, partner: string = theirName) =>
    trio.partner.call<{ stopped: object[] } & Refused>(account, 'POST', '/messages/stops', {
      partner,
      kind,
    })

  async function grant(purpose: string, claims: string[], account = 'partner'): Promise<string> {
    const asked = { ...newRequest, claims, purpose: [purpose] }
    expect((await trio.company.call('sanne', 'POST', '/access/requests', asked)).status).toBe(201)
    const waiting = await trio.partner.call<{ items: { id: string }[] }>(
      account,
      'GET',
      '/access/requests?state=pending',
    )
    const path = `/access/requests/${waiting.body.items[0]?.id}/approval`
    const { body } = await trio.partner.call<{ grant: { id: string } }>(account, 'POST', path, {})
    await eventually(async () => {
      const held = await trio.company.call<{ items: { id: string }[] }>(
        'sanne',
        'GET',
        '/access/grants/received',
      )
      return held.body.items.some(({ id }) => id === body.grant.id)
    }, 'the grant')
    grants.set(purpose, body.grant.id)
    return body.grant.id
  }

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    company = await openInside(trio.company, trio.clock)
    partner = await openInside(trio.partner, trio.clock)
  })

  describe('a trusted channel', () => {
    test('is not there without a grant, and not with one for another purpose', async () => {
      expect(await send()).toMatchObject({ status: 403, body: { code: 'no_grant_for_message' } })
      await grant('order-management', ['company-profile.email'])
      expect(await send()).toMatchObject({ status: 403, body: { code: 'no_grant_for_message' } })
      expect(await sent()).toEqual([])
    })

    test('opens with a grant for the purpose: what was written arrives as it was written, as text', async () => {
      await grant('direct-marketing', ['company-profile.name'])
      const { status, body } = await send()
      expect(status).toBe(201)
      expect(await arrived('partner', news.subject)).toMatchObject({
        kind: 'product_news',
        body: news.body,
        partner: { name: theirName },
        state: 'received',
        answer: null,
      })
      expect((await settled(body.id)).state).toBe('told')
    })

    test('is read by who gave the grant, and by nobody else there', async () => {
      expect(await inboxOf('bram')).toEqual([])
    })

    test('can be answered, once, by who was addressed', async () => {
      const { id } = await arrived('partner', news.subject)
      const reply = { body: 'Doe ons er twee.' }
      expect(await answer('bram', id, reply)).toMatchObject({
        status: 404,
        body: { code: 'message_unknown' },
      })
      expect(await answer('partner', id, { ...reply, choice: 'yes' })).toMatchObject({
        status: 400,
        body: { code: 'choice_not_asked' },
      })
      const answers = await Promise.all([answer('partner', id, reply), answer('partner', id, reply)])
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
      const [ours] = await sent()
      const back = await eventually(async () => (await one(ours?.id ?? ''))?.answer, 'the answer')
      expect(back).toMatchObject({ body: reply.body, choice: null, state: 'received' })
    })

    test('leaves no word of it in clear in either database', async () => {
      for (const { store } of [company, partner])
        for (const table of ['message', 'outbox', 'audit_entry', 'call_up', 'webhook_delivery']) {
          const kept = await rows(store.reader, `SELECT * FROM ${table}`)
          expect(JSON.stringify(kept)).not.toMatch(/nietmachine"|Gouden 26|er twee|Nieuwe/)
        }
    })

    test('is counted on both sides', async () => {
      const ours = await trio.company.call<{ items: object[] }>('sanne', 'GET', '/messages/counts')
      expect(ours.body.items).toMatchObject([
        { kind: 'product_news', partner_name: 'Kruimelkoning B.V.', sent: 1, answered: 1, received: 0 },
      ])
      const theirs = await trio.partner.call<{ items: object[] }>('partner', 'GET', '/messages/counts')
      expect(theirs.body.items).toMatchObject([{ kind: 'product_news', sent: 0, received: 1, answers: 1 }])
    })

    test('has its limit: what the owner wants fewer of comes fewer, and the sender hears why', async () => {
      const limit = (most: number) =>
        trio.partner.call<Refused>('partner', 'POST', '/messages/limits', {
          grant: grants.get('direct-marketing'),
          kind: 'product_news',
          most,
        })
      expect(await limit(5)).toMatchObject({ status: 400, body: { code: 'limit_not_lower' } })
      expect((await limit(1)).status).toBe(200)
      const { body } = await send({ ...news, subject: 'Te veel' })
      const refused = await eventually(async () => {
        const found = await one(body.id)
        return found?.state === 'undeliverable' && found
      }, 'that it was not taken')
      expect(refused.outcome).toBe('message_limit_reached')
      expect((await inboxOf('partner')).map(({ subject }) => subject)).not.toContain('Te veel')
      expect((await limit(4)).status).toBe(200)
    })

    test('is closed at once by who gets the messages: stopping twice is stopping once', async () => {
      expect(await stop('bram', 'product_news')).toMatchObject({ body: { code: 'nothing_to_stop' } })
      expect(await stop('partner', 'product_news', 'Nobody B.V.')).toMatchObject({
        body: { code: 'partner_unknown' },
      })
      expect((await stop('partner', 'product_news')).body.stopped).toMatchObject([{ kind: 'product_news' }])
      expect((await stop('partner', 'product_news', '48316274')).status).toBe(200)
      await eventually(
        async () => (await send()).body.code === 'messages_stopped',
        'that we heard of the stop',
      )
      const told = await rows<{ n: number }>(
        partner.store.reader,
        "SELECT count(*) AS n FROM audit_entry WHERE action = 'messages.stopped'",
      )
      expect(Number(told[0]?.n)).toBe(1)
    })

    test('opens again with a grant that was given knowing of the stop, up to four a month', async () => {
      await grant('direct-marketing', ['company-profile.email'])
      for (let n = 1; n <= 4; n++) expect((await send({ ...news, subject: `Nieuws ${n}` })).status).toBe(201)
      expect(await send()).toMatchObject({ status: 409, body: { code: 'message_limit_reached' } })
      await arrived('partner', 'Nieuws 4')
    })

    test('is gone with the grant, also for answers', async () => {
      const { id } = await arrived('partner', 'Nieuws 1')
      const grantId = grants.get('direct-marketing')
      await trio.partner.call('partner', 'POST', `/access/grants/${grantId}/revocation`, {})
      expect(await answer('partner', id, { body: 'Te laat' })).toMatchObject({
        body: { code: 'no_grant_for_message' },
      })
    })
  })

  describe('what is no message', () => {
    test.each([
      ['too long', { body: 'é'.repeat(4_097) }, 413, 'message_too_long'],
      ['with a bell in it', { body: 'hallo\u0007' }, 400, 'message_not_plain'],
      ['with its letters turned round', { subject: 'pay\u202elive' }, 400, 'message_not_plain'],
      ['with half a letter', { body: 'x\ud800' }, 400, 'json_invalid_string'],
      ['of no kind', { kind: 'spam' }, 400, 'invalid_input'],
      ['a call-up to one', { kind: 'call_up' }, 400, 'invalid_input'],
      ['to nobody', { partner: '12345678' }, 404, 'partner_unknown'],
      ['until yesterday', { until: '2020-01-01' }, 400, 'invalid_answer_by'],
    ])('%s', async (_what, over, status, code) => {
      expect(await send({ ...news, ...over })).toMatchObject({ status, body: { code } })
    })
  })

  describe('what a partner’s node sends that nothing lets through', () => {
    const wire = (over: object = {}): Tell => ({
      kind: 'message',
      id: randomUUID(),
      grant: grants.get('order-management') ?? '',
      topic: 'purchasing_question',
      subject: 'Vraag',
      body: 'Waar blijft onze bestelling?',
      ...over,
    })
    const post = async (tell: Tell, { by = company, id = randomUUID() as string } = {}) => {
      const event = { id, issuer: by.organisation.did, audience: partner.wallet, tell, at: trio.clock.now() }
      const response = await fetch(`${partner.wallet}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/secevent+jwt' },
        body: await createSecurityEvent(event, by.signer),
      })
      const text = await response.text()
      return [response.status, text ? (JSON.parse(text) as { description: string }).description : '']
    }
    const subjects = async () => (await inboxOf('partner')).map(({ subject }) => subject)

    test('a question along a grant for orders comes through, a replay of it once', async () => {
      const id = randomUUID()
      const tell = wire({ subject: 'Eén keer' })
      expect(await post(tell, { id })).toEqual([202, ''])
      expect(await post(tell, { id })).toEqual([202, ''])
      expect(await post(tell)).toEqual([202, ''])
      expect((await subjects()).filter((subject) => subject === 'Eén keer')).toHaveLength(1)
    })

    test.each<[string, object]>([
      ['for a purpose that was not granted', { topic: 'product_news', subject: 'A' }],
      [
        'under a grant that was taken back',
        { grant: 'direct-marketing', topic: 'product_news', subject: 'B' },
      ],
      ['that could be answered until yesterday', { expires: 1_700_000_000, subject: 'C' }],
    ])('one %s is dropped, and logged', async (_what, over) => {
      const known = { grant: grants.get('direct-marketing') }
      const tell = wire({ ...over, ...('grant' in over && known) })
      expect(await post(tell)).toEqual([202, ''])
      expect(await subjects()).not.toContain((over as { subject: string }).subject)
      const [entry] = await rows<{ action: string }>(
        partner.store.reader,
        "SELECT action FROM audit_entry WHERE action LIKE 'message.%' ORDER BY id DESC LIMIT 1",
      )
      expect(entry?.action).toBe('message.refused')
    })

    test.each<[string, object, string]>([
      ['under a grant nobody gave', { grant: randomUUID() }, 'event_not_expected'],
      ['that answers what was never asked', { answer_to: randomUUID() }, 'event_not_expected'],
      ['that is too long', { body: 'x'.repeat(8_193) }, 'event_malformed'],
      ['with control characters', { body: '\u001b[2J' }, 'event_malformed'],
      ['with more in it', { html: '<p>' }, 'event_malformed'],
    ])('one %s is refused', async (_what, over, code) => {
      expect(await post(wire(over))).toEqual([400, code])
    })

    test('one of somebody else under our grant is refused', async () => {
      expect(await post(wire(), { by: partner })).toEqual([400, 'event_not_expected'])
    })
  })

  describe('a call-up', () => {
    const call = (over: object = {}) =>
      trio.company.call<CallUp & Refused>('sanne', 'POST', '/call-ups', {
        role: 'freelancer',
        subject: 'Invallen zaterdag',
        body: 'Wie kan zaterdag in de winkel staan?',
        ...over,
      })
    const show = async (id: string) =>
      (await trio.company.call<CallUp>('sanne', 'GET', `/call-ups/${id}`)).body

    test('of nobody is refused', async () => {
      expect(await call()).toMatchObject({ status: 409, body: { code: 'group_empty' } })
    })

    test('says who did not get it, and why', async () => {
      for (const id of await importPartners(trio.company))
        await trio.company.call('company', 'POST', `/partners/${id}/roles`, {
          roles: ['supplier', 'freelancer'],
        })
      const { status, body } = await call()
      expect(status).toBe(201)
      expect(body.sent).toEqual([])
      expect(body.not_sent.map(({ name, code }) => [name, code]).sort()).toEqual([
        ['Kruimelkoning B.V.', 'no_grant_for_message'],
        ['Niet in het Netwerk V.O.F.', 'partner_not_in_network'],
      ])
    })

    test('goes to who opened itself for that; enough yes closes it, and whoever got it is told', async () => {
      await grant('personnel-hiring', ['contact-person.given_name'], 'bram')
      const { body: started } = await call({ wanted: 1, until: 'P2D' })
      expect(started).toMatchObject({ state: 'open', yes: 0, not_sent: [{ code: 'partner_not_in_network' }] })
      const { id } = await arrived('bram', 'Invallen zaterdag')
      expect(await inboxOf('partner')).not.toContainEqual(expect.objectContaining({ kind: 'call_up' }))
      expect(await answer('bram', id, { body: 'Ik kom!' })).toMatchObject({
        body: { code: 'choice_missing' },
      })
      expect((await answer('bram', id, { body: 'Ik kom!', choice: 'yes' })).status).toBe(201)
      const closed = await eventually(async () => {
        const found = await show(started.id)
        return found.state === 'closed' && found
      }, 'that it is closed')
      expect(closed).toMatchObject({ yes: 1, sent: [{ answer: { choice: 'yes', body: 'Ik kom!' } }] })
      await eventually(
        async () => (await inboxOf('bram'))[0]?.outcome === 'call_up_closed',
        'that he is told',
      )
    })

    test('that was closed is not answered, and not closed twice; until then it waits for its answer', async () => {
      const waiting = async (account = 'bram') =>
        (await trio.partner.call<{ items: Message[] }>(account, 'GET', '/messages?waiting=true')).body.items
      expect(await waiting()).toEqual([])
      // News asks for nothing.
      expect(
        (await inboxOf('partner')).filter(({ answer }) => answer === null).map(({ kind }) => kind),
      ).toContain('product_news')
      expect((await waiting('partner')).map(({ kind }) => kind)).not.toContain('product_news')
      const { body: second } = await call({ subject: 'Invallen zondag', until: 'P2D' })
      const { id } = await arrived('bram', 'Invallen zondag')
      expect((await waiting()).map((one) => one.id)).toEqual([id])
      trio.clock.advance(3 * DAY_MS)
      expect(await waiting()).toEqual([])
      trio.clock.advance(-3 * DAY_MS)
      const close = () => trio.company.call<Refused>('sanne', 'POST', `/call-ups/${second.id}/closing`, {})
      await settled(second.sent[0]?.id ?? '')
      expect((await close()).status).toBe(200)
      expect(await close()).toMatchObject({ status: 409, body: { code: 'call_up_closed' } })
      await eventually(
        async () => (await inboxOf('bram')).find((one) => one.id === id)?.outcome === 'call_up_closed',
        'that he hears it is closed',
      )
      expect(await waiting()).toEqual([])
      expect(await answer('bram', id, { body: 'Ja', choice: 'yes' })).toMatchObject({
        status: 409,
        body: { code: 'call_up_closed' },
      })
      expect((await show(second.id)).yes).toBe(0)
    })

    test('that was closed before it could leave does not leave', async () => {
      await trio.partner.node.dispose()
      const { body } = await call({ subject: 'Invallen dinsdag' })
      await trio.company.call('sanne', 'POST', `/call-ups/${body.id}/closing`, {})
      await trio.partner.restart()
      await eventually(async () => {
        const [left] = await rows<{ n: number }>(
          company.store.reader,
          "SELECT count(*) AS n FROM outbox WHERE state = 'pending'",
        )
        return Number(left?.n) === 0
      }, 'that nothing waits')
      expect((await show(body.id)).sent).toMatchObject([
        { state: 'undeliverable', outcome: 'call_up_closed' },
      ])
      expect((await inboxOf('bram')).map(({ subject }) => subject)).not.toContain('Invallen dinsdag')
    })

    test('that comes after he stopped call-ups is not sent any more', async () => {
      await stop('bram', 'call_up')
      await eventually(async () => {
        const { body } = await call({ subject: 'Invallen maandag' })
        return body.not_sent.some(({ code }) => code === 'messages_stopped')
      }, 'that we heard of the stop')
    })
  })

  describe('a partner that is away', () => {
    test('gets it when it is back, and it is sent once', async () => {
      await trio.partner.node.dispose()
      const question = { ...news, kind: 'purchasing_question', subject: 'Terug?' }
      const { body } = await send(question)
      await eventually(async () => {
        const { items } = (
          await trio.company.call<{ items: { id: string; last_error: string | null }[] }>(
            'sanne',
            'GET',
            '/messages/sent',
          )
        ).body
        return items.find(({ id }) => id === body.id)?.last_error === 'egress_unreachable'
      }, 'a try that failed')
      expect((await trio.company.call('sanne', 'POST', `/messages/${body.id}/resend`, {})).status).toBe(202)
      await trio.partner.restart()
      await arrived('partner', 'Terug?')
      expect((await settled(body.id)).state).toBe('told')
      expect(await trio.company.call('sanne', 'POST', `/messages/${body.id}/resend`, {})).toMatchObject({
        body: { code: 'message_told' },
      })
    })
  })
})

/** Takes two partners over from our books, one of them not in the network. @returns their ids */
async function importPartners(node: TestNode): Promise<string[]> {
  const { name } = node.config
  const { body } = await node.call<{ id: string }>(name, 'POST', '/partners/imports')
  const list = [
    'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC',
    'D1;Kruimelkoning B.V.;;;;;NL;;;;;48245915;;',
    'D2;Niet in het Netwerk V.O.F.;;;;;NL;;;;;;;',
  ]
  await fetch(`${node.url}/api/v1/partners/imports/${body.id}/files?name=debiteuren.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${node.token(name)}`, 'content-type': 'application/octet-stream' },
    body: list.join('\n'),
  })
  await node.call(name, 'POST', `/partners/imports/${body.id}/apply`, { pick: 'all' })
  const partners = await node.call<{ items: { id: string }[] }>(name, 'GET', '/partners')
  return partners.body.items.map(({ id }) => id)
}
