import { z } from 'zod'
import { type AnyOperation, isoTime, operation, requireUser } from '../core/index.ts'
import type { PartiesOperationsDeps } from './operation-values.ts'

export function accountOperations({
  store,
  accounts,
  parties,
  audit,
  keepToken,
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
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const { userId, account: name } = requireUser(caller)
        const made = await store.transact(async (tx) => {
          await accounts.revokeTokensOf(tx, userId)
          await audit.record(tx, caller, 'token.renewed')
          return accounts.createToken(tx, { kind: 'user', ownerId: userId })
        })
        await keepToken?.(name, made.token)
        return { account: name, token: made.token, expires_at: isoTime(made.expiresAt) }
      },
    }),
    operation({
      name: 'activate',
      summary: 'Trade a one-time activation code for your token',
      method: 'POST',
      path: '/activations',
      input: z.strictObject({ code: z.string().min(20).max(100) }),
      output: z.object({ account: z.string(), token: z.string(), expires_at: z.iso.datetime() }),
      allow: { anyone: 'the one-time code is the proof' },
      run: async ({ code }) => {
        const {
          account: name,
          token,
          expiresAt,
        } = await store.transact(async (tx) => {
          const activated = await accounts.activate(tx, code)
          await audit.record(tx, 'system', 'account.activated', { account: activated.account })
          return activated
        })
        return { account: name, token, expires_at: isoTime(expiresAt) }
      },
    }),
  ]
}
