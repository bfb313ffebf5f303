import type { Reader } from '../store/index.ts'
import { change, In, IsNull, MoreThan, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import {
  type GivenGrantRow,
  givenGrantTable,
  type ReceivedRequestRow,
  receivedRequestTable,
} from './access-tables.ts'
import { openRequest, type SealedRequest } from './sealed-request.ts'

export interface ListedRequestsDeps {
  readonly vault: Vault
  readonly clock: { now(): number }
}

/** More than this nobody has waiting. */
const MAX_AT_ONCE = 500

/** Requests that may be on their subject's list, and what was granted by that. */
export class ListedRequests {
  readonly #deps: ListedRequestsDeps

  constructor(deps: ListedRequestsDeps) {
    this.#deps = deps
  }

  /**
   * All that waits: what came in before its entry was made is on the list as well.
   * @param subjects whose requests the caller decides about
   */
  async waiting(reader: Reader, subjects: readonly string[]) {
    const found = await reader.find(receivedRequestTable, {
      where: { subjectParty: In([...subjects]), state: 'pending' },
      order: { id: 'ASC' },
      take: MAX_AT_ONCE,
    })
    return Promise.all(
      found.map(async (row) => ({
        ...row,
        needsALook: needsALook(row, await openRequest(this.#deps.vault, row)),
      })),
    )
  }

  /** Says by which entry a request is granted that was on no list when it came in. */
  async mark(tx: Tx, id: string, entry: string): Promise<void> {
    await change(tx, receivedRequestTable, { id, listedBy: IsNull() }, { listedBy: entry })
  }

  /** Grants that an entry of a list gave and that are open. */
  async openBy(reader: Reader, entry: string): Promise<string[]> {
    const requests = await reader.findBy(receivedRequestTable, { listedBy: entry, state: 'approved' })
    const ids = requests.flatMap(({ grantId }) => (grantId === null ? [] : [grantId]))
    if (ids.length === 0) return []
    const open: GivenGrantRow[] = await reader.findBy(givenGrantTable, {
      id: In(ids),
      revokedAt: IsNull(),
      expiresAt: MoreThan(this.#deps.clock.now()),
    })
    return open.map(({ id }) => id)
  }
}

/** What nobody says yes to beforehand: systems that read by themselves, and exchanges. */
export const needsALook = (
  { counterId }: Pick<ReceivedRequestRow, 'counterId'>,
  { actor, details }: Pick<SealedRequest, 'actor' | 'details'>,
): boolean => counterId !== null || actor?.kind !== 'employee' || details.system !== undefined
