import type { Did } from '../core/index.ts'
import type { Tx } from '../store/index.ts'
import type { InvitationState } from './invitation-state.ts'
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
