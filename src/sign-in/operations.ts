import { z } from 'zod'
import { type AnyOperation, isoTime, isoTimeOrNull, operation, requireUser } from '../core/index.ts'
import type { OpenIdAccounts } from './openid-accounts.ts'
import type { Passkeys } from './passkeys.ts'
import type { Sessions } from './sessions.ts'
import { signInMethods } from './tables.ts'

export interface SignInOperationsDeps {
  readonly openIdAccounts: OpenIdAccounts
  readonly sessions: Sessions
  readonly passkeys: () => Promise<Passkeys>
  /** The page that takes a link's code. */
  readonly signInPage: string
}

const time = z.iso.datetime()
const people = { users: ['signed_in'] } as const
const methods = z.enum(signInMethods)

/** How somebody signs in with a browser, and where she is signed in. */
export function signInOperations({
  sessions,
  passkeys,
  openIdAccounts,
  signInPage,
}: SignInOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'sessions.link',
      summary: 'A link that signs you in with a browser: it works once, for ten minutes',
      method: 'POST',
      path: '/me/sessions/links',
      input: z.strictObject({}),
      output: z.object({ url: z.string(), expires_at: time }),
      status: 201,
      secret: true,
      proof: true,
      allow: people,
      run: async (_input, { caller }) => {
        const { code, expiresAt } = await sessions.makeLink(requireUser(caller))
        // After the #: no server, log or other page is told it.
        return { url: `${signInPage}#${code}`, expires_at: isoTime(expiresAt) }
      },
    }),
    operation({
      name: 'sessions.list',
      summary: 'Where you are signed in with a browser',
      method: 'GET',
      path: '/me/sessions',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          z.object({
            ...{ id: z.string(), device: z.string(), method: methods, current: z.boolean() },
            ...{ since: time, used_at: time, expires_at: time },
          }),
        ),
      }),
      allow: people,
      run: async (_input, { caller }) => {
        const user = requireUser(caller)
        return {
          items: (await sessions.list(user)).map((one) => ({
            ...{ id: one.id, device: one.device, method: one.method, current: one.id === user.session?.id },
            ...{ since: isoTime(one.createdAt), used_at: isoTime(one.usedAt) },
            expires_at: isoTime(one.expiresAt),
          })),
        }
      },
    }),
    operation({
      name: 'sessions.end',
      summary: 'Sign out one of your browsers',
      method: 'POST',
      path: '/me/sessions/:id/end',
      positional: ['id'],
      input: z.strictObject({ id: z.uuid() }),
      output: z.object({ ended: z.literal(true) }),
      allow: people,
      run: async ({ id }, { caller }) => {
        await sessions.end(requireUser(caller), id)
        return { ended: true as const }
      },
    }),
    operation({
      name: 'sessions.end-all',
      summary: 'Sign out every browser of yours',
      method: 'POST',
      path: '/me/sessions/end',
      input: z.strictObject({}),
      output: z.object({ ended: z.int().describe('how many') }),
      allow: people,
      run: async (_input, { caller }) => ({ ended: await sessions.endAll(requireUser(caller)) }),
    }),
    operation({
      name: 'people.login',
      summary:
        'By what name somebody comes from the login of your organisation; who came as her before does so no more',
      method: 'POST',
      path: '/people/:id/login',
      positional: ['id', 'name'],
      input: z.strictObject({
        id: z.string().max(100),
        name: z
          .string()
          .trim()
          .min(1)
          .max(500)
          .describe('her e-mail address there, or what the node is told to look at'),
      }),
      output: z.object({ named: z.literal(true) }),
      proof: true,
      allow: { users: ['administrator'] },
      run: async ({ id, name }, { caller }) => {
        await openIdAccounts.name(caller, id, name)
        return { named: true as const }
      },
    }),
    operation({
      name: 'passkeys.list',
      summary: 'The passkeys you sign in with',
      method: 'GET',
      path: '/me/passkeys',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          z.object({
            ...{ id: z.string(), name: z.string(), added_at: time, used_at: time.nullable() },
            opens_key: z.boolean().describe('it opens the key you consent with as well'),
          }),
        ),
      }),
      allow: people,
      run: async (_input, { caller }) => {
        const found = await (await passkeys()).list(requireUser(caller))
        return {
          items: found.map(({ id, name, createdAt, usedAt, slotHash }) => ({
            ...{ id, name, added_at: isoTime(createdAt), used_at: isoTimeOrNull(usedAt) },
            opens_key: slotHash !== null,
          })),
        }
      },
    }),
    operation({
      name: 'passkeys.remove',
      summary: 'Remove a passkey: nobody signs in with it any more, and it opens nothing',
      method: 'POST',
      path: '/me/passkeys/:id/removal',
      positional: ['id'],
      input: z.strictObject({ id: z.string().min(1).max(2048) }),
      output: z.object({ removed: z.literal(true) }),
      proof: true,
      allow: people,
      run: async ({ id }, { caller }) => {
        await (await passkeys()).remove(requireUser(caller), id)
        return { removed: true as const }
      },
    }),
  ]
}
