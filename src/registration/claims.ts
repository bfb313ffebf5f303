import { type Did, isoTime } from '../core/index.ts'
import type { Claims } from '../credentials/index.ts'
import type { OrganisationData } from './messages.ts'
import type { VerifiedAcceptance } from './verify-messages.ts'

/** The claims of `company-registration`: what the servicedesk found to be so. */
export function registrationClaims(
  organisation: OrganisationData,
  facts: {
    readonly caseId: string
    /** Milliseconds since the epoch. */
    readonly registeredAt: number
    readonly representatives?: readonly {
      readonly did: Did
      readonly representation_type: 'SOLE' | 'JOINT'
    }[]
  },
): Claims {
  const { kvk_number } = organisation
  const euid = kvk_number && `NLNHR.${kvk_number}`
  return {
    id: euid ?? `urn:uuid:${facts.caseId}`,
    ...(euid && { euid }),
    ...organisation,
    ...(facts.representatives && { representatives: facts.representatives }),
    registered_on: dayInAmsterdam(facts.registeredAt),
  }
}

/** The claims of `ttp-policy-attestation`: who accepted what, and by which signed words. */
export function attestationClaims(
  kind: 'organisation' | 'person',
  { payload, digest }: Pick<VerifiedAcceptance, 'payload' | 'digest'>,
): Claims {
  return {
    party_kind: kind,
    policy: { ...payload.policy },
    acceptance: {
      digest,
      accepted_at: isoTime(payload.iat * 1000),
      by: payload.iss,
      representation_type: payload.representation_type,
    },
  }
}

/** `YYYY-MM-DD`, as a Dutch reader would date it. */
const dayInAmsterdam = (ms: number): string =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: 'Europe/Amsterdam',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(ms)
