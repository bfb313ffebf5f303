import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../src/core/index.ts'
import { consoleOf } from './support/console.ts'
import { onEachEngine } from './support/engines.ts'
import { type MailServer, openMailServer } from './support/mail-server.ts'
import { eventually, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'
import { activate, takeOver } from './support/taking-over.ts'

interface Person {
  readonly id: string
  readonly did: string
  readonly roles: string[]
  readonly activation_url: string | null
  readonly mailed_to: string | null
}
const newPerson = (account: string) => ({
  ...{ account, given_name: 'Bram', family_name: 'Korst', email: `${account}@kruimelkoning.example` },
  role: 'baker',
})

/** Who works with a node: how they get in, and what they may. */
onEachEngine((engine) => {
  let smtp: MailServer
  let trio: TestTrio
  let node: TestNode
  beforeAll(async () => {
    smtp = await openMailServer({ plain: true })
    // The partner keeps nothing of its people, and mails; the company does neither.
    trio = await startTrio(engine, silentLog, [], (name) =>
      name === 'partner'
        ? {
            localTokens: false,
            mail: { host: '127.0.0.1', port: smtp.port, from: 'regie@kruimelkoning.example', tls: 'none' },
          }
        : {},
    )
    node = trio.partner
    const { administrator } = node.config
    const kept = (kind: string) =>
      readFileSync(join(node.config.dataDir, 'tokens', `${administrator.account}.${kind}`), 'utf8').trim()
    expect(kept('welcome')).toBe(`${consoleOf(node, '/welcome')}#${kept('activation')}`)
    await takeOver(node)
  })
  const add = (account: string, more: object = {}) =>
    node.call<Person & { code?: string }>('partner', 'POST', '/people', { ...newPerson(account), ...more })
  const listed = async (id: string) => {
    const { body } = await node.call<{ items: (Person & { taken_over: boolean; state: string })[] }>(
      ...(['partner', 'GET', '/people'] as const),
    )
    return body.items.find((one) => one.id === id)
  }
  const linkIn = async (address: string) => {
    await eventually(async () => smtp.to(address).length > 0, 'the mail')
    return /http\S+\/app\/welcome#\S+/.exec(smtp.to(address).at(-1)?.parsed.text ?? '')?.[0] ?? ''
  }

  describe('somebody new', () => {
    test('gets her link by mail, and nobody else sees it', async () => {
      const { status, body } = await add('mailed', { mailed: true, language: 'nl' })
      expect([status, body.activation_url, body.mailed_to]).toEqual([
        201,
        null,
        'mailed@kruimelkoning.example',
      ])
      expect(JSON.stringify(body)).not.toContain('regie_')
      expect(await listed(body.id)).toMatchObject({ taken_over: false })
      const link = await linkIn('mailed@kruimelkoning.example')
      expect(await activate(link)).toMatch(/^regie_/)
      expect(await listed(body.id)).toMatchObject({ taken_over: true })
      expect(await activate(link)).toBeUndefined()
    })

    test('who missed it gets another; the one before opens nothing', async () => {
      const { body } = await add('late')
      const before = body.activation_url ?? ''
      const again = await node.call<Person>('partner', 'POST', `/people/${body.id}/key`, {
        ...{ reason: 'activation_missed', evidence: 'aan de telefoon', mailed: true, language: 'en' },
      })
      expect([again.status, again.body.activation_url]).toEqual([201, null])
      expect(await activate(before)).toBeUndefined()
      expect(await activate(await linkIn('late@kruimelkoning.example'))).toMatch(/^regie_/)
    })

    test('is not there when the link cannot be mailed', async () => {
      const { status, body } = await trio.myobi.call<{ code: string }>('myobi', 'POST', '/people', {
        ...{ ...newPerson('nomail'), mailed: true },
      })
      // Where a node keeps what opens an account by itself there is no link to mail.
      expect([status, (body as unknown as Person).mailed_to]).toEqual([201, null])
      smtp.refusing = null
      const bad = await add('odd', { mailed: true, email: 'odd@nowhere.invalid'.repeat(20) })
      expect(bad.status).toBe(400)
    })
  })

  describe('what somebody may do', () => {
    const setRoles = (by: string, id: string, roles: readonly string[]) =>
      trio.company.call<Person & { code?: string }>(by, 'POST', `/people/${id}/roles`, { roles })
    const companyPerson = async (account: string, roles: readonly string[]) => {
      const { body } = await trio.company.call<Person>('company', 'POST', '/people', {
        ...{ ...newPerson(account), email: `${account}@nietmachine.example`, roles },
      })
      return body
    }

    const everybody = async () => {
      // Whoever coordinates sees them, whatever becomes of the administrators.
      const { body } = await trio.company.call<{ items: (Person & { account: string })[] }>(
        ...(['koos', 'GET', '/people'] as const),
      )
      return Object.fromEntries(body.items.map((one) => [one.account, one]))
    }

    test('changes at once, for her next call already', async () => {
      const { id } = await companyPerson('sanne', ['contact_person'])
      expect((await trio.company.call('sanne', 'GET', '/partners')).status).toBe(403)
      const { status, body } = await setRoles('company', id, ['account_manager', 'account_manager'])
      expect([status, body.roles]).toEqual([200, ['account_manager']])
      expect((await trio.company.call('sanne', 'GET', '/partners')).status).toBe(200)
      await setRoles('company', id, ['contact_person'])
      expect((await trio.company.call('sanne', 'GET', '/partners')).status).toBe(403)
    })

    test('is changed by an administrator, and by nobody for herself', async () => {
      const { id } = await companyPerson('koos', ['coordinator'])
      expect((await setRoles('koos', id, ['administrator'])).status).toBe(403)
      expect(
        await setRoles('company', (await everybody()).company?.id ?? '', ['contact_person']),
      ).toMatchObject({
        ...{ status: 409, body: { code: 'not_yourself' } },
      })
    })

    test('never leaves a node without an administrator, also when two take it from each other', async () => {
      const { id: other } = await companyPerson('tweede', ['administrator'])
      const own = (await everybody()).company?.id ?? ''
      const answers = await Promise.all([
        setRoles('company', other, ['contact_person']),
        setRoles('tweede', own, ['contact_person']),
      ])
      // Who came too late is no administrator any more, or would have been the last to take it.
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      const left = Object.values(await everybody()).filter(({ roles }) => roles.includes('administrator'))
      expect(left).toHaveLength(1)
    })
  })
})
