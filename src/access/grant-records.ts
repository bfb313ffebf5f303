import type { Caller, Clock, Did } from '../core/index.ts'
import type { Claims, Credentials } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Reader, Store } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import {
  accessEventTable,
  type GivenGrantRow,
  givenGrantTable,
  type ReceivedGrantRow,
  receivedGrantTable,
  receivedRequestTable,
} from './access-tables.ts'
import { openActor } from './ask-ledger.ts'
import type { Actor, ClaimTarget } from './decide.ts'
import { grantClaims, grantPayload } from './grant-claims.ts'
import { requireMayDecide } from './may-decide.ts'
import { openRequest } from './sealed-request.ts'

export interface GrantRecordsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly credentials: Credentials
  readonly parties: Parties
  readonly clock: Clock
}

/** How a grant ended; `at` and `by` are null where only the owner's node knows, or nobody did it. */
interface Ended {
  readonly code: string
  readonly at: number | null
  readonly by: string | null
}

/** A whole grant: what its credential says, and how it ended. */
export interface WholeGrant {
  readonly payload: Claims
  readonly granteeName: string
  readonly digest: string
  readonly ended: Ended | null
}

/** Grants as they were, given and held, for who makes something of them: receipts, exports. */
export class GrantRecords {
  readonly #deps: GrantRecordsDeps

  constructor(deps: GrantRecordsDeps) {
    this.#deps = deps
  }

  /** A grant one of our parties gave, or null. @throws Refusal `not_data_subject`, `sealed_value_lost` */
  async given(caller: Caller, id: string): Promise<WholeGrant | null> {
    const { store, vault, parties, clock } = this.#deps
    const row = await store.reader.findOneBy(givenGrantTable, { id })
    if (!row) return null
    requireMayDecide(caller, await parties.require(row.grantorParty))
    const request = await store.reader.findOneBy(receivedRequestTable, { id: row.requestId })
    if (!request) return null
    const claims = grantClaims(row, request, await openRequest(vault, request))
    return {
      payload: grantPayload(row, claims),
      granteeName: row.granteeName,
      digest: row.digest,
      ended: endOfGiven(row, clock.now()),
    }
  }

  /** A grant we hold, or null. */
  async held(id: string): Promise<(WholeGrant & { partner: Did }) | null> {
    const { store, credentials, parties, clock } = this.#deps
    const row = await store.reader.findOneBy(receivedGrantTable, { id })
    const held = row && (await credentials.findHeld(store.reader, row.credentialId))
    // A delegation is no grant: what it hangs from is the principal's to show.
    if (!held || row.delegation) return null
    const us = await parties.organisation()
    const { name } = await parties.profile(us.id)
    return {
      payload: (await credentials.read(held)).payload as Claims,
      granteeName: String(name ?? ''),
      digest: held.digest,
      ended: endOfHeld(row, clock.now()),
      partner: row.partner,
    }
  }

  /** Whose a grant of ours is, and whether it has ended; null when there is none. */
  async standing(reader: Reader, id: string) {
    const row = await reader.findOneBy(givenGrantTable, { id })
    if (!row) return null
    const ended = endOfGiven(row, this.#deps.clock.now()) !== null
    return { grantorParty: row.grantorParty, grantee: row.grantee, ended }
  }

  /** The last times somebody was let in under a grant, newest first. */
  async uses(id: string, limit: number): Promise<GrantUse[]> {
    const found = await this.#deps.store.reader.find(accessEventTable, {
      where: { grantId: id, outcome: 'permit' },
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(
      found.map(async ({ id, at, actor, claims, purpose }) => ({
        id,
        at,
        claims,
        purpose,
        actor: await openActor(this.#deps.vault, id, actor),
      })),
    )
  }
}

interface GrantUse {
  readonly id: string
  readonly at: number
  readonly actor: Actor | null
  readonly claims: readonly ClaimTarget[]
  readonly purpose: readonly string[]
}

function endOfGiven({ revokedAt, revokedBy, expiresAt }: GivenGrantRow, now: number): Ended | null {
  if (revokedAt !== null && revokedAt < expiresAt)
    return { code: 'grant_revoked', at: revokedAt, by: revokedBy }
  return expiresAt <= now ? { code: 'grant_expired', at: expiresAt, by: null } : null
}

function endOfHeld({ state, endedCode, expiresAt }: ReceivedGrantRow, now: number): Ended | null {
  if (state === 'ended' && endedCode !== null && endedCode !== 'grant_expired')
    return { code: endedCode, at: null, by: null }
  return state === 'ended' || expiresAt <= now ? { code: 'grant_expired', at: expiresAt, by: null } : null
}
