import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { type Issued, issueLeaf, newAuthority } from '../../src/certificates/index.ts'
import { validNow } from './certificates.ts'
import { atEnd } from './endings.ts'

export interface ReceivedMail {
  /** Envelope. */
  readonly from: string
  readonly to: readonly string[]
  /** As it came over the wire. */
  readonly raw: string
  readonly parsed: Email
  /** Whether it came over TLS. */
  readonly secure: boolean
}

export type MailRefusal = 'recipient' | 'recipient-for-now' | 'text' | 'sender' | 'busy'

export interface MailServer {
  readonly port: number
  readonly received: ReceivedMail[]
  /** PEM of the authority that certifies `localhost`. */
  readonly ca: string
  /** What it says to the next mails; null takes them. */
  refusing: MailRefusal | null
  /** Called when a mail was taken and its sender does not know yet. */
  whenTaken: () => Promise<void> | void
  /** The mails to one address, oldest first. */
  to(address: string): ReceivedMail[]
  close(): Promise<void>
}

export interface MailServerOptions {
  /** A port it had before. */
  readonly port?: number
  /** No STARTTLS: what a server, or somebody between, may pretend. */
  readonly plain?: boolean
  readonly auth?: { readonly user: string; readonly password: string }
}

const answers: Readonly<Record<MailRefusal, readonly [number, string]>> = {
  recipient: [550, '5.1.1 no such mailbox'],
  'recipient-for-now': [450, '4.2.1 try again later'],
  text: [554, '5.7.1 not this text'],
  sender: [553, '5.1.8 not this sender'],
  busy: [421, '4.3.2 busy'],
}

const refusal = (kind: MailRefusal): Error => {
  const [responseCode, sentence] = answers[kind]
  return Object.assign(new Error(sentence), { responseCode })
}

let certified: Promise<{ authority: Issued; leaf: Issued }> | undefined

async function certificates() {
  const authority = await newAuthority('mail authority', validNow())
  const order = { name: 'localhost', dnsNames: ['localhost'], validity: validNow() }
  return { authority, leaf: await issueLeaf(authority, order) }
}

/** A mail server on loopback, as `localhost`: real SMTP, and it keeps what it is given. */
export async function openMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  certified ??= certificates()
  const { authority, leaf } = await certified
  const received: ReceivedMail[] = []
  const state: { refusing: MailRefusal | null; whenTaken: MailServer['whenTaken'] } = {
    refusing: null,
    whenTaken: () => undefined,
  }
  const refusing = (...kinds: readonly MailRefusal[]) =>
    state.refusing && kinds.includes(state.refusing) ? refusal(state.refusing) : null
  const server = new SMTPServer({
    ...{ key: leaf.privateKey, cert: leaf.certificate },
    ...(options.plain && { disabledCommands: ['STARTTLS' as const] }),
    authOptional: options.auth === undefined,
    ...{ closeTimeout: 100, disableReverseLookup: true },
    onAuth: ({ username, password }, _, done) =>
      username === options.auth?.user && password === options.auth?.password
        ? done(null, { user: username })
        : done(new Error('no')),
    onMailFrom: (_, __, done) => done(refusing('sender', 'busy')),
    onRcptTo: (_, __, done) => done(refusing('recipient', 'recipient-for-now')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const refused = refusing('text')
        if (refused) return done(refused)
        const raw = Buffer.concat(chunks)
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: raw.toString('utf8'),
          parsed: await PostalMime.parse(raw),
          secure: session.secure,
        })
        await state.whenTaken()
        done()
      })
    },
  })
  server.on('error', () => undefined)
  const listening = server.listen(options.port ?? 0, '127.0.0.1')
  await new Promise<void>((resolve) => listening.once('listening', resolve))
  const address = listening.address()
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= new Promise((resolve) => server.close(() => resolve()))
    return closing
  }
  atEnd(close)
  return Object.assign(state, {
    ...{ received, ca: authority.certificate, close },
    port: typeof address === 'object' && address ? address.port : 0,
    to: (wanted: string) => received.filter(({ to }) => to.includes(wanted)),
  })
}
