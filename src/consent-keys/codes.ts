import { randomInt } from 'node:crypto'

/** Without letters and digits that are read for one another. 30 signs of which 26 make 127 bits. */
const SIGNS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'
const LENGTH = 26
const GROUP = 5

export const RECOVERY_CODES = 8

/** One-use codes to write down, such as `K7PQM-…`. */
export const newRecoveryCodes = (): string[] => Array.from({ length: RECOVERY_CODES }, newRecoveryCode)

function newRecoveryCode(): string {
  const signs = Array.from({ length: LENGTH }, () => SIGNS.charAt(randomInt(SIGNS.length))).join('')
  return (signs.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []).join('-')
}

/** As it was written down: case, blanks and dashes do not matter. */
export const plainCode = (code: string): string => code.toUpperCase().replaceAll(/[\s-]/g, '')
