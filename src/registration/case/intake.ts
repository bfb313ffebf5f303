import { type Caller, type Clock, type Did, newId, Refusal } from '../../core/index.ts'
import { IsNull, MoreThan, rows, type Tx } from '../../store/index.ts'
import { type AnchorSource, alreadyRegistered, type Policies, type Registry } from '../../trust/index.ts'
import type { OrganisationData } from '../messages.ts'
import { burn } from '../replay.ts'
import { type VerifiedApplication, type VerifyDeps, verifyApplication } from '../verify-messages.ts'
import type { CaseFiles } from './case-files.ts'
import { type CaseFilesDeps, insertOnce } from './case-files.ts'
import { alreadyDecided, isClosed } from './case-state.ts'
import { type CaseRow, caseTable } from './case-table.ts'
import type { Decisions } from './decisions.ts'
import { casePlace, scopeOf } from './seals.ts'

/** What an invitation's code is worth; a refusal is told after what was written of the attempt is committed. */
export type Redeemed = { readonly caseId: string } | { readonly refusal: Refusal }

/** Takes an invitation's code, once, for the organisation that applies with it. */
export type Redeem = (
  tx: Tx,
  attempt: { readonly code: string; readonly did: Did; readonly organisation: OrganisationData },
) => Promise<Redeemed>

/** A case in which an organisation applied. */
export interface AppliedCase extends CaseRow {
  policyVersion: number
  acceptanceDigest: string
}

export interface IntakeDeps extends CaseFilesDeps, VerifyDeps {
  readonly clock: Clock
  readonly registry: Registry
  readonly anchor: AnchorSource
  readonly policies: Policies
  readonly caseFiles: CaseFiles
  readonly decisions: Decisions
  readonly redeem?: Redeem
}

/** More open cases than a servicedesk ever has: who floods it is stopped here. */
const MAX_OPEN = 1_000
const DAY_MS = 86_400_000
/** Nobody took it up: what is known of who applied by itself is kept no longer. */
const EXPIRES_AFTER_MS = 30 * DAY_MS
/** How many are cleared away with one application. */
const MAX_EXPIRED_AT_ONCE = 50
const UNTOUCHED = `state = 'submitted' AND channel = 'applied' AND submitted_at < ?`

/** Takes in what nodes send that want to join. */
export class Intake {
  readonly #deps: IntakeDeps

  constructor(deps: IntakeDeps) {
    this.#deps = deps
  }

  /**
   * Takes an application in. The same organisation applying again while its case is open gets that case; one that
   * brings the code of its invitation joins the case that was opened for it.
   * @throws Refusal as verifyApplication, `message_replayed`, `already_registered`, `too_many_applications`,
   *   `invitation_…`
   */
  async submit(caller: Caller, compact: string): Promise<AppliedCase> {
    const { anchor, policies, store, clock, registry, decisions } = this.#deps
    const expected = { anchor: await anchor.require(), policy: await policies.current() }
    const application = await verifyApplication(compact, expected, this.#deps)
    const { iss, jti, exp, invitation } = application.payload
    const prepared = await decisions.prepare(application)
    const found = await store.transact(async (tx): Promise<CaseRow | Refusal> => {
      await burn(tx, clock, { iss, jti, exp })
      if (await registry.find(iss)) throw alreadyRegistered()
      await this.#expire(tx, iss)
      const open = await this.#findOpen(tx, iss)
      if (invitation === undefined || open?.channel === 'invited')
        return open ?? this.#open(tx, caller, application)
      const joined = await this.#join(tx, caller, application, { code: invitation, instead: open })
      if (joined instanceof Refusal) return joined
      return decisions.advance(tx, joined, prepared, { kind: 'partner', caller })
    })
    if (found instanceof Refusal) throw found
    return requireApplied(found)
  }

  async #join(
    tx: Tx,
    caller: Caller,
    application: VerifiedApplication,
    { code, instead }: { readonly code: string; readonly instead: CaseRow | null },
  ): Promise<CaseRow | Refusal> {
    const { redeem, caseFiles, moves, audit } = this.#deps
    const { iss: did, organisation } = application.payload
    const redeemed = (await redeem?.(tx, { code, did, organisation })) ?? { refusal: unknownInvitation() }
    if ('refusal' in redeemed) return redeemed.refusal
    const by = { kind: 'partner', caller } as const
    // It applied by itself before, and now comes where it is awaited.
    if (instead) await moves.move(tx, instead, 'withdraw', { by })
    const row = await caseFiles.require(redeemed.caseId)
    if (isClosed(row.state)) throw alreadyDecided(row.state)
    if (row.organisation !== null) throw taken()
    const joined = await caseFiles.touch(tx, row, await this.#applied(row.id, application))
    await audit.record(tx, caller, 'registration.joined', { case: row.id, organisation: did })
    return joined
  }

  /** Clears away cases nobody took up in thirty days: this organisation's own, and the oldest of others. */
  async #expire(tx: Tx, organisation: Did): Promise<void> {
    const { vault, clock, audit } = this.#deps
    const before = clock.now() - EXPIRES_AFTER_MS
    const expired = await rows<{ id: string; organisation: Did }>(
      tx,
      `DELETE FROM registration_case WHERE ${UNTOUCHED} AND (organisation = ? OR id IN
         (SELECT id FROM registration_case WHERE ${UNTOUCHED} ORDER BY id LIMIT ?))
       RETURNING id, organisation`,
      [before, organisation, before, MAX_EXPIRED_AT_ONCE],
    )
    for (const { id, organisation: applicant } of expired) {
      await rows(tx, 'DELETE FROM case_move WHERE case_id = ? RETURNING id', [id])
      await vault.destroyKey(tx, scopeOf(id))
      await audit.record(tx, 'system', 'registration.expired', { case: id, organisation: applicant })
    }
  }

  /** @throws Refusal `too_many_applications` */
  async #requireRoom(tx: Tx): Promise<void> {
    const since = this.#deps.clock.now() - EXPIRES_AFTER_MS
    const waiting = { state: 'submitted', channel: 'applied', submittedAt: MoreThan(since) } as const
    if ((await tx.countBy(caseTable, waiting)) < MAX_OPEN) return
    throw new Refusal(
      'rate_limited',
      'too_many_applications',
      'too many applications are waiting for the servicedesk: try again later',
    )
  }

  #findOpen(tx: Tx, organisation: Did): Promise<CaseRow | null> {
    return tx.findOneBy(caseTable, { organisation, decidedAt: IsNull() })
  }

  async #open(tx: Tx, caller: Caller, application: VerifiedApplication): Promise<CaseRow> {
    const { vault, moves, caseFiles } = this.#deps
    await this.#requireRoom(tx)
    const id = newId()
    await vault.createKey(tx, scopeOf(id))
    const applied = await this.#applied(id, application)
    const row = caseFiles.newRow({ id, channel: 'applied', ...applied })
    if (await insertOnce(tx, row)) {
      await moves.opened(tx, row, { kind: 'partner', caller })
      return row
    }
    // Another process was just ahead of us.
    await vault.destroyKey(tx, scopeOf(id))
    const first = await this.#findOpen(tx, application.payload.iss)
    if (first) return first
    throw new Refusal(
      'conflict',
      'registration_decided_meanwhile',
      'the case was decided just now: apply again',
    )
  }

  async #applied(id: string, { payload, kid, acceptance }: VerifiedApplication) {
    const sealed = await this.#deps.vault.seal(scopeOf(id), casePlace(id, 'sealed'), JSON.stringify(payload))
    return {
      organisation: payload.iss,
      kid,
      policyVersion: acceptance.payload.policy.version,
      acceptanceDigest: acceptance.digest,
      sealed,
    }
  }
}

function requireApplied(row: CaseRow): AppliedCase {
  const { policyVersion, acceptanceDigest } = row
  if (policyVersion === null || acceptanceDigest === null) throw new Error('a case without its application')
  return { ...row, policyVersion, acceptanceDigest }
}

const unknownInvitation = () =>
  new Refusal('not_found', 'invitation_unknown', 'there is no such invitation, or it ended')
const taken = () =>
  new Refusal('conflict', 'case_has_applicant', 'another organisation applied in this case already')
