import { type Did, isRefusal, Refusal } from '../core/index.ts'
import {
  answerOf,
  type CredentialQuery,
  type DcqlQuery,
  isSatisfied,
  type QueryAnswer,
} from '../dcql/index.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../jose/index.ts'
import { type ConcretePath, isWithin } from '../sd-jwt/index.ts'
import type { PresentationFormat, VerifiedPresentation } from './format.ts'
import type { Check, PresentedCredential, VerificationResult } from './result.ts'
import { type EncodedTransaction, transactionFault } from './transaction-data.ts'

/** What one request expects of its answer. */
export interface Expectation {
  readonly query: DcqlQuery
  /** The full client identifier. */
  readonly clientId: string
  readonly nonce: string
  readonly transactions: readonly EncodedTransaction[]
  /** Per type: whom to accept, or everybody whom the network accepts. */
  readonly issuers: Readonly<Record<string, 'network' | readonly Did[]>>
  readonly isOneSubject: boolean
}

/** Presentations in one response. */
const MAX_PRESENTATIONS = 20

interface Judged extends VerifiedPresentation {
  readonly query: CredentialQuery
  readonly answer: QueryAnswer | null
}

/**
 * Judges a VP Token (OpenID4VP 1.0, section 8.6): each presentation, then whether together they answer the request. What
 * does not hold is an answer with its reasons; nothing of a rejected token's claims is kept.
 * @throws Refusal `vp_token_malformed` for what is not a VP Token for this query
 */
export async function judgeVpToken(
  vpToken: JsonObject,
  expected: Expectation,
  formats: readonly PresentationFormat[],
): Promise<VerificationResult> {
  const judged = await Promise.all(
    presentationsOf(vpToken, expected.query).map(async ({ query, presentation }): Promise<Judged> => {
      const verified = await verify(presentation, query, expected, formats)
      const { presented } = verified
      return { ...verified, query, answer: presented && answerOf(query, presented) }
    }),
  )
  const holding = judged.filter(holds)
  const checks = overallChecks(judged, holding, expected)
  const accepted = checks.every(({ ok }) => ok)
  const [subject = null, ...others] = new Set(holding.map((one) => one.subject))
  return {
    ...{ accepted, checks, subject: accepted && others.length === 0 ? subject : null },
    credentials: judged.map((one) => told(one, accepted && holds(one))),
  }
}

const holds = ({ answer, report }: Judged): boolean =>
  answer !== null && answer.fault === null && report.verified && report.trusted

/** Section 8.1: an array of presentations for each id of the query that is answered. */
function presentationsOf(vpToken: JsonObject, { credentials }: DcqlQuery) {
  const found = Object.entries(vpToken).flatMap(([id, presentations]) => {
    const query = credentials.find((one) => one.id === id)
    if (!query || !Array.isArray(presentations) || presentations.length === 0) throw malformed()
    if (presentations.length > 1 && !query.multiple) throw malformed()
    return (presentations as readonly JsonValue[]).map((presentation) => {
      if (typeof presentation !== 'string') throw malformed()
      return { query, presentation }
    })
  })
  if (found.length === 0 || found.length > MAX_PRESENTATIONS) throw malformed()
  return found
}

const malformed = () =>
  new Refusal('invalid', 'vp_token_malformed', 'vp_token does not hold presentations for this query')

async function verify(
  presentation: string,
  query: CredentialQuery,
  { clientId: aud, nonce, issuers }: Expectation,
  formats: readonly PresentationFormat[],
): Promise<VerifiedPresentation> {
  const format = formats.find(({ id }) => id === query.format)
  if (!format) return unreadable('format_unsupported')
  const issuersOf = (type: string) => {
    const accepted = Object.hasOwn(issuers, type) ? issuers[type] : []
    return accepted === 'network' ? undefined : (accepted ?? [])
  }
  const isRequired = query.require_cryptographic_holder_binding
  try {
    return await format.verify(presentation, { aud, nonce, isRequired, issuersOf })
  } catch (error) {
    if (isRefusal(error)) return unreadable(error.code)
    throw error
  }
}

const unreadable = (code: string): VerifiedPresentation => ({
  report: {
    verified: false,
    trusted: false,
    checks: [{ check: 'format', ok: false, code }],
    issuer: null,
    type: null,
    claims: {},
    provenance: { issuer: null, issued_at: null, expires_at: null, status_as_of: null },
  },
  presented: null,
  subject: null,
  transaction: null,
})

function overallChecks(
  judged: readonly Judged[],
  holding: readonly Judged[],
  expected: Expectation,
): Check[] {
  const answered = new Set(holding.map(({ query }) => query.id))
  const subjects = new Set(holding.map(({ subject }) => subject))
  const signed = holding.map(({ query, transaction }) => ({ query: query.id, transaction }))
  // A presentation made for another request spoils them all (section 14.1.2).
  const isReplayed = judged.some(({ report }) =>
    report.checks.some(({ code }) => code === 'kb_nonce_mismatch' || code === 'kb_aud_mismatch'),
  )
  return [
    checkOf('response', isReplayed ? 'made_for_another_request' : null),
    checkOf('query', isSatisfied(expected.query, answered) ? null : 'query_not_satisfied'),
    ...(expected.isOneSubject ? [checkOf('subject', subjects.size > 1 ? 'subjects_differ' : null)] : []),
    ...(expected.transactions.length > 0 || signed.some(({ transaction }) => transaction)
      ? [checkOf('transaction', transactionFault(expected.transactions, signed))]
      : []),
  ]
}

const checkOf = (check: string, code: string | null): Check => ({
  check,
  ok: code === null,
  ...(code && { code }),
})

/** One presentation as it is told: with its claims only where it is accepted, and never those nobody asked for. */
function told({ report, query, answer }: Judged, isAccepted: boolean): PresentedCredential {
  const { fault, unasked } = answer ?? { fault: null, unasked: [] }
  const names = unasked.map((path) => path.join('.')).slice(0, 20)
  return {
    ...report,
    query: query.id,
    accepted: isAccepted,
    claims: isAccepted ? withoutPaths(report.claims, unasked) : {},
    checks: [
      ...report.checks,
      ...(answer ? [checkOf('claims_asked', fault)] : []),
      ...(names.length > 0
        ? [{ check: 'minimal', ok: true, code: 'more_than_asked', detail: names.join(', ') }]
        : []),
    ],
  }
}

/** Claims without what lies at some paths. */
function withoutPaths(claims: JsonObject, unwanted: readonly ConcretePath[]): JsonObject {
  const prune = (value: JsonValue, path: ConcretePath): JsonValue => {
    const isWanted = (step: string | number) => !unwanted.some((one) => isWithin([...path, step], one))
    if (Array.isArray(value))
      return (value as readonly JsonValue[]).flatMap((item, at) =>
        isWanted(at) ? [prune(item, [...path, at])] : [],
      )
    if (!isJsonObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) =>
        isWanted(name) ? [[name, prune(member, [...path, name])]] : [],
      ),
    )
  }
  return unwanted.length === 0 ? claims : (prune(claims, []) as JsonObject)
}
