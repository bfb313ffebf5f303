import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  isoTime,
  operation,
  pageInput,
  pageOf,
  Refusal,
} from '../core/index.ts'
import { derivationSchema, readFileKey } from '../wallet-file/index.ts'
import { urlOfTenant } from './host-name.ts'
import type { Hosting, LeavingKey } from './hosting.ts'
import { hostedStates } from './state.ts'

export interface HostingOperationsDeps {
  readonly hosting: Pick<Hosting, 'create' | 'list' | 'suspend' | 'resume' | 'remove'>
  readonly base: URL
}

const slug = z.string().max(63)
const line = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u)

const hosted = z.object({
  id: z.uuid(),
  slug: z.string(),
  state: z.enum(hostedStates),
  url: z.string(),
  moved_to: z.string().nullable(),
  created_at: z.iso.datetime(),
})

const byServicedesk = { users: ['servicedesk'] } as const

/** What the trust anchor's servicedesk does with the nodes it hosts. */
export function hostingOperations({ hosting, base }: HostingOperationsDeps): AnyOperation[] {
  const show = (row: {
    id: string
    slug: string
    state: (typeof hostedStates)[number]
    movedTo: string | null
    createdAt: number
  }) => ({
    ...{ id: row.id, slug: row.slug, state: row.state, url: urlOfTenant(row.slug, base) },
    ...{ moved_to: row.movedTo, created_at: isoTime(Number(row.createdAt)) },
  })
  const step = { method: 'POST', positional: ['slug'], output: hosted, allow: byServicedesk } as const
  return [
    operation({
      name: 'hosting.create',
      summary: 'Make a node for an organisation that has none of its own',
      method: 'POST',
      path: '/hosting',
      positional: ['name'],
      status: 201,
      // The code is told once.
      secret: true,
      input: z.strictObject({
        name: line.describe('of the organisation'),
        kvk_number: z
          .string()
          .regex(/^\d{8}$/)
          .optional(),
        slug: slug.optional().describe('its name in addresses; made of its own unless given'),
        account: z
          .string()
          .regex(/^[a-z][a-z0-9._-]{1,38}$/)
          .describe('of its administrator'),
        given_name: line,
        family_name: line,
        email: z.email().max(254).optional(),
        representation: z.enum(['SOLE', 'JOINT']).optional().describe('how she may represent it'),
      }),
      output: z.object({
        id: z.uuid(),
        slug: z.string(),
        url: z.string(),
        account: z.string(),
        activation: z.string().describe('one-use: her account and consent key are hers with it'),
      }),
      allow: byServicedesk,
      run: async (input, { caller }) => ({
        ...(await hosting.create(caller, {
          slug: input.slug,
          organisation: { name: input.name, kvkNumber: input.kvk_number },
          administrator: {
            ...{ account: input.account, givenName: input.given_name, familyName: input.family_name },
            ...{ email: input.email, representation: input.representation },
          },
        })),
        account: input.account,
      }),
    }),
    operation({
      name: 'hosting.list',
      summary: 'The nodes that are hosted here, newest first',
      method: 'GET',
      path: '/hosting',
      input: z.strictObject({ ...pageInput, state: z.enum(hostedStates).optional() }),
      output: pageOf(hosted),
      allow: byServicedesk,
      run: async (input) => {
        const { items, next } = await hosting.list(input)
        return {
          items: items.map(({ moved_to, created_at, ...row }) =>
            show({ ...row, movedTo: moved_to, createdAt: created_at }),
          ),
          next,
        }
      },
    }),
    operation({
      ...step,
      name: 'hosting.suspend',
      summary: 'Close a hosted node for the time being; nothing of it is lost',
      path: '/hosting/:slug/suspend',
      input: z.strictObject({ slug }),
      run: async (input, { caller }) => show(await hosting.suspend(caller, input.slug)),
    }),
    operation({
      ...step,
      name: 'hosting.resume',
      summary: 'Open a hosted node again',
      path: '/hosting/:slug/resume',
      input: z.strictObject({ slug }),
      run: async (input, { caller }) => show(await hosting.resume(caller, input.slug)),
    }),
    operation({
      ...step,
      name: 'hosting.remove',
      summary: 'Destroy what is here of a hosted node that left, for good',
      path: '/hosting/:slug/remove',
      input: z.strictObject({ slug, confirm: slug.describe('its name once more') }),
      run: async (input, { caller }) => show(await hosting.remove(caller, input.slug, input.confirm)),
    }),
  ]
}

/** How a hosted node leaves: what its own administrator can do. */
export interface LeavingOperationsDeps {
  /** Null on a node that nobody hosts. */
  readonly leave: ((by: Caller, movedTo: string, key: LeavingKey) => Promise<string>) | null
}

export function leavingOperations({ leave }: LeavingOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'hosting.mine',
      summary: 'Whether another runs this node for you',
      method: 'GET',
      path: '/hosting/mine',
      input: z.strictObject({}),
      output: z.object({ hosted: z.boolean() }),
      allow: { users: ['administrator'] },
      run: async () => ({ hosted: leave !== null }),
    }),
    operation({
      name: 'hosting.departures.create',
      summary:
        'Take this node along to a place of your own: it closes here, for good, and becomes one encrypted file',
      method: 'POST',
      path: '/hosting/departures',
      secret: true,
      input: z.strictObject({
        to: z
          .url({ protocol: /^https?$/ })
          .max(500)
          .describe('where it will be reached'),
        key: z.string().max(64).describe('of the file: 32 bytes, base64url'),
        kdf: derivationSchema.describe('how that was made of a passphrase'),
        confirm: z.literal('for good').describe('it cannot be opened here again'),
      }),
      output: z.object({ ticket: z.string().describe('fetches the file, as Bearer token at /hosted-file') }),
      allow: { users: ['administrator'] },
      run: async ({ to, key, kdf }, { caller }) => {
        if (!leave) throw new Refusal('conflict', 'hosting_not_hosted', 'this node is your own already')
        return {
          ticket: await leave(caller, to.replace(/\/+$/, ''), { key: readFileKey(key), derivation: kdf }),
        }
      },
    }),
  ]
}
