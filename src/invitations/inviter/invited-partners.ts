import type { InvitationState } from '../../core/index.ts'
import { placeholders, rows, type Store, type Tx } from '../../store/index.ts'
import { finalStates } from '../invitation-state.ts'

const NEWEST = '(SELECT i.state FROM invitation i WHERE i.partner_id = partner.id ORDER BY i.id DESC LIMIT 1)'

/** Whether and how far partners are invited, for the list of them. */
export class InvitedPartners {
  readonly #store: Store

  constructor({ store }: { readonly store: Store }) {
    this.#store = store
  }

  /** The newest invitation by partner, of those who ever were invited. */
  async newestOf(partners: readonly string[]): Promise<Map<string, { id: string; state: InvitationState }>> {
    if (partners.length === 0) return new Map()
    const found = await rows<{ id: string; partner_id: string; state: InvitationState }>(
      this.#store.reader,
      `SELECT id, partner_id, state FROM invitation
       WHERE partner_id IN (${placeholders(partners.length)}) ORDER BY id`,
      partners,
    )
    return new Map(found.map(({ id, partner_id: partner, state }) => [partner, { id, state }]))
  }

  /** Of these partners those that ever were invited. */
  async among(tx: Tx, partners: readonly string[]): Promise<string[]> {
    if (partners.length === 0) return []
    const found = await rows<{ partner_id: string }>(
      tx,
      `SELECT DISTINCT partner_id FROM invitation WHERE partner_id IN (${placeholders(partners.length)})`,
      partners,
    )
    return found.map(({ partner_id: id }) => id)
  }

  /** What must hold of a row of the table `partner` whose newest invitation is there, or is under way or not. */
  condition({ state, isUnderWay }: { readonly state?: InvitationState; readonly isUnderWay?: boolean }) {
    const ended = placeholders(finalStates.length)
    const parts = [
      ...(state === undefined ? [] : [{ sql: `${NEWEST} = ?`, values: [state] }]),
      ...(isUnderWay === undefined
        ? []
        : [
            isUnderWay
              ? { sql: `${NEWEST} NOT IN (${ended})`, values: [...finalStates] }
              : { sql: `COALESCE(${NEWEST}, 'none') IN ('none', ${ended})`, values: [...finalStates] },
          ]),
    ]
    return { sql: parts.map(({ sql }) => sql).join(' AND '), values: parts.flatMap(({ values }) => values) }
  }
}
