import { z } from 'zod'
import { type Clock, Refusal } from '../../core/index.ts'
import { type Call, errorCodeOf } from '../../oauth/index.ts'
import { Encryption } from './encryption.ts'
import { createKeyProof, type HolderKey, type HolderKeysDeps } from './holder-keys.ts'
import type { FoundIssuer } from './metadata.ts'
import type { Session } from './session.ts'
import { type Answer, answerInvalid, refusedBy, type Transport } from './transport.ts'

const MAX_INTERVAL_S = 7 * 86_400
const DEFAULT_INTERVAL_S = 5

const nonceResponse = z.object({ c_nonce: z.string().min(1).max(4096) })

/** OpenID4VCI 1.0, section 8.3. */
const issued = z.object({
  credentials: z
    .array(z.object({ credential: z.unknown() }))
    .min(1)
    .max(20),
  notification_id: z.string().min(1).max(1000).optional(),
})
const waiting = z.object({
  transaction_id: z.string().min(1).max(4096),
  interval: z.number().positive().max(MAX_INTERVAL_S).default(DEFAULT_INTERVAL_S),
})

/** What an issuer answered: credentials, or that it needs time. */
export type Outcome =
  | {
      readonly state: 'issued'
      readonly credentials: readonly unknown[]
      readonly notificationId: string | null
    }
  | { readonly state: 'deferred'; readonly transactionId: string; readonly intervalS: number }

export interface CredentialRequestDeps extends HolderKeysDeps {
  readonly egress: Call
  readonly clock: Clock
}

/**
 * Asks for one credential (section 8): by identifier where the token response named one, bound to these keys.
 * @throws Refusal `issuer_refused`, `issuer_answer_invalid`, `encryption_unsupported`, `egress_…`
 */
export async function requestCredential(
  { transport, issuer, session }: { transport: Transport; issuer: FoundIssuer; session: Session },
  asked: {
    readonly configurationId: string
    readonly identifier: string | null
    readonly keys: readonly HolderKey[] | null
  },
  deps: CredentialRequestDeps,
): Promise<Outcome> {
  const url = issuer.document.credential_endpoint
  // What was issued for is not asked for twice: only a nonce that ended is a reason to ask again (section 8.3.1).
  for (let left = 2; ; left -= 1) {
    const proofs = asked.keys && { jwt: await proofsOf(asked.keys, { transport, issuer, session }, deps) }
    const body = {
      ...(asked.identifier === null
        ? { credential_configuration_id: asked.configurationId }
        : { credential_identifier: asked.identifier }),
      ...(proofs && { proofs }),
    }
    const answer = await exchange(transport, session, url, body, issuer)
    if (left > 1 && answer.status === 400 && errorCodeOf(answer) === 'invalid_nonce') continue
    return outcomeOf(answer, asked.keys?.length ?? 1)
  }
}

/**
 * Comes back for what the issuer needed time for (section 9).
 * @throws as {@link requestCredential}
 */
export async function requestDeferred(
  { transport, issuer, session }: { transport: Transport; issuer: FoundIssuer; session: Session },
  transactionId: string,
  keys: number,
): Promise<Outcome> {
  const url = issuer.document.deferred_credential_endpoint
  if (url === undefined) throw answerInvalid()
  return outcomeOf(await exchange(transport, session, url, { transaction_id: transactionId }, issuer), keys)
}

export const walletEvents = ['credential_accepted', 'credential_failure', 'credential_deleted'] as const
export type WalletEvent = (typeof walletEvents)[number]

/** Tells the issuer what became of a credential (section 11). @returns whether that is settled */
export async function notifyIssuer(
  { transport, issuer, session }: { transport: Transport; issuer: FoundIssuer; session: Session },
  notificationId: string,
  event: WalletEvent,
): Promise<boolean> {
  const url = issuer.document.notification_endpoint
  if (url === undefined) return true
  const answer = await transport.withToken(session, url, { notification_id: notificationId, event })
  // What it refuses now it will refuse again; only an issuer in trouble is asked once more.
  return answer.status < 500
}

async function proofsOf(
  keys: readonly HolderKey[],
  { transport, issuer, session }: { transport: Transport; issuer: FoundIssuer; session: Session },
  deps: CredentialRequestDeps,
): Promise<string[]> {
  const { nonce_endpoint: nonceEndpoint, credential_issuer: audience } = issuer.document
  let nonce: string | null = null
  if (nonceEndpoint !== undefined) {
    const answer = await transport.plain(nonceEndpoint)
    if (answer.status !== 200) throw refusedBy(answer)
    const parsed = nonceResponse.safeParse(answer.json)
    if (!parsed.success) throw answerInvalid()
    nonce = parsed.data.c_nonce
  }
  const about = { audience, nonce, clientId: session.clientId, now: deps.clock.now() }
  return Promise.all(keys.map((key) => createKeyProof(key, about, deps)))
}

/** Encrypted there and back where the issuer requires it (section 10). */
async function exchange(
  transport: Transport,
  session: Session,
  url: string,
  body: object,
  issuer: FoundIssuer,
): Promise<Answer> {
  const encryption = Encryption.requiredBy(issuer.document)
  if (!encryption) return transport.withToken(session, url, body)
  return encryption.open(await transport.withToken(session, url, await encryption.seal(body)))
}

function outcomeOf(answer: Answer, keys: number): Outcome {
  if (answer.status === 202) {
    const parsed = waiting.safeParse(answer.json)
    if (!parsed.success) throw answerInvalid()
    const { transaction_id: transactionId, interval } = parsed.data
    return { state: 'deferred', transactionId, intervalS: Math.ceil(interval) }
  }
  if (answer.status !== 200) throw refusedBy(answer)
  const parsed = issued.safeParse(answer.json)
  if (!parsed.success) throw answerInvalid()
  const credentials = parsed.data.credentials.map(({ credential }) => credential)
  // One for each key at most (section 8.3).
  if (credentials.length > keys)
    throw new Refusal(
      'upstream',
      'issuer_answer_invalid',
      'the issuer answered more credentials than there are keys',
    )
  return { state: 'issued', credentials, notificationId: parsed.data.notification_id ?? null }
}
