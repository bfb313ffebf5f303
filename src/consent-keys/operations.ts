import { z } from 'zod'
import type { Audit } from '../audit/index.ts'
import {
  type AnyOperation,
  type Caller,
  isoTime,
  isoTimeOrNull,
  operation,
  requireUser,
  unlockOf,
} from '../core/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { ConsentKeys, Proof } from './consent-keys.ts'

export interface ConsentKeysOperationsDeps {
  readonly store: Store
  readonly consentKeys: ConsentKeys
  readonly audit: Audit
}

/** A passphrase that is set; one that is tried may be anything. */
export const newSecret = z.string().min(12).max(1000).meta({
  format: 'new-password',
  description: 'at least 12 characters: a sentence nobody else would think of',
})
const secret = z.string().min(1).max(1000).meta({ format: 'password', description: 'the one you have' })
const recoveryCode = z
  .string()
  .min(1)
  .max(100)
  .meta({ format: 'password', description: 'one you wrote down; it works once' })
const codes = z.object({ recovery_codes: z.array(z.string()).describe('shown once: write them down') })

export function consentKeysOperations(deps: ConsentKeysOperationsDeps): AnyOperation[] {
  return [...sessionOperations(deps), ...secretOperations(deps)]
}

function sessionOperations({ consentKeys, audit, store }: ConsentKeysOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'consent.show',
      summary: 'Whether the key you consent with is yours, and open in this call',
      method: 'GET',
      path: '/me/consent',
      input: z.strictObject({}),
      output: z.object({
        active: z.boolean().describe('you have set a secret: nobody else can sign for you'),
        unlocked_until: z.iso.datetime().nullable(),
        recovery_codes_left: z.number().int(),
      }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const { personId } = requireUser(caller)
        const opens = unlockOf(caller)?.reveal()
        const until = opens && 'session' in opens ? await consentKeys.isOpen(personId, opens.session) : null
        const { active, codesLeft } = await consentKeys.stateOf(personId)
        return {
          active,
          unlocked_until: isoTimeOrNull(until),
          recovery_codes_left: codesLeft,
        }
      },
    }),
    operation({
      name: 'consent.unlock',
      summary: 'Open the key you consent with, for a quarter of an hour, with your secret',
      method: 'POST',
      path: '/me/consent/unlock',
      input: z.strictObject({ secret }),
      output: z.object({
        token: z.string().describe('send it along as Regie-Consent; shown once'),
        expires_at: z.iso.datetime(),
      }),
      status: 201,
      secret: true,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => {
        const recorded = (tx: Tx) => audit.record(tx, caller, 'consent_key.unlocked')
        const session = await consentKeys.unlock(requireUser(caller).personId, input.secret, recorded)
        return { token: session.token, expires_at: isoTime(session.expiresAt) }
      },
    }),
    operation({
      name: 'consent.lock',
      summary: 'Close the key you consent with, wherever you opened it',
      method: 'POST',
      path: '/me/consent/lock',
      input: z.strictObject({}),
      output: z.object({ locked: z.literal(true) }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        await store.transact(async (tx) => {
          await consentKeys.lock(tx, requireUser(caller).personId)
          await audit.record(tx, caller, 'consent_key.locked')
        })
        return { locked: true as const }
      },
    }),
  ]
}

function secretOperations({ consentKeys, audit }: ConsentKeysOperationsDeps): AnyOperation[] {
  const codesLeft = z.object({ recovery_codes_left: z.number().int() })
  const change = async (caller: Caller, proof: Proof, newOne: string) => {
    const { personId } = requireUser(caller)
    const by = 'secret' in proof ? 'secret' : 'recovery_code'
    await consentKeys.changeSecret(personId, proof, newOne, (tx) =>
      audit.record(tx, caller, 'consent_key.secret_changed', { by }),
    )
    return { recovery_codes_left: (await consentKeys.stateOf(personId)).codesLeft }
  }
  return [
    operation({
      name: 'consent.secret',
      summary: 'Set another secret, with the one you have',
      method: 'POST',
      path: '/me/consent/secret',
      input: z.strictObject({ secret, new_secret: newSecret }),
      output: codesLeft,
      secret: true,
      proof: true,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => change(caller, { secret: input.secret }, input.new_secret),
    }),
    operation({
      name: 'consent.recover',
      summary: 'Set another secret with a recovery code, when you lost the one you had',
      method: 'POST',
      path: '/me/consent/recovery',
      input: z.strictObject({ recovery_code: recoveryCode, new_secret: newSecret }),
      output: codesLeft,
      secret: true,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) =>
        change(caller, { recoveryCode: input.recovery_code }, input.new_secret),
    }),
    operation({
      name: 'consent.codes',
      summary: 'New recovery codes; the ones you had end',
      method: 'POST',
      path: '/me/consent/codes',
      input: z.strictObject({ secret }),
      output: codes,
      status: 201,
      secret: true,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => {
        const recorded = (tx: Tx) => audit.record(tx, caller, 'consent_key.codes_renewed')
        const made = await consentKeys.newCodes(requireUser(caller).personId, input.secret, recorded)
        return { recovery_codes: [...made] }
      },
    }),
  ]
}
