import { isRefusal, type Log, newId, silentLog } from '../../core/index.ts'
import { acquireLease, change, LessThanOrEqual } from '../../store/index.ts'
import { notifyIssuer, requestDeferred } from './credential-request.ts'
import type { FoundIssuer } from './metadata.ts'
import { type Kept, type Redeeming, type RedeemingDeps, reasonOf } from './redeeming.ts'
import type { Renewing } from './renewing.ts'
import {
  type WalletIssuanceRow,
  type WalletOfferRow,
  walletIssuanceTable,
  walletOfferTable,
} from './tables.ts'
import type { Transport } from './transport.ts'

export interface ComebacksDeps extends RedeemingDeps {
  readonly redeeming: Redeeming
  readonly renewing: Renewing
  /** Ends what nobody decided on, and forgets what is worth nothing any more. */
  readonly tidy: () => Promise<void>
  readonly log?: Log
}

const LOOK_EVERY_MS = 5_000
const LEASE = { name: 'oid4vci-wallet', ms: 60_000 }
const TIDY_EVERY_MS = 60_000
const AT_ONCE = 20
/** How long an issuer may take; afterwards it has forgotten us. */
const MAX_WAIT_MS = 90 * 86_400_000
const MOST_TELLS = 6
const FIRST_RETRY_MS = 10_000
const LONGEST_RETRY_MS = 6 * 3_600_000
/** Refusals that a later try does not change. */
const FINAL = new Set([400, 401, 403, 404, 410])

/** What a wallet goes back to issuers for: what they needed time for, what they have to hear, and what is about to end. */
export class Comebacks {
  readonly #deps: ComebacksDeps
  readonly #holder = newId()
  readonly #log: Log
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | null = null
  #tidiedAt = Number.NEGATIVE_INFINITY

  constructor(deps: ComebacksDeps) {
    this.#deps = deps
    this.#log = deps.log ?? silentLog
  }

  start(): void {
    this.#timer = setInterval(() => void this.work(), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  /** Does what is due, unless another process does. */
  async work(): Promise<void> {
    this.#running ??= this.#look()
      .catch((err) => this.#log.error({ err }, 'the wallet could not come back to issuers'))
      .finally(() => {
        this.#running = null
      })
    return this.#running
  }

  async #look(): Promise<void> {
    const { store, clock, tidy } = this.#deps
    if (clock.now() - this.#tidiedAt >= TIDY_EVERY_MS) {
      this.#tidiedAt = clock.now()
      await tidy()
    }
    const due = await this.#due()
    if (due.length === 0) return
    // Whether there is anything to do is asked without writing: most of the time there is not.
    if (!(await acquireLease(store, clock, { ...LEASE, holder: this.#holder }))) return
    for (const row of due) {
      if (row.tellAt !== null && row.tellAt <= clock.now()) await this.#tell(row)
      if (row.dueAt === null || row.dueAt > clock.now()) continue
      if (row.state === 'deferred') await this.#fetchDeferred(row)
      else await this.#deps.renewing.renew(row)
    }
  }

  async #due(): Promise<WalletIssuanceRow[]> {
    const { store, clock } = this.#deps
    const now = LessThanOrEqual(clock.now())
    return store.reader.find(walletIssuanceTable, {
      where: [{ dueAt: now }, { tellAt: now }],
      order: { id: 'ASC' },
      take: AT_ONCE,
    })
  }

  async #fetchDeferred(row: WalletIssuanceRow): Promise<void> {
    const { redeeming, store } = this.#deps
    const offer = await this.#claim(row)
    if (!offer) return
    try {
      const kept = await redeeming.open(row)
      const { issuer, transport } = await redeeming.meet(kept.session.issuer, [row.configurationId])
      const found = { issuer, transport, session: kept.session }
      const outcome = await requestDeferred(found, kept.transactionId ?? '', kept.keys?.length ?? 1)
      const isHere = await redeeming.settle(offer, row, { issuer, outcome, kept })
      if (!isHere) return
      const left = await store.reader.countBy(walletIssuanceTable, { offerId: offer.id, state: 'deferred' })
      if (left === 0) await this.#settle(offer, 'received', null)
    } catch (error) {
      await this.#afterFailure(row, offer, error)
    }
  }

  /** Whoever moves the time forward does the work: of two processes one. */
  async #claim(row: WalletIssuanceRow): Promise<WalletOfferRow | null> {
    const { store, clock } = this.#deps
    const next = { dueAt: clock.now() + retryMs(row.tries), tries: row.tries + 1 }
    const claimed = await store.transact((tx) =>
      change(tx, walletIssuanceTable, { id: row.id, state: 'deferred', tries: row.tries }, next),
    )
    if (claimed !== 1) return null
    return store.reader.findOneBy(walletOfferTable, { id: row.offerId })
  }

  async #afterFailure(row: WalletIssuanceRow, offer: WalletOfferRow, error: unknown): Promise<void> {
    if (!isRefusal(error)) this.#log.error({ err: error, issuance: row.id }, 'a deferred credential failed')
    const { store } = this.#deps
    const now = await store.reader.findOneBy(walletIssuanceTable, { id: row.id })
    const isRefused =
      isRefusal(error) &&
      (error.code !== 'issuer_refused'
        ? error.status === 422
        : FINAL.has(Number(error.params.status)) && error.params.reason !== 'slow_down')
    const isOld = this.#deps.clock.now() - row.createdAt > MAX_WAIT_MS
    // What came was handed over once: where it could not be kept there is nothing to come back for.
    const isOver = now?.state === 'failed' || isRefused || isOld
    if (!isOver) return
    await store.transact((tx) =>
      change(tx, walletIssuanceTable, { id: row.id }, { state: 'failed', dueAt: null }),
    )
    await this.#settle(offer, 'failed', reasonOf(error))
  }

  async #settle({ id }: WalletOfferRow, state: 'received' | 'failed', reason: string | null): Promise<void> {
    const { store } = this.#deps
    await store.transact((tx) => change(tx, walletOfferTable, { id, state: 'deferred' }, { state, reason }))
  }

  async #tell(row: WalletIssuanceRow): Promise<void> {
    const { store, clock } = this.#deps
    const { event, tellTries } = row
    if (event === null) return
    const next = tellTries + 1
    const again = { tellTries: next, tellAt: next >= MOST_TELLS ? null : clock.now() + retryMs(tellTries) }
    const mine = { id: row.id, event, tellTries }
    if ((await store.transact((tx) => change(tx, walletIssuanceTable, mine, again))) !== 1) return
    try {
      const { redeeming } = this.#deps
      const kept = await redeeming.open(row)
      const { issuer, transport } = await redeeming.meet(kept.session.issuer, [])
      if (!(await tell({ issuer, transport, kept }, event))) return
      await store.transact((tx) => change(tx, walletIssuanceTable, { id: row.id, event }, { tellAt: null }))
    } catch (error) {
      if (!isRefusal(error)) throw error
    }
  }
}

async function tell(
  { issuer, transport, kept }: { issuer: FoundIssuer; transport: Transport; kept: Kept },
  event: Parameters<typeof notifyIssuer>[2],
): Promise<boolean> {
  if (kept.notificationId === null) return true
  return notifyIssuer({ issuer, transport, session: kept.session }, kept.notificationId, event)
}

const retryMs = (tries: number): number =>
  Math.min(FIRST_RETRY_MS * 2 ** Math.min(tries, 20), LONGEST_RETRY_MS)
