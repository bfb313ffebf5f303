import type { FoundAnchor } from '../agent/index.ts'
import { CLOCK_SKEW_S, type Did, isoTime, isoTimeOrNull, isRefusal } from '../core/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import { rootFromProof } from '../merkle/index.ts'
import { bytesOfDigest, digestOfBytes, type Head, verifyHead } from './head-token.ts'
import { goesOnFrom, leafOf, standingAt } from './party-history.ts'
import { proofSchema, type RegistryProof, UNSETTLED_MS } from './proof.ts'

/** Whom a proof is held against. None of them is the trust anchor's server. */
export interface ProofWitnesses {
  /** The trust anchor, as the verifier knows it from elsewhere: from an attestation, a contract. */
  readonly issuer: Did
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
  /** What the chain says an account wrote in a block; null where no chain is asked. @throws Refusal `chain_…` */
  readonly readAnchors:
    | ((at: { readonly identity: string; readonly block: number }) => Promise<FoundAnchor[]>)
    | null
}

export interface ProofQuestion {
  readonly did: Did
  /** At which moment, in ms since the epoch; the last one the head tells of unless told. */
  readonly at?: number | undefined
  /** A proof of the same organisation that was kept earlier: what it says must still be said. */
  readonly earlier?: unknown
  /** Digest of the policy that was in force, where the verifier has the texts. */
  readonly policyDigest?: string | undefined
}

export const proofChecks = [
  'proof',
  'head_signature',
  'party_in_head',
  'covers_moment',
  'on_chain',
  'not_rewritten',
  'policy',
] as const

export interface ProofCheck {
  readonly check: (typeof proofChecks)[number]
  readonly ok: boolean
  readonly code?: string
}

/** What a proof shows. Only where every check is ok does the rest count. */
export interface ProofReport {
  readonly proven: boolean
  readonly checks: readonly ProofCheck[]
  readonly did: Did
  readonly at: string | null
  /** How it stood then; `absent` before it was registered. */
  readonly standing: 'active' | 'suspended' | 'absent' | 'unknown'
  readonly name: string | null
  readonly roles: readonly string[]
  /** Since when it stood so. */
  readonly since: string | null
  readonly policy: { readonly version: number; readonly digest: string } | null
  /** Not later than this the chain had it. */
  readonly anchored_at: string | null
}

/** Says what a proof shows of an organisation at a moment, asking the chain and nobody else. */
export async function verifyProof(
  input: unknown,
  question: ProofQuestion,
  witnesses: ProofWitnesses,
): Promise<ProofReport> {
  const checks: ProofCheck[] = []
  const say = (check: ProofCheck['check'], code: string | null) =>
    checks.push({ check, ok: code === null, ...(code !== null && { code }) })
  const parsed = proofSchema.safeParse(input)
  const proof = parsed.success && parsed.data.party.did === question.did ? parsed.data : null
  say('proof', parsed.success ? (proof ? null : 'registry_proof_of_another') : 'registry_proof_malformed')
  if (!proof) return reportOf(checks, question, null, null, null)
  const head = await headOf(proof, witnesses, (code) => say('head_signature', code))
  if (!head) return reportOf(checks, question, proof, null, null)
  say('party_in_head', isInHead(proof, head) ? null : 'registry_proof_not_in_head')
  say(
    'covers_moment',
    head.iat * 1000 >= momentOf(question, head) + UNSETTLED_MS ? null : 'registry_head_too_early',
  )
  const found = await findAnchor(proof, head, witnesses)
  say('on_chain', typeof found === 'string' ? found : null)
  if (question.earlier !== undefined) say('not_rewritten', rewritten(proof, question.earlier))
  if (question.policyDigest !== undefined)
    say('policy', head.policy.digest === question.policyDigest ? null : 'registry_policy_differs')
  return reportOf(checks, question, proof, head, typeof found === 'string' ? null : found)
}

async function headOf(
  { head }: RegistryProof,
  witnesses: ProofWitnesses,
  say: (code: string | null) => void,
): Promise<Head | null> {
  try {
    const verified = await verifyHead(head, witnesses)
    say(null)
    return verified
  } catch (error) {
    if (!isRefusal(error)) throw error
    say(error.code)
    return null
  }
}

function isInHead({ party, index, path }: RegistryProof, { root, size }: Head): boolean {
  try {
    const reached = rootFromProof(leafOf(party), { index, size, path: path.map(bytesOfDigest) })
    return digestOfBytes(reached) === root
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

/** @returns where the head is on the chain, or why that is not shown */
async function findAnchor(
  { anchor }: RegistryProof,
  head: Head,
  { readAnchors }: ProofWitnesses,
): Promise<FoundAnchor | string> {
  if (!readAnchors) return 'registry_chain_not_asked'
  const identity = /^did:ethr:(?:0x[0-9a-f]+:)?(0x[0-9a-fA-F]{40})$/.exec(head.anchored_by ?? '')?.[1]
  if (!anchor || !identity) return 'registry_head_not_anchored'
  try {
    const found = await readAnchors({ identity, block: anchor.block })
    const same = found.find(({ number }) => number === head.number)
    if (!same) return 'registry_head_not_anchored'
    const says = [digestOfBytes(same.root), digestOfBytes(same.policy)]
    if (says[0] !== head.root || says[1] !== head.policy.digest) return 'registry_anchor_differs'
    // A head cannot be on the chain before it was made.
    return same.at + CLOCK_SKEW_S * 1000 < head.iat * 1000 ? 'registry_anchor_too_early' : same
  } catch (error) {
    if (isRefusal(error)) return error.code
    throw error
  }
}

/** @returns why what was said earlier is not said any more, or null */
function rewritten({ party }: RegistryProof, earlier: unknown): string | null {
  const parsed = proofSchema.safeParse(earlier)
  if (!parsed.success) return 'registry_proof_malformed'
  return goesOnFrom(party, parsed.data.party) ? null : 'registry_history_rewritten'
}

function reportOf(
  checks: readonly ProofCheck[],
  question: ProofQuestion,
  proof: RegistryProof | null,
  head: Head | null,
  found: FoundAnchor | null,
): ProofReport {
  const proven = head !== null && checks.every(({ ok }) => ok)
  const at = head ? momentOf(question, head) : (question.at ?? null)
  const standing = proof && proven && at !== null ? standingAt(proof.party, at) : null
  return {
    ...{ proven, checks, did: question.did, at: isoTimeOrNull(at) },
    standing: proven ? (standing?.state ?? 'absent') : 'unknown',
    name: standing?.name ?? null,
    roles: standing?.roles ?? [],
    since: standing ? sinceOf(proof, standing.at) : null,
    policy: proven ? { version: head.policy.version, digest: head.policy.digest } : null,
    anchored_at: found ? isoTime(found.at) : null,
  }
}

const momentOf = ({ at }: ProofQuestion, { iat }: Head): number => at ?? iat * 1000 - UNSETTLED_MS

/** The beginning of the unbroken time in one state that a moment lies in. */
function sinceOf(proof: RegistryProof | null, at: string): string {
  const history = proof?.party.history ?? []
  const last = history.findIndex((standing) => standing.at === at)
  const state = history[last]?.state
  let first = last
  while (first > 0 && history[first - 1]?.state === state) first--
  return history[first]?.at ?? at
}
