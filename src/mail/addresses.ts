import { createHmac } from 'node:crypto'
import { type Clock, Refusal } from '../core/index.ts'
import { change, type Reader, rows, type Store, select, type Tx } from '../store/index.ts'
import { markOf, parseAddress } from './address.ts'
import { equalBytes } from './equal.ts'
import { type MailAddressRow, mailAddressTable } from './mail-tables.ts'
import type { MailAudit, MailVault } from './ports.ts'
import type { MailPurpose } from './template.ts'

export interface AddressesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly vault: Pick<MailVault, 'deriveKey'>
  readonly audit: MailAudit
}

/** So many mails an address may refuse for good before it is not mailed any more. */
const MAX_BOUNCES = 2
const TOKEN = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/

/** What became of mails to addresses, and who wants no more. Addresses are kept as keyed hashes only. */
export class Addresses {
  readonly #deps: AddressesDeps
  readonly #markKey: Buffer
  readonly #endKey: Buffer

  constructor(deps: AddressesDeps) {
    this.#deps = deps
    this.#markKey = deps.vault.deriveKey('regie mail address')
    this.#endKey = deps.vault.deriveKey('regie mail unsubscribe')
  }

  markOf(address: string): string {
    return markOf(this.#markKey, parseAddress(address))
  }

  /** Why an address is not mailed for this purpose; null where it is. */
  async refusalOf(
    reader: Reader,
    mark: string,
    purpose: MailPurpose,
  ): Promise<'recipient_unsubscribed' | 'recipient_bounces' | null> {
    const row = await reader.findOneBy(mailAddressTable, { mark })
    if (row && row.blockedAt !== null) return 'recipient_bounces'
    return row && row.unsubscribedAt !== null && purpose !== 'service' ? 'recipient_unsubscribed' : null
  }

  /** @throws Refusal `recipient_unsubscribed`, `recipient_bounces` */
  async require(reader: Reader, mark: string, purpose: MailPurpose): Promise<void> {
    const code = await this.refusalOf(reader, mark, purpose)
    if (code === 'recipient_bounces')
      throw new Refusal(
        'conflict',
        code,
        'mail to this address came back too often: it is not mailed any more',
      )
    if (code === 'recipient_unsubscribed')
      throw new Refusal('conflict', code, 'whoever reads this address wants no more mails of this kind')
  }

  /** Counts a mail the address refused for good. @returns whether it is not mailed any more */
  async bounced(tx: Tx, mark: string, code: string): Promise<boolean> {
    const now = this.#deps.clock.now()
    const [counted] = await rows<{ bounces: string | number }>(
      tx,
      `INSERT INTO mail_address (mark, bounces, last_bounce_at, last_code) VALUES (?, 1, ?, ?)
       ON CONFLICT (mark) DO UPDATE SET bounces = mail_address.bounces + 1,
         last_bounce_at = excluded.last_bounce_at, last_code = excluded.last_code
       RETURNING bounces`,
      [mark, now, code],
    )
    if (Number(counted?.bounces) < MAX_BOUNCES) return false
    await rows(
      tx,
      'UPDATE mail_address SET blocked_at = ? WHERE mark = ? AND blocked_at IS NULL RETURNING mark',
      [now, mark],
    )
    return true
  }

  /** Mails an address again, whose mailbox works now. @throws Refusal `mail_address_not_blocked` */
  async allow(tx: Tx, mark: string): Promise<void> {
    const row = await tx.findOneBy(mailAddressTable, { mark })
    if (!row || row.bounces === 0)
      throw new Refusal('not_found', 'mail_address_not_blocked', 'no mail to this address came back')
    await change(tx, mailAddressTable, { mark }, { bounces: 0, blockedAt: null })
  }

  /** Addresses of which mail came back, worst first. */
  bouncing(limit: number): Promise<MailAddressRow[]> {
    return select(
      this.#deps.store.reader,
      mailAddressTable,
      'bounces > 0 ORDER BY bounces DESC, last_bounce_at DESC LIMIT ?',
      [limit],
    )
  }

  /** What ends mails to an address, for who has it: it stands in the mails themselves. */
  unsubscribeToken(mark: string): string {
    return `${mark}.${this.#proofOf(mark)}`
  }

  /** @returns from when on the address wants only service mails, ms. @throws Refusal `unsubscribe_link_invalid` */
  async unsubscribedAt(token: string): Promise<number | null> {
    const row = await this.#deps.store.reader.findOneBy(mailAddressTable, { mark: this.#markIn(token) })
    return row?.unsubscribedAt ?? null
  }

  /** Ends mails other than service mails; the same again changes nothing. @throws Refusal `unsubscribe_link_invalid` */
  async unsubscribe(token: string): Promise<void> {
    const mark = this.#markIn(token)
    await this.#deps.store.transact(async (tx) => {
      const changed = await rows(
        tx,
        `INSERT INTO mail_address (mark, bounces, unsubscribed_at) VALUES (?, 0, ?)
         ON CONFLICT (mark) DO UPDATE SET unsubscribed_at = excluded.unsubscribed_at
         WHERE mail_address.unsubscribed_at IS NULL RETURNING mark`,
        [mark, this.#deps.clock.now()],
      )
      if (changed.length > 0) await this.#deps.audit.record(tx, 'system', 'mail.unsubscribed', {})
    })
  }

  /** Takes that back: only with the link from a mail to the address. @throws Refusal `unsubscribe_link_invalid` */
  async resubscribe(token: string): Promise<void> {
    const mark = this.#markIn(token)
    await this.#deps.store.transact(async (tx) => {
      const changed = await rows(
        tx,
        `UPDATE mail_address SET unsubscribed_at = NULL
         WHERE mark = ? AND unsubscribed_at IS NOT NULL RETURNING mark`,
        [mark],
      )
      if (changed.length > 0) await this.#deps.audit.record(tx, 'system', 'mail.resubscribed', {})
    })
  }

  #proofOf(mark: string): string {
    return createHmac('sha256', this.#endKey).update(mark).digest('base64url')
  }

  #markIn(token: string): string {
    const [, mark, proof] = TOKEN.exec(token) ?? []
    if (mark && proof && equalBytes(Buffer.from(proof), Buffer.from(this.#proofOf(mark)))) return mark
    throw new Refusal(
      'not_found',
      'unsubscribe_link_invalid',
      'this link is not whole: open it from the mail',
    )
  }
}
