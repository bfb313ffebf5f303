import type { Socket } from 'node:net'
import { createTransport } from 'nodemailer'
import type SMTPPool from 'nodemailer/lib/smtp-pool'
import type { MailTransport, OutgoingMail } from './ports.ts'

export interface SmtpOptions {
  readonly host: string
  readonly port: number
  /** `implicit`: TLS from the first byte; `starttls`: before anything is said, or nothing is; `none` on this machine. */
  readonly tls: 'implicit' | 'starttls' | 'none'
  readonly user?: string
  readonly password?: string
  /** Opens the connection, where the address may be called. */
  readonly connect: (host: string, port: number) => Promise<Socket>
  /** An authority beside those of the system, PEM. */
  readonly ca?: string
}

/** Why a mail server did not take a mail. Names neither address nor text. */
export class SmtpFailure extends Error {
  /** `550`, `5.1.1`, or a code of ours. */
  readonly status: string
  /** Trying again would change nothing (5xx). */
  readonly permanent: boolean
  /** The recipient's address was refused, not this mail or us. */
  readonly aboutAddress: boolean

  constructor(status: string, is: { permanent: boolean; aboutAddress: boolean }) {
    super(`the mail server said ${status}`)
    this.name = 'SmtpFailure'
    this.status = status
    this.permanent = is.permanent
    this.aboutAddress = is.aboutAddress
  }
}

export interface Smtp {
  readonly send: MailTransport
  close(): void
}

/** The outbox gives two places to one destination. */
const CONNECTIONS = 2
const STEP_MS = 10_000
const TOTAL_MS = 25_000

/** A mail server, over SMTP (RFC 5321) and TLS (RFC 8314, RFC 3207). */
export function createSmtp(options: SmtpOptions): Smtp {
  const { host, port, tls, user, password, connect, ca } = options
  const settings: SMTPPool.Options = {
    ...{ pool: true, maxConnections: CONNECTIONS, host, port },
    ...{ secure: tls === 'implicit', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none' },
    tls: { minVersion: 'TLSv1.2', servername: host, ...(ca && { ca }) },
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    ...{ connectionTimeout: STEP_MS, greetingTimeout: STEP_MS, socketTimeout: STEP_MS },
    // Nothing in a mail makes this read a file or a page.
    ...{ disableFileAccess: true, disableUrlAccess: true },
    getSocket: (_, done) => {
      connect(host, port).then(
        (connection) => done(null, { connection }),
        (error) => done(error, undefined),
      )
    },
  }
  const transporter = createTransport(settings)
  return {
    send: async (mail) => {
      try {
        await inTime(transporter.sendMail(messageOf(mail)))
      } catch (error) {
        throw failureOf(error)
      }
    },
    close: () => transporter.close(),
  }
}

const messageOf = (mail: OutgoingMail) => ({
  envelope: { from: mail.from.address, to: [mail.to] },
  messageId: mail.messageId,
  from: { name: mail.from.name, address: mail.from.address },
  to: { name: '', address: mail.to },
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  headers: {
    'Content-Language': mail.language,
    // Nobody's out-of-office answers this (RFC 3834).
    'Auto-Submitted': 'auto-generated',
    ...(mail.unsubscribeUrl !== null && {
      'List-Unsubscribe': `<${mail.unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  },
})

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })), TOTAL_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * What came of a try. A 5xx to the recipient or to the text is for good; a 5xx to ourselves (sign-in, sender) is for
 * whoever runs the node to mend, and the mail waits.
 */
function failureOf(error: unknown): SmtpFailure {
  const { responseCode, command, code, response } = error as Record<string, unknown>
  const ofServer = typeof responseCode === 'number' ? responseCode : 0
  const aboutAddress = command === 'RCPT TO'
  const permanent = ofServer >= 500 && ofServer < 600 && (aboutAddress || command === 'DATA')
  if (code === 'EAUTH')
    return new SmtpFailure('mail_sign_in_refused', { permanent: false, aboutAddress: false })
  if (code === 'ETLS') return new SmtpFailure('mail_tls_refused', { permanent: false, aboutAddress: false })
  if (ofServer === 0)
    return new SmtpFailure('mail_server_unreachable', { permanent: false, aboutAddress: false })
  // The enhanced code (RFC 3463) and nothing of the sentence after it, which may hold the address.
  const [, enhanced] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(String(response ?? '')) ?? []
  return new SmtpFailure(enhanced ?? String(ofServer), { permanent, aboutAddress })
}
