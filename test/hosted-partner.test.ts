import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { silentLog } from '../src/core/index.ts'
import { atEnd } from './support/endings.ts'
import { newStorage, onEachEngine } from './support/engines.ts'
import { startHost, type TestHost } from './support/hosted.ts'
import { importPartners } from './support/invitations.ts'
import { type MailServer, openMailServer } from './support/mail-server.ts'
import { administrator, eventually, startNode, type TestNode } from './support/nodes.ts'
import { freePort } from './support/ports.ts'

const SECRET = 'een zin die niemand raadt'
const bakker = {
  name: 'Warme Bakker Oosterhof B.V.',
  kvk: '90001354',
  contact: 'Bram Korst',
  email: 'bram@oosterhof.example',
}
const slager = { name: 'Slager B.V.', kvk: '90002350', contact: 'Saar', email: 'saar@slager.example' }
const kapper = { name: 'Kapper B.V.', kvk: '90003306', contact: 'Kees Kam', email: 'kees@kapper.example' }

onEachEngine((engine) => {
  let at: TestHost
  let smtp: MailServer
  let company: TestNode
  const desk = <T = Record<string, unknown>>(method: string, path: string, body?: object) =>
    at.call<T>(null, at.token, method, path, body)
  const page = (path: string, form: Record<string, string>) =>
    fetch(`http://localhost:${at.config.listen.port}${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
  interface Party {
    readonly id: string
    readonly case: string
    readonly state: string
    readonly organisation: { readonly name: string }
    readonly node: { readonly url: string } | null
  }
  const party = async (name: string) =>
    (await desk<{ items: Party[] }>('GET', '/invited')).body.items.find(
      (one) => one.organisation.name === name,
    )
  const tokenOf = (email: string, nth: number, what: RegExp) =>
    eventually(async () => {
      const mails = smtp.to(email).flatMap(({ parsed }) => what.exec(parsed.text ?? '')?.[1] ?? [])
      return mails[nth - 1]
    }, `mail ${nth} to ${email}`)
  const invitation = /\/invitation\?t=([\w-]+)/
  const setUp = /\/invitation\/node\?t=([\w-]+)/
  const hosted = async () => (await desk<{ items: { slug: string }[] }>('GET', '/hosting')).body.items

  beforeAll(async () => {
    smtp = await openMailServer({ plain: true })
    const mail = { host: '127.0.0.1', port: smtp.port, from: 'desk@myobi.example', tls: 'none' as const }
    at = await startHost(engine, { more: { mail } })
    const dir = mkdtempSync(join(tmpdir(), 'regie-partner-'))
    atEnd(() => rmSync(dir, { recursive: true, force: true }))
    const port = await freePort()
    const { hosting: _, mail: __, ...config } = at.config
    company = await startNode(
      {
        ...config,
        ...{ name: 'company', url: `http://127.0.0.1:${port}`, listen: { host: '127.0.0.1', port } },
        ...{ dataDir: join(dir, 'company'), storage: newStorage(engine), isTrustAnchor: false },
        organisation: { name: 'Nietmachine B.V.', kvkNumber: '48316274' },
        administrator: administrator('company', ['coordinator']),
      },
      { relayKey: '', clock: at.clock, log: silentLog },
    )
    atEnd(() => company.node.dispose())
    const id = await eventually(async () => {
      const { status, body } = await company.call<{ id: string }>(
        'company',
        'POST',
        '/registrations/applications',
        {
          accept: 1,
        },
      )
      return status < 300 && body.id
    }, 'the application')
    await desk('POST', `/registrations/${id}/accept`, {})
    await eventually(
      async () =>
        (await company.call<{ state: string }>('company', 'GET', '/registrations/mine')).body.state ===
        'registered',
      'the registration',
    )
    await importPartners(company, [bakker, slager, kapper])
  }, 90_000)

  const invite = async (
    who: typeof bakker,
    choice: string,
  ): Promise<{ invitation: string; file: string }> => {
    const { body } = await company.call<{ made: { id: string }[] }>('company', 'POST', '/invitations', {
      ...{ partners: [who.kvk], why: 'Wij willen uw gegevens bij u laten.' },
    })
    const id = body.made[0]?.id ?? ''
    await company.call('company', 'POST', '/invitations/submitted', { ids: [id] })
    const t = await tokenOf(who.email, 1, invitation)
    const chosen = await page('/invitation', { t, choice, representation: 'SOLE', lang: 'nl' })
    expect(await chosen.text()).toContain('krijgt u een e-mail met een link naar uw omgeving')
    return { invitation: id, file: (await party(who.name))?.case ?? '' }
  }
  const board = (id: string, state: string) =>
    eventually(async () => {
      const { body } = await company.call<{ state: string; moves: { to: string }[] }>(
        'company',
        'GET',
        `/invitations/${id}`,
      )
      return body.state === state && body
    }, `that the invitation is ${state}`)

  test('who chose a node of ours gets it when accepted, takes it over by the link, accepts the policy and is registered', async () => {
    const { invitation, file } = await invite(bakker, 'hosted')
    expect(await hosted()).toEqual([])
    expect((await desk('POST', `/registrations/${file}/accept`, {})).status).toBe(200)

    // The node, told to the partner; board and queue show that it is there.
    const t = await tokenOf(bakker.email, 1, setUp)
    expect(await party(bakker.name)).toMatchObject({
      state: 'policy_pending',
      node: { url: `http://warme-bakker-oosterhof-bv.localhost:${at.config.listen.port}` },
    })
    await board(invitation, 'policy_pending')
    const queue = await desk<{ items: { id: string; state: string }[] }>('GET', '/registrations/queue')
    expect(queue.body.items.find(({ id }) => id === file)?.state).toBe('policy_pending')

    // Looking uses nothing up; the button gives the code, once.
    const seen = await (
      await fetch(`http://localhost:${at.config.listen.port}/invitation/node?t=${t}`)
    ).text()
    expect(seen).toContain(bakker.name)
    const taken = await desk<{ account: string; code: string }>('POST', '/invited/set-up', { token: t })
    expect(taken).toMatchObject({ status: 200, body: { account: 'bram' } })
    const again = await page('/invitation/node', { t, lang: 'nl' })
    expect([again.status, (await again.text()).includes('al gebruikt')]).toEqual([410, true])

    // She takes it over, and her yes to the policy joins this case: no code is copied.
    const there = (token: string, method: string, path: string, body?: object, session?: string) =>
      at.call('warme-bakker-oosterhof-bv', token, method, path, body, session)
    const activated = await at.ask<{ token: string }>(
      `warme-bakker-oosterhof-bv.localhost:${at.config.listen.port}`,
      'POST',
      '/api/v1/activations',
      { body: { code: taken.body.code, secret: SECRET } },
    )
    expect(activated.status).toBe(200)
    const { token } = activated.body
    const session = (await there(token, 'POST', '/me/consent/unlock', { secret: SECRET })).body
      .token as string
    const applied = await eventually(async () => {
      const { status, body } = await there(
        token,
        'POST',
        '/registrations/applications',
        { accept: 1 },
        session,
      )
      return status < 300 && body
    }, 'her application')
    expect(applied.id).toBe(file)
    const { moves } = await board(invitation, 'registered')
    expect([...new Set(moves.map(({ to }) => to))]).toEqual([
      ...['draft', 'submitted', 'accepted', 'policy_pending', 'registered'],
    ])

    // The contact person heard how it went, each thing once, in her language; nobody else did.
    await eventually(async () => smtp.to(bakker.email).length === 4, 'the last mail')
    expect(smtp.to(bakker.email).map(({ parsed }) => parsed.subject)).toEqual([
      `Uitnodiging voor ${bakker.name}`,
      `${bakker.name} is aanvaard`,
      `De omgeving van ${bakker.name} staat klaar`,
      `${bakker.name} is geregistreerd`,
    ])
    expect(smtp.to(bakker.email).every(({ to }) => to.length === 1)).toBe(true)
    // Whoever took it over gets no other code by another link.
    expect((await desk('POST', `/invited/${(await party(bakker.name))?.id}/link`, {})).body.code).toBe(
      'invitation_over',
    )
  })

  test('broken off between the node and the mail it goes on: one node, one mail; a new link makes the old code worthless', async () => {
    const { file } = await invite(slager, 'hosted')
    const own = at.host.own.hosting
    const createFor = own?.createFor.bind(own)
    let died = 0
    Object.assign(own ?? {}, {
      createFor: async (...args: Parameters<NonNullable<typeof createFor>>) => {
        await createFor?.(...args)
        died += 1
        if (died < 3) throw new Error('killed')
        return createFor?.(...args)
      },
    })
    await desk('POST', `/registrations/${file}/accept`, {})
    const t = await tokenOf(slager.email, 1, setUp)
    expect(died).toBe(3)
    expect((await hosted()).filter(({ slug }) => slug.startsWith('slager'))).toHaveLength(1)
    const id = (await party(slager.name))?.id ?? ''
    // The same work once more finds it done.
    const first = await desk<{ code: string }>('POST', '/invited/set-up', { token: t })
    expect((await desk('POST', `/invited/${id}/link`, {})).status).toBe(200)
    const second = await tokenOf(slager.email, 2, setUp)
    const fresh = await desk<{ code: string; account: string }>('POST', '/invited/set-up', { token: second })
    const activate = (code: string) =>
      at.ask(`slager-bv.localhost:${at.config.listen.port}`, 'POST', '/api/v1/activations', {
        body: { code, secret: SECRET },
      })
    expect((await activate(first.body.code)).body.code).toBe('activation_invalid')
    expect((await activate(fresh.body.code)).status).toBe(200)
    // From here on it is hers: no link makes another code.
    await desk('POST', `/invited/${id}/link`, {})
    const third = await tokenOf(slager.email, 3, setUp)
    expect((await desk('POST', '/invited/set-up', { token: third })).body.code).toBe('hosting_welcomed')
    expect(
      smtp.to(slager.email).filter(({ parsed }) => parsed.subject?.includes('staat klaar')),
    ).toHaveLength(3)
  })

  test('who is declined reads why, and gets no node', async () => {
    const { file } = await invite(kapper, 'hosted')
    const before = (await hosted()).length
    await desk('POST', `/registrations/${file}/decline`, {
      reason: 'Wij vonden het bedrijf niet in het register.',
    })
    const mail = await eventually(async () => smtp.to(kapper.email)[1], 'the mail')
    expect(mail.parsed.subject).toBe(`${kapper.name} is niet geregistreerd`)
    expect(mail.parsed.text).toContain('Wij vonden het bedrijf niet in het register.')
    expect((await hosted()).length).toBe(before)
  })
})
