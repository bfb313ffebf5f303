import { createHash, randomBytes } from 'node:crypto'
import { type Clock, newId, Refusal } from '../core/index.ts'
import { change, insertAll, LessThan, type Reader, rows, type Store, type Tx } from '../store/index.ts'
import { markOf, parseAddress } from './address.ts'
import { type MailLinkRow, mailLinkTable } from './mail-tables.ts'
import type { MailVault } from './ports.ts'

export interface LinksDeps {
  readonly store: Store
  readonly clock: Clock
  readonly vault: Pick<MailVault, 'deriveKey'>
}

export interface About {
  /** `invitation`, `access_request`. */
  readonly kind: string
  readonly id: string
}

export interface NewLink {
  /** What redeeming it does: it opens nothing else. */
  readonly purpose: string
  readonly about: About
  /** Whom it is for: the organisation or case, and the address it is mailed to. */
  readonly boundTo: { readonly party: string; readonly address: string }
  /** How long it can be redeemed, ms; 72 hours unless told. */
  readonly ttlMs?: number
}

export interface MadeLink {
  readonly id: string
  /** 256 bits, base64url: for the mail, and nowhere else. Put it in the query of a URL: paths are logged. */
  readonly token: string
  readonly expiresAt: number
}

/** What a link is for; read from its row. */
export interface OpenLink {
  readonly id: string
  readonly purpose: string
  readonly about: About
  readonly party: string
  readonly expiresAt: number
}

/** What of the redeemer is already known; a link made for somebody else is refused. */
export interface Redeemer {
  readonly party?: string
  readonly address?: string
}

const DAY_MS = 86_400_000
const LINK_TTL_MS = 3 * DAY_MS
/** How long it is remembered that there was one, so that its reader hears what became of it. */
const REMEMBER_MS = 90 * DAY_MS
const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** Links for one use. Only the digest of a token is kept. */
export class Links {
  readonly #deps: LinksDeps
  readonly #key: Buffer

  constructor(deps: LinksDeps) {
    this.#deps = deps
    this.#key = deps.vault.deriveKey('regie mail address')
  }

  /** Makes one. Others for the same that went to another address no longer work. @throws Refusal `mail_address_invalid` */
  async create(tx: Tx, { purpose, about, boundTo, ttlMs = LINK_TTL_MS }: NewLink): Promise<MadeLink> {
    const now = this.#deps.clock.now()
    const token = randomBytes(32).toString('base64url')
    const mark = markOf(this.#key, parseAddress(boundTo.address))
    await rows(
      tx,
      `UPDATE mail_link SET state = 'replaced'
       WHERE purpose = ? AND about_kind = ? AND about_id = ? AND state = 'open' AND (mark <> ? OR bound_to <> ?)
       RETURNING id`,
      [purpose, about.kind, about.id, mark, boundTo.party],
    )
    const row: MailLinkRow = {
      ...{ id: newId(), tokenHash: hashOf(token), purpose, aboutKind: about.kind, aboutId: about.id },
      ...{ boundTo: boundTo.party, mark, state: 'open' },
      ...{ createdAt: now, expiresAt: now + ttlMs, usedAt: null },
    }
    await insertAll(tx, mailLinkTable, [row])
    return { id: row.id, token, expiresAt: row.expiresAt }
  }

  /** Ends the open links about something: it was withdrawn, or goes to somebody else. */
  async replace(tx: Tx, { purpose, about }: Pick<NewLink, 'purpose' | 'about'>): Promise<void> {
    const where = { purpose, aboutKind: about.kind, aboutId: about.id, state: 'open' } as const
    await change(tx, mailLinkTable, where, { state: 'replaced' })
  }

  /**
   * Looks whether a link can be redeemed, and leaves it as it is: what a GET may do, since mail scanners open every
   * link. @throws Refusal as {@link consume}
   */
  async find(token: string, purpose: string, by: Redeemer = {}): Promise<OpenLink> {
    return this.#require(this.#deps.store.reader, token, purpose, by)
  }

  /**
   * Redeems a link, once, in the transaction of what it does. Only from a POST.
   * @throws Refusal `link_invalid`, `link_not_for_you`, `link_used`, `link_replaced`, `link_expired`
   */
  async consume(tx: Tx, token: string, purpose: string, by: Redeemer = {}): Promise<OpenLink> {
    const found = await this.#require(tx, token, purpose, by)
    const set = { state: 'used', usedAt: this.#deps.clock.now() } as const
    if ((await change(tx, mailLinkTable, { id: found.id, state: 'open' }, set)) !== 1) throw used()
    return found
  }

  /** Forgets those nobody asks after any more. */
  async tidy(): Promise<void> {
    const { store, clock } = this.#deps
    await store.transact((tx) => tx.delete(mailLinkTable, { expiresAt: LessThan(clock.now() - REMEMBER_MS) }))
  }

  async #require(reader: Reader, token: string, purpose: string, by: Redeemer): Promise<OpenLink> {
    const row = TOKEN.test(token) ? await reader.findOneBy(mailLinkTable, { tokenHash: hashOf(token) }) : null
    if (!row) throw new Refusal('not_found', 'link_invalid', 'this link is not known here')
    const isTheirs =
      row.purpose === purpose &&
      (by.party === undefined || by.party === row.boundTo) &&
      (by.address === undefined || markOf(this.#key, parseAddress(by.address)) === row.mark)
    if (!isTheirs) throw new Refusal('forbidden', 'link_not_for_you', 'this link was made for somebody else')
    if (row.state === 'used') throw used()
    if (row.state === 'replaced')
      throw new Refusal('gone', 'link_replaced', 'this link no longer works: there is a newer one')
    if (row.expiresAt <= this.#deps.clock.now())
      throw new Refusal('gone', 'link_expired', 'this link has expired: ask for a new one')
    const { id, boundTo, aboutKind, aboutId, expiresAt } = row
    return { id, purpose, about: { kind: aboutKind, id: aboutId }, party: boundTo, expiresAt }
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

const used = () => new Refusal('gone', 'link_used', 'this link was used before')
