import type { Audit } from '../audit/index.ts'
import { BoundedMap, type Caller, type Clock, type Did, type Log } from '../core/index.ts'
import { type CredentialTypes, formatClaimRef } from '../credentials/index.ts'
import type { Outbox } from '../outbox/index.ts'
import {
  change,
  insertAll,
  LessThan,
  placeholders,
  rows,
  type Store,
  select,
  type Tx,
} from '../store/index.ts'
import type { ChangeFeed, NewChange } from './change-feed.ts'
import type { GrantRead, GrantsPort } from './ports.ts'
import {
  type ClaimTarget,
  type PartnerValueRow,
  partnerRefreshTable,
  partnerValueTable,
} from './record-table.ts'
import { isTooOld, planWrite } from './remembering.ts'
import { type SealedValues, targetKey } from './sealed-value.ts'

export interface RecordsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly log: Log
  readonly outbox: Outbox
  readonly types: CredentialTypes
  readonly feed: ChangeFeed
  readonly sealed: SealedValues
  readonly grants: GrantsPort
}

/** A message to read again what a partner told us changed. */
export const REFRESH_TOPIC = 'record.refresh'
/** Grants of which the values are removed in one sweep. */
const SWEEP = 200
/** How long the same read again is not compared with what we have. */
const SEEN_MS = 60_000
/** How long it is known that a Tell was settled. */
const KEEP_SETTLED_MS = 30 * 86_400_000

/** What partners let us see, kept with its source until they change or withdraw it. */
export class Records {
  readonly #deps: RecordsDeps
  // The last read of each grant that the record agreed with, by its mark: values do not outlive the record in here.
  readonly #seen = new BoundedMap<Seen>(1_000)

  constructor(deps: RecordsDeps) {
    this.#deps = deps
  }

  /**
   * Keeps what was just read. Reading the same again writes nothing, but that it is fresh, once a minute. That it fails
   * is no reason to hold back what was read: it is logged.
   */
  async remember(caller: Caller, reads: readonly GrantRead[]): Promise<void> {
    try {
      await this.#remember(caller, reads)
    } catch (err) {
      const grants = reads.map(({ grantId }) => grantId)
      this.#deps.log.error({ err, grants }, 'what was read could not be put into the record')
    }
  }

  /** Keeps what was read under a grant, in a transaction of the caller's. What the grant no longer opens is left. */
  async write(tx: Tx, caller: Caller, read: GrantRead): Promise<void> {
    const { feed, grants, clock, sealed } = this.#deps
    await feed.lock(tx)
    const grant = await grants.find(tx, read.grantId)
    if (grant?.state !== 'live' || grant.expiresAt <= clock.now()) return
    const known = await select(tx, partnerValueTable, 'grant_id = ?', [read.grantId])
    const plan = planWrite(read, known, (id, value) => sealed.mark(id, value))
    // Of many who read at the same moment one writes.
    if (!plan.isWorthWriting) return
    for (const { id, set } of plan.confirmed) await change(tx, partnerValueTable, { id }, set)
    for (const { row, value } of plan.updated) {
      const { id, ...set } = row
      await change(tx, partnerValueTable, { id }, { ...set, sealed: await sealed.seal(id, value) })
    }
    const added = plan.added.map(async ({ row, value }) => ({
      ...row,
      sealed: await sealed.seal(row.id, value),
    }))
    await insertAll(tx, partnerValueTable, await Promise.all(added))
    const at = clock.now()
    const reasons = new Map(read.leftOut.map(({ target, code }) => [targetKey(target), code]))
    for (const row of plan.gone) {
      const code = reasons.get(targetKey(row)) ?? 'claim_not_held'
      await change(tx, partnerValueTable, { id: row.id }, withdrawn(at, code))
    }
    await this.#tell(tx, caller, read.grantId, grant.partner, [
      ['value_read', plan.read],
      ['value_changed', plan.changed],
      ['value_withdrawn', plan.gone],
    ])
  }

  /**
   * A partner told us that claims changed: what we have of them is marked, and read again after the commit. What comes
   * of it goes to the port `settled`, once for each Tell and grant.
   * @param tell the partner's message; the same one twice counts once
   */
  async outdated(
    tx: Tx,
    told: {
      readonly grantId: string
      readonly partner: Did
      readonly claims: readonly ClaimTarget[]
      readonly tell: string
    },
  ): Promise<void> {
    const { feed, grants, clock, outbox } = this.#deps
    const { grantId, partner, claims, tell } = told
    this.#lookAgain(grantId)
    await feed.lock(tx)
    const id = `${tell} ${grantId}`
    if (await tx.existsBy(partnerRefreshTable, { id })) return
    const createdAt = clock.now()
    await tx.insert(partnerRefreshTable, {
      id,
      tell,
      grantId,
      partner,
      claims,
      state: 'open',
      createdAt,
    })
    const grant = await grants.find(tx, grantId)
    // What somebody else granted is not his to talk about.
    const own = grant && isOf(grant, partner) ? grant : null
    await outbox.send(tx, REFRESH_TOPIC, { refresh: id }, own ? laneOf(own.grantorWallet) : partner)
    if (!own) return
    const wanted = new Set(claims.map(targetKey))
    const known = await select(tx, partnerValueTable, "grant_id = ? AND state <> 'withdrawn'", [grantId])
    const hit = known.filter((row) => wanted.has(targetKey(row)))
    for (const row of hit)
      await change(tx, partnerValueTable, { id: row.id }, { state: 'changed', changedAt: createdAt })
    await this.#tell(tx, { kind: 'node', did: partner }, grantId, own.partner, [['outdated', hit]])
  }

  /** A grant ended: what it let us see is destroyed, that it was there remains. Twice is no error. */
  async ended(
    tx: Tx,
    end: { readonly grantId: string; readonly partner: Did; readonly code: string },
  ): Promise<void> {
    const { feed, grants, clock } = this.#deps
    await feed.lock(tx)
    const grant = await grants.find(tx, end.grantId)
    if (!grant || !isOf(grant, end.partner)) return
    await grants.end(tx, end.grantId, end.code)
    await this.#withdraw(tx, { kind: 'node', did: end.partner }, end.grantId, clock.now(), end.code)
  }

  /**
   * Somebody at a partner had herself erased here: what she let us see, known by one of these values of hers, is
   * destroyed, and we may not look again.
   * @returns the grants she gave
   */
  async forgetPerson(tx: Tx, partner: Did, values: readonly string[]): Promise<string[]> {
    const found = await select(
      tx,
      partnerValueTable,
      "partner = ? AND subject <> ? AND state <> 'withdrawn'",
      [partner, partner],
    )
    const known = new Set(values.map((value) => value.toLowerCase()))
    const hers = new Set<Did>()
    for (const row of found) {
      const value = await this.#deps.sealed.open(row)
      if (typeof value === 'string' && known.has(value.toLowerCase())) hers.add(row.subject)
    }
    const grants = new Set(found.flatMap(({ subject, grantId }) => (hers.has(subject) ? [grantId] : [])))
    for (const grantId of grants) await this.ended(tx, { grantId, partner, code: 'erased' })
    return [...grants]
  }

  /** Destroys what was read under grants that ran out since, and forgets what was settled long ago. */
  async sweep(): Promise<void> {
    const { store, clock, feed } = this.#deps
    const now = clock.now()
    const due = await rows<{ grant_id: string; ends: number | string }>(
      store.reader,
      `SELECT grant_id, max(grant_expires_at) AS ends FROM partner_value
       WHERE state <> 'withdrawn' AND grant_expires_at <= ? GROUP BY grant_id LIMIT ${SWEEP}`,
      [now],
    )
    for (const { grant_id: grantId, ends } of due)
      await store.transact(async (tx) => {
        await feed.lock(tx)
        await this.#withdraw(tx, 'system', grantId, Number(ends), 'grant_expired')
      })
    const old = { state: 'settled' as const, createdAt: LessThan(now - KEEP_SETTLED_MS) }
    if (await store.reader.existsBy(partnerRefreshTable, old))
      await store.transact((tx) => tx.delete(partnerRefreshTable, old))
  }

  async #remember(caller: Caller, all: readonly GrantRead[]): Promise<void> {
    const { store, sealed } = this.#deps
    const marks = new Map(all.map((read) => [read, sealed.mark(read.grantId, sayingOf(read))]))
    const before = new Map(all.map(({ grantId }) => [grantId, this.#seen.get(grantId)]))
    const reads = all.filter((read) => !isSameAgain(read, marks.get(read), before.get(read.grantId)))
    if (reads.length === 0) return
    const known = await select(
      store.reader,
      partnerValueTable,
      `grant_id IN (${placeholders(reads.length)})`,
      reads.map(({ grantId }) => grantId),
    )
    const news = reads.filter((read) => {
      const own = known.filter(({ grantId }) => grantId === read.grantId)
      return planWrite(read, own, (id, value) => sealed.mark(id, value)).isWorthWriting
    })
    if (news.length > 0)
      await store.transact(async (tx) => {
        for (const read of news) await this.write(tx, caller, read)
      })
    // What the partner told us since it was asked, or meanwhile, is news this read knew nothing of.
    const agreed = reads.filter(
      (read) => !known.some((row) => row.grantId === read.grantId && isTooOld(read, row)),
    )
    for (const read of agreed)
      if (this.#seen.get(read.grantId) === before.get(read.grantId))
        this.#seen.set(read.grantId, { mark: marks.get(read) ?? null, askedAt: read.askedAt })
  }

  /** What is read next under a grant is compared with the record: now, and once this transaction is committed. */
  #lookAgain(grantId: string): void {
    const forget = () => this.#seen.set(grantId, { mark: null, askedAt: 0 })
    forget()
    this.#deps.store.afterCommit(forget)
  }

  async #withdraw(
    tx: Tx,
    caller: Caller | 'system',
    grantId: string,
    at: number,
    code: string,
  ): Promise<void> {
    const known = await select(tx, partnerValueTable, "grant_id = ? AND state <> 'withdrawn'", [grantId])
    const [first] = known
    if (!first) return
    for (const { id } of known) await change(tx, partnerValueTable, { id }, withdrawn(at, code))
    await this.#tell(tx, caller, grantId, first.partner, [['value_withdrawn', known]])
  }

  /** One entry in the feed and one in the audit log for each kind of change that there was. */
  async #tell(
    tx: Tx,
    caller: Caller | 'system',
    grantId: string,
    partner: Did,
    kinds: readonly (readonly [NewChange['kind'], readonly ClaimTarget[]])[],
  ): Promise<void> {
    const changes = kinds.flatMap(([kind, targets]): NewChange[] =>
      targets.length > 0 ? [{ partner, grantId, kind, claims: this.#names(targets) }] : [],
    )
    await this.#deps.feed.append(tx, changes)
    await this.#deps.audit.recordAll(
      tx,
      changes.map(({ kind, claims }) => ({
        caller,
        action: `record.${kind}`,
        data: { grant: grantId, partner, claims },
      })),
    )
  }

  #names(targets: readonly ClaimTarget[]): string[] {
    const { types } = this.#deps
    return targets.map(({ vct, path }) => formatClaimRef({ type: types.find(vct)?.name ?? vct, path }))
  }
}

/** Whether this is who gave the grant, or in whose node the giver lives. */
export const isOf = (grant: { readonly partner: Did; readonly grantor: Did }, did: Did): boolean =>
  grant.partner === did || grant.grantor === did

const laneOf = (wallet: string): string => URL.parse(wallet)?.origin ?? wallet

/** A read, without what it said; `mark` is null when the next one is to be looked at in any case. */
interface Seen {
  readonly mark: string | null
  readonly askedAt: number
}

/** What a read says, but for when the status of it was looked at. */
const sayingOf = ({ asked, claims }: GrantRead): unknown => [
  asked,
  claims.map((claim) => ({ ...claim, statusAsOf: null })),
]

const isSameAgain = ({ askedAt }: GrantRead, mark: string | undefined, seen: Seen | undefined): boolean =>
  seen !== undefined && seen.mark === mark && askedAt >= seen.askedAt && askedAt - seen.askedAt < SEEN_MS

const withdrawn = (at: number, code: string): Partial<PartnerValueRow> => ({
  state: 'withdrawn',
  sealed: null,
  mark: '',
  withdrawnAt: at,
  withdrawnCode: code,
})
