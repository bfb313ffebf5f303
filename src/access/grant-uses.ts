import type { Did } from '../core/index.ts'
import { type EntitySchema, type Store, select } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import {
  givenGrantTable,
  type RequestDetails,
  receivedGrantTable,
  receivedRequestTable,
  sentRequestTable,
} from './access-tables.ts'
import type { ClaimTarget } from './decide.ts'
import { openRequest } from './sealed-request.ts'
import { sealedPlace } from './sent-requests.ts'

/** What is done with data under a grant, or is asked for; with nothing of what people wrote but how long. */
export interface GrantUse {
  /** `given`: others read ours · `held`: we read theirs · `asked`: we wait for an answer · `asked_of_us`: they do. */
  readonly side: 'given' | 'held' | 'asked' | 'asked_of_us'
  readonly purpose: readonly string[]
  readonly legalBasis: string
  readonly claims: readonly ClaimTarget[]
  readonly partner: { readonly did: Did; readonly name: string }
  /** ISO 8601 duration, as it was said when it was asked for. */
  readonly retention: string | null
  /** Milliseconds since the epoch. */
  readonly changedAt: number
}

const PAGE = 500

type Deps = { readonly store: Store; readonly vault: Vault }

/** Every grant and every request that waits, given and held: what the record of processing is made of. */
export async function* grantUses(deps: Deps): AsyncIterable<GrantUse> {
  const { store, vault } = deps
  const retentionOfSent = async (id: string): Promise<string | null> => {
    const row = await store.reader.findOneBy(sentRequestTable, { id })
    const details: RequestDetails | null =
      row && JSON.parse(await vault.openText(sealedPlace(id), row.sealed))
    return details?.retention ?? null
  }
  // Sealed under the subject's key: once she was erased it is not known any more.
  const retentionOfReceived = async (id: string): Promise<string | null> => {
    const row = await store.reader.findOneBy(receivedRequestTable, { id })
    const request = row && (await openRequest(vault, row).catch(() => null))
    return request?.details.retention ?? null
  }
  for await (const row of allOf(store, givenGrantTable))
    yield {
      ...{ side: 'given', purpose: row.purpose, legalBasis: row.legalBasis, claims: row.tuples },
      partner: { did: row.grantee, name: row.granteeName },
      ...{ retention: await retentionOfReceived(row.requestId), changedAt: row.revokedAt ?? row.startsAt },
    }
  for await (const row of allOf(store, receivedGrantTable))
    yield {
      ...{ side: 'held', purpose: row.purpose, legalBasis: row.legalBasis, claims: row.claims },
      partner: { did: row.partner, name: row.partnerName },
      ...{ retention: await retentionOfSent(row.requestId), changedAt: row.receivedAt },
    }
  for await (const row of allOf(store, sentRequestTable))
    if (row.state === 'pending' || row.state === 'sending')
      yield {
        ...{ side: 'asked', purpose: row.purpose, legalBasis: row.legalBasis, claims: row.claims },
        partner: { did: row.partner, name: row.partnerName },
        ...{ retention: await retentionOfSent(row.id), changedAt: row.createdAt },
      }
  for await (const row of allOf(store, receivedRequestTable))
    if (row.state === 'pending')
      yield {
        ...{ side: 'asked_of_us', purpose: row.purpose, legalBasis: row.legalBasis, claims: row.claims },
        partner: { did: row.asker, name: row.askerName },
        ...{ retention: await retentionOfReceived(row.id), changedAt: row.createdAt },
      }
}

/** All rows of a table, a page at a time. */
async function* allOf<T extends { id: string }>(store: Store, table: EntitySchema<T>): AsyncIterable<T> {
  for (let after = ''; ; ) {
    const page = await select(store.reader, table, `id > ? ORDER BY id LIMIT ${PAGE}`, [after])
    yield* page
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    after = last.id
  }
}
