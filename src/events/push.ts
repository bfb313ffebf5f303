import { type Clock, type Did, isRefusal, newId, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { parseJsonObject, type Signer } from '../jose/index.ts'
import type { Outbox } from '../outbox/index.ts'
import type { Tx } from '../store/index.ts'
import { EVENTS_PATH, MAX_AGE_S, SET_MEDIA_TYPE } from './names.ts'
import { createSecurityEvent } from './security-event.ts'
import { eventsOf, type Tell, type TellKind, tellOf } from './tell.ts'

export interface PushDeps {
  readonly clock: Clock
  readonly outbox: Outbox
  readonly egress: Pick<Egress, 'request'>
  /** Who tells: our organisation. */
  readonly organisation: () => Promise<{ readonly id: string; readonly did: Did }>
  readonly signerOf: (did: Did) => Promise<Signer>
  /** Where an organisation's wallet is. @throws Refusal `partner_unknown` and others */
  readonly walletOf: (did: Did) => Promise<string>
  /** Keeps what is told unreadable while it waits: some of it is what people wrote. Takes a {@link place}. */
  readonly vault: {
    seal(scope: string, place: string, value: string): Promise<Buffer>
    openText(place: string, sealed: Buffer): Promise<string>
  }
}

export type PushOutcome =
  | { readonly kind: 'delivered' }
  /** The other side will never take it. */
  | { readonly kind: 'refused'; readonly code: string }
  /** It is tried again. */
  | { readonly kind: 'failed'; readonly code: string }

/** What follows from one try to tell something: `id` is the token's `jti`. Called again when it is tried again. */
export type Tried = (id: string, outcome: PushOutcome) => Promise<void>

/** Whether something may still leave, asked before each try; whoever says no keeps why. */
export type MayLeave = (id: string) => Promise<boolean>

const TOPIC = 'event.push'
const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024
const CODE = /^[a-z][a-z0-9_]{0,63}$/

const place = (id: string) => `tell:${id}:events`

/** Tells other nodes, as push-based delivery of security events (RFC 8935): with the change, and until it is taken. */
export class Push {
  readonly #deps: PushDeps
  readonly #tried = new Map<TellKind, Tried>()
  readonly #mayLeave = new Map<TellKind, MayLeave>()

  constructor(deps: PushDeps) {
    this.#deps = deps
    deps.outbox.on(TOPIC, (payload) => this.#deliver(payload))
  }

  /** Whoever keeps what became of this kind of message hears of every try; once, before anything is told. */
  whenTried(kind: TellKind, tried: Tried, mayLeave?: MayLeave): void {
    this.#tried.set(kind, tried)
    if (mayLeave) this.#mayLeave.set(kind, mayLeave)
  }

  /**
   * Tells an organisation something, in the transaction in which it becomes true; it goes out after the commit.
   * @param id a UUID, the token's `jti`; the same when the same thing is told again
   */
  async tell(tx: Tx, to: Did, tell: Tell, id: string = newId()): Promise<string> {
    const { outbox, organisation, vault, clock } = this.#deps
    const events = JSON.stringify(eventsOf(tell))
    const sealed = await vault.seal((await organisation()).id, place(id), events)
    const payload = { id, to, sealed: sealed.toString('base64'), at: String(clock.now()) }
    await outbox.send(tx, TOPIC, payload, to)
    return id
  }

  /**
   * Tells an organisation something at once, once: for what has to be known there before anything is done here.
   * @throws Refusal of kind `conflict` when it will never be taken, `upstream` and others when nobody knows
   */
  async tellNow(to: Did, tell: Tell): Promise<void> {
    const refusedAs = await this.#post(to, { id: newId(), tell, at: this.#deps.clock.now() })
    if (refusedAs !== null)
      throw new Refusal('conflict', refusedAs, 'the partner’s node does not take what we told it')
  }

  /** Somebody had herself erased: what names her goes, also of what was told; what waits is not told any more. */
  async forget(tx: Tx, isHers: (tell: Tell) => boolean): Promise<void> {
    const { outbox, vault } = this.#deps
    for await (const { id: message, payload, state } of outbox.ofTopic(tx, TOPIC)) {
      const { id = '', sealed = '' } = payload
      const tell = tellOf(JSON.parse(await vault.openText(place(id), Buffer.from(sealed, 'base64'))))
      if (!tell || !isHers(tell)) continue
      await outbox.remove(tx, message)
      if (state !== 'done') await this.#tried.get(tell.kind)?.(id, { kind: 'refused', code: 'erased' })
    }
  }

  async #deliver({
    id = '',
    to = '',
    sealed = '',
    at = '',
  }: Readonly<Record<string, string>>): Promise<void> {
    const { clock, vault } = this.#deps
    const tell = tellOf(JSON.parse(await vault.openText(place(id), Buffer.from(sealed, 'base64'))))
    if (!tell) throw new Error('a message was kept that cannot be told')
    const tried: Tried = this.#tried.get(tell.kind) ?? (async () => undefined)
    if ((await this.#mayLeave.get(tell.kind)?.(id)) === false) return
    const since = clock.now() - Number(at)
    if (since > MAX_AGE_S * 1000) return tried(id, { kind: 'refused', code: 'event_too_old' })
    try {
      const refusedAs = await this.#post(to as Did, { id, tell, at: Number(at) })
      if (refusedAs === 'event_not_expected' && since < UNKNOWN_FOR_MS) throw notYet()
      await tried(id, refusedAs === null ? { kind: 'delivered' } : { kind: 'refused', code: refusedAs })
    } catch (error) {
      await tried(id, { kind: 'failed', code: isRefusal(error) ? error.code : 'failed' })
      throw error
    }
  }

  /** @returns null when it was taken, the other side's reason when it never will be */
  async #post(to: Did, event: { id: string; tell: Tell; at: number }): Promise<string | null> {
    const { organisation, signerOf, walletOf, egress } = this.#deps
    const [{ did: issuer }, wallet] = await Promise.all([organisation(), walletOf(to)])
    const body = await createSecurityEvent({ ...event, issuer, audience: wallet }, await signerOf(issuer))
    const { status, body: answer } = await egress.request(wallet + EVENTS_PATH, {
      method: 'POST',
      headers: { 'content-type': SET_MEDIA_TYPE },
      body,
      accept: 'application/json',
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    })
    if (status === 202) return null
    const code = codeOf(answer)
    // RFC 8935, section 2.3: 400 says what is wrong with the token; anything else may pass.
    if (status === 400 && (final.has(code) || OF_A_STEP.test(code))) return code
    throw new Refusal('upstream', code, 'the partner’s node did not take what we told it', {
      params: { status },
    })
  }
}

/** The grant itself may still be on its way to its holder. */
const UNKNOWN_FOR_MS = 86_400_000

const notYet = () =>
  new Refusal('upstream', 'event_not_expected', 'the partner does not know of that, or not yet')

/** Reasons that no other try will change. */
const final = new Set(['event_not_expected', 'event_malformed', 'event_too_old', 'deletion_confirmed'])

/** What the other party says of a step in an agreement, or of a shared secret, does not change by saying it again. */
const OF_A_STEP = /^(agreement|jws|secret)_/

function codeOf(answer: Buffer): string {
  try {
    const { description } = parseJsonObject(answer)
    return typeof description === 'string' && CODE.test(description) ? description : 'tell_failed'
  } catch (error) {
    if (isRefusal(error)) return 'tell_failed'
    throw error
  }
}
