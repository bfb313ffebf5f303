import { BoundedMap, type Clock, type Did, isRefusal, seconds } from '../core/index.ts'
import type { CredentialReport, CredentialTypes, VerifyCredential } from '../credentials/index.ts'
import { checkTimes, isJsonObject, isSameKey, type JsonObject, type PublicJwk } from '../jose/index.ts'
import { parseSdJwt } from '../sd-jwt/index.ts'
import type { StatusChecker } from '../status-lists/index.ts'
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
  readonly clock: Clock
  readonly verify: VerifyCredential
  /** What `verify` looks keys and status up with: for an attestation that was verified before. */
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
  readonly status: Pick<StatusChecker, 'check'>
  readonly types: CredentialTypes
  readonly anchor: AnchorSource
  readonly policies: Policies
}

export const ATTESTATION_TYPE = 'ttp-policy-attestation'
/** What an attestation of many disclosures would never need. */
const MAX_LENGTH = 16 * 1024
const MAX_REMEMBERED = 1_000

/** What of a verified attestation cannot change, and what has to be looked at again each time. */
interface Proven {
  readonly anchor: Did
  readonly subject: Did
  readonly kid: string
  readonly key: PublicJwk
  readonly payload: JsonObject
}

/** Says whether an organisation that asks for data accepted the policy, by the attestation it shows. */
export class Attestations {
  readonly #deps: AttestationsDeps
  readonly #vct: string
  // In the way of every read: a signature and the claims under it are verified once.
  readonly #proven = new BoundedMap<Proven>(MAX_REMEMBERED)

  /** @throws Refusal `unknown_credential_type` when the catalogue has no attestation */
  constructor(deps: AttestationsDeps) {
    this.#deps = deps
    this.#vct = deps.types.byName(ATTESTATION_TYPE).vct
  }

  /**
   * Verifies the attestation of who asks for data, which is an organisation: a person's is `invalid` here, she accepted
   * for herself only. It must be signed by our trust anchor, about this party as an organisation, over a policy that counts, in its time, and
   * neither suspended nor revoked. Of one seen before, what can change is looked at again: whether the key is still
   * the trust anchor's, time, status and policy.
   * @param compact as it came in; undefined when none did
   * @param subject the organisation that asks
   */
  async check(compact: string | undefined, subject: Did): Promise<AttestationState> {
    if (compact === undefined || compact === '') return 'missing'
    try {
      const { did: anchor } = await this.#deps.anchor.require()
      const proven = this.#proven.get(compact)
      const known = proven?.anchor === anchor && proven.subject === subject && (await this.#recheck(proven))
      return known || (await this.#verify(compact, anchor, subject))
    } catch (error) {
      if (!isRefusal(error)) throw error
      return isAway(error.kind) ? 'unknown' : 'invalid'
    }
  }

  async #verify(compact: string, anchor: Did, subject: Did): Promise<AttestationState> {
    if (compact.length > MAX_LENGTH) return 'invalid'
    const { header, payload } = parseSdJwt(compact).issuerSigned
    // Before anything is looked up for it: a stranger must not make us call addresses of his choice.
    if (payload.iss !== anchor || payload.sub !== subject || payload.vct !== this.#vct) return 'invalid'
    const { kid } = header
    if (typeof kid !== 'string' || !kid.startsWith(`${anchor}#`)) return 'invalid'
    const key = await this.#deps.requireKey(kid, 'assertionMethod')
    const report = await this.#deps.verify(compact, { keyBinding: 'optional' })
    if (!report.verified) return stateOf(report)
    const fits = report.issuer === anchor && report.vct === this.#vct && report.subject === subject
    if (!fits || !this.#accepts(payload)) return 'invalid'
    this.#proven.set(compact, { anchor, subject, kid, key, payload })
    return 'valid'
  }

  /** Null sends it through the whole verification, which says why. */
  async #recheck({ anchor, kid, key, payload }: Proven): Promise<AttestationState | null> {
    const { clock, requireKey, status } = this.#deps
    if (!isSameKey(await requireKey(kid, 'assertionMethod'), key)) return null
    if (!isInTime(payload, seconds(clock.now())) || !this.#accepts(payload)) return null
    const answer = await status.check(payload.status, anchor)
    // Of a list that cannot be had, asking again would only take as long again.
    return answer.ok ? 'valid' : (stateOfCode[answer.code] ?? 'invalid')
  }

  /** Neither is ever left to be disclosed or not: they are under the signature as they are. */
  #accepts({ party_kind, policy }: JsonObject): boolean {
    return (
      party_kind === 'organisation' &&
      isJsonObject(policy) &&
      this.#deps.policies.accepts(policy as unknown as PolicyRef)
    )
  }
}

function isInTime(payload: JsonObject, now: number): boolean {
  try {
    checkTimes(payload, now)
    return true
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
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
