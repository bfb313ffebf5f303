import { type Did, Refusal } from '../core/index.ts'
import type { ParsedJws, PublicJwk } from '../jose/index.ts'
import type { ListKey } from './token.ts'

/**
 * Who signs lists: a DID; whoever has a certificate of an anchor, named as the node calls it; who publishes keys at an
 * address; or a wallet provider that is known by its keys. No two of these are ever the same text.
 */
export type ListSigner = Did | `anchor ${string}` | `keys ${string}` | `provider ${string}`

export interface KnownListKey {
  readonly key: PublicJwk
  readonly signer: ListSigner
}

export interface ListKeysDeps {
  /** One who is known by its keys alone, and signed the list; null for others. */
  readonly knownSigner?: (list: ParsedJws) => KnownListKey | null
  /** The key a DID lists under `assertionMethod` now; refuses others. */
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
  /** Whose certificate this is, and the anchor it leads to; without it certificates count for nothing. */
  readonly certified?: (x5c: unknown) => Promise<{ readonly key: PublicJwk; readonly anchorName: string }>
  /** A key that is published at an issuer's address; without it none counts. */
  readonly publishedKey?: (url: string, kid: string | undefined) => Promise<PublicJwk>
}

/** The key that a list must be signed with, and whose it is. @throws Refusal of who is asked */
export async function keyOfList(
  named: ListKey,
  { requireKey, certified, publishedKey }: ListKeysDeps,
): Promise<KnownListKey> {
  if (named.kind === 'did') return { key: await requireKey(named.kid, 'assertionMethod'), signer: named.did }
  if (named.kind === 'certificate' && certified) {
    const { key, anchorName } = await certified(named.x5c)
    return { key, signer: `anchor ${anchorName}` }
  }
  if (named.kind === 'metadata' && publishedKey)
    return { key: await publishedKey(named.url, named.kid), signer: `keys ${named.url}` }
  throw new Refusal('invalid', 'status_list_signer_unknown', 'nobody we know signed the status list')
}
