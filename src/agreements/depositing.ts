import { addDuration, type Clock, isRefusal, newId } from '../core/index.ts'
import type { Outbox } from '../outbox/index.ts'
import type { Parties } from '../parties/index.ts'
import { type Store, select, type Tx } from '../store/index.ts'
import type { AnchorClient, AnchorSource } from '../trust/index.ts'
import { type AgreementFiles, partiesOf } from './agreement-files.ts'
import { signDeposit, verifyBoth, verifyReceipt } from './deposit-message.ts'
import type { SigningPorts } from './ports.ts'
import type { Steps } from './steps.ts'
import { type AgreementRow, agreementTable } from './tables.ts'

export interface DepositingDeps extends SigningPorts {
  readonly store: Store
  readonly clock: Clock
  readonly files: AgreementFiles
  readonly steps: Steps
  readonly outbox: Outbox
  readonly parties: Pick<Parties, 'organisation'>
  readonly client: AnchorClient
  readonly anchor: AnchorSource
}

const TOPIC = 'agreement.deposit'

/** Has a deposit made after the commit, and until the trust anchor took it. */
export const queueDeposit = async (outbox: Outbox, tx: Tx, agreement: string): Promise<void> => {
  await outbox.send(tx, TOPIC, { agreement }, TOPIC)
}

/**
 * Hands what both signed to the trust anchor, and lets agreements begin and end by the clock. Each party deposits by
 * itself: none depends on the other for its proof.
 */
export class Depositing {
  readonly #deps: DepositingDeps

  constructor(deps: DepositingDeps) {
    this.#deps = deps
    deps.outbox.on(TOPIC, ({ agreement = '' }) => this.deposit(agreement))
  }

  /** Twice is once: the trust anchor gives the receipt of the first time. */
  async deposit(id: string): Promise<void> {
    const { files, store, clock, parties, client, anchor, signerOf } = this.#deps
    const row = await files.find(files.reader, id)
    if (row?.state !== 'signed' || row.receipt !== null || row.digest === null) return
    const [ours, theirs] = [await files.openSignature(row, 'us'), await files.openSignature(row, 'them')]
    if (!ours || !theirs) return
    const us = await parties.organisation()
    const both = partiesOf(row, us.did)
    const signatures: [typeof ours, typeof ours] = row.startedBy === 'us' ? [ours, theirs] : [theirs, ours]
    const { version, digest } = row
    const what = { agreement: id, version, digest, parties: both, signatures }
    try {
      await verifyBoth(what, this.#deps)
      const { did: aud } = await anchor.require()
      const message = { iss: us.did, aud, now: clock.now(), signer: await signerOf(us.did) }
      const deposit = await signDeposit(what, message)
      const answer = await client.post('/api/v1/agreements/deposits', { deposit })
      const compact = String((answer as { receipt?: unknown } | null)?.receipt)
      const receipt = await verifyReceipt(compact, { anchor: aud, agreement: id, digest }, this.#deps)
      await store.transact(async (tx) => {
        const now = await files.hold(tx, id)
        if (now?.state !== 'signed' || now.receipt !== null) return
        const kept = { receipt: compact, depositedAt: receipt.deposited_at * 1000, depositError: null }
        await this.#begin(tx, await files.save(tx, now, kept, clock.now()))
      })
    } catch (error) {
      if (isRefusal(error)) await this.#failed(id, error.code)
      throw error
    }
  }

  /** What begins, is renewed or ends by the clock. */
  async sweep(): Promise<void> {
    const { store, clock, files } = this.#deps
    const now = clock.now()
    const due = await select(
      store.reader,
      agreementTable,
      `(state = 'signed' AND receipt IS NOT NULL AND starts_at <= ?) OR (state = 'in_force' AND ends_at <= ?)`,
      [now, now],
    )
    for (const { id } of due)
      await store.transact(async (tx) => {
        const row = await files.hold(tx, id)
        if (row?.state === 'signed') await this.#begin(tx, row)
        if (row?.state === 'in_force') await this.#end(tx, row)
      })
  }

  /**
   * It is in force from its first day, once the trust anchor keeps the digest: what opens under it can be shown to
   * have been agreed to by somebody who is neither party.
   */
  async #begin(tx: Tx, row: AgreementRow): Promise<void> {
    if (row.receipt === null || row.startsAt === null || row.startsAt > this.#deps.clock.now()) return
    await this.#deps.steps.tick(tx, row, { state: 'in_force' }, newId())
  }

  async #end(tx: Tx, row: AgreementRow): Promise<void> {
    const now = this.#deps.clock.now()
    if (row.endsAt === null || row.endsAt > now) return
    if (row.renewal !== null && row.noticeBy === null) {
      let endsAt = row.endsAt
      while (endsAt <= now) endsAt = addDuration(endsAt, row.renewal)
      await this.#deps.steps.tick(tx, row, { endsAt }, newId())
      return
    }
    const state = row.noticeBy === null ? ('ended' as const) : ('terminated' as const)
    await this.#deps.steps.tick(tx, row, { state }, newId())
  }

  async #failed(id: string, code: string): Promise<void> {
    const { store, files, clock } = this.#deps
    await store.transact(async (tx) => {
      const row = await files.hold(tx, id)
      if (row?.state === 'signed') await files.save(tx, row, { depositError: code }, clock.now())
    })
  }
}
