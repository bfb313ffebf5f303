import type { DataClass } from '../credentials/index.ts'
import type { Client } from './verify-client.ts'

/** Who a verifier is to us. Only the first two are known. */
export const standings = ['registered', 'certified', 'suspended', 'unknown'] as const
export type Standing = (typeof standings)[number]

/** A verifier, with what we know of it. */
export interface Verifier {
  readonly clientId: string
  readonly prefix: Client['prefix']
  readonly standing: Standing
  /** What the network calls it, or its DNS name; null for who is only an identifier. */
  readonly name: string | null
}

/** What `agent.yml` says about showing credentials to whoever asks by a link. */
export interface PresentingPolicy {
  readonly unknownVerifiers: 'ask' | 'refuse'
  /** Classes of claims that no unknown verifier is shown. */
  readonly withhold: readonly DataClass[]
}

export type PolicyRule = 'unknown_verifier' | 'unknown_verifier_data_class'

export const isKnown = ({ standing }: Pick<Verifier, 'standing'>): boolean =>
  standing === 'registered' || standing === 'certified'

/**
 * The rule that forbids showing claims of these classes to a verifier; null where none does. It never says yes: that is
 * for whose data it is.
 */
export function forbiddenBy(
  { unknownVerifiers, withhold }: PresentingPolicy,
  verifier: Pick<Verifier, 'standing'>,
  classes: readonly DataClass[],
): PolicyRule | null {
  if (isKnown(verifier)) return null
  if (unknownVerifiers === 'refuse') return 'unknown_verifier'
  return classes.some((one) => withhold.includes(one)) ? 'unknown_verifier_data_class' : null
}
