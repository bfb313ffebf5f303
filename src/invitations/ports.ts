import type { z } from 'zod'
import type { Caller, Did } from '../core/index.ts'
import type { addressSchema } from '../registration/index.ts'
import type { Tx } from '../store/index.ts'
import type { InvitationState, Side, ToldState } from './invitation-state.ts'
import type { InvitedContact, InvitedOrganisation, ToldMessage, ToldMove } from './wire.ts'

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

/** Who moves a case, as its file says it. */
export interface CaseMover {
  readonly kind: 'inviter' | 'partner' | 'servicedesk' | 'system'
  readonly caller: Caller | 'system'
}

/** The servicedesk's case files; the registration room answers. All in the caller's transaction. */
export interface CasesPort {
  /** @returns the case's id; that of the open case where there is one for the same KVK number */
  openInvited(
    tx: Tx,
    by: CaseMover,
    input: {
      readonly partner: CasePartner
      readonly contact: CaseContact
      readonly intendedRoles: readonly string[]
    },
  ): Promise<string>
  setContact(tx: Tx, by: CaseMover, caseId: string, contact: CaseContact): Promise<void>
  withdraw(tx: Tx, by: CaseMover, caseId: string, reason?: string): Promise<void>
  declineByPartner(tx: Tx, by: CaseMover, caseId: string, reason?: string): Promise<void>
}

export interface CasePartner extends Omit<InvitedOrganisation, 'address'> {
  readonly address?: z.output<typeof addressSchema> | undefined
}

export interface CaseContact {
  readonly name: string
  readonly email: string
  readonly phone_number?: string | undefined
  readonly language: 'nl' | 'en'
}

/** What a case file says of a move. Times in ms. */
export interface CaseMoved {
  readonly caseId: string
  readonly to: ToldState | 'withdrawn'
  readonly at: number
  readonly by: Side
  readonly reason: string | null
  readonly expectedAt: number | null
  /** Null while it has no node. */
  readonly organisation: Did | null
}

/** Tells inviters; the events room answers. */
export interface TellPort {
  moved(tx: Tx, to: Did, told: ToldMove & { readonly invitation: string }): Promise<unknown>
  wrote(tx: Tx, to: Did, told: ToldMessage & { readonly invitation: string }): Promise<unknown>
}

/** One-use links in mails; the mail room answers. A token is known to its reader only. */
export interface LinksPort {
  /** Makes one that opens this, for so long; those made before for the same open nothing any more. */
  create(tx: Tx, link: { readonly about: string; readonly ttlMs: number }): Promise<string>
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
  readonly expiresAt: number
  /** 0 for the invitation itself, then the reminders. */
  readonly nr: number
}
