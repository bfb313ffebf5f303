import { type Clock, type Log, Refusal } from '../core/index.ts'
import { change, rows, type Store, select, type Tx } from '../store/index.ts'
import type { Addresses } from './addresses.ts'
import { type MailRow, mailTable } from './mail-tables.ts'
import { MAIL_TOPIC, type Mails } from './mails.ts'
import type { Bounced, MailAudit, MailOutbox, MailSender, MailTransport } from './ports.ts'
import { SmtpFailure } from './smtp.ts'

export interface SendingDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly audit: MailAudit
  readonly outbox: Pick<MailOutbox, 'on'>
  readonly mails: Mails
  readonly addresses: Addresses
  readonly sender: MailSender
  /** Address it comes from. */
  readonly from: string
  /** Null where no mail server is configured: what waits for one goes on waiting. */
  readonly transport: MailTransport | null
  /** Tells who sent it, in the transaction in which it is written down. */
  readonly whenBounced: (tx: Tx, bounced: Bounced) => Promise<void>
}

/** Longer than one delivery takes: who holds a mail longer than this has died. */
const CLAIM_MS = 60_000
/** A mail nobody took for so long is given up (RFC 5321, section 4.5.4.1: at least 4 to 5 days). */
const GIVE_UP_AFTER_MS = 5 * 86_400_000

/** Brings mails to the mail server: in order for each address, at least once, under one Message-ID. */
export class Sending {
  readonly #deps: SendingDeps

  constructor(deps: SendingDeps) {
    this.#deps = deps
    const { outbox, transport } = deps
    if (transport) outbox.on(MAIL_TOPIC, ({ mark = '' }) => this.#sendOldest(mark, transport))
  }

  /**
   * Writes down that a mail came back after the mail server had taken it: a delivery status notification (RFC 3464).
   * The same again changes nothing.
   * @param status `5.1.1`: enhanced status code (RFC 3463); only those with 5 are for good
   * @throws Refusal `mail_unknown`
   */
  async reportBounce(id: string, status: string, by: Parameters<MailAudit['record']>[1]): Promise<MailRow> {
    const { store, mails } = this.#deps
    return store.transact(async (tx) => {
      const row = await mails.require(tx, id)
      if (status.startsWith('5')) await this.#bounce(tx, row, status, { by, counts: true })
      return mails.require(tx, id)
    })
  }

  /** The mail a Message-ID of ours names; null for others. */
  mailOf(messageId: string): string | null {
    const [, id = ''] = /^<?([0-9a-f-]{36})@/.exec(messageId.trim()) ?? []
    const plain = messageId.trim().replace(/^<|>$/g, '')
    return id !== '' && `<${plain}>` === messageIdOf(id, this.#deps.sender) ? id : null
  }

  async #sendOldest(mark: string, transport: MailTransport): Promise<void> {
    const row = await this.#claim(mark)
    if (!row) return
    const { mails, addresses, store, clock } = this.#deps
    const refused = await addresses.refusalOf(store.reader, row.mark, row.purpose)
    if (refused) return this.#hold(row, refused)
    if (row.queuedAt !== null && clock.now() - row.queuedAt > GIVE_UP_AFTER_MS)
      return store.transact((tx) => this.#bounce(tx, row, 'mail_gave_up', { by: 'system', counts: false }))
    const content = await mails.open(row)
    const rendered = mails.render(row, content, false)
    try {
      await transport({
        ...{ ...rendered, to: content.to, language: row.language },
        messageId: messageIdOf(row.id, this.#deps.sender),
        from: { name: this.#deps.sender.name, address: this.#deps.from },
        unsubscribeUrl: mails.unsubscribeUrl(row),
      })
    } catch (error) {
      return this.#failed(row, error)
    }
    await store.transact((tx) => this.#sent(tx, row))
  }

  /** Takes the oldest mail that waits for an address. @throws Refusal `mail_waits_its_turn` while another is sent */
  async #claim(mark: string): Promise<MailRow | null> {
    const { store, clock } = this.#deps
    return store.transact(async (tx) => {
      const [oldest] = await select(tx, mailTable, `mark = ? AND state = 'queued' ORDER BY id LIMIT 1`, [
        mark,
      ])
      if (!oldest) return null
      const now = clock.now()
      const claimed = await rows(
        tx,
        `UPDATE mail SET claimed_until = ? WHERE id = ? AND state = 'queued' AND claimed_until <= ? RETURNING id`,
        [now + CLAIM_MS, oldest.id, now],
      )
      if (claimed.length === 1) return oldest
      throw new Refusal(
        'unavailable',
        'mail_waits_its_turn',
        'an earlier mail to the same address is being sent',
      )
    })
  }

  async #sent(tx: Tx, { id, template }: MailRow): Promise<void> {
    const set = {
      state: 'sent',
      settledAt: this.#deps.clock.now(),
      claimedUntil: 0,
      lastError: null,
    } as const
    if ((await change(tx, mailTable, { id, state: 'queued' }, set)) === 1)
      await this.#deps.audit.record(tx, 'system', 'mail.sent', { mail: id, template })
  }

  async #hold(row: MailRow, code: string): Promise<void> {
    const { store, clock, audit } = this.#deps
    await store.transact(async (tx) => {
      const set = { state: 'cancelled', settledAt: clock.now(), claimedUntil: 0, lastError: code } as const
      if ((await change(tx, mailTable, { id: row.id, state: 'queued' }, set)) === 1)
        await audit.record(tx, 'system', 'mail.cancelled', { mail: row.id, reason: code })
    })
  }

  async #failed(row: MailRow, error: unknown): Promise<void> {
    const { store } = this.#deps
    const failure = error instanceof SmtpFailure ? error : null
    if (failure?.permanent) {
      const counts = failure.aboutAddress
      return store.transact((tx) => this.#bounce(tx, row, failure.status, { by: 'system', counts }))
    }
    const lastError = failure?.status ?? 'mail_server_unreachable'
    await store.transact((tx) =>
      change(
        tx,
        mailTable,
        { id: row.id, state: 'queued' },
        { attempts: row.attempts + 1, lastError, claimedUntil: 0 },
      ),
    )
    // The outbox tries again later; what it writes of it is the code.
    throw new Refusal('upstream', 'mail_not_taken', 'the mail server did not take this mail', {
      cause: error,
    })
  }

  async #bounce(
    tx: Tx,
    { id, mark, template, aboutKind, aboutId, state }: MailRow,
    code: string,
    { by, counts }: { by: Parameters<MailAudit['record']>[1]; counts: boolean },
  ): Promise<void> {
    const { clock, audit, addresses, whenBounced } = this.#deps
    if (state !== 'queued' && state !== 'sent') return
    const set = { state: 'bounced', lastError: code, claimedUntil: 0, settledAt: clock.now() } as const
    if ((await change(tx, mailTable, { id, state }, set)) !== 1) return
    const blocked = counts && (await addresses.bounced(tx, mark, code))
    await audit.record(tx, by, 'mail.bounced', { mail: id, template, code })
    await whenBounced(tx, { mail: id, template, about: { kind: aboutKind, id: aboutId }, code, blocked })
  }
}

/** The same at every try, so that a repeat is recognised. */
const messageIdOf = (id: string, { url }: MailSender): string => `<${id}@${new URL(url).hostname}>`
