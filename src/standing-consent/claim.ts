/** One claim of one credential type. */
export interface Claim {
  readonly vct: string
  readonly path: readonly (string | number)[]
}

/** The same text for the same claim. */
export const claimKey = ({ vct, path }: Claim): string => JSON.stringify([vct, ...path])
