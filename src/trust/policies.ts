import { z } from 'zod'
import { type Clock, Refusal } from '../core/index.ts'
import type { AnchorClient } from './anchor-client.ts'
import { isWholeSet, type Policy, policyDigest, policyParts, sha256, startOfDay } from './policy-files.ts'

/** The policy everyone in the network accepts. */
const TTP_POLICY = 'ttp-policy'

/** One version of the policy, as an acceptance and an attestation name it. */
export interface PolicyRef {
  readonly id: string
  readonly version: number
  readonly digest: string
}

/** A version as lists name it. */
export interface PolicyVersion extends PolicyRef {
  /** `YYYY-MM-DD`. */
  readonly effective: string
}

/** The TTP-policy of this network. */
export interface Policies {
  /** The version in force. `fresh`: as the trust anchor has it now. @throws Refusal `trust_anchor_unreachable`, `policy_digest_mismatch`, `policy_digest_changed` */
  current(options?: { readonly fresh?: boolean }): Promise<Policy>
  /** One version, in force, past or announced. @throws Refusal `policy_version_unknown`, and as {@link current} */
  version(version: number): Promise<Policy>
  /** Every version there is, oldest first, without its texts. @throws Refusal as {@link current} */
  versions(): Promise<readonly PolicyVersion[]>
  /**
   * Whether an attestation over this version counts. An older version does, until the trust anchor suspends or
   * revokes the attestations of those who do not follow; another text under a version we know does not.
   */
  accepts(policy: PolicyRef): boolean
}

const digest = z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/)

/** A policy as it travels. */
export const policySchema = z.object({
  id: z.string().max(64),
  version: z.int().min(1).max(999_999),
  effective: z.iso.date(),
  digest,
  documents: z
    .array(
      z.object({
        part: z.enum(policyParts).optional(),
        lang: z.enum(['nl', 'en']),
        title: z.string().min(1).max(100),
        text: z.string().max(262_144).describe('Markdown'),
        digest,
      }),
    )
    .min(1)
    .max(2 * policyParts.length),
})

export const policyVersionSchema = policySchema.omit({ documents: true })

/** The trust anchor's own: read from disk at start. */
export function createOwnPolicies(policies: readonly Policy[], clock: Clock): Policies {
  const ours = policies.filter(({ id }) => id === TTP_POLICY)
  return {
    current: async () => {
      const current = ours.filter(({ effectiveAt }) => effectiveAt <= clock.now()).at(-1)
      if (current) return current
      throw new Refusal('unavailable', 'policy_not_in_force', 'no version of the policy is in force yet')
    },
    version: async (wanted) => {
      const found = ours.find(({ version }) => version === wanted)
      if (found) return found
      throw policyVersionUnknown()
    },
    versions: async () => ours.map(toVersion),
    accepts: (policy) =>
      ours.some(
        ({ id, version, digest }) =>
          id === policy.id && version === policy.version && digest === policy.digest,
      ),
  }
}

const MAX_AGE_MS = 60_000

/** The trust anchor's, over the network. */
export function createRemotePolicies(deps: {
  readonly client: AnchorClient
  readonly clock: Clock
}): Policies {
  // Digests by version: a text that was shown under a version is the only one there is of it.
  const known = new Map<number, string>()
  let latest: { readonly policy: Policy; readonly asOf: number } | undefined
  let asking: Promise<Policy> | undefined
  const believe = <P extends PolicyRef>(policy: P): P => {
    if ((known.get(policy.version) ?? policy.digest) !== policy.digest) throw policyDigestChanged()
    known.set(policy.version, policy.digest)
    return policy
  }
  const ask = async (): Promise<Policy> => {
    const asOf = deps.clock.now()
    const policy = believe(parsePolicy(await deps.client.get('/api/v1/policy')))
    latest = { policy, asOf }
    return policy
  }
  return {
    current: ({ fresh = false } = {}) => {
      if (!fresh && latest && deps.clock.now() < latest.asOf + MAX_AGE_MS)
        return Promise.resolve(latest.policy)
      asking ??= ask().finally(() => {
        asking = undefined
      })
      return asking
    },
    version: async (wanted) => {
      const policy = believe(parsePolicy(await deps.client.get(`/api/v1/policy/versions/${wanted}`)))
      if (policy.version !== wanted) throw malformed()
      return policy
    },
    versions: async () => {
      const found = versionList.safeParse(await deps.client.get('/api/v1/policy/versions'))
      if (!found.success) throw malformed()
      return found.data.items.map(believe)
    },
    accepts: ({ id, version, digest }) => id === TTP_POLICY && (known.get(version) ?? digest) === digest,
  }
}

/** @throws Refusal `policy_digest_changed`: what was read is not what would be signed */
export const policyDigestChanged = (): Refusal =>
  new Refusal(
    'conflict',
    'policy_digest_changed',
    'the text of this version of the policy is another one than before: read it again, and ask why',
  )

/** Whoever signs the digest signs for these texts and no others. @throws Refusal `policy_digest_mismatch`, `policy_malformed` */
function parsePolicy(json: unknown): Policy {
  const found = policySchema.safeParse(json)
  if (!found.success || found.data.id !== TTP_POLICY || !isWholeSet(found.data.documents)) throw malformed()
  const policy = found.data
  if (
    policy.documents.some(({ text, digest }) => sha256(text) !== digest) ||
    policyDigest(policy) !== policy.digest
  )
    throw new Refusal('upstream', 'policy_digest_mismatch', 'the texts are not those of the digest to sign')
  return { ...policy, effectiveAt: startOfDay(policy.effective) }
}

const versionList = z.object({
  items: z.array(policyVersionSchema.extend({ id: z.literal(TTP_POLICY) })).max(1_000),
})

const toVersion = ({ id, version, effective, digest }: Policy): PolicyVersion => ({
  ...{ id, version, effective, digest },
})

const malformed = () => new Refusal('upstream', 'policy_malformed', 'the trust anchor does not show a policy')

/** @throws Refusal `policy_version_unknown` */
export const policyVersionUnknown = (): Refusal =>
  new Refusal('not_found', 'policy_version_unknown', 'there is no such version of the policy')
