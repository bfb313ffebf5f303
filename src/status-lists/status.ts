import { type Did, isDid } from '../core/index.ts'
import type { Bits } from './codec.ts'

/** What an entry says about its credential. */
export type StatusState = 'valid' | 'invalid' | 'suspended'

/** Token Status List, "Status Types Values"; INVALID cannot be taken back there either. */
export const valueOfState: Readonly<Record<StatusState, number>> = { valid: 0, invalid: 1, suspended: 2 }

/** The state a value stands for; undefined for values we do not know. */
export const stateOfValue = (value: number): StatusState | undefined =>
  (Object.keys(valueOfState) as StatusState[]).find((state) => valueOfState[state] === value)

/** Two bits: one could not say `suspended`. */
export const LIST_BITS: Bits = 2

/** Where the status of one credential is kept: of our own lists. */
export interface StatusEntry {
  readonly listId: string
  readonly index: number
}

/** The `status` claim of a credential. Token Status List, "Referenced Token in JOSE". */
export interface StatusClaim {
  readonly status_list: {
    readonly idx: number
    readonly uri: string
    /** The DID that signs the list, where the issuer does not itself; our own member. Signed with the rest by the issuer. */
    readonly status_issuer?: Did
  }
}

/** The claim that goes into an SD-JWT VC. */
export const statusClaim = ({ index, uri, statusIssuer }: AllocatedEntry): StatusClaim => ({
  status_list: { idx: index, uri, ...(statusIssuer && { status_issuer: statusIssuer }) },
})

/** The `credentialStatus` that goes into a W3C credential: one entry for each purpose. */
export const credentialStatus = ({ index, uri, statusIssuer }: AllocatedEntry): readonly object[] =>
  ['revocation', 'suspension'].map((statusPurpose) => ({
    id: `${uri}/${statusPurpose}#${index}`,
    type: 'BitstringStatusListEntry',
    statusPurpose,
    statusListIndex: String(index),
    statusListCredential: `${uri}/${statusPurpose}`,
    ...(statusIssuer && { status_issuer: statusIssuer }),
  }))

interface AllocatedEntry {
  readonly index: number
  readonly uri: string
  readonly statusIssuer: Did | null
}

const MAX_URI_LENGTH = 2048

/** Reads a `status` claim; null when it is not one. */
export function parseStatusClaim(status: unknown): StatusClaim['status_list'] | null {
  const list = isObject(status) ? status.status_list : undefined
  if (!isObject(list)) return null
  const { idx, uri, status_issuer } = list
  if (typeof idx !== 'number' || !Number.isSafeInteger(idx) || idx < 0) return null
  if (typeof uri !== 'string' || uri.length > MAX_URI_LENGTH || !URL.canParse(uri)) return null
  if (status_issuer === undefined) return { idx, uri }
  return isDid(status_issuer) ? { idx, uri, status_issuer } : null
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
