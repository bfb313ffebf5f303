import type { Vault } from '../vault/index.ts'
import type { MessageContent, MessageRow } from './message-tables.ts'

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
