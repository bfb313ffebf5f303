import { z } from 'zod'
import { type Did, isDid, Refusal } from '../core/index.ts'
import { type ClaimsQuery, type DcqlQuery, parseDcqlQuery } from '../dcql/index.ts'

const words = z.strictObject({ nl: z.string().min(1).max(500), en: z.string().min(1).max(500) })
const name = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/)
const issuer = z.custom<Did>((value) => isDid(value))

const parameter = z.strictObject({
  label: words,
  /** What its value must look like, whole; Unicode. */
  pattern: z
    .string()
    .min(1)
    .max(300)
    .refine((text) => text.startsWith('^') && text.endsWith('$') && isPattern(text)),
  required: z.boolean(),
})

/** A preset as it lies in its file. */
export const presetFile = z.strictObject({
  title: words,
  /** Why it is asked: published, and shown before anybody scans anything. */
  purpose: words,
  /** Whether anybody may start it on the page; others are for callers of the API. */
  public: z.boolean(),
  parameters: z.record(name, parameter),
  /** Per type: `network` for whom the registry of the trust network accepts, `us` for our organisation, or the only issuers. */
  issuers: z.record(
    z.string().min(1).max(500),
    z.union([z.literal('network'), z.literal('us'), z.array(issuer).min(1).max(100)]),
  ),
  /** All credentials that are shown must be about one subject. */
  one_subject: z.boolean().default(true),
  /** With `{name}` in `values` for a parameter or one of {@link factNames}. */
  dcql_query: z.unknown(),
})

/** What is asked of a wallet, ready made and published. */
export interface Preset extends Omit<z.output<typeof presetFile>, 'dcql_query'> {
  readonly name: string
  readonly query: DcqlQuery
}

/** What the trust network says today, for `values`. */
export const factNames = ['policy_digest'] as const
export type Facts = Readonly<Record<(typeof factNames)[number], string>>

const isFact = (name: string | null) => (factNames as readonly (string | null)[]).includes(name)

const PLACEHOLDER = /^\{([a-z][a-z0-9_]*)\}$/

/** The name a value stands for; null for a value that is itself. */
export const placeholderOf = (value: unknown): string | null =>
  typeof value === 'string' ? (PLACEHOLDER.exec(value)?.[1] ?? null) : null

/** True where a query needs a fact, so that nobody is asked for what is not needed. */
export const needsFacts = ({ query }: Preset): boolean =>
  query.credentials.some(({ claims = [] }) =>
    claims.some(({ values = [] }) => values.some((value) => isFact(placeholderOf(value)))),
  )

/**
 * The query of a preset for one use: parameters and facts in their places. A restriction to a parameter that was left
 * out is no restriction; the claim is asked for all the same.
 * @throws Refusal `preset_parameter_unknown`, `preset_parameter_missing`, `preset_parameter_invalid`
 */
export function bindQuery(
  { query, parameters }: Preset,
  given: Readonly<Record<string, string>>,
  facts: Facts | null,
): DcqlQuery {
  for (const parameter of Object.keys(given))
    if (!Object.hasOwn(parameters, parameter)) throw refused('preset_parameter_unknown', parameter)
  for (const [parameter, { required, pattern }] of Object.entries(parameters)) {
    const value = given[parameter]
    if (value === undefined) {
      if (required) throw refused('preset_parameter_missing', parameter)
    } else if (value.length > 600 || !new RegExp(pattern, 'u').test(value))
      throw refused('preset_parameter_invalid', parameter)
  }
  const known = new Map<string, string>([...Object.entries(facts ?? {}), ...Object.entries(given)])
  return parseDcqlQuery({
    ...query,
    credentials: query.credentials.map((credential) => ({
      ...credential,
      ...(credential.claims && { claims: credential.claims.map((claim) => bindClaim(claim, known)) }),
    })),
  })
}

function bindClaim({ values, ...claim }: ClaimsQuery, known: ReadonlyMap<string, string>): ClaimsQuery {
  const bound = values?.flatMap((value) => {
    const placeholder = placeholderOf(value)
    if (placeholder === null) return [value]
    const meant = known.get(placeholder)
    // Only a parameter may be left out: without what the network says a restriction must not fall away.
    if (meant === undefined && isFact(placeholder)) throw new Error(`${placeholder} is not known here`)
    return meant ?? []
  })
  return bound && bound.length > 0 ? { ...claim, values: bound } : claim
}

const refused = (code: string, parameter: string) =>
  new Refusal('invalid', code, 'the parameters are not those of this preset', { params: { parameter } })

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u').test('') !== undefined
  } catch {
    return false
  }
}
