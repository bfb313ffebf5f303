import { describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { invitation, openMailRoom, service } from '../../test/support/mail-room.ts'
import { openMailServer } from '../../test/support/mail-server.ts'
import { testClock } from '../../test/support/nodes.ts'
import { mailTable } from './mail-tables.ts'

const DAY = 86_400_000

onEachEngine((engine) => {
  test('a mail goes out in its reader’s language, as text and as HTML, over TLS', async () => {
    const server = await openMailServer()
    const { queue, outbox, store } = await openMailRoom(engine, { server })
    await queue('anna@voorbeeld.example', {}, 'nl')
    await queue('ann@voorbeeld.example', {}, 'en')
    await outbox.deliverDue()
    const [nl] = server.to('anna@voorbeeld.example')
    const [en] = server.to('ann@voorbeeld.example')
    expect(nl?.secure).toBe(true)
    expect(nl?.parsed.subject).toBe('Beste Anna')
    expect(nl?.parsed.from).toMatchObject({ name: 'De Gouden Nietmachine', address: 'noreply@node.example' })
    expect(nl?.parsed.text).toContain('Openen:\nhttps://node.example/uitnodiging?token=geheim')
    expect(nl?.parsed.text).toContain('- één\n- twee')
    expect(nl?.parsed.html).toContain('<html lang="nl">')
    expect(nl?.parsed.html).toContain('href="https://node.example/uitnodiging?token=geheim"')
    expect(en?.parsed.subject).toBe('Dear Anna')
    expect(en?.parsed.html).toContain('<html lang="en">')
    expect(en?.raw).toContain('Content-Language: en')
    expect(await store.reader.countBy(mailTable, { state: 'sent' })).toBe(2)
    const audited: { action: string }[] = await store.reader.query('SELECT action FROM audit_entry')
    const actions = audited.map(({ action }) => action)
    expect(actions.filter((action) => action === 'mail.sent')).toHaveLength(2)
  })

  test('a mail of a change that was undone is not there', async () => {
    const server = await openMailServer()
    const room = await openMailRoom(engine, { server })
    const undone = room.store.transact(async (tx) => {
      await room.mails.queue(tx, room.mail('anna@voorbeeld.example'))
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    await room.outbox.deliverDue()
    expect(server.received).toHaveLength(0)
  })

  test('neither address nor text lies in the clear, and both are gone a month after it left', async () => {
    const server = await openMailServer()
    const clock = testClock()
    const { queue, outbox, mails, store } = await openMailRoom(engine, { server, clock })
    const { id } = await queue('anna@voorbeeld.example')
    await outbox.deliverDue()
    const stored = await store.reader.query('SELECT * FROM mail')
    expect(JSON.stringify(stored)).not.toMatch(/anna|geheim|Beste/i)
    expect(JSON.stringify(await store.reader.query('SELECT * FROM outbox'))).not.toMatch(/anna|geheim|Beste/i)
    expect(await mails.open(await mails.require(store.reader, id))).toMatchObject({
      to: 'anna@voorbeeld.example',
    })
    clock.advance(31 * DAY)
    await mails.tidy()
    const row = await mails.require(store.reader, id)
    expect(row).toMatchObject({
      state: 'sent',
      template: 'test-invitation',
      sealed: null,
      aboutId: 'about-1',
    })
    await expect(mails.open(row)).rejects.toMatchObject({ code: 'mail_erased' })
    expect(await store.reader.query(`SELECT id FROM vault_key WHERE scope = 'mail:${id}'`)).toEqual([])
  })

  test('who had herself erased is not mailed what waits for her', async () => {
    const server = await openMailServer()
    const { queue, outbox, mails, store } = await openMailRoom(engine, { server })
    const { id } = await queue('anna@voorbeeld.example')
    await store.transact((tx) => mails.eraseAddress(tx, 'Anna@Voorbeeld.example'))
    await outbox.deliverDue()
    expect(server.received).toHaveLength(0)
    expect(await mails.require(store.reader, id)).toMatchObject({ state: 'cancelled', sealed: null })
  })

  describe('a name or address that would be more than that', () => {
    const names = [
      'Anna\r\nBcc: iedereen@voorbeeld.example',
      'Anna\nBcc: iedereen@voorbeeld.example',
      'Anna\r\n\r\n<script>alert(1)</script>',
      'Anna\u0000\u2028Bcc: iedereen@voorbeeld.example',
      `Anna${'a'.repeat(400)}\r\nBcc: iedereen@voorbeeld.example`,
    ]
    test.each(names)('adds no header and no markup: %j', async (name) => {
      const server = await openMailServer()
      const { queue, outbox } = await openMailRoom(engine, { server })
      await queue('anna@voorbeeld.example', { name })
      await outbox.deliverDue()
      const [mail] = server.received
      expect(mail?.to).toEqual(['anna@voorbeeld.example'])
      expect(mail?.parsed.bcc).toBeUndefined()
      expect(mail?.parsed.headers.map(({ key }) => key)).not.toContain('bcc')
      expect(mail?.parsed.html).not.toContain('<script')
    })

    test.each([
      'anna@voorbeeld.example, iedereen@voorbeeld.example',
      'anna@voorbeeld.example\r\nRCPT TO:<x@y.example>',
      '<anna@voorbeeld.example>',
      'Anna <anna@voorbeeld.example>',
      'geen adres',
      '@voorbeeld.example',
    ])('is refused as an address: %j', async (to) => {
      const { queue } = await openMailRoom(engine, { server: null })
      await expect(queue(to)).rejects.toMatchObject({ code: 'mail_address_invalid' })
    })
  })

  test('fifty mails queued at the same time all arrive, once', async () => {
    const server = await openMailServer()
    const { queue, outbox } = await openMailRoom(engine, { server })
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => queue(`p${n % 25}@voorbeeld.example`, { name: `N${n}` })),
    )
    // What waits for its turn comes back a moment later.
    await expect
      .poll(() => outbox.deliverDue().then(() => server.received.length), { timeout: 15_000 })
      .toBe(50)
    expect(new Set(server.received.map(({ parsed }) => parsed.messageId)).size).toBe(50)
  })

  test('without a mail server mails are kept, and can be sent once there is one', async () => {
    const room = await openMailRoom(engine, { server: null })
    const { id } = await room.queue('anna@voorbeeld.example')
    expect(await room.mails.require(room.store.reader, id)).toMatchObject({ state: 'kept' })
    await expect(room.mails.send({ kind: 'anonymous' }, id)).rejects.toMatchObject({ code: 'mail_not_draft' })
    const server = await openMailServer()
    const { mails, outbox } = room.open(server)
    await mails.send({ kind: 'anonymous' }, id)
    await outbox.deliverDue()
    expect(server.received).toHaveLength(1)
    // What is kept was decided on before: nothing follows a second time.
    expect(room.draftsSent).toEqual([])
  })

  describe('a draft', () => {
    const drafted = async (template = invitation) => {
      const server = await openMailServer()
      const room = await openMailRoom(engine, { server })
      const { id } = await room.store.transact((tx) =>
        room.mails.draft(tx, room.mail('anna@voorbeeld.example', {}, 'nl', template)),
      )
      const by = { kind: 'anonymous' } as const
      return { ...room, server, id, by }
    }

    test('leaves when it is sent, with what was changed, and not before', async () => {
      const { mails, outbox, server, id, by } = await drafted()
      await outbox.deliverDue()
      expect(server.received).toHaveLength(0)
      await mails.edit(by, id, { subject: 'Komt u erbij?', text: 'Eerst dit.\n\nDan <b>dat</b>.' })
      await mails.send(by, id)
      await outbox.deliverDue()
      const [mail] = server.received
      expect(mail?.parsed.subject).toBe('Komt u erbij?')
      expect(mail?.parsed.text).toContain('Eerst dit.\n\nDan <b>dat</b>.')
      expect(mail?.parsed.html).toContain('Dan &lt;b&gt;dat&lt;/b&gt;.')
      expect(mail?.parsed.text).not.toContain('Wij werken graag')
      expect(mail?.parsed.text).toContain('https://node.example/uitnodiging?token=geheim')
      expect(mail?.parsed.text).toContain('Deze e-mail is verstuurd door De Gouden Nietmachine.')
    })

    test('is previewed as it will go, but for the secret of its link', async () => {
      const { mails, store, id } = await drafted()
      const row = await mails.require(store.reader, id)
      const { text, html } = mails.render(row, await mails.open(row), true)
      expect(text).toContain('https://node.example/uitnodiging?…')
      expect(`${text}${html}`).not.toMatch(/geheim|unsubscribe\?t=/)
    })

    test('is sent once, by whoever is first, and not changed after that', async () => {
      const { mails, outbox, server, id, by } = await drafted()
      const sent = await Promise.allSettled(Array.from({ length: 10 }, () => mails.send(by, id)))
      expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      await outbox.deliverDue()
      expect(server.received).toHaveLength(1)
      await expect(mails.edit(by, id, { subject: 'Te laat' })).rejects.toMatchObject({
        code: 'mail_not_draft',
      })
      await expect(mails.cancel(by, id)).rejects.toMatchObject({ code: 'mail_not_draft' })
    })

    test('of two edits at the same time one is refused', async () => {
      const { mails, id, by } = await drafted()
      const edits = await Promise.allSettled(
        ['Een', 'Twee'].map((subject) => mails.edit(by, id, { subject }, 1)),
      )
      const refused = edits.find(({ status }) => status === 'rejected')
      expect(refused).toMatchObject({
        reason: { code: expect.stringMatching(/^(mail_changed|changed_meanwhile)$/) },
      })
    })

    test('that is held back is gone', async () => {
      const { mails, outbox, server, id, by } = await drafted(service)
      expect(await mails.cancel(by, id)).toMatchObject({ state: 'cancelled', sealed: null })
      await outbox.deliverDue()
      expect(server.received).toHaveLength(0)
      await expect(mails.send(by, id)).rejects.toMatchObject({ code: 'mail_not_draft' })
    })
  })
})
