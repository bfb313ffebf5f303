import type { Audit } from '../../audit/index.ts'
import { isRefusal, Refusal, type UserCaller } from '../../core/index.ts'
import type { PublicJwk } from '../../jose/index.ts'
import type { Parties } from '../../parties/index.ts'
import type { Store, Tx } from '../../store/index.ts'
import { knownOf } from '../evidence/checklist.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { VerifyDeps } from '../verify-messages.ts'
import type { CaseFile, CaseFiles } from './case-files.ts'
import { requireMove } from './case-state.ts'
import type { CaseRow } from './case-table.ts'
import type { CaseMoves } from './moves.ts'
import type { Prepared, Registering } from './registering.ts'

export interface DecisionsDeps extends VerifyDeps {
  readonly store: Store
  readonly audit: Audit
  readonly parties: Parties
  readonly caseFiles: CaseFiles
  readonly moves: CaseMoves
  readonly evidence: Evidence
  readonly registering: Registering
  /** One person proposes to accept, another one accepts. */
  readonly fourEyes: boolean
}

/** What the servicedesk decides, and what follows from it. */
export class Decisions {
  readonly #deps: DecisionsDeps

  constructor(deps: DecisionsDeps) {
    this.#deps = deps
  }

  /**
   * Accepts a case. An organisation whose node applied, with the policy accepted by all who must, is registered with
   * it. Where a second person is needed the first one proposes it.
   * @throws Refusal `registration_unknown`, `registration_already_decided`, `case_move_refused`, `evidence_incomplete`,
   *   `representative_not_listed`, `second_person_required`, `applicant_key_changed`, `kvk_already_registered`,
   *   `already_registered`, `case_changed_meanwhile`
   */
  async accept(caller: UserCaller, id: string): Promise<CaseFile> {
    const { store, caseFiles, moves, registering } = this.#deps
    const row = await caseFiles.require(id)
    requireMove(row, 'accept')
    const prepared = await this.prepare(row)
    const by = { kind: 'servicedesk', caller } as const
    await store.transact(async (tx) => {
      // As it was read: who changes evidence meanwhile changes the case, and this is refused.
      await this.#requireComplete(row)
      if (this.#deps.fourEyes && (await this.#propose(tx, caller, row))) return
      const accepted = await moves.move(tx, row, 'accept', { by })
      await registering.advance(tx, accepted, prepared, by)
    })
    return caseFiles.get(id)
  }

  /** @throws Refusal `registration_unknown`, `registration_already_decided` */
  async decline(caller: UserCaller, id: string, reason: string): Promise<CaseFile> {
    const { store, caseFiles, moves } = this.#deps
    const row = await caseFiles.require(id)
    const by = { kind: 'servicedesk', caller } as const
    await store.transact((tx) => moves.move(tx, row, 'decline', { by, reason }))
    return caseFiles.get(id)
  }

  /** After evidence was judged: an accepted case that only waited for it is registered. */
  async carryOn(caller: UserCaller, id: string): Promise<void> {
    const { store, caseFiles, registering } = this.#deps
    const before = await caseFiles.require(id)
    if (before.state !== 'policy_pending') return
    const prepared = await this.prepare(before)
    const by = { kind: 'servicedesk', caller } as const
    await store.transact(async (tx) => registering.advance(tx, await caseFiles.require(id), prepared, by))
  }

  /** @throws Refusal `applicant_key_changed` */
  async prepare({ kid }: Pick<CaseRow, 'kid'>): Promise<Prepared> {
    const [holderKey, ourselves] = await Promise.all([
      kid === null ? null : this.#holderKey(kid),
      this.#deps.parties.organisation(),
    ])
    return { holderKey, ourselves }
  }

  /** @returns whether it was proposed only @throws Refusal `second_person_required` */
  async #propose(tx: Tx, caller: UserCaller, row: CaseRow): Promise<boolean> {
    const { caseFiles, audit } = this.#deps
    if (row.proposedBy === caller.personId)
      throw new Refusal(
        'forbidden',
        'second_person_required',
        'somebody else has to accept what you proposed',
      )
    if (row.proposedBy !== null) return false
    await caseFiles.touch(tx, row, { proposedBy: caller.personId })
    await audit.record(tx, caller, 'registration.proposed', { case: row.id })
    return true
  }

  /** @throws Refusal `evidence_incomplete`, with the kinds; `representative_not_listed` */
  async #requireComplete({ id }: CaseRow): Promise<void> {
    const missing = await this.#deps.evidence.missing(id)
    if (missing.length > 0)
      throw new Refusal('conflict', 'evidence_incomplete', 'evidence is missing, or was not checked', {
        params: { missing },
      })
    const { representatives } = await this.#deps.evidence.of(id)
    const applied = representatives.filter(({ accepted }) => accepted)
    const known = knownOf(representatives)
    if (applied.length === 0 || applied.some((one) => known.includes(one))) return
    throw new Refusal('conflict', 'representative_not_listed', 'who applied is not in the extract')
  }

  /** The key that signed the application, if it is still the organisation's. @throws Refusal `applicant_key_changed` */
  async #holderKey(kid: string): Promise<PublicJwk> {
    try {
      return await this.#deps.requireKey(kid, 'authentication')
    } catch (cause) {
      if (!isRefusal(cause, 'key_not_current')) throw cause
      throw new Refusal(
        'conflict',
        'applicant_key_changed',
        'the organisation changed its key since it applied: decline, and let it apply again',
        { cause },
      )
    }
  }
}
