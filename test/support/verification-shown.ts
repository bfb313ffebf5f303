import { expect } from 'vitest'
import type { Engine } from '../../src/store/index.ts'
import { ANCHOR, type Holder, newHolder, VerificationRoom } from './verification-room.ts'
import { type RequestObject, Wallet } from './verification-wallet.ts'

/** A verifier, and a wallet that holds the registration of a company. */
export interface Shown {
  readonly room: VerificationRoom
  readonly wallet: Wallet
  readonly ada: Holder
  readonly registration: string
}

/** What the preset for registered companies asks. */
export const asked = [['name'], ['kvk_number'], ['registered_on']]

export async function openShown(engine: Engine): Promise<Shown> {
  const room = await VerificationRoom.open({ engine })
  const ada = newHolder()
  return {
    ...{ room, ada, wallet: new Wallet(room) },
    registration: await room.issue(ada, 'company-registration', ANCHOR),
  }
}

/** What tests of answers do again and again. @param shown there once the test runs */
export const answering = (shown: () => Shown) => {
  /** A request that was started and fetched. */
  const open = async (body: object = { response_mode: 'direct_post' }) => {
    const { wallet } = shown()
    const started = await wallet.start(body)
    return { started, request: await wallet.fetch(started) }
  }
  return {
    open,
    good: (request: RequestObject) => {
      const { room, ada, registration } = shown()
      return room.present(ada, registration, request, asked)
    },
    /** What is reported of one presentation. */
    reportOf: async (make: (request: RequestObject) => Promise<string>) => {
      const { wallet } = shown()
      const { started, request } = await open()
      expect((await wallet.respond(request, { registration: [await make(request)] })).status).toBe(200)
      const { accepted, checks, credentials } = await wallet.show(started)
      const all = [...checks, ...(credentials[0]?.checks ?? [])]
      const codes = all.flatMap(({ ok, code }) => (ok ? [] : [code]))
      return { accepted, codes, claims: credentials[0]?.claims }
    },
  }
}
