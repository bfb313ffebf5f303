import { type Did, isRefusal } from '../core/index.ts'
import type { CredentialReport, CredentialTypes, VerifyCredential } from '../credentials/index.ts'
import { BoundedMap } from '../jose/index.ts'
import { parseSdJwt } from '../sd-jwt/index.ts'
import type { Policies, PolicyRef } from './policies.ts'
import type { AnchorSource } from './trust-anchor.ts'

/** What we know of a party's TTP-policy attestation. Everything but `valid` is a no. */
export type AttestationState =
  | 'valid'
  | 'missing'
  | 'invalid'
  | 'expired'
  | 'suspended'
  | 'revoked'
  /** It could not be found out: the trust anchor, its DID or its status list cannot be reached. */
  | 'unknown'

export interface AttestationsDeps {
  readonly verify: VerifyCredential
  readonly types: CredentialTypes
  readonly anchor: AnchorSource
  readonly policies: Policies
}

export const ATTESTATION_TYPE = 'ttp-policy-attestation'
/** What an attestation of many disclosures would never need. */
const MAX_LENGTH = 16 * 1024
const MAX_REMEMBERED = 5_000

/** Says whether a party accepted the policy, by the attestation it shows. */
export class Attestations {
  readonly #deps: AttestationsDeps
  readonly #vct: string
  // Attestations that name the right issuer, type and subject: what they are about cannot change.
  readonly #plausible = new BoundedMap<string>(MAX_REMEMBERED)

  /** @throws Refusal `unknown_credential_type` when the catalogue has no attestation */
  constructor(deps: AttestationsDeps) {
    this.#deps = deps
    this.#vct = deps.types.byName(ATTESTATION_TYPE).vct
  }

  /**
   * Verifies an attestation: signed by our trust anchor, about this party, over a policy that counts, in its time, and
   * neither suspended nor revoked. In the way of every read: signature and list come from caches, time and status are
   * looked at each time.
   * @param compact as it came in; undefined when none did
   */
  async check(compact: string | undefined, subject: Did): Promise<AttestationState> {
    if (compact === undefined || compact === '') return 'missing'
    try {
      const { did: anchor } = await this.#deps.anchor.require()
      // Before anything is looked up for it: a stranger must not make us call addresses of his choice.
      if (!this.#isPlausible(compact, anchor, subject)) return 'invalid'
      const report = await this.#deps.verify(compact, { keyBinding: 'optional' })
      if (!report.verified) return stateOf(report)
      const fits = report.issuer === anchor && report.vct === this.#vct && report.subject === subject
      return fits && this.#deps.policies.accepts(report.claims.policy as unknown as PolicyRef)
        ? 'valid'
        : 'invalid'
    } catch (error) {
      if (!isRefusal(error)) throw error
      return isAway(error.kind) ? 'unknown' : 'invalid'
    }
  }

  #isPlausible(compact: string, anchor: Did, subject: Did): boolean {
    const about = `${anchor} ${subject}`
    if (this.#plausible.get(compact) === about) return true
    if (compact.length > MAX_LENGTH) return false
    const { iss, sub, vct } = parseSdJwt(compact).issuerSigned.payload
    if (iss !== anchor || sub !== subject || vct !== this.#vct) return false
    this.#plausible.set(compact, about)
    return true
  }
}

const isAway = (kind: string): boolean => kind === 'unavailable' || kind === 'upstream'

const stateOfCode: Readonly<Record<string, AttestationState>> = {
  jws_expired: 'expired',
  status_invalid: 'revoked',
  status_suspended: 'suspended',
  status_unavailable: 'unknown',
  status_unknown: 'unknown',
  did_unresolvable: 'unknown',
  chain_unreachable: 'unknown',
}

/** What the first check that failed means. */
function stateOf({ checks }: CredentialReport): AttestationState {
  const failed = checks.find(({ ok }) => !ok)
  return stateOfCode[failed?.code ?? ''] ?? 'invalid'
}
