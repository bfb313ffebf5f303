export { Addresses } from './addresses.ts'
export {
  type About,
  Links,
  type MadeLink,
  type NewLink,
  type OpenLink,
  type Redeemer,
} from './links.ts'
export { mailMigrations, mailTables } from './mail-tables.ts'
export { Mails, type NewMail } from './mails.ts'
export type { Bounced, MailSender, MailTransport, OutgoingMail } from './ports.ts'
export { type RenderedMail, renderMail } from './render.ts'
export { Sending } from './sending.ts'
export { createSmtp, type Smtp, type SmtpOptions } from './smtp.ts'
export {
  button,
  free,
  link,
  list,
  type MailPart,
  type MailPurpose,
  type MailTemplate,
  type MailText,
  paragraph,
} from './template.ts'
