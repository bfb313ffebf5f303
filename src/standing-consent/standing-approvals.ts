import type { Audit } from '../audit/index.ts'
import {
  type Caller,
  type Clock,
  type Did,
  isRefusal,
  newId,
  Refusal,
  type UserCaller,
} from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import { change, IsNull, type Reader, type Store, type Tx } from '../store/index.ts'
import { type ApprovalRules, fits, type ListedRequest } from './approval-list.ts'
import type { Claim } from './claim.ts'
import { type ApprovalRow, approvalTable } from './standing-tables.ts'

/** A request that waits; access/ answers. */
export interface WaitingRequest {
  readonly id: string
  readonly subjectParty: string
  readonly asker: Did
  readonly claims: readonly Claim[]
  readonly purpose: readonly string[]
  readonly legalBasis: string
  readonly wantedUntil: number | null
  /** The entry of its owner's list that it fitted when it came in. */
  readonly listedBy: string | null
  /** A system asks or is to read, or it is part of an exchange. */
  readonly needsALook: boolean
}

export interface StandingApprovalsDeps {
  readonly store: Store
  readonly audit: Audit
  readonly clock: Clock
  readonly types: CredentialTypes
  readonly pseudonym: (personId: string) => string
  /** Legal bases for which every request is looked at by itself. */
  readonly unfitBases: readonly string[]
  /** What a party is to our organisation. */
  readonly rolesOf: (reader: Reader, did: Did) => Promise<readonly string[]>
  readonly requests: {
    /** Those that wait. */
    readonly waiting: (tx: Tx, subjects: readonly string[]) => Promise<readonly WaitingRequest[]>
    /** Grants all of one. @throws Refusal */
    readonly approve: (
      caller: Caller,
      request: WaitingRequest,
      until: number,
    ) => Promise<{ readonly id: string }>
    /** Says which entry grants it. */
    readonly mark: (tx: Tx, request: string, entry: string) => Promise<void>
    /** Grants that an entry gave and that are open. */
    readonly openBy: (tx: Tx, entry: string) => Promise<readonly string[]>
    readonly revoke: (caller: Caller, grantId: string) => Promise<unknown>
  }
}

/** An entry that lets a request through. */
export interface Listed {
  readonly entry: string
  readonly addedBy: string
  /** Until when it grants, ms. */
  readonly until: number
}

/** The list of partners and purposes that an owner says yes to beforehand. It is empty unless she fills it. */
export class StandingApprovals {
  readonly #deps: StandingApprovalsDeps

  constructor(deps: StandingApprovalsDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `entry_too_broad`, `basis_not_for_list` */
  async add(
    by: UserCaller,
    ownerParty: string,
    rules: Omit<ApprovalRules, 'purpose'> & { purpose: string | null },
  ): Promise<ApprovalRow> {
    const { store, audit, clock, pseudonym, unfitBases } = this.#deps
    const { purpose, partner, role, basis } = rules
    if (purpose === null || (partner === null && role === null))
      throw new Refusal('invalid', 'entry_too_broad', 'name a purpose, and a partner or what it is to you')
    if (basis !== null && unfitBases.includes(basis))
      throw new Refusal(
        'invalid',
        'basis_not_for_list',
        'on this legal basis each request is decided by itself',
      )
    const row: ApprovalRow = {
      id: newId(),
      ownerParty,
      rules: { ...rules, purpose },
      addedBy: pseudonym(by.personId),
      createdAt: clock.now(),
      removedAt: null,
    }
    await store.transact(async (tx) => {
      await tx.insert(approvalTable, row)
      await audit.record(tx, by, 'approval.added', { entry: row.id, purpose })
    })
    return row
  }

  async list(ownerParty: string): Promise<ApprovalRow[]> {
    const where = { ownerParty, removedAt: IsNull() }
    return this.#deps.store.reader.find(approvalTable, { where, order: { id: 'ASC' } })
  }

  /**
   * Takes an entry off the list. What it gave stays open unless told.
   * @returns the grants it gave that are open still
   * @throws Refusal `entry_unknown`
   */
  async remove(
    by: UserCaller,
    owners: readonly string[],
    id: string,
    endGrants: boolean,
  ): Promise<{ row: ApprovalRow; open: readonly string[]; ended: readonly string[] }> {
    const { store, audit, clock, requests } = this.#deps
    return store.transact(async (tx) => {
      const row = await tx.findOneBy(approvalTable, { id })
      const removedAt = clock.now()
      const isOwn = row && owners.includes(row.ownerParty)
      if (!isOwn || (await change(tx, approvalTable, { id, removedAt: IsNull() }, { removedAt })) !== 1)
        throw new Refusal('not_found', 'entry_unknown', 'there is no such entry on your list')
      await audit.record(tx, by, 'approval.removed', { entry: id })
      const open = await requests.openBy(tx, id)
      if (endGrants) for (const grant of open) await requests.revoke(by, grant)
      return { row: { ...row, removedAt }, open: endGrants ? [] : open, ended: endGrants ? open : [] }
    })
  }

  /** The first entry of its owner that a request fits exactly; null when it is for her to decide. */
  async match(tx: Tx, request: Omit<WaitingRequest, 'id' | 'listedBy'>): Promise<Listed | null> {
    const { clock, types, rolesOf, unfitBases } = this.#deps
    const where = { ownerParty: request.subjectParty, removedAt: IsNull() }
    const entries = await tx.find(approvalTable, { where, order: { id: 'ASC' } })
    if (entries.length === 0) return null
    const isSecret = ({ vct, path }: Claim) => types.require(vct).dataClass([...path]) === 'trade_secret'
    const listed: ListedRequest = {
      ...request,
      askerRoles: await rolesOf(tx, request.asker),
      needsALook: request.needsALook || request.claims.some(isSecret),
    }
    for (const { id, addedBy, rules } of entries) {
      const until = fits(rules, listed, unfitBases, clock.now())
      if (until !== null) return { entry: id, addedBy, until }
    }
    return null
  }

  /**
   * Grants all that waits and is on the list of whoever is there now, also what came in before its entry was made. What
   * cannot be granted, or was on the list and is no more, says why.
   * @throws Refusal `consent_locked`
   */
  async apply(by: UserCaller, subjects: readonly string[]): Promise<{ granted: string[]; left: Left[] }> {
    const { store, requests } = this.#deps
    return store.transact(async (tx) => {
      const granted: string[] = []
      const left: Left[] = []
      for (const request of await requests.waiting(tx, subjects)) {
        const listed = await this.match(tx, request)
        if (!listed && request.listedBy === null) continue
        try {
          if (!listed) throw new Refusal('conflict', 'not_on_list', 'this is on your list no more')
          await requests.mark(tx, request.id, listed.entry)
          granted.push((await requests.approve(by, request, listed.until)).id)
        } catch (error) {
          // She is asked for her key once, not told of each that it is closed.
          if (!isRefusal(error) || error.code === 'consent_locked') throw error
          left.push({ request: request.id, code: error.code })
        }
      }
      return { granted, left }
    })
  }
}

interface Left {
  readonly request: string
  readonly code: string
}
