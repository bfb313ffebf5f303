import type { Did } from '../core/index.ts'
import type { Allocated, ListFormat, StatusLists } from '../status-lists/index.ts'
import type { Tx } from '../store/index.ts'
import type { CredentialType } from './types/index.ts'

interface StatusDeps<Issuer> {
  readonly statusLists: Pick<StatusLists, 'allocateMany'>
  readonly statusIssuerOf?: (issuer: Issuer) => Promise<Did | null>
}

interface ToIssue<Issuer> {
  readonly input: { readonly issuer: Issuer }
  readonly type: CredentialType
}

/** Status entries for those that need one, taken per issuer in one go. */
export async function allocateStatus<Issuer extends { readonly did: Did }>(
  { statusLists, statusIssuerOf }: StatusDeps<Issuer>,
  tx: Tx,
  inputs: readonly ToIssue<Issuer>[],
  format: ListFormat = 'token',
): Promise<(Allocated | undefined)[]> {
  const needing = inputs.filter(({ type }) => type.needsStatus)
  const taken = new Map<Did, Allocated[]>()
  const issuers = new Map(needing.map(({ input: { issuer } }) => [issuer.did, issuer] as const))
  for (const [did, issuer] of issuers) {
    const count = needing.filter(({ input }) => input.issuer.did === did).length
    const signer = (await statusIssuerOf?.(issuer)) ?? did
    taken.set(did, await statusLists.allocateMany(tx, did, count, signer, format))
  }
  return inputs.map(({ input, type }) => (type.needsStatus ? taken.get(input.issuer.did)?.pop() : undefined))
}
