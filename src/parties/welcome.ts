import { randomBytes } from 'node:crypto'
import type { ConsentKeys, SecretKey } from '../consent-keys/index.ts'
import type { Tx } from '../store/index.ts'
import type { Accounts } from './accounts.ts'
import type { LocalFiles } from './operation-values.ts'
import type { Added } from './people.ts'

export interface WelcomeDeps {
  readonly accounts: Accounts
  readonly consentKeys: ConsentKeys
  /** Where people of this machine have what opens their account and key; others get a one-use code. */
  readonly local?: LocalFiles
}

/** Gives a person who was just made what is hers: her account, and what opens her consent key. */
export class Welcome {
  readonly #deps: WelcomeDeps

  constructor(deps: WelcomeDeps) {
    this.#deps = deps
  }

  /** Before the transaction that makes her: deriving a key takes a while. */
  async prepare(): Promise<{ readonly text: string; readonly key: SecretKey } | null> {
    if (!this.#deps.local) return null
    const text = randomBytes(32).toString('base64url')
    return { text, key: await this.#deps.consentKeys.prepareSecret(text) }
  }

  /** @returns the one-use code she takes account and key over with; null where this machine keeps both for her */
  async give(
    tx: Tx,
    account: string,
    { party, userId, dataKey }: Added,
    secret: Awaited<ReturnType<Welcome['prepare']>>,
  ): Promise<string | null> {
    const { accounts, consentKeys, local } = this.#deps
    const key = { partyId: party.id, dataKey }
    if (!secret || !local) {
      const activation = await accounts.createToken(tx, { kind: 'activation', ownerId: userId })
      await consentKeys.awaitActivation(tx, key, activation)
      return activation.token
    }
    const { token } = await accounts.createToken(tx, { kind: 'user', ownerId: userId })
    await consentKeys.takeOver(tx, key, secret.key)
    // Before the commit: who is acknowledged can sign in.
    await local.keepToken(account, token)
    await local.keepSecret(account, secret.text)
    return null
  }
}
