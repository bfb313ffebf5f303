import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal } from '../core/index.ts'
import type { Credentials, HeldCredentialRow } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import { change, In, IsNull, LessThan, type Reader, type Store, type Tx } from '../store/index.ts'
import { ATTESTATION_TYPE } from '../trust/index.ts'
import { type GivenDelegationRow, givenDelegationTable } from './delegation-table.ts'
import { claimsOf, endOf, type NewDelegation, recipientsOf, toldOf, within } from './new-delegation.ts'
import type { ChainsPorts, PassableGrant } from './ports.ts'

export interface DelegationsDeps extends ChainsPorts {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly parties: Parties
  readonly credentials: Credentials
}

/** Whether the owner's node did not take in a link, so that the intermediary never heard of it. */
export const isNotTaken = (code: string): boolean =>
  code === 'delegation_not_allowed' || code === 'delegation_cut_by_owner'

/** The owner let this intermediary read no more. */
const cutCodes = ['delegation_cut', 'delegation_cut_by_owner'] as const

const open = ['telling_owner', 'announcing', 'given'] as const

/** What we let intermediaries read on our behalf, where the owner of the data allowed that. */
export class Delegations {
  readonly #deps: DelegationsDeps

  constructor(deps: DelegationsDeps) {
    this.#deps = deps
  }

  /**
   * Passes a grant on, or less of it. The owner is told before the intermediary gets anything.
   * @throws Refusal `grant_unknown`, `grant_ended`, `delegation_not_allowed`, `delegation_cut_by_owner`,
   *   `delegation_exceeds_grant`, `recipients_missing`, `invalid_until`, `attestation_missing`, `partner_unknown` and others
   */
  async create(caller: Caller, input: NewDelegation): Promise<GivenDelegationRow> {
    const { store, audit, clock, partner, tell } = this.#deps
    const [grant, to, attestation] = await Promise.all([
      this.#grant(input.grant),
      partner(input.to),
      this.#attestation(),
    ])
    if (!grant.mayPassOnTo(to.did))
      throw new Refusal(
        'forbidden',
        'delegation_not_allowed',
        'the owner does not let this be passed on to them',
      )
    if (await this.#isKeptOut(grant.id, to.did))
      throw new Refusal(
        'forbidden',
        'delegation_cut_by_owner',
        'the owner cut this intermediary from this grant, and did not allow it again',
      )
    if (!attestation)
      throw new Refusal(
        'conflict',
        'attestation_missing',
        'register with the trust anchor before you pass on',
      )
    const row: GivenDelegationRow = {
      id: newId(),
      grantId: grant.id,
      owner: grant.partner,
      ownerName: grant.partnerName,
      delegate: to.did,
      delegateName: to.name,
      delegateWallet: to.wallet,
      ...within(grant, input),
      recipients: recipientsOf(grant, input),
      expiresAt: endOf(grant, attestation.expiresAt ?? Infinity, input.until, clock.now()),
      state: 'telling_owner',
      tellId: '',
      endedCode: null,
      createdAt: clock.now(),
      endedAt: null,
      allowedAt: null,
    }
    return store.transact(async (tx) => {
      const told = { ...row, tellId: await tell(tx, row.owner, toldOf(row)) }
      await tx.insert(givenDelegationTable, told)
      const { id: delegation, grantId, delegate } = row
      await audit.record(tx, caller, 'delegation.made', { delegation, grant: grantId, delegate })
      return told
    })
  }

  /** What became of telling the owner or the intermediary: the next step, or the end. Twice is once. */
  async tried(tellId: string, outcome: { readonly kind: string; readonly code?: string }): Promise<void> {
    const { store } = this.#deps
    if (outcome.kind === 'failed') return
    const row = await store.reader.findOneBy(givenDelegationTable, { tellId, state: In([...open]) })
    if (!row) return
    if (outcome.kind !== 'delivered') {
      const code = row.state === 'telling_owner' ? 'owner_not_told' : 'intermediary_not_told'
      await store.transact((tx) =>
        this.#end(tx, 'system', row, code, row.state === 'announcing' ? [row.owner] : []),
      )
    } else if (row.state === 'telling_owner') await this.#announce(row)
    else if (row.state === 'announcing') await this.#give(row)
  }

  /**
   * Takes a delegation back: its credential is revoked, and the owner and the intermediary are told.
   * @throws Refusal `delegation_unknown`, `delegation_ended`
   */
  async withdraw(caller: Caller, id: string): Promise<GivenDelegationRow> {
    const { store } = this.#deps
    return store.transact(async (tx) => {
      const row = await tx.findOneBy(givenDelegationTable, { id })
      if (!row) throw new Refusal('not_found', 'delegation_unknown', 'there is no such delegation')
      const ended = await this.#end(tx, caller, row, 'delegation_revoked', [row.owner, row.delegate])
      if (!ended) throw new Refusal('conflict', 'delegation_ended', 'this delegation ended before')
      return ended
    })
  }

  /** The key that signed it is given up: owner and intermediary hear that it ended. Twice is once. */
  async keyLost(tx: Tx, by: Caller | 'system', id: string): Promise<void> {
    const row = await tx.findOneBy(givenDelegationTable, { id })
    if (row) await this.#end(tx, by, row, 'key_lost', [row.owner, row.delegate])
  }

  /** Whether this is the owner of what a delegation is about, or the intermediary. */
  async isParty(from: Did, id: string): Promise<boolean> {
    const row = await this.#deps.store.reader.findOneBy(givenDelegationTable, { id })
    return row !== null && [row.owner, row.delegate].includes(from)
  }

  isOwner(reader: Reader, from: Did, id: string): Promise<boolean> {
    return reader.existsBy(givenDelegationTable, { id, owner: from })
  }

  /** The owner cut a link, or one of the two did not let it come about: the other hears of it. */
  async refused(tx: Tx, from: Did, id: string, code: string): Promise<void> {
    const row = await tx.findOneBy(givenDelegationTable, { id })
    if (!row || ![row.owner, row.delegate].includes(from)) return
    // Who cuts a link tells the intermediary too; who never took it in knows nobody to tell.
    const others = from === row.delegate ? [row.owner] : isNotTaken(code) ? [row.delegate] : []
    await this.#end(tx, { kind: 'node', did: from }, row, code, others)
  }

  /** The owner lets a grant be passed on again to an intermediary that it cut. */
  async allowed(tx: Tx, owner: Did, id: string): Promise<void> {
    const row = await tx.findOneBy(givenDelegationTable, { id, owner })
    if (!row) return
    const { grantId, delegate } = row
    const allowedAt = this.#deps.clock.now()
    await change(tx, givenDelegationTable, keptOut(grantId, delegate), { allowedAt })
  }

  /** A grant of ours ended: so does all that hangs from it. Its owner tells the intermediaries itself. */
  async grantEnded(tx: Tx, owner: Did, grantId: string, code: string): Promise<void> {
    const live = await tx.findBy(givenDelegationTable, { grantId, owner, state: In([...open]) })
    for (const row of live) await this.#end(tx, { kind: 'node', did: owner }, row, code, [])
  }

  /** Newest first; what ended by time says so. */
  async list({
    cursor,
    limit,
  }: {
    readonly cursor?: string
    readonly limit: number
  }): Promise<GivenDelegationRow[]> {
    const now = this.#deps.clock.now()
    const found = await this.#deps.store.reader.find(givenDelegationTable, {
      where: cursor ? { id: LessThan(cursor) } : {},
      order: { id: 'DESC' },
      take: limit,
    })
    return found.map((row) =>
      row.state !== 'ended' && row.expiresAt <= now
        ? { ...row, state: 'ended', endedCode: 'delegation_expired' }
        : row,
    )
  }

  async #announce(row: GivenDelegationRow): Promise<void> {
    const { store, tell } = this.#deps
    await store.transact(async (tx) => {
      const { id, tellId } = row
      const next = { state: 'announcing' as const, tellId: await tell(tx, row.delegate, toldOf(row)) }
      // Only who does it tells: what another told as well is not sent.
      if ((await change(tx, givenDelegationTable, { id, tellId, state: 'telling_owner' }, next)) !== 1)
        throw new Refusal('conflict', 'changed_meanwhile', 'this went on in the meantime')
    })
  }

  /** Issues the credential, now that the owner knows and the intermediary waits for it. */
  async #give(row: GivenDelegationRow): Promise<void> {
    const { store, credentials, parties, offer, audit } = this.#deps
    const [grant, attestation] = await Promise.all([this.#deps.grant(row.grantId), this.#attestation()])
    const attested = attestation && (await credentials.disclose(attestation, []))
    await store.transact(async (tx) => {
      const { id, tellId, delegate } = row
      const given = { state: 'given' as const, tellId: '' }
      if ((await change(tx, givenDelegationTable, { id, tellId, state: 'announcing' }, given)) !== 1) return
      if (grant?.state !== 'live')
        return void (await this.#end(tx, 'system', row, 'grant_ended', [row.owner]))
      const us = await parties.organisation()
      const { compact } = await credentials.issue(tx, {
        id,
        issuer: parties.issuerOf(us),
        type: 'access-delegation',
        subject: delegate,
        claims: claimsOf(row, grant, attested),
        expiresAt: row.expiresAt,
      })
      await offer(tx, {
        issuerPartyId: us.id,
        subject: delegate,
        compacts: [compact],
        deliverTo: row.delegateWallet,
      })
      await audit.record(tx, 'system', 'delegation.given', { delegation: id, delegate })
    })
  }

  /** Once. @returns null when it ended before */
  async #end(
    tx: Tx,
    by: Caller | 'system',
    row: GivenDelegationRow,
    code: string,
    tellWhom: readonly Did[],
  ): Promise<GivenDelegationRow | null> {
    const { credentials, audit, clock, tellEnded } = this.#deps
    const { id, delegate } = row
    const ended = { state: 'ended' as const, endedCode: code, endedAt: clock.now(), tellId: '' }
    if ((await change(tx, givenDelegationTable, { id, state: In([...open]) }, ended)) !== 1) return null
    if (await credentials.findIssued(tx, id)) await credentials.revoke(tx, id)
    for (const did of tellWhom) await tellEnded(tx, did, id, code)
    await audit.record(tx, by, 'delegation.ended', { delegation: id, delegate, code })
    return { ...row, ...ended }
  }

  /** Whether its owner cut an intermediary from a grant; where that was not heard yet, its node refuses. */
  #isKeptOut(grantId: string, delegate: Did): Promise<boolean> {
    return this.#deps.store.reader.existsBy(givenDelegationTable, keptOut(grantId, delegate))
  }

  /** What says that we are in good standing; the owner looks at it each time somebody reads on our behalf. */
  async #attestation(): Promise<HeldCredentialRow | null> {
    const { store, credentials, parties } = this.#deps
    const { vct } = credentials.types.byName(ATTESTATION_TYPE)
    return credentials.findCurrent(store.reader, (await parties.organisation()).id, vct)
  }

  async #grant(id: string): Promise<PassableGrant> {
    const grant = await this.#deps.grant(id)
    if (!grant) throw new Refusal('not_found', 'grant_unknown', 'we hold no such grant')
    if (grant.state === 'live' && grant.expiresAt > this.#deps.clock.now()) return grant
    throw new Refusal('conflict', 'grant_ended', 'this grant opens nothing any more')
  }
}

const keptOut = (grantId: string, delegate: Did) => ({
  grantId,
  delegate,
  endedCode: In([...cutCodes]),
  allowedAt: IsNull(),
})
