/** Media type of a Security Event Token, as `typ` (RFC 8417, section 2.3). */
export const SET_TYP = 'secevent+jwt'

/** As `content-type` (RFC 8417, section 7.2). */
export const SET_MEDIA_TYPE = 'application/secevent+jwt'

/** Bytes of a whole token: ids and names of claims, no values. */
export const MAX_SET_BYTES = 64 * 1024

/** Older ones are not taken, and younger ones are remembered: so each counts once. */
export const MAX_AGE_S = 7 * 86_400

/** Below the address of an organisation's wallet. */
export const EVENTS_PATH = '/events'
