import type { Caller, ConsentUnlock, Did } from '../core/index.ts'
import type { PublicJwk, Signer } from '../jose/index.ts'
import type { Tx } from '../store/index.ts'
import type { Authority, OneSigned } from './signed.ts'
import type { Terms } from './terms.ts'

/** What one node tells the other about an agreement; events/ carries it. */
export type AgreementTell =
  | {
      readonly kind: 'agreement-proposed'
      readonly agreement: string
      readonly version: number
      readonly digest: string
      readonly terms: Terms
      readonly by: string
      readonly why?: string | undefined
    }
  | {
      readonly kind: 'agreement-moved'
      readonly agreement: string
      readonly version: number
      readonly digest: string
      readonly step: 'comment' | 'review' | 'approve'
      readonly by: string
      readonly text?: string | undefined
    }
  | {
      readonly kind: 'agreement-signed'
      readonly agreement: string
      readonly version: number
      readonly digest: string
      readonly signature: string
      readonly endorsement: string
      /** Of those who sign together with her. */
      readonly together?: readonly OneSigned[] | undefined
      readonly by: string
    }
  | {
      readonly kind: 'agreement-ended'
      readonly agreement: string
      readonly reason: string
      readonly by: string
      /** Seconds since the epoch: from when it is over. */
      readonly effective: number
    }

export type TellAgreement = (tx: Tx, to: Did, tell: AgreementTell, id: string) => Promise<unknown>

/** Whether a person may bind an organisation now, and how. */
export interface AuthorityPort {
  /** @throws Refusal `not_representative`, `representation_limited`, `joint_representation_incomplete` */
  require(personId: string): Promise<Authority>
}

/** People of ours; parties/ answers. */
export interface PeoplePort {
  nameOf(personId: string): Promise<string>
  withRole(role: 'contract_authority'): Promise<readonly string[]>
}

/** A published template of our library, filled in; contracts/ answers. @throws Refusal `template_…` */
export type FillTemplate = (
  named: { readonly id: string; readonly version?: number },
  language: Terms['language'],
  fields: Readonly<Record<string, string | number>>,
) => Promise<
  Pick<Terms, 'title' | 'body' | 'surviving' | 'trade_secrets'> & {
    readonly template: NonNullable<Terms['template']>
  }
>

export interface SigningPorts {
  /** @throws Refusal `consent_locked` for a person who did not open her key */
  readonly signerOf: (did: Did, unlock?: ConsentUnlock) => Promise<Signer>
  /** A current key of a DID. @throws Refusal when it is not, or the DID cannot be resolved */
  readonly requireKey: (kid: string, purpose: 'authentication' | 'assertionMethod') => Promise<PublicJwk>
}

/** What follows from an agreement that is over, in the transaction in which it is: grants that name it end. */
export type WhenOver = (tx: Tx, by: Caller | 'system', agreementId: string) => Promise<void>
