import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seconds } from '../src/core/index.ts'
import { createSecurityEvent, type Tell } from '../src/events/index.ts'
import type { Signer } from '../src/jose/index.ts'
import { rows } from '../src/store/index.ts'
import { signFetch, signSettled } from '../src/trade-secrets/sharing/messages.ts'
import { agreeing, giveContractRoles } from './support/agreements.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { eventually, settleTrio, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'
import { openReceiver, type Receiver } from './support/receiver.ts'

interface Shown {
  id: string
  code: string
  label: string
  title: string
  description: string
  state: string
  how: string | null
  digest: string
  return_by: string
  end_code: string
  statement: string | null
  refused: string | null
  documents: { id: string; name: string; digest: string }[]
  items: Shown[]
  person: { id: string }
  share: string | null
  document: string | null
}

const secret = {
  title: 'Desem van 1911',
  description: 'Roggemeel en water,\nzes dagen op 19 graden.',
  value: { amount: 250_000, why: 'Niemand bakt het na' },
  measures: ['Het recept ligt achter slot'],
  owner: 'company',
}
const wanted = { partner: '48245915', label: 'Recept 3', purpose: 'Bakproef in mei', roles: ['coordinator'] }
const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from('Zes dagen op 19 graden. '.repeat(40_000))])

onEachEngine((engine) => {
  let trio: TestTrio
  let company: Inside
  let partner: Inside
  let receiver: Receiver
  /** In force, and covering trade secrets. */
  let nda: string
  const { inForce, step } = agreeing(() => trio)

  const ours = (method: 'GET' | 'POST', path: string, body?: object) =>
    trio.company.call<Shown>('company', method, path, body)
  const theirs = (account: string, method: 'GET' | 'POST', path: string, body?: object) =>
    trio.partner.call<Shown>(account, method, path, body)
  const fetched = (account: string, id: string) => theirs(account, 'GET', `/received-secrets/${id}`)
  const upload = async (id: string) => {
    const path = `/api/v1/trade-secrets/${id}/documents?name=recept.pdf`
    const authorization = `Bearer ${trio.company.token('company')}`
    const headers = { authorization, 'content-type': 'application/octet-stream' }
    const response = await fetch(trio.company.url + path, { method: 'POST', headers, body: pdf })
    return ((await response.json()) as Shown).documents.at(-1)?.id ?? ''
  }
  const download = (account: string, share: string, document: string) =>
    fetch(`${trio.partner.url}/api/v1/received-secrets/${share}/documents/${document}`, {
      headers: { authorization: `Bearer ${trio.partner.token(account)}` },
    })
  const register = async () => (await ours('POST', '/trade-secrets', secret)).body.id
  const share = (id: string, more: object = {}) =>
    ours('POST', `/trade-secrets/${id}/shares`, { agreement: nda, ...wanted, ...more })
  const received = async (id: string, state = 'live') => {
    const list = async () => (await theirs('partner', 'GET', '/received-secrets')).body.items
    return eventually(
      async () => (await list()).find((one) => one.id === id && one.state === state),
      `${id} ${state} at the partner`,
    )
  }
  const given = async (id: string, path = '') =>
    (await ours('GET', `/trade-secret-shares${path}`)).body.items.find((one) => one.id === id)
  /** A secret that the partner knows is shared with it. */
  const shared = async (more: object = {}) => {
    const { status, body } = await share(await register(), more)
    expect(status, body.code).toBe(201)
    await received(body.id)
    return body.id
  }
  const looks = async (id: string) =>
    rows<{ person_id: string; document_id: string | null }>(
      company.store.reader,
      'SELECT person_id, document_id FROM trade_secret_look WHERE share_id = ? ORDER BY id',
      [id],
    )

  /** A question as the partner's node would ask it, with something changed. */
  const question = async (id: string, more: object = {}, signer: Signer = partner.signer) => {
    const iat = seconds(trio.clock.now())
    return signFetch(
      {
        ...{
          iss: partner.organisation.did,
          aud: company.organisation.did,
          jti: randomUUID(),
          iat,
          exp: iat + 60,
        },
        ...{ share: id, person: (await partner.person('partner')).did, roles: ['coordinator'], ...more },
      },
      signer,
    )
  }
  const post = async (compact: string) => {
    const response = await fetch(`${company.wallet}/trade-secrets`, {
      method: 'POST',
      headers: { 'content-type': 'application/jwt' },
      body: compact,
    })
    return { status: response.status, body: (await response.json()) as { code?: string; text?: string } }
  }
  const tellAs = async ({ organisation, signer }: Inside, tell: Tell) => {
    const event = { id: randomUUID(), tell, at: trio.clock.now(), issuer: organisation.did }
    const response = await fetch(`${company.wallet}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/secevent+jwt' },
      body: await createSecurityEvent({ ...event, audience: company.wallet }, signer),
    })
    return response.status === 202 ? '202' : ((await response.json()) as { description: string }).description
  }
  const heard = (node: TestNode, what: string, id: string) =>
    receiver.effects.filter(
      ({ event }) =>
        event.type === `nl.regie.secret.${what}` &&
        event.subject === id &&
        String(event.source).includes(new URL(node.url).host),
    )

  beforeAll(async () => {
    receiver = await openReceiver()
    trio = await startTrio(engine)
    await settleTrio(trio)
    company = await openInside(trio.company, trio.clock)
    partner = await openInside(trio.partner, trio.clock)
    for (const inside of [company, partner]) await giveContractRoles(inside)
    for (const node of [trio.company, trio.partner])
      await node.call(node.config.name, 'POST', '/webhooks', { url: receiver.url })
    nda = await inForce({ trade_secrets: true })
  })
  afterAll(() => receiver.close())

  describe('a shared trade secret', () => {
    test('is read by who needs to know, and the owner sees who looked', async () => {
      const id = await shared()
      const { status, body } = await fetched('partner', id)
      expect([status, body.title, body.description]).toEqual([200, secret.title, secret.description])
      // What it is worth to its owner, and how it is kept there, is not what was shared.
      expect(JSON.stringify(body)).not.toMatch(/250|bakt het na|achter slot/)
      const { did } = await partner.person('partner')
      expect(await looks(id)).toEqual([{ person_id: did, document_id: null }])
      const mine = await given(id)
      const log = (
        await ours('GET', `/trade-secrets/${(mine as unknown as { secret: string }).secret}/looks`)
      ).body
      expect(log.items).toMatchObject([{ person: { id: did }, share: id }])
    })

    test('is named by its label until it is opened, and stays nowhere at the partner', async () => {
      const id = await shared()
      expect(await received(id)).toMatchObject({ label: 'Recept 3' })
      await fetched('partner', id)
      for (const { store } of [partner, company])
        for (const table of ['received_secret', 'trade_secret_share', 'outbox', 'audit_entry']) {
          const found = JSON.stringify(await rows(store.reader, `SELECT * FROM ${table}`))
          expect(found, table).not.toMatch(/Desem|Roggemeel|Recept 3|Bakproef/)
        }
    })

    test('is not there for others of the partner, its administrator included', async () => {
      const { did } = await partner.person('bram')
      const id = await shared({ roles: [], persons: [did] })
      expect((await fetched('bram', id)).status).toBe(200)
      expect(await fetched('partner', id)).toMatchObject({ status: 403, body: { code: 'secret_not_needed' } })
      // Her own node says so: the owner is not asked.
      const asked = await rows<{ data: string }>(
        partner.store.reader,
        "SELECT data FROM audit_entry WHERE action = 'received_secret.fetched'",
      )
      expect(asked.filter(({ data }) => String(data).includes(id))).toHaveLength(1)
      const other = await shared()
      expect(await fetched('bram', other)).toMatchObject({ status: 404 })
      expect(
        (await theirs('bram', 'GET', '/received-secrets')).body.items.map((one) => one.id),
      ).not.toContain(other)
    })

    test('needs an agreement in force that covers trade secrets, and somebody who needs to know', async () => {
      const id = await register()
      const refused = async (more: object) => (await share(id, more)).body.code
      expect(await refused({ agreement: randomUUID() })).toBe('agreement_not_in_force')
      expect(await refused({ agreement: await inForce() })).toBe('secret_needs_agreement')
      expect(await refused({ roles: [] })).toBe('secret_nobody_needs_it')
      expect(await refused({ documents: [randomUUID()] })).toBe('file_unknown')
      await ours('POST', `/trade-secrets/${id}/withdrawal`, {})
      expect(await refused({})).toBe('trade_secret_withdrawn')
    })

    test('that is not what the partner was told is refused', async () => {
      const id = await shared()
      const other = `sha-256:${createHash('sha256').update('something else').digest('base64url')}`
      await partner.store.transact((tx) =>
        rows(tx, 'UPDATE received_secret SET digest = ? WHERE id = ? RETURNING id', [other, id]),
      )
      expect(await fetched('partner', id)).toMatchObject({
        status: 502,
        body: { code: 'secret_digest_differs' },
      })
    })
  })

  test('nobody shares or ends a secret with whom it has no agreement, or for somebody else', async () => {
    const share = randomUUID()
    const told = (by: Inside, more: object = {}) =>
      tellAs(by, {
        ...{
          kind: 'secret-shared',
          share,
          agreement: nda,
          label: 'Recept 3',
          purpose: 'Bakproef',
          persons: [],
        },
        ...{ roles: ['coordinator'], digest: `sha-256:${'A'.repeat(43)}`, documents: [], ...more },
      })
    expect(await told(partner, { agreement: randomUUID() })).toBe('event_not_expected')
    expect(await told(partner)).toBe('202')
    // What one partner shares, no other changes or ends.
    const inside = await openInside(trio.myobi, trio.clock)
    expect(await told(inside)).toBe('event_not_expected')
    const ended = { kind: 'secret-share-ended', share, reason: 'secret_unshared' } as const
    expect(await tellAs(inside, ended)).toBe('event_not_expected')
    expect(await tellAs(partner, ended)).toBe('202')
  })

  describe('a question for it', () => {
    test('counts once', async () => {
      const id = await shared()
      const asked = await question(id)
      const all = await Promise.all([post(asked), post(asked), post(asked)])
      expect(all.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
      expect(await post(asked)).toMatchObject({ body: { code: 'message_replayed' } })
      expect(await looks(id)).toHaveLength(1)
    })

    test('is answered to nobody but the partner, for who is on the list, while it is shared', async () => {
      const id = await shared()
      const code = async (compact: Promise<string>) => (await post(await compact)).body.code
      const now = seconds(trio.clock.now())
      expect(await code(question(id, { roles: ['auditor'] }))).toBe('secret_not_needed')
      expect(await code(question(id, { aud: partner.organisation.did }))).toBe('wrong_audience')
      expect(await code(question(id, { iat: now - 900, exp: now - 840 }))).toBe('jws_expired')
      expect(await code(question(id, { exp: now + 3600 }))).toBe('message_lives_too_long')
      expect(await code(question(id, {}, company.signer))).toBe('signer_mismatch')
      const { did: iss } = company.organisation
      expect(await code(question(id, { iss }, company.signer))).toBe('secret_share_unknown')
      expect(await code(question(randomUUID()))).toBe('secret_share_unknown')
      expect(await code(question(id, { document: randomUUID() }))).toBe('file_unknown')
      const [head, body, signature = ''] = (await question(id)).split('.')
      const forged = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
      expect((await post(forged)).body.code).toMatch(/^jws_/)
      expect((await post('')).body.code).toBe('secret_fetch_malformed')
      expect((await post('a.b.c')).status).toBe(400)
      expect(await looks(id)).toEqual([])
    })

    test('of a partner that is suspended is refused', async () => {
      const id = await shared()
      const desk = (path: string) =>
        trio.myobi.call('myobi', 'POST', `/registry/${path}`, {
          did: partner.organisation.did,
          reason: 'Proef',
        })
      expect((await desk('suspensions')).status).toBeLessThan(300)
      try {
        await eventually(async () => {
          const { body } = await post(await question(id))
          return body.code === 'partner_not_in_good_standing'
        }, 'the suspension is known')
      } finally {
        expect((await desk('resumptions')).status).toBeLessThan(300)
      }
      await eventually(async () => (await post(await question(id))).status === 200, 'the resumption is known')
    })
  })

  describe('a document of it', () => {
    test('comes whole when it was shared with it, and not otherwise', async () => {
      const id = await register()
      const [one, other] = [await upload(id), await upload(id)]
      const { body } = await share(id, { documents: [one] })
      await received(body.id)
      expect((await fetched('partner', body.id)).body.documents).toMatchObject([
        { id: one, name: 'recept.pdf' },
      ])
      const got = await download('partner', body.id, one)
      expect(Buffer.from(await got.arrayBuffer()).equals(pdf)).toBe(true)
      expect((await download('partner', body.id, other)).status).toBe(404)
      expect((await post(await question(body.id, { document: other }))).body.code).toBe('file_unknown')
      expect((await looks(body.id)).map((look) => look.document_id)).toEqual([null, one])
    })

    test('that is not what was told does not come through whole', async () => {
      const id = await register()
      const document = await upload(id)
      const { body } = await share(id, { documents: [document] })
      const { documents } = await received(body.id)
      const other = `sha-256:${'A'.repeat(43)}`
      await partner.store.transact((tx) =>
        rows(tx, 'UPDATE received_secret SET documents = ? WHERE id = ? RETURNING id', [
          JSON.stringify(documents.map((one) => ({ ...one, digest: other }))),
          body.id,
        ]),
      )
      const broken = download('partner', body.id, document).then((response) => response.arrayBuffer())
      await expect(broken).rejects.toThrow()
    })
  })

  describe('when it is over', () => {
    test('nobody sees it any more, and it is confirmed once that it is gone', async () => {
      const id = await shared()
      expect(
        await theirs('partner', 'POST', `/received-secrets/${id}/confirmation`, { how: 'destroyed' }),
      ).toMatchObject({ status: 409, body: { code: 'secret_share_live' } })
      expect(await ours('POST', `/trade-secret-shares/${id}/end`, {})).toMatchObject({
        body: { state: 'ended', end_code: 'secret_unshared' },
      })
      expect((await ours('POST', `/trade-secret-shares/${id}/end`, {})).body.code).toBe('secret_share_ended')
      // Whether or not the partner's node heard of it.
      expect((await post(await question(id))).body.code).toBe('secret_share_ended')
      await received(id, 'ended')
      expect(await fetched('partner', id)).toMatchObject({
        status: 409,
        body: { code: 'secret_share_ended' },
      })
      const confirm = () =>
        theirs('partner', 'POST', `/received-secrets/${id}/confirmation`, { how: 'destroyed' })
      const both = await Promise.all([confirm(), confirm()])
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
      const settled = await eventually(async () => {
        const one = await given(id)
        return one?.state === 'settled' && one
      }, 'the word of the partner')
      expect(settled).toMatchObject({ how: 'destroyed', statement: expect.stringMatching(/^ey/) })
      await eventually(async () => heard(trio.company, 'share_settled', id).length === 1, 'the webhook of it')
      expect(heard(trio.partner, 'received', id)).toHaveLength(1)
    })

    test('of another, or of something else, nobody can say that it is gone', async () => {
      const id = await shared()
      await ours('POST', `/trade-secret-shares/${id}/end`, {})
      const { digest } = await received(id, 'ended')
      const said = (more: object) =>
        signSettled(
          {
            ...{
              iss: partner.organisation.did,
              aud: company.organisation.did,
              iat: seconds(trio.clock.now()),
            },
            ...{ share: id, digest, how: 'destroyed', ...more },
          },
          partner.signer,
        )
      const tell = async (by: Inside, more: object) =>
        tellAs(by, { kind: 'secret-share-settled', share: id, how: 'destroyed', statement: await said(more) })
      expect(await tell(partner, { share: randomUUID() })).toBe('secret_settlement_wrong')
      expect(await tell(partner, { digest: `sha-256:${'A'.repeat(43)}` })).toBe('secret_settlement_wrong')
      expect(await tell(partner, { how: 'returned' })).toBe('secret_settlement_wrong')
      expect(await tell(company, {})).toBe('event_not_expected')
      const [head, body, signature = ''] = (await said({})).split('.')
      const statement = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
      const forged = { kind: 'secret-share-settled', share: id, how: 'destroyed', statement } as const
      expect(await tellAs(partner, forged)).toMatch(/^jws_/)
      expect(await given(id)).toMatchObject({ state: 'ended' })
      expect(await tell(partner, {})).toBe('202')
      expect(await given(id)).toMatchObject({ state: 'settled' })
    })

    test('closes with the agreement, and what is not returned in time is seen at both', async () => {
      const agreement = await inForce({ trade_secrets: true })
      const id = await shared({ agreement })
      const done = await shared({ agreement })
      await step(trio.partner, agreement, 'termination', { reason: 'Wanprestatie', at_once: true })
      // The partner ended it: its own people read no more, before our node heard of it.
      expect((await fetched('partner', id)).body.code).toBe('secret_share_ended')
      await eventually(async () => (await given(id))?.state === 'ended', 'our side heard')
      expect(await given(id)).toMatchObject({ end_code: 'agreement_over' })
      await theirs('partner', 'POST', `/received-secrets/${done}/confirmation`, { how: 'returned' })
      await eventually(async () => (await given(done))?.state === 'settled', 'one is settled')
      expect(await given(id, '?overdue=true')).toBeUndefined()
      trio.clock.advance(31 * 86_400_000)
      expect(await given(id, '?overdue=true')).toMatchObject({ id })
      expect(await given(done, '?overdue=true')).toBeUndefined()
      for (const node of [trio.company, trio.partner]) {
        await node.restart()
        await eventually(
          async () => heard(node, 'settlement_overdue', id).length === 1,
          `${node.config.name} hears that it is overdue`,
        )
        expect(heard(node, 'settlement_overdue', done)).toEqual([])
      }
    })

    test('closes at the last moment of the agreement, before anything came by to end it', async () => {
      const agreement = await inForce({ trade_secrets: true })
      const id = await shared({ agreement })
      const ended = trio.clock.now() - 1000
      await company.store.transact((tx) =>
        rows(tx, 'UPDATE agreement SET ends_at = ?, renewal = NULL WHERE id = ? RETURNING id', [
          ended,
          agreement,
        ]),
      )
      expect((await post(await question(id))).body.code).toBe('agreement_not_in_force')
      expect(await looks(id)).toEqual([])
    })

    test('closes when the secret is taken out of the register', async () => {
      const secretId = await register()
      const { body } = await share(secretId, { agreement: await inForce({ trade_secrets: true }) })
      await received(body.id)
      await ours('POST', `/trade-secrets/${secretId}/withdrawal`, {})
      expect(await given(body.id)).toMatchObject({ state: 'ended', end_code: 'trade_secret_withdrawn' })
      await received(body.id, 'ended')
    })
  })
})
