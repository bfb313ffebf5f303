import type { Caller, Clock } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Tx } from '../store/index.ts'
import type { AccessPort, ContactRef, ContactsPort, RestrictedClaim } from './ports.ts'
import type { RightsRequestRow } from './rights-table.ts'

export interface AtOnceDeps {
  readonly clock: Clock
  readonly parties: Parties
  readonly contacts: ContactsPort
  readonly access: AccessPort
}

/** What waits for nobody: an objection to marketing, and a restriction while a dispute runs. */
export class AtOnce {
  readonly #deps: AtOnceDeps

  constructor(deps: AtOnceDeps) {
    this.#deps = deps
  }

  /** In the transaction in which the request comes in. */
  async act(
    tx: Tx,
    caller: Caller,
    row: RightsRequestRow,
    claims: readonly RestrictedClaim[],
  ): Promise<void> {
    if (row.kind === 'objection') await this.#object(tx, caller, row)
    if (row.kind === 'restriction') await this.#restrict(tx, row, claims)
  }

  /** What was restricted is read again. */
  async end(tx: Tx, row: RightsRequestRow): Promise<void> {
    const { access, contacts } = this.#deps
    if (row.subjectKind === 'person') await access.lift(tx, row.id)
    else await contacts.restrict(tx, contactOf(row), null)
  }

  async #object(tx: Tx, caller: Caller, row: RightsRequestRow): Promise<void> {
    const { access, contacts, parties, clock } = this.#deps
    const isContact = row.subjectKind === 'contact'
    if (!isContact) await access.objectToMarketing(tx, caller, row.subjectId)
    const { email = '' } = isContact ? {} : await parties.profile(row.subjectId)
    // Who has an account may be in the directory of partners as well.
    const listed = isContact ? [contactOf(row)] : await contacts.byEmail(email)
    for (const contact of listed) await contacts.noMarketing(tx, contact, clock.now())
  }

  async #restrict(tx: Tx, row: RightsRequestRow, claims: readonly RestrictedClaim[]): Promise<void> {
    const { access, contacts, clock } = this.#deps
    if (row.subjectKind === 'contact') await contacts.restrict(tx, contactOf(row), clock.now())
    else await access.restrict(tx, { requestId: row.id, personId: row.subjectId, claims })
  }
}

const contactOf = ({ subjectId, contactMark }: RightsRequestRow): ContactRef => ({
  partnerId: subjectId,
  mark: contactMark ?? '',
})
