import { z } from 'zod'
import { registryRoles } from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import type { Standing } from './party-history.ts'

/**
 * What one may ask whether an organisation is authorised for, in the terms of the Trust Registry Query Protocol: an
 * action on a resource.
 * - `participate` in `trust-network`: it is a member in good standing;
 * - `act-as` one of the roles of the registry;
 * - `issue` a credential type, by its name or `vct`.
 */
const NETWORK = 'trust-network'

/** Why not. */
export const unauthorisedCodes = [
  'not_registered',
  'suspended',
  'role_not_held',
  'action_unknown',
  'resource_unknown',
] as const
export type Unauthorised = (typeof unauthorisedCodes)[number]

/**
 * Whether an organisation that stands so may do this; deny is the default.
 * @returns null, or why not
 */
export function whyNot(
  standing: Standing | null,
  { action, resource }: { readonly action: string; readonly resource: string },
  types: Pick<CredentialTypes, 'find' | 'findByName'>,
): Unauthorised | null {
  if (!standing) return 'not_registered'
  if (standing.state !== 'active') return 'suspended'
  switch (action) {
    case 'participate':
      return resource === NETWORK ? null : 'resource_unknown'
    case 'act-as':
      return holdsRole(standing, resource)
    case 'issue':
      return mayIssue(standing, resource, types)
    default:
      return 'action_unknown'
  }
}

function holdsRole({ roles }: Standing, resource: string): Unauthorised | null {
  const role = z.enum(registryRoles).safeParse(resource)
  if (!role.success) return 'resource_unknown'
  return roles.includes(role.data) ? null : 'role_not_held'
}

/** By the rule of the type, as every node holds credentials against it. */
function mayIssue(
  { roles }: Standing,
  resource: string,
  types: Pick<CredentialTypes, 'find' | 'findByName'>,
): Unauthorised | null {
  const type = types.find(resource) ?? types.findByName(resource)
  if (!type) return 'resource_unknown'
  switch (type.issuerRule) {
    case 'trust-anchor':
      return roles.includes('trust_anchor') ? null : 'role_not_held'
    case 'listed':
      return roles.includes('issuer') ? null : 'role_not_held'
    // Of its own data, or of what it knows of its relations: whoever is a member.
    case 'subject':
    case 'data-subject':
    case 'registered-organisation':
      return null
  }
}
