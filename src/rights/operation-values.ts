import { z } from 'zod'
import { type Clock, isoTime, isoTimeOrNull } from '../core/index.ts'
import type { Inbox } from './inbox.ts'
import type { Requests } from './requests.ts'
import {
  channels,
  type Kept,
  keptReasons,
  keptThings,
  moves,
  type RightsRequestRow,
  rightKinds,
  rightStates,
} from './rights-table.ts'

export interface InboxOperationsDeps {
  readonly clock: Clock
  readonly requests: Requests
  readonly inbox: Inbox
  /** Whose request it is, by name; null where that is gone. */
  readonly nameOf: (row: RightsRequestRow) => Promise<string | null>
}

const time = z.iso.datetime()
export const text = z.string().trim().min(1).max(4000)
export const requestId = z.string().max(100)
export const kind = z.enum(rightKinds)
export const claims = z
  .array(z.string().max(200))
  .max(100)
  .optional()
  .describe('of a restriction: such as contact-person.email; without it everything is restricted')

export const keptOutput = z.object({
  what: z.enum(keptThings),
  why: z.enum(keptReasons),
  count: z.int().nullable(),
  until: z.iso.datetime().nullable().describe('null: for as long as this node keeps records'),
})

export const asKept = ({ what, why, count, until }: Kept) => ({
  what,
  why,
  count,
  until: isoTimeOrNull(until),
})

export const requestOutput = z.object({
  id: z.string(),
  kind,
  state: z.enum(rightStates),
  erased: z.boolean().describe('what was written is gone with her data'),
  subject: z.object({
    kind: z.enum(['person', 'contact']),
    id: z.string().describe('of the person, or of the partner whose contact she is'),
    name: z.string().nullable().describe('null once she was erased'),
  }),
  channel: z.enum(channels),
  claims: z.array(z.string()),
  text: z.string().nullable(),
  identity: z.string().nullable().describe('how it was established that it is she'),
  received_at: time,
  due_at: time.describe('one month after receipt, or three where it was extended'),
  overdue: z.boolean(),
  extension: z.object({ at: time, reason: z.string().nullable() }).nullable(),
  answer: z.string().nullable(),
  refusal: z.string().nullable(),
  complaint: z.string().nullable().describe('where she can go when it was refused'),
  restricted: z.boolean().describe('reads are denied for as long as this is so'),
  erased_at: time.nullable(),
  kept: z.array(keptOutput).describe('what an erasure left, why, and until when'),
  history: z.array(z.object({ at: time, what: z.enum(moves), by: z.string().nullable() })),
})

/** GDPR, article 12(4): whoever refuses says so. */
const COMPLAINT =
  'You can lodge a complaint with the Autoriteit Persoonsgegevens (autoriteitpersoonsgegevens.nl) and go to court. ' +
  'U kunt een klacht indienen bij de Autoriteit Persoonsgegevens en naar de rechter gaan.'

export const describeOne = async (deps: InboxOperationsDeps, row: RightsRequestRow) =>
  describe(deps, row, await deps.inbox.moves([row.id]))

/** A request as it is shown. */
export async function describe(
  { requests, clock, nameOf }: InboxOperationsDeps,
  row: RightsRequestRow,
  history: Awaited<ReturnType<Inbox['moves']>>,
): Promise<z.input<typeof requestOutput>> {
  const [texts, name] = await Promise.all([requests.texts(row), nameOf(row)])
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    erased: texts === null,
    subject: { kind: row.subjectKind, id: row.subjectId, name },
    channel: row.channel,
    claims: [...row.claims],
    text: texts?.text ?? null,
    identity: texts?.identity ?? null,
    received_at: isoTime(row.receivedAt),
    due_at: isoTime(row.dueAt),
    overdue: row.closedAt === null && row.dueAt < clock.now(),
    extension:
      row.extendedAt === null ? null : { at: isoTime(row.extendedAt), reason: texts?.extension ?? null },
    answer: texts?.answer ?? null,
    refusal: texts?.refusal ?? null,
    complaint: row.state === 'refused' ? COMPLAINT : null,
    restricted: row.kind === 'restriction' && row.liftedAt === null,
    erased_at: isoTimeOrNull(row.erasedAt),
    kept: row.kept.map(asKept),
    history: (history.get(row.id) ?? []).map(({ at, move, by }) => ({ at: isoTime(at), what: move, by })),
  }
}
