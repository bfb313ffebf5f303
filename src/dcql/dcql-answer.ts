import type { JsonObject, JsonValue } from '../jose/index.ts'
import { type ConcretePath, isWithin, selectClaims } from '../sd-jwt/index.ts'
import type { ClaimsQuery, CredentialQuery, DcqlQuery } from './dcql-query.ts'

/** What of a verified presentation is held against its query, whatever its format. */
export interface Presented {
  readonly format: string
  /** The types it has: the `vct`, or those of a W3C credential. */
  readonly types: readonly string[]
  /** All claims that it shows, those of its token too. */
  readonly document: JsonObject
  /** Which of them could have been left out; none in a format without selective disclosure. */
  readonly disclosedPaths: readonly ConcretePath[]
  readonly isHolderBound: boolean
  /** `type value` of the authorities that vouch for its issuer. */
  readonly authorities: ReadonlySet<string>
}

export type QueryFault =
  | 'format_not_asked'
  | 'type_not_asked'
  | 'holder_binding_missing'
  | 'authority_not_trusted'
  | 'claims_missing'
  | 'claim_value_not_accepted'

export interface QueryAnswer {
  /** Why the presentation is no answer to its query; null when it is one. */
  readonly fault: QueryFault | null
  /** The claims that answer it: of several claim sets those of the first that is met. */
  readonly asked: readonly ConcretePath[]
  /** Claims that were shown and not asked for. */
  readonly unasked: readonly ConcretePath[]
}

/**
 * Whether a presentation is what its credential query asked for. A wallet is not trusted to have matched anything
 * (OpenID4VP 1.0, sections 8.6 and 14.9): type, holder binding, authority, claims and values are all looked at here.
 */
export function answerOf(query: CredentialQuery, presented: Presented): QueryAnswer {
  const answered = answeredClaims(query, presented.document)
  const fault = metaFault(query, presented)
  if (typeof answered === 'string') return { fault: fault ?? answered, asked: [], unasked: [] }
  const asked = answered.flatMap(({ path }) => selectClaims(presented.document, path).map((one) => one.path))
  return { fault, asked, unasked: unaskedOf(presented, asked) }
}

function metaFault(query: CredentialQuery, presented: Presented): QueryFault | null {
  if (query.format !== presented.format) return 'format_not_asked'
  if (!isOfType(query, presented.types)) return 'type_not_asked'
  if (query.require_cryptographic_holder_binding && !presented.isHolderBound) return 'holder_binding_missing'
  const vouched = query.trusted_authorities?.some(({ type, values }) =>
    values.some((value) => presented.authorities.has(authority(type, value))),
  )
  return vouched === false ? 'authority_not_trusted' : null
}

/** One authority, as {@link Presented} names it. */
export const authority = (type: string, value: string): string => `${type} ${value}`

function isOfType({ meta }: CredentialQuery, types: readonly string[]): boolean {
  if (meta.vct_values) return meta.vct_values.some((vct) => types.includes(vct))
  return meta.type_values?.some((all) => all.every((type) => types.includes(type))) ?? true
}

/** The claims queries that are met: all of them, or those of the first claim set that is (section 6.4.1). */
function answeredClaims(query: CredentialQuery, document: JsonObject): readonly ClaimsQuery[] | QueryFault {
  const { claims, claim_sets: sets } = query
  if (!claims) return []
  const options = sets?.map((set) => claims.filter(({ id }) => id !== undefined && set.includes(id))) ?? [
    claims,
  ]
  const faults = options.map((option) => firstFault(option, document))
  const met = options[faults.indexOf(null)]
  // Said of the set that came nearest: a wrong value tells more than a claim that is not there.
  return met ?? faults.find((fault) => fault === 'claim_value_not_accepted') ?? 'claims_missing'
}

function firstFault(claims: readonly ClaimsQuery[], document: JsonObject): QueryFault | null {
  for (const { path, values } of claims) {
    const selected = selectClaims(document, path)
    if (selected.length === 0) return 'claims_missing'
    // Every element that is pointed at: one accepted value must not carry others along.
    if (values && !selected.every(({ value }) => isAccepted(values, value))) return 'claim_value_not_accepted'
  }
  return null
}

/** Type and value match exactly (section 6.3). */
const isAccepted = (values: NonNullable<ClaimsQuery['values']>, value: JsonValue): boolean =>
  values.some((accepted) => accepted === value)

const unaskedOf = ({ disclosedPaths }: Presented, asked: readonly ConcretePath[]): readonly ConcretePath[] =>
  disclosedPaths.filter((shown) => !asked.some((path) => isWithin(shown, path) || isWithin(path, shown)))

/**
 * Whether the presentations that hold answer the whole query (section 6.4.2).
 * @param answered ids of the credential queries with a presentation that answers them
 */
export function isSatisfied(
  { credentials, credential_sets: sets }: DcqlQuery,
  answered: ReadonlySet<string>,
) {
  if (!sets) return credentials.every(({ id }) => answered.has(id))
  return sets.every(
    ({ required, options }) => !required || options.some((option) => option.every((id) => answered.has(id))),
  )
}
