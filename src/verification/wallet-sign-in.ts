import { type Clock, isDid, Refusal } from '../core/index.ts'
import { type Parties, userTable } from '../parties/index.ts'
import type { OpenedSession, Sessions as WebSessions } from '../sign-in/index.ts'
import type { Store } from '../store/index.ts'
import { newSecret } from './request.ts'
import type { Flow } from './session-table.ts'
import { type Sessions, SIGN_IN } from './sessions.ts'
import type { Started, Verifications } from './verifications.ts'

export interface WalletSignInDeps {
  readonly store: Store
  readonly clock: Clock
  readonly parties: Pick<Parties, 'findByDid'>
  readonly verifications: Verifications
  readonly sessions: Sessions
  readonly webSessions: Pick<WebSessions, 'open'>
  /** Where a wallet on the same device sends the browser back to. */
  readonly returnTo: (path: string) => string
}

const PRESET = 'sign-in'

/**
 * Signing in with the role that this organisation gave somebody, from whatever wallet holds it. The browser that began is the
 * only one that gets in: it keeps a secret that no wallet and no link is told.
 */
export class WalletSignIn {
  readonly #deps: WalletSignInDeps

  constructor(deps: WalletSignInDeps) {
    this.#deps = deps
  }

  /** @returns what the wallet is shown, and what the browser keeps. @throws Refusal those of {@link Verifications} */
  async begin(flow: Flow, path: string): Promise<Started & { readonly kept: string }> {
    const { verifications, returnTo } = this.#deps
    const browser = newSecret()
    const started = await verifications.start({
      ...{ caller: { kind: 'anonymous' }, owner: SIGN_IN, browser, preset: PRESET, parameters: {}, flow },
      ...{ responseMode: 'direct_post.jwt', prefix: 'decentralized_identifier', transactions: [] },
      returnTo: flow === 'same_device' ? returnTo(path) : null,
    })
    return { ...started, kept: `${started.row.id}.${browser}` }
  }

  /**
   * Looks whether the wallet answered, and lets the browser in that began, once.
   * @param kept what it keeps
   * @param code what the wallet gave it, where both are on one device
   * @returns null while there is no answer, or none for this browser yet
   * @throws Refusal `wallet_sign_in_…`, `response_code_invalid`
   */
  async finish(
    kept: string | null,
    { code, device }: { readonly code: string | undefined; readonly device: string },
  ): Promise<OpenedSession | null> {
    const { sessions } = this.#deps
    const [id = '', browser = ''] = (kept ?? '').split('.')
    const row = await sessions.findOwn(id, SIGN_IN, browser)
    if (!row) throw over()
    const state = sessions.stateOf(row)
    if (state === 'waiting') return null
    if (state !== 'done') throw state === 'expired' ? over() : notShown()
    if (row.codeHash !== null) {
      // On one device it is for whoever comes back from the wallet (OpenID4VP 1.0, section 14.2).
      if (code === undefined) return null
      await sessions.release(row, code)
    }
    const outcome = await sessions.outcomeOf(row)
    const shown = outcome?.state === 'done' ? outcome.result : null
    const opened = await this.#open(id, shown?.accepted ? shown.subject : null, { flow: row.flow, device })
    if (opened instanceof Refusal) throw opened
    return opened
  }

  /** What was shown is used up by it, whatever comes of it. */
  async #open(
    id: string,
    subject: string | null,
    { flow, device }: { readonly flow: Flow; readonly device: string },
  ): Promise<OpenedSession | Refusal> {
    const { store, clock, parties, sessions, webSessions } = this.#deps
    const party = isDid(subject) ? await parties.findByDid(subject) : null
    return store.transact(async (tx) => {
      if (!(await sessions.take(tx, id))) return over()
      const user = party && (await tx.findOneBy(userTable, { personId: party.id, state: 'active' }))
      if (!user) return notShown()
      // Who scans a code may have been handed it by somebody else: it lets in, and opens no further doors.
      const provedAt = flow === 'same_device' ? clock.now() : 0
      return webSessions.open(tx, user.id, 'wallet', device, provedAt)
    })
  }
}

const over = () =>
  new Refusal(
    'gone',
    'wallet_sign_in_over',
    'this was not begun in this browser, was used already or took too long',
  )

const notShown = () =>
  new Refusal('forbidden', 'wallet_sign_in_refused', 'the wallet did not show a role here that is in force')
