import { z } from 'zod'
import { isPlainText, type Language, Refusal } from '../core/index.ts'

/**
 * What a mail is for. `service` carries out what its reader takes part in and always goes; the others can be ended by
 * their reader (RFC 8058).
 */
export const mailPurposes = ['service', 'invitation', 'reminder'] as const
export type MailPurpose = (typeof mailPurposes)[number]

/** A piece of a mail: text and HTML are both made from it. Texts are plain; nothing in them is markup. */
export type MailPart =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** Paragraphs the sender may rewrite before the mail leaves. At most one such part in a mail. */
  | { readonly kind: 'free'; readonly paragraphs: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** The main thing to do; `url` is https, or http on this machine. */
  | { readonly kind: 'button'; readonly label: string; readonly url: string }
  | { readonly kind: 'link'; readonly label: string; readonly url: string }

export interface MailText {
  readonly subject: string
  readonly parts: readonly MailPart[]
}

/** A mail that a room sends, in the languages of its readers. Declared once, beside the room that sends it. */
export interface MailTemplate<P> {
  /** `invitation`, `access-request`: stays in the list of mails when what it said is gone. */
  readonly id: string
  readonly purpose: MailPurpose
  readonly write: Readonly<Record<Language, (params: P) => MailText>>
}

export const paragraph = (text: string): MailPart => ({ kind: 'paragraph', text })
export const free = (...paragraphs: readonly string[]): MailPart => ({ kind: 'free', paragraphs })
export const list = (...items: readonly string[]): MailPart => ({ kind: 'list', items })
export const button = (label: string, url: string): MailPart => ({ kind: 'button', label, url })
export const link = (label: string, url: string): MailPart => ({ kind: 'link', label, url })

export const MAX_SUBJECT = 200
const MAX_TEXT = 20_000

/** On one line: whatever would end a header, or turn the order of letters round, becomes a blank. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()

const text = z
  .string()
  .max(MAX_TEXT)
  .refine((value) => isPlainText(value.replaceAll('\r\n', '\n')), 'must be plain text')

/** What a sender may change. */
export const mailEdit = z.strictObject({
  subject: z
    .string()
    .trim()
    .min(1)
    .max(MAX_SUBJECT)
    .refine((value) => oneLine(value) === value, 'must be one line')
    .optional()
    .describe('the new subject'),
  text: text.optional().describe('in place of the free paragraphs; a blank line begins the next'),
})
export type MailEdit = z.output<typeof mailEdit>

/** The mail with another subject and other free paragraphs. @throws Refusal `mail_has_no_free_text` */
export function edited(mail: MailText, { subject, text }: MailEdit): MailText {
  if (text !== undefined && !mail.parts.some(({ kind }) => kind === 'free'))
    throw new Refusal('conflict', 'mail_has_no_free_text', 'this mail has no paragraphs to rewrite')
  const paragraphs = (text ?? '')
    .split(/\r?\n\s*\r?\n/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
  return {
    subject: subject ?? mail.subject,
    parts: mail.parts.map((part) =>
      part.kind === 'free' && text !== undefined ? { kind: 'free', paragraphs } : part,
    ),
  }
}
