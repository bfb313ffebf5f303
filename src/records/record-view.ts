import type { Caller, Clock, Did } from '../core/index.ts'
import { type Credentials, type CredentialTypes, formatClaimRef } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import { type Store, select } from '../store/index.ts'
import type { GrantsPort, Looker } from './ports.ts'
import { type PartnerValueRow, partnerValueTable, type ValueState } from './record-table.ts'
import type { SealedValues } from './sealed-value.ts'

export interface RecordViewDeps {
  readonly store: Store
  readonly clock: Clock
  readonly types: CredentialTypes
  readonly parties: Parties
  readonly credentials: Credentials
  readonly sealed: SealedValues
  readonly grants: GrantsPort
  /** What the network calls an issuer, if it is known. */
  readonly nameOf: (did: Did) => Promise<string | null>
}

/** A value as it is shown to one caller. Times in ms. */
export interface ShownValue {
  readonly claim: string
  /** Null when it is withdrawn or hidden. */
  readonly value: unknown
  /** It is there, and not for this caller: the grant names neither the caller nor a role of the caller. */
  readonly hidden: boolean
  readonly state: ValueState
  readonly subject: Did
  readonly source: {
    readonly did: Did
    readonly name: string | null
    readonly kind: 'self_declared' | 'attested'
  }
  readonly trusted: boolean
  readonly issuedAt: number
  readonly validUntil: number | null
  /** When we asked for it. */
  readonly asOf: number
  /** When its issuer last confirmed it. */
  readonly checkedAt: number | null
  readonly grantId: string
  readonly until: number
  readonly withdrawn: { readonly at: number; readonly code: string } | null
}

type InsideValue = Pick<
  ShownValue,
  'claim' | 'value' | 'subject' | 'state' | 'asOf' | 'checkedAt' | 'grantId'
>

/** What one partner shows at most here. */
const LIMIT = 500

/** Shows what partners let us see: to each caller what the partner would let that caller read. */
export class RecordView {
  readonly #deps: RecordViewDeps

  constructor(deps: RecordViewDeps) {
    this.#deps = deps
  }

  /** What we have of a partner and its people; what may be seen first, the latest first. */
  async of(caller: Caller, partner: Did): Promise<ShownValue[]> {
    const { store, clock } = this.#deps
    const now = clock.now()
    const found = await select(
      store.reader,
      partnerValueTable,
      `partner = ? ORDER BY CASE WHEN state = 'withdrawn' THEN 1 ELSE 0 END, read_at DESC, id LIMIT ${LIMIT}`,
      [partner],
    )
    const open = found.map((row) => asOfNow(row, now))
    const live = new Set(open.filter(({ state }) => state !== 'withdrawn').map(({ grantId }) => grantId))
    const allowed = await this.allowedAmong(caller, [...live])
    const issuers = [...new Set(open.flatMap(({ selfDeclared, issuer }) => (selfDeclared ? [] : [issuer])))]
    const names = new Map(
      await Promise.all(issuers.map(async (did) => [did, await this.#deps.nameOf(did)] as const)),
    )
    return Promise.all(
      open.map((row) => this.#show(row, names.get(row.issuer) ?? null, allowed.has(row.grantId))),
    )
  }

  /** Whether the owner would let this caller look under a grant we hold. */
  async mayLook(caller: Caller, grantId: string): Promise<boolean> {
    return (await this.allowedAmong(caller, [grantId])).has(grantId)
  }

  /** The grants we hold, of these, under which the owner would let this caller look. */
  async allowedAmong(caller: Caller, grantIds: readonly string[]): Promise<ReadonlySet<string>> {
    const looker = grantIds.length > 0 ? await this.#lookerOf(caller) : null
    const allowed = new Set<string>()
    if (looker) for (const id of grantIds) if (await this.#deps.grants.mayLook(id, looker)) allowed.add(id)
    return allowed
  }

  /**
   * What we have of a partner and may still see, whoever asks: for the node's own comparing. Nothing of it may be
   * shown, nor told to anybody but as the name of a claim.
   */
  async inside(partner: Did): Promise<InsideValue[]> {
    const { store, clock, types, sealed } = this.#deps
    const found = await select(
      store.reader,
      partnerValueTable,
      `partner = ? AND state <> 'withdrawn' AND grant_expires_at > ? ORDER BY read_at DESC, id LIMIT ${LIMIT}`,
      [partner, clock.now()],
    )
    return Promise.all(
      found.map(async (row) => ({
        claim: formatClaimRef({ type: types.find(row.vct)?.name ?? row.vct, path: row.path }),
        value: await sealed.open(row),
        subject: row.subject,
        state: row.state,
        asOf: row.readAt,
        checkedAt: row.statusAsOf,
        grantId: row.grantId,
      })),
    )
  }

  async #show(row: PartnerValueRow, issuerName: string | null, isAllowed: boolean): Promise<ShownValue> {
    const { types, sealed } = this.#deps
    const { vct, path, issuer } = row
    const isOpen = row.state !== 'withdrawn' && isAllowed
    return {
      claim: formatClaimRef({ type: types.find(vct)?.name ?? vct, path }),
      value: isOpen ? await sealed.open(row) : null,
      hidden: row.state !== 'withdrawn' && !isAllowed,
      state: row.state,
      subject: row.subject,
      source: {
        did: issuer,
        name: row.selfDeclared ? null : issuerName,
        kind: row.selfDeclared ? 'self_declared' : 'attested',
      },
      trusted: row.trusted === 1,
      issuedAt: row.issuedAt,
      validUntil: row.validUntil,
      asOf: row.readAt,
      checkedAt: row.statusAsOf,
      grantId: row.grantId,
      until: row.grantExpiresAt,
      withdrawn:
        row.withdrawnAt === null ? null : { at: row.withdrawnAt, code: row.withdrawnCode ?? 'grant_unknown' },
    }
  }

  /**
   * The caller as the owner of the data would see it when she read it herself: by her role in this company, or as a
   * system that may read. Null for whoever could not prove to be one.
   */
  async #lookerOf(caller: Caller): Promise<Looker | null> {
    if (caller.kind === 'user') {
      const role = await this.#roleOf(caller.personId, 'employee-role')
      return typeof role?.role === 'string' ? { kind: 'employee', did: caller.did, role: role.role } : null
    }
    // What it may not read it may not see here either.
    if (caller.kind !== 'client' || !caller.scopes.includes('access:read')) return null
    const { did } = await this.#deps.parties.require(caller.clientId)
    return (await this.#roleOf(caller.clientId, 'system-role')) ? { kind: 'system', did } : null
  }

  async #roleOf(party: string, type: string): Promise<Readonly<Record<string, unknown>> | null> {
    const { credentials, store, clock } = this.#deps
    const { vct } = credentials.types.byName(type)
    const held = await credentials.findCurrent(store.reader, party, vct)
    if (!held || (held.expiresAt !== null && held.expiresAt <= clock.now())) return null
    return (await credentials.read(held)).payload
  }
}

/** What ran out is withdrawn from that moment, whether or not somebody noticed. */
function asOfNow(row: PartnerValueRow, now: number): PartnerValueRow {
  if (row.state === 'withdrawn' || now < row.grantExpiresAt) return row
  return { ...row, state: 'withdrawn', withdrawnAt: row.grantExpiresAt, withdrawnCode: 'grant_expired' }
}
