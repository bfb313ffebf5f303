import { type Asker, recordShown, requireMayDecide } from '../access/index.ts'
import type { Audit } from '../audit/index.ts'
import { asDid, type Caller, type Clock, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import type { Store } from '../store/index.ts'
import { type Choice, chosenMatches, leastAnswer, matchQueries } from './match.ts'
import { type OpenRequestDeps, openRequest } from './open-request.ts'
import { forbiddenBy, type PolicyRule, type PresentingPolicy, type Verifier } from './policy.ts'
import type { PresentationRequestRow } from './request-table.ts'
import { decided, type KeptRequest, type Requests } from './requests.ts'
import { answerBody, type Sent, sendAnswer } from './respond.ts'
import { type Client, prefixOf, requireStillCertified } from './verify-client.ts'
import type { HolderWallet, Shown } from './wallet.ts'

export interface PresentingDeps extends Omit<OpenRequestDeps, 'reject'> {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly parties: Parties
  readonly egress: Pick<Egress, 'request'>
  readonly requests: Requests
  readonly wallet: HolderWallet
  readonly policy: PresentingPolicy
  /** What the network knows of a verifier; `unknown` too when nobody can be asked. */
  readonly standingOf: (did: Client['did']) => Promise<Pick<Verifier, 'standing' | 'name'>>
  /** Whether she opened her key herself, as for a grant. @throws Refusal `consent_locked` */
  readonly requireUnlocked: (caller: Caller, holder: Party) => Promise<void>
}

/** One credential that would do, and the rule that forbids showing it to this verifier. */
export interface Candidate extends Shown {
  readonly isChosen: boolean
  readonly forbiddenBy: PolicyRule | null
}

export interface Viewed {
  readonly row: PresentationRequestRow
  readonly holder: Party
  /** Null once it is over. */
  readonly request: KeptRequest | null
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>
  /** Whether what is held answers it. */
  readonly isAnswerable: boolean
}

/** After so long a try to send is over, however it ended, ms. */
const SENDING_MS = 60_000

/** Shows what our parties hold to whoever asks by a link; never without a yes of whose data it is. */
export class Presenting {
  readonly #deps: PresentingDeps

  constructor(deps: PresentingDeps) {
    this.#deps = deps
  }

  /**
   * Takes a request from a link, to be looked at; nothing is answered.
   * @throws Refusal `not_data_subject`, `presenting_policy`, and those of openRequest
   */
  async open(caller: Caller, holder: Party, link: string): Promise<PresentationRequestRow> {
    requireMayDecide(caller, holder)
    const { egress, policy, audit, store, requests } = this.#deps
    const opened = await openRequest(link, {
      ...this.#deps,
      reject: async (responseUri, { error, state }) => {
        await sendAnswer(egress, responseUri, await answerBody({ error }, { state, encryption: null }))
      },
    })
    const verifier = await this.#verifierOf(opened.client)
    const rule = forbiddenBy(policy, verifier, [])
    if (rule) {
      await store.transact((tx) => audit.record(tx, caller, 'presentation.refused', { rule }))
      throw forbidden(rule)
    }
    return requests.keep(caller, holder, opened, verifier)
  }

  /** A request with what would be shown for it. @throws Refusal `presentation_request_unknown`, `not_data_subject` */
  async view(caller: Caller, id: string): Promise<Viewed> {
    const { row, holder, request } = await this.#require(caller, id)
    if (!request) return { row, holder, request, candidates: new Map(), isAnswerable: false }
    const { policy, wallet } = this.#deps
    const matches = await this.#matches(holder, request)
    const least = leastAnswer(request.query, matches, request.transactions)
    const candidates = await Promise.all(
      matches.map(async ({ query, matches: all }) => {
        const shown = await Promise.all(all.map((match) => wallet.shown(match)))
        const found = shown.map((one, at) => ({
          ...one,
          isChosen: at === 0 && one.match.shows !== 'more' && (least?.has(query.id) ?? false),
          forbiddenBy: forbiddenBy(policy, row, one.classes),
        }))
        return [query.id, found] as const
      }),
    )
    return { row, holder, request, candidates: new Map(candidates), isAnswerable: least !== null }
  }

  /**
   * Shows what was chosen. Who looks is written before the answer leaves, and it leaves once: trying again what may
   * have arrived has to be asked for.
   * @throws Refusal `presentation_request_…`, `not_data_subject`, `consent_locked`, `presenting_policy`,
   *   `presentation_not_held`, `presentation_outcome_unknown`, `choice_…`, `whole_credential_unconfirmed`,
   *   `certificate_…`
   */
  async accept(
    caller: Caller,
    id: string,
    { again, ...choice }: Choice & { readonly again: boolean },
  ): Promise<{ row: PresentationRequestRow; sent: Sent }> {
    const { clock, egress, store, requests, audit, wallet, requireUnlocked } = this.#deps
    const { row, holder, request } = await this.#require(caller, id)
    requireOpen(row, clock.now(), again)
    if (!request) throw decided()
    await requireUnlocked(caller, holder)
    const matches = await this.#matches(holder, request)
    const chosen = chosenMatches(request.query, matches, choice, request.transactions)
    if (typeof chosen === 'string') throw new Refusal('unprocessable', chosen, whyNot[chosen])
    const shown = await Promise.all(chosen.flatMap(({ matches }) => matches).map((one) => wallet.shown(one)))
    await this.#requireAllowed(row, request, shown)
    const vpToken = await wallet.present(chosen, request, row.clientId)
    const body = await answerBody({ vp_token: vpToken }, request)
    const sending = await store.transact(async (tx) => {
      const moved = await requests.move(tx, row, { state: 'sending' })
      const claims = shown.flatMap((one) => one.claims.map(({ path }) => ({ vct: one.row.vct, path })))
      const looked = { at: clock.now(), subjectParty: holder.id, asker: askerOf(row), claims }
      const event = await recordShown(tx, looked)
      await audit.record(tx, caller, 'presentation.accepted', { request: id, event })
      return moved
    })
    const sent = await sendAnswer(egress, request.responseUri, body)
    return { row: await this.#finish(caller, sending, sent), sent }
  }

  /** Says no; the verifier hears the same whatever is held. @throws Refusal as {@link accept} */
  async decline(caller: Caller, id: string): Promise<PresentationRequestRow> {
    const { clock, egress, store, requests, audit } = this.#deps
    const { row, request } = await this.#require(caller, id)
    if (row.state !== 'pending') throw decided()
    const declined = await store.transact(async (tx) => {
      const moved = await requests.move(tx, row, { state: 'declined' })
      await audit.record(tx, caller, 'presentation.declined', { request: id })
      return moved
    })
    if (request && clock.now() < row.expiresAt)
      await sendAnswer(egress, request.responseUri, await answerBody({ error: 'access_denied' }, request))
    return declined
  }

  async #finish(caller: Caller, row: PresentationRequestRow, sent: Sent): Promise<PresentationRequestRow> {
    const { store, requests, audit } = this.#deps
    const to = sent.isTaken ? { state: 'sent' as const } : { state: 'failed' as const, code: sent.code }
    return store.transact(async (tx) => {
      await audit.record(tx, caller, `presentation.${to.state}`, { request: row.id })
      return requests.move(tx, row, to)
    })
  }

  async #require(caller: Caller, id: string) {
    const { requests, parties } = this.#deps
    const row = await requests.require(id)
    const holder = await parties.require(row.holderParty)
    requireMayDecide(caller, holder)
    return { row, holder, request: await requests.open(row) }
  }

  async #matches(holder: Party, request: KeptRequest) {
    return matchQueries(request.query, await this.#deps.wallet.heldFor(holder.id, request), request.algs)
  }

  async #verifierOf({ clientId, prefix, did, host, isCertified }: Client): Promise<Verifier> {
    if (isCertified) return { clientId, prefix, standing: 'certified', name: host }
    return { clientId, prefix, ...(await this.#deps.standingOf(did)) }
  }

  /** Somebody may have been suspended since the link was opened, or have lost a certificate. */
  async #requireAllowed(
    row: PresentationRequestRow,
    { x5c }: KeptRequest,
    shown: readonly Shown[],
  ): Promise<void> {
    const { policy, standingOf } = this.#deps
    if (row.prefix === 'x509_hash' || row.prefix === 'x509_san_dns')
      await requireStillCertified(x5c, row.standing === 'certified', this.#deps)
    const did = row.prefix === 'decentralized_identifier' ? asDid(prefixOf(row.clientId).identifier) : null
    const verifier = did ? await standingOf(did) : row
    const classes = shown.flatMap((one) => one.classes)
    const rule = forbiddenBy(policy, verifier, classes)
    if (rule) throw forbidden(rule)
  }
}

/** Who looks, as the owner's log names it: a node of the network by its DID. */
const askerOf = ({ prefix, clientId }: PresentationRequestRow): Asker =>
  prefix === 'decentralized_identifier' ? asDid(prefixOf(clientId).identifier) : (clientId as Asker)

function requireOpen(row: PresentationRequestRow, now: number, again: boolean): void {
  if (row.state === 'sent' || row.state === 'declined') throw decided()
  if (now >= row.expiresAt)
    throw new Refusal('gone', 'presentation_request_expired', 'this request was not answered in time')
  if (row.state === 'pending') return
  const isUnderWay = row.state === 'sending' && now < (row.decidedAt ?? now) + SENDING_MS
  if (isUnderWay || !again)
    throw new Refusal(
      'conflict',
      'presentation_outcome_unknown',
      'this was sent before, and the verifier did not say that it came in',
    )
}

const whyNot = {
  presentation_not_held: 'you do not hold what this request asks for',
  choice_unknown: 'what you chose is not among what would do',
  choice_incomplete: 'what you chose is not all that must be shown',
  whole_credential_unconfirmed:
    'a credential would be shown whole, with more than is asked: name it among those you choose to show',
} as const

const forbidden = (rule: PolicyRule) =>
  new Refusal('forbidden', 'presenting_policy', 'a rule of this node forbids showing this', {
    params: { rule },
  })
