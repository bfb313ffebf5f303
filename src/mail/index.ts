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
export { mailsOperations } from './operations.ts'
export { outboxPageRoutes } from './outbox-page.ts'
export { mailPageRoutes } from './page-routes.ts'
export type { Bounced, MailSender, MailTransport, OutgoingMail } from './ports.ts'
export { Preferences } from './preferences.ts'
export type { RenderedMail } from './render.ts'
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
