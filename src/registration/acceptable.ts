import type { Policies, Policy } from '../trust/index.ts'

/** What may be accepted now: the version in force, and by who is in the network already those announced after it. */
export async function acceptable(
  policies: Policies,
): Promise<{ readonly policy: Policy; readonly announced: readonly Policy[] }> {
  const [policy, all] = await Promise.all([policies.current(), policies.versions()])
  const later = all.filter(({ version }) => version > policy.version)
  return { policy, announced: await Promise.all(later.map(({ version }) => policies.version(version))) }
}
