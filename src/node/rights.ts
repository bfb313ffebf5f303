import { isoTime } from '../core/index.ts'
import { offerTable, openWalletTables } from '../oid4vci/index.ts'
import type { Party } from '../parties/index.ts'
import type { Contact } from '../partners/index.ts'
import { type DirectoryPort, Erasure, Inbox, Requests, type RightsOperationsDeps } from '../rights/index.ts'
import { approvalTable, templateTable } from '../standing-consent/index.ts'
import { change, IsNull, Not, type Tx } from '../store/index.ts'
import type { Exchange } from './cases.ts'
import type { Ground } from './ground.ts'
import type { InvitationsRoom } from './invitations.ts'
import { forgetAccount } from './local-tokens.ts'
import type { Network } from './network.ts'
import { termsOf } from './processing-ports.ts'
import { personalDataOf } from './rights-data.ts'
import { tracesOf } from './rights-traces.ts'

/** Rights of persons: their requests, and what each room does about them. */
export function openRights(
  ground: Ground,
  network: Network,
  exchange: Exchange,
  invitations: Pick<InvitationsRoom, 'erase'>,
) {
  const { parties, clock, webhooks, config } = ground
  const { contacts } = network
  const { ends, objection, restrictions } = exchange
  const requests = new Requests({
    ...ground,
    contacts,
    access: {
      objectToMarketing: async (tx, caller, personId) =>
        objection.object(tx, caller, await parties.require(personId), ends),
      restrict: (tx, { requestId, personId, claims }) =>
        restrictions.restrict(tx, requestId, personId, claims),
      lift: (tx, requestId) => restrictions.lift(tx, requestId),
    },
  })
  const inbox = new Inbox({
    ...ground,
    announce: (tx, { type, request, kind, dueAt }) =>
      webhooks.announce(tx, {
        type: `nl.regie.rights.${type}`,
        subject: request,
        orderBy: request,
        data: { request, kind, due_at: isoTime(dueAt) },
      }),
  })
  const erasure = new Erasure({
    ...ground,
    requests,
    directory: directoryOf(ground, network, exchange, invitations),
    traces: tracesOf(ground, network, exchange),
  })
  ground.follows.erasing.push(async (tx, party) => {
    await ground.statusLists.publishLast(tx, party.did)
    const { email } = await parties.profile(party.id)
    if (email) await ground.mail.mails.eraseAddress(tx, email)
    await ground.mail.preferences.erase(tx, party.id)
    await closeOffers(tx, party)
    for (const table of openWalletTables) await tx.delete(table, { holderParty: party.id })
    // What she approved beforehand answers nothing any more, and nobody needs to know later what it was.
    await tx.delete(approvalTable, { ownerParty: party.id })
    await tx.delete(templateTable, { ownerParty: party.id })
  })
  const operations: RightsOperationsDeps = {
    ...{ store: ground.store, clock, requests, inbox, erasure },
    terms: termsOf(ground),
    gather: personalDataOf(ground, network, exchange, { requests, inbox }),
    audited: (caller, format) =>
      ground.store.transact((tx) => ground.audit.record(tx, caller, 'rights.export_made', { format })),
    nameOf: async ({ subjectKind, subjectId, contactMark }) => {
      if (subjectKind === 'person') return (await parties.profile(subjectId)).name || null
      const contact = await contacts.find(subjectId)
      return contact?.mark === contactMark ? contact.name : null
    },
    forgetAccount: async (account) => forgetAccount(config.dataDir, account),
  }
  return {
    operations,
    tidy: async () => {
      await inbox.announceDue()
      await contacts.sweep()
    },
  }
}

/** What erasing does in the directory of partners, and in what we were let see of the same person. */
function directoryOf(
  { mail }: Ground,
  { contacts, processing }: Network,
  { records }: Exchange,
  invitations: Pick<InvitationsRoom, 'erase'>,
): DirectoryPort<Contact> {
  return {
    find: (partnerId) => contacts.find(partnerId),
    byEmail: (email) => contacts.byEmail(email),
    keeps: (contact, isRealEstate) => contacts.keeps(contact, isRealEstate),
    valuesOf: (contact) => contacts.valuesOf(contact),
    erase: async (tx, caller, contact, isRealEstate) => {
      for (const value of contacts.valuesOf(contact)) await mail.mails.eraseAddress(tx, value)
      await contacts.erase(tx, caller, contact, isRealEstate)
      await processing.sourceNotices.erase(tx, caller, contact.partnerId)
      await invitations.erase(tx, caller, contact.partnerId)
      const { did } = contact.row
      return did ? records.forgetPerson(tx, did, contacts.valuesOf(contact)) : []
    },
  }
}

/** What she offered, or was offered, is not handed over any more. */
async function closeOffers(tx: Tx, { id, did }: Party): Promise<void> {
  const closed = { sealed: null, codeHash: null, tokenHash: null }
  for (const whose of [{ issuerParty: id }, { subject: did }]) {
    for (const state of ['pending', 'delivered'] as const)
      await change(tx, offerTable, { ...whose, state }, { ...closed, state: 'refused' })
    await change(tx, offerTable, { ...whose, sealed: Not(IsNull()) }, closed)
  }
}
