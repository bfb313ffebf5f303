import { randomBytes } from 'node:crypto'
import { consentLocked, Refusal } from '../core/index.ts'
import type { Store, Tx } from '../store/index.ts'
import { newRecoveryCodes, plainCode } from './codes.ts'
import { Guesses } from './guesses.ts'
import { Slots, type SlotsDeps } from './slots.ts'
import { hashOfToken, keyOfSecret, newDerivation, type SecretKey } from './wrapping.ts'

const SESSION_MS = 15 * 60_000

/** What opens a key for a while. The token is seen once. */
export interface ConsentSession {
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** How she shows that a change of her secret is hers. */
export type Proof = { readonly secret: string } | { readonly recoveryCode: string }

/**
 * Who can open the consent keys of this node's people: each key is encrypted by a data key of its own, and the data key
 * is only kept wrapped, by what its person has and this node has not.
 */
export class ConsentKeys {
  readonly #store: Store
  readonly #clock: SlotsDeps['clock']
  readonly #slots: Slots
  readonly #guesses: Guesses

  constructor(deps: SlotsDeps) {
    this.#store = deps.store
    this.#clock = deps.clock
    this.#slots = new Slots(deps)
    this.#guesses = new Guesses(deps)
  }

  /** What a new secret becomes. Slow on purpose: not within a transaction. */
  prepareSecret(secret: string): Promise<SecretKey> {
    return keyOfSecret(secret, newDerivation())
  }

  /** Whoever has this one-use code can take the key over, until it expires. */
  async awaitActivation(
    tx: Tx,
    key: { readonly partyId: string; readonly dataKey: Buffer },
    activation: { readonly token: string; readonly expiresAt: number },
  ): Promise<void> {
    await this.#slots.addToken(tx, key, { kind: 'activation', ...activation })
  }

  /** From now on her secret opens it. @returns her recovery codes, seen once */
  async takeOver(
    tx: Tx,
    key: { readonly partyId: string; readonly dataKey: Buffer },
    secret: SecretKey,
  ): Promise<string[]> {
    await this.#slots.end(tx, key.partyId, ['activation', 'session'])
    await this.#slots.setSecret(tx, key, secret)
    return this.#renewCodes(tx, key)
  }

  /** As {@link takeOver}, with the code she was given. @throws Refusal `activation_invalid` */
  async activate(tx: Tx, partyId: string, code: string, secret: SecretKey): Promise<string[]> {
    const slot = await this.#slots.findByToken(partyId, 'activation', code)
    const dataKey = await this.#slots.openByToken(partyId, 'activation', code)
    if (!slot || !dataKey || !(await this.#slots.use(tx, slot)))
      throw new Refusal('forbidden', 'activation_invalid', 'this code was used, has expired or is unknown')
    return this.takeOver(tx, { partyId, dataKey }, secret)
  }

  /** Opens a key for a quarter of an hour. @throws Refusal `consent_secret_wrong`, `consent_guesses_exceeded` */
  async unlock(
    partyId: string,
    secret: string,
    recorded: (tx: Tx) => Promise<void>,
  ): Promise<ConsentSession> {
    const open = await this.#openBySecret(partyId, secret)
    return this.#store.transact(async (tx) => {
      await this.#guesses.forget(tx, partyId)
      const session = await this.#openSession(tx, { partyId, dataKey: await open() })
      await recorded(tx)
      return session
    })
  }

  /**
   * From now on one of her passkeys opens it too, by what it works out and nobody else can.
   * @param session one that is open: only she adds a way in
   * @param output what the passkey gave, 256 bits, base64url
   * @returns what the slot is found by, to end it with the passkey
   * @throws Refusal `consent_locked`
   */
  async addPasskey(tx: Tx, partyId: string, session: string, output: string): Promise<string> {
    const dataKey = await this.dataKeyOf(partyId, session)
    await this.#slots.addToken(tx, { partyId, dataKey }, { kind: 'passkey', token: output, expiresAt: null })
    return hashOfToken(output)
  }

  endPasskey(tx: Tx, partyId: string, slotHash: string): Promise<void> {
    return this.#slots.endToken(tx, partyId, 'passkey', slotHash)
  }

  /** As {@link unlock}, by what a passkey worked out. @returns null when it opens nothing of hers */
  async unlockByPasskey(tx: Tx, partyId: string, output: string): Promise<ConsentSession | null> {
    const dataKey = await this.#slots.openByToken(partyId, 'passkey', output)
    return dataKey && this.#openSession(tx, { partyId, dataKey })
  }

  /** Ends every session. Needs no secret. */
  async lock(tx: Tx, partyId: string): Promise<void> {
    await this.#slots.end(tx, partyId, ['session'])
  }

  /** The data key a session opens. @throws Refusal `consent_locked` */
  async dataKeyOf(partyId: string, session: string): Promise<Buffer> {
    const dataKey = await this.#slots.openByToken(partyId, 'session', session)
    if (!dataKey) throw consentLocked()
    return dataKey
  }

  /** @throws Refusal `consent_secret_wrong`, `consent_guesses_exceeded` */
  async changeSecret(
    partyId: string,
    proof: Proof,
    newSecret: string,
    recorded: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    const open =
      'secret' in proof
        ? await this.#openBySecret(partyId, proof.secret)
        : await this.#openByCode(partyId, proof.recoveryCode)
    const secret = await this.prepareSecret(newSecret)
    await this.#store.transact(async (tx) => {
      const dataKey = await open()
      // Of two who use one code at the same moment, one is too late.
      if ('recoveryCode' in proof) await this.#useCode(tx, partyId, proof.recoveryCode)
      await this.#guesses.forget(tx, partyId)
      // Who knew the old one may have unlocked with it.
      await this.#slots.end(tx, partyId, ['session'])
      await this.#slots.setSecret(tx, { partyId, dataKey }, secret)
      await recorded(tx)
    })
  }

  /** New codes; the ones before end. @throws Refusal `consent_secret_wrong`, `consent_guesses_exceeded` */
  async newCodes(
    partyId: string,
    secret: string,
    recorded: (tx: Tx) => Promise<void>,
  ): Promise<readonly string[]> {
    const open = await this.#openBySecret(partyId, secret)
    return this.#store.transact(async (tx) => {
      await this.#guesses.forget(tx, partyId)
      await recorded(tx)
      return this.#renewCodes(tx, { partyId, dataKey: await open() })
    })
  }

  /** Whether she has taken her key over, and how many recovery codes are left. */
  async stateOf(partyId: string): Promise<{ readonly active: boolean; readonly codesLeft: number }> {
    const [secrets, codesLeft] = await Promise.all([
      this.#slots.count(partyId, 'secret'),
      this.#slots.count(partyId, 'recovery'),
    ])
    return { active: secrets > 0, codesLeft }
  }

  /** Of these parties those whose key is theirs alone by now. */
  activeAmong(partyIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#slots.among(partyIds, 'secret')
  }

  /** Whether this session opens her key now. */
  async isOpen(partyId: string, session: string): Promise<number | null> {
    return (await this.#slots.findByToken(partyId, 'session', session))?.expiresAt ?? null
  }

  /** Nobody opens it any more. */
  async end(tx: Tx, partyId: string): Promise<void> {
    await this.#slots.end(tx, partyId, ['activation', 'secret', 'recovery', 'session', 'passkey'])
    await this.#guesses.forget(tx, partyId)
  }

  tidy(): Promise<void> {
    return this.#slots.tidy()
  }

  async #openSession(
    tx: Tx,
    key: { readonly partyId: string; readonly dataKey: Buffer },
  ): Promise<ConsentSession> {
    const expiresAt = this.#clock.now() + SESSION_MS
    const session = { token: randomBytes(32).toString('base64url'), expiresAt }
    await this.#slots.addToken(tx, key, { kind: 'session', ...session })
    return session
  }

  /** @returns how to open it again, within the transaction that changes something: it may be another key by then */
  async #openBySecret(partyId: string, secret: string): Promise<Open> {
    await this.#guesses.count(partyId)
    // Where she has set none the same work is done: how long it takes tells nothing.
    const derivation = (await this.#slots.secretDerivation(partyId)) ?? newDerivation()
    const key = await keyOfSecret(secret, derivation)
    return opened(() => this.#slots.openBySecret(partyId, key))
  }

  async #openByCode(partyId: string, code: string): Promise<Open> {
    await this.#guesses.count(partyId)
    return opened(() => this.#slots.openByToken(partyId, 'recovery', plainCode(code)))
  }

  async #useCode(tx: Tx, partyId: string, code: string): Promise<void> {
    const slot = await this.#slots.findByToken(partyId, 'recovery', plainCode(code))
    if (!slot || !(await this.#slots.use(tx, slot))) throw secretWrong()
  }

  async #renewCodes(tx: Tx, key: { readonly partyId: string; readonly dataKey: Buffer }): Promise<string[]> {
    await this.#slots.end(tx, key.partyId, ['recovery'])
    const codes = newRecoveryCodes()
    for (const code of codes)
      await this.#slots.addToken(tx, key, { kind: 'recovery', token: plainCode(code), expiresAt: null })
    return codes
  }
}

type Open = () => Promise<Buffer>

/** @throws Refusal `consent_secret_wrong` */
async function opened(look: () => Promise<Buffer | null>): Promise<Open> {
  const open = async () => {
    const dataKey = await look()
    if (!dataKey) throw secretWrong()
    return dataKey
  }
  await open()
  return open
}

const secretWrong = (): Refusal =>
  new Refusal('forbidden', 'consent_secret_wrong', 'that is not the secret, or not a code that is left')
