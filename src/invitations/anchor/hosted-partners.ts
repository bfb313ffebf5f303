import { createHmac } from 'node:crypto'
import { Refusal } from '../../core/index.ts'
import type { CaseFiles, Moved } from '../../registration/index.ts'
import type { Tx } from '../../store/index.ts'
import type { NodesPort, SetUpMail, WorkPort } from '../ports.ts'
import { administratorFor } from './hosted-administrator.ts'
import { codeOf, hashOf } from './invitation-code.ts'
import { isUnwritable, LINK_TTL_MS } from './letters.ts'
import type { InvitedParties, PartiesDeps } from './parties.ts'
import { type InvitedPartyRow, invitedPartyTable } from './tables.ts'

export interface HostedPartnersDeps extends PartiesDeps {
  readonly parties: InvitedParties
  readonly cases: Pick<CaseFiles, 'awaitPolicy'>
  readonly outbox: WorkPort
  /** Null where no nodes are run for others. */
  readonly nodes: NodesPort | null
  /** @throws Refusal `recipient_…` where nobody may be written to at that address */
  readonly mail: (tx: Tx, mail: SetUpMail) => Promise<void>
}

/** What the link of the mail shows. */
export interface SetUp {
  readonly organisation: string
  readonly url: string
  readonly language: 'nl' | 'en'
}

export const HOSTED_TOPIC = 'hosted_partner'

/** Who chose a node of ours gets one when its case is accepted: one, however often the work begins again. */
export class HostedPartners {
  readonly #deps: HostedPartnersDeps
  readonly #codeKey: Buffer

  constructor(deps: HostedPartnersDeps) {
    this.#deps = deps
    this.#codeKey = deps.vault.deriveKey('regie hosted invitation code')
    deps.outbox.on(HOSTED_TOPIC, ({ party = '' }) => this.make(party))
  }

  /** Its case moved, in the transaction of the move. */
  async caseMoved(tx: Tx, { caseId }: Moved): Promise<void> {
    const party = await tx.findOneBy(invitedPartyTable, { caseId })
    if (party) await this.whenWanted(tx, party)
  }

  /** Has a node made after the commit, where everything there must be is there. */
  async whenWanted(tx: Tx, party: InvitedPartyRow): Promise<void> {
    if (isWanted(party)) await this.#deps.outbox.send(tx, HOSTED_TOPIC, { party: party.id })
  }

  /**
   * Makes the node of an organisation that chose one, and writes to its contact person. The node is found again by its
   * reference, and the mail goes with the row that says the node is there: whenever this is broken off, it goes on.
   */
  async make(partyId: string): Promise<void> {
    const { parties, nodes, store, cases, audit, clock } = this.#deps
    const party = await parties.require(partyId)
    if (!nodes || !isWanted(party)) return
    const { partner, contact } = await parties.open(party)
    // The same each time: a node that was made before holds it.
    const code = codeOf(createHmac('sha256', this.#codeKey).update(party.id).digest())
    const { id, url } = await nodes.createFor(party.id, {
      organisation: { name: partner.name, kvkNumber: partner.kvk_number },
      administrator: {
        ...administratorFor(contact),
        ...(party.representation && { representation: party.representation }),
      },
      invitation: code,
    })
    await store.transact(async (tx) => {
      const now = await parties.require(partyId)
      if (!isWanted(now)) return
      const ready = await parties.change(tx, now, {
        ...{ nodeId: id, nodeUrl: url, nodeAt: clock.now() },
        ...{ codeHash: hashOf(code), codeExpiresAt: null },
      })
      await audit.record(tx, 'system', 'invited.node_made', { invited: partyId, hosted: id })
      await this.sendLink(tx, ready)
      if (ready.caseId) await cases.awaitPolicy(tx, { kind: 'system', caller: 'system' }, ready.caseId)
    })
  }

  /** Writes to the contact person where her node is; a link of before opens nothing any more. */
  async sendLink(tx: Tx, party: InvitedPartyRow): Promise<void> {
    const { parties, setUpLinks, clock, mail, audit } = this.#deps
    const { partner, contact } = await parties.open(party)
    const linkExpiresAt = clock.now() + LINK_TTL_MS
    await parties.change(tx, party, { linksSent: party.linksSent + 1, linkExpiresAt })
    const token = await setUpLinks.create(tx, {
      ...{ about: party.id, address: contact.email, ttlMs: LINK_TTL_MS },
    })
    try {
      await mail(tx, {
        ...{ party: party.id, contact, organisation: partner.name, token, hours: LINK_TTL_MS / 3_600_000 },
        node: party.nodeUrl ?? '',
      })
      await audit.record(tx, 'system', 'invited.node_written_of', { invited: party.id })
    } catch (error) {
      if (!isUnwritable(error)) throw error
      await setUpLinks.revoke(tx, party.id)
      await audit.record(tx, 'system', 'invited.not_written_to', { invited: party.id, code: error.code })
    }
  }

  /** What the link opens; looking uses nothing up. @throws Refusal `link_…`, `invitation_over` */
  async look(token: string): Promise<SetUp> {
    const { parties, setUpLinks } = this.#deps
    const party = await parties.require(await setUpLinks.look(token))
    const { partner } = await parties.open(party)
    return { organisation: partner.name, url: party.nodeUrl ?? '', language: party.language }
  }

  /**
   * Uses the link, once, for the code with which the administrator takes her account over.
   * @throws Refusal `link_…`, `hosting_…`
   */
  async setUp(token: string): Promise<SetUp & { readonly account: string; readonly code: string }> {
    const { parties, setUpLinks, store, audit, nodes } = this.#deps
    const party = await store.transact(async (tx) => {
      const found = await parties.require(await setUpLinks.consume(tx, token))
      await audit.record(tx, 'system', 'invited.node_taken_over', { invited: found.id })
      return parties.change(tx, found, { linkExpiresAt: null })
    })
    // First used, then made: of two who come with one link the second one makes the code of the first worthless.
    if (!nodes || !party.nodeId) throw notOffered()
    const { url, account, code } = await nodes.welcome(party.nodeId)
    const { partner } = await parties.open(party)
    return { organisation: partner.name, url, language: party.language, account, code }
  }
}

const isWanted = ({ choice, nodeAt, state }: InvitedPartyRow): boolean =>
  choice === 'hosted' && nodeAt === null && (state === 'accepted' || state === 'policy_pending')

export const notOffered = () =>
  new Refusal('conflict', 'hosting_not_offered', 'this trust anchor runs no nodes for others')
