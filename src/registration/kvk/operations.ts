import { z } from 'zod'
import { type AnyOperation, isoTime, operation, requireUser } from '../../core/index.ts'
import { factFields } from './facts.ts'
import type { TradeRegister } from './kvk-api.ts'
import type { LookUp, LookUps } from './look-ups.ts'

const id = z.uuid()
const allow = { users: ['servicedesk'] } as const

const lookUpView = z.object({
  source: z.string().nullable(),
  at: z.iso.datetime().nullable().describe('null where the register was not asked'),
  compared: z.array(
    z.object({
      field: z.enum(factFields),
      said: z.string().nullable(),
      found: z.string().nullable(),
      same: z.boolean(),
    }),
  ),
  names: z.array(z.string()).describe('other names it is registered under'),
})

/** Looking organisations up in the trade register. */
export function kvkOperations({
  lookUps,
  register,
}: {
  readonly lookUps: LookUps
  readonly register: TradeRegister
}): AnyOperation[] {
  return [
    operation({
      name: 'registrations.kvk.look',
      summary: 'Look the organisation of a case up in the trade register, beside what it says itself',
      method: 'POST',
      path: '/registrations/:id/kvk',
      input: z.strictObject({ id }),
      output: lookUpView,
      allow,
      positional: ['id'],
      run: async (input, { caller }) => show(await lookUps.look(requireUser(caller), input.id)),
    }),
    operation({
      name: 'registrations.kvk.show',
      summary: 'What the trade register said of it last',
      method: 'GET',
      path: '/registrations/:id/kvk',
      input: z.strictObject({ id }),
      output: lookUpView,
      allow,
      positional: ['id'],
      run: async (input) => show(await lookUps.last(input.id)),
    }),
    operation({
      name: 'registrations.kvk.search',
      summary: 'Search the trade register for a name',
      method: 'GET',
      path: '/registrations/kvk',
      input: z.strictObject({ name: z.string().trim().min(2).max(200) }),
      output: z.object({
        items: z.array(
          z.object({ kvk_number: z.string(), name: z.string(), locality: z.string().nullable() }),
        ),
      }),
      allow,
      positional: ['name'],
      run: async ({ name }) => ({ items: [...(await register.search(name))] }),
    }),
  ]
}

const show = (found: LookUp | null): z.input<typeof lookUpView> => ({
  source: found?.row.source ?? null,
  at: found && isoTime(found.row.at),
  compared: [...(found?.compared ?? [])],
  names: [...(found?.facts.names ?? [])],
})
