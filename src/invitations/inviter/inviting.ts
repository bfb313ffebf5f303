import { type InvitationState, newId, type PartnerRole, Refusal, type UserCaller } from '../../core/index.ts'
import type { Partner, Partners } from '../../partners/index.ts'
import { In, insertAll, placeholders, rows, type Store, type Tx } from '../../store/index.ts'
import { forecast, type StepLength } from '../forecast.ts'
import { inviterMoves, lengthsOf } from '../history.ts'
import { finalStates } from '../invitation-state.ts'
import type { InvitedContact } from '../wire.ts'
import { contactIn, type InvitationContent, languageFor, organisationIn, sealInvitation } from './content.ts'
import type { MovesDeps } from './moves.ts'
import { type InvitationRow, invitationMoveTable, invitationTable, scopeOf } from './tables.ts'

export interface InvitingDeps extends MovesDeps {
  readonly store: Store
  readonly partners: Pick<Partners, 'find' | 'list'>
}

/** Which partners are invited: named ones, or all that fit. */
export interface Selection {
  /** Ids, DIDs, KVK numbers or names. */
  readonly partners?: readonly string[] | undefined
  readonly role?: PartnerRole | undefined
  readonly activity?: 'active' | 'dormant' | 'inactive' | 'unknown' | undefined
}

export interface Invite {
  readonly why: string
  /** What the partner is to be to us; what our list says unless told. */
  readonly roles?: readonly PartnerRole[] | undefined
  readonly language?: 'nl' | 'en' | undefined
  /** Whom to write to; what our list says unless told. Only for one partner. */
  readonly contact?: Omit<InvitedContact, 'language'> | undefined
}

/** Somebody who is not invited, and why. */
export interface Skipped {
  readonly partner: { readonly id: string | null; readonly name: string }
  readonly code:
    | 'partner_unknown'
    | 'partner_ambiguous'
    | 'partner_in_network'
    | 'partner_not_in_business'
    | 'already_invited'
}

const PAGE = 200
/** What of an earlier invitation does not matter for a new one. */
const notIn = finalStates.filter((state) => state !== 'registered')
/** More at once nobody means; and each is written to in the end. */
const MOST = 2_000
const AT_A_TIME = 50

/** Chooses partners, one or a thousand, and makes an invitation of each. */
export class Inviting {
  readonly #deps: InvitingDeps

  constructor(deps: InvitingDeps) {
    this.#deps = deps
  }

  /**
   * Makes drafts. Who is in the network, or invited already, is left out with the reason.
   * @throws Refusal `nobody_chosen`, `too_many_chosen`, `one_partner_has_one_contact`
   */
  async invite(
    caller: UserCaller,
    selection: Selection,
    invite: Invite,
  ): Promise<{ made: InvitationRow[]; skipped: Skipped[] }> {
    const { chosen, skipped } = await this.#choose(selection)
    if (chosen.length === 0 && skipped.length === 0)
      throw new Refusal('unprocessable', 'nobody_chosen', 'no partner of ours fits what was asked')
    if (invite.contact && chosen.length > 1)
      throw new Refusal(
        'unprocessable',
        'one_partner_has_one_contact',
        'a contact can be given for one partner at a time',
      )
    const lengths = await lengthsOf(this.#deps, inviterMoves)
    const made: InvitationRow[] = []
    for (let at = 0; at < chosen.length; at += AT_A_TIME) {
      const some = chosen.slice(at, at + AT_A_TIME)
      const rowsMade = await this.#deps.store.transact((tx) => this.#make(tx, caller, some, invite, lengths))
      made.push(...rowsMade)
      const isMade = new Set(rowsMade.map(({ partnerId }) => partnerId))
      skipped.push(...some.flatMap((one) => (isMade.has(one.row.id) ? [] : [skip(one, 'already_invited')])))
    }
    return { made, skipped }
  }

  async #choose(selection: Selection): Promise<{ chosen: Partner[]; skipped: Skipped[] }> {
    const { partners: references } = selection
    const found = references ? await this.#named(references) : await this.#fitting(selection)
    const chosen: Partner[] = []
    const skipped: Skipped[] = [...found.skipped]
    const seen = new Set<string>()
    const states = await this.#invited(found.partners.map(({ row }) => row.id))
    for (const partner of found.partners) {
      if (seen.has(partner.row.id)) continue
      seen.add(partner.row.id)
      const { kind, networkState, id } = partner.row
      if (kind === 'person') skipped.push(skip(partner, 'partner_not_in_business'))
      else if (networkState === 'in_network' || states.get(id) === 'registered')
        skipped.push(skip(partner, 'partner_in_network'))
      else if (states.has(id)) skipped.push(skip(partner, 'already_invited'))
      else chosen.push(partner)
    }
    return { chosen, skipped }
  }

  async #named(references: readonly string[]) {
    const partners: Partner[] = []
    const skipped: Skipped[] = []
    for (const reference of references) {
      try {
        partners.push(await this.#deps.partners.find(reference))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        if (error.code !== 'partner_unknown' && error.code !== 'partner_ambiguous') throw error
        skipped.push({ partner: { id: null, name: reference }, code: error.code })
      }
    }
    return { partners, skipped }
  }

  async #fitting({ role, activity }: Selection) {
    const partners: Partner[] = []
    for (let cursor: string | undefined; ; ) {
      const filter = { ...(activity && { activity }), inNetwork: false }
      const page = await this.#deps.partners.list(filter, { limit: PAGE, ...(cursor && { cursor }) })
      partners.push(...page.items.filter(({ row }) => !role || row.roles.includes(role)))
      if (partners.length > MOST)
        throw new Refusal(
          'unprocessable',
          'too_many_chosen',
          `at most ${MOST} partners are invited at once`,
          {
            params: { most: MOST },
          },
        )
      if (page.next === null) return { partners, skipped: [] as Skipped[] }
      cursor = page.next
    }
  }

  /** Of these partners, those that are invited and not at the end of it, or came in by it. */
  async #invited(ids: readonly string[]): Promise<Map<string, InvitationState>> {
    const states = new Map<string, InvitationState>()
    for (let at = 0; at < ids.length; at += PAGE) {
      const some = ids.slice(at, at + PAGE)
      const found = await rows<{ partner_id: string; state: InvitationState }>(
        this.#deps.store.reader,
        `SELECT partner_id, state FROM invitation WHERE partner_id IN (${placeholders(some.length)})
         AND state NOT IN (${placeholders(notIn.length)})`,
        [...some, ...notIn],
      )
      for (const { partner_id, state } of found) states.set(partner_id, state)
    }
    return states
  }

  /** Those that are new; somebody else may have invited the others just now. */
  async #make(
    tx: Tx,
    caller: UserCaller,
    partners: readonly Partner[],
    invite: Invite,
    lengths: readonly StepLength[],
  ): Promise<InvitationRow[]> {
    const { vault, clock, audit } = this.#deps
    const now = clock.now()
    const expectedAt = forecast(lengths, { state: 'draft', since: now, talkAt: null }, now).next?.at ?? null
    const made: string[] = []
    for (const { row, content } of partners) {
      const id = newId()
      await vault.createKey(tx, scopeOf(id))
      const said: InvitationContent = {
        ...{ partner: organisationIn(content), contact: invite.contact ?? contactIn(content) },
        why: invite.why,
      }
      const sealed = await sealInvitation(vault, id, said)
      const inserted = await rows(
        tx,
        `INSERT INTO invitation (id, partner_id, state, roles, language, person, sealed, order_state, seq,
           expected_at, unread, created_at, state_at, version)
         VALUES (?, ?, 'draft', ?, ?, ?, ?, 'none', 0, ?, 0, ?, ?, 1) ON CONFLICT DO NOTHING RETURNING id`,
        [
          ...[id, row.id, JSON.stringify(invite.roles ?? row.roles), invite.language ?? languageFor(content)],
          ...[caller.personId, sealed.toString('base64'), expectedAt, now, now],
        ],
      )
      if (inserted.length === 0) await vault.destroyKey(tx, scopeOf(id))
      else made.push(id)
    }
    await insertAll(
      tx,
      invitationMoveTable,
      made.map((id) => firstMove(id, caller, now, expectedAt)),
    )
    for (const id of made) await audit.record(tx, caller, 'invitation.made', { invitation: id })
    return made.length > 0 ? tx.find(invitationTable, { where: { id: In(made) }, order: { id: 'ASC' } }) : []
  }
}

const firstMove = (invitationId: string, caller: UserCaller, at: number, expectedAt: number | null) => ({
  ...{ id: newId(), invitationId, fromState: null, toState: 'draft' as const, at, side: 'inviter' as const },
  ...{ person: caller.personId, reason: null, expectedAt, talkAt: null, talkSide: null },
})

const skip = ({ row, content }: Partner, code: Skipped['code']): Skipped => ({
  ...{ partner: { id: row.id, name: content.name }, code },
})
