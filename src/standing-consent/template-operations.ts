import { z } from 'zod'
import { type AnyOperation, operation, Refusal, type UserCaller } from '../core/index.ts'
import {
  claims,
  length,
  ownerOf,
  ownersOf,
  refs,
  requireLength,
  type StandingOperationsDeps,
  targets,
  text,
  whose,
} from './operation-values.ts'
import type { TemplateRow } from './standing-tables.ts'

const name = text(60).describe('how you call it, such as: bestelling')
const roles = z.array(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'lower case letters, digits and _'))

const templateOutput = z.object({
  name: z.string(),
  for: z.enum(['me', 'organisation']),
  purpose: z.string().nullable(),
  claims: z.array(z.string()).nullable(),
  roles: z.array(z.string()).nullable(),
  only_asker: z.boolean(),
  allow_system: z.boolean(),
  length: z.string().nullable(),
})

export function templateOperations(deps: StandingOperationsDeps): AnyOperation[] {
  const { templates, purposeIri, types } = deps
  const show = (user: UserCaller, { name, ownerParty, rules }: TemplateRow) => ({
    name,
    for: ownerParty === user.personId ? ('me' as const) : ('organisation' as const),
    purpose: rules.purpose,
    claims: refs(types, rules.claims),
    roles: rules.roles && [...rules.roles],
    only_asker: rules.onlyAsker,
    allow_system: rules.allowSystem,
    length: rules.maxLength,
  })
  return [
    operation({
      name: 'templates.set',
      summary: 'Keep an answer under a name, to approve requests with; it never opens more than was asked',
      method: 'POST',
      path: '/templates',
      positional: ['name'],
      input: z.strictObject({
        name,
        for: whose,
        purpose: text(300).optional().describe('for requests with this purpose only'),
        claims: claims.optional().describe('open these and nothing else'),
        roles: roles.min(1).max(20).optional().describe('roles at the asker that may look, at most'),
        only_asker: z.boolean().default(false).describe('let nobody look but the employee who asked'),
        allow_system: z
          .boolean()
          .default(false)
          .describe('let a system that asks, or is named, read by itself'),
        length: length.optional(),
      }),
      output: templateOutput,
      status: 201,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => {
        const { user, owner } = await ownerOf(deps, caller, input.for)
        if (input.only_asker && input.roles)
          throw new Refusal('invalid', 'recipients_conflict', 'a grant is for who asked alone, or for roles')
        const row = await templates.set(user, owner, input.name, {
          purpose: input.purpose === undefined ? null : purposeIri(input.purpose),
          claims: input.claims ? targets(types, input.claims) : null,
          roles: input.roles ?? null,
          onlyAsker: input.only_asker,
          allowSystem: input.allow_system,
          maxLength: input.length === undefined ? null : requireLength(input.length),
        })
        return show(user, row)
      },
    }),
    operation({
      name: 'templates.list',
      summary: 'The answers that you keep, and the company’s where you decide about them',
      method: 'GET',
      path: '/templates',
      input: z.strictObject({}),
      output: z.object({ items: z.array(templateOutput) }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const { user, owners } = await ownersOf(deps, caller)
        const found = await Promise.all(owners.map((owner) => templates.list(owner)))
        return { items: found.flat().map((row) => show(user, row)) }
      },
    }),
    operation({
      name: 'templates.remove',
      summary: 'Forget an answer; what was granted with it stays as it is',
      method: 'POST',
      path: '/templates/:name/removal',
      positional: ['name'],
      input: z.strictObject({ name, for: whose }),
      output: templateOutput,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => {
        const { user, owner } = await ownerOf(deps, caller, input.for)
        return show(user, await templates.remove(user, owner, input.name))
      },
    }),
  ]
}
