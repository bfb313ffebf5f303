import { z } from 'zod'
import { type AnyOperation, isoTime, isoTimeOrNull, operation, pageInput, pageOf } from '../core/index.ts'
import type { SeenLink } from './links.ts'
import { subjectsOf } from './may-decide.ts'
import { type AccessOperationsDeps, refOf, time } from './operation-values.ts'

const party = z.object({ did: z.string(), name: z.string() })

const linkOutput = z.object({
  id: z.string(),
  grant: z.string(),
  state: z.enum(['live', 'ended']),
  ended: z.string().nullable().describe('why it opens nothing any more'),
  kept_out: z
    .boolean()
    .describe('whether you cut it, and the grant is not passed on to them until you allow that again'),
  to: party.describe('who reads'),
  on_behalf_of: party.describe('whose grant it is'),
  claims: z.array(z.string()),
  purpose: z.array(z.string()),
  roles: z.array(z.string()).describe('roles inside the intermediary that may look'),
  persons: z.array(z.string()).describe('employees of the intermediary that may look, by DID'),
  systems: z.array(z.string()).describe('systems of the intermediary that may look by themselves'),
  since: time,
  until: time,
  last_look: time.nullable(),
})

/** Who reads on behalf of whom, and cutting that: for whoever gave the grant. */
export function linkOperations({ links, parties, types }: AccessOperationsDeps): AnyOperation[] {
  const asLink = ({ link, grant, ended, lastLook }: SeenLink) => ({
    id: link.id,
    grant: link.grantId,
    state: ended === null ? ('live' as const) : ('ended' as const),
    ended,
    kept_out: link.cutAt !== null && link.allowedAt === null,
    to: { did: link.delegate, name: link.delegateName },
    on_behalf_of: { did: link.principal, name: grant.granteeName },
    claims: link.claims.map((claim) => refOf(types, claim)),
    purpose: [...link.purpose],
    roles: [...(link.recipients.roles ?? [])],
    persons: [...(link.recipients.persons ?? [])],
    systems: [...(link.recipients.systems ?? [])],
    since: isoTime(link.startsAt),
    until: isoTime(link.expiresAt),
    last_look: isoTimeOrNull(lastLook),
  })
  return [
    operation({
      name: 'access.links',
      summary: 'Intermediaries that read under your grants on behalf of who holds them',
      method: 'GET',
      path: '/access/links',
      input: z.strictObject({ ...pageInput, grant: z.string().max(100).optional() }),
      output: pageOf(linkOutput),
      allow: { users: ['signed_in'] },
      run: async ({ grant, ...page }, { caller }) => {
        const found = await links.list(await subjectsOf(parties, caller), page, grant)
        const next = found.length === page.limit ? (found.at(-1)?.link.id ?? null) : null
        return { items: found.map(asLink), next }
      },
    }),
    operation({
      name: 'access.cut',
      summary:
        'Let one intermediary read no more under a grant, by this link or a new one; who holds the grant still can',
      method: 'POST',
      path: '/access/links/:id/cut',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output: linkOutput,
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) => asLink(await links.cut(caller, id)),
    }),
    operation({
      name: 'access.allow',
      summary: 'Let a grant be passed on again to an intermediary that you cut; what was cut stays cut',
      method: 'POST',
      path: '/access/links/:id/allowance',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output: linkOutput,
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) => asLink(await links.allow(caller, id)),
    }),
  ]
}
