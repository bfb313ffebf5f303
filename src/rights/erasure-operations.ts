import { z } from 'zod'
import { type AnyOperation, operation } from '../core/index.ts'
import { type Erasure, erasedThings } from './erasure.ts'
import {
  asKept,
  describeOne,
  type InboxOperationsDeps,
  keptOutput,
  requestId,
  requestOutput,
} from './operation-values.ts'

export interface ErasureOperationsDeps extends InboxOperationsDeps {
  readonly erasure: Pick<Erasure, 'preview' | 'erase'>
  /** Takes away what lay outside the database for an account. */
  readonly forgetAccount: (account: string) => Promise<void>
}

const realEstate = z
  .boolean()
  .default(false)
  .describe('whether what was booked is about real estate: then ten years instead of seven')

/** Erasing somebody: what it would do, and doing it. */
export function erasureOperations(deps: ErasureOperationsDeps): AnyOperation[] {
  const { erasure, requests, forgetAccount } = deps
  return [
    operation({
      name: 'rights.preview',
      summary: 'What erasing her would take away, and what has to stay, why and until when',
      method: 'GET',
      path: '/rights/requests/:id/erasure',
      positional: ['id'],
      input: z.strictObject({ id: requestId, real_estate: realEstate }),
      output: z.object({
        request: z.string(),
        erases: z.array(z.object({ what: z.enum(erasedThings), count: z.int() })),
        keeps: z.array(keptOutput),
      }),
      allow: { users: ['signed_in'] },
      run: async ({ id, real_estate: isRealEstate }, { caller }) => {
        const { erases, keeps } = await erasure.preview(caller, id, isRealEstate)
        return { request: id, erases: [...erases], keeps: keeps.map(asKept) }
      },
    }),
    operation({
      name: 'rights.erase',
      summary:
        'Erase somebody who asked for it: her key is destroyed, her account and what she opened end. For good',
      method: 'POST',
      path: '/rights/requests/:id/erasure',
      positional: ['id'],
      input: z.strictObject({ id: requestId, real_estate: realEstate }),
      output: requestOutput,
      status: 201,
      allow: { users: ['administrator'] },
      run: async ({ id, real_estate: isRealEstate }, { caller }) => {
        const { account } = await erasure.erase(caller, id, isRealEstate)
        if (account) await forgetAccount(account)
        return describeOne(deps, await requests.require(caller, id))
      },
    }),
  ]
}
