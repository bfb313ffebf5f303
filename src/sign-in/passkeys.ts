import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Audit } from '../audit/index.ts'
import type { ConsentKeys, ConsentSession } from '../consent-keys/index.ts'
import { type Clock, Refusal, requireProof, type UserCaller, unlockOf } from '../core/index.ts'
import type { Accounts } from '../parties/index.ts'
import { change, type Store, type Tx } from '../store/index.ts'
import type { OpenedSession, Sessions } from './sessions.ts'
import { type PasskeyRow, passkeyTable } from './tables.ts'
import { Tickets } from './tickets.ts'

export interface PasskeysDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly accounts: Pick<Accounts, 'callerOf'>
  readonly consentKeys: Pick<ConsentKeys, 'addPasskey' | 'endPasskey' | 'unlockByPasskey'>
  readonly sessions: Sessions
  /** Pages that may use them: origins such as `https://regie.example`. */
  readonly origins: readonly string[]
  /** What the authenticator shows the company as. */
  readonly name: string
}

/** What a passkey is asked to work a key out of (WebAuthn PRF): the same each time, so that the same comes out. */
const PRF_INPUT = 'regie consent key'
/** 32 bytes, base64url. */
const PRF_OUTPUT = /^[A-Za-z0-9_-]{43}$/
const MAX_PASSKEYS = 10

/** Somebody who came in with a passkey, and what opens her consent key where the passkey did. */
export interface SignedIn {
  readonly session: OpenedSession
  readonly consent: ConsentSession | null
}

/** Passkeys: signing in without anything to remember or to steal (WebAuthn, with user verification always). */
export class Passkeys {
  readonly #deps: PasskeysDeps
  readonly #tickets: Tickets

  constructor(deps: PasskeysDeps) {
    this.#deps = deps
    this.#tickets = new Tickets(deps)
  }

  async list({ userId }: UserCaller): Promise<PasskeyRow[]> {
    return this.#deps.store.reader.find(passkeyTable, { where: { userId }, order: { createdAt: 'ASC' } })
  }

  /** What her browser makes one with. @throws Refusal `proof_required`, `passkeys_too_many` */
  async registrationOptions(caller: UserCaller) {
    requireProof(caller)
    const { store, name } = this.#deps
    const known = await this.list(caller)
    if (known.length >= MAX_PASSKEYS)
      throw new Refusal('conflict', 'passkeys_too_many', `nobody needs more than ${MAX_PASSKEYS}: remove one`)
    const { code } = await store.transact((tx) => this.#tickets.make(tx, 'registration', caller.userId))
    const options = await generateRegistrationOptions({
      rpName: name,
      rpID: this.#rpId(),
      userName: caller.account,
      userID: new TextEncoder().encode(caller.userId),
      challenge: bytesOf(code),
      attestationType: 'none',
      excludeCredentials: known.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    return { ...options, prf_input: PRF_INPUT }
  }

  /**
   * Keeps one that her browser made. It opens her consent key as well where it works a key out and hers is open now.
   * @param prf what it worked out, base64url
   * @throws Refusal `passkey_invalid`, `proof_required`
   */
  async register(
    caller: UserCaller,
    { response, name, prf }: { response: RegistrationResponseJSON; name: string; prf?: string | undefined },
  ): Promise<PasskeyRow> {
    requireProof(caller)
    const { store, clock, audit, consentKeys, origins } = this.#deps
    return store.transact(async (tx) => {
      const code = challengeOf(response)
      const ticket = await this.#tickets.use(tx, 'registration', code)
      if (ticket?.userId !== caller.userId) throw invalid()
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        ...{ response, expectedChallenge: code, expectedOrigin: [...origins], expectedRPID: this.#rpId() },
        requireUserVerification: true,
      }).catch(refused)
      if (!verified || !registrationInfo) throw invalid()
      const { credential } = registrationInfo
      const opens = unlockOf(caller)?.reveal()
      const slotHash =
        prf !== undefined && PRF_OUTPUT.test(prf) && opens && 'session' in opens
          ? await consentKeys.addPasskey(tx, caller.personId, opens.session, prf)
          : null
      const row: PasskeyRow = {
        ...{ id: credential.id, userId: caller.userId, publicKey: Buffer.from(credential.publicKey) },
        ...{ counter: credential.counter, transports: credential.transports ?? [], name, slotHash },
        ...{ createdAt: clock.now(), usedAt: null },
      }
      await tx.insert(passkeyTable, row)
      await audit.record(tx, caller, 'passkey.added', {
        passkey: row.id,
        opens_key: slotHash === null ? 'no' : 'yes',
      })
      return row
    })
  }

  /**
   * What a browser asks a passkey of ours to answer.
   * @param again who is signed in and shows that she is there: by no passkey but hers
   */
  async authenticationOptions(again: UserCaller | null) {
    const known = again ? await this.list(again) : []
    const userId = again?.userId ?? null
    const { code } = await this.#deps.store.transact((tx) => this.#tickets.make(tx, 'authentication', userId))
    const options = await generateAuthenticationOptions({
      ...{ rpID: this.#rpId(), challenge: bytesOf(code), userVerification: 'required' },
      allowCredentials: known.map(({ id }) => ({ id })),
    })
    return { ...options, prf_input: PRF_INPUT }
  }

  /**
   * Signs in whoever has the passkey; who is signed in already shows by it that she is there.
   * @param prf what it worked out, base64url
   * @throws Refusal `passkey_invalid`
   */
  async signIn(
    { response, prf }: { response: AuthenticationResponseJSON; prf?: string | undefined },
    device: string,
  ): Promise<SignedIn> {
    const { store, clock, accounts, consentKeys, sessions, audit } = this.#deps
    return store.transact(async (tx) => {
      const row = await this.#verify(tx, response)
      const caller = await accounts.callerOf(row.userId)
      if (!caller) throw invalid()
      await change(tx, passkeyTable, { id: row.id }, { usedAt: clock.now() })
      const session = await sessions.open(tx, row.userId, 'passkey', device)
      const consent =
        prf !== undefined && PRF_OUTPUT.test(prf)
          ? await consentKeys.unlockByPasskey(tx, caller.personId, prf)
          : null
      if (consent) await audit.record(tx, caller, 'consent_key.unlocked', { by: 'passkey' })
      return { session, consent }
    })
  }

  /** @throws Refusal `passkey_unknown` */
  async remove(caller: UserCaller, id: string): Promise<void> {
    const { store, audit, consentKeys } = this.#deps
    await store.transact(async (tx) => {
      const row = await tx.findOneBy(passkeyTable, { id, userId: caller.userId })
      if (!row) throw new Refusal('not_found', 'passkey_unknown', 'you have no such passkey')
      await tx.delete(passkeyTable, { id })
      if (row.slotHash !== null) await consentKeys.endPasskey(tx, caller.personId, row.slotHash)
      await audit.record(tx, caller, 'passkey.removed', { passkey: id })
    })
  }

  async #verify(tx: Tx, response: AuthenticationResponseJSON): Promise<PasskeyRow> {
    const code = challengeOf(response)
    const ticket = await this.#tickets.use(tx, 'authentication', code)
    const row = ticket && (await tx.findOneBy(passkeyTable, { id: response.id }))
    if (!row || (ticket.userId !== null && ticket.userId !== row.userId)) throw invalid()
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      ...{ response, expectedChallenge: code, expectedRPID: this.#rpId() },
      expectedOrigin: [...this.#deps.origins],
      requireUserVerification: true,
      credential: { id: row.id, publicKey: new Uint8Array(row.publicKey), counter: row.counter },
    }).catch(refused)
    if (!verified) throw invalid()
    // Of two answers with one counter, one is of a copy.
    const where = { id: row.id, counter: row.counter }
    if ((await change(tx, passkeyTable, where, { counter: authenticationInfo.newCounter })) !== 1)
      throw invalid()
    return row
  }

  /** The name a passkey is bound to: that of the pages that use it. */
  #rpId(): string {
    const [origin = ''] = this.#deps.origins
    return new URL(origin).hostname
  }
}

const bytesOf = (code: string) => new Uint8Array(Buffer.from(code, 'base64url'))

/** @throws Refusal `passkey_invalid` */
function challengeOf({ response }: { response: { clientDataJSON: string } }): string {
  try {
    const { challenge } = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString()) as {
      challenge?: unknown
    }
    if (typeof challenge === 'string') return challenge
  } catch {
    throw invalid()
  }
  throw invalid()
}

function refused(cause: unknown): never {
  throw invalid(cause)
}

const invalid = (cause?: unknown) =>
  new Refusal('forbidden', 'passkey_invalid', 'this passkey does not sign anybody in here', { cause })
