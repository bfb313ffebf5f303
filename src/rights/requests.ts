import type { Audit } from '../audit/index.ts'
import { type Caller, newId, Refusal, requireUser } from '../core/index.ts'
import { type CredentialTypes, parseClaimRef } from '../credentials/index.ts'
import { change, In, IsNull, type Store, type Tx } from '../store/index.ts'
import { openUnlessErased, type Vault } from '../vault/index.ts'
import { AtOnce, type AtOnceDeps } from './at-once.ts'
import { dueAtOf } from './deadline.ts'
import type { FoundContact, RestrictedClaim } from './ports.ts'
import {
  type Channel,
  type Move,
  type RequestTexts,
  type RightKind,
  type RightsRequestRow,
  rightsMoveTable,
  rightsRequestTable,
} from './rights-table.ts'

export interface RequestsDeps extends AtOnceDeps {
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly types: CredentialTypes
}

export interface NewRequest {
  readonly kind: RightKind
  readonly text?: string
  /** What a restriction is about; everything when it names nothing. */
  readonly claims?: readonly string[]
}

export interface RecordedRequest extends NewRequest {
  readonly about: { readonly person: string } | { readonly partner: string }
  readonly channel: Exclude<Channel, 'node'>
  /** When it came in, ms. */
  readonly receivedAt: number
  readonly identity: string
}

/** Who deals with the requests of others. */
export const handlers = ['coordinator', 'administrator'] as const

/** Whose request it is. */
type Subject =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'contact'; readonly id: string; readonly found: FoundContact }

export const open = In(['received', 'in_progress'])
const MOST_DAYS_AGO_MS = 92 * 86_400_000
/** What one person may have open: an inbox is not to be flooded. */
const MOST_OPEN = 20
const place = (id: string) => `rights_request:${id}`

/** Requests of persons about their own data, from receipt to answer (AVG, articles 12 and 15 to 22). */
export class Requests {
  readonly #deps: RequestsDeps
  readonly #atOnce: AtOnce

  constructor(deps: RequestsDeps) {
    this.#deps = deps
    this.#atOnce = new AtOnce(deps)
  }

  /** Somebody with an account asks for herself. @throws Refusal `too_many_rights_requests`, `unknown_claim` */
  async file(caller: Caller, request: NewRequest): Promise<RightsRequestRow> {
    const { personId } = requireUser(caller)
    const subject: Subject = { kind: 'person', id: personId }
    const receivedAt = this.#deps.clock.now()
    return this.#add(caller, subject, request, { channel: 'node', receivedAt })
  }

  /**
   * Writes down what came in otherwise.
   * @throws Refusal `party_unknown`, `partner_unknown`, `contact_unknown`, `received_date_wrong`
   */
  async record(caller: Caller, request: RecordedRequest): Promise<RightsRequestRow> {
    const now = this.#deps.clock.now()
    const { receivedAt, channel, identity } = request
    if (receivedAt > now || receivedAt < now - MOST_DAYS_AGO_MS)
      throw new Refusal(
        'invalid',
        'received_date_wrong',
        'a request came in today or in the last three months',
      )
    const subject = await this.#subjectOf(request.about)
    return this.#add(caller, subject, request, { channel, receivedAt, identity })
  }

  /** Somebody begins to deal with it. @throws Refusal `rights_request_unknown`, `rights_request_closed` */
  take(caller: Caller, id: string): Promise<RightsRequestRow> {
    return this.#move(caller, id, 'taken', async (tx, row) => {
      await this.#once(tx, row, { state: 'received' }, { state: 'in_progress' })
    })
  }

  /**
   * Two months more, with a reason that she is told before the first month ends (AVG, article 12(3)).
   * @throws Refusal `rights_request_extended`, `rights_request_overdue`, and as {@link take}
   */
  extend(caller: Caller, id: string, reason: string): Promise<RightsRequestRow> {
    return this.#move(caller, id, 'extended', async (tx, row) => {
      const now = this.#deps.clock.now()
      if (row.extendedAt !== null)
        throw new Refusal('conflict', 'rights_request_extended', 'a request is extended once')
      if (now > row.dueAt)
        throw new Refusal('conflict', 'rights_request_overdue', 'the first month has ended: answer it')
      const dueAt = dueAtOf(row.receivedAt, true)
      const set = { dueAt, extendedAt: now, dueToldAt: null, overdueToldAt: null }
      await this.#once(tx, row, { extendedAt: IsNull() }, set)
      await this.write(tx, row, { extension: reason })
    })
  }

  /** @throws Refusal `not_erased` for an erasure that was not done, and as {@link take} */
  answer(caller: Caller, id: string, answer: string): Promise<RightsRequestRow> {
    return this.#move(caller, id, 'answered', async (tx, row) => {
      if (row.kind === 'erasure' && row.erasedAt === null)
        throw new Refusal('conflict', 'not_erased', 'erase first, or refuse with the reason')
      await this.#close(tx, row, 'answered', { answer })
    })
  }

  /**
   * Says no, with the reason; she is told where she can complain. A restriction that is refused ends.
   * @throws Refusal `already_acted` for an objection to marketing, which nobody can refuse; and as {@link take}
   */
  refuse(caller: Caller, id: string, reason: string): Promise<RightsRequestRow> {
    return this.#move(caller, id, 'refused', async (tx, row) => {
      if (row.kind === 'objection' || row.erasedAt !== null)
        throw new Refusal('conflict', 'already_acted', 'this was done, and cannot be refused any more')
      if (row.kind === 'restriction') await this.#endRestriction(tx, row)
      await this.#close(tx, row, 'refused', { refusal: reason })
    })
  }

  /** The dispute is over: what was restricted is read again. @throws Refusal `not_restricted`, and as {@link take} */
  lift(caller: Caller, id: string, reason: string): Promise<RightsRequestRow> {
    return this.#move(
      caller,
      id,
      'lifted',
      async (tx, row) => {
        if (row.kind !== 'restriction' || row.liftedAt !== null)
          throw new Refusal('conflict', 'not_restricted', 'nothing is restricted for this request')
        await this.#endRestriction(tx, row)
        await this.write(tx, row, { lift: reason })
      },
      { closedToo: true },
    )
  }

  /** @throws Refusal `rights_request_unknown`, also for who may not see it */
  async require(caller: Caller, id: string): Promise<RightsRequestRow> {
    const row = await this.#deps.store.current().findOneBy(rightsRequestTable, { id })
    const user = requireUser(caller)
    const isHers = row?.subjectKind === 'person' && row.subjectId === user.personId
    if (!row || !(isHers || isHandler(caller))) throw unknownRequest()
    return row
  }

  /** What was written; null once she is erased. */
  async texts(row: RightsRequestRow): Promise<RequestTexts | null> {
    const text = await openUnlessErased(this.#deps.vault, place(row.id), row.sealed)
    return text === null ? null : (JSON.parse(text) as RequestTexts)
  }

  /** Adds to what was written. */
  async write(tx: Tx, row: RightsRequestRow, more: RequestTexts): Promise<void> {
    const texts = (await this.texts(row)) ?? {}
    // Nothing can be written about whoever was erased.
    if (row.erasedAt !== null) return
    const sealed = await this.#deps.vault.seal(
      row.scope,
      place(row.id),
      JSON.stringify({ ...texts, ...more }),
    )
    await change(tx, rightsRequestTable, { id: row.id }, { sealed })
  }

  /** What was done about a request, in the transaction in which it is. */
  async noted(tx: Tx, caller: Caller | 'system', row: RightsRequestRow, move: Move): Promise<void> {
    const byParty = caller !== 'system' && caller.kind === 'user' ? caller.personId : null
    const at = this.#deps.clock.now()
    await tx.insert(rightsMoveTable, { id: newId(), requestId: row.id, move, at, byParty })
    await this.#deps.audit.record(tx, caller, `rights.${move}`, { request: row.id, kind: row.kind })
  }

  async #add(
    caller: Caller,
    subject: Subject,
    { kind, text, claims = [] }: NewRequest,
    how: { channel: Channel; receivedAt: number; identity?: string },
  ): Promise<RightsRequestRow> {
    const { store, vault } = this.#deps
    const targets = kind === 'restriction' ? this.#targetsOf(claims) : []
    const id = newId()
    const { channel, receivedAt, identity } = how
    return store.transact(async (tx) => {
      await this.#requireRoom(tx, subject)
      const scope = subject.kind === 'person' ? subject.id : `rights:${id}`
      if (subject.kind === 'contact') await vault.createKey(tx, scope)
      const texts: RequestTexts = { ...(text && { text }), ...(identity && { identity }) }
      const row: RightsRequestRow = {
        id,
        kind,
        subjectKind: subject.kind,
        subjectId: subject.id,
        contactMark: subject.kind === 'contact' ? subject.found.mark : null,
        claims: kind === 'restriction' ? [...claims] : [],
        channel,
        state: 'received',
        scope,
        sealed: await vault.seal(scope, place(id), JSON.stringify(texts)),
        receivedAt,
        dueAt: dueAtOf(receivedAt, false),
        ...{ extendedAt: null, closedAt: null, dueToldAt: null, overdueToldAt: null },
        ...{ erasedAt: null, liftedAt: null, kept: [] },
      }
      await tx.insert(rightsRequestTable, row)
      await this.noted(tx, caller, row, 'received')
      await this.#atOnce.act(tx, caller, row, targets)
      return row
    })
  }

  async #endRestriction(tx: Tx, row: RightsRequestRow): Promise<void> {
    await this.#changed(tx, row, { liftedAt: IsNull() }, { liftedAt: this.#deps.clock.now() })
    await this.#atOnce.end(tx, row)
  }

  async #close(tx: Tx, row: RightsRequestRow, state: 'answered' | 'refused', texts: RequestTexts) {
    await this.#once(tx, row, {}, { state, closedAt: this.#deps.clock.now() })
    await this.write(tx, row, texts)
  }

  async #move(
    caller: Caller,
    id: string,
    move: Move,
    act: (tx: Tx, row: RightsRequestRow) => Promise<void>,
    { closedToo = false } = {},
  ): Promise<RightsRequestRow> {
    return this.#deps.store.transact(async (tx) => {
      const row = await this.require(caller, id)
      if (row.closedAt !== null && !closedToo) throw closedRequest()
      await act(tx, row)
      await this.noted(tx, caller, row, move)
      return this.require(caller, id)
    })
  }

  /** Of two who do the same at once, one does it. */
  async #once(tx: Tx, row: RightsRequestRow, where: object, set: Partial<RightsRequestRow>): Promise<void> {
    await this.#changed(tx, row, { state: open, ...where }, set)
  }

  async #changed(tx: Tx, { id }: RightsRequestRow, where: object, set: Partial<RightsRequestRow>) {
    if ((await change(tx, rightsRequestTable, { id, ...where }, set)) !== 1) throw closedRequest()
  }

  async #requireRoom(tx: Tx, { id }: Subject): Promise<void> {
    if ((await tx.countBy(rightsRequestTable, { subjectId: id, state: open })) >= MOST_OPEN)
      throw new Refusal(
        'rate_limited',
        'too_many_rights_requests',
        'too many requests of hers are open already',
      )
  }

  async #subjectOf(about: RecordedRequest['about']): Promise<Subject> {
    const { parties, contacts } = this.#deps
    if ('partner' in about) {
      const found = await contacts.require(about.partner)
      return { kind: 'contact', id: found.partnerId, found }
    }
    const party = await parties.require(about.person)
    if (party.kind !== 'person') throw new Refusal('not_found', 'party_unknown', 'there is no such person')
    return { kind: 'person', id: party.id }
  }

  /** Claims by name as what a restriction names. @throws Refusal `invalid_claim_ref`, `unknown_claim`, `not_personal_data` */
  #targetsOf(claims: readonly string[]): RestrictedClaim[] {
    return claims.map((text) => {
      const ref = parseClaimRef(text)
      const { type } = this.#deps.types.requireClaim(ref)
      if (type.about === 'organisation')
        throw new Refusal(
          'forbidden',
          'not_personal_data',
          'these are data of the organisation, not of a person: they are the organisation’s to dispute',
        )
      return { vct: type.vct, path: ref.path }
    })
  }
}

export const isHandler = (caller: Caller): boolean =>
  caller.kind === 'user' && handlers.some((role) => caller.roles.includes(role))

const unknownRequest = () => new Refusal('not_found', 'rights_request_unknown', 'there is no such request')
const closedRequest = () =>
  new Refusal('conflict', 'rights_request_closed', 'this was answered, or somebody else was first')
