import { type Caller, type ConsentUnlock, type Did, newId, unlockOf } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import type { Reader, Store, Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type ReceivedRequestRow, receivedRequestTable } from './access-tables.ts'
import type { Consent } from './consent.ts'
import type { CounterOffers } from './counter-offers.ts'
import type { ClaimTarget } from './decide.ts'
import type { GrantEnds } from './grant-ends.ts'
import type { GrantRecords } from './grant-records.ts'
import { subjectsOf } from './may-decide.ts'
import type { PartnerAddress } from './outgoing-ask.ts'
import { sealRequest } from './sealed-request.ts'
import type { NewRequest, SentRequests } from './sent-requests.ts'

export interface CaseAccessDeps {
  readonly store: Store
  readonly vault: Vault
  readonly credentials: Credentials
  readonly parties: Parties
  readonly clock: { now(): number }
  /** The signer of a party of ours. @throws Refusal `consent_locked` for a person who did not open her key */
  readonly signerOf: (did: Did, unlock?: ConsentUnlock) => Promise<unknown>
  readonly sentRequests: SentRequests
  readonly consent: Consent
  readonly ends: GrantEnds
  readonly records: GrantRecords
  readonly counters: Pick<CounterOffers, 'requestWithdrawn'>
  /** A grant we hold opens nothing any more: what was read under it goes. */
  readonly ended: (
    tx: Tx,
    end: { readonly grantId: string; readonly partner: Did; readonly code: string },
  ) => Promise<void>
}

/** What is asked for a case. */
type Wanted = Pick<NewRequest, 'claims' | 'purpose' | 'legalBasis' | 'details'> & {
  readonly wantedUntil: number
}

interface Given extends Wanted {
  /** Of the request that stands for it. */
  readonly id: string
  /** Id of the party whose data it is. */
  readonly subject: string
  readonly asker: PartnerAddress
  /** Roles at the asker that look. */
  readonly roles: readonly string[]
  /** What the asker signed, and the digest that its grant names. */
  readonly compact: string
  readonly digest: string
}

/** Requests and grants that belong to a case, for the room that keeps cases. */
export class CaseAccess {
  readonly #deps: CaseAccessDeps

  constructor(deps: CaseAccessDeps) {
    this.#deps = deps
  }

  /** See {@link SentRequests.request}. */
  ask(caller: Caller, partner: string, wanted: Wanted, alongside: NonNullable<NewRequest['alongside']>) {
    return this.#deps.sentRequests.request(caller, { ...wanted, partner, alongside })
  }

  /** See {@link SentRequests.expect}. */
  expect(tx: Tx, partner: PartnerAddress, wanted: Wanted & { readonly digest: string }) {
    return this.#deps.sentRequests.expect(tx, partner, wanted)
  }

  /**
   * Which of these claims are the caller's to open, and of a type that is held, by party.
   * @throws Refusal `person_required`, `consent_locked` when she could not sign for one of them now
   */
  async partsOf(
    caller: Caller,
    claims: readonly ClaimTarget[],
  ): Promise<{ subject: string; claims: ClaimTarget[] }[]> {
    const { parties } = this.#deps
    const subjects = await subjectsOf(parties, caller)
    const parts = await Promise.all(
      subjects.map(async (id) => {
        const party = await parties.require(id)
        return { subject: id, did: party.did, claims: await this.#heldOf(party, claims) }
      }),
    )
    const held = parts.filter((part) => part.claims.length > 0)
    for (const { did } of held) await this.#deps.signerOf(did, unlockOf(caller))
    return held.map(({ subject, claims }) => ({ subject, claims }))
  }

  /**
   * Grants what an asker publishes that it needs, as if it had asked.
   * @throws Refusal as {@link Consent.approve}
   */
  async give(tx: Tx, caller: Caller, given: Given) {
    const { vault, consent, clock } = this.#deps
    const { id, subject, asker, details, compact, roles } = given
    const request: ReceivedRequestRow = {
      id,
      groupId: newId(),
      subjectParty: subject,
      asker: asker.did,
      askerName: asker.name,
      askerWallet: asker.wallet,
      sealed: await sealRequest(vault, subject, id, { actor: null, details, compact }),
      digest: given.digest,
      claims: given.claims,
      purpose: given.purpose,
      legalBasis: given.legalBasis,
      wantedUntil: given.wantedUntil,
      catalogue: 'asked_within',
      overAsked: [],
      state: 'pending',
      grantId: null,
      counterId: null,
      listedBy: null,
      createdAt: clock.now(),
      decidedAt: null,
    }
    await tx.insert(receivedRequestTable, request)
    const { grant, notHeld } = await consent.approve(caller, id, { roles })
    return { grant: grant.id, notHeld }
  }

  /** See {@link Consent.closeRequest}; what was offered or wanted in return ends too. */
  async closeReceived(tx: Tx, by: Caller, requestId: string): Promise<void> {
    const { ends, counters } = this.#deps
    await ends.closeRequest(tx, by, requestId)
    await counters.requestWithdrawn(tx, by, { receivedRequestId: requestId })
  }

  /** Takes no answer to a request of ours any more, and ends what was granted for it here at once. */
  async closeSent(tx: Tx, by: Caller, requestId: string): Promise<void> {
    const { sentRequests, ended, counters } = this.#deps
    await counters.requestWithdrawn(tx, by, { sentRequestId: requestId })
    for (const { id: grantId, partner } of await sentRequests.close(tx, requestId))
      await ended(tx, { grantId, partner, code: 'case_closed' })
  }

  /** Whose a grant of ours is, and whether somebody looked under it or it has ended; null when there is none. */
  async standing(reader: Reader, grantId: string) {
    const { records } = this.#deps
    const found = await records.standing(reader, grantId)
    return found && { ...found, used: (await records.uses(grantId, 1)).length > 0 }
  }

  async #heldOf({ id, did, kind }: Party, claims: readonly ClaimTarget[]): Promise<ClaimTarget[]> {
    const { credentials, store } = this.#deps
    const about = claims.filter(({ vct }) => credentials.types.find(vct)?.about === kind)
    const vcts = [...new Set(about.map(({ vct }) => vct))]
    const held = await Promise.all(vcts.map((vct) => credentials.findCurrent(store.reader, id, vct)))
    return held.some((one) => one?.subject === did) ? about : []
  }
}
