/** Whose key seals what is in a case: its own, which goes with it. */
export const scopeOf = (caseId: string): string => `registration_case:${caseId}`

export const casePlace = (caseId: string, column: 'sealed' | 'reason' | 'partner'): string =>
  `registration_case:${caseId}:${column}`

export const movePlace = (moveId: string): string => `case_move:${moveId}:reason`
