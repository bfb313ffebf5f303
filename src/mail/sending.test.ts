import { describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { openMailRoom, service } from '../../test/support/mail-room.ts'
import { type MailRefusal, openMailServer } from '../../test/support/mail-server.ts'
import { testClock } from '../../test/support/nodes.ts'

const HOUR = 3_600_000
const ANNA = 'anna@voorbeeld.example'
const by = { kind: 'anonymous' } as const

onEachEngine((engine) => {
  const opened = async (options: Partial<Parameters<typeof openMailRoom>[1]> = {}) => {
    const server = await openMailServer()
    const clock = testClock()
    const room = await openMailRoom(engine, { server, clock, ...options })
    const row = (id: string) => room.mails.require(room.store.reader, id)
    /** Delivers what is due, hour after hour. */
    const forHours = async (hours: number) => {
      for (let hour = 0; hour < hours; hour++) {
        clock.advance(HOUR)
        await room.outbox.deliverDue()
      }
    }
    return { ...room, server, clock, row, forHours }
  }

  test('a server that is down for a day loses nothing, and each address gets its mails in order', async () => {
    const { server, queue, outbox, row, forHours } = await opened()
    await server.close()
    const ids: string[] = []
    for (const n of [1, 2, 3]) ids.push((await queue(ANNA, { name: `Anna ${n}` })).id)
    ids.push((await queue('bram@voorbeeld.example', { name: 'Bram' })).id)
    await outbox.deliverDue()
    await forHours(24)
    const waiting = await row(ids[0] ?? '')
    expect(waiting).toMatchObject({ state: 'queued', lastError: 'mail_server_unreachable' })
    expect(waiting.attempts).toBeGreaterThan(5)
    const again = await openMailServer({ port: server.port })
    await forHours(4)
    expect(again.to(ANNA).map(({ parsed }) => parsed.subject)).toEqual([
      ...['Beste Anna 1', 'Beste Anna 2', 'Beste Anna 3'],
    ])
    expect(again.to('bram@voorbeeld.example')).toHaveLength(1)
    for (const id of ids) expect(await row(id)).toMatchObject({ state: 'sent', lastError: null })
  })

  test('what nobody took for five days is given up, and its sender hears so', async () => {
    const { server, queue, outbox, row, forHours, bounced } = await opened()
    await server.close()
    const { id } = await queue(ANNA)
    await outbox.deliverDue()
    await forHours(24 * 5 + 2)
    expect(await row(id)).toMatchObject({ state: 'bounced', lastError: 'mail_gave_up' })
    expect(bounced).toMatchObject([{ mail: id, code: 'mail_gave_up', blocked: false }])
  })

  const refusals: readonly (readonly [MailRefusal, string, string, boolean])[] = [
    ['recipient', 'bounced', '5.1.1', true],
    ['text', 'bounced', '5.7.1', false],
    ['recipient-for-now', 'queued', '4.2.1', false],
    ['busy', 'queued', '4.3.2', false],
    // Ours to mend: no reader's mail is lost over it.
    ['sender', 'queued', '5.1.8', false],
  ]
  test.each(refusals)(
    'a server that refuses the %s leaves the mail %s',
    async (refusing, state, lastError, counts) => {
      const { server, queue, outbox, row, bounced, addresses } = await opened()
      server.refusing = refusing
      const { id } = await queue(ANNA)
      await outbox.deliverDue()
      expect(await row(id)).toMatchObject({ state, lastError })
      expect(bounced).toHaveLength(state === 'bounced' ? 1 : 0)
      expect(JSON.stringify(bounced)).not.toContain('anna')
      expect(await addresses.bouncing(10)).toHaveLength(counts ? 1 : 0)
    },
  )

  test('a mail that was refused for now goes out later', async () => {
    const { server, queue, outbox, row, forHours } = await opened()
    server.refusing = 'recipient-for-now'
    const { id } = await queue(ANNA)
    await outbox.deliverDue()
    server.refusing = null
    await forHours(1)
    expect(await row(id)).toMatchObject({ state: 'sent', attempts: 1 })
  })

  test('a server without STARTTLS is told nothing', async () => {
    const server = await openMailServer({ plain: true })
    const { queue, outbox, row } = await opened({ server })
    const { id } = await queue(ANNA)
    await outbox.deliverDue()
    expect(server.received).toHaveLength(0)
    expect(await row(id)).toMatchObject({ state: 'queued', lastError: 'mail_tls_refused' })
  })

  test('a server whose certificate is for another name is told nothing', async () => {
    const { server, queue, outbox, row } = await opened({ host: '127.0.0.1' })
    const { id } = await queue(ANNA)
    await outbox.deliverDue()
    expect(server.received).toHaveLength(0)
    expect(await row(id)).toMatchObject({ state: 'queued' })
  })

  test('a server that asks who we are hears it, and a wrong password loses no mail', async () => {
    const auth = { user: 'regie', password: 'goed' }
    const server = await openMailServer({ auth })
    const right = await opened({ server, auth })
    await right.queue(ANNA)
    await right.outbox.deliverDue()
    expect(server.received).toHaveLength(1)
    const wrong = await opened({ server, auth: { ...auth, password: 'fout' } })
    const { id } = await wrong.queue(ANNA)
    await wrong.outbox.deliverDue()
    expect(server.received).toHaveLength(1)
    expect(await wrong.row(id)).toMatchObject({ state: 'queued', lastError: 'mail_sign_in_refused' })
  })

  test('a process that dies after the server took a mail has it sent again, under the same Message-ID', async () => {
    let died = false
    const { server, queue, outbox, clock, row, open } = await opened({
      transport: (real) => async (mail) => {
        await real(mail)
        if (died) return
        died = true
        await new Promise(() => undefined)
      },
    })
    const { id } = await queue(ANNA)
    void outbox.deliverDue()
    await expect.poll(() => died).toBe(true)
    expect(await row(id)).toMatchObject({ state: 'queued' })
    clock.advance(2 * 60_000)
    const { outbox: other } = open(server)
    await other.deliverDue()
    expect(await row(id)).toMatchObject({ state: 'sent' })
    const [first, second] = server.received
    expect(server.received).toHaveLength(2)
    expect(first?.parsed.messageId).toBe(`<${id}@node.example>`)
    expect(second?.parsed.messageId).toBe(first?.parsed.messageId)
  })

  test('two processes send a mail once', async () => {
    const { server, queue, outbox, open } = await opened()
    for (let n = 0; n < 20; n++) await queue(`p${n}@voorbeeld.example`)
    const { outbox: other } = open(server)
    await Promise.all([outbox.deliverDue(), other.deliverDue()])
    expect(server.received).toHaveLength(20)
    expect(new Set(server.received.map(({ to }) => to[0])).size).toBe(20)
  })

  describe('an address that refuses mail', () => {
    test('is not mailed any more after the second, and its sender hears so', async () => {
      const { server, queue, outbox, bounced, mails, store, addresses } = await opened()
      server.refusing = 'recipient'
      for (let n = 0; n < 2; n++) {
        await queue(ANNA)
        await outbox.deliverDue()
      }
      expect(bounced.map(({ blocked }) => blocked)).toEqual([false, true])
      await expect(queue(ANNA, {}, 'nl', service)).rejects.toMatchObject({ code: 'recipient_bounces' })
      expect(await mails.refusalOf(store.reader, ANNA.toUpperCase(), service)).toBe('recipient_bounces')
      await store.transact((tx) => addresses.allow(tx, addresses.markOf(ANNA)))
      server.refusing = null
      await queue(ANNA)
      await outbox.deliverDue()
      expect(server.received).toHaveLength(1)
    })

    test('is known too when the mail came back later, and a report counts once', async () => {
      const { queue, outbox, sending, row, addresses } = await opened()
      const { id } = await queue(ANNA)
      await outbox.deliverDue()
      if (!sending) throw new Error('there is a server')
      expect(sending.mailOf(`<${id}@node.example>`)).toBe(id)
      expect(sending.mailOf(`<${id}@elsewhere.example>`)).toBeNull()
      await sending.reportBounce(id, '4.2.2', by)
      expect(await row(id)).toMatchObject({ state: 'sent' })
      await Promise.all([1, 2, 3].map(() => sending.reportBounce(id, '5.1.1', by)))
      expect(await row(id)).toMatchObject({ state: 'bounced', lastError: '5.1.1' })
      expect(await addresses.bouncing(10)).toMatchObject([{ bounces: 1, blockedAt: null }])
    })
  })

  describe('a reader who wants no more', () => {
    test('is sent service mails only, also of what waited', async () => {
      const { server, queue, mails, outbox, store, addresses, mail, row } = await opened()
      const { id: draft } = await store.transact((tx) => mails.draft(tx, mail(ANNA)))
      const { id: waiting } = await queue(ANNA)
      await addresses.unsubscribe(addresses.unsubscribeToken(addresses.markOf(ANNA)))
      await outbox.deliverDue()
      expect(server.received).toHaveLength(0)
      expect(await row(waiting)).toMatchObject({ state: 'cancelled', lastError: 'recipient_unsubscribed' })
      await expect(queue(ANNA)).rejects.toMatchObject({ code: 'recipient_unsubscribed' })
      await expect(mails.send(by, draft)).rejects.toMatchObject({ code: 'recipient_unsubscribed' })
      await queue(ANNA, {}, 'nl', service)
      await outbox.deliverDue()
      expect(server.received).toHaveLength(1)
      expect(server.received[0]?.raw).not.toContain('List-Unsubscribe')
    })

    test('finds the way in the mail itself, for one click and for a page; nobody else can', async () => {
      const { server, queue, outbox, addresses } = await opened()
      await queue(ANNA)
      await outbox.deliverDue()
      const [mail] = server.received
      const header = (name: string) => mail?.parsed.headers.find(({ key }) => key === name)?.value ?? ''
      expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
      const url = header('list-unsubscribe').replace(/^<|>$/g, '')
      expect(mail?.parsed.text).toContain(url)
      const token = new URL(url).searchParams.get('t') ?? ''
      const mark = addresses.markOf(ANNA)
      for (const forged of [mark, `${mark}.${'A'.repeat(43)}`, '', `${token}x`])
        await expect(addresses.unsubscribe(forged)).rejects.toMatchObject({
          code: 'unsubscribe_link_invalid',
        })
      await Promise.all([1, 2, 3].map(() => addresses.unsubscribe(token)))
      expect(await addresses.unsubscribedAt(token)).not.toBeNull()
      await addresses.resubscribe(token)
      expect(await addresses.unsubscribedAt(token)).toBeNull()
      await expect(queue(ANNA)).resolves.toBeDefined()
    })
  })
})
