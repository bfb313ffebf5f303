import type { Tx } from '../store/index.ts'
import { passkeyTable, signInTicketTable, webSessionTable } from './tables.ts'

/** Signs somebody out for good: her browsers, her links and her passkeys. */
export async function endSignIn(tx: Tx, userId: string): Promise<void> {
  for (const table of [webSessionTable, signInTicketTable, passkeyTable]) await tx.delete(table, { userId })
}
