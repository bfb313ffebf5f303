import { type Caller, type Did, requireUser } from '../core/index.ts'
import type { TellHandlers } from '../events/index.ts'
import {
  type AnchorInvitationsDeps,
  Coordinating,
  Delivery,
  Digests,
  dailyDigest,
  Ecosystem,
  HostedPartners,
  type InvitationPagesDeps,
  Invitations,
  InvitedParties,
  type InviterOperationsDeps,
  Inviting,
  invitationMail,
  Letters,
  type LinksPort,
  MOST_LINKS,
  type NodesPort,
  OrderIntake,
  type OutcomeMail,
  Outcomes,
  outcomeMails,
  type PartnerMail,
  preNotice,
  Redemption,
  reminderMail,
  type SetUpMail,
  setUpMail,
  type TellPort,
  Threads,
  Told,
} from '../invitations/index.ts'
import { judgeVat } from '../partners/index.ts'
import type { CaseFiles, HandingIn } from '../registration/index.ts'
import type { Tx } from '../store/index.ts'
import type { Exchange } from './cases.ts'
import { consoleOf } from './console-address.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

export interface InvitationsRoom {
  readonly operations: InviterOperationsDeps
  /** Only on the trust anchor's node. */
  readonly anchor: (AnchorInvitationsDeps & InvitationPagesDeps) | null
  readonly handlers: Pick<TellHandlers, 'invitation-moved' | 'invitation-message'>
  /** The person at this partner had herself erased. */
  erase(tx: Tx, caller: Caller, partnerId: string): Promise<void>
  tidy(): Promise<unknown>
}

const LINK_PURPOSE = 'invitation'
const SET_UP_PURPOSE = 'hosted-node'

/** Bringing partners in: the inviter's side on every node, and on the trust anchor what comes of it. */
export function openInvitations(
  ground: Ground,
  network: Network,
  { telling }: Exchange,
  atAnchor: Pick<AnchorSide, 'caseFiles' | 'handingIn' | 'hosting'> | null,
): InvitationsRoom {
  const { parties, webhooks, config, outbox, accounts } = ground
  const { mail } = ground
  const scope = async () => (await parties.organisation()).id
  const anchor = {
    url: network.anchorClient.url,
    post: (path: string, body: object) => network.anchorClient.post(path, body),
    did: async () => (await network.anchor.require()).did,
  }
  const deps = {
    ...{ ...ground, scope, anchor, partners: network.partners, outbox },
    announce: (
      tx: Tx,
      event: { type: 'moved' | 'stalled' | 'message'; invitation: string; partner: string; state: string },
    ) =>
      webhooks.announce(tx, {
        ...{ type: `nl.regie.invitation.${event.type}`, subject: event.invitation, orderBy: event.partner },
        data: { invitation: event.invitation, partner: event.partner, state: event.state },
      }),
  }
  const invitations = new Invitations(deps)
  const told = new Told(deps)
  const organisation = () => parties.organisation()
  const delivery = new Delivery({ ...deps, invitations, told, organisation })
  const coordinating = new Coordinating({
    ...{ ...deps, invitations, delivery },
    becomesDue: (tx, by, due) => network.processing.sourceNotices.becomesDue(tx, by, due),
    isDrafted: async (id) => (await mail.mails.list({ state: 'draft', about: id, limit: 1 })).length > 0,
    preNotice: async (tx, { row, content, caller, asDraft }) => {
      const [inviter, coordinator] = [config.organisation.name, await parties.profile(caller.personId)]
      const notice = {
        ...{ to: content.contact.email, language: row.language, template: preNotice, by: caller },
        params: {
          ...{ contact: content.contact.name, inviter, coordinator: coordinator.name, why: content.why },
          anchor: (await network.anchor.require()).name,
        },
        about: { kind: 'invitation', id: row.id },
      }
      await (asDraft ? mail.mails.draft(tx, notice) : mail.mails.queue(tx, notice))
    },
  })
  mail.onDraftSent(preNotice.id, (tx, caller, id) => coordinating.noticeSent(tx, requireUser(caller), id))
  const digests = new Digests({
    ...{ ...deps, invitations },
    mail: async (tx, person, digest) => {
      const params = { ...digest, console: consoleOf(config) }
      const about = { kind: 'invitation_digest', id: person }
      await mail.preferences.write(tx, person, { template: dailyDigest, params, about })
    },
  })
  const desk = atAnchor && openAnchorSide(ground, network, { telling, scope, mail, ...atAnchor })
  return {
    operations: {
      ...{ invitations, coordinating, digests, inviting: new Inviting(deps), ecosystem: new Ecosystem(deps) },
      accounts: async () => {
        const users = new Map(
          (await accounts.listUsers()).map(({ personId, account }) => [personId, account]),
        )
        return (person) => users.get(person) ?? null
      },
    },
    anchor: desk?.operations ?? null,
    handlers: {
      'invitation-moved': {
        isExpected: (from, tell) => told.isExpected(from, tell),
        accept: async (tx, { tell: { kind: _kind, invitation, ...move } }) => {
          await told.moved(tx, invitation, move)
          // Whoever looks for it now is not told that it is not there.
          ground.store.afterCommit(network.forgetRegistry, tx)
        },
      },
      'invitation-message': {
        isExpected: (from, tell) => told.isExpected(from, tell),
        accept: (tx, { tell: { kind: _kind, invitation, ...message } }) =>
          told.wrote(tx, invitation, message),
      },
    },
    erase: (tx, caller, partnerId) => invitations.erase(tx, caller, partnerId),
    tidy: () => Promise.all([digests.send(), digests.talksDue(), delivery.catchUp(), desk?.letters.remind()]),
  }
}

type Mailing = Pick<Ground['mail'], 'mails' | 'links'>

interface AnchorSide {
  readonly telling: Pick<Exchange['telling'], 'tell'>
  readonly scope: () => Promise<string>
  readonly caseFiles: CaseFiles
  readonly handingIn: HandingIn
  /** Null where no nodes are run for others. */
  readonly hosting: NodesPort | null
  readonly mail: Mailing
}

function openAnchorSide(
  ground: Ground,
  network: Network,
  { telling, scope, caseFiles, handingIn, hosting, mail }: AnchorSide,
) {
  const { config } = ground
  const nameOf = (did: Did) => network.trust.nameOf(did)
  const deps = {
    ...{
      ...ground,
      scope,
      nameOf,
      links: linksOf(mail, LINK_PURPOSE),
      setUpLinks: linksOf(mail, SET_UP_PURPOSE),
      registry: network.registry,
      cases: caseFiles,
      judgeVat,
    },
    url: config.trustAnchor.url,
    tell: tellOf(telling),
  }
  const parties = new InvitedParties(deps)
  const letters = new Letters({
    ...deps,
    parties,
    mail: (tx, letter) => sendLetter(tx, letter, config, mail),
  })
  const threads = new Threads(deps)
  const hosted = new HostedPartners({
    ...{ ...deps, parties, nodes: hosting },
    mail: (tx, letter) => sendSetUp(tx, letter, config, mail),
  })
  const outcomes = new Outcomes({
    ...deps,
    parties,
    mail: (tx, letter) => sendOutcome(tx, letter, config, mail),
  })
  const intake = new OrderIntake({ ...deps, parties, letters, hosted, threads })
  const redemption = new Redemption({ ...deps, parties, letters, hosted, hosts: hosting !== null })
  ground.follows.caseMoved = async (tx, moved) => {
    await parties.caseMoved(tx, moved)
    await outcomes.caseMoved(tx, moved)
    await hosted.caseMoved(tx, moved)
  }
  ground.follows.redeemed = (tx, attempt) => redemption.redeem(tx, attempt)
  return {
    letters,
    operations: {
      ...{ store: ground.store, parties, intake, redemption, hosted, handingIn, threads, nameOf },
    },
  }
}

async function sendLetter(
  tx: Tx,
  letter: PartnerMail,
  { url, organisation }: Ground['config'],
  { mails }: Mailing,
) {
  const { contact, token, nr, party, hours } = letter
  await mails.queue(tx, {
    ...{ to: contact.email, language: contact.language, template: nr === 0 ? invitationMail : reminderMail },
    params: {
      ...{ organisation: letter.organisation, inviters: letter.inviters, nr, hours, contact: contact.name },
      ...{ anchor: organisation.name, url: `${url}/invitation?t=${token}`, isLast: nr + 1 >= MOST_LINKS },
    },
    about: { kind: 'invited', id: party },
  })
}

async function sendOutcome(
  tx: Tx,
  { contact, outcome, party, ...letter }: OutcomeMail,
  { url, organisation }: Ground['config'],
  { mails }: Mailing,
) {
  await mails.queue(tx, {
    ...{ to: contact.email, language: contact.language, template: outcomeMails[outcome] },
    params: {
      ...{ ...letter, contact: contact.name, anchor: organisation.name, askUrl: `${url}/invitation/ask` },
    },
    about: { kind: 'invited', id: party },
  })
}

async function sendSetUp(
  tx: Tx,
  { contact, token, party, ...letter }: SetUpMail,
  { url }: Ground['config'],
  { mails }: Mailing,
) {
  await mails.queue(tx, {
    ...{ to: contact.email, language: contact.language, template: setUpMail },
    params: { ...letter, contact: contact.name, url: `${url}/invitation/node?t=${token}` },
    about: { kind: 'invited', id: party },
  })
}

const tellOf = (telling: AnchorSide['telling']): TellPort => ({
  moved: (tx, to, move) => telling.tell(tx, to, { kind: 'invitation-moved', ...move }),
  wrote: (tx, to, message) => telling.tell(tx, to, { kind: 'invitation-message', ...message }),
})

/** Links of one use about who is invited. */
function linksOf({ links }: Mailing, purpose: string): LinksPort {
  const about = (id: string) => ({ kind: 'invited', id })
  return {
    create: async (tx, { about: id, address, ttlMs }) => {
      await links.replace(tx, { purpose, about: about(id) })
      const boundTo = { party: id, address }
      return (await links.create(tx, { purpose, about: about(id), boundTo, ttlMs })).token
    },
    look: async (token) => (await links.find(token, purpose)).about.id,
    consume: async (tx, token) => (await links.consume(tx, token, purpose)).about.id,
    revoke: (tx, id) => links.replace(tx, { purpose, about: about(id) }),
  }
}
