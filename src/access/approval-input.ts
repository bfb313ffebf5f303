import { z } from 'zod'
import { asDid } from '../core/index.ts'
import type { Recipients } from './decide.ts'
import type { Approval } from './grant-claims.ts'
import {
  type AccessOperationsDeps,
  claimRefs,
  lastMoment,
  namedParties,
  partyRefs,
  targetsFrom,
  untilInput,
} from './operation-values.ts'

const roleCodes = z
  .array(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'lower case letters, digits and _'))
  .min(1)
  .max(20)
const dids = (max: number) => z.array(z.string().trim().min(1).max(2048)).min(1).max(max)

/** What somebody says who grants: all of it, or less. */
export const approvalInput = {
  id: z.string().max(100),
  only: claimRefs.optional().describe('share these and nothing else'),
  until: untilInput.optional(),
  roles: roleCodes
    .optional()
    .describe('roles at the asker that may look; left out: the role of whoever asked'),
  only_asker: z.boolean().optional().describe('let nobody look but the employee who asked'),
  allow_system: z
    .boolean()
    .optional()
    .describe('let the system that asks, or that the asker names, read by itself'),
  allow_passing_on: z
    .boolean()
    .optional()
    .describe('let the asker have an intermediary read on its behalf, if it asked to'),
  pass_on_to: partyRefs.optional().describe('only to these: DID, KVK number or name'),
  pass_on_roles: roleCodes
    .optional()
    .describe('nobody inside the intermediary may look but these roles, and whom you name beside them'),
  pass_on_persons: dids(50).optional().describe('or these employees of the intermediary, by DID'),
  pass_on_systems: dids(20).optional().describe('or these systems of the intermediary, by DID'),
}

const approval = z.object(approvalInput)

/** @throws Refusal `invalid_claim_ref`, `unknown_claim`, `invalid_date`, `partner_unknown` and others */
export async function approvalFrom(
  said: z.output<typeof approval>,
  { types, clock, partner }: Pick<AccessOperationsDeps, 'types' | 'clock' | 'partner'>,
): Promise<Approval> {
  const { only, until, roles, only_asker, allow_system, allow_passing_on, pass_on_to } = said
  const passOnReaders = readersOf(said)
  return {
    ...(only && { only: targetsFrom(types, only) }),
    ...(until && { until: lastMoment(until, clock) }),
    ...(roles && { roles }),
    ...(only_asker && { onlyAsker: true }),
    ...(allow_system && { allowSystem: true }),
    ...(allow_passing_on && { passOn: true }),
    ...(pass_on_to && { passOnTo: (await namedParties(pass_on_to, partner)).map(({ did }) => did) }),
    ...(passOnReaders && { passOnReaders }),
  }
}

function readersOf({
  pass_on_roles: roles,
  pass_on_persons: persons,
  pass_on_systems: systems,
}: z.output<typeof approval>): Recipients | null {
  if (!roles && !persons && !systems) return null
  return {
    ...(roles && { roles: [...new Set(roles)] }),
    ...(persons && { persons: [...new Set(persons.map(asDid))] }),
    ...(systems && { systems: [...new Set(systems.map(asDid))] }),
  }
}
