import { z } from 'zod'
import { type Did, didOfUrl, isDid, Refusal, seconds } from '../core/index.ts'
import { type PublicJwk, parseJws, type Signer, signJws, verifyJws } from '../jose/index.ts'

/** Media type of a signed head of the registry, as `typ`. */
const HEAD_TYP = 'regie-registry-head+jwt'
const MAX_BYTES = 8 * 1024

const digest = z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/)

/** What the trust anchor says the whole registry was, in a few hashes. */
export const headSchema = z.strictObject({
  iss: z.string().refine(isDid),
  /** Seconds since the epoch: everything that happened before is in it. */
  iat: z.int().min(0),
  /** From 1, without gaps. */
  number: z.int().min(1),
  /** How many organisations. */
  size: z.int().min(1),
  /** Root of the tree over their histories, in the order of their DIDs. */
  root: digest,
  /** The policy in force. */
  policy: z.strictObject({ id: z.string().max(64), version: z.int().min(1), digest }),
  /** `did:ethr` of the account that says the same on the chain; null where none does. */
  anchored_by: z.string().refine(isDid).nullable(),
})
export type Head = z.output<typeof headSchema>

export const signHead = (
  head: Omit<Head, 'iat'> & { readonly now: number },
  signer: Signer,
): Promise<string> => {
  const { now, ...rest } = head
  return signJws({ typ: HEAD_TYP }, { ...rest, iat: seconds(now) }, signer)
}

/**
 * Reads a head that this trust anchor signed.
 * @throws Refusal `registry_head_malformed`, `registry_head_foreign`, `jws_…`, `did_…`, `key_not_current`
 */
export async function verifyHead(
  compact: string,
  {
    issuer,
    requireKey,
  }: {
    readonly issuer: Did
    readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
  },
): Promise<Head> {
  const jws = parseJws(compact, { maxBytes: MAX_BYTES })
  const parsed = headSchema.safeParse(jws.payload)
  if (!parsed.success)
    throw new Refusal('invalid', 'registry_head_malformed', 'this is no head of a registry')
  const { kid } = jws.header
  if (parsed.data.iss !== issuer || typeof kid !== 'string' || didOfUrl(kid) !== issuer)
    throw new Refusal('invalid', 'registry_head_foreign', 'the head is not signed by that trust anchor')
  verifyJws(jws, await requireKey(kid, 'assertionMethod'), { typ: HEAD_TYP })
  return parsed.data
}

/** `sha-256:` and base64url, as bytes. */
export const bytesOfDigest = (text: string): Buffer => Buffer.from(text.slice('sha-256:'.length), 'base64url')
export const digestOfBytes = (hash: Uint8Array): string =>
  `sha-256:${Buffer.from(hash).toString('base64url')}`
