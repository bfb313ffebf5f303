import type { Did } from '../core/index.ts'

/** A signatory's own signature, and her company's word that she is that. */
export interface OneSigned {
  readonly signature: string
  readonly endorsement: string
}

/** A company's signature; of who may act together only, with those of the others. */
export interface SignedBy extends OneSigned {
  readonly together?: readonly OneSigned[] | undefined
}

/** How a person may bind her company: alone, or with all of these others. */
export type Authority =
  | { readonly representation: 'SOLE' }
  | { readonly representation: 'JOINT'; readonly others: readonly Did[] }

/**
 * Whether somebody may bind her company together with all who signed for it. Who is known as a representative signs as
 * the case file lets her. Of anybody else, a signatory with a mandate, the company's word is taken; but not that she
 * signs together with others.
 * @param needed all who have to, herself among them; null of whom the case file says nothing
 */
export const mayBindWith = (person: Did, signed: readonly Did[], needed: readonly Did[] | null): boolean =>
  needed === null
    ? signed.length === 1
    : needed.includes(person) && needed.every((one) => signed.includes(one))
