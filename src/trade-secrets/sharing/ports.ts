import type { InForce } from '../../agreements/index.ts'
import type { Did } from '../../core/index.ts'
import type { PublicJwk, Signer } from '../../jose/index.ts'
import type { Tx } from '../../store/index.ts'
import type { PartnerNeed, SettledHow } from './life.ts'
import type { ReceivedDocument } from './share-tables.ts'

/** What nodes tell each other about shared secrets: never what the secret is. */
export type SecretTell =
  | {
      readonly kind: 'secret-shared'
      readonly share: string
      readonly agreement: string
      /** What the receiver sees it called before it is opened, and what for. */
      readonly label: string
      readonly purpose: string
      readonly persons: PartnerNeed['persons']
      readonly roles: PartnerNeed['roles']
      /** Of the text that is shared. */
      readonly digest: string
      readonly documents: readonly ReceivedDocument[]
    }
  | { readonly kind: 'secret-share-ended'; readonly share: string; readonly reason: string }
  | {
      readonly kind: 'secret-share-settled'
      readonly share: string
      readonly how: SettledHow
      /** Signed by who received it. */
      readonly statement: string
    }
export type SecretTellOf<K extends SecretTell['kind']> = Extract<SecretTell, { kind: K }>

export type TellSecret = (tx: Tx, to: Did, tell: SecretTell, id?: string) => Promise<unknown>

/** Whether an agreement is in force; agreements/ answers. */
export type AgreementsInForce = Pick<InForce, 'find' | 'terms'>

export interface SecretKeys {
  readonly signerOf: (did: Did) => Promise<Signer>
  /** A current key of a DID. @throws Refusal when it is not, or the DID cannot be resolved */
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
}

/** What webhooks hear: which share, at which side, with whom. */
export interface SecretEvent {
  readonly what: 'received' | 'share_ended' | 'share_settled' | 'settlement_overdue'
  readonly share: string
  readonly side: 'given' | 'received'
  readonly partner: Did
}

/** What sharing needs of other rooms, at both sides. */
export interface SecretSharingPorts {
  readonly agreements: AgreementsInForce
  readonly tell: TellSecret
  readonly announce: (tx: Tx, event: SecretEvent) => Promise<void>
}
