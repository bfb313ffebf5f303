import { type Caller, type Did, isRefusal, Refusal } from '../../core/index.ts'
import type { CaseFiles, Redeemed } from '../../registration/index.ts'
import type { Tx } from '../../store/index.ts'
import { isFinal } from '../invitation-state.ts'
import type { InvitedContact, InvitedOrganisation } from '../wire.ts'
import { type HostedPartners, notOffered } from './hosted-partners.ts'
import { caseContact, casePartner } from './intake.ts'
import { hashOf, newCode } from './invitation-code.ts'
import type { Letters } from './letters.ts'
import { isInvited, marksIn } from './matching.ts'
import type { InvitedParties, PartiesDeps } from './parties.ts'
import { type Choice, choices, type InvitedPartyRow, invitedPartyTable } from './tables.ts'

export interface RedemptionDeps extends PartiesDeps {
  readonly parties: InvitedParties
  readonly cases: Pick<CaseFiles, 'openInvited' | 'declineByPartner'>
  readonly letters: Letters
  readonly hosted: HostedPartners
  /** Whether nodes are run for others here. */
  readonly hosts: boolean
}

/** What who is invited reads behind the link. */
export interface Invited {
  readonly organisation: string
  readonly inviters: readonly { readonly name: string; readonly why: string }[]
  readonly language: 'nl' | 'en'
  /** What can be chosen here. */
  readonly choices: readonly Choice[]
}

/** What follows on a choice. The code is shown once: only its hash is kept. */
export interface Chosen {
  readonly choice: Choice
  readonly code: string | null
  readonly organisation: string
  readonly language: 'nl' | 'en'
}

const DAY_MS = 86_400_000
export const CODE_TTL_MS = 30 * DAY_MS
/** Who asks by itself, and was not looked at: more than a servicedesk ever has. */
const MOST_ASKING = 500

/** What who is invited does with the link: look, choose, and come with its own node. */
export class Redemption {
  readonly #deps: RedemptionDeps

  constructor(deps: RedemptionDeps) {
    this.#deps = deps
  }

  /** What a link opens; looking uses nothing up. @throws Refusal `link_…`, `invitation_over` */
  async look(token: string): Promise<Invited> {
    const { parties, links, letters } = this.#deps
    const party = await parties.require(await links.look(token))
    if (isFinal(party.state)) throw over()
    const { partner } = await parties.open(party)
    const { language } = party
    return {
      ...{ organisation: partner.name, language, inviters: await letters.invitersOf(party.id) },
      choices: choices.filter((choice) => choice !== 'hosted' || this.#deps.hosts),
    }
  }

  /**
   * Uses the link, once, for one of three things: a code for the organisation's own node, a node at ours, or no.
   * @param representation how she says she may represent the organisation, for a node at ours
   * @throws Refusal `link_…`, `invitation_over`, `hosting_not_offered`
   */
  async choose(
    token: string,
    choice: Choice,
    { reason, representation }: { readonly reason?: string; readonly representation?: 'SOLE' | 'JOINT' } = {},
  ): Promise<Chosen> {
    const { parties, links, cases, clock, audit, store, hosted, hosts } = this.#deps
    if (choice === 'hosted' && !hosts) throw notOffered()
    const code = choice === 'own_node' ? newCode() : null
    return store.transact(async (tx) => {
      const party = await parties.require(await links.consume(tx, token))
      if (isFinal(party.state) || party.joinedBy !== null) throw over()
      const chosen = await parties.change(tx, party, {
        ...{ choice, linkExpiresAt: null },
        representation: (choice === 'hosted' && representation) || null,
        ...{ codeHash: code && hashOf(code), codeExpiresAt: code ? clock.now() + CODE_TTL_MS : null },
      })
      await audit.record(tx, 'system', 'invited.chose', { invited: party.id, choice })
      await hosted.whenWanted(tx, chosen)
      const by = { kind: 'partner', caller: 'system' } as const
      if (choice === 'decline' && party.caseId) await cases.declineByPartner(tx, by, party.caseId, reason)
      const { partner } = await parties.open(party)
      return { choice, code, organisation: partner.name, language: party.language }
    })
  }

  /**
   * An organisation's node comes with a code. It counts for whom it was made and for nobody else; that somebody else
   * came is written down, so a refusal is given back to be told after the commit.
   */
  async redeem(
    tx: Tx,
    attempt: { readonly code: string; readonly did: Did; readonly organisation: InvitedOrganisation },
  ): Promise<Redeemed> {
    const { parties, clock, audit } = this.#deps
    const { did, organisation } = attempt
    const party = await tx.findOneBy(invitedPartyTable, { codeHash: hashOf(attempt.code) })
    if (!party?.caseId || isFinal(party.state)) return { refusal: unknownCode() }
    if (party.codeExpiresAt !== null && party.codeExpiresAt < clock.now()) return { refusal: expired() }
    const { partner } = await parties.open(party)
    const by = { kind: 'node', did } as const
    const names = { invited: partner.name, comes: organisation.name }
    if (!isInvited(marksIn(partner, null), marksIn(organisation, null), names)) {
      await parties.change(tx, party, { strangers: party.strangers + 1 })
      await audit.record(tx, by, 'invited.stranger_came', { invited: party.id, case: party.caseId })
      return { refusal: notForYou() }
    }
    if (party.joinedBy !== null && party.joinedBy !== did) return { refusal: used() }
    if (party.joinedBy === null) {
      try {
        await parties.change(tx, party, { joinedBy: did })
      } catch (error) {
        if (isRefusal(error, 'invited_changed_meanwhile')) return { refusal: used() }
        throw error
      }
      await audit.record(tx, by, 'invited.joined', { invited: party.id, case: party.caseId })
    }
    return { caseId: party.caseId }
  }

  /**
   * Who was not invited asks to be: a case of its own, and the link by mail, so that who asked is who reads there. What
   * is said back is the same whether or not it was known.
   * @throws Refusal `too_many_asking`, `vat_number_…`
   */
  async ask(caller: Caller, partner: InvitedOrganisation, contact: InvitedContact): Promise<void> {
    const { parties, cases, letters, store, audit } = this.#deps
    await store.transact(async (tx) => {
      await parties.lockIntake(tx)
      // It is on its way already; who writes in its name is not told so, and moves nothing.
      if (await parties.findSame(tx, { partner, contact })) return
      await this.#requireRoom(tx)
      const caseId = await cases.openInvited(
        tx,
        { kind: 'partner', caller },
        {
          ...{ partner: casePartner(partner), contact: caseContact(contact), intendedRoles: [] },
        },
      )
      const party = await parties.add(tx, { partner, contact }, caseId)
      await audit.record(tx, caller, 'invited.asked', { invited: party.id, case: caseId })
      await letters.invite(tx, party)
    })
  }

  /** Writes to the contact again, with a new link: the one before was lost. @throws Refusal `invited_unknown`, `invitation_over` */
  async resend(caller: Caller, partyId: string): Promise<InvitedPartyRow> {
    const { parties, hosted, store, audit } = this.#deps
    return store.transact(async (tx) => {
      const party = await parties.require(partyId)
      if (isFinal(party.state) || party.joinedBy !== null) throw over()
      if (party.nodeAt !== null) await hosted.sendLink(tx, party)
      else await this.#inviteAgain(tx, party)
      await audit.record(tx, caller, 'invited.resent', { invited: partyId })
      return parties.require(partyId)
    })
  }

  async #inviteAgain(tx: Tx, party: InvitedPartyRow): Promise<void> {
    const { parties, letters } = this.#deps
    const again = { choice: null, codeHash: null, codeExpiresAt: null, linksSent: 0 }
    await letters.invite(tx, await parties.change(tx, party, again))
  }

  /** @throws Refusal `too_many_asking` */
  async #requireRoom(tx: Tx): Promise<void> {
    const waiting = await tx.countBy(invitedPartyTable, { state: 'submitted' })
    if (waiting >= MOST_ASKING + (await this.#ordered(tx)))
      throw new Refusal(
        'rate_limited',
        'too_many_asking',
        'too many are waiting for the servicedesk: try again later',
      )
  }

  async #ordered(tx: Tx): Promise<number> {
    const found: { n: number | string }[] = await tx.query(
      `SELECT count(DISTINCT party_id) AS n FROM invitation_order WHERE state = 'submitted'`,
    )
    return Number(found[0]?.n ?? 0)
  }
}

const over = () => new Refusal('gone', 'invitation_over', 'this invitation is over')
const unknownCode = () =>
  new Refusal('not_found', 'invitation_code_unknown', 'there is no invitation with this code, or it ended')
const expired = () =>
  new Refusal('gone', 'invitation_code_expired', 'this code has ended: ask the servicedesk for another')
const used = () => new Refusal('conflict', 'invitation_code_used', 'somebody joined with this code before')
const notForYou = () =>
  new Refusal(
    'forbidden',
    'invitation_not_for_this_organisation',
    'this code was made for another organisation: the servicedesk was told',
  )
