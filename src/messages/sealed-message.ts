import { change, type Tx } from '../store/index.ts'
import type { Vault, WrittenColumn } from '../vault/index.ts'
import { type MessageContent, type MessageRow, messageTable } from './message-tables.ts'

const place = (id: string) => `message:${id}:sealed`

/** Seals what is in a message under the key of the party of ours it is from or for. */
export const sealMessage = (
  vault: Vault,
  { id, party }: Pick<MessageRow, 'id' | 'party'>,
  content: MessageContent,
): Promise<Buffer> => vault.seal(party, place(id), JSON.stringify(content))

/** @throws Refusal `sealed_value_lost` */
export const openMessage = async (
  vault: Vault,
  { id, sealed }: Pick<MessageRow, 'id' | 'sealed'>,
): Promise<MessageContent> => JSON.parse(await vault.openText(place(id), sealed))

/** What the organisation sent and got. */
export const organisationMessages: WrittenColumn = {
  ...{ kind: 'messages', table: 'message', key: 'id', column: 'sealed', form: 'json' },
  ...{ place, scopeColumn: 'party' },
}

/** Somebody who gave us these grants had herself erased: of what was written to her, and by her, nothing is kept. */
export async function forgetMessagesUnder(vault: Vault, tx: Tx, grantIds: readonly string[]): Promise<void> {
  for (const grantId of grantIds)
    for (const row of await tx.findBy(messageTable, { grantId })) {
      const sealed = await sealMessage(vault, row, { subject: '█', body: '█' })
      await change(tx, messageTable, { id: row.id }, { sealed })
    }
}
