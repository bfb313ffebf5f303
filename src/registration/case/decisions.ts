import { isRefusal, newId, Refusal, type UserCaller } from '../../core/index.ts'
import type { Credentials } from '../../credentials/index.ts'
import { type PublicJwk, parseJws } from '../../jose/index.ts'
import type { Parties, Party } from '../../parties/index.ts'
import type { Store, Tx } from '../../store/index.ts'
import { ATTESTATION_TYPE, type Registry } from '../../trust/index.ts'
import { attestationClaims, registrationClaims } from '../claims.ts'
import type { Acceptance } from '../messages.ts'
import type { Offers } from '../ports.ts'
import type { VerifyDeps } from '../verify-messages.ts'
import type { CaseFile, CaseFiles } from './case-files.ts'
import { requireMove } from './case-state.ts'
import type { CaseRow } from './case-table.ts'
import type { CaseMoves, Mover } from './moves.ts'

export interface DecisionsDeps extends VerifyDeps {
  readonly store: Store
  readonly parties: Parties
  readonly credentials: Credentials
  readonly registry: Registry
  readonly offers: Offers
  readonly caseFiles: CaseFiles
  readonly moves: CaseMoves
}

/** What registering needs from outside, asked before the transaction. */
export interface Prepared {
  readonly ourselves: Party
  /** Null while the organisation has no node. */
  readonly holderKey: PublicJwk | null
}

/** What the servicedesk decides, and what follows from it. */
export class Decisions {
  readonly #deps: DecisionsDeps

  constructor(deps: DecisionsDeps) {
    this.#deps = deps
  }

  /**
   * Accepts a case. An organisation whose node applied, with the policy accepted, is registered with it.
   * @throws Refusal `registration_unknown`, `registration_already_decided`, `case_move_refused`,
   *   `applicant_key_changed`, `kvk_already_registered`, `already_registered`
   */
  async accept(caller: UserCaller, id: string): Promise<CaseFile> {
    const { store, caseFiles, moves } = this.#deps
    const row = await caseFiles.require(id)
    requireMove(row, 'accept')
    const prepared = await this.prepare(row)
    const by = { kind: 'servicedesk', caller } as const
    await store.transact(async (tx) => {
      const accepted = await moves.move(tx, row, 'accept', { by })
      await this.advance(tx, accepted, prepared, by)
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

  /** @throws Refusal `applicant_key_changed` */
  async prepare({ kid }: Pick<CaseRow, 'kid'>): Promise<Prepared> {
    const [holderKey, ourselves] = await Promise.all([
      kid === null ? null : this.#holderKey(kid),
      this.#deps.parties.organisation(),
    ])
    return { holderKey, ourselves }
  }

  /** Takes an accepted case as far as it goes: registered, once its node is there and the policy is accepted. */
  async advance(tx: Tx, row: CaseRow, { holderKey, ourselves }: Prepared, by: Mover): Promise<CaseRow> {
    const { credentials, registry, parties, offers, caseFiles, moves } = this.#deps
    if (row.state !== 'accepted' && row.state !== 'policy_pending') return row
    const { application } = await caseFiles.read(row)
    const { organisation, acceptanceDigest } = row
    if (!application || !holderKey || !organisation || !acceptanceDigest) return row
    const [registrationId, attestationId] = [newId(), newId()]
    const claims = claimsOf(row.id, this.#deps.clock.now(), application, acceptanceDigest)
    const shared = { issuer: parties.issuerOf(ourselves), subject: organisation, holderKey }
    const issued = await credentials.issueMany(tx, [
      { ...shared, id: registrationId, type: 'company-registration', claims: claims.registration },
      { ...shared, id: attestationId, type: ATTESTATION_TYPE, claims: claims.attestation },
    ])
    const { name, kvk_number: kvkNumber = null } = application.organisation
    const { wallet } = application
    await registry.add(tx, {
      ...{ did: organisation, name, kvkNumber, wallet, roles: ['member'] },
      ...{ attestationId, registrationId },
    })
    const offerId = await offers.create(tx, {
      issuerPartyId: ourselves.id,
      subject: organisation,
      compacts: issued.map(({ compact }) => compact),
      deliverTo: wallet,
    })
    return moves.move(tx, row, 'register', { by, set: { registrationId, attestationId, offerId } })
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

function claimsOf(
  caseId: string,
  registeredAt: number,
  { organisation, representative, acceptance }: NonNullable<CaseFile['application']>,
  digest: string,
) {
  const { did, representation_type } = representative
  const payload = parseJws(acceptance).payload as unknown as Acceptance
  return {
    registration: registrationClaims(organisation, {
      caseId,
      registeredAt,
      representatives: [{ did, representation_type }],
    }),
    attestation: attestationClaims('organisation', { payload, digest }),
  }
}
