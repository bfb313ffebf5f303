import type { IncomingHttpHeaders } from 'node:http'
import type { Agent } from '../agent/index.ts'
import { type Caller, ConsentUnlock, Refusal } from '../core/index.ts'
import type { HealthReport } from '../http/index.ts'
import type { Parties } from '../parties/index.ts'
import type { StatusLists } from '../status-lists/index.ts'
import type { Store } from '../store/index.ts'

/** A published status list may lag a change by this much before the node calls itself not ready. */
const MAX_LIST_AGE_MS = 5_000

const SESSION = /^[\w-]{40,100}$/

/**
 * Who sends these headers: `Authorization` says who, where no cookie does; `Regie-Consent` opens a person's consent key
 * for this call.
 * @param who sends a token, or without one a cookie
 * @throws Refusal `authorization_malformed`, `token_invalid`, `session_ended`, `consent_malformed`
 */
export async function authenticate(
  headers: IncomingHttpHeaders,
  who: {
    readonly byToken: (token: string) => Promise<Caller>
    readonly byCookie: (() => Promise<Caller>) | null
  },
): Promise<Caller> {
  const caller = await whoSends(headers.authorization, who)
  const session = headers['regie-consent']
  if (session === undefined || caller.kind !== 'user') return caller
  if (typeof session !== 'string' || !SESSION.test(session))
    throw new Refusal('invalid', 'consent_malformed', 'send what the unlock gave as: Regie-Consent: …')
  return { ...caller, unlock: new ConsentUnlock({ session }) }
}

async function whoSends(
  authorization: string | undefined,
  { byToken, byCookie }: Parameters<typeof authenticate>[1],
): Promise<Caller> {
  if (authorization === undefined) return byCookie ? byCookie() : { kind: 'anonymous' }
  const [scheme, token, ...rest] = authorization.split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0)
    throw new Refusal(
      'unauthenticated',
      'authorization_malformed',
      'send the token as: Authorization: Bearer …',
    )
  return byToken(token)
}

interface Vitals {
  readonly store: Store
  readonly parties: Parties
  readonly agent: Agent
  readonly statusLists: StatusLists
}

/** Database, keys, age of the status lists. */
export async function healthOf({ store, parties, agent, statusLists }: Vitals): Promise<HealthReport> {
  const database = { ok: await store.isReady() }
  const keys = await parties
    .organisation()
    .then(({ did }) => agent.signerOf(did))
    .then(
      () => ({ ok: true }),
      () => ({ ok: false, detail: 'did_not_registered' }),
    )
  const waiting = await statusLists.oldestChangeMs().catch(() => Number.POSITIVE_INFINITY)
  const checks = {
    database,
    keys,
    status_lists: { ok: waiting < MAX_LIST_AGE_MS, detail: `oldest unpublished change ${waiting} ms` },
  }
  return { ready: Object.values(checks).every(({ ok }) => ok), checks }
}
