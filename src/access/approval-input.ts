import { z } from 'zod'
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

/** What somebody says who grants: all of it, or less. */
export const approvalInput = {
  id: z.string().max(100),
  only: claimRefs.optional().describe('share these and nothing else'),
  until: untilInput.optional(),
  roles: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/))
    .min(1)
    .max(20)
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
}

const approval = z.object(approvalInput)

/** @throws Refusal `invalid_claim_ref`, `unknown_claim`, `invalid_date`, `partner_unknown` and others */
export async function approvalFrom(
  { only, until, roles, only_asker, allow_system, allow_passing_on, pass_on_to }: z.output<typeof approval>,
  { types, clock, partner }: Pick<AccessOperationsDeps, 'types' | 'clock' | 'partner'>,
): Promise<Approval> {
  return {
    ...(only && { only: targetsFrom(types, only) }),
    ...(until && { until: lastMoment(until, clock) }),
    ...(roles && { roles }),
    ...(only_asker && { onlyAsker: true }),
    ...(allow_system && { allowSystem: true }),
    ...(allow_passing_on && { passOn: true }),
    ...(pass_on_to && { passOnTo: (await namedParties(pass_on_to, partner)).map(({ did }) => did) }),
  }
}
