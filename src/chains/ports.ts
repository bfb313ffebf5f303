import type { Did } from '../core/index.ts'
import type { Tx } from '../store/index.ts'

/** One claim of one type. */
export interface ClaimTarget {
  readonly vct: string
  readonly path: readonly (string | number)[]
}

/** Who inside an intermediary may look: whoever is named in one of them. */
export interface Readers {
  readonly roles?: readonly string[]
  readonly persons?: readonly Did[]
  readonly systems?: readonly Did[]
}

/** A grant we hold, as access/ has it. */
export interface PassableGrant {
  readonly id: string
  readonly partner: Did
  readonly partnerName: string
  readonly grantorWallet: string
  readonly claims: readonly ClaimTarget[]
  readonly purpose: readonly string[]
  readonly legalBasis: string
  readonly expiresAt: number
  readonly state: 'live' | 'ended'
  readonly digest: string
  readonly shown: string
  readonly mayPassOnTo: (did: Did) => boolean
  readonly mayLetLook: (named: Readers) => boolean
  /** The only ones that the owner lets look; null where the grant does not limit them. */
  readonly readers: Readers | null
}

/** What the owner, and then the intermediary, is told of a delegation. */
export interface ToldDelegation {
  readonly grant: string
  readonly delegation: string
  readonly to: Did
  readonly claims: readonly ClaimTarget[]
  readonly purpose: readonly string[]
  readonly recipients: Readers
  /** Milliseconds since the epoch, whole seconds. */
  readonly expiresAt: number
}

export interface ChainsPorts {
  readonly grant: (id: string) => Promise<PassableGrant | null>
  /** An organisation by DID, KVK number or name. @throws Refusal `partner_unknown` and others */
  readonly partner: (
    reference: string,
  ) => Promise<{ readonly did: Did; readonly name: string; readonly wallet: string }>
  /** Tells an organisation of a delegation, after the commit and until it is taken. @returns the message's id */
  readonly tell: (tx: Tx, to: Did, told: ToldDelegation) => Promise<string>
  /** Tells an organisation that a delegation ended. */
  readonly tellEnded: (tx: Tx, to: Did, delegation: string, code: string) => Promise<void>
  /** Offers signed credentials to their subject's wallet; delivered after the commit. */
  readonly offer: (
    tx: Tx,
    offer: { issuerPartyId: string; subject: Did; compacts: string[]; deliverTo: string },
  ) => Promise<string>
}
