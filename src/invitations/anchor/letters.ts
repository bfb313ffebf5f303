import { type Did, isRefusal, type Refusal } from '../../core/index.ts'
import { In, IsNull, LessThan, type Tx } from '../../store/index.ts'
import { isFinal, statesAtAnchor } from '../invitation-state.ts'
import type { PartnerMail } from '../ports.ts'
import type { InvitedParties, PartiesDeps } from './parties.ts'
import { type InvitedPartyRow, invitedPartyTable } from './tables.ts'

export interface LettersDeps extends PartiesDeps {
  readonly parties: InvitedParties
  /** @throws Refusal `recipient_…` where nobody may be written to at that address */
  readonly mail: (tx: Tx, mail: PartnerMail) => Promise<void>
  readonly nameOf: (did: Did) => Promise<string | null>
}

const HOUR_MS = 3_600_000
export const LINK_TTL_MS = 72 * HOUR_MS
/** So long before a link ends its reader is reminded, by a new one. */
const REMIND_BEFORE_MS = 24 * HOUR_MS
/** The invitation and three reminders: who does not answer those does not want to be written to. */
export const MOST_LINKS = 4
const AT_A_TIME = 50

/** What who is invited gets by mail: the invitation with its link, and a few reminders. */
export class Letters {
  readonly #deps: LettersDeps

  constructor(deps: LettersDeps) {
    this.#deps = deps
  }

  /** Sends the invitation, or the next reminder. Links of before open nothing any more. */
  async invite(tx: Tx, party: InvitedPartyRow): Promise<void> {
    const { parties, links, mail, clock, audit } = this.#deps
    const { partner, contact } = await parties.open(party)
    const expiresAt = clock.now() + LINK_TTL_MS
    const set = { linksSent: party.linksSent + 1, linkExpiresAt: expiresAt }
    const changed = await parties.change(tx, party, set)
    const token = await links.create(tx, {
      ...{ about: party.id, address: contact.email, ttlMs: LINK_TTL_MS },
    })
    try {
      await mail(tx, {
        ...{ party: party.id, contact, organisation: partner.name, token, nr: party.linksSent },
        inviters: await this.invitersOf(party.id),
        hours: LINK_TTL_MS / HOUR_MS,
      })
      await audit.record(tx, 'system', 'invited.written_to', { invited: party.id, nr: party.linksSent })
    } catch (error) {
      // Whoever wants no mail gets none; the servicedesk sees that it must find another way.
      if (!isUnwritable(error)) throw error
      await parties.change(tx, changed, { linksSent: MOST_LINKS, linkExpiresAt: null })
      await links.revoke(tx, party.id)
      await audit.record(tx, 'system', 'invited.not_written_to', { invited: party.id, code: error.code })
    }
  }

  /** Who invites an organisation, and why: the one place where all of them are named is what it reads itself. */
  async invitersOf(partyId: string): Promise<PartnerMail['inviters']> {
    const { parties, store, nameOf } = this.#deps
    const inviters: { name: string; why: string }[] = []
    for (const order of await parties.openOrders(store.current(), partyId)) {
      const content = await parties.openOrder(order)
      const name = await nameOf(order.inviter)
      if (content && name) inviters.push({ name, why: content.why })
    }
    return inviters
  }

  /** Reminds who did not answer, before the link ends; each reminder once. */
  async remind(): Promise<number> {
    const { store, clock } = this.#deps
    const due = await store.reader.find(invitedPartyTable, {
      where: {
        ...{ state: In([...statesAtAnchor]), linkExpiresAt: LessThan(clock.now() + REMIND_BEFORE_MS) },
        ...{ linksSent: LessThan(MOST_LINKS), choice: IsNull() },
      },
      order: { linkExpiresAt: 'ASC' },
      take: AT_A_TIME,
    })
    let reminded = 0
    for (const { id } of due) {
      const sent = await store
        .transact(async (tx) => {
          const party = await this.#deps.parties.require(id)
          const isDue = (party.linkExpiresAt ?? Number.POSITIVE_INFINITY) < clock.now() + REMIND_BEFORE_MS
          const isWaiting = party.choice === null && party.joinedBy === null && !isFinal(party.state)
          if (!isDue || !isWaiting || party.linksSent >= MOST_LINKS) return false
          await this.invite(tx, party)
          return true
        })
        .catch((error: unknown) => {
          // Another process was just ahead of us.
          if (isRefusal(error, 'invited_changed_meanwhile')) return false
          throw error
        })
      if (sent) reminded += 1
    }
    return reminded
  }
}

/** Whether a mail was refused because nobody may be written to at that address, or can be. */
export const isUnwritable = (error: unknown): error is Refusal =>
  isRefusal(error) && /^(?:recipient_|mail_address_)/.test(error.code)
