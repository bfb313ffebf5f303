import { Refusal } from '../core/index.ts'
import type { ClaimMetadata } from '../credentials/index.ts'
import type { ClaimTarget } from './terms.ts'

/** What a rule has to know of the types of credentials. */
export interface TypesOfClaims {
  find(vct: string): { readonly metadata: { readonly claims: readonly ClaimMetadata[] } } | null
}

/**
 * Those of these claims that stay closed: trade secrets, where no agreement that is in force and covers trade secrets
 * opens them. What holds a secret, or lies in one, is one; so is what is of a type nobody can look up.
 */
export function closedSecrets<C extends ClaimTarget>(
  types: TypesOfClaims,
  claims: readonly C[],
  isCovered: boolean,
): readonly C[] {
  return isCovered ? [] : claims.filter((claim) => isSecret(types, claim))
}

/** @throws Refusal `secret_needs_agreement` */
export function requireNoClosedSecret(
  types: TypesOfClaims,
  claims: readonly ClaimTarget[],
  isCovered: boolean,
): void {
  if (closedSecrets(types, claims, isCovered).length === 0) return
  throw new Refusal(
    'conflict',
    'secret_needs_agreement',
    'a trade secret opens only under an agreement in force that covers trade secrets',
  )
}

const isSecret = (types: TypesOfClaims, { vct, path }: ClaimTarget): boolean =>
  types
    .find(vct)
    ?.metadata.claims.some(
      (claim) => claim.regie.data_class === 'trade_secret' && isAlong(claim.path, path),
    ) ?? true

/** Whether one path leads to the other, where null stands for every element of an array. */
const isAlong = (known: ClaimMetadata['path'], path: ClaimTarget['path']): boolean =>
  path
    .slice(0, known.length)
    .every((part, at) => known[at] === part || known[at] === null || (part as unknown) === null)
