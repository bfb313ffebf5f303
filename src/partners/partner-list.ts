import { Refusal } from '../core/index.ts'
import { change, rows, type Store, type Tx } from '../store/index.ts'
import { partnerListTable } from './partner-table.ts'

const ID = 'list'
const ATTEMPTS = 8

/**
 * Works out a change on the list of partners as it is, and writes it only if the list is still as it was: otherwise
 * it is worked out again. So nothing slow is done inside the transaction, and two changes at once never mix.
 * @throws Refusal `partners_busy` when others keep changing the list
 */
export async function changeList<P, T>(
  store: Store,
  workOut: () => Promise<P>,
  write: (tx: Tx, plan: P) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const version = await versionOf(store)
    const plan = await workOut()
    const written = await store.transact(async (tx) => {
      const moved = await change(tx, partnerListTable, { id: ID, version }, { version: version + 1 })
      return moved === 1 ? { value: await write(tx, plan) } : null
    })
    if (written) return written.value
  }
  throw new Refusal('conflict', 'partners_busy', 'the list of partners keeps changing: try again')
}

async function versionOf(store: Store): Promise<number> {
  const [row] = await rows<{ version: number }>(
    store.reader,
    'SELECT version FROM partner_list WHERE id = ?',
    [ID],
  )
  return Number(row?.version ?? 0)
}
