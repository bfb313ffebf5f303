import type { Audit } from '../audit/index.ts'
import { type Caller, type Did, Refusal } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { change, In, IsNull, MoreThan, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type GivenGrantRow, givenGrantTable, receivedRequestTable } from './access-tables.ts'
import type { EndCode } from './end-codes.ts'
import { requireMayDecide } from './may-decide.ts'

export interface GrantEndsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly credentials: Credentials
  readonly parties: Parties
  readonly audit: Audit
  readonly clock: { now(): number }
  /** Who held a grant is told that it ended, in the same transaction. */
  readonly whenEnded: (tx: Tx, by: Caller | 'system', grant: GivenGrantRow, code: EndCode) => Promise<void>
}

/** Why what somebody opened closes, and which of it. */
interface ClosedFor {
  readonly code?: EndCode
  readonly concerns?: (of: { readonly purpose: readonly string[] }) => boolean
}

/** How what a subject opened ends before its time. Nothing here needs her consent key: taking back is always possible. */
export class GrantEnds {
  readonly #deps: GrantEndsDeps

  constructor(deps: GrantEndsDeps) {
    this.#deps = deps
  }

  /**
   * Takes a grant back: once this is acknowledged, no Ask under it is permitted. Twice is no error.
   * @throws Refusal `grant_unknown`, `not_data_subject`
   */
  async revoke(caller: Caller, grantId: string): Promise<GivenGrantRow> {
    const { store, parties } = this.#deps
    return store.transact(async (tx) => {
      const grant = await this.#grant(tx, grantId)
      requireMayDecide(caller, await parties.require(grant.grantorParty))
      return (await this.#end(tx, caller, grant)) ?? this.#grant(tx, grantId)
    })
  }

  /**
   * Takes back all that somebody opened to a partner, or for a purpose, or both: all of it or nothing.
   * @param subjects whose grants the caller decides about
   * @returns what was open until now
   */
  async revokeAll(
    caller: Caller,
    subjects: readonly string[],
    { grantee, purpose }: { grantee?: Did; purpose?: string },
  ): Promise<GivenGrantRow[]> {
    return this.#deps.store.transact(async (tx) => {
      const live = await tx.find(givenGrantTable, {
        where: {
          grantorParty: In([...subjects]),
          revokedAt: IsNull(),
          expiresAt: MoreThan(this.#deps.clock.now()),
        },
        order: { id: 'ASC' },
      })
      const meant = live.filter(
        (grant) =>
          (grantee === undefined || grant.grantee === grantee) &&
          (purpose === undefined || grant.purpose.includes(purpose)),
      )
      const ended = []
      for (const grant of meant) ended.push(await this.#end(tx, caller, grant))
      return ended.filter((grant) => grant !== null)
    })
  }

  /**
   * Somebody leaves, or lost her key: what she opened closes, and what waits for her is denied.
   * @param only why it ends, and of which grants and requests; all of them unless told
   */
  async closeFor(
    tx: Tx,
    caller: Caller,
    subject: Party,
    { code = 'grant_revoked', concerns = () => true }: ClosedFor = {},
  ): Promise<void> {
    const live = await tx.findBy(givenGrantTable, { grantorParty: subject.id, revokedAt: IsNull() })
    for (const grant of live.filter(concerns)) await this.#end(tx, caller, grant, code)
    const pending = { subjectParty: subject.id, state: 'pending' as const }
    const closed = { state: 'denied' as const, decidedAt: this.#deps.clock.now() }
    for (const request of (await tx.findBy(receivedRequestTable, pending)).filter(concerns))
      await change(tx, receivedRequestTable, { id: request.id, state: 'pending' }, closed)
  }

  /** Ends a grant for another reason than that its giver takes it back. Twice is no error. */
  async end(tx: Tx, by: Caller | 'system', grantId: string, code: EndCode): Promise<void> {
    await this.#end(tx, by, await this.#grant(tx, grantId), code)
  }

  /** An agreement is over: all that was opened under it closes in the transaction that ends it. */
  async endUnder(tx: Tx, by: Caller | 'system', agreementId: string): Promise<void> {
    const given = await tx.findBy(givenGrantTable, { agreementId, revokedAt: IsNull() })
    for (const grant of given) await this.#end(tx, by, grant, 'agreement_ended')
  }

  /** Ends what was granted to a request, and what may yet be: whoever calls this decided that already. */
  async closeRequest(tx: Tx, by: Caller, id: string): Promise<void> {
    const closed = { state: 'closed' as const, decidedAt: this.#deps.clock.now() }
    await change(tx, receivedRequestTable, { id, state: In(['pending', 'countered'] as const) }, closed)
    // Read after it: on Postgres an approval at the same moment is committed by now, or finds the request closed.
    const given = await tx.findBy(givenGrantTable, { requestId: id, revokedAt: IsNull() })
    for (const grant of given) await this.#end(tx, by, grant, 'case_closed')
  }

  /** Once, also when two take it back at the same moment. Reads under the grant hold its row until they committed. */
  async #end(
    tx: Tx,
    by: Caller | 'system',
    grant: GivenGrantRow,
    code: EndCode = 'grant_revoked',
  ): Promise<GivenGrantRow | null> {
    const { credentials, audit, clock, whenEnded } = this.#deps
    const { id, grantee } = grant
    const revoked = { revokedAt: clock.now(), revokedBy: this.#pseudonymOf(by) }
    if ((await change(tx, givenGrantTable, { id, revokedAt: IsNull() }, revoked)) === 0) return null
    await credentials.revoke(tx, id)
    await audit.record(tx, by, 'grant.revoked', {
      grant: id,
      grantee,
      ...(code !== 'grant_revoked' && { code }),
    })
    await whenEnded(tx, by, grant, code)
    return { ...grant, ...revoked }
  }

  /** As the audit log has her. */
  #pseudonymOf(caller: Caller | 'system'): string | null {
    return typeof caller === 'object' && caller.kind === 'user'
      ? this.#deps.vault.pseudonym(caller.personId)
      : null
  }

  async #grant(tx: Tx, id: string): Promise<GivenGrantRow> {
    const grant = await tx.findOneBy(givenGrantTable, { id })
    if (!grant) throw new Refusal('not_found', 'grant_unknown', 'there is no such grant')
    return grant
  }
}
