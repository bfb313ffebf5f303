import { type Did, isRefusal, newId, Refusal } from '../core/index.ts'
import { type Credentials, expandPattern, type HeldCredentialRow } from '../credentials/index.ts'
import type { Party } from '../parties/index.ts'
import { MoreThan, type Store, select, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import {
  type GivenGrantRow,
  givenGrantTable,
  type ReceivedRequestRow,
  receivedRequestTable,
} from './access-tables.ts'
import type { AskLedger } from './ask-ledger.ts'
import type { CounterOffers } from './counter-offers.ts'
import { type ClaimTarget, type GrantTuple, targetKey } from './decide.ts'
import {
  type AskerAddress,
  type AskOutcome,
  type AskQuery,
  type InReturnFor,
  type JudgedAsk,
  targetsOf,
  type VerifiedAsk,
} from './incoming-ask.ts'
import type { MarketingObjection } from './marketing-objection.ts'
import { sealRequest } from './sealed-request.ts'

export interface AnswerAskDeps {
  readonly store: Store
  readonly vault: Vault
  readonly credentials: Credentials
  readonly ledger: AskLedger
  readonly counters: Pick<CounterOffers, 'requireOurs' | 'known' | 'received'>
  /** The subjects' own lists of what they say yes to beforehand. */
  readonly listed: {
    /** The entry that a request fits; null when it is for its subject to decide. */
    readonly match: (tx: Tx, request: ReceivedRequestRow, ask: VerifiedAsk) => Promise<string | null>
    /** Grants it where nobody needs to be there. */
    readonly take: (tx: Tx, request: ReceivedRequestRow) => Promise<void>
  }
  readonly clock: { now(): number }
  /** Which subjects objected to marketing. */
  readonly objection: Pick<MarketingObjection, 'isAgainst'>
  /** Whether a party can be asked: systems have no data of their own, and people leave. */
  readonly isOpen: (party: Party) => Promise<boolean>
  /** The people of this node who are asked for their own data when it is not said whose. */
  readonly contactPersons: () => Promise<readonly Party[]>
  /** Name and wallet of an organisation in the network. @throws Refusal `partner_unknown` and others */
  readonly organisation: (did: VerifiedAsk['asker']) => Promise<AskerAddress>
  /** Compares what is asked with what the asker publishes that it needs. Never refuses, and does not wait long. */
  readonly judge: (
    ask: VerifiedAsk,
    asker: AskerAddress,
    claims: readonly ClaimTarget[],
  ) => Promise<JudgedAsk>
  /** What else is kept of what is asked, in the same transaction. @throws Refusal `case_known` */
  readonly whenAsked: (
    tx: Tx,
    asker: AskerAddress,
    ask: VerifiedAsk,
    requests: readonly ReceivedRequestRow[],
  ) => Promise<void>
}

/** What one asker may have waiting at one subject: an inbox is not to be flooded. */
const MAX_PENDING = 20
const PENDING_MS = 60 * 86_400_000
/** Its subject objected to marketing (GDPR, article 21(3)). */
const OBJECTED = 'marketing_objected'
const gone = new Set(['sd_jwt_path_not_found', 'sealed_value_lost', 'key_unknown'])

/** Null where what it needs is not there any more. */
async function unlessGone<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (isRefusal(error) && gone.has(error.code)) return null
    throw error
  }
}

interface Prepared {
  readonly presentations: Record<string, readonly string[]>
  readonly missing: readonly ClaimTarget[]
}

/**
 * The one way an Ask goes: verified before it comes here, then decide, present, record. Under a grant it is answered
 * at once; without one it waits for whoever may grant.
 */
export class AnswerAsk {
  readonly #deps: AnswerAskDeps

  constructor(deps: AnswerAskDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `ask_replayed`, `too_many_pending_requests`, `unknown_claim` */
  async answer(ask: VerifiedAsk): Promise<AskOutcome> {
    if (!(await this.#deps.isOpen(ask.addressed)))
      throw new Refusal('not_found', 'party_unknown', 'this node is not the home of that party')
    return ask.grant ? this.#underGrant(ask, ask.grant.id) : this.#askConsent(ask)
  }

  async #underGrant(ask: VerifiedAsk, grantId: string): Promise<AskOutcome> {
    const [row] = await select(this.#deps.store.reader, givenGrantTable, 'id = ?', [grantId])
    // Signing comes before the transaction; whether it may leave is decided in it.
    const prepared = row ? await this.#prepare(ask, row) : null
    const decision = await this.#deps.ledger.settle(ask, prepared?.missing ?? targetsOf(ask))
    if (!decision.permit)
      return {
        ...{ kind: 'denied', codes: decision.codes },
        ...('withheld' in decision && { withheld: decision.withheld }),
      }
    if (!prepared || prepared.missing.length > 0) throw new Error('what is not there was permitted')
    return { kind: 'presented', presentations: prepared.presentations }
  }

  /** The presentations of what the grant's frozen tuples name, and what is not there any more. */
  async #prepare(ask: VerifiedAsk, grant: GivenGrantRow): Promise<Prepared> {
    const tuples = new Map(grant.tuples.map((tuple) => [targetKey(tuple), tuple]))
    const answers = await Promise.all(ask.queries.map((query) => this.#presentQuery(ask, query, tuples)))
    return {
      presentations: Object.fromEntries(ask.queries.map(({ id }, at) => [id, answers[at]?.texts ?? []])),
      missing: answers.flatMap(({ missing }) => missing),
    }
  }

  async #presentQuery(
    ask: VerifiedAsk,
    { vct, paths }: AskQuery,
    tuples: ReadonlyMap<string, GrantTuple>,
  ): Promise<{ texts: string[]; missing: ClaimTarget[] }> {
    const byCredential = new Map<string, GrantTuple['path'][]>()
    const missing: ClaimTarget[] = []
    for (const path of paths) {
      const tuple = tuples.get(targetKey({ vct, path }))
      if (tuple) byCredential.set(tuple.credentialId, [...(byCredential.get(tuple.credentialId) ?? []), path])
      else missing.push({ vct, path })
    }
    const texts: string[] = []
    for (const [lineage, lineagePaths] of byCredential) {
      const shown = await this.#present(ask, lineage, lineagePaths)
      if (typeof shown === 'string') texts.push(shown)
      else missing.push(...shown.map((path) => ({ vct, path })))
    }
    return { texts, missing }
  }

  /** A presentation of these claims, or those of them that are not there any more. */
  async #present(
    ask: VerifiedAsk,
    lineage: string,
    paths: readonly GrantTuple['path'][],
  ): Promise<string | readonly GrantTuple['path'][]> {
    const { credentials, store } = this.#deps
    const held = await credentials.findByLineage(store.reader, lineage)
    if (!held || !this.#isUsable(held, ask)) return paths
    const binding = { aud: ask.clientId, nonce: ask.nonce }
    const shown = await unlessGone(credentials.present(held, paths, binding))
    if (shown !== null) return shown
    // A newer issue may say less than the one that was there when it was granted; of who was just erased nothing is left.
    const left = await unlessGone(credentials.read(held))
    const absent = left && paths.filter((path) => expandPattern(path, left.payload).length === 0)
    return absent && absent.length > 0 ? absent : paths
  }

  /** Only the addressed party's own, unexpired data is ever presented. */
  #isUsable(held: HeldCredentialRow, ask: VerifiedAsk): boolean {
    const unexpired = held.expiresAt === null || held.expiresAt > this.#deps.clock.now()
    return unexpired && held.holderParty === ask.addressed.id && held.subject === ask.addressed.did
  }

  async #askConsent(ask: VerifiedAsk): Promise<AskOutcome> {
    // Whoever did not accept the policy, or does not say who asks, gets the same answer whatever we hold.
    if (ask.attestation !== 'valid') return { kind: 'denied', codes: [`attestation_${ask.attestation}`] }
    if (!ask.actor) return { kind: 'denied', codes: ['actor_unproven'] }
    const [asker, all] = await Promise.all([this.#deps.organisation(ask.asker), this.#partsOf(ask)])
    const { store, ledger, objection } = this.#deps
    const objected = await Promise.all(
      all.map(({ subject }) => objection.isAgainst(store.reader, subject.id, ask.purpose)),
    )
    const parts = all.filter((_part, at) => !objected[at])
    // One id for all parts: how many people are asked is not the asker's to know.
    const groupId = newId()
    const requests = await Promise.all(parts.map((part) => this.#requestOf(ask, asker, part, groupId)))
    const id = await store.transact(async (tx) => {
      const fresh = await ledger.burn(tx, [ask])
      if (fresh.size === 0) throw new Refusal('conflict', 'ask_replayed', 'this request was answered before')
      if (ask.inReturnFor) {
        const known = await this.#counter(tx, ask, ask.inReturnFor, parts, requests)
        if (known !== null) return known
      }
      for (const request of requests) {
        await this.#requireRoom(tx, ask.asker, request.subjectParty)
        request.listedBy = await this.#deps.listed.match(tx, request, ask)
      }
      if (requests.length > 0) await tx.insert(receivedRequestTable, requests)
      await this.#deps.whenAsked(tx, asker, ask, requests)
      await ledger.record(
        tx,
        all.map(({ subject, claims }, at) => ({
          ask,
          subjectParty: subject.id,
          claims,
          outcome: objected[at] ? ('deny' as const) : ('pending' as const),
          codes: objected[at] ? [OBJECTED] : [],
        })),
      )
      for (const request of requests) if (request.listedBy !== null) await this.#deps.listed.take(tx, request)
      return groupId
    })
    // Who asks nobody else is told why; otherwise the others are asked.
    if (parts.length === 0 && all.length > 0) return { kind: 'denied', codes: [OBJECTED] }
    return { kind: 'consent_pending', id }
  }

  /**
   * Ties a counter-offer to the request of ours that it answers.
   * @returns under which id it waits here since it came before; null when it is new
   * @throws Refusal `counter_unknown`, `counter_one_subject`
   */
  async #counter(
    tx: Tx,
    ask: VerifiedAsk,
    inReturnFor: InReturnFor,
    parts: readonly { subject: Party }[],
    [request, ...more]: ReceivedRequestRow[],
  ): Promise<string | null> {
    const { counters } = this.#deps
    const known = await counters.known(tx, ask.asker, inReturnFor.exchange)
    const row = known && (await tx.findOneBy(receivedRequestTable, { id: known.receivedRequestId }))
    if (row) return row.groupId
    const sent = await counters.requireOurs(tx, ask, inReturnFor)
    if (!request || more.length > 0 || parts[0]?.subject.kind !== 'organisation')
      throw new Refusal(
        'invalid',
        'counter_one_subject',
        'a counter-offer asks for data of the company alone',
      )
    request.counterId = await counters.received(tx, ask, sent, request)
    return null
  }

  /** An inbox is not to be flooded; what nobody answered for two months no longer stands in the way. */
  async #requireRoom(tx: Tx, asker: Did, subjectParty: string): Promise<void> {
    const since = MoreThan(this.#deps.clock.now() - PENDING_MS)
    const waiting = { asker, subjectParty, state: 'pending' as const, createdAt: since }
    if ((await tx.countBy(receivedRequestTable, waiting)) >= MAX_PENDING)
      throw new Refusal('rate_limited', 'too_many_pending_requests', 'too many requests wait already')
  }

  /** Who is asked for what: the organisation for its own data, each contact person for hers. */
  async #partsOf(ask: VerifiedAsk): Promise<{ subject: Party; claims: ClaimTarget[] }[]> {
    const { types } = this.#deps.credentials
    const about = (kind: 'organisation' | 'person') =>
      targetsOf(ask).filter(({ vct, path }) => {
        const type = types.require(vct)
        type.requireClaimPath(path)
        if (type.about !== 'organisation' && type.about !== 'person')
          throw new Refusal('invalid', 'unknown_claim', 'nobody can open claims of this type')
        return type.about === kind
      })
    const ofPerson = about('person')
    const ofOrganisation = about('organisation')
    if (ask.addressed.kind === 'person')
      return ofPerson.length > 0 ? [{ subject: ask.addressed, claims: ofPerson }] : []
    const persons = ofPerson.length > 0 ? await this.#deps.contactPersons() : []
    return [
      ...(ofOrganisation.length > 0 ? [{ subject: ask.addressed, claims: ofOrganisation }] : []),
      ...persons.map((subject) => ({ subject, claims: ofPerson })),
    ]
  }

  async #requestOf(
    ask: VerifiedAsk,
    asker: AskerAddress,
    part: { subject: Party; claims: ClaimTarget[] },
    groupId: string,
  ): Promise<ReceivedRequestRow> {
    const id = newId()
    const { catalogue, overAsked } = await this.#deps.judge(ask, asker, part.claims)
    const { actor, details, compact } = ask
    return {
      id,
      groupId,
      subjectParty: part.subject.id,
      asker: ask.asker,
      askerName: asker.name,
      askerWallet: asker.wallet,
      sealed: await sealRequest(this.#deps.vault, part.subject.id, id, { actor, details, compact }),
      digest: ask.digest,
      claims: part.claims,
      purpose: ask.purpose,
      legalBasis: ask.legalBasis,
      wantedUntil: ask.wantedUntil,
      catalogue,
      overAsked,
      state: 'pending',
      grantId: null,
      counterId: null,
      listedBy: null,
      createdAt: this.#deps.clock.now(),
      decidedAt: null,
    }
  }
}
