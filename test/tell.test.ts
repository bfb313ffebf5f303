import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createSecurityEvent, receivedEventTable, type Tell } from '../src/events/index.ts'
import { noticeTable } from '../src/notices/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import {
  type Answer,
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

interface Notice {
  id: string
  kind: string
  claims: string[]
  state: string
  reason: string | null
  recipient: { name: string }
  read_at: string | null
  last_error: string | null
}

onEachEngine((engine) => {
  let trio: TestTrio
  let partner: Inside
  let company: Inside
  /** Of the partner's own data, and of Bram's. */
  let grants: { partner: string; bram: string }

  const noticesOf = async (account: string, query = '') => {
    const { body } = await trio.partner.call<{ items: Notice[] }>(account, 'GET', `/notices${query}`)
    return body.items
  }
  const settled = (account: string, query = '') =>
    eventually(async () => {
      const found = await noticesOf(account, query)
      return found.length > 0 && found.every(({ state }) => state !== 'waiting' && state !== 'told') && found
    }, 'an answer to every notice')
  const grant = async (account: 'partner' | 'bram') => {
    const list = await trio.partner.call<{ items: { id: string }[] }>(
      account,
      'GET',
      '/access/requests?state=pending',
    )
    const path = `/access/requests/${list.body.items[0]?.id}/approval`
    const { body } = await trio.partner.call<{ grant: { id: string } }>(account, 'POST', path, {})
    return body.grant.id
  }
  const read = () =>
    trio.company.call<{ claims: { claim: string; value: unknown }[] }>('sanne', 'POST', '/access/reads', {
      partner: '48245915',
    })

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    await trio.company.call('sanne', 'POST', '/access/requests', newRequest)
    grants = { partner: await grant('partner'), bram: await grant('bram') }
    await eventually(async () => (await read()).body.claims?.length === 3, 'both grants')
    partner = await openInside(trio.partner, trio.clock)
    company = await openInside(trio.company, trio.clock)
  })

  test('who corrects nothing tells nobody anything', async () => {
    await trio.partner.call('partner', 'POST', '/profile', { phone_number: '+31101234567' })
    await trio.partner.call('partner', 'POST', '/profile', { phone_number: '+31101234568' })
    expect(await noticesOf('partner')).toEqual([])
  })

  test('a correction is told to whoever it is open to, and the owner sees what became of it', async () => {
    const began = Date.now()
    await trio.partner.call('partner', 'POST', '/profile', { email: 'nieuw@kruimelkoning.example' })
    const [notice] = await settled('partner')
    expect(Date.now() - began).toBeLessThan(5_000)
    expect(notice).toMatchObject({
      kind: 'corrected',
      claims: ['company-profile.email'],
      recipient: { name: 'Nietmachine B.V.' },
      read_at: null,
    })
    const { body } = await read()
    expect(body.claims.find(({ claim }) => claim === 'company-profile.email')?.value).toBe(
      'nieuw@kruimelkoning.example',
    )
    expect((await noticesOf('partner'))[0]?.read_at).toMatch(/^20/)
    // Names, no values: nothing the outbox, the notice or the audit log keeps says what it is now.
    const kept = await partner.store.reader.query('SELECT * FROM outbox')
    expect(JSON.stringify([kept, await partner.store.reader.find(noticeTable)])).not.toContain('nieuw@')
  })

  test('each sees what was told about her own data only', async () => {
    await trio.partner.call('bram', 'POST', '/me/profile', { email: 'bram.nieuw@kruimelkoning.example' })
    const his = await settled('bram')
    expect(his).toMatchObject([{ kind: 'corrected', claims: ['contact-person.email'] }])
    expect((await noticesOf('partner')).map(({ id }) => id)).not.toContain(his[0]?.id)
    expect(await trio.partner.call('partner', 'POST', `/notices/${his[0]?.id}/resend`, {})).toMatchObject({
      status: 404,
      body: { code: 'notice_unknown' },
    })
  })

  describe('what a stranger or a thief sends', () => {
    let wallet: string
    const tell = (): Tell => ({ kind: 'grant-ended', grant: grants.partner, reason: 'grant_revoked' })
    const post = (body: string, to = wallet, type = 'application/secevent+jwt') =>
      fetch(`${to}/events`, { method: 'POST', headers: { 'content-type': type }, body })
    const event = (by: Inside, over: { tell?: Tell; audience?: string; at?: number; id?: string } = {}) =>
      createSecurityEvent(
        {
          id: randomUUID(),
          issuer: by.organisation.did,
          audience: wallet,
          tell: tell(),
          at: trio.clock.now(),
          ...over,
        },
        by.signer,
      )
    const refusal = async (response: Response) => [
      response.status,
      ((await response.json()) as { description?: string }).description,
    ]
    beforeAll(() => {
      wallet = company.wallet
    })

    test.each<[string, () => Promise<string>, string]>([
      ['of another company about a grant that is not its own', () => event(company), 'event_not_expected'],
      [
        'about a grant nobody gave',
        () => event(partner, { tell: { ...tell(), grant: randomUUID() } as Tell }),
        'event_not_expected',
      ],
      [
        'about a notice nobody sent',
        () => event(partner, { tell: { kind: 'tell-settled', tell: randomUUID(), outcome: 'acknowledged' } }),
        'event_not_expected',
      ],
      ['for another wallet', () => event(partner, { audience: partner.wallet }), 'event_audience_mismatch'],
      ['of last week', () => event(partner, { at: trio.clock.now() - 8 * 86_400_000 }), 'event_too_old'],
      [
        'that was changed on the way',
        async () => (await event(partner)).replace(/[^.](?=[^.]{85}$)/, (c) => (c === 'A' ? 'B' : 'A')),
        'event_not_expected',
      ],
      ['that is no token', async () => 'hello', 'jws_malformed'],
    ])('%s is refused', async (_what, compact, code) => {
      expect(await refusal(await post(await compact()))).toEqual([400, code])
    })

    test('to a person, or as something else, is refused', async () => {
      const hers = await company.walletOf('sanne')
      expect((await post(await event(partner, { audience: hers }), hers)).status).toBe(400)
      expect((await post(await event(partner), wallet, 'application/jwt')).status).toBe(400)
      expect((await post('x'.repeat(70_000))).status).toBe(413)
    })

    test('leaves no trace', async () => {
      const known = await company.store.reader.countBy(receivedEventTable, {
        issuer: partner.organisation.did,
      })
      expect(known).toBe(2)
      expect((await read()).status).toBe(200)
    })
  })

  test('the same event again is taken and counts once', async () => {
    const compact = await createSecurityEvent(
      {
        id: randomUUID(),
        issuer: partner.organisation.did,
        audience: company.wallet,
        tell: { kind: 'claims-changed', grant: grants.partner, claims: [{ vct: 'x', path: ['y'] }] },
        at: trio.clock.now(),
      },
      partner.signer,
    )
    const post = () =>
      fetch(`${company.wallet}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/secevent+jwt' },
        body: compact,
      })
    const before = await company.store.reader.query('SELECT count(*) AS n FROM outbox')
    const statuses = (await Promise.all([post(), post(), post()])).map(({ status }) => status)
    expect(statuses).toEqual([202, 202, 202])
    const after = await company.store.reader.query('SELECT count(*) AS n FROM outbox')
    expect(Number(after[0].n) - Number(before[0].n)).toBe(1)
  })

  test('a grant that is taken back ends at once with who held it', async () => {
    await trio.partner.call('bram', 'POST', `/access/grants/${grants.bram}/revocation`, {})
    const [notice] = await settled('bram')
    expect(notice).toMatchObject({ kind: 'ended', state: 'acknowledged', reason: 'grant_revoked' })
    const held = await trio.company.call<{ items: { id: string; state: string; ended: string }[] }>(
      'sanne',
      'GET',
      '/access/grants/received',
    )
    expect(held.body.items.find(({ id }) => id === grants.bram)).toMatchObject({
      state: 'ended',
      ended: 'grant_revoked',
    })
  })

  test('why a grant ended is a code of ours, whatever the partner calls it', async () => {
    await trio.company.call('sanne', 'POST', '/access/requests', {
      ...newRequest,
      claims: ['contact-person.given_name'],
    })
    const id = await grant('bram')
    const held = async () => {
      const { body } = await trio.company.call<{ items: { id: string; ended: string | null }[] }>(
        'sanne',
        'GET',
        '/access/grants/received',
      )
      return body.items.find((one) => one.id === id)
    }
    await eventually(async () => (await held()) !== undefined, 'the grant')
    const compact = await createSecurityEvent(
      {
        id: randomUUID(),
        issuer: partner.organisation.did,
        audience: company.wallet,
        tell: { kind: 'grant-ended', grant: id, reason: 'token_invalid' },
        at: trio.clock.now(),
      },
      partner.signer,
    )
    const taken = await fetch(`${company.wallet}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/secevent+jwt' },
      body: compact,
    })
    expect(taken.status).toBe(202)
    expect(await held()).toMatchObject({ state: 'ended', ended: 'grant_ended' })
    await trio.partner.call('bram', 'POST', `/access/grants/${id}/revocation`, {})
  })

  test('whoever held a grant hears of a correction after it ended too', async () => {
    await trio.partner.call('bram', 'POST', '/me/profile', { email: 'bram@kruimelkoning.example' })
    const [notice] = await settled('bram')
    expect(notice).toMatchObject({ kind: 'corrected', grant: grants.bram })
  })

  test('but not whoever confirmed that nothing is left, nor whoever never looked', async () => {
    const deletion = `/access/grants/received/${grants.bram}/deletion`
    expect((await trio.company.call('sanne', 'POST', deletion, {})).status).toBe(201)
    await eventually(async () => {
      const receipt = `/access/grants/${grants.bram}/receipt`
      const { body } = await trio.partner.call<{ copy: { state: string } }>('bram', 'GET', receipt)
      return body.copy.state === 'deleted'
    }, 'the word of the partner')
    await trio.company.call('sanne', 'POST', '/access/requests', {
      ...newRequest,
      claims: ['contact-person.email'],
    })
    const neverUsed = await grant('bram')
    await trio.partner.call('bram', 'POST', `/access/grants/${neverUsed}/revocation`, {})
    const before = (await noticesOf('bram')).filter(({ kind }) => kind === 'corrected').length
    await trio.partner.call('bram', 'POST', '/me/profile', { email: 'bram.weer@kruimelkoning.example' })
    const after = (await noticesOf('bram')).filter(({ kind }) => kind === 'corrected').length
    expect(after - before).toBe(0)
  })

  describe('a recipient that is away', () => {
    const away = (node: TestNode) => node.node.dispose()
    let made: Answer

    test('is told when it is back, and the owner sees why not yet', async () => {
      await away(trio.company)
      made = await trio.partner.call('partner', 'POST', '/profile', { email: 'later@kruimelkoning.example' })
      expect(made.status).toBe(200)
      const [notice] = await eventually(async () => {
        const found = await noticesOf('partner', '?state=waiting')
        return found[0]?.last_error ? found : null
      }, 'a try that failed')
      expect(notice).toMatchObject({ state: 'waiting', last_error: 'egress_unreachable' })
      expect(await trio.partner.call('partner', 'POST', `/notices/${notice?.id}/resend`, {})).toMatchObject({
        status: 200,
        body: { state: 'waiting' },
      })
      await trio.company.restart()
      const after = await settled('partner')
      expect(after.find(({ id }) => id === notice?.id)?.state).toMatch(/acknowledged|impossible/)
    })
  })
})
