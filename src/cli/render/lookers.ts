import { oneLine } from '../text.ts'
import { shortDid } from './short.ts'

/** Who inside a company may look. */
export interface Lookers {
  readonly roles: readonly string[]
  readonly persons: readonly string[]
  readonly systems: readonly string[]
}

/** Roles by their names, persons and systems by DID. */
export const lookersOf = ({ roles, persons, systems }: Lookers): string[] => [
  ...roles.map(oneLine),
  ...[...persons, ...systems].map((did) => shortDid(oneLine(did))),
]
