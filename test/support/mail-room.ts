import { randomBytes } from 'node:crypto'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../../src/audit/index.ts'
import { silentLog } from '../../src/core/index.ts'
import { createConnect } from '../../src/egress/index.ts'
import {
  Addresses,
  type Bounced,
  button,
  createSmtp,
  free,
  Links,
  link,
  list,
  Mails,
  type MailTemplate,
  type MailTransport,
  mailMigrations,
  mailTables,
  paragraph,
  Sending,
} from '../../src/mail/index.ts'
import { Outbox, outboxMigrations, outboxTable } from '../../src/outbox/index.ts'
import { type Engine, leaseMigration, leaseTable } from '../../src/store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../../src/vault/index.ts'
import { atEnd } from './endings.ts'
import { openTestStore } from './engines.ts'
import type { MailServer } from './mail-server.ts'
import { type TestClock, testClock } from './nodes.ts'

export interface Greeting {
  readonly name: string
  readonly url: string
}

const greetingText =
  (hello: string, words: string, open: string) =>
  ({ name, url }: Greeting) => ({
    subject: `${hello} ${name}`,
    parts: [
      paragraph(`${hello} ${name},`),
      free(words),
      list('één', 'twee'),
      button(open, url),
      link(open, 'https://voorbeeld.example/uitleg'),
    ],
  })

export const invitation: MailTemplate<Greeting> = {
  ...{ id: 'test-invitation', purpose: 'invitation' },
  write: {
    nl: greetingText('Beste', 'Wij werken graag met u samen.', 'Openen'),
    en: greetingText('Dear', 'We would like to work with you.', 'Open'),
  },
}
export const service: MailTemplate<Greeting> = { ...invitation, id: 'test-service', purpose: 'service' }

/** Mails on a database of their own. @param to the mail server; null where none is configured */
export async function openMailRoom(
  engine: Engine,
  {
    server,
    clock = testClock(),
    host = 'localhost',
    tls = 'starttls',
    auth,
    transport,
  }: {
    server: MailServer | null
    clock?: TestClock
    host?: string
    tls?: 'starttls' | 'none' | 'implicit'
    auth?: { user: string; password: string }
    transport?: (real: MailTransport) => MailTransport
  },
) {
  const store = await openTestStore(engine, {
    entities: [...mailTables, outboxTable, auditTable, auditHeadTable, vaultKeyTable, leaseTable],
    migrations: [...mailMigrations, ...outboxMigrations, auditMigration, vaultMigration, leaseMigration],
  })
  const vault = await Vault.open({ store, clock, masterKey: randomBytes(32) })
  const audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) })
  const sender = { name: 'De Gouden Nietmachine', url: 'https://node.example' }
  const base = { store, clock, vault, audit, sender, log: silentLog }
  const addresses = new Addresses(base)
  const links = new Links(base)
  const bounced: Bounced[] = []
  const draftsSent: string[] = []
  const open = (connectTo: MailServer | null) => {
    const outbox = new Outbox({ store, clock })
    const mails = new Mails({
      ...base,
      outbox,
      addresses,
      hasServer: connectTo !== null,
      whenDraftSent: async (_tx, _caller, { id }) => void draftsSent.push(id),
    })
    if (!connectTo) return { outbox, mails, sending: null }
    const smtp = createSmtp({
      ...{ host, port: connectTo.port, tls, ca: connectTo.ca, ...auth },
      connect: createConnect({ allowLoopback: true }),
    })
    atEnd(() => smtp.close())
    const sending = new Sending({
      ...{ ...base, outbox, mails, addresses, from: 'noreply@node.example' },
      transport: transport ? transport(smtp.send) : smtp.send,
      whenBounced: async (_, one) => void bounced.push(one),
    })
    return { outbox, mails, sending }
  }
  const queue = (
    to: string,
    params: Partial<Greeting> = {},
    language: 'nl' | 'en' = 'nl',
    template = invitation,
  ) => store.transact((tx) => room.mails.queue(tx, mail(to, params, language, template)))
  const mail = (
    to: string,
    params: Partial<Greeting> = {},
    language: 'nl' | 'en' = 'nl',
    template = invitation,
  ) => ({
    ...{ to, language, template },
    params: { name: 'Anna', url: 'https://node.example/uitnodiging?token=geheim', ...params },
    about: { kind: 'test', id: 'about-1' },
  })
  const room = open(server)
  return { ...room, store, clock, vault, audit, addresses, links, bounced, draftsSent, open, queue, mail }
}

export type MailRoom = Awaited<ReturnType<typeof openMailRoom>>
