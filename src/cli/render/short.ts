import { lengthOf } from './wrap.ts'

const DID = /^did:[a-z0-9]+:\S+$/
const SIGNED = /^eyJ[\w-]*\.[\w-]+\.[\w.~-]+$/

const KEPT = 6
/** A DID of this length still fits where it stands alone: it can be copied. */
const ALONE = 64
const IN_A_TABLE = 28

/** A long DID with its middle left out: enough to tell one from another. Shorter ones stay whole. */
export function shortDid(did: string, most = IN_A_TABLE): string {
  if (did.length <= most || !DID.test(did)) return did
  const method = did.indexOf(':', 'did:'.length) + 1
  const last = did.lastIndexOf(':') + 1
  const from = last - method <= KEPT * 2 ? last : method
  return `${did.slice(0, from + KEPT)}…${did.slice(-KEPT)}`
}

/** A DID on a line of its own: whole where it fits. */
export const aloneDid = (did: string): string => shortDid(did, ALONE)

/** What was signed, by its beginning and length: it is read by programs, with --json. Other texts stay as they are. */
export const shortSigned = (text: string): string =>
  text.length > ALONE && SIGNED.test(text) ? `${text.slice(0, KEPT * 2)}… (${lengthOf(text)})` : text
