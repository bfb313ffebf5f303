import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { HolderRoom } from '../../test/support/holder-room.ts'
import { ANCHOR, EMPLOYER, US, VerificationRoom } from '../../test/support/verification-room.ts'
import { Wallet } from '../../test/support/verification-wallet.ts'
import { accessEventTable } from '../access/index.ts'
import { publicJwkOf } from '../jose/index.ts'

onEachEngine((engine) => {
  let verifier: VerificationRoom
  let asker: Wallet
  let room: HolderRoom
  let registration: string
  beforeAll(async () => {
    verifier = await VerificationRoom.open({ engine, host: 'localhost' })
    asker = new Wallet(verifier)
    room = await HolderRoom.open({
      engine,
      standings: new Map([[US, 'registered']]),
      requireKey: async () => publicJwkOf(verifier.keys.get(US) as never),
    })
    const company = room.holder('company')
    registration = await room.keep('company', await verifier.issue(company, 'company-registration', ANCHOR))
  })

  const events = async () => room.store.reader.find(accessEventTable, { order: { id: 'ASC' } })

  test('who asks, what it would see and what else would do are shown before anything is sent', async () => {
    const started = await asker.start({})
    const { status, body } = await room.open(started.link, 'company')
    expect(status).toBe(201)
    expect(body).toMatchObject({
      ...{ state: 'pending', answerable: true, of: 'company' },
      verifier: { client_id: started.client_id, name: 'Verifier B.V.', known: true, standing: 'registered' },
      queries: [
        {
          ...{ id: 'registration', required: true, missing: [] },
          candidates: [{ id: registration, chosen: true, forbidden_by: null }],
        },
      ],
    })
    const shows = body.queries[0]?.candidates[0]?.shows ?? []
    expect(shows).toContainEqual({
      ...{ claim: 'company-registration.kvk_number', value: '99990001', asked: true },
    })
    expect(shows.map(({ claim }) => claim)).not.toContain('company-registration.legal_form')
    expect(await asker.show(started)).toMatchObject({ state: 'waiting' })
    expect(await events()).toEqual([])
  })

  test('links that nobody answers do not pile up without end', async () => {
    const requireKey = async () => publicJwkOf(verifier.keys.get(US) as never)
    const other = await HolderRoom.open({ engine, requireKey })
    const open = async () => other.open((await asker.start({})).link)
    for (let count = 0; count < 100; count += 1) expect((await open()).status).toBe(201)
    expect(await open()).toMatchObject({ status: 429, body: { code: 'too_many_presentation_requests' } })
  })

  test('what was agreed to is shown, and nothing else; who looked is in the log', async () => {
    const started = await asker.start({})
    const { body: opened } = await room.open(started.link, 'company')
    const accepted = await room.accept(opened.id, {}, 'willemijn')
    expect(accepted).toMatchObject({ status: 200, body: { state: 'sent', redirect_uri: null } })
    expect(await asker.show(started)).toMatchObject({
      accepted: true,
      credentials: [
        {
          claims: { name: 'Kwekerij De Linde B.V.', kvk_number: '99990001', registered_on: '2026-01-15' },
          checks: expect.not.arrayContaining([expect.objectContaining({ code: 'more_than_asked' })]),
        },
      ],
    })
    const [event] = await events()
    expect(event).toMatchObject({
      asker: US,
      outcome: 'permit',
      subjectParty: (await room.party('company')).id,
    })
    expect(event?.claims.map(({ path }) => path.join('.'))).toEqual(
      opened.queries[0]?.candidates[0]?.shows.map(({ claim }) => claim.replace('company-registration.', '')),
    )
    expect(await room.accept(opened.id, {}, 'willemijn')).toMatchObject({
      status: 409,
      body: { code: 'presentation_request_decided' },
    })
    expect(await room.open(started.link, 'company')).toMatchObject({
      status: 502,
      body: { code: 'request_not_fetched' },
    })
  })

  test('opening a link twice gives one request', async () => {
    const { link } = await asker.start({})
    const [one, other] = await Promise.all([room.open(link, 'company'), room.open(link, 'company')])
    expect(one.body.id).toBe(other.body.id)
  })

  test('a no is told to the verifier, and looks the same whether it is held or not', async () => {
    const told = async (as: 'sanne' | 'company') => {
      const started = await asker.start({})
      const { body } = await room.open(started.link, as)
      const declined = await room.decline(body.id, as === 'company' ? 'willemijn' : 'sanne')
      expect(declined.body).toMatchObject({ state: 'declined' })
      const { id: _id, ...shown } = (await asker.show(started)) as unknown as Record<string, unknown>
      return { state: shown.state, error: shown.error, answerable: body.answerable }
    }
    const [held, missing] = [await told('company'), await told('sanne')]
    expect([held.answerable, missing.answerable]).toEqual([true, false])
    expect([held, missing]).toEqual([
      { state: 'failed', error: 'access_denied', answerable: true },
      { state: 'failed', error: 'access_denied', answerable: false },
    ])
  })

  test('what is missing is named with where it comes from', async () => {
    const { body } = await room.open((await asker.start({})).link)
    expect(body.queries[0]).toMatchObject({
      candidates: [],
      missing: [{ type: 'company-registration', from: 'trust_anchor', name: 'MYOBI' }],
    })
    expect(await room.accept(body.id)).toMatchObject({
      status: 422,
      body: { code: 'presentation_not_held' },
    })
  })

  describe('a person', () => {
    const link = async () =>
      (await asker.start({ preset: 'employee-role', parameters: { employer: EMPLOYER } })).link
    const role = () => verifier.issue(room.holder('sanne'), 'employee-role', EMPLOYER, employed)
    const employed = { employer: { did: EMPLOYER, name: 'Bakkerij' }, role: 'account_manager' }

    test('shows with her own open key only', async () => {
      await room.keep('sanne', await role())
      const { id } = (await room.open(await link())).body
      const her = (await room.party('sanne')).id
      room.unlocked.delete(her)
      expect(await room.accept(id)).toMatchObject({ status: 403, body: { code: 'consent_locked' } })
      room.unlocked.add(her)
      expect((await room.accept(id)).body).toMatchObject({ state: 'sent' })
    })

    test('alone decides: an administrator neither looks nor answers for her', async () => {
      const { id } = (await room.open(await link())).body
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/acceptance'],
        ['POST', '/refusal'],
      ] as const)
        expect(
          await room.call(
            'willemijn',
            method,
            `/presentations/requests/${id}${path}`,
            method === 'POST' ? {} : undefined,
          ),
        ).toMatchObject({ status: 403, body: { code: 'not_data_subject' } })
      expect(await room.open(await link(), 'company')).toMatchObject({ body: { answerable: false } })
      const { body } = await room.call<{ items: { id: string }[] }>(
        'willemijn',
        'GET',
        '/presentations/requests',
      )
      expect(body.items.map((one) => one.id)).not.toContain(id)
    })

    test('does not decide for the company', async () => {
      const { link } = await asker.start({})
      expect(
        await room.call('sanne', 'POST', '/presentations/requests', { link, of: 'company' }),
      ).toMatchObject({ status: 403, body: { code: 'not_data_subject' } })
    })

    test('chooses where several would do', async () => {
      const second = await room.keep('sanne', await role())
      const { body } = await room.open(await link())
      const [first, other] = body.queries[0]?.candidates ?? []
      expect([first?.chosen, other?.chosen]).toEqual([true, false])
      expect(second).toBe(first?.id)
      const chosen = { credentials: [other?.id] }
      expect((await room.accept(body.id, chosen)).body).toMatchObject({ state: 'sent' })
    })

    test.each(['another', '01900000-0000-7000-8000-000000000000'])(
      'does not show something else than she chose: %s',
      async (unknown) => {
        const { body } = await room.open(await link())
        expect(await room.accept(body.id, { credentials: [unknown] })).toMatchObject({
          status: 422,
          body: { code: 'choice_unknown' },
        })
      },
    )
  })

  test('two who agree at the same time send once', async () => {
    const started = await asker.start({})
    const { id } = (await room.open(started.link, 'company')).body
    let sent = 0
    room.beforeSending = async (url) => {
      if (url.includes('/responses/')) sent += 1
    }
    const before = (await events()).length
    const answers = await Promise.all([1, 2].map(() => room.accept(id, {}, 'willemijn')))
    room.beforeSending = async () => {}
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(sent).toBe(1)
    expect((await events()).length).toBe(before + 1)
  })

  test('what a verifier did not take says so, and is sent again only when that is asked for', async () => {
    const started = await asker.start({})
    const { id } = (await room.open(started.link, 'company')).body
    let isAway = true
    let logged = 0
    room.beforeSending = async () => {
      logged = (await events()).length
      if (isAway) throw Object.assign(new Error('down'), { name: 'down' })
    }
    const before = (await events()).length
    // A crash on the way: the process ends after the commit.
    expect((await room.accept(id, {}, 'willemijn')).status).toBe(500)
    expect(logged).toBe(before + 1)
    expect((await room.accept(id, {}, 'willemijn')).body).toMatchObject({
      code: 'presentation_outcome_unknown',
    })
    expect((await room.accept(id, { again: true }, 'willemijn')).body).toMatchObject({
      code: 'presentation_outcome_unknown',
    })
    room.offset += 61_000
    verifier.offset += 61_000
    isAway = false
    expect((await room.accept(id, { again: true }, 'willemijn')).body).toMatchObject({ state: 'sent' })
    room.beforeSending = async () => {}
    expect(await asker.show(started)).toMatchObject({ accepted: true })
    room.offset = 0
    verifier.offset = 0
  })

  test('nobody without a token of this node gets in', async () => {
    const { link } = await asker.start({})
    const { id } = (await room.open(link, 'company')).body
    for (const as of [null, 'somebody-elsewhere'])
      expect((await room.call(as, 'GET', `/presentations/requests/${id}`)).status).toBe(401)
    const nowhere = '/presentations/requests/01900000-0000-7000-8000-000000000000'
    expect(await room.call('sanne', 'GET', nowhere)).toMatchObject({
      status: 404,
      body: { code: 'presentation_request_unknown' },
    })
  })
})
