import { createHmac, randomBytes } from 'node:crypto'
import { type Clock, isRefusal, Refusal, type UserCaller } from '../core/index.ts'
import { LessThan, rows, type Store } from '../store/index.ts'
import type { Admitted, OpenIdAccounts } from './openid-accounts.ts'
import type { Binding, Identified, OpenIdProvider } from './openid-provider.ts'
import { openIdAttemptTable } from './openid-tables.ts'
import { type OpenedSession, PROOF_MS, type Sessions } from './sessions.ts'
import { hashOfCode } from './tickets.ts'

export interface OpenIdSignInDeps {
  readonly store: Store
  readonly clock: Clock
  readonly sessions: Sessions
  readonly provider: OpenIdProvider
  readonly accounts: OpenIdAccounts
}

/** How long somebody may be at her provider, in ms. */
export const ATTEMPT_MS = 10 * 60_000

/** What became of somebody who came back. */
export type CameBack =
  | { readonly kind: 'signed_in'; readonly session: OpenedSession; readonly path: string }
  /** She is new here, and takes her account over with this code. */
  | { readonly kind: 'added'; readonly code: string }
  /** `again`: she was signed in when she went, and is as she was. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly again: boolean }

/**
 * Signing in with the login of the organisation. What binds an answer to the browser that asked is worked out of a secret
 * that only this browser keeps: nobody who brings the answer in another one gets in, nor does who reads our database.
 */
export class OpenIdSignIn {
  readonly #deps: OpenIdSignInDeps

  constructor(deps: OpenIdSignInDeps) {
    this.#deps = deps
  }

  get label(): { readonly nl: string; readonly en: string } {
    return this.#deps.provider.config.label
  }

  /**
   * Begins an attempt.
   * @param again she shows that it is she who is signed in
   * @returns where the browser goes, and what it keeps until it is back
   * @throws Refusal `openid_unavailable`
   */
  async begin(
    path: string,
    { caller, again }: { readonly caller: UserCaller | null; readonly again: boolean },
  ): Promise<{ readonly url: string; readonly browser: string }> {
    const { store, clock, provider } = this.#deps
    const browser = randomBytes(32).toString('base64url')
    const state = randomBytes(32).toString('base64url')
    const url = await provider.addressFor(bindingOf(browser, state), again)
    await store.transact((tx) =>
      tx.insert(openIdAttemptTable, {
        ...{ hash: hashOfCode(state), browserHash: hashOfCode(browser), path },
        ...{ userId: again ? (caller?.userId ?? null) : null, sessionId: caller?.session?.id ?? null },
        expiresAt: clock.now() + ATTEMPT_MS,
      }),
    )
    return { url, browser }
  }

  /**
   * Ends it with what the provider made the browser bring.
   * @param browser what the browser kept
   */
  async finish(answer: URLSearchParams, browser: string | null, device: string): Promise<CameBack> {
    const state = answer.get('state') ?? ''
    const attempt = await this.#take(state, browser)
    if (!attempt || browser === null) return { kind: 'refused', refusal: stateInvalid(), again: false }
    const { user_id: userId, session_id: sessionId, path } = attempt
    try {
      const { provider, accounts } = this.#deps
      const identified = await provider.identify(answer, bindingOf(browser, state))
      if (userId !== null) requireFresh(identified)
      const admitted = await accounts.admit(provider.config, identified, userId)
      if (admitted.code !== null) return { kind: 'added', code: admitted.code }
      const session = await this.#open(admitted, identified, { sessionId, device })
      return { kind: 'signed_in', session, path }
    } catch (error) {
      if (isRefusal(error)) return { kind: 'refused', refusal: error, again: userId !== null }
      throw error
    }
  }

  async tidy(): Promise<void> {
    const { store, clock, accounts } = this.#deps
    await store.transact((tx) => tx.delete(openIdAttemptTable, { expiresAt: LessThan(clock.now()) }))
    await accounts.tidy()
  }

  /** Uses an attempt up. One of another browser is left for that one. */
  async #take(state: string, browser: string | null) {
    if (state === '' || browser === null) return null
    const { store, clock } = this.#deps
    const [taken] = await store.transact((tx) =>
      rows<{ user_id: string | null; session_id: string | null; path: string }>(
        tx,
        `DELETE FROM openid_attempt WHERE hash = ? AND browser_hash = ? AND expires_at > ?
         RETURNING user_id, session_id, path`,
        [hashOfCode(state), hashOfCode(browser), clock.now()],
      ),
    )
    return taken ?? null
  }

  #open(
    { userId }: Admitted,
    { shownMs }: Identified,
    { sessionId, device }: { readonly sessionId: string | null; readonly device: string },
  ): Promise<OpenedSession> {
    const { store, clock, sessions } = this.#deps
    // Who was known there without being asked did not show that she is there.
    const provedAt = shownMs === null ? 0 : Math.max(0, clock.now() - shownMs)
    return store.transact(async (tx) => {
      // One browser is one session, as with every other way in.
      if (sessionId !== null) await sessions.drop(tx, { id: sessionId })
      return sessions.open(tx, userId, 'openid', device, provedAt)
    })
  }
}

function bindingOf(browser: string, state: string): Binding {
  const from = (what: string) => createHmac('sha256', browser).update(`${what}\0${state}`).digest('base64url')
  return { state, nonce: from('nonce'), verifier: from('verifier') }
}

function requireFresh({ shownMs }: Identified): void {
  if (shownMs !== null && shownMs < PROOF_MS) return
  throw new Refusal('forbidden', 'openid_not_fresh', 'the login did not ask her anew who she is')
}

const stateInvalid = () =>
  new Refusal(
    'forbidden',
    'openid_state_invalid',
    'this was not begun in this browser, was used already or took too long',
  )
