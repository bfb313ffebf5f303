import { z } from 'zod'
import { newSecret } from '../consent-keys/index.ts'
import { type AnyOperation, isoTime, operation, requireUser } from '../core/index.ts'
import type { PartiesOperationsDeps } from './operation-values.ts'

export function accountOperations({
  store,
  accounts,
  parties,
  audit,
  consentKeys,
  local,
}: PartiesOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'whoami',
      summary: 'Who you are to this node',
      method: 'GET',
      path: '/me',
      input: z.strictObject({}),
      output: z.object({
        account: z.string(),
        name: z.string(),
        did: z.string(),
        roles: z.array(z.string()),
        organisation: z.object({ name: z.string(), did: z.string() }),
      }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const user = requireUser(caller)
        const organisation = await parties.organisation()
        const profiles = await parties.profiles([user.personId, organisation.id])
        return {
          account: user.account,
          name: profiles.get(user.personId)?.name ?? '',
          did: user.did,
          roles: [...user.roles],
          organisation: { name: profiles.get(organisation.id)?.name ?? '', did: organisation.did },
        }
      },
    }),
    operation({
      name: 'me.token',
      summary: 'A new token for yourself; the ones you had end',
      method: 'POST',
      path: '/me/token',
      input: z.strictObject({}),
      output: z.object({ account: z.string(), token: z.string(), expires_at: z.iso.datetime() }),
      proof: true,
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const { userId, account: name } = requireUser(caller)
        const made = await store.transact(async (tx) => {
          await accounts.revokeTokensOf(tx, userId)
          await audit.record(tx, caller, 'token.renewed')
          return accounts.createToken(tx, { kind: 'user', ownerId: userId })
        })
        await local?.keepToken(name, made.token)
        return { account: name, token: made.token, expires_at: isoTime(made.expiresAt) }
      },
    }),
    operation({
      name: 'activate',
      summary: 'Trade a one-time activation code for your token, and set the secret you consent with',
      method: 'POST',
      path: '/activations',
      input: z.strictObject({
        code: z.string().min(20).max(100).meta({ format: 'password', description: 'the one you were given' }),
        secret: newSecret,
      }),
      output: z.object({
        account: z.string(),
        token: z.string(),
        expires_at: z.iso.datetime(),
        recovery_codes: z.array(z.string()).describe('shown once: one sets a new secret when you lose yours'),
      }),
      secret: true,
      allow: { anyone: 'the one-time code is the proof' },
      run: async ({ code, secret }) => {
        // What is unknown is refused before anything slow is done for it.
        await accounts.requireActivation(code)
        const prepared = await consentKeys.prepareSecret(secret)
        return store.transact(async (tx) => {
          const { account: name, personId, token, expiresAt } = await accounts.activate(tx, code)
          const codes = await consentKeys.activate(tx, personId, code, prepared)
          await audit.record(tx, 'system', 'account.activated', { party: personId })
          return { account: name, token, expires_at: isoTime(expiresAt), recovery_codes: codes }
        })
      },
    }),
  ]
}
