import type { Did } from '../core/index.ts'
import {
  type Allocated,
  CERTIFICATE,
  type ListFormat,
  type OwnListSigner,
  type StatusLists,
} from '../status-lists/index.ts'
import type { Tx } from '../store/index.ts'
import type { CredentialType } from './types/index.ts'

interface StatusDeps<Issuer> {
  readonly statusLists: Pick<StatusLists, 'allocateMany'>
  readonly statusIssuerOf?: (issuer: Issuer) => Promise<Did | null>
}

interface ToIssue<Issuer> {
  readonly input: { readonly issuer: Issuer; readonly certificate?: object | undefined }
  readonly type: CredentialType
}

/** Status entries for those that need one, taken per issuer and list signer in one go. */
export async function allocateStatus<Issuer extends { readonly did: Did }>(
  { statusLists, statusIssuerOf }: StatusDeps<Issuer>,
  tx: Tx,
  inputs: readonly ToIssue<Issuer>[],
  format: ListFormat = 'token',
): Promise<(Allocated | undefined)[]> {
  const groups = new Map<
    string,
    { issuer: Issuer; isCertified: boolean; taken: Allocated[]; count: number }
  >()
  const groupOf = ({ input: { issuer, certificate }, type }: ToIssue<Issuer>) => {
    if (!type.needsStatus) return undefined
    const isCertified = certificate !== undefined
    const key = `${isCertified} ${issuer.did}`
    const group = groups.get(key) ?? { issuer, isCertified, taken: [], count: 0 }
    groups.set(key, group)
    return group
  }
  for (const input of inputs) {
    const group = groupOf(input)
    if (group) group.count += 1
  }
  for (const group of groups.values()) {
    const { issuer, isCertified, count } = group
    // What a certificate signed has its status from the same (OpenID4VC HAIP 1.0, section 6.1).
    const signer: OwnListSigner = isCertified ? CERTIFICATE : ((await statusIssuerOf?.(issuer)) ?? issuer.did)
    group.taken = await statusLists.allocateMany(tx, issuer.did, count, signer, format)
  }
  return inputs.map((input) => groupOf(input)?.taken.pop())
}
