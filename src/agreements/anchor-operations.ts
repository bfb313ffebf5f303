import { z } from 'zod'
import { type AnyOperation, operation } from '../core/index.ts'
import type { AnchorDeposits } from './anchor-deposits.ts'

/** What the trust anchor's node does besides. */
export function agreementAnchorOperations({
  deposits,
}: {
  readonly deposits: AnchorDeposits
}): AnyOperation[] {
  return [
    operation({
      name: 'agreements.deposit',
      summary: 'Hand in the digest of an agreement with both signatures; the receipt is signed',
      method: 'POST',
      path: '/agreements/deposits',
      input: z.strictObject({ deposit: z.string().min(1).max(65_536) }),
      output: z.object({ receipt: z.string() }),
      status: 201,
      allow: { anyone: 'the deposit proves itself by its signatures' },
      run: async ({ deposit }, { caller }) => ({ receipt: await deposits.take(caller, deposit) }),
    }),
  ]
}
