import { createHash } from 'node:crypto'
import { buffer, text as textOf } from 'node:stream/consumers'
import type { Audit } from '../../audit/index.ts'
import {
  type Caller,
  type Clock,
  type Did,
  newId,
  Refusal,
  refusedThere,
  seconds,
  type UserCaller,
} from '../../core/index.ts'
import type { Egress, EgressStream } from '../../egress/index.ts'
import { parseJsonObject } from '../../jose/index.ts'
import type { Parties } from '../../parties/index.ts'
import { change, IsNull, LessThan, type Store, select, type Tx } from '../../store/index.ts'
import { MESSAGE_LIFETIME_S, sha256 } from '../../trust/index.ts'
import type { Vault } from '../../vault/index.ts'
import { unknownShare } from './given-shares.ts'
import { needsToKnow, requireNeed, requireShareMove, type SettledHow, settleBy } from './life.ts'
import {
  FETCH_MEDIA_TYPE,
  FETCH_PATH,
  readText,
  type SharedText,
  signFetch,
  signSettled,
} from './messages.ts'
import type { SecretKeys, SecretSharingPorts, SecretTellOf } from './ports.ts'
import { type ReceivedDocument, type ReceivedShareRow, receivedShareTable } from './share-tables.ts'

export interface ReceivedSharesDeps extends SecretSharingPorts, Pick<SecretKeys, 'signerOf'> {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly egress: Pick<Egress, 'stream'>
  readonly parties: Pick<Parties, 'organisation'>
  /** Where an organisation's wallet is. @throws Refusal `partner_unknown` and others */
  readonly walletOf: (did: Did) => Promise<string>
  /** What the network calls it. */
  readonly nameOf: (did: Did) => Promise<string | null>
}

/** What our people see of it before it is opened. */
interface Sealed {
  readonly label: string
  readonly purpose: string
}

export type ReceivedShare = Omit<ReceivedShareRow, 'sealed'> & Sealed

const TIMEOUT_MS = 10_000
const MAX_TEXT_BYTES = 128 * 1024
const place = (id: string) => `received_secret:${id}:sealed`

/** Secrets of partners that people of ours may see. They are fetched each time: no copy stays here. */
export class ReceivedShares {
  readonly #deps: ReceivedSharesDeps

  constructor(deps: ReceivedSharesDeps) {
    this.#deps = deps
  }

  /** Only under an agreement in force with us: before that, what it builds on may still be on its way. */
  async isExpected(from: Did, tell: SecretTellOf<'secret-shared' | 'secret-share-ended'>): Promise<boolean> {
    const row = await this.#find(tell.share)
    if (row) return row.partner === from
    return tell.kind === 'secret-shared' && (await this.#deps.agreements.find(tell.agreement, from)) !== null
  }

  async shared(tx: Tx, from: Did, tell: SecretTellOf<'secret-shared'>): Promise<void> {
    const { vault, clock, audit, parties, nameOf, announce } = this.#deps
    const { share: id, agreement: agreementId, label, purpose, digest, documents, persons, roles } = tell
    if (await tx.existsBy(receivedShareTable, { id })) return
    const us = await parties.organisation()
    const sealed = await vault.seal(us.id, place(id), JSON.stringify({ label, purpose } satisfies Sealed))
    const row: ReceivedShareRow = {
      ...{ id, partner: from, partnerName: (await nameOf(from)) ?? from, agreementId, digest, sealed },
      ...{ needToKnow: { persons, roles }, documents, state: 'live', createdAt: clock.now() },
      ...{ endedAt: null, endCode: null, settleBy: null, overdueSince: null, settledAt: null, how: null },
    }
    await tx.insert(receivedShareTable, row)
    const by = { kind: 'node' as const, did: from }
    await audit.record(tx, by, 'received_secret.shared', { share: id, agreement: agreementId, digest })
    await announce(tx, { what: 'received', share: id, side: 'received', partner: from })
  }

  async ended(tx: Tx, from: Did, { share, reason }: SecretTellOf<'secret-share-ended'>): Promise<void> {
    const row = await this.#hold(tx, share)
    if (row?.partner === from && row.state === 'live')
      await this.#end(tx, { kind: 'node', did: from }, row, reason)
  }

  /** The agreement they are shared under is over, as our own node knows. */
  async endUnder(tx: Tx, by: Caller | 'system', agreementId: string): Promise<void> {
    const found = await tx.find(receivedShareTable, {
      where: { agreementId, state: 'live' },
      order: { id: 'ASC' },
    })
    for (const { id } of found) {
      const row = await this.#hold(tx, id)
      if (row?.state === 'live') await this.#end(tx, by, row, 'agreement_over')
    }
  }

  /** Those she needs to know of; an administrator sees that all are there. The newest first. */
  async list(
    caller: UserCaller,
    filter: {
      readonly state?: ReceivedShareRow['state'] | undefined
      readonly agreement?: string | undefined
      readonly cursor?: string | undefined
      readonly limit: number
    },
  ): Promise<{ items: ReceivedShare[]; next: string | null }> {
    const { state, agreement, cursor, limit } = filter
    const rows = await this.#deps.store.reader.find(receivedShareTable, {
      where: {
        ...(state && { state }),
        ...(agreement && { agreementId: agreement }),
        ...(cursor && { id: LessThan(cursor) }),
      },
      order: { id: 'DESC' },
    })
    const found = rows.filter((row) => maySee(caller, row))
    const items = await Promise.all(found.slice(0, limit).map((row) => this.#shown(row)))
    return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }
  }

  /**
   * What is said of it, fetched now.
   * @throws Refusal `secret_share_…`, `secret_not_needed`, `secret_digest_differs`, `partner_…`, `egress_…`, and what the
   *   partner's node refused
   */
  async fetch(caller: UserCaller, id: string): Promise<{ share: ReceivedShare; text: SharedText }> {
    const row = await this.#requireOpen(caller, id)
    const { body } = await this.#ask(caller, row, { maxBytes: MAX_TEXT_BYTES })
    const { text } = parseJsonObject(await buffer(body))
    if (typeof text !== 'string' || sha256(text) !== row.digest) throw differs()
    return { share: await this.#shown(row), text: readText(text) }
  }

  /**
   * A document of it, as it comes in: its last piece only once all of it has the digest that was told.
   * @throws Refusal as {@link fetch}, `file_unknown`; while it is read also `secret_digest_differs`
   */
  async fetchDocument(
    caller: UserCaller,
    id: string,
    documentId: string,
  ): Promise<{ readonly document: ReceivedDocument; readonly content: AsyncIterable<Uint8Array> }> {
    const row = await this.#requireOpen(caller, id)
    const document = row.documents.find((one) => one.id === documentId)
    if (!document) throw new Refusal('not_found', 'file_unknown', 'there is no such file')
    const { body } = await this.#ask(caller, row, { document: documentId, maxBytes: document.size })
    return { document, content: verified(body, document) }
  }

  /**
   * Says, signed by our company, that everything of it was returned or destroyed: once.
   * @throws Refusal `secret_share_unknown`, `secret_share_live`, `secret_share_settled`
   */
  async settle(caller: UserCaller, id: string, how: SettledHow): Promise<ReceivedShare> {
    const { store, clock, audit, parties, signerOf, tell } = this.#deps
    const known = await this.#find(id)
    if (!known) throw unknownShare()
    requireShareMove('settle', known.state)
    const { did: iss } = await parties.organisation()
    const { partner, digest } = known
    const at = clock.now()
    const statement = await signSettled(
      { iss, aud: partner, iat: seconds(at), share: id, digest, how },
      await signerOf(iss),
    )
    const after = await store.transact(async (tx) => {
      const row = await this.#hold(tx, id)
      if (!row) throw unknownShare()
      requireShareMove('settle', row.state)
      const set = { state: 'settled' as const, how, settledAt: at }
      await change(tx, receivedShareTable, { id }, set)
      await audit.record(tx, caller, 'received_secret.settled', { share: id, how })
      await tell(tx, partner, { kind: 'secret-share-settled', share: id, how, statement })
      return { ...row, ...set }
    })
    return this.#shown(after)
  }

  /** Webhooks hear, once, of what we should have returned or destroyed by now. */
  async sweep(): Promise<void> {
    const { store, clock, announce } = this.#deps
    const now = clock.now()
    const condition = "state = 'ended' AND overdue_since IS NULL AND settle_by < ? ORDER BY id LIMIT 100"
    const late = await select(store.reader, receivedShareTable, condition, [now])
    for (const { id: share, partner } of late)
      await store.transact(async (tx) => {
        const where = { id: share, state: 'ended' as const, overdueSince: IsNull() }
        if ((await change(tx, receivedShareTable, where, { overdueSince: now })) === 1)
          await announce(tx, { what: 'settlement_overdue', share, side: 'received', partner })
      })
  }

  async #end(tx: Tx, by: Caller | 'system', { id, partner }: ReceivedShareRow, endCode: string) {
    const { clock, audit, announce } = this.#deps
    const endedAt = clock.now()
    const set = { state: 'ended' as const, endedAt, endCode, settleBy: settleBy(endedAt) }
    await change(tx, receivedShareTable, { id }, set)
    await audit.record(tx, by, 'received_secret.share_ended', { share: id, code: endCode })
    await announce(tx, { what: 'share_ended', share: id, side: 'received', partner })
  }

  /** Our own people have to need it as well, before the partner is asked. That she asks is written first. */
  async #requireOpen(caller: UserCaller, id: string): Promise<ReceivedShareRow> {
    const { store, audit } = this.#deps
    return store.transact(async (tx) => {
      const row = await this.#hold(tx, id)
      if (!row || !maySee(caller, row)) throw unknownShare()
      requireNeed(row.needToKnow, caller)
      requireShareMove('look', row.state)
      await audit.record(tx, caller, 'received_secret.fetched', { share: id })
      return row
    })
  }

  async #ask(
    { did: person, roles }: UserCaller,
    { id: share, partner: aud }: ReceivedShareRow,
    { document, maxBytes }: { readonly document?: string; readonly maxBytes: number },
  ): Promise<EgressStream> {
    const { clock, parties, signerOf, walletOf, egress } = this.#deps
    const [{ did: iss }, wallet] = await Promise.all([parties.organisation(), walletOf(aud)])
    const iat = seconds(clock.now())
    const times = { iat, exp: iat + MESSAGE_LIFETIME_S }
    const question = { iss, aud, jti: newId(), ...times, share, person, roles: [...roles] }
    const answer = await egress.stream(wallet + FETCH_PATH, {
      method: 'POST',
      headers: { 'content-type': FETCH_MEDIA_TYPE },
      body: await signFetch({ ...question, ...(document && { document }) }, await signerOf(iss)),
      timeoutMs: TIMEOUT_MS,
      maxBytes: Math.max(maxBytes, MAX_TEXT_BYTES),
    })
    if (answer.status === 200) return answer
    throw await refusedByOwner(answer)
  }

  #find(id: string): Promise<ReceivedShareRow | null> {
    return this.#deps.store.reader.findOneBy(receivedShareTable, { id })
  }

  async #hold(tx: Tx, id: string): Promise<ReceivedShareRow | null> {
    const lock = this.#deps.store.engine === 'postgres' ? ' FOR UPDATE' : ''
    const [row] = await select(tx, receivedShareTable, `id = ?${lock}`, [id])
    return row ?? null
  }

  async #shown({ sealed, ...row }: ReceivedShareRow): Promise<ReceivedShare> {
    const said: Sealed = JSON.parse(await this.#deps.vault.openText(place(row.id), sealed))
    return { ...row, ...said }
  }
}

const maySee = (caller: UserCaller, { needToKnow }: ReceivedShareRow) =>
  caller.roles.includes('administrator') || needsToKnow(needToKnow, caller)

/** The pieces of a document; fails instead of giving the last one when it is not what was told. */
async function* verified(
  body: AsyncIterable<Uint8Array>,
  { size, digest }: ReceivedDocument,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let [length, held]: [number, Uint8Array | null] = [0, null]
  for await (const piece of body) {
    if (held) yield held
    hash.update(piece)
    length += piece.length
    held = piece
  }
  if (length !== size || `sha-256:${hash.digest('base64url')}` !== digest) throw differs()
  if (held) yield held
}

async function refusedByOwner({ status, body }: EgressStream): Promise<Refusal> {
  const known = refusedThere('the partner’s node', status, problemOf(await textOf(body)))
  const why = 'the partner’s node cannot answer now'
  return known ?? new Refusal('upstream', 'secret_fetch_failed', why, { params: { status } })
}

function problemOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const differs = () =>
  new Refusal('upstream', 'secret_digest_differs', 'this is not what the partner said that it shares')
