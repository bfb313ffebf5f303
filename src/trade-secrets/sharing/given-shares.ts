import { randomBytes } from 'node:crypto'
import type { Audit } from '../../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal, type UserCaller } from '../../core/index.ts'
import type { Parties } from '../../parties/index.ts'
import { change, IsNull, LessThan, type Store, select, type Tx } from '../../store/index.ts'
import { requireSigned, sha256 } from '../../trust/index.ts'
import type { Vault } from '../../vault/index.ts'
import { requireDocuments } from '../documents.ts'
import type { Register } from '../register.ts'
import { requireCovered } from './covered.ts'
import { type PartnerNeed, requireShareMove, settleBy } from './life.ts'
import { readSettled, SETTLED_TYP, textOf } from './messages.ts'
import type { SecretKeys, SecretSharingPorts, SecretTellOf } from './ports.ts'
import { type GivenShareRow, givenShareTable } from './share-tables.ts'

export interface GivenSharesDeps extends SecretSharingPorts, Pick<SecretKeys, 'requireKey'> {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly register: Register
  readonly parties: Pick<Parties, 'organisation'>
  readonly partner: (reference: string) => Promise<{ readonly did: Did; readonly name: string }>
}

/** What of a secret is shared, with whom, and what for. */
export interface NewShare {
  readonly secret: string
  readonly partner: string
  /** One that covers trade secrets. */
  readonly agreement: string
  /** What the partner sees it called before somebody opens it. */
  readonly label: string
  readonly purpose: string
  readonly needToKnow: PartnerNeed
  /** Ids of its documents that go with it. */
  readonly documents: readonly string[]
}

/** What was shared, as it lies sealed. */
interface Sealed {
  readonly text: string
  readonly label: string
  readonly purpose: string
}

export type GivenShare = Omit<GivenShareRow, 'sealed'> & Pick<Sealed, 'label' | 'purpose'>

const place = (id: string) => `trade_secret_share:${id}:sealed`

/** Secrets of ours that partners may see, under an agreement in force that covers trade secrets. */
export class GivenShares {
  readonly #deps: GivenSharesDeps

  constructor(deps: GivenSharesDeps) {
    this.#deps = deps
  }

  /**
   * Lets people of a partner see what is said of a secret now, and some of its documents.
   * @throws Refusal `secret_nobody_needs_it`, `agreement_not_in_force`, `secret_needs_agreement`, `trade_secret_…`, `file_unknown`, `partner_unknown`
   */
  async share(caller: UserCaller, wanted: NewShare): Promise<GivenShare> {
    const { store, vault, clock, audit, register, agreements, tell } = this.#deps
    if (wanted.needToKnow.persons.length + wanted.needToKnow.roles.length === 0)
      throw new Refusal('invalid', 'secret_nobody_needs_it', 'name a person or role that needs to know')
    const { did: partner, name: partnerName } = await this.#deps.partner(wanted.partner)
    const { secret: secretId, agreement: agreementId, label, purpose, needToKnow } = wanted
    return store.transact(async (tx) => {
      const secret = await register.requireRegistered(tx, caller, secretId)
      const { version } = secret
      await requireCovered(tx, agreements, { agreementId, partner })
      const documents = await requireDocuments(tx, secretId, wanted.documents)
      const id = newId()
      const { title, description } = await register.said(tx, secret)
      const text = textOf({
        salt: randomBytes(32).toString('base64url'),
        share: id,
        secret: { title, description },
        documents: (await register.named(documents)).map(({ mediaType, at: _, ...one }) => ({
          ...one,
          media_type: mediaType,
        })),
      })
      const digest = sha256(text)
      const row: GivenShareRow = {
        ...{ id, secretId, version, partner, partnerName, agreementId, needToKnow, digest },
        ...{ state: 'live', createdAt: clock.now(), documents: documents.map((one) => one.id) },
        sealed: await vault.seal(secretId, place(id), JSON.stringify({ text, label, purpose })),
        ...{ endedAt: null, endCode: null, settleBy: null, overdueSince: null, settledAt: null, how: null },
        ...{ toldAt: null, refused: null, statement: null },
      }
      await tx.insert(givenShareTable, row)
      await audit.record(tx, caller, 'trade_secret.shared', {
        ...{ secret: secretId, version, share: id, partner, agreement: agreementId, digest },
      })
      const told: SecretTellOf<'secret-shared'> = {
        ...{ kind: 'secret-shared', share: id, agreement: agreementId, label, purpose, digest },
        ...{ persons: [...needToKnow.persons], roles: [...needToKnow.roles] },
        documents: documents.map((one) => ({
          ...{ id: one.id, media_type: one.mediaType, size: one.size, digest: one.digest },
        })),
      }
      await tell(tx, partner, told, id)
      return shown(row, { label, purpose })
    })
  }

  /** What the partner's node made of hearing of it. */
  async tried(id: string, outcome: { readonly kind: string; readonly code?: string }): Promise<void> {
    const { store, clock } = this.#deps
    const set =
      outcome.kind === 'delivered'
        ? { toldAt: clock.now() }
        : outcome.kind === 'refused'
          ? { refused: outcome.code ?? 'refused' }
          : null
    if (set) await store.transact((tx) => change(tx, givenShareTable, { id }, set))
  }

  /** Takes it back: whoever received it has a month to return or destroy it. @throws Refusal `secret_share_…` */
  async unshare(caller: UserCaller, id: string): Promise<GivenShare> {
    const after = await this.#deps.store.transact(async (tx) => {
      const row = await this.hold(tx, id)
      if (!row) throw unknownShare()
      requireShareMove('end', row.state)
      return this.#end(tx, caller, row, 'secret_unshared')
    })
    return shown(after, await this.#open(after))
  }

  /** The agreement they are shared under is over. */
  endUnder(tx: Tx, by: Caller | 'system', agreementId: string): Promise<void> {
    return this.#endAll(tx, by, { agreementId }, 'agreement_over')
  }

  /** The secret was taken out of the register. */
  endOf(tx: Tx, by: Caller | 'system', secretId: string): Promise<void> {
    return this.#endAll(tx, by, { secretId }, 'trade_secret_withdrawn')
  }

  /** The newest first. */
  async list(filter: {
    readonly secret?: string | undefined
    readonly state?: GivenShareRow['state'] | undefined
    readonly overdue?: boolean | undefined
    readonly agreement?: string | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  }): Promise<{ items: GivenShare[]; next: string | null }> {
    const { store, clock } = this.#deps
    const { secret, state, overdue, agreement, cursor, limit } = filter
    const found = await store.reader.find(givenShareTable, {
      where: {
        ...(secret && { secretId: secret }),
        ...(state && { state }),
        ...(agreement && { agreementId: agreement }),
        ...(overdue && { state: 'ended', settleBy: LessThan(clock.now()) }),
        ...(cursor && { id: LessThan(cursor) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    })
    const page = found.slice(0, limit)
    const items = await Promise.all(page.map(async (row) => shown(row, await this.#open(row))))
    return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }
  }

  async isExpected(from: Did, { share }: { readonly share: string }): Promise<boolean> {
    return (await this.find(share))?.partner === from
  }

  /**
   * The partner says, signed, that what it received was returned or destroyed: once, and for good.
   * @throws Refusal `secret_settlement_…`, `secret_share_live`, `signer_mismatch`, `jws_…`, `key_…`
   */
  async settled(tx: Tx, from: Did, { share, how, statement }: SecretTellOf<'secret-share-settled'>) {
    const { clock, audit, parties, requireKey, announce } = this.#deps
    const row = await this.hold(tx, share)
    if (row?.partner !== from) throw unknownShare()
    if (row.state === 'settled') return
    const message = readSettled(statement)
    const { payload } = message
    const { did: us } = await parties.organisation()
    const isOfThis =
      payload.iss === from && payload.aud === us && payload.share === share && payload.digest === row.digest
    if (!isOfThis || payload.how !== how)
      throw new Refusal('unprocessable', 'secret_settlement_wrong', 'this says it of something else')
    await requireSigned(message, { typ: SETTLED_TYP, purpose: 'assertionMethod', requireKey })
    // It may have ended there by the clock, a moment before it does here.
    const ended = row.state === 'live' ? await this.#end(tx, 'system', row, 'agreement_over') : row
    const at = clock.now()
    await changeFrom(tx, ended, { state: 'settled', how, statement, settledAt: at })
    const by = { kind: 'node' as const, did: from }
    await audit.record(tx, by, 'trade_secret.share_settled', { share, how, statement: sha256(statement) })
    await announce(tx, { what: 'share_settled', share, side: 'given', partner: from })
  }

  /** Webhooks hear, once, of what should have been returned or destroyed by now. */
  async sweep(): Promise<void> {
    const { store, clock, announce } = this.#deps
    const now = clock.now()
    const late = await select(
      store.reader,
      givenShareTable,
      "state = 'ended' AND overdue_since IS NULL AND settle_by < ? ORDER BY id LIMIT 100",
      [now],
    )
    for (const { id: share, partner } of late)
      await store.transact(async (tx) => {
        const where = { id: share, state: 'ended' as const, overdueSince: IsNull() }
        if ((await change(tx, givenShareTable, where, { overdueSince: now })) === 1)
          await announce(tx, { what: 'settlement_overdue', share, side: 'given', partner })
      })
  }

  async #endAll(
    tx: Tx,
    by: Caller | 'system',
    where: { readonly agreementId: string } | { readonly secretId: string },
    code: string,
  ): Promise<void> {
    const found = await tx.find(givenShareTable, {
      where: { ...where, state: 'live' },
      order: { id: 'ASC' },
    })
    for (const { id } of found) {
      const row = await this.hold(tx, id)
      if (row?.state === 'live') await this.#end(tx, by, row, code)
    }
  }

  async #end(tx: Tx, by: Caller | 'system', row: GivenShareRow, endCode: string): Promise<GivenShareRow> {
    const { clock, audit, tell, announce } = this.#deps
    const endedAt = clock.now()
    const { id: share, partner } = row
    const set = { state: 'ended' as const, endedAt, endCode, settleBy: settleBy(endedAt) }
    await changeFrom(tx, row, set)
    await audit.record(tx, by, 'trade_secret.share_ended', { share, code: endCode })
    await tell(tx, partner, { kind: 'secret-share-ended', share, reason: endCode })
    await announce(tx, { what: 'share_ended', share, side: 'given', partner })
    return { ...row, ...set }
  }

  find(id: string): Promise<GivenShareRow | null> {
    return this.#deps.store.reader.findOneBy(givenShareTable, { id })
  }

  /** What the partner sees: the text whose digest both keep. */
  async textOf(row: GivenShareRow): Promise<string> {
    return (await this.#open(row)).text
  }

  /** As it is until the transaction ends: whoever ends it waits for a look, or the look sees that it ended. */
  async hold(tx: Tx, id: string): Promise<GivenShareRow | null> {
    const lock = this.#deps.store.engine === 'postgres' ? ' FOR UPDATE' : ''
    const [row] = await select(tx, givenShareTable, `id = ?${lock}`, [id])
    return row ?? null
  }

  async #open({ id, sealed }: GivenShareRow): Promise<Sealed> {
    return JSON.parse(await this.#deps.vault.openText(place(id), sealed))
  }
}

/** @throws Refusal `changed_meanwhile` */
async function changeFrom(
  tx: Tx,
  { id, state }: GivenShareRow,
  set: Partial<Omit<GivenShareRow, 'needToKnow'>>,
): Promise<void> {
  if ((await change(tx, givenShareTable, { id, state }, set)) !== 1)
    throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
}

const shown = (
  { sealed: _, ...row }: GivenShareRow,
  { label, purpose }: Pick<Sealed, 'label' | 'purpose'>,
) => ({
  ...row,
  label,
  purpose,
})

/** Nothing, or with somebody else: who asks cannot tell. */
export const unknownShare = () =>
  new Refusal('not_found', 'secret_share_unknown', 'nothing of that is shared with you')
