import { beforeAll, describe, expect, test } from 'vitest'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { importPartners, mailsOf } from './support/invitations.ts'
import { eventually, register, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'

interface Invitation {
  id: string
  state: string
  overdue: boolean
  unread: number
  partner: { name: string | null; did: string | null }
  order: { state: string; code: string | null }
  talk: { at: string; owner: string } | null
  expected: { next: { at: string; basis: string } | null }
  moves: { from: string | null; to: string; side: string; reason: string | null; account: string | null }[]
  contact: { name: string; email: string } | null
  code?: string
}
interface Made {
  made: Invitation[]
  skipped: { partner: { name: string }; code: string }[]
}
interface Outcomes {
  items: { id: string; state: string | null; code: string | null }[]
}
interface Messages {
  items: { side: string; body: string; state: string }[]
}
interface Party {
  id: string
  case: string
  state: string
  choice: string | null
  strangers: number
  joined_by: string | null
  organisation: { name: string }
  contact: { email: string }
  orders: { id: string; inviter: { name: string }; why: string; unread: number }[]
}

const why = 'Wij willen uw gegevens bij u laten.'
const baker = {
  name: 'Kruimelkoning B.V.',
  kvk: '48245915',
  contact: 'Bram Korst',
  email: 'bram@kruimelkoning.example',
}
const person = { name: 'P. de Vries', email: 'p@devries.example' }

onEachEngine((engine) => {
  let trio: TestTrio
  let other: TestNode
  let atMyobi: Inside
  let atCompany: Inside
  let partners: Map<string, string>

  const of = (node: TestNode) => ({
    invite: (body: object) =>
      node.call<Made & { code?: string }>(node.config.name, 'POST', '/invitations', { why, ...body }),
    inform: (...ids: string[]) =>
      node.call<Outcomes>(node.config.name, 'POST', '/invitations/informed', { ids }),
    submit: (...ids: string[]) =>
      node.call<Outcomes>(node.config.name, 'POST', '/invitations/submitted', { ids }),
    show: async (id: string) =>
      (await node.call<Invitation>(node.config.name, 'GET', `/invitations/${id}`)).body,
    post: <T = Invitation>(id: string, what: string, body: object = {}) =>
      node.call<T>(node.config.name, 'POST', `/invitations/${id}/${what}`, body),
  })
  const desk = <T>(method: string, path: string, body?: object) =>
    trio.myobi.call<T>('myobi', method, path, body)
  const party = async (name: string) =>
    (await desk<{ items: Party[] }>('GET', '/invited?limit=200')).body.items.find(
      ({ organisation }) => organisation.name === name,
    )
  const reaches = (node: TestNode, id: string, state: string) =>
    eventually(async () => {
      const found = await of(node).show(id)
      return found.state === state && found
    }, `that ${id} is ${state}`)
  const taken = (node: TestNode, id: string) =>
    eventually(async () => (await of(node).show(id)).order.state === 'taken', 'that the order is taken')
  const lastToken = async (to: string) =>
    (await mailsOf(atMyobi)).findLast((mail) => mail.to === to && mail.token)?.token ?? ''
  /** A partner that is invited and ordered. */
  const ordered = async (name: string, more: object = {}) => {
    const { body } = await of(trio.company).invite({ partners: [name], ...more })
    const id = body.made[0]?.id ?? ''
    await of(trio.company).submit(id)
    await taken(trio.company, id)
    return id
  }
  const page = (path: string, form?: Record<string, string>) =>
    fetch(`${trio.myobi.url}${path}`, {
      ...(form && { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' as const }),
    })

  beforeAll(async () => {
    trio = await startTrio(engine)
    other = await trio.add('other', { name: 'Zetduivel B.V.', kvkNumber: '10000001' })
    await register(trio.myobi, trio.company)
    await register(trio.myobi, other)
    atMyobi = await openInside(trio.myobi, trio.clock)
    atCompany = await openInside(trio.company, trio.clock)
    const names = ['Alfa', 'Bravo', 'Charlie', 'Delta', 'Echo', 'Foxtrot', 'Golf', 'Hotel', 'India', 'Juliet']
    const more = names.map((name, nr) => ({
      ...{ name: `${name} B.V.`, kvk: `2000000${nr}`, contact: `Contact ${name}` },
      email: `post@${name.toLowerCase()}.example`,
    }))
    partners = await importPartners(trio.company, [
      baker,
      ...more,
      { name: 'Zonder Adres B.V.', kvk: '20000099' },
    ])
    await importPartners(other, [baker])
  }, 120_000)

  test('a partner two companies invite is one case; each sees its own part, until the partner is in', async () => {
    const [mine, theirs] = await Promise.all([
      of(trio.company).invite({ partners: [baker.kvk] }),
      of(other).invite({ partners: [baker.name], why: 'U levert ons brood.' }),
    ])
    const [a, b] = [mine.body.made[0]?.id ?? '', theirs.body.made[0]?.id ?? '']
    expect(mine.body.made[0]).toMatchObject({
      state: 'draft',
      order: { state: 'none' },
      expected: { next: { basis: 'target' } },
    })
    expect((await of(trio.company).inform(a)).body.items).toEqual([{ id: a, state: 'informed', code: null }])
    const [notice] = await mailsOf(atCompany)
    expect(notice).toMatchObject({
      to: baker.email,
      template: 'invitation-notice',
      language: 'nl',
      token: null,
    })
    await of(trio.company).submit(a)
    await taken(trio.company, a)
    await of(other).submit(b)
    await taken(other, b)

    const found = await party(baker.name)
    expect(found?.orders.map(({ inviter, why }) => [inviter.name, why])).toEqual([
      ['Nietmachine B.V.', why],
      ['Zetduivel B.V.', 'U levert ons brood.'],
    ])
    const seen = JSON.stringify([await of(trio.company).show(a), await mailsOf(atCompany)])
    expect(seen).not.toContain('Zetduivel')
    expect(JSON.stringify(await of(other).show(b))).not.toContain('Nietmachine')
    // One was written to once, not by each.
    expect((await mailsOf(atMyobi)).filter(({ to }) => to === baker.email)).toHaveLength(1)

    await desk('POST', `/registrations/${found?.case}/accept`, {})
    for (const [node, id] of [
      [trio.company, a],
      [other, b],
    ] as const)
      await reaches(node, id, 'accepted')

    const token = await lastToken(baker.email)
    const html = await (await page(`/invitation?t=${token}`)).text()
    for (const text of ['Nietmachine B.V.', 'Zetduivel B.V.', 'U levert ons brood.', 'Hoe wilt u meedoen?'])
      expect(html).toContain(text)
    expect(html).not.toContain('<script')
    const tries = await Promise.all(
      Array.from({ length: 50 }, () =>
        trio.myobi.call<{ code: string }>(null, 'POST', '/invited/choice', { token, choice: 'own_node' }),
      ),
    )
    const won = tries.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    expect(tries.filter(({ body }) => body.code === 'link_used')).toHaveLength(49)
    const code = won[0]?.body.code ?? ''

    // Somebody else comes with the code first.
    const stranger = await trio.add('stranger', { name: 'Indringer B.V.', kvkNumber: '66666666' })
    const refused = await stranger.call('stranger', 'POST', '/registrations/applications', {
      accept: 1,
      invitation: code,
    })
    expect(refused).toMatchObject({ status: 403, body: { code: 'invitation_not_for_this_organisation' } })
    expect(await party(baker.name)).toMatchObject({ strangers: 1, joined_by: null })

    const joined = await trio.partner.call<{ id: string }>('partner', 'POST', '/registrations/applications', {
      ...{ accept: 1, invitation: code.toLowerCase() },
    })
    expect(joined).toMatchObject({ status: 202, body: { id: found?.case } })
    const [ours, others] = [
      await reaches(trio.company, a, 'registered'),
      await reaches(other, b, 'registered'),
    ]
    expect(ours.partner.did).toMatch(/^did:ethr:/)
    expect(others.partner.did).toBe(ours.partner.did)
    expect(ours.moves.map(({ to }) => to)).toEqual(
      expect.arrayContaining(['draft', 'informed', 'submitted', 'accepted', 'registered']),
    )
    expect(ours.moves[1]).toMatchObject({ side: 'inviter', account: 'company' })

    const again = await trio.myobi.call(null, 'POST', '/invited/choice', { token, choice: 'decline' })
    expect(again.body.code).toBe('link_used')
    const late = await of(trio.company).invite({ partners: [baker.kvk] })
    expect(late.body).toMatchObject({ made: [], skipped: [{ code: 'partner_in_network' }] })
  }, 120_000)

  describe('choosing', () => {
    test('many at once leaves out, with the reason, who is not to be invited', async () => {
      const { body } = await of(trio.company).invite({
        partners: ['Hotel B.V.', 'India B.V.', 'Hotel B.V.', 'Niemand'],
      })
      expect(body.made.map(({ partner }) => partner.name).sort()).toEqual(['Hotel B.V.', 'India B.V.'])
      expect(body.skipped).toEqual([{ partner: { id: null, name: 'Niemand' }, code: 'partner_unknown' }])
      const all = await of(trio.company).invite({ activity: 'active' })
      expect(all.body.code).toBe('nobody_chosen')
    })

    test('the list of partners says how far each is invited, and finds those who are or are not', async () => {
      type Listed = { name: string; invitation: { id: string; state: string } | null }
      const listed = async (filter: string) =>
        (
          await trio.company.call<{ items: Listed[] }>(
            trio.company.config.name,
            'GET',
            `/partners?limit=200${filter}`,
          )
        ).body.items
      const { body } = await of(trio.company).invite({ partners: ['Golf B.V.'] })
      const id = body.made[0]?.id ?? ''
      const golf = (found: Listed[]) => found.find(({ name }) => name === 'Golf B.V.')
      expect(golf(await listed(''))?.invitation).toEqual({ id, state: 'draft' })
      expect(golf(await listed('&invited=true&invitation_state=draft'))).toBeDefined()
      expect(golf(await listed('&invited=false'))).toBeUndefined()
      await of(trio.company).post(id, 'withdrawal', { reason: 'Toch niet.' })
      expect(golf(await listed('&invited=false'))?.invitation).toEqual({ id, state: 'withdrawn' })
      expect(golf(await listed('&invited=true'))).toBeUndefined()
      expect((await listed('&invitation_state=withdrawn')).map(({ name }) => name)).toEqual(['Golf B.V.'])
      const one = partners.get('Golf B.V.')
      const shown = await trio.company.call<Listed>(trio.company.config.name, 'GET', `/partners/${one}`)
      expect(shown.body.invitation).toEqual({ id, state: 'withdrawn' })
    })

    test('the same partner at the same moment makes one invitation', async () => {
      const tries = await Promise.all(
        Array.from({ length: 8 }, () => of(trio.company).invite({ partners: ['Juliet B.V.'] })),
      )
      expect(tries.flatMap(({ body }) => body.made)).toHaveLength(1)
      expect(tries.flatMap(({ body }) => body.skipped.map(({ code }) => code))).toEqual(
        Array(7).fill('already_invited'),
      )
    })

    test('who has no address is not announced nor ordered before somebody says whom to write to', async () => {
      const { body } = await of(trio.company).invite({ partners: ['Zonder Adres B.V.'] })
      const id = body.made[0]?.id ?? ''
      expect((await of(trio.company).submit(id)).body.items).toEqual([
        { id, state: 'draft', code: 'invitation_contact_missing' },
      ])
      const set = await of(trio.company).post(id, 'contact', person)
      expect(set.body.contact).toEqual(person)
      expect((await of(trio.company).submit(id)).body.items[0]).toMatchObject({
        state: 'submitted',
        code: null,
      })
    })
  })

  test('two partners that become one keep the invitation; of two under way one has to be taken back first', async () => {
    const twice = await importPartners(trio.company, [
      { name: 'Kilo Handel B.V.', email: 'post@kilo.example' },
      { name: 'Kilo Handel BV', email: 'post@kilo.example', postcode: '1234 AC' },
    ])
    const [stays = '', goes = ''] = ['Kilo Handel B.V.', 'Kilo Handel BV'].map((name) => twice.get(name))
    const invite = async (id: string) =>
      (await of(trio.company).invite({ partners: [id] })).body.made[0]?.id ?? ''
    const [kept, taken] = [await invite(goes), await invite(stays)]
    const merge = () =>
      trio.company.call<{ code?: string }>('company', 'POST', '/partners/duplicates/merge', { stays, goes })
    expect(await merge()).toMatchObject({ status: 409, body: { code: 'partners_both_invited' } })
    await of(trio.company).post(taken, 'withdrawal', { reason: 'dubbel' })
    expect((await merge()).status).toBe(200)
    expect((await of(trio.company).show(kept)).partner).toMatchObject({ id: stays })
    const again = await of(trio.company).invite({ partners: [stays] })
    expect(again.body.skipped.map(({ code }) => code)).toEqual(['already_invited'])
  })

  test('its notice may be read and changed first: sending it announces, once, and a withdrawn one is not sent', async () => {
    await importPartners(trio.company, [
      { name: 'Proefdruk B.V.', email: 'post@proefdruk.example' },
      { name: 'Vergeefs B.V.', email: 'post@vergeefs.example' },
    ])
    const mails = <T>(method: 'GET' | 'POST', path: string, body?: object) =>
      trio.company.call<T>('company', method, `/mails${path}`, body)
    const drafted = async (name: string) => {
      const { body } = await of(trio.company).invite({ partners: [name], why: 'Omdat het beter is.' })
      const id = body.made[0]?.id ?? ''
      const inform = (draft: boolean) =>
        trio.company.call<Outcomes>('company', 'POST', '/invitations/informed', { ids: [id], draft })
      expect((await inform(true)).body.items).toEqual([{ id, state: 'draft', code: null }])
      for (const again of [true, false])
        expect((await inform(again)).body.items).toEqual([
          { id, state: 'draft', code: 'invitation_notice_drafted' },
        ])
      const { body: drafts } = await mails<{ items: { id: string; about: { id: string } }[] }>(
        'GET',
        '/drafts',
      )
      const mail = drafts.items.find(({ about }) => about.id === id)?.id ?? ''
      return { id, mail }
    }
    const { id, mail } = await drafted('Proefdruk B.V.')
    expect((await mails('POST', `/${mail}/edit`, { text: 'Wij bellen u morgen.' })).status).toBe(200)
    const { body: text } = await mails<object>('GET', `/${mail}/preview`)
    expect(JSON.stringify(text)).toContain('Wij bellen u morgen.')
    expect((await of(trio.company).show(id)).state).toBe('draft')
    expect((await mails('POST', `/${mail}/sending`, {})).status).toBeLessThan(300)
    expect((await of(trio.company).show(id)).state).toBe('informed')

    const vain = await drafted('Vergeefs B.V.')
    await of(trio.company).post(vain.id, 'withdrawal', { reason: 'toch niet' })
    expect(await mails('POST', `/${vain.mail}/sending`, {})).toMatchObject({
      status: 409,
      body: { code: 'invitation_move_refused' },
    })
  })

  test.each([
    ['Aangekondigd B.V.', 'informed'],
    ['Besteld B.V.', 'submitted'],
  ] as const)('no notice is written for one that was announced already: %s', async (name, state) => {
    await importPartners(trio.company, [{ name, email: 'post@al-gedaan.example' }])
    const { body } = await of(trio.company).invite({ partners: [name] })
    const id = body.made[0]?.id ?? ''
    const inform = (draft: boolean) =>
      trio.company.call<Outcomes>('company', 'POST', '/invitations/informed', { ids: [id], draft })
    if (state === 'informed') await inform(false)
    else await of(trio.company).submit(id)
    expect((await inform(true)).body.items).toMatchObject([{ id, code: 'invitation_move_refused' }])
    const drafts = await trio.company.call<{ items: { about: { id: string } }[] }>(
      'company',
      'GET',
      '/mails/drafts',
    )
    expect(drafts.body.items.filter(({ about }) => about.id === id)).toEqual([])
  })

  test('informing and ordering make it due to tell an imported person where her data came from', async () => {
    const { body } = await of(trio.company).invite({ partners: ['Alfa B.V.'] })
    const due = async () =>
      (
        await trio.company.call<{ items: { because: string }[] }>(
          'company',
          'GET',
          `/informing?partner=${partners.get('Alfa B.V.')}`,
        )
      ).body.items[0]?.because
    expect(await due()).toBe('month')
    await of(trio.company).submit(body.made[0]?.id ?? '')
    expect(await due()).toBe('first_disclosure')
  })

  test('coordinator and servicedesk write to each other; nobody else reads it', async () => {
    const id = await ordered('Bravo B.V.')
    const { body } = await of(trio.company).post<Messages>(id, 'messages', { body: 'Bel na twee uur.' })
    expect(body.items).toMatchObject([{ side: 'inviter', body: 'Bel na twee uur.' }])
    const found = await eventually(async () => {
      const one = await party('Bravo B.V.')
      return one?.orders[0]?.unread === 1 && one
    }, 'that the message arrives')
    const order = found.orders[0]?.id ?? ''
    const answer = await desk<Messages>('POST', `/invitation-orders/${order}/messages`, { body: 'Doen wij.' })
    expect(answer.body.items.map(({ body }) => body)).toEqual(['Bel na twee uur.', 'Doen wij.'])
    await eventually(async () => (await of(trio.company).show(id)).unread === 1, 'that the answer arrives')
    const read = await of(trio.company).post<Messages>(id, 'messages/read')
    expect(read.body.items.map(({ side, body }) => [side, body])).toEqual([
      ['inviter', 'Bel na twee uur.'],
      ['servicedesk', 'Doen wij.'],
    ])
    expect((await of(trio.company).show(id)).unread).toBe(0)
    expect((await party('Bravo B.V.'))?.orders[0]?.unread).toBe(0)
    for (const { store } of [atMyobi, atCompany])
      for (const table of [
        'invitation_message',
        'order_message',
        'invitation',
        'invited_party',
        'invitation_order',
      ])
        expect(JSON.stringify(await rows(store.reader, `SELECT * FROM ${table}`))).not.toContain('Bel na')
  })

  test('a partner declines on the page; its inviter reads why, and nothing opens it again', async () => {
    const id = await ordered('Charlie B.V.')
    const token = await lastToken('post@charlie.example')
    const none = await page('/invitation', { t: token, lang: 'en' })
    expect(none.status).toBe(400)
    const declined = await page('/invitation', {
      t: token,
      lang: 'en',
      choice: 'decline',
      reason: 'Te druk,\r\nsorry',
    })
    expect(declined.status).toBe(200)
    expect(await declined.text()).toContain('You do not join')
    expect(declined.headers.get('referrer-policy')).toBe('no-referrer')
    const told = await reaches(trio.company, id, 'declined_by_partner')
    expect(told.moves.at(-1)).toMatchObject({ side: 'partner', reason: 'Te druk,\nsorry' })
    expect((await page(`/invitation?t=${token}`)).status).toBe(410)
    const again = await of(trio.company).invite({ partners: ['Charlie B.V.'] })
    expect(again.body.made).toHaveLength(1)
  })

  test('another contact: the old link opens nothing, the new one goes to the new address', async () => {
    const id = await ordered('Delta B.V.')
    const old = await lastToken('post@delta.example')
    await of(trio.company).post(id, 'contact', { name: 'Dirk', email: 'dirk@delta.example', language: 'en' })
    const fresh = await eventually(
      () => lastToken('dirk@delta.example'),
      'that the new address is written to',
    )
    expect((await trio.myobi.call(null, 'POST', '/invited/look', { token: old })).body.code).toBe(
      'link_replaced',
    )
    const look = await trio.myobi.call(null, 'POST', '/invited/look', { token: fresh })
    expect(look.body).toMatchObject({ organisation: 'Delta B.V.', language: 'en' })
    const found = await party('Delta B.V.')
    await desk('POST', `/invited/${found?.id}/contact`, {
      name: 'Dora',
      email: 'dora@delta.example',
      language: 'nl',
    })
    expect((await trio.myobi.call(null, 'POST', '/invited/look', { token: fresh })).body.code).toBe(
      'link_replaced',
    )
    expect(await lastToken('dora@delta.example')).not.toBe('')
  })

  describe('taking back', () => {
    test('a draft never reaches the trust anchor; an order is over there too', async () => {
      const { body } = await of(trio.company).invite({ partners: ['Echo B.V.'] })
      const id = body.made[0]?.id ?? ''
      expect((await of(trio.company).post(id, 'withdrawal', { reason: 'Vergissing' })).body.state).toBe(
        'withdrawn',
      )
      expect((await of(trio.company).post(id, 'withdrawal')).body.code).toBe('invitation_move_refused')
      expect(await party('Echo B.V.')).toBeUndefined()

      const second = await ordered('Echo B.V.')
      await of(trio.company).post(second, 'withdrawal', { reason: 'Toch niet' })
      await eventually(async () => (await party('Echo B.V.'))?.state === 'withdrawn', 'that the case is over')
      const token = await lastToken('post@echo.example')
      expect((await trio.myobi.call(null, 'POST', '/invited/look', { token })).status).toBe(410)
    })

    test('in parallel counts once', async () => {
      const id = await ordered('Foxtrot B.V.')
      const tries = await Promise.all(
        Array.from({ length: 8 }, () => of(trio.company).post(id, 'withdrawal')),
      )
      expect(tries.filter(({ status }) => status === 200)).toHaveLength(1)
      const [count] = await rows<{ n: string }>(
        atCompany.store.reader,
        `SELECT count(*) AS n FROM invitation_move WHERE invitation_id = ? AND to_state = 'withdrawn'`,
        [id],
      )
      expect(Number(count?.n)).toBe(1)
    })
  })

  test('who was not invited asks on the page, and is written to; what is said back does not depend on it', async () => {
    const form = {
      organisation: 'Nieuwkomer B.V.',
      kvk: '30000001',
      name: 'Nina',
      email: 'nina@nieuwkomer.example',
      lang: 'nl',
    }
    expect(await (await page('/invitation/ask?lang=nl')).text()).toContain('Meedoen zonder uitnodiging')
    const first = await page('/invitation/ask', form)
    const second = await page('/invitation/ask', { ...form, email: 'ander@nieuwkomer.example' })
    expect([first.status, second.status]).toEqual([200, 200])
    expect(await first.text()).toBe(await second.text())
    expect((await mailsOf(atMyobi)).filter(({ to }) => to.endsWith('nieuwkomer.example'))).toHaveLength(1)
    expect(await party('Nieuwkomer B.V.')).toMatchObject({ orders: [], contact: { email: form.email } })
    expect((await page('/invitation/ask', { ...form, kvk: 'abc' })).status).toBe(400)
  })

  test('where no nodes are run for others the page offers none, and says so; nothing is used up', async () => {
    const t = await lastToken('nina@nieuwkomer.example')
    const shown = await (await page(`/invitation?t=${t}&lang=nl`)).text()
    expect(shown).not.toContain('value="hosted"')
    expect(shown).toContain('bieden wij hier niet aan')
    const hosted = await page('/invitation', { t, choice: 'hosted', lang: 'nl' })
    expect([hosted.status, (await hosted.text()).includes('bieden wij hier niet aan')]).toEqual([409, true])
    const { body } = await trio.myobi.call<{ choices: string[] }>(null, 'POST', '/invited/look', { token: t })
    expect(body.choices).toEqual(['own_node', 'decline'])
    expect(await party('Nieuwkomer B.V.')).toMatchObject({ choice: null, node: null })
  })

  test('reminders are few, each with a new link, and stop when the partner answers', async () => {
    await ordered('Golf B.V.')
    const mails = async () => (await mailsOf(atMyobi)).filter(({ to }) => to === 'post@golf.example')
    expect((await mails()).map(({ template }) => template)).toEqual(['invitation'])
    for (let nr = 2; nr <= 5; nr++) {
      trio.clock.advance(49 * 3_600_000)
      await trio.myobi.restart()
      await eventually(async () => (await mails()).length >= Math.min(nr, 4), `reminder ${nr - 1}`)
    }
    const sent = await mails()
    expect(sent.map(({ template }) => template)).toEqual([
      ...['invitation', 'invitation-reminder', 'invitation-reminder', 'invitation-reminder'],
    ])
    expect(sent.at(-1)?.subject).toContain('Laatste herinnering')
    expect((await trio.myobi.call(null, 'POST', '/invited/look', { token: sent[0]?.token })).body.code).toBe(
      'link_replaced',
    )
  }, 60_000)

  test('the board counts what is where and what is overdue', async () => {
    const board = await trio.company.call<{
      columns: { state: string; count: number; overdue: number; items: Invitation[] }[]
      steps: { state: string; median_days: number | null; count: number }[]
    }>('company', 'GET', '/invitations/board')
    const column = (state: string) => board.body.columns.find((one) => one.state === state)
    expect(column('draft')?.count).toBeGreaterThan(0)
    // Time went by: what was aimed for is over.
    expect(column('draft')?.overdue).toBe(column('draft')?.count)
    expect(column('registered')?.items).toEqual([])
    expect(board.body.steps.map(({ state }) => state)).toEqual([
      ...['draft', 'informed', 'submitted', 'investigating', 'accepted', 'policy_pending'],
    ])
    const late = await trio.company.call<{ items: Invitation[] }>(
      'company',
      'GET',
      '/invitations?overdue=true',
    )
    expect(late.body.items.every(({ overdue }) => overdue)).toBe(true)
    const places = await trio.company.call<{ roles: { role: string; partners: number }[] }>(
      'company',
      'GET',
      '/invitations/ecosystem',
    )
    expect(places.status).toBe(200)
  })
})
