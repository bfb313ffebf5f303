import type { CurrentCertificate } from '../certificates/index.ts'
import { CERTIFICATE, type LocalStatus, type StatusLists } from '../status-lists/index.ts'

export interface OwnStatusDeps {
  readonly statusLists: Pick<StatusLists, 'local'>
  /** Where this node is reached. */
  readonly baseUrl: string
  /** The certificate it issues under; null where there is none. */
  readonly certificate: { current(): CurrentCertificate } | null
  /** Whose certificate this is to us. */
  readonly certified: (x5c: unknown) => Promise<{ readonly anchorName: string }>
}

/** What our own lists say, without a way over the network; of a certificate's as somebody else would find it. */
export function ownStatus({ statusLists, baseUrl, certificate, certified }: OwnStatusDeps) {
  return async (uri: string, index: number): Promise<LocalStatus | null> => {
    // Only a list below our own address can be ours: others are not worth a look into the database.
    const own = uri.startsWith(`${baseUrl}/`) ? await statusLists.local(uri, index) : null
    if (own?.issuer !== CERTIFICATE || !certificate) return own
    const { anchorName } = await certified(certificate.current().chain)
    return { ...own, issuer: `anchor ${anchorName}` }
  }
}
