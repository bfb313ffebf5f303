import type { Did, InvitationState } from '../core/index.ts'
import type { Tx } from '../store/index.ts'
import type { InvitedContact, ToldMessage, ToldMove } from './wire.ts'

/** Calls a company's own systems; the webhooks room answers. Ids and codes only. */
export type Announce = (
  tx: Tx,
  event: {
    readonly type: 'moved' | 'stalled' | 'message'
    readonly invitation: string
    readonly partner: string
    readonly state: InvitationState
  },
) => Promise<void>

/** The trust anchor, as an inviter knows it. */
export interface AnchorPort {
  readonly url: string
  /** @throws Refusal `trust_anchor_unreachable`; or what the trust anchor refused, with its code */
  post(path: string, body: object): Promise<unknown>
  /** Its DID. @throws Refusal `trust_anchor_unreachable` */
  did(): Promise<Did>
}

/** Tells inviters; the events room answers. */
export interface TellPort {
  moved(tx: Tx, to: Did, told: ToldMove & { readonly invitation: string }): Promise<unknown>
  wrote(tx: Tx, to: Did, told: ToldMessage & { readonly invitation: string }): Promise<unknown>
}

/** One-use links in mails; the mail room answers. A token is known to its reader only. */
export interface LinksPort {
  /** Makes one that opens this, for so long; those made before for the same open nothing any more. */
  create(
    tx: Tx,
    link: { readonly about: string; readonly address: string; readonly ttlMs: number },
  ): Promise<string>
  /** What a link opens; looking uses nothing up. @throws Refusal `link_…` */
  look(token: string): Promise<string>
  /** Uses a link up: once, whoever comes second is refused. @throws Refusal `link_…` */
  consume(tx: Tx, token: string): Promise<string>
  /** Nothing opens this any more. */
  revoke(tx: Tx, about: string): Promise<void>
}

/** What the trust anchor writes to who is invited. */
export interface PartnerMail {
  readonly party: string
  readonly contact: InvitedContact
  readonly organisation: string
  /** Names of who invites, and why; nobody where it came by itself. */
  readonly inviters: readonly { readonly name: string; readonly why: string }[]
  readonly token: string
  /** Hours the link works. */
  readonly hours: number
  /** 0 for the invitation itself, then the reminders. */
  readonly nr: number
}

/** What runs nodes for others; the hosting room answers. */
export interface NodesPort {
  /** The node of this reference: again for the same one, the same node. @throws Refusal `hosting_…` */
  createFor(
    reference: string,
    hosted: {
      readonly organisation: { readonly name: string; readonly kvkNumber?: string | undefined }
      readonly administrator: {
        readonly account: string
        readonly givenName: string
        readonly familyName: string
        readonly email: string
        readonly representation?: 'SOLE' | 'JOINT' | undefined
      }
      readonly invitation: string
    },
  ): Promise<{ readonly id: string; readonly url: string }>
  /** A one-use code for its administrator; those before open nothing. @throws Refusal `hosting_…` */
  welcome(id: string): Promise<{ readonly url: string; readonly account: string; readonly code: string }>
}

/** Messages that follow a change; the outbox answers. */
export interface WorkPort {
  send(tx: Tx, topic: string, payload: Readonly<Record<string, string>>): Promise<unknown>
  on(topic: string, work: (payload: Readonly<Record<string, string>>) => Promise<void>): void
}

/** What the trust anchor writes to the contact person of whom it invited, of how that ends. */
export interface OutcomeMail {
  readonly party: string
  readonly contact: InvitedContact
  readonly organisation: string
  readonly outcome: 'accepted' | 'rejected' | 'registered'
  /** In the servicedesk's own words; why it was declined. */
  readonly reason: string | null
  readonly choice: 'own_node' | 'hosted' | 'decline' | null
}

/** What it writes when a node was made for it. */
export interface SetUpMail extends Pick<OutcomeMail, 'party' | 'contact' | 'organisation'> {
  readonly token: string
  readonly hours: number
  /** Where the node is. */
  readonly node: string
}
