import { beforeAll, expect, test } from 'vitest'
import { AccessMails, receivedGrantTable, receivedRequestTable } from '../src/access/index.ts'
import { dayOf, newId, seconds, silentLog } from '../src/core/index.ts'
import { createSecurityEvent, type Tell } from '../src/events/index.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { type MailServer, openMailServer } from './support/mail-server.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

interface Listed {
  readonly items: readonly { readonly id: string }[]
}

const ADMINISTRATOR = 'company@example.example'
const SANNE = 'sanne@nietmachine.example'
const BRAM = 'bram@kruimelkoning.example'

/** E-mails our own people get about what happens at their node: in their language, and as they prefer. */
onEachEngine((engine) => {
  let smtp: MailServer
  let trio: TestTrio
  let company: Inside
  let anchor: Inside

  const subjects = (address: string) => smtp.to(address).map(({ parsed }) => parsed.subject)
  const hears = (address: string, subject: string, times = 1) =>
    eventually(async () => subjects(address).filter((one) => one === subject).length === times, subject)
  const prefer = async (node: TestNode, account: string, wanted: object) =>
    (await node.call(account, 'POST', '/mails/preferences', wanted)).body
  /** What the trust anchor tells, in a token it really signed. */
  const tell = async (tell: Tell) => {
    const about = { at: trio.clock.now(), issuer: anchor.organisation.did, audience: company.wallet }
    const { status } = await fetch(`${company.wallet}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/secevent+jwt' },
      body: await createSecurityEvent({ id: newId(), tell, ...about }, anchor.signer),
    })
    expect(status).toBe(202)
  }
  const digest = `sha-256:${'A'.repeat(43)}`
  const asked = () => {
    const deadline = seconds(trio.clock.now() + 90 * 86_400_000)
    return tell({ kind: 'policy-asked', version: 2, digest, deadline })
  }

  beforeAll(async () => {
    smtp = await openMailServer({ plain: true })
    trio = await startTrio(engine, silentLog, [], (name) => ({
      mail: { host: '127.0.0.1', port: smtp.port, from: `${name}@example.example`, tls: 'none' },
    }))
    await settleTrio(trio)
    company = await openInside(trio.company, trio.clock)
    anchor = await openInside(trio.myobi, trio.clock)
  }, 120_000)

  test('administrators hear what the trust anchor asks, in their language, unless they want none', async () => {
    expect((await trio.company.call('company', 'GET', '/mails/preferences')).body).toEqual({
      ...{ language: 'nl', policy: true, access: false },
    })
    await asked()
    await hears(ADMINISTRATOR, 'Aanvaard versie 2 van de TTP-policy')
    await prefer(trio.company, 'company', { language: 'en' })
    await asked()
    await hears(ADMINISTRATOR, 'Reminder: accept version 2 of the TTP-policy')
    const lists = [`${trio.myobi.url}/status-lists/${newId()}`]
    await tell({ kind: 'attestation-suspended', lists, attestations: [newId()] })
    await hears(ADMINISTRATOR, 'Attestations are suspended')

    const before = subjects(ADMINISTRATOR).length
    expect(await prefer(trio.company, 'company', { policy: false })).toMatchObject({ policy: false })
    await asked()
    await prefer(trio.company, 'company', { policy: true })
    await tell({ kind: 'attestation-resumed', lists, attestations: [newId()] })
    await hears(ADMINISTRATOR, 'Attestations hold again')
    // Mails to one address leave in order: one about what was asked meanwhile would have come before.
    expect(subjects(ADMINISTRATOR)).toHaveLength(before + 1)
  })

  test('who wants to hears of requests and answers: names of claims, never values', async () => {
    const ask = async () => {
      const sent = await trio.company.call('sanne', 'POST', '/access/requests', newRequest)
      expect(sent.status).toBe(201)
      const { body } = await trio.partner.call<Listed>('bram', 'GET', '/access/requests?state=pending')
      return body.items[0]?.id ?? ''
    }
    const decide = (id: string, how: 'approval' | 'denial') =>
      trio.partner.call('bram', 'POST', `/access/requests/${id}/${how}`, {})
    const quiet = await ask()
    await decide(quiet, 'approval')
    await prefer(trio.partner, 'bram', { access: true })
    await prefer(trio.company, 'sanne', { access: true, language: 'en' })
    const id = await ask()
    await hears(BRAM, 'Nietmachine B.V. vraagt om gegevens')
    const request = smtp.to(BRAM).at(-1)?.parsed
    expect(request?.text).toContain('contact-person.email')
    for (const text of [request?.text, request?.html]) {
      expect(text).toContain('Waarvoor: Bestellingen afhandelen')
      expect(text).toMatch(/http:\/\/localhost:\d+\/app\/requests\b/)
      expect(text).toMatch(/\/app\/settings\/mail\b/)
    }
    await decide(id, 'approval')
    await hears(SANNE, 'Kruimelkoning B.V. shares data with you')

    const { body: given } = await trio.partner.call<Listed>('bram', 'GET', '/access/grants')
    const grant = given.items[0]?.id ?? ''
    await eventually(async () => {
      const { body } = await trio.company.call<Listed>('sanne', 'GET', '/access/grants/received')
      return body.items.some((one) => one.id === grant)
    }, 'the grant arrived')
    for (const _ of ['once', 'twice']) {
      const { status } = await trio.partner.call('bram', 'POST', `/access/grants/${grant}/revocation`, {})
      expect(status).toBeLessThan(300)
    }
    await hears(SANNE, 'Kruimelkoning B.V. no longer shares data with you')
    const ended = smtp.to(SANNE).at(-1)?.parsed
    for (const text of [ended?.text, ended?.html]) {
      expect(text).toContain(`was ended on ${dayOf(trio.clock.now())}`)
      expect(text).toContain('What for: Handling orders')
      expect(text).toContain('contact-person.email')
    }
    await decide(await ask(), 'denial')
    await hears(SANNE, 'Kruimelkoning B.V. does not share what you asked for')
    expect(subjects(BRAM)).toHaveLength(2)
    const said = smtp.received.map(({ raw }) => raw).join()
    expect(said).not.toMatch(/info@kruimelkoning|NL91ABNA0417164300|[?&]token=/)
  })

  test('who hears what: that a grant ends, whose data it is and who asked for it; of what is answered already, nobody', async () => {
    const mailsOf = (at: Inside, told: unknown[]) =>
      new AccessMails({
        ...{ types: at.credentials.types, parties: at.parties, console: at.node.url, clock: trio.clock },
        purposeLabel: (iri) => ({ nl: iri, en: iri }),
        administrators: async () => ['administrators'],
        preferences: { writeOfAccess: async (_tx, persons, { params }) => void told.push([persons, params]) },
      })
    const ending = async (at: Inside, side: 'given' | 'held', table: 'given_grant' | 'received_grant') => {
      const [row] = await rows<{ id: string }>(
        at.store.reader,
        `SELECT id FROM ${table} ORDER BY id DESC LIMIT 1`,
      )
      const told: unknown[] = []
      const mails = mailsOf(at, told)
      const event = {
        kind: 'expiring',
        side,
        grant: row?.id ?? '',
        partner: at.organisation.did,
        until: 0,
      } as const
      await at.store.transact((tx) => mails.reminded(tx, event))
      await at.store.transact((tx) => mails.reminded(tx, { ...event, grant: 'unknown' }))
      return told
    }
    const partner = await openInside(trio.partner, trio.clock)
    const [bram, sanne] = [await partner.person('bram'), await company.person('sanne')]
    expect(await ending(partner, 'given', 'given_grant')).toMatchObject([
      [[bram.id], { partner: 'Nietmachine B.V.' }],
    ])
    expect(await ending(company, 'held', 'received_grant')).toMatchObject([
      [[sanne.id], { partner: 'Kruimelkoning B.V.' }],
    ])

    // What ran out was announced before, what we ended ourselves is no news, and a delegation nobody here asked for.
    const [held] = await company.store.reader.find(receivedGrantTable, { take: 1, order: { id: 'DESC' } })
    if (!held) throw new Error('nothing is held')
    const toldOf = async (grant: Partial<typeof held>, code: string) => {
      const ends: unknown[] = []
      await company.store.transact((tx) => mailsOf(company, ends).ended(tx, { ...held, ...grant }, code))
      return ends
    }
    expect(await toldOf({}, 'grant_revoked')).toMatchObject([[[sanne.id], { partner: 'Kruimelkoning B.V.' }]])
    expect(await toldOf({ expiresAt: trio.clock.now() }, 'grant_revoked')).toEqual([])
    for (const code of ['erased', 'counter_withdrawn', 'request_withdrawn'])
      expect(await toldOf({}, code)).toEqual([])
    expect(await toldOf({ requestId: '' }, 'grant_revoked')).toEqual([])

    // What fits an entry of her list waits for nobody.
    const told: unknown[] = []
    const asked = await partner.store.reader.find(receivedRequestTable, { take: 1 })
    const mails = mailsOf(partner, told)
    await partner.store.transact((tx) =>
      mails.asked(
        tx,
        asked.map((one) => ({ ...one, listedBy: 'an-entry' })),
      ),
    )
    expect(told).toEqual([])
    await partner.store.transact((tx) =>
      mails.asked(
        tx,
        asked.map((one) => ({ ...one, listedBy: null })),
      ),
    )
    expect(told).toHaveLength(1)
  })
})
