import type { Did } from '../core/index.ts'
import type { Signer } from '../jose/index.ts'

/** Whose key signs a list of our own: that of a DID, or the one our certificate names. */
export type OwnListSigner = Did | typeof CERTIFICATE
export const CERTIFICATE = 'certificate'

/** The key our certificate names, with its chain as `x5c` has it. @throws Refusal `certificate_own_expired` */
export type CertifiedListKey = () => { readonly signer: Signer; readonly chain: readonly string[] }
