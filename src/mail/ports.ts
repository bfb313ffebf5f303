import type { Caller } from '../core/index.ts'
import type { Tx } from '../store/index.ts'

/** Seals what a mail says and to whom, each mail under a key of its own, so that it can be destroyed alone. */
export interface MailVault {
  createKey(tx: Tx, scope: string): Promise<void>
  destroyKey(tx: Tx, scope: string): Promise<void>
  seal(scope: string, place: string, value: string): Promise<Buffer>
  openText(place: string, sealed: Uint8Array): Promise<string>
  deriveKey(purpose: string): Buffer
}

export interface MailAudit {
  record(
    tx: Tx,
    caller: Caller | 'system',
    action: string,
    data: Readonly<Record<string, string | number>>,
  ): Promise<void>
}

/** Messages that leave after the commit of their change, at least once. */
export interface MailOutbox {
  send(tx: Tx, topic: string, payload: Readonly<Record<string, string>>): Promise<string>
  on(topic: string, deliver: (payload: Readonly<Record<string, string>>) => Promise<void>): void
}

/** A mail that will not arrive. Names no address. */
export interface Bounced {
  readonly mail: string
  readonly template: string
  readonly about: { readonly kind: string; readonly id: string }
  /** Why: `550`, `5.1.1`, `mail_gave_up`. */
  readonly code: string
  /** The address is not mailed any more. */
  readonly blocked: boolean
}

/** Who sends, as every mail says at its end. */
export interface MailSender {
  readonly name: string
  /** URL of this node, no trailing slash. */
  readonly url: string
}

/** One message, whole, on its way to the mail server. */
export interface OutgoingMail {
  readonly messageId: string
  readonly from: { readonly name: string; readonly address: string }
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly language: string
  /** Where one click ends mails of this kind (RFC 8058); null for service mails. */
  readonly unsubscribeUrl: string | null
}

/** Hands a message to the mail server. @throws SmtpFailure */
export type MailTransport = (mail: OutgoingMail) => Promise<void>
