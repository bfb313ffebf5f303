import { z } from 'zod'
import { Refusal } from '../core/index.ts'

/** Presentations one query may ask for, and claims of each: more is not asked by anybody for one purpose. */
const MAX_CREDENTIALS = 20
const MAX_CLAIMS = 100

const identifier = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const text = z.string().min(1).max(500)
const step = z.union([z.string().max(200), z.int().min(0).max(9999), z.null()])

/** OpenID4VP 1.0, section 6.3. */
const claimsQuery = z.object({
  id: identifier.optional(),
  path: z.array(step).min(1).max(16),
  values: z
    .array(z.union([z.string().max(1000), z.int(), z.boolean()]))
    .min(1)
    .max(100)
    .optional(),
})

/** OpenID4VP 1.0, section 6.1.1. */
const trustedAuthorities = z.object({ type: text, values: z.array(text).min(1).max(100) })

/** OpenID4VP 1.0, section 6.1. */
const credentialQuery = z.object({
  id: identifier,
  format: text,
  multiple: z.boolean().default(false),
  meta: z.looseObject({
    vct_values: z.array(text).min(1).max(20).optional(),
    type_values: z.array(z.array(text).min(1).max(20)).min(1).max(20).optional(),
  }),
  trusted_authorities: z.array(trustedAuthorities).min(1).max(20).optional(),
  require_cryptographic_holder_binding: z.boolean().default(true),
  claims: z.array(claimsQuery).min(1).max(MAX_CLAIMS).optional(),
  claim_sets: z.array(z.array(identifier).min(1).max(MAX_CLAIMS)).min(1).max(20).optional(),
})

/** OpenID4VP 1.0, section 6.2. */
const credentialSet = z.object({
  options: z.array(z.array(identifier).min(1).max(MAX_CREDENTIALS)).min(1).max(20),
  required: z.boolean().default(true),
})

const shape = z.object({
  credentials: z.array(credentialQuery).min(1).max(MAX_CREDENTIALS),
  credential_sets: z.array(credentialSet).min(1).max(20).optional(),
})

export type DcqlQuery = z.output<typeof shape>
export type CredentialQuery = DcqlQuery['credentials'][number]
export type ClaimsQuery = NonNullable<CredentialQuery['claims']>[number]

/**
 * A query in the Digital Credentials Query Language (OpenID4VP 1.0, section 6). Members it does not know are left out,
 * as the specification has it.
 * @throws Refusal `dcql_query_invalid`, with where and why in its params
 */
export function parseDcqlQuery(value: unknown): DcqlQuery {
  const parsed = shape.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw invalid(issue?.path.map(String).join('.') ?? '', issue?.code ?? 'invalid')
  }
  const { credentials, credential_sets: sets = [] } = parsed.data
  requireDistinct(
    credentials.map(({ id }) => id),
    'credentials',
  )
  credentials.forEach(checkCredential)
  const ids = new Set(credentials.map(({ id }) => id))
  sets.forEach(({ options }, at) => {
    if (options.flat().some((id) => !ids.has(id))) throw invalid(`credential_sets.${at}`, 'unknown_id')
  })
  return parsed.data
}

function checkCredential({ claims, claim_sets: sets }: CredentialQuery, at: number): void {
  const where = `credentials.${at}`
  if (!claims) {
    if (sets) throw invalid(where, 'claim_sets_without_claims')
    return
  }
  const named = claims.flatMap(({ id }) => (id === undefined ? [] : [id]))
  requireDistinct(named, `${where}.claims`)
  requireDistinct(
    claims.map(({ path }) => JSON.stringify(path)),
    `${where}.claims`,
  )
  if (!sets) return
  if (named.length < claims.length) throw invalid(`${where}.claims`, 'id_missing')
  if (sets.flat().some((id) => !named.includes(id))) throw invalid(`${where}.claim_sets`, 'unknown_id')
}

function requireDistinct(values: readonly string[], where: string): void {
  if (new Set(values).size < values.length) throw invalid(where, 'occurs_twice')
}

const invalid = (at: string, reason: string) =>
  new Refusal('invalid', 'dcql_query_invalid', 'this is not a query as OpenID4VP 1.0 has it', {
    params: { at, reason },
  })
