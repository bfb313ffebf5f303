import canonicalize from 'canonicalize'
import { z } from 'zod'
import { isDid, isPlainText, Refusal, roles } from '../../core/index.ts'
import { parseJsonObject, type Signer, signJws } from '../../jose/index.ts'
import { type ReadMessage, readMessage } from '../../trust/index.ts'
import { settledHow } from './life.ts'

/** Where a partner's node is asked for what it shares: below the address of its organisation's wallet. */
export const FETCH_PATH = '/trade-secrets'
export const FETCH_MEDIA_TYPE = 'application/jwt'

/** `typ` of a question for a shared secret, and of the word that it was returned or destroyed. */
export const FETCH_TYP = 'regie-secret-fetch+jwt'
export const SETTLED_TYP = 'regie-secret-settled+jwt'

const did = z.string().max(2048).refine(isDid)
const line = (max: number) => z.string().min(1).max(max).refine(isPlainText)
const time = z.int().min(0)
export const secretDigest = z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/)

const fetchSchema = z.strictObject({
  /** The organisation it was shared with. */
  iss: did,
  /** The organisation whose secret it is. */
  aud: did,
  /** Counts once for each shared secret. */
  jti: z.uuid(),
  iat: time,
  exp: time,
  share: z.uuid(),
  /** Without it what is said of the secret is asked for. */
  document: z.uuid().optional(),
  /** Who wants to see it, and as what: the word of her company. */
  person: did,
  roles: z.array(z.enum(roles)).max(roles.length),
})
export type SecretFetch = z.output<typeof fetchSchema>

const settledSchema = z.strictObject({
  iss: did,
  aud: did,
  iat: time,
  share: z.uuid(),
  /** Of what was shared. */
  digest: secretDigest,
  how: z.enum(settledHow),
})
export type SecretSettled = z.output<typeof settledSchema>

/** A document as the text of what is shared names it. */
const documentSchema = z.strictObject({
  ...{ id: z.uuid(), name: line(200), media_type: line(100), size: time, digest: secretDigest },
})
export type SharedDocument = z.output<typeof documentSchema>

const textSchema = z.strictObject({
  /** Nobody can guess the secret from its digest. */
  salt: z.string().min(43).max(100),
  share: z.uuid(),
  secret: z.strictObject({ title: line(200), description: line(20_000) }),
  documents: z.array(documentSchema).max(50),
})
export type SharedText = z.output<typeof textSchema>

export const signFetch = (fetch: SecretFetch, signer: Signer): Promise<string> =>
  signJws({ typ: FETCH_TYP }, fetch, signer)

/** @throws Refusal `secret_fetch_malformed`, `signer_mismatch`, `jws_…` */
export const readFetch = (compact: string): ReadMessage<SecretFetch> =>
  readMessage('secret fetch', compact, fetchSchema)

export const signSettled = (settled: SecretSettled, signer: Signer): Promise<string> =>
  signJws({ typ: SETTLED_TYP }, settled, signer)

/** @throws Refusal `secret_settlement_malformed`, `signer_mismatch`, `jws_…` */
export const readSettled = (compact: string): ReadMessage<SecretSettled> =>
  readMessage('secret settlement', compact, settledSchema)

/** The text whose digest both companies keep (RFC 8785). */
export function textOf(shared: SharedText): string {
  const text = canonicalize(shared)
  if (text === undefined) throw new Error('what is shared is JSON')
  return text
}

/** What a text with the digest that was told says. @throws Refusal `secret_text_malformed`, `json_…` */
export function readText(text: string): SharedText {
  const parsed = textSchema.safeParse(parseJsonObject(Buffer.from(text)))
  if (parsed.success) return parsed.data
  throw new Refusal('upstream', 'secret_text_malformed', 'the partner’s text does not have its members')
}
