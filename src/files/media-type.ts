/** Kinds of file we can tell by their content; `application/octet-stream` is every other. */
const mediaTypes = ['application/pdf', 'image/png', 'image/jpeg', 'application/octet-stream'] as const
export type MediaType = (typeof mediaTypes)[number]

/** How a file of each kind begins: ISO 32000-2, 7.5.2; PNG (RFC 2083), 3.1; ITU-T T.81, B.1.1.3. */
const beginnings: readonly (readonly [MediaType, Buffer])[] = [
  ['application/pdf', Buffer.from('%PDF-')],
  ['image/png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
]

/** What a file is by how it begins; what it is called says nothing. */
export const mediaTypeOf = (beginning: Uint8Array): MediaType =>
  beginnings.find(([, magic]) => magic.equals(beginning.subarray(0, magic.length)))?.[0] ??
  'application/octet-stream'
