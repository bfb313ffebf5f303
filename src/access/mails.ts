import type { CredentialTypes } from '../credentials/index.ts'
import type { Preferences } from '../mail/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Tx } from '../store/index.ts'
import {
  givenGrantTable,
  type ReceivedRequestRow,
  receivedGrantTable,
  type SentRequestRow,
  sentRequestTable,
} from './access-tables.ts'
import { accessMails, expiringMail } from './mail-templates.ts'
import { refOf } from './operation-values.ts'
import type { Reminder } from './reminders.ts'

export interface AccessMailsDeps {
  readonly types: CredentialTypes
  readonly parties: Pick<Parties, 'organisation'>
  readonly preferences: Pick<Preferences, 'writeOfAccess'>
  /** Persons who may decide for the company. */
  readonly administrators: () => Promise<readonly string[]>
  /** Of this node. */
  readonly url: string
}

/** Who of ours hears by mail of requests and grants: only those who want to, in the transaction of what it is about. */
export class AccessMails {
  readonly #deps: AccessMailsDeps

  constructor(deps: AccessMailsDeps) {
    this.#deps = deps
  }

  /** Requests wait; what fits an entry of her list was answered already. */
  async asked(tx: Tx, requests: readonly ReceivedRequestRow[]): Promise<void> {
    const { preferences, url } = this.#deps
    for (const { id, subjectParty, askerName: partner, claims, listedBy } of requests) {
      if (listedBy !== null) continue
      const params = { partner, claims: this.#named(claims), url }
      const about = { kind: 'access_request', id }
      await preferences.writeOfAccess(tx, await this.#ownersOf(subjectParty), {
        ...{ template: accessMails.asked, params, about },
      })
    }
  }

  /** A request of ours, or a part of it, was answered. */
  async answered(tx: Tx, request: SentRequestRow, answer: 'granted' | 'denied'): Promise<void> {
    const { preferences, url } = this.#deps
    const params = { partner: request.partnerName, claims: this.#named(request.claims), url }
    const about = { kind: 'access_request', id: request.id }
    await preferences.writeOfAccess(tx, [request.actorParty], {
      ...{ template: accessMails[answer], params, about },
    })
  }

  /** A grant ends soon. */
  async reminded(tx: Tx, event: Reminder): Promise<void> {
    const { preferences, url } = this.#deps
    if (event.kind !== 'expiring') return
    const found = await (event.side === 'given' ? givenBy(tx, event.grant) : heldBy(tx, event.grant))
    if (!found) return
    const persons = event.side === 'given' ? await this.#ownersOf(found.party) : [found.party]
    const params = { partner: found.partner, until: event.until, url }
    const about = { kind: 'access_grant', id: event.grant }
    await preferences.writeOfAccess(tx, persons, { template: expiringMail, params, about })
  }

  #named(claims: ReceivedRequestRow['claims']): string[] {
    return claims.map((claim) => refOf(this.#deps.types, claim))
  }

  /** Whose data it is; of the company's, who administers it. */
  async #ownersOf(party: string): Promise<readonly string[]> {
    const { parties, administrators } = this.#deps
    return party === (await parties.organisation()).id ? administrators() : [party]
  }
}

async function givenBy(tx: Tx, id: string) {
  const grant = await tx.findOneBy(givenGrantTable, { id })
  return grant && { party: grant.grantorParty, partner: grant.granteeName }
}

async function heldBy(tx: Tx, id: string) {
  const grant = await tx.findOneBy(receivedGrantTable, { id })
  const request = grant && (await tx.findOneBy(sentRequestTable, { id: grant.requestId }))
  return request && { party: request.actorParty, partner: request.partnerName }
}
