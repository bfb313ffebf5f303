import { type Caller, type Clock, type Did, newId } from '../core/index.ts'
import { createBatch, insertAll, rows, type Store } from '../store/index.ts'
import { type OwnLookRow, ownLookTable } from './processing-tables.ts'

/** Data of one person, or of whom one partner's row names, that one of ours was shown. */
export type Shown = Pick<OwnLookRow, 'partner' | 'subject' | 'grantId' | 'claims'>

const PAGE = 1_000

/**
 * Which of our own people and systems were shown data of persons elsewhere, and with which token. Without it nobody
 * could say whose data a stolen token has read.
 */
export class OwnLooks {
  readonly #store: Store
  readonly #clock: Clock
  readonly #write: (looks: readonly OwnLookRow[]) => Promise<void>

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store
    this.#clock = clock
    this.#write = createBatch(
      store,
      async (tx, all: readonly (readonly OwnLookRow[])[]) => {
        await insertAll(tx, ownLookTable, all.flat())
        return all.map(() => undefined)
      },
      { alone: true },
    )
  }

  /** Writes it down before it is handed over: what cannot be written is not shown. */
  async record(caller: Caller, shown: readonly Shown[]): Promise<void> {
    const actor = actorOf(caller)
    if (!actor || shown.length === 0) return
    const at = this.#clock.now()
    await this.#write(shown.map((one) => ({ id: newId(), at, ...actor, ...one })))
  }

  /** What was shown from `from` up to and including `until`, ms; oldest first. */
  async *between(from: number, until: number): AsyncIterable<OwnLookRow> {
    for (let after = { at: from, id: '' }; ; ) {
      const page = await rows<RawLook>(
        this.#store.reader,
        `SELECT id, at_ms, actor_party, token_id, partner, subject, grant_id, claims FROM own_look
         WHERE at_ms <= ? AND (at_ms > ? OR (at_ms = ? AND id > ?)) ORDER BY at_ms, id LIMIT ${PAGE}`,
        [until, after.at, after.at, after.id],
      )
      yield* page.map(lookOf)
      const last = page.at(-1)
      if (!last || page.length < PAGE) return
      after = { at: Number(last.at_ms), id: last.id }
    }
  }
}

interface RawLook {
  id: string
  at_ms: number | string
  actor_party: string
  token_id: string | null
  partner: string
  subject: string | null
  grant_id: string | null
  claims: string
}

const lookOf = (raw: RawLook): OwnLookRow => ({
  id: raw.id,
  at: Number(raw.at_ms),
  actorParty: raw.actor_party,
  tokenId: raw.token_id,
  partner: raw.partner,
  subject: raw.subject as Did | null,
  grantId: raw.grant_id,
  claims: JSON.parse(raw.claims),
})

function actorOf(caller: Caller): Pick<OwnLookRow, 'actorParty' | 'tokenId'> | null {
  if (caller.kind === 'user') return { actorParty: caller.personId, tokenId: caller.tokenId ?? null }
  if (caller.kind === 'client') return { actorParty: caller.clientId, tokenId: caller.tokenId ?? null }
  return null
}
