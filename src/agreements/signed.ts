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
