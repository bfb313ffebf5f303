import { type Caller, type Did, Refusal } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import { In, LessThan, MoreThan, type Store } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import {
  type AccessEventRow,
  accessEventTable,
  type GivenGrantRow,
  givenGrantTable,
  type ReceivedRequestRow,
  receivedRequestTable,
} from './access-tables.ts'
import { actorPlace } from './ask-ledger.ts'
import type { Actor } from './decide.ts'
import { requireMayDecide } from './may-decide.ts'
import { openRequest, type SealedRequest } from './sealed-request.ts'

export interface Page {
  readonly cursor?: string
  readonly limit: number
}

/** What an owner sees of her own: requests that wait, grants she gave, who looked. */
export class OwnerView {
  readonly #store: Store
  readonly #vault: Vault

  constructor(deps: { store: Store; vault: Vault }) {
    this.#store = deps.store
    this.#vault = deps.vault
  }

  async requests(
    subjects: readonly string[],
    { cursor, limit }: Page,
    state?: ReceivedRequestRow['state'],
  ): Promise<(Omit<ReceivedRequestRow, 'sealed'> & SealedRequest)[]> {
    const found = await this.#store.reader.find(receivedRequestTable, {
      where: { subjectParty: In([...subjects]), ...(state && { state }), ...before(cursor) },
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(
      found.map(async ({ sealed, ...row }) => ({
        ...row,
        ...(await openRequest(this.#vault, { id: row.id, sealed })),
      })),
    )
  }

  /** What a request asks, for who narrows it. @throws Refusal `request_unknown`, `not_data_subject` */
  async asked(parties: Parties, caller: Caller, id: string) {
    const row = await this.#store.reader.findOneBy(receivedRequestTable, { id })
    if (!row) throw new Refusal('not_found', 'request_unknown', 'there is no such request')
    requireMayDecide(caller, await parties.require(row.subjectParty))
    const { actor, details } = await openRequest(this.#vault, row)
    return { ...row, hasSystem: actor?.kind === 'system' || details.system !== undefined }
  }

  async grants(subjects: readonly string[], { cursor, limit }: Page): Promise<GivenGrantRow[]> {
    return this.#store.reader.find(givenGrantTable, {
      where: { grantorParty: In([...subjects]), ...before(cursor) },
      order: { id: 'DESC' },
      take: limit,
    })
  }

  /** When a grantee looked under its grant after a moment, named by an id of then; null when it did not. */
  async lookedSince(subjectParty: string, grantId: string, id: string): Promise<number | null> {
    const [found] = await this.#store.reader.find(accessEventTable, {
      where: { subjectParty, grantId, outcome: 'permit', id: MoreThan(id) },
      order: { id: 'DESC' },
      take: 1,
    })
    return found?.at ?? null
  }

  async events(
    subjects: readonly string[],
    { cursor, limit }: Page,
    asker?: Did,
  ): Promise<(Omit<AccessEventRow, 'actor'> & { actor: Actor | null })[]> {
    const found = await this.#store.reader.find(accessEventTable, {
      where: { subjectParty: In([...subjects]), ...(asker && { asker }), ...before(cursor) },
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(
      found.map(async ({ actor, ...row }) => ({
        ...row,
        actor: actor && JSON.parse(await this.#vault.openText(actorPlace(row.id), actor)),
      })),
    )
  }
}

const before = (cursor: string | undefined) => (cursor ? { id: LessThan(cursor) } : {})
