import { z } from 'zod'
import {
  type AnyOperation,
  asDid,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
} from '../core/index.ts'
import { catalogueFits, type RequestDetails } from './access-tables.ts'
import { asCounter, counterOutput } from './counter-output.ts'
import { subjectsOf } from './may-decide.ts'
import {
  type AccessOperationsDeps,
  type AskerRatings,
  asGrant,
  grantOutput,
  refOf,
  text,
  time,
} from './operation-values.ts'
import type { OwnerView } from './owner-view.ts'

const actor = z
  .object({
    kind: z.enum(['employee', 'system']),
    did: z.string(),
    name: z.string().nullable(),
    role: z.string().nullable(),
  })
  .nullable()

const requestStates = ['pending', 'countered', 'approved', 'denied', 'withdrawn', 'closed'] as const
const cameTrue = z.enum(['yes', 'partly', 'no'])

const requestOutput = z.object({
  id: z.string(),
  group: z.string().describe('the same for all parts of one request'),
  state: z.enum(requestStates),
  subject: z.enum(['organisation', 'person', 'system']),
  asker: z.object({ did: z.string(), name: z.string() }),
  actor,
  claims: z.array(z.string()),
  purpose: z.array(z.string()),
  legal_basis: z.string(),
  reason: z.string(),
  value: z.string(),
  retention: z.string().nullable().describe('how long the asker keeps data, ISO 8601'),
  case: z
    .object({ id: z.string().nullable(), ref: z.string(), question: z.string().nullable() })
    .nullable()
    .describe('what it is asked for in particular; a case with an id ends what is granted for it'),
  catalogue: z
    .enum(catalogueFits)
    .nullable()
    .describe('how it compares with what the asker publishes that it needs for this'),
  over_asked: z.array(z.string()).describe('claims beyond what the asker publishes that it needs'),
  ratings: z
    .object({
      yes: z.number().int(),
      partly: z.number().int(),
      no: z.number().int(),
      last: z.object({ came_true: cameTrue, at: time, note: z.string().nullable() }).nullable(),
    })
    .describe('how often what this asker said it would bring came true, as it was rated here before'),
  system: z
    .object({ did: z.string(), name: z.string() })
    .nullable()
    .describe('a system of the asker that would read by itself, if you allow it'),
  passing_on: z
    .object({ why: z.string(), to: z.array(z.object({ did: z.string(), name: z.string() })) })
    .nullable()
    .describe('why the asker would let an intermediary read on its behalf, and which, if you allow it'),
  until: time.nullable(),
  asked_at: time,
  grant: z.string().nullable(),
  counter: counterOutput,
  deferred_until: time.nullable().describe('you put it off to then'),
  nudged_at: time.nullable().describe('when the asker asked after it'),
  digest: z.string().describe('of the signed request as it came in'),
  on_your_list: z.boolean().describe('you said yes to this beforehand: approvals.apply grants it'),
})

export function ownerOperations({
  view,
  store,
  reminders,
  purposeIri,
  identify,
  counters,
  parties,
  types,
  organisationName,
  ratingsOf,
}: AccessOperationsDeps): AnyOperation[] {
  const actorOutput = (found: Awaited<ReturnType<OwnerView['events']>>[number]['actor']) =>
    found && {
      kind: found.kind,
      did: found.did,
      name: found.name ?? null,
      role: found.kind === 'employee' ? found.role : null,
    }
  const nextOf = (items: readonly { id: string }[], limit: number) =>
    items.length === limit ? (items.at(-1)?.id ?? null) : null
  return [
    operation({
      name: 'access.list',
      summary: 'Requests for your data, and for the company’s where you decide about them',
      method: 'GET',
      path: '/access/requests',
      input: z.strictObject({
        ...pageInput,
        state: z.enum(requestStates).optional(),
        partner: text(2048).optional().describe('who asked: DID, KVK number or name'),
        purpose: text(300).optional().describe('a code of vocabulary.list, such as marketing'),
        deferred: z.stringbool().default(false).describe('also what you put off to a later day'),
      }),
      output: pageOf(requestOutput),
      allow: { users: ['signed_in'] },
      run: async ({ state, partner, purpose, deferred, ...page }, { caller }) => {
        const later = await reminders.deferred(store.reader)
        const found = await view.requests(await subjectsOf(parties, caller), page, {
          ...(state && { state }),
          ...(partner !== undefined && { partner: await identify(partner) }),
          ...(purpose !== undefined && { purpose: purposeIri(purpose) }),
          // What is put off does not wait today; who asks for all sees it all the same.
          ...(state === 'pending' && !deferred && { without: [...later.keys()] }),
        })
        const nudged = await reminders.nudged(ids(found))
        const exchanges = await counters.of('receivedRequestId', ids(found))
        const rated = remembered(ratingsOf)
        const items = await Promise.all(
          found.map(async (row) => ({
            id: row.id,
            group: row.groupId,
            state: row.state,
            subject: (await parties.require(row.subjectParty)).kind,
            asker: { did: row.asker, name: row.askerName },
            actor: actorOutput(row.actor),
            claims: row.claims.map((claim) => refOf(types, claim)),
            purpose: [...row.purpose],
            legal_basis: row.legalBasis,
            reason: row.details.relevance,
            value: row.details.value,
            retention: row.details.retention ?? null,
            case: caseOutput(row.details.case),
            catalogue: row.catalogue,
            over_asked: (row.overAsked ?? []).map((claim) => refOf(types, claim)),
            ratings: ratingsOutput(await rated(row.subjectParty, row.asker)),
            system: row.details.system ?? null,
            passing_on: row.details.delegation
              ? { why: row.details.delegation.why, to: [...(row.details.delegation.to ?? [])] }
              : null,
            until: isoTimeOrNull(row.wantedUntil),
            asked_at: isoTime(row.createdAt),
            grant: row.grantId,
            counter: asCounter(types, exchanges.get(row.id)),
            deferred_until: isoTimeOrNull(row.state === 'pending' ? (later.get(row.id) ?? null) : null),
            nudged_at: isoTimeOrNull(nudged.get(row.id) ?? null),
            digest: row.digest,
            on_your_list: row.listedBy !== null && row.state === 'pending',
          })),
        )
        return { items, next: nextOf(items, page.limit) }
      },
    }),
    operation({
      name: 'access.grants',
      summary: 'The grants you gave, and the company’s where you decide about them',
      method: 'GET',
      path: '/access/grants',
      input: z.strictObject({
        ...pageInput,
        state: z.enum(['open', 'waiting', 'revoked', 'expired']).optional(),
        partner: text(2048).optional().describe('DID, KVK number or name'),
        purpose: text(300).optional().describe('a code of vocabulary.list, such as marketing'),
        agreement: z.uuid().optional().describe('those that depend on it'),
      }),
      output: pageOf(grantOutput),
      allow: { users: ['signed_in'] },
      run: async ({ state, partner, purpose, agreement, ...page }, { caller }) => {
        const found = await view.grants(await subjectsOf(parties, caller), page, {
          ...(state && { state }),
          ...(partner !== undefined && { partner: await identify(partner) }),
          ...(purpose !== undefined && { purpose: purposeIri(purpose) }),
          ...(agreement !== undefined && { agreement }),
        })
        return { items: found.map((grant) => asGrant(types, grant)), next: nextOf(found, page.limit) }
      },
    }),
    operation({
      name: 'access.log',
      summary: 'Who looked: which company, which employee, at which claims, why, and whether it was let in',
      method: 'GET',
      path: '/access/events',
      input: z.strictObject({ ...pageInput, asker: z.string().max(2048).optional() }),
      output: pageOf(
        z.object({
          id: z.string(),
          at: time,
          asker: z.object({ did: z.string(), name: z.string().nullable() }),
          actor,
          claims: z.array(z.string()),
          purpose: z.array(z.string()),
          outcome: z.enum(['permit', 'deny', 'pending']),
          codes: z.array(z.string()),
          grant: z.string().nullable(),
          link: z.string().nullable(),
          on_behalf_of: z.object({ did: z.string(), name: z.string().nullable() }).nullable(),
        }),
      ),
      allow: { users: ['signed_in'] },
      run: async ({ asker, ...page }, { caller }) => {
        const found = await view.events(
          await subjectsOf(parties, caller),
          page,
          asker ? asDid(asker) : undefined,
        )
        const askers = [
          ...new Set(found.flatMap(({ asker, principal }) => [asker, ...(principal ? [principal] : [])])),
        ]
        const names = new Map(
          await Promise.all(askers.map(async (did) => [did, await organisationName(did)] as const)),
        )
        const items = found.map((event) => ({
          id: event.id,
          at: isoTime(event.at),
          asker: { did: event.asker, name: names.get(event.asker) ?? null },
          actor: actorOutput(event.actor),
          claims: event.claims.map((claim) => refOf(types, claim)),
          purpose: [...event.purpose],
          outcome: event.outcome,
          codes: [...event.codes],
          grant: event.grantId,
          link: event.linkId,
          on_behalf_of: event.principal && { did: event.principal, name: names.get(event.principal) ?? null },
        }))
        return { items, next: nextOf(items, page.limit) }
      },
    }),
  ]
}

const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id)

const caseOutput = (ref: RequestDetails['case']) => {
  if (ref === undefined) return null
  return typeof ref === 'string'
    ? { id: null, ref, question: null }
    : { id: ref.id, ref: ref.ref, question: ref.question }
}

const ratingsOutput = ({ yes, partly, no, last }: AskerRatings) => ({
  ...{ yes, partly, no },
  last: last && { came_true: last.cameTrue, at: isoTime(last.at), note: last.note },
})

/** One look for each subject and asker on a page. */
function remembered(
  ratingsOf: AccessOperationsDeps['ratingsOf'],
): (...question: Parameters<typeof ratingsOf>) => Promise<AskerRatings> {
  const known = new Map<string, Promise<AskerRatings>>()
  return (subjectParty, asker) => {
    const key = `${subjectParty} ${asker}`
    const found = known.get(key) ?? ratingsOf(subjectParty, asker)
    known.set(key, found)
    return found
  }
}
