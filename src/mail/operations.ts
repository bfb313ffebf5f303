import { z } from 'zod'
import {
  type AnyOperation,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
  Refusal,
} from '../core/index.ts'
import type { Store } from '../store/index.ts'
import type { Addresses } from './addresses.ts'
import { type MailRow, mailStates } from './mail-tables.ts'
import type { Mails } from './mails.ts'
import type { MailAudit } from './ports.ts'
import { preferenceOperations } from './preference-operations.ts'
import type { Preferences } from './preferences.ts'
import type { Sending } from './sending.ts'
import { mailEdit, mailPurposes } from './template.ts'

export interface MailsOperationsDeps {
  readonly store: Store
  readonly audit: MailAudit
  readonly mails: Mails
  readonly addresses: Addresses
  readonly sending: Sending
  readonly preferences: Preferences
  /** Mails may be read with the secrets of their links: at the machine itself, where none is sent. */
  readonly readable: boolean
}

const time = z.iso.datetime()
const id = z.uuid()
const users = ['administrator', 'coordinator', 'servicedesk'] as const
const allow = { users }

const mailOutput = z.object({
  id: z.string(),
  template: z.string(),
  purpose: z.enum(mailPurposes).describe('service mails always go; the others can be ended by their reader'),
  language: z.enum(['nl', 'en']),
  about: z.object({ kind: z.string(), id: z.string() }),
  state: z
    .enum(mailStates)
    .describe(
      'draft: waits for its sender; kept: no mail server is configured; sent: the mail server took it; bounced: it will not arrive; cancelled: held back',
    ),
  attempts: z.int(),
  last_error: z.string().nullable().describe('why it is not sent yet, or never will be'),
  version: z.int(),
  created_at: time,
  queued_at: time.nullable(),
  settled_at: time.nullable().describe('when it was sent, came back or was held back'),
})

const textOutput = mailOutput.extend({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
})

/** E-mails of this node: what waits for a sender, what became of the others, and addresses that refuse them. */
export function mailsOperations(deps: MailsOperationsDeps): AnyOperation[] {
  const { store, mails } = deps
  const one = { input: z.strictObject({ id }), positional: ['id'], allow } as const
  const shown = async (row: MailRow, maskLinks: boolean) => {
    const content = await mails.open(row)
    const rendered = mails.render(row, content, maskLinks)
    return { ...describe(row), to: content.to, ...rendered }
  }
  const page = async (items: MailRow[], limit: number) => ({
    items: items.map(describe),
    next: items.length === limit ? (items.at(-1)?.id ?? null) : null,
  })
  return [
    // Before what takes any word after /mails/ for an id.
    ...preferenceOperations(deps.preferences),
    operation({
      name: 'mails.list',
      summary: 'The e-mails of this node and what became of each, newest first',
      method: 'GET',
      path: '/mails',
      input: z.strictObject({
        state: z.enum(mailStates).optional(),
        about: z.string().min(1).max(200).optional().describe('only those about this: its id'),
        ...pageInput,
      }),
      output: pageOf(mailOutput),
      allow,
      run: async ({ state, about, cursor, limit }) => {
        const filter = { ...(state && { state }), ...(about && { about }), ...(cursor && { cursor }) }
        return page(await mails.list({ ...filter, limit }), limit)
      },
    }),
    operation({
      name: 'mails.drafts',
      summary: 'The e-mails that wait until somebody sends them, newest first',
      method: 'GET',
      path: '/mails/drafts',
      input: z.strictObject(pageInput),
      output: pageOf(mailOutput),
      allow,
      run: async ({ cursor, limit }) =>
        page(await mails.list({ state: 'draft', ...(cursor && { cursor }), limit }), limit),
    }),
    operation({
      ...one,
      name: 'mails.preview',
      summary: 'An e-mail as it will go, but for the secrets in its links',
      method: 'GET',
      path: '/mails/:id/preview',
      output: textOutput,
      run: async ({ id }) => shown(await mails.require(store.reader, id), true),
    }),
    operation({
      ...one,
      name: 'mails.show',
      summary: 'An e-mail with its links: only where no mail server is configured, to try the node out',
      method: 'GET',
      path: '/mails/:id',
      output: textOutput,
      run: async ({ id }) => {
        const row = await mails.require(store.reader, id)
        if (!deps.readable)
          throw new Refusal(
            'forbidden',
            'mail_not_readable',
            'only its recipient reads this mail with its links: see its preview',
          )
        return shown(row, false)
      },
    }),
    operation({
      name: 'mails.edit',
      summary: 'Change the subject or the free paragraphs of a draft; its links and its end stay',
      method: 'POST',
      path: '/mails/:id/edit',
      input: mailEdit.extend({ id }),
      output: textOutput,
      positional: ['id'],
      allow,
      run: async ({ id, ...edit }, { caller, ifMatch }) =>
        shown(await mails.edit(caller, id, edit, ifMatch), true),
    }),
    operation({
      ...one,
      name: 'mails.send',
      summary: 'Send a draft, or one that was kept before there was a mail server',
      method: 'POST',
      path: '/mails/:id/sending',
      output: mailOutput,
      status: 202,
      run: async ({ id }, { caller }) => describe(await mails.send(caller, id)),
    }),
    operation({
      ...one,
      name: 'mails.cancel',
      summary: 'Hold a draft back for good; what it said is destroyed',
      method: 'POST',
      path: '/mails/:id/cancellation',
      output: mailOutput,
      run: async ({ id }, { caller }) => describe(await mails.cancel(caller, id)),
    }),
    ...bounceOperations(deps),
  ]
}

const addressOutput = z.object({
  address: z.string().describe('a mark that stands for it: addresses are not kept'),
  bounces: z.int(),
  blocked: z.boolean().describe('not mailed any more'),
  code: z.string().nullable().describe('what its mail server said last'),
  last_at: time.nullable(),
  last_mail: z.string().nullable().describe('the last mail to it that came back'),
})

function bounceOperations({ store, audit, mails, addresses, sending }: MailsOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'mails.bounced',
      summary: 'Addresses that refuse our e-mails, worst first, and which are not mailed any more',
      method: 'GET',
      path: '/mails/bounced',
      input: z.strictObject({ limit: pageInput.limit }),
      output: z.object({ items: z.array(addressOutput) }),
      allow,
      run: async ({ limit }) => ({
        items: await Promise.all(
          (await addresses.bouncing(limit)).map(async (row) => ({
            address: row.mark.slice(0, 12),
            ...{ bounces: row.bounces, blocked: row.blockedAt !== null, code: row.lastCode },
            last_at: isoTimeOrNull(row.lastBounceAt),
            last_mail: (await mails.lastBounced(row.mark))?.id ?? null,
          })),
        ),
      }),
    }),
    operation({
      name: 'mails.bounce',
      summary: 'Report that an e-mail came back later: what its delivery status notification says (RFC 3464)',
      method: 'POST',
      path: '/mails/bounces',
      input: z.strictObject({
        mail: z.string().min(1).max(300).describe('its id, or the Message-ID it had'),
        status: z
          .string()
          .regex(/^[245]\.\d{1,3}\.\d{1,3}$/, 'must be an enhanced status code such as 5.1.1')
          .describe('Status of the notification (RFC 3463); only 5.x.x is for good'),
      }),
      output: mailOutput,
      positional: ['mail'],
      allow: { users, clients: 'partners:report' },
      run: async ({ mail, status }, { caller }) => {
        const found = z.uuid().safeParse(mail).success ? mail : sending.mailOf(mail)
        if (found === null) throw new Refusal('not_found', 'mail_unknown', 'there is no such mail')
        return describe(await sending.reportBounce(found, status, caller))
      },
    }),
    operation({
      name: 'mails.allow',
      summary: 'Mail an address again, whose mailbox works now',
      method: 'POST',
      path: '/mails/:id/address',
      input: z.strictObject({ id: id.describe('a mail to it that came back') }),
      output: z.object({ mail: z.string(), blocked: z.literal(false) }),
      positional: ['id'],
      allow,
      run: async ({ id: mail }, { caller }) => {
        await store.transact(async (tx) => {
          await addresses.allow(tx, (await mails.require(tx, mail)).mark)
          await audit.record(tx, caller, 'mail.address_allowed', { mail })
        })
        return { mail, blocked: false as const }
      },
    }),
  ]
}

const describe = (row: MailRow) => ({
  ...{ id: row.id, template: row.template, purpose: row.purpose, language: row.language },
  about: { kind: row.aboutKind, id: row.aboutId },
  ...{ state: row.state, attempts: row.attempts, last_error: row.lastError, version: row.version },
  created_at: isoTime(row.createdAt),
  queued_at: isoTimeOrNull(row.queuedAt),
  settled_at: isoTimeOrNull(row.settledAt),
})
