import type { Did } from '../core/index.ts'
import type { ClaimPath } from '../credentials/index.ts'

/** One claim of one type: what is asked for. */
export interface ClaimTarget {
  readonly vct: string
  readonly path: ClaimPath
}

/** One claim of one credential, as it was frozen at consent; the credential is named by its lineage. */
export interface GrantTuple extends ClaimTarget {
  readonly credentialId: string
}

/** Who inside the grantee, or inside an intermediary, may look. An asker needs to be named in one of them. */
export interface Recipients {
  readonly roles?: readonly string[]
  readonly persons?: readonly Did[]
  readonly systems?: readonly Did[]
}

/** Who looks on behalf of the asking party, as proven. */
export type Actor =
  | { readonly kind: 'employee'; readonly did: Did; readonly role: string; readonly name?: string }
  | { readonly kind: 'system'; readonly did: Did; readonly name?: string; readonly responsible?: string }

/** Whom a grant may name: an employee by her role, or a system. */
export type Looker =
  | Pick<Extract<Actor, { kind: 'employee' }>, 'kind' | 'did' | 'role'>
  | Pick<Extract<Actor, { kind: 'system' }>, 'kind' | 'did'>

/** Whether a grant names this person, her role, or this system. */
export function isRecipient(looker: Looker, { roles, persons, systems }: Recipients): boolean {
  if (looker.kind === 'system') return systems?.includes(looker.did) ?? false
  return Boolean(persons?.includes(looker.did) || roles?.includes(looker.role))
}

/** The same text for the same type and path. */
export const targetKey = ({ vct, path }: ClaimTarget): string => JSON.stringify([vct, ...path])
