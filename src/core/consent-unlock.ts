import { inspect } from 'node:util'
import { Refusal } from './refusal.ts'

/** The session token an unlock gave, or, while her key is being made, the data key itself. */
type Opens = { readonly session: string } | { readonly dataKey: Buffer }

/**
 * What opens a person's consent key. Opaque: neither JSON, nor a log line, nor `inspect` shows anything of it, and it is
 * never stored.
 */
export class ConsentUnlock {
  readonly #opens: Opens

  constructor(opens: Opens) {
    this.#opens = opens
  }

  /** Only for whoever opens the key. */
  reveal(): Opens {
    return this.#opens
  }

  toJSON(): string {
    return '[hidden]'
  }

  [inspect.custom](): string {
    return 'ConsentUnlock [hidden]'
  }
}

/** Her key is closed: whatever it signs takes a live session of hers. */
export const consentLocked = (): Refusal =>
  new Refusal('forbidden', 'consent_locked', 'the key that signs for this person is locked: unlock it first')
