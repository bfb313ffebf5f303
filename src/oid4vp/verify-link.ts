import {
  type DelegationClaims,
  delegationClaimsOf,
  type LinkProof,
  type LinkTold,
  type ShownLink,
  saysAsTold,
  type VerifiedAsk,
} from '../access/index.ts'
import { type Did, isId, Refusal } from '../core/index.ts'
import type { CredentialReport, VerifyCredential } from '../credentials/index.ts'
import type { SdJwt } from '../sd-jwt/index.ts'
import type { AttestationState } from '../trust/index.ts'

export interface VerifyLinkDeps {
  readonly verifyCredential: VerifyCredential
  /** @param compact undefined when none was shown */
  readonly checkAttestation: (compact: string | undefined, subject: Did) => Promise<AttestationState>
  /** What the grantee told us of a link; null when nobody did. */
  readonly linkTold: (id: string) => Promise<LinkTold | null>
  /** What the trust anchor's registry says of an organisation. */
  readonly standingOf: (organisation: Did) => Promise<AttestationState>
}

interface LinkShown {
  readonly sdJwt: SdJwt
  readonly data: string
  readonly asker: Did
  readonly grant: VerifiedAsk['grant']
}

/**
 * By which link an intermediary reads. What the grantee told us of it comes first, so that an asker cannot have us look
 * up an issuer of his choice; the credential must then be the grantee's, of this grant, and say what we were told. The
 * grantee is held to what an asker is held to, by the attestation it signed into the delegation, and must be in the
 * registry besides. A delegation that does not hold is refused for that, whatever its principal is worth.
 * @throws Refusal `ask_malformed`
 */
export async function verifyLink(
  deps: VerifyLinkDeps,
  { sdJwt, data, asker, grant }: LinkShown,
): Promise<ShownLink> {
  const { jti: id, iss, sub } = sdJwt.issuerSigned.payload
  if (!grant) throw new Refusal('invalid', 'ask_malformed', 'a delegation comes with the grant it is of')
  if (!isId(id)) throw new Refusal('invalid', 'ask_malformed', 'a delegation has an id of another form')
  const refused = (proof: LinkProof): ShownLink => ({ id, proof, principal: 'unknown' })
  if (sub !== asker) return refused('foreign')
  const told = await deps.linkTold(id)
  if (!told || told.grantId !== grant.id || iss !== told.principal) return refused('invalid')
  const [report, registered] = await Promise.all([
    deps.verifyCredential(data, { keyBinding: 'forbidden' }),
    deps.standingOf(told.principal),
  ])
  const delegation = delegationClaimsOf(report.claims)
  const principal =
    registered === 'valid' && delegation
      ? await deps.checkAttestation(delegation.attestation, told.principal)
      : registered
  return { id, principal, proof: proofOf(report, delegation, told, grant.digest) }
}

/** Checks whose failure says that a delegation ended, or that nobody can be asked just now. */
const proofOfCode: Readonly<Record<string, LinkProof>> = {
  jws_expired: 'expired',
  status_invalid: 'revoked',
  status_suspended: 'revoked',
  status_unavailable: 'unverifiable',
  status_unknown: 'unverifiable',
  did_unresolvable: 'unverifiable',
  chain_unreachable: 'unverifiable',
}

function proofOf(
  report: CredentialReport,
  delegation: DelegationClaims | null,
  told: LinkTold,
  grantDigest: string,
): LinkProof {
  const failed = report.checks.find(({ ok }) => !ok)
  if (failed || !report.verified) return proofOfCode[failed?.code ?? ''] ?? 'invalid'
  const isTheirs = delegation?.grant.digest === `sha-256:${grantDigest}`
  return delegation && isTheirs && saysAsTold(delegation, report.expiresAt, told) ? 'valid' : 'invalid'
}
