import { type Caller, type Did, Refusal } from '../core/index.ts'
import type { CredentialReport } from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import type { RequestDetails } from './access-tables.ts'
import type { ClaimTarget } from './decide.ts'
import type { AskQuery, InReturnFor } from './incoming-ask.ts'

/** Another organisation in the network, and where its wallet is. */
export interface PartnerAddress {
  readonly did: Did
  readonly name: string
  readonly wallet: string
}

/** What one of our people or systems wants to know. */
export interface OutgoingAsk {
  /** Wallet issuer URL of the asked party. */
  readonly wallet: string
  readonly queries: readonly AskQuery[]
  readonly purpose: readonly string[]
  readonly legalBasis: string
  readonly details: RequestDetails
  readonly wantedUntil: number | null
  /** Only in a counter-offer. */
  readonly inReturnFor?: InReturnFor
  /** The employee or system that asks. */
  readonly actor: Party
  /** The grant credential it is asked under; without one it asks for consent. */
  readonly grant: string | null
  /** The delegation by which the grant, which is then another's, is used. */
  readonly delegation?: string
}

/** A signed Ask that was not sent yet. */
export interface PreparedAsk {
  readonly digest: string
  send(): Promise<AskAnswer>
}

/** A verified credential of an answer, and whether we accept its issuer for its type. */
export type AnsweredReport = CredentialReport & { readonly trusted: boolean }

export type AskAnswer =
  | { readonly kind: 'presented'; readonly reports: Readonly<Record<string, readonly AnsweredReport[]>> }
  | { readonly kind: 'consent_pending'; readonly id: string }
  | {
      readonly kind: 'denied'
      readonly codes: readonly string[]
      /** What the owner says is in the way, of what was asked: the rest may be asked again. */
      readonly withheld: readonly LeftOut[]
    }

/** A claim that a grant opens and that we did not get, and the owner's reason. */
export interface LeftOut {
  readonly target: ClaimTarget
  readonly code: string
}

/** A query per type, its claims in the order asked. */
export function queriesOf(claims: readonly ClaimTarget[]): AskQuery[] {
  const byType = new Map<string, ClaimTarget['path'][]>()
  for (const { vct, path } of claims) byType.set(vct, [...(byType.get(vct) ?? []), path])
  return [...byType].map(([vct, paths], at) => ({ id: `q${at}`, vct, paths }))
}

/** The person or system of ours that asks. @throws Refusal `person_required` */
export async function actorOf(parties: Parties, caller: Caller): Promise<Party> {
  if (caller.kind === 'user') return parties.require(caller.personId)
  if (caller.kind === 'client') return parties.require(caller.clientId)
  throw new Refusal('forbidden', 'person_required', 'only our own people and systems can ask')
}
