import { expect, test } from 'vitest'
import { servicedeskOf } from '../src/config/index.ts'
import { silentLog } from '../src/core/index.ts'
import { onEachEngine } from './support/engines.ts'
import { importPartners } from './support/invitations.ts'
import { type MailServer, openMailServer } from './support/mail-server.ts'
import { administrator, eventually, startTrio, type TestNode } from './support/nodes.ts'

/*
 * The whole road, once: a company's coordinator, MYOBI's servicedesk and a partner that was not there before.
 * List → notice → order → case → acceptance → node → policy → attestation → NDA → grant → look.
 */
const baker = {
  name: 'Warme Bakker Oosterhof B.V.',
  kvk: '90001354',
  contact: 'Bram Korst',
  email: 'bram@oosterhof.example',
}
const contractRoles = ['contract_author', 'contract_reviewer', 'contract_authority', 'contract_signatory']
const extract = Buffer.from('%PDF-1.7\nuittreksel Handelsregister, gewaarmerkt\n%%EOF\n')
const nda = {
  language: 'nl',
  title: 'Geheimhoudingsovereenkomst',
  body: '# Geheimhouding\n\nWat partijen elkaar laten zien, houden zij voor zich.\n',
  starts_on: '2026-01-01',
  notice: 'P1M',
  surviving: ['Geheimhouding'],
}

onEachEngine((engine) => {
  test('from a list to a look: a partner that was not there is brought in, and opens its own data', {
    timeout: 240_000,
  }, async () => {
    const smtp = await openMailServer({ plain: true })
    const { myobi, company, add } = await startTrio(engine, silentLog, [], (name) => ({
      mail: { host: '127.0.0.1', port: smtp.port, from: `${name}@example.example`, tls: 'none' },
      administrator: administrator(
        name,
        name === 'myobi' ? ['servicedesk'] : ['coordinator', ...contractRoles],
      ),
      ...(name === 'myobi' && {
        servicedesk: { ...servicedeskOf({ loopback: true }), evidence: ['kvk_extract' as const] },
      }),
    }))
    await join(myobi, company)
    await company.call('company', 'POST', '/people', {
      ...{ account: 'sanne', given_name: 'Sanne', family_name: 'Nietje', email: 'sanne@nietmachine.example' },
      ...{ role: 'account_manager', roles: ['account_manager'] },
    })

    // The coordinator's list, and whom she picks from it.
    await importPartners(company, [baker, { name: 'Iemand Anders B.V.', kvk: '90002350' }])
    const invited = await company.call<{ made: { id: string; state: string }[] }>(
      'company',
      'POST',
      '/invitations',
      {
        partners: [baker.kvk],
        why: 'Wij willen uw gegevens bij u laten.',
      },
    )
    const invitation = invited.body.made[0]?.id ?? ''
    expect(invited.body.made).toMatchObject([{ state: 'draft' }])

    // She writes to the partner herself first.
    await company.call('company', 'POST', '/invitations/informed', { ids: [invitation] })
    const notice = await mailTo(smtp, baker.email, 1)
    expect(notice).toMatchObject({ from: 'company@example.example', language: 'nl' })
    expect(notice.text).toContain('Wij willen uw gegevens bij u laten.')
    expect(notice.html).toContain('lang="nl"')

    // Her order; MYOBI opens a case and invites.
    await company.call('company', 'POST', '/invitations/submitted', { ids: [invitation] })
    const invite = await mailTo(smtp, baker.email, 2)
    expect(invite.from).toBe('myobi@example.example')
    const [link = ''] = /http:\/\/127\.0\.0\.1:\d+\/invitation\?t=[\w-]+/.exec(invite.text) ?? []
    expect(link).toContain(myobi.url)

    // The servicedesk takes it, looks at the evidence, and only then accepts.
    const desk = <T>(method: string, path: string, body?: object) =>
      myobi.call<T>('myobi', method, path, body)
    const queue = await desk<{ items: { id: string; organisation: { name: string } }[] }>(
      'GET',
      '/registrations/queue',
    )
    const file = queue.body.items.find(({ organisation }) => organisation.name === baker.name)?.id ?? ''
    expect((await desk('POST', `/registrations/${file}/take`, {})).status).toBe(200)
    expect(await desk('POST', `/registrations/${file}/accept`, {})).toMatchObject({
      status: 409,
      body: { code: 'evidence_incomplete' },
    })
    await acceptOnExtract(myobi, file)
    expect(await board(company, invitation, 'accepted')).toBeTruthy()

    // The partner reads the page, and chooses a node of its own.
    const page = await (await fetch(link)).text()
    for (const words of ['Nietmachine B.V.', baker.name, 'Hoe wilt u meedoen?']) expect(page).toContain(words)
    const token = new URL(link).searchParams.get('t') ?? ''
    const chosen = await myobi.call<{ code: string }>(null, 'POST', '/invited/choice', {
      token,
      choice: 'own_node',
    })
    expect(chosen.status).toBe(200)

    // Its node: its representative accepts the policy, and it is registered and attested.
    const bakery = await add('bakery', { name: baker.name, kvkNumber: baker.kvk })
    const joined = await bakery.call<{ id: string }>('bakery', 'POST', '/registrations/applications', {
      ...{ accept: 1, invitation: chosen.body.code },
    })
    expect(joined).toMatchObject({ status: 202, body: { id: file } })
    const registered = await board(company, invitation, 'registered')
    expect(registered.partner.did).toMatch(/^did:ethr:/)
    // Sent by the company, and taken in at MYOBI: both are moves.
    expect([...new Set(registered.moves.map(({ to }) => to))]).toEqual([
      ...['draft', 'informed', 'submitted', 'investigating', 'accepted', 'registered'],
    ])
    await holdsItsPapers(myobi, bakery)
    await bakery.call('bakery', 'POST', '/profile', { name: baker.name, email: 'info@oosterhof.example' })

    // Both sign one non-disclosure agreement, kept by MYOBI.
    const begun = await company.call<{ id: string }>('company', 'POST', '/agreements', {
      partner: baker.kvk,
      ...nda,
    })
    expect(begun.body).toMatchObject({ id: expect.any(String) })
    const agreement = begun.body.id
    const at = (node: TestNode) => `${node.config.name} /agreements/${agreement}`
    const state = (node: TestNode, wanted: string) =>
      eventually(
        async () => {
          const { body } = await node.call<{ state: string }>(
            node.config.name,
            'GET',
            `/agreements/${agreement}`,
          )
          return body.state === wanted
        },
        `${wanted} at ${at(node)}`,
      )
    const step = (node: TestNode, what: string) =>
      node.call(node.config.name, 'POST', `/agreements/${agreement}/${what}`, { version: 1 })
    await state(bakery, 'external_review')
    expect((await step(bakery, 'review')).status).toBe(201)
    await state(company, 'external_approval')
    for (const [what, then] of [
      ['approval', 'approved'],
      ['signature', 'in_force'],
    ] as const) {
      for (const node of [company, bakery]) expect((await step(node, what)).status).toBe(201)
      for (const node of [company, bakery]) await state(node, then)
    }

    // MYOBI charges what happened: to who invited, and its first contract is free.
    const charged = await eventually(async () => {
      const { body } = await desk<{
        items: { code: string; payer: string; reference: string; free: boolean }[]
      }>('GET', '/billing/items?limit=200')
      const ours = body.items.filter(({ reference }) => [agreement, file].includes(reference))
      return ours.length === 2 && ours
    }, 'what is charged')
    expect(charged.map(({ code, free }) => [code, free]).sort()).toEqual([
      ['contract-concluded', true],
      ['partner-registered', false],
    ])
    expect(new Set(charged.map(({ payer }) => payer)).size).toBe(1)
    expect(charged[0]?.payer).not.toBe(registered.partner.did)
    const mine = await company.call<{ statement: { items: { reference: string }[] } }>(
      'company',
      'GET',
      '/billing/mine',
    )
    expect(mine.status).toBe(200)
    expect(JSON.stringify(mine.body)).toContain(agreement)
    expect(JSON.stringify((await bakery.call('bakery', 'GET', '/billing/mine')).body)).not.toContain(
      agreement,
    )

    // An employee asks under it, the partner opens one thing, and she looks.
    const asked = await company.call('sanne', 'POST', '/access/requests', {
      ...{
        partner: baker.kvk,
        claims: ['company-profile.email'],
        purpose: ['order-management'],
        basis: 'contract',
      },
      ...{ reason: 'Wij leveren uw bestelling', value: 'De rekening komt goed aan', agreement },
    })
    expect(asked.status).toBe(201)
    const waiting = await bakery.call<{ items: { id: string }[] }>(
      'bakery',
      'GET',
      '/access/requests?state=pending',
    )
    expect(
      (await bakery.call('bakery', 'POST', `/access/requests/${waiting.body.items[0]?.id}/approval`, {}))
        .status,
    ).toBe(201)
    const look = () => company.call('sanne', 'POST', '/access/reads', { partner: baker.kvk })
    const seen = await eventually(async () => {
      const { body } = await look()
      return JSON.stringify(body).includes('info@oosterhof.example')
    }, 'the look')
    expect(seen).toBe(true)
    const log = await bakery.call<{ items: { claims: string[] }[] }>('bakery', 'GET', '/access/events')
    expect(JSON.stringify(log.body.items[0])).toContain('company-profile.email')

    // When the agreement ends, what it opened is closed.
    await bakery.call('bakery', 'POST', `/agreements/${agreement}/termination`, {
      reason: 'Niet meer nodig',
      at_once: true,
    })
    expect(JSON.stringify((await look()).body)).not.toContain('info@oosterhof.example')

    // Nobody was written to who had no part in it, and no mail says a value.
    expect(new Set(smtp.received.flatMap(({ to }) => to)).has(baker.email)).toBe(true)
    expect(smtp.received.map(({ raw }) => raw).join()).not.toContain('info@oosterhof.example')
  })
})

/** The servicedesk puts the extract in the file, says that it is right, and accepts. */
async function acceptOnExtract(myobi: TestNode, file: string): Promise<void> {
  expect((await upload(myobi, `/registrations/${file}/evidence/kvk_extract/file`, extract)).status).toBe(201)
  const how = 'gewaarmerkt, op naam van de BV'
  await myobi.call('myobi', 'POST', `/registrations/${file}/evidence/kvk_extract/check`, { how })
  expect((await myobi.call('myobi', 'POST', `/registrations/${file}/accept`, {})).status).toBe(200)
}

/** A company that comes by itself. */
async function join(myobi: TestNode, company: TestNode): Promise<void> {
  const applied = await company.call<{ id: string }>('company', 'POST', '/registrations/applications', {
    accept: 1,
  })
  await acceptOnExtract(myobi, applied.body.id)
  await holdsItsPapers(myobi, company)
}

const holdsItsPapers = (myobi: TestNode, node: TestNode) =>
  eventually(async () => {
    const { body } = await node.call<{ state: string }>(node.config.name, 'GET', '/registrations/mine')
    const offers = await myobi.call<{ items: { state: string }[] }>('myobi', 'GET', '/offers?limit=200')
    return body.state === 'registered' && offers.body.items.every(({ state }) => state === 'redeemed')
  }, `that ${node.config.name} holds its registration and attestation`)

/** The n-th mail to an address, as its reader sees it. */
const mailTo = (smtp: MailServer, address: string, nth: number) =>
  eventually(async () => {
    const mail = smtp.to(address)[nth - 1]
    return (
      mail && {
        ...{ from: mail.from, text: mail.parsed.text ?? '', html: mail.parsed.html ?? '' },
        language: mail.parsed.headers.find(({ key }) => key === 'content-language')?.value,
      }
    )
  }, `mail ${nth} to ${address}`)

const board = (node: TestNode, id: string, state: string) =>
  eventually(async () => {
    const { body } = await node.call<{
      state: string
      partner: { did: string | null }
      moves: { to: string }[]
    }>(node.config.name, 'GET', `/invitations/${id}`)
    return body.state === state && body
  }, `that the invitation is ${state}`)

const upload = (node: TestNode, path: string, content: Buffer) =>
  fetch(`${node.url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${node.token(node.config.name)}`,
      'content-type': 'application/octet-stream',
    },
    body: new Uint8Array(content),
  })
