import type { Audit } from '../audit/index.ts'
import type { Config, Secrets } from '../config/index.ts'
import type { Caller, Clock, Log } from '../core/index.ts'
import { createConnect } from '../egress/index.ts'
import {
  Addresses,
  type Bounced,
  createSmtp,
  Links,
  Mails,
  mailPageRoutes,
  outboxPageRoutes,
  Preferences,
  Sending,
} from '../mail/index.ts'
import type { Outbox } from '../outbox/index.ts'
import type { Accounts, Parties } from '../parties/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Webhooks } from '../webhooks/index.ts'

export type Mail = ReturnType<typeof openMail>

type Whens = (tx: Tx, bounced: Bounced) => Promise<void>

/** E-mail: what rooms write in their transaction, and the mail server it goes to. */
export function openMail(ground: {
  readonly config: Config
  readonly secrets: Secrets
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly outbox: Outbox
  readonly webhooks: Pick<Webhooks, 'announce'>
  readonly parties: Pick<Parties, 'profile'>
  readonly accounts: Pick<Accounts, 'isActive'>
}) {
  const { config, secrets, webhooks } = ground
  const sender = { name: config.organisation.name, url: config.url }
  const addresses = new Addresses(ground)
  const links = new Links(ground)
  const sentDrafts = new Map<string, (tx: Tx, caller: Caller, about: string) => Promise<void>>()
  const mails = new Mails({
    ...{ ...ground, addresses, sender, hasServer: config.mail !== undefined },
    whenDraftSent: async (tx, caller, { template, aboutId }) =>
      sentDrafts.get(template)?.(tx, caller, aboutId),
  })
  const preferences = new Preferences({
    ...{ ...ground, mails },
    addressOf: async (person) => {
      const { email } = await ground.parties.profile(person)
      return email && (await ground.accounts.isActive(person)) ? email : null
    },
  })
  const bounced = new Map<string, Whens>()
  const smtp =
    config.mail &&
    createSmtp({
      ...config.mail,
      ...secrets.mail,
      connect: createConnect({ allowLoopback: config.loopback, ...config.egress }),
    })
  const sending = new Sending({
    ...{ ...ground, mails, addresses, sender },
    ...{ from: config.mail?.from ?? '', transport: smtp?.send ?? null },
    whenBounced: async (tx, one) => {
      await bounced.get(one.about.kind)?.(tx, one)
      await webhooks.announce(tx, {
        ...{ type: 'nl.regie.mail.bounced', subject: one.mail, orderBy: one.about.id },
        data: {
          ...{ mail: one.mail, template: one.template, code: one.code, blocked: one.blocked },
          ...{ about_kind: one.about.kind, about: one.about.id },
        },
      })
    },
  })
  /** Whether whoever is at this machine may read what was mailed: to try the node out, and only without a mail server. */
  const readable = config.loopback && config.localTokens && !config.mail
  return {
    ...{ mails, links, addresses, preferences },
    operations: { ...ground, mails, addresses, sending, readable, preferences },
    routers: [mailPageRoutes({ addresses, sender }), ...(readable ? [outboxPageRoutes({ mails })] : [])],
    /** Says who hears of a mail about this kind of thing that will not arrive. Once per kind. */
    onBounce: (aboutKind: string, told: Whens) => void bounced.set(aboutKind, told),
    /** Says what follows when a draft of this template is sent, about what. Once per template. */
    onDraftSent: (template: string, then: (tx: Tx, caller: Caller, about: string) => Promise<void>) =>
      void sentDrafts.set(template, then),
    tidy: async () => {
      await Promise.all([mails.tidy(), links.tidy()])
    },
    stop: () => smtp?.close(),
  }
}
