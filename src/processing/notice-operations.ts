import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  type Clock,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
} from '../core/index.ts'
import { documentLanguages } from '../documents/index.ts'
import type { OwnLooks } from './looks.ts'
import { dataKinds } from './ports.ts'
import { sourceNoticeStates } from './processing-tables.ts'
import { type SourceNotice, type SourceNotices, waysOfTelling, whyNot } from './source-notices.ts'

export interface NoticeOperationsDeps {
  readonly sourceNotices: SourceNotices
  readonly looks: OwnLooks
  readonly clock: Clock
  /** Somebody contacted a partner's person, or gave her data away. @throws Refusal `partner_unknown` */
  readonly moment: (
    caller: Caller,
    partner: string,
    because: 'first_contact' | 'first_disclosure',
  ) => Promise<number>
}

const time = z.iso.datetime()
const id = z.uuid()
const language = z.enum(documentLanguages).default('nl')

const noticeOutput = z.object({
  id: z.string(),
  partner: z.string().describe('id of the partner whose row names her'),
  name: z.string().nullable().describe('null once she was erased'),
  email: z.string().nullable(),
  company: z.string().nullable().describe('of which she is a contact person'),
  kinds: z.array(z.enum(dataKinds)).describe('data that she was not told of before'),
  sources: z.array(z.object({ name: z.string(), format: z.enum(['xaf', 'csv', 'vcf']) })),
  state: z.enum(sourceNoticeStates),
  due_at: time,
  because: z.enum(['month', 'first_contact', 'first_disclosure']).describe('what makes it due then'),
  overdue: z.boolean(),
  how: z.string().nullable().describe('how she was told, or why that was not needed'),
  reason: z.string().nullable(),
  imported_at: time,
  settled_at: time.nullable(),
})

const readers = {
  users: ['account_manager', 'coordinator', 'administrator', 'auditor'],
  clients: 'partners:read',
} as const
const tellers = { users: ['account_manager', 'coordinator', 'administrator'] } as const

/** Telling persons whom an import brought where their data came from. */
export function noticeOperations({
  sourceNotices,
  looks,
  clock,
  moment,
}: NoticeOperationsDeps): AnyOperation[] {
  const show = async (caller: Caller, notices: readonly SourceNotice[]) => {
    const named = notices.filter(({ content }) => content !== null)
    const shown = named.map(({ row: { partnerId: partner, kinds }, content }) => ({
      ...{ partner, subject: null, grantId: null },
      claims: kinds.filter(
        (kind) => kind === 'name' || kind === 'company' || (kind === 'email' && content?.email),
      ),
    }))
    await looks.record(caller, shown)
    return notices.map((notice) => describe(notice, clock.now()))
  }
  const one = async (caller: Caller, notice: SourceNotice) => {
    const [shown] = await show(caller, [notice])
    if (!shown) throw new Error('a notice is shown as one')
    return shown
  }
  return [
    operation({
      name: 'informing.list',
      summary: 'Persons whom an import brought, and whether they were told where their data came from',
      method: 'GET',
      path: '/informing',
      input: z.strictObject({
        state: z.enum(sourceNoticeStates).optional(),
        overdue: z.boolean().optional().describe('only who should have been told by now'),
        partner: id.optional(),
        ...pageInput,
      }),
      output: pageOf(noticeOutput),
      allow: readers,
      run: async ({ state, overdue, partner, cursor, limit }, { caller }) => {
        const filter = { ...(state && { state }), ...(overdue && { overdue }), ...(partner && { partner }) }
        const { items, next } = await sourceNotices.list(filter, { limit, ...(cursor && { cursor }) })
        return { items: await show(caller, items), next }
      },
    }),
    operation({
      name: 'informing.show',
      summary: 'The letter to a person whom an import brought',
      method: 'GET',
      path: '/informing/:id',
      positional: ['id'],
      input: z.strictObject({ id, language }),
      output: noticeOutput.extend({
        missing: z.array(z.string()).describe('settings of processing that the letter still needs'),
        subject: z.string().nullable(),
        text: z.string().nullable(),
        html: z.string().nullable().describe('the letter as a page that stands on its own'),
      }),
      allow: readers,
      run: async (input, { caller }) => {
        const { letter, missing, ...notice } = await sourceNotices.get(input.id, input.language)
        const { subject, text, html } = letter ?? { subject: null, text: null, html: null }
        const sent = notice.content?.sent
        return {
          ...(await one(caller, notice)),
          missing: sent ? [] : [...missing],
          subject,
          text: sent?.text ?? text,
          html: sent ? null : html,
        }
      },
    }),
    operation({
      name: 'informing.sent',
      summary: 'Say that a person was told with this letter, and how; once',
      method: 'POST',
      path: '/informing/:id/sent',
      positional: ['id'],
      input: z.strictObject({ id, how: z.enum(waysOfTelling), language }),
      output: noticeOutput,
      allow: tellers,
      run: async ({ id, ...said }, { caller }) => one(caller, await sourceNotices.sent(caller, id, said)),
    }),
    operation({
      name: 'informing.not-needed',
      summary: 'Say why a person need not be told, such as that she has the information',
      method: 'POST',
      path: '/informing/:id/not-needed',
      positional: ['id'],
      input: z.strictObject({
        id,
        why: z.enum(whyNot).describe('AVG article 14(5)'),
        reason: z.string().trim().min(1).max(1_000).describe('for whoever asks later'),
      }),
      output: noticeOutput,
      allow: tellers,
      run: async ({ id, ...said }, { caller }) =>
        one(caller, await sourceNotices.notNeeded(caller, id, said)),
    }),
    operation({
      name: 'informing.moment',
      summary: 'Say that a partner’s person was contacted, or her data given away: then she is told at once',
      method: 'POST',
      path: '/informing/moments',
      input: z.strictObject({
        partner: id,
        because: z.enum(['first_contact', 'first_disclosure']),
      }),
      output: z.object({ due: z.int().describe('persons who must be told now') }),
      allow: tellers,
      run: async ({ partner, because }, { caller }) => ({ due: await moment(caller, partner, because) }),
    }),
  ]
}

const describe = ({ row, content }: SourceNotice, now: number): z.output<typeof noticeOutput> => ({
  id: row.id,
  partner: row.partnerId,
  name: content?.name ?? null,
  email: content?.email ?? null,
  company: content?.company ?? null,
  kinds: [...row.kinds],
  sources: (content?.sources ?? []).map((one) => ({ ...one })),
  state: row.state,
  due_at: isoTime(row.dueAt),
  because: row.dueBecause,
  overdue: row.state === 'open' && row.dueAt < now,
  how: row.how,
  reason: content?.reason ?? null,
  imported_at: isoTime(row.importedAt),
  settled_at: isoTimeOrNull(row.settledAt),
})
