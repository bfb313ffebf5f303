import { openUnlessErased, type Vault } from '../vault/index.ts'
import type { ReceivedRequestRow } from './access-tables.ts'
import type { VerifiedAsk } from './incoming-ask.ts'

/** What is kept, sealed under the subject's key, of a request that waits. */
export type SealedRequest = Pick<VerifiedAsk, 'actor' | 'details' | 'compact'>

const place = (id: string) => `received_request:${id}:sealed`

export const sealRequest = (
  vault: Vault,
  subject: string,
  id: string,
  request: SealedRequest,
): Promise<Buffer> => vault.seal(subject, place(id), JSON.stringify(request))

/** Nothing but that it was there, once the subject was erased. */
export async function openRequest(
  vault: Vault,
  { id, sealed }: Pick<ReceivedRequestRow, 'id' | 'sealed'>,
): Promise<SealedRequest & { readonly erased?: true }> {
  const text = await openUnlessErased(vault, place(id), sealed)
  if (text === null) return { actor: null, details: { relevance: '', value: '' }, compact: '', erased: true }
  return JSON.parse(text)
}
