import { z } from 'zod'
import { type AnyOperation, operation, requireUser } from '../core/index.ts'
import type { Preference, Preferences } from './preferences.ts'

const output = z.object({
  language: z.enum(['nl', 'en']),
  access: z
    .boolean()
    .describe('a mail when a request waits for you, yours is answered, or a grant ends soon'),
  policy: z.boolean().describe('a mail when the trust anchor asks to accept a policy, suspends or resumes'),
})

/** Each for herself: nobody sees or sets those of another. */
export function preferenceOperations(preferences: Preferences): AnyOperation[] {
  const allow = { users: ['signed_in'] } as const
  return [
    operation({
      name: 'mails.preferences',
      summary: 'In which language you are mailed, and of what',
      method: 'GET',
      path: '/mails/preferences',
      input: z.strictObject({}),
      output,
      allow,
      run: async (_, { caller }) => describe(await preferences.find(requireUser(caller).personId)),
    }),
    operation({
      name: 'mails.prefer',
      summary: 'Say in which language you want to be mailed, and of what',
      method: 'POST',
      path: '/mails/preferences',
      input: z.strictObject({
        language: z.enum(['nl', 'en']).optional(),
        access: z.boolean().optional().describe('mails about requests and grants'),
        policy: z.boolean().optional().describe('mails of administrators about the policy'),
      }),
      output,
      allow,
      run: async (wanted, { caller }) => describe(await preferences.set(requireUser(caller), wanted)),
    }),
  ]
}

const describe = ({ language, policy, access }: Preference) => ({
  ...{ language, policy: policy === 1, access: access === 1 },
})
