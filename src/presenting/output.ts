import { z } from 'zod'
import { isoTime } from '../core/index.ts'
import type { ClaimPath } from '../credentials/index.ts'
import type { CredentialQuery, DcqlQuery } from '../dcql/index.ts'
import type { Party } from '../parties/index.ts'
import { isKnown, standings } from './policy.ts'
import type { Candidate, Viewed } from './presenting.ts'
import { type PresentationRequestRow, requestStates } from './request-table.ts'

const time = z.iso.datetime()

export const summaryOutput = z.object({
  id: z.string(),
  state: z.enum(requestStates),
  code: z.string().nullable().describe('why the verifier did not take it'),
  of: z.enum(['me', 'company']).describe('whose credentials it asks for'),
  verifier: z.object({
    client_id: z.string(),
    name: z.string().nullable(),
    known: z.boolean().describe('false: nobody we trust says who this is'),
    standing: z.enum(standings),
  }),
  asked_at: time,
  expires_at: time,
  decided_at: time.nullable(),
})

const sources = ['trust_anchor', 'yourself', 'partner', 'unknown'] as const
/** Where a type of credential comes from. */
export type Source = { readonly kind: (typeof sources)[number]; readonly name: string | null }
export type WhereToGet = (vct: string) => Promise<Source>

const claimOutput = z.object({
  claim: z.string(),
  value: z.unknown(),
  asked: z.boolean().describe('false: nobody asks for it, and it cannot be left out'),
})

const candidateOutput = z.object({
  id: z.string(),
  type: z.string(),
  format: z.string(),
  issuer: z.string(),
  issued_at: time,
  expires_at: time.nullable(),
  chosen: z.boolean().describe('shown unless you choose otherwise'),
  shows_more: z
    .boolean()
    .describe('it can be shown only whole, with more than is asked: never unless you name it'),
  shows: z.array(claimOutput).describe('all that the verifier would see of it'),
  forbidden_by: z.string().nullable().describe('the rule of this node that forbids it'),
})

const queryOutput = z.object({
  id: z.string(),
  required: z.boolean(),
  types: z.array(z.string()),
  asks: z
    .array(z.object({ claim: z.string(), one_of: z.array(z.unknown()).nullable() }))
    .describe('what it asks; with values where it asks whether the claim is one of them'),
  candidates: z.array(candidateOutput),
  missing: z
    .array(z.object({ type: z.string(), from: z.enum(sources), name: z.string().nullable() }))
    .describe('what you would need, and where it comes from; empty where you have it'),
})

export const requestOutput = summaryOutput.extend({
  answered_at: z.string().nullable().describe('where the answer goes'),
  encrypted: z.boolean(),
  answerable: z.boolean().describe('whether what is held answers the request'),
  queries: z.array(queryOutput),
  signs_for: z.array(z.string()).describe('what you agree to by showing it'),
})

export interface Names {
  readonly claimName: (vct: string, path: ClaimPath) => string
  readonly typeName: (vct: string) => string
  readonly whereToGet: WhereToGet
}

export function summaryOf(row: PresentationRequestRow, holder: Party): z.input<typeof summaryOutput> {
  const { id, state, code, clientId, verifierName, standing, createdAt, expiresAt, decidedAt } = row
  return {
    ...{ id, state, code, of: holder.kind === 'organisation' ? 'company' : 'me' },
    verifier: { client_id: clientId, name: verifierName, known: isKnown(row), standing },
    asked_at: isoTime(createdAt),
    expires_at: isoTime(expiresAt),
    decided_at: decidedAt === null ? null : isoTime(decidedAt),
  }
}

export async function detailsOf(viewed: Viewed, names: Names): Promise<z.input<typeof requestOutput>> {
  const { row, holder, request, candidates, isAnswerable } = viewed
  const queries = (request?.query.credentials ?? []).map((query) =>
    queryOf(query, request?.query, candidates.get(query.id) ?? [], names),
  )
  return {
    ...summaryOf(row, holder),
    answered_at: request && new URL(request.responseUri).origin,
    encrypted: Boolean(request?.encryption),
    answerable: isAnswerable,
    queries: await Promise.all(queries),
    signs_for: (request?.transactions ?? []).map(({ text }) => text),
  }
}

async function queryOf(
  query: CredentialQuery,
  whole: DcqlQuery | undefined,
  candidates: readonly Candidate[],
  names: Names,
): Promise<z.input<typeof queryOutput>> {
  const types = typesOf(query)
  const missing = candidates.length > 0 ? [] : types
  return {
    id: query.id,
    required: isRequired(query.id, whole),
    types: types.map(names.typeName),
    asks: (query.claims ?? []).map(({ path, values }) => ({
      claim: path.map((step) => step ?? '*').join('.'),
      one_of: values ?? null,
    })),
    candidates: candidates.map((one) => candidateOf(one, names)),
    missing: await Promise.all(
      missing.map(async (vct) => {
        const { kind, name } = await names.whereToGet(vct)
        return { type: names.typeName(vct), from: kind, name }
      }),
    ),
  }
}

const candidateOf = (
  { row, match, claims, isChosen, forbiddenBy }: Candidate,
  { claimName, typeName }: Names,
): z.input<typeof candidateOutput> => ({
  ...{ id: row.id, type: typeName(row.vct), issuer: row.issuer, chosen: isChosen, forbidden_by: forbiddenBy },
  issued_at: isoTime(row.issuedAt),
  ...{ format: row.format, shows_more: match.shows === 'more' },
  expires_at: row.expiresAt === null ? null : isoTime(row.expiresAt),
  shows: claims.map(({ path, value, isAsked }) => ({
    ...{ claim: claimName(row.vct, path), value },
    asked: isAsked,
  })),
})

/** Any of these would do; every W3C credential is one, which says nothing. */
const typesOf = ({ meta: { vct_values: vcts, type_values: types } }: CredentialQuery): readonly string[] => [
  ...new Set((vcts ?? types?.flat() ?? []).filter((type) => !/(^|#)VerifiableCredential$/.test(type))),
]

/** Without sets every credential is required; with them those that no option of a required set goes without. */
function isRequired(id: string, whole: DcqlQuery | undefined): boolean {
  const required = whole?.credential_sets?.filter((set) => set.required)
  return required?.some(({ options }) => options.every((option) => option.includes(id))) ?? true
}
