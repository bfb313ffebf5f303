import { type Did, dayOf, isoTime } from '../core/index.ts'
import type { Claims } from '../credentials/index.ts'
import type { Listed } from './evidence/representatives.ts'
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
    registered_on: dayOf(facts.registeredAt),
  }
}

type Accepted = Pick<VerifiedAcceptance, 'payload' | 'digest'>

/**
 * The claims of `ttp-policy-attestation`: who accepted what, and by which signed words.
 * @param others of those who may act together only, the other ones
 */
export function attestationClaims(
  kind: 'organisation' | 'person',
  { payload, digest }: Accepted,
  others: readonly Accepted[] = [],
): Claims {
  const signedBy = (one: Accepted) => ({
    digest: one.digest,
    accepted_at: isoTime(one.payload.iat * 1000),
    by: one.payload.iss,
  })
  return {
    party_kind: kind,
    policy: { ...payload.policy },
    acceptance: {
      ...signedBy({ payload, digest }),
      representation_type: others.length > 0 ? 'JOINT' : payload.representation_type,
      ...(others.length > 0 && { co_acceptances: others.map(signedBy) }),
    },
  }
}

/**
 * The claims of `representative-authority`: that she may bind the organisation, how, and up to where. Names of the
 * WE BUILD Power of X rulebook.
 */
export function authorityClaims(
  { name, representation_type, position, scope, limit_eur }: Listed,
  facts: {
    readonly organisation: OrganisationData & { readonly did: Did }
    readonly caseId: string
    /** Whether the certified extract lists her. */
    readonly isListed: boolean
    /** Milliseconds since the epoch. */
    readonly checkedAt: number
    /** Of JOINT: with whom she accepted. */
    readonly jointWith: readonly Did[]
  },
): Claims {
  const { did, name: legalName, kvk_number } = facts.organisation
  const value = kvk_number ? `NLNHR.${kvk_number}` : `urn:uuid:${facts.caseId}`
  const isLimited = scope !== undefined || limit_eur !== undefined
  return {
    type: 'power_of_representation',
    represented_economic_operator: {
      identifier: { scheme: 'EBWOID', value },
      legal_name: legalName,
      did,
    },
    name,
    representation_type,
    limited: isLimited,
    ...(position && { position }),
    ...(scope && { scope }),
    ...(limit_eur !== undefined && { limit: { amount: limit_eur, currency: 'EUR' } }),
    ...(facts.jointWith.length > 0 && { joint_with: [...facts.jointWith] }),
    authentic_source: facts.isListed ? 'trade_register_extract' : 'stated_by_organisation',
    checked_on: dayOf(facts.checkedAt),
  }
}
