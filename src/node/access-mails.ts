import {
  givenGrantTable,
  type ReceivedRequestRow,
  type Reminder,
  receivedGrantTable,
  refOf,
  type SentRequestRow,
  sentRequestTable,
} from '../access/index.ts'
import type { Tx } from '../store/index.ts'
import { accessMails, expiringMail } from './access-mail-templates.ts'
import type { Ground } from './ground.ts'

type Claims = ReceivedRequestRow['claims']

/** Who of ours hears by mail of requests and grants: only those who want to, in the transaction of what it is about. */
export function openAccessMails({ accounts, config, mail, parties, types }: Ground) {
  const { url } = config
  const { preferences } = mail
  const named = (claims: Claims) => claims.map((claim) => refOf(types, claim))
  /** Whose data it is; of the company's, who administers it. */
  const ownersOf = async (party: string): Promise<readonly string[]> =>
    party === (await parties.organisation()).id ? accounts.personsWithRole('administrator') : [party]
  return {
    /** What fits an entry of her list was answered already. */
    asked: async (tx: Tx, requests: readonly ReceivedRequestRow[]): Promise<void> => {
      for (const { id, subjectParty, askerName: partner, claims, listedBy } of requests) {
        if (listedBy !== null) continue
        const params = { partner, claims: named(claims), url }
        const about = { kind: 'access_request', id }
        await preferences.writeOfAccess(tx, await ownersOf(subjectParty), {
          ...{ template: accessMails.asked, params, about },
        })
      }
    },
    answered: async (tx: Tx, request: SentRequestRow, answer: 'granted' | 'denied'): Promise<void> => {
      const params = { partner: request.partnerName, claims: named(request.claims), url }
      const about = { kind: 'access_request', id: request.id }
      await preferences.writeOfAccess(tx, [request.actorParty], {
        ...{ template: accessMails[answer], params, about },
      })
    },
    reminded: async (tx: Tx, event: Reminder): Promise<void> => {
      if (event.kind !== 'expiring') return
      const found = await (event.side === 'given' ? givenBy(tx, event.grant) : heldBy(tx, event.grant))
      if (!found) return
      const persons = event.side === 'given' ? await ownersOf(found.party) : [found.party]
      const params = { partner: found.partner, until: event.until, url }
      const about = { kind: 'access_grant', id: event.grant }
      await preferences.writeOfAccess(tx, persons, { template: expiringMail, params, about })
    },
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
