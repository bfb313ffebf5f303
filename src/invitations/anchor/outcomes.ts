import type { Moved } from '../../registration/index.ts'
import type { Tx } from '../../store/index.ts'
import type { OutcomeMail } from '../ports.ts'
import { isUnwritable } from './letters.ts'
import type { InvitedParties, PartiesDeps } from './parties.ts'
import { type InvitedPartyRow, invitedPartyTable } from './tables.ts'

export interface OutcomesDeps extends PartiesDeps {
  readonly parties: InvitedParties
  /** @throws Refusal `recipient_…` where nobody may be written to at that address */
  readonly mail: (tx: Tx, mail: OutcomeMail) => Promise<void>
}

/** What the contact person of whom we invited hears of how its case ends. What it did itself it is not told. */
export class Outcomes {
  readonly #deps: OutcomesDeps

  constructor(deps: OutcomesDeps) {
    this.#deps = deps
  }

  /** In the transaction of the move. */
  async caseMoved(tx: Tx, { caseId, from, to, reason }: Moved): Promise<void> {
    const outcome = to === 'accepted' || to === 'rejected' || to === 'registered' ? to : null
    const party = outcome && (await tx.findOneBy(invitedPartyTable, { caseId }))
    if (!outcome || !party || !isNews(party, { from, to })) return
    const { parties, mail, audit } = this.#deps
    const { partner, contact } = await parties.open(party)
    try {
      await mail(tx, {
        ...{ party: party.id, contact, organisation: partner.name, outcome, reason, choice: party.choice },
      })
      await audit.record(tx, 'system', 'invited.told_outcome', { invited: party.id, outcome })
    } catch (error) {
      if (!isUnwritable(error)) throw error
      await audit.record(tx, 'system', 'invited.not_written_to', { invited: party.id, code: error.code })
    }
  }
}

/** Where its node applied before, it is registered the moment it is accepted; after a pause it was accepted before. */
const isNews = ({ joinedBy }: InvitedPartyRow, { from, to }: Pick<Moved, 'from' | 'to'>): boolean =>
  to !== 'accepted' || (joinedBy === null && from !== 'stalled')
