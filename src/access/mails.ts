import type { Clock } from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import type { Preferences } from '../mail/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Tx } from '../store/index.ts'
import {
  givenGrantTable,
  type ReceivedGrantRow,
  type ReceivedRequestRow,
  receivedGrantTable,
  type SentRequestRow,
  sentRequestTable,
} from './access-tables.ts'
import { accessMails, endedMail, expiringMail } from './mail-templates.ts'
import { refOf } from './operation-values.ts'
import type { Reminder } from './reminders.ts'

export interface AccessMailsDeps {
  readonly clock: Clock
  readonly types: CredentialTypes
  /** Of the vocabulary, in both languages. */
  readonly purposeLabel: (iri: string) => Readonly<Record<'nl' | 'en', string>>
  readonly parties: Pick<Parties, 'organisation'>
  readonly preferences: Pick<Preferences, 'writeOfAccess'>
  /** Persons who may decide for the company. */
  readonly administrators: () => Promise<readonly string[]>
  /** Of this node. */
  /** Where its people open the console. */
  readonly console: string
}

/** Who of ours hears by mail of requests and grants: only those who want to, in the transaction of what it is about. */
export class AccessMails {
  readonly #deps: AccessMailsDeps

  constructor(deps: AccessMailsDeps) {
    this.#deps = deps
  }

  /** Requests wait; what fits an entry of her list was answered already. */
  async asked(tx: Tx, requests: readonly ReceivedRequestRow[]): Promise<void> {
    const { preferences, console } = this.#deps
    for (const { id, subjectParty, askerName: partner, listedBy, ...request } of requests) {
      if (listedBy !== null) continue
      const params = { partner, ...this.#said(request), console }
      const about = { kind: 'access_request', id }
      await preferences.writeOfAccess(tx, await this.#ownersOf(subjectParty), {
        ...{ template: accessMails.asked, params, about },
      })
    }
  }

  /** A request of ours, or a part of it, was answered. */
  async answered(tx: Tx, request: SentRequestRow, answer: 'granted' | 'denied'): Promise<void> {
    const { preferences, console } = this.#deps
    const params = { partner: request.partnerName, ...this.#said(request), console }
    const about = { kind: 'access_request', id: request.id }
    await preferences.writeOfAccess(tx, [request.actorParty], {
      ...{ template: accessMails[answer], params, about },
    })
  }

  /** A grant ends soon. */
  async reminded(tx: Tx, event: Reminder): Promise<void> {
    const { preferences, console } = this.#deps
    if (event.kind !== 'expiring') return
    const found = await (event.side === 'given' ? givenBy(tx, event.grant) : heldBy(tx, event.grant))
    if (!found) return
    const persons = event.side === 'given' ? await this.#ownersOf(found.party) : [found.party]
    const params = { partner: found.partner, until: event.until, console }
    const about = { kind: 'access_grant', id: event.grant }
    await preferences.writeOfAccess(tx, persons, { template: expiringMail, params, about })
  }

  /** A grant that we hold was ended by who gave it. One that ran out was announced before; an exchange that failed opened nothing. */
  async ended(tx: Tx, grant: ReceivedGrantRow, code: string): Promise<void> {
    const { preferences, clock, console } = this.#deps
    const at = clock.now()
    if (grant.expiresAt <= at || isNoNews(code)) return
    const request = await tx.findOneBy(sentRequestTable, { id: grant.requestId })
    if (!request) return
    const params = { partner: request.partnerName, ...this.#said(grant), at, console }
    const about = { kind: 'access_grant', id: grant.id }
    await preferences.writeOfAccess(tx, [request.actorParty], { template: endedMail, params, about })
  }

  #said({ claims, purpose }: Pick<ReceivedRequestRow, 'claims' | 'purpose'>) {
    const { types, purposeLabel } = this.#deps
    return { claims: claims.map((claim) => refOf(types, claim)), purposes: purpose.map(purposeLabel) }
  }

  /** Whose data it is; of the company's, who administers it. */
  async #ownersOf(party: string): Promise<readonly string[]> {
    const { parties, administrators } = this.#deps
    return party === (await parties.organisation()).id ? administrators() : [party]
  }
}

/** We ended it ourselves, or it never came into force. */
const isNoNews = (code: string): boolean =>
  code === 'erased' || code === 'request_withdrawn' || code.startsWith('counter_')

async function givenBy(tx: Tx, id: string) {
  const grant = await tx.findOneBy(givenGrantTable, { id })
  return grant && { party: grant.grantorParty, partner: grant.granteeName }
}

async function heldBy(tx: Tx, id: string) {
  const grant = await tx.findOneBy(receivedGrantTable, { id })
  const request = grant && (await tx.findOneBy(sentRequestTable, { id: grant.requestId }))
  return request && { party: request.actorParty, partner: request.partnerName }
}
