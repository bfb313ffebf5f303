import { type Caller, type Clock, type Language, newId, Refusal, requireVersion } from '../core/index.ts'
import { change, insertAll, type Reader, type Store, select, type Tx } from '../store/index.ts'
import { isAddress, parseAddress } from './address.ts'
import type { Addresses } from './addresses.ts'
import type { About } from './links.ts'
import { type MailRow, type MailState, mailTable } from './mail-tables.ts'
import type { MailAudit, MailOutbox, MailSender, MailVault } from './ports.ts'
import { type RenderedMail, renderMail } from './render.ts'
import { edited, type MailEdit, type MailTemplate, type MailText } from './template.ts'

export interface MailsDeps {
  readonly store: Store
  readonly vault: MailVault
  readonly clock: Clock
  readonly audit: MailAudit
  readonly outbox: Pick<MailOutbox, 'send'>
  readonly addresses: Addresses
  readonly sender: MailSender
  /** Without a mail server mails are kept, for whoever tries the node out to read. */
  readonly hasServer: boolean
  /** What follows when somebody sends what she read first, in the same transaction. */
  readonly whenDraftSent: (tx: Tx, caller: Caller, draft: MailRow) => Promise<void>
}

export interface NewMail<P> {
  readonly to: string
  /** The recipient's. */
  readonly language: Language
  readonly template: MailTemplate<P>
  readonly params: P
  readonly about: About
  /** Who caused it; the node itself unless told. */
  readonly by?: Caller
}

export interface MailFilter {
  readonly state?: MailState
  readonly about?: string
  readonly cursor?: string
  readonly limit: number
}

/** What is sealed of a mail. */
export interface MailContent {
  readonly to: string
  readonly text: MailText
}

export const MAIL_TOPIC = 'mail'
/** How long what a mail said is kept after it left, was held back or came back, ms. */
const KEEP_CONTENT_MS = 30 * 86_400_000
const ERASE_AT_ONCE = 500

export const scopeOf = (id: string) => `mail:${id}`
const place = (id: string) => `mail:${id}:content`

/** E-mails: written with the change they tell of, looked at and changed before they leave, sent after the commit. */
export class Mails {
  readonly #deps: MailsDeps

  constructor(deps: MailsDeps) {
    this.#deps = deps
  }

  /**
   * Sends a mail after the transaction it is in commits.
   * @throws Refusal `mail_address_invalid`, `recipient_unsubscribed`, `recipient_bounces`
   */
  queue<P>(tx: Tx, mail: NewMail<P>): Promise<{ id: string }> {
    return this.#add(tx, mail, 'queued')
  }

  /** As {@link queue}; it waits until somebody read it and sends it. */
  draft<P>(tx: Tx, mail: NewMail<P>): Promise<{ id: string }> {
    return this.#add(tx, mail, 'draft')
  }

  /** Why a mail to this address would be refused; null where it would go. @throws Refusal `mail_address_invalid` */
  refusalOf(reader: Reader, to: string, template: Pick<MailTemplate<never>, 'purpose'>) {
    const { addresses } = this.#deps
    return addresses.refusalOf(reader, addresses.markOf(to), template.purpose)
  }

  /** Newest first. */
  list({ state, about, cursor, limit }: MailFilter): Promise<MailRow[]> {
    const where = [
      ...(state ? ([['state = ?', state]] as const) : []),
      ...(about ? ([['about_id = ?', about]] as const) : []),
      ...(cursor ? ([['id < ?', cursor]] as const) : []),
    ]
    const condition = ['1 = 1', ...where.map(([sql]) => sql)].join(' AND ')
    return select(this.#deps.store.reader, mailTable, `${condition} ORDER BY id DESC LIMIT ?`, [
      ...where.map(([, value]) => value),
      limit,
    ])
  }

  /** The last mail to an address that came back. */
  async lastBounced(mark: string): Promise<MailRow | null> {
    const condition = `mark = ? AND state = 'bounced' ORDER BY id DESC LIMIT 1`
    return (await select(this.#deps.store.reader, mailTable, condition, [mark]))[0] ?? null
  }

  find(id: string): Promise<MailRow | null> {
    return this.#deps.store.reader.findOneBy(mailTable, { id })
  }

  /** @throws Refusal `mail_unknown` */
  async require(reader: Reader, id: string): Promise<MailRow> {
    const row = await reader.findOneBy(mailTable, { id })
    if (!row) throw new Refusal('not_found', 'mail_unknown', 'there is no such mail')
    return row
  }

  /** What a mail says, and to whom. @throws Refusal `mail_erased` */
  async open({ id, sealed }: MailRow): Promise<MailContent> {
    if (!sealed) throw new Refusal('gone', 'mail_erased', 'what this mail said is no longer kept')
    return JSON.parse(await this.#deps.vault.openText(place(id), sealed))
  }

  /** A mail as it goes, or went. @param maskLinks leaves out what only its recipient may have */
  render(row: MailRow, { text }: MailContent, maskLinks: boolean): RenderedMail {
    return renderMail(text, {
      language: row.language,
      sender: this.#deps.sender.name,
      unsubscribeUrl: this.unsubscribeUrl(row),
      ...(maskLinks && { maskLinks }),
    })
  }

  /** Where one click ends mails of its kind; null for service mails. */
  unsubscribeUrl({ purpose, mark }: Pick<MailRow, 'purpose' | 'mark'>): string | null {
    const { addresses, sender } = this.#deps
    return purpose === 'service'
      ? null
      : `${sender.url}/mail/unsubscribe?t=${addresses.unsubscribeToken(mark)}`
  }

  /**
   * @param version the one the change was made from, where known
   * @throws Refusal `mail_unknown`, `mail_not_draft`, `mail_has_no_free_text`, `changed_meanwhile`, `mail_changed`
   */
  async edit(caller: Caller, id: string, change: MailEdit, version?: number): Promise<MailRow> {
    const { store, vault, audit } = this.#deps
    const row = await this.require(store.reader, id)
    if (row.state !== 'draft') throw notDraft()
    requireVersion(version, row.version)
    const content = await this.open(row)
    const changed: MailContent = { ...content, text: edited(content.text, change) }
    const sealed = await vault.seal(scopeOf(id), place(id), JSON.stringify(changed))
    return store.transact(async (tx) => {
      const next = await this.#move(tx, row, { sealed, version: row.version + 1 })
      await audit.record(tx, caller, 'mail.edited', { mail: id })
      return next
    })
  }

  /**
   * Sends a draft, or one that was kept before there was a mail server.
   * @throws Refusal `mail_unknown`, `mail_not_draft`, `mail_changed`, `recipient_unsubscribed`, `recipient_bounces`
   */
  async send(caller: Caller, id: string): Promise<MailRow> {
    const { store, clock, audit, addresses, hasServer } = this.#deps
    return store.transact(async (tx) => {
      const row = await this.require(tx, id)
      if (row.state !== 'draft' && !(row.state === 'kept' && hasServer)) throw notDraft()
      await addresses.require(tx, row.mark, row.purpose)
      const next = await this.#move(tx, row, { ...this.#leaving(), version: row.version + 1 })
      await this.#dispatch(tx, next)
      await audit.record(tx, caller, 'mail.queued', { mail: id, at: clock.now() })
      if (row.state === 'draft') await this.#deps.whenDraftSent(tx, caller, row)
      return next
    })
  }

  /** Holds a draft back for good, and destroys what it said. @throws Refusal `mail_unknown`, `mail_not_draft` */
  async cancel(caller: Caller, id: string): Promise<MailRow> {
    const { store, vault, clock, audit } = this.#deps
    return store.transact(async (tx) => {
      const row = await this.require(tx, id)
      if (row.state !== 'draft' && row.state !== 'kept') throw notDraft()
      const set = {
        state: 'cancelled',
        sealed: null,
        settledAt: clock.now(),
        version: row.version + 1,
      } as const
      const next = await this.#move(tx, row, set)
      await vault.destroyKey(tx, scopeOf(id))
      await audit.record(tx, caller, 'mail.cancelled', { mail: id })
      return next
    })
  }

  /** Destroys what was mailed to an address, on its way or not: its reader had herself erased. Other texts are none. */
  async eraseAddress(tx: Tx, to: string): Promise<void> {
    if (!isAddress(to)) return
    const mark = this.#deps.addresses.markOf(to)
    const found = await select(tx, mailTable, 'mark = ? AND sealed IS NOT NULL', [mark])
    await this.#erase(tx, found)
  }

  /** Destroys what mails said that were settled long enough ago. */
  async tidy(): Promise<void> {
    const { store, clock } = this.#deps
    await store.transact(async (tx) => {
      const found = await select(
        tx,
        mailTable,
        `sealed IS NOT NULL AND settled_at < ? ORDER BY settled_at LIMIT ${ERASE_AT_ONCE}`,
        [clock.now() - KEEP_CONTENT_MS],
      )
      await this.#erase(tx, found)
    })
  }

  async #erase(tx: Tx, found: readonly MailRow[]): Promise<void> {
    const { vault, clock } = this.#deps
    for (const { id, state, settledAt } of found) {
      const waits = state === 'draft' || state === 'queued' || state === 'kept'
      const set = { sealed: null, ...(waits && { state: 'cancelled' as const, lastError: 'mail_erased' }) }
      await change(tx, mailTable, { id }, { ...set, settledAt: settledAt ?? clock.now() })
      await vault.destroyKey(tx, scopeOf(id))
    }
  }

  async #add<P>(tx: Tx, mail: NewMail<P>, how: 'queued' | 'draft'): Promise<{ id: string }> {
    const { vault, clock, audit, addresses } = this.#deps
    const { template, language, about, by = 'system' } = mail
    const to = parseAddress(mail.to)
    const mark = addresses.markOf(to)
    await addresses.require(tx, mark, template.purpose)
    const id = newId()
    const content: MailContent = { to, text: template.write[language](mail.params) }
    await vault.createKey(tx, scopeOf(id))
    const row: MailRow = {
      ...{ id, template: template.id, purpose: template.purpose, language },
      ...{ aboutKind: about.kind, aboutId: about.id, mark },
      sealed: await vault.seal(scopeOf(id), place(id), JSON.stringify(content)),
      ...{ state: 'draft', version: 1, attempts: 0, lastError: null, claimedUntil: 0 },
      ...{ createdAt: clock.now(), queuedAt: null, settledAt: null },
      ...(how === 'queued' && this.#leaving()),
    }
    await insertAll(tx, mailTable, [row])
    await this.#dispatch(tx, row)
    await audit.record(tx, by, how === 'queued' ? 'mail.queued' : 'mail.drafted', {
      ...{ mail: id, template: template.id, about: about.id },
    })
    return { id }
  }

  #leaving(): Pick<MailRow, 'state' | 'queuedAt' | 'settledAt'> {
    const now = this.#deps.clock.now()
    return this.#deps.hasServer
      ? { state: 'queued', queuedAt: now, settledAt: null }
      : { state: 'kept', queuedAt: now, settledAt: now }
  }

  /** One message for each mail; each takes the oldest that waits for its address, so they go in order. */
  async #dispatch(tx: Tx, { state, mark }: MailRow): Promise<void> {
    if (state === 'queued') await this.#deps.outbox.send(tx, MAIL_TOPIC, { mark })
  }

  async #move(tx: Tx, row: MailRow, set: Partial<MailRow>): Promise<MailRow> {
    const { id, state, version } = row
    if ((await change(tx, mailTable, { id, state, version }, set)) !== 1)
      throw new Refusal('conflict', 'mail_changed', 'somebody changed or sent this mail in the meantime')
    return { ...row, ...set }
  }
}

const notDraft = () => new Refusal('conflict', 'mail_not_draft', 'this mail does not wait to be sent')
