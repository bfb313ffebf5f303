import { z } from 'zod'
import {
  addDuration,
  type Clock,
  type Did,
  endOfDay,
  isDuration,
  isoTime,
  isoTimeOrNull,
  MAX_TIME_S,
  Refusal,
} from '../core/index.ts'
import { type CredentialTypes, formatClaimRef, parseClaimRef } from '../credentials/index.ts'
import type { Parties, People } from '../parties/index.ts'
import type { Store } from '../store/index.ts'
import type { GivenGrantRow, NamedParty } from './access-tables.ts'
import type { Consent } from './consent.ts'
import type { CounterAsks } from './counter-asks.ts'
import type { CounterOffers } from './counter-offers.ts'
import type { ClaimTarget } from './decide.ts'
import type { Approval } from './grant-claims.ts'
import type { GrantEnds } from './grant-ends.ts'
import type { Links } from './links.ts'
import type { OwnerView } from './owner-view.ts'
import type { Reading } from './reading.ts'
import type { Reminders } from './reminders.ts'
import type { SentRequests } from './sent-requests.ts'
import type { Withdrawals } from './withdrawals.ts'

export interface AccessOperationsDeps {
  readonly clock: Clock
  readonly store: Pick<Store, 'reader'>
  readonly types: CredentialTypes
  readonly parties: Parties
  readonly people: Pick<People, 'requireSystem'>
  readonly consent: Consent
  readonly ends: GrantEnds
  readonly sentRequests: SentRequests
  readonly reading: Reading
  readonly view: OwnerView
  readonly counters: CounterOffers
  readonly counterAsks: CounterAsks
  readonly withdrawals: Withdrawals
  readonly reminders: Reminders
  /** What a request is approved with under a named answer of its subject. @throws Refusal `template_widens` and others */
  readonly narrow: (
    subjectParty: string,
    template: string,
    asked: {
      claims: readonly ClaimTarget[]
      purpose: readonly string[]
      wantedUntil: number | null
      hasSystem: boolean
    },
    approval: Approval,
  ) => Promise<Approval>
  readonly links: Links
  /** An agreement in force with that partner. @throws Refusal `agreement_not_in_force`, `partner_unknown` and others */
  readonly namedAgreement: (
    id: string,
    partner: string,
  ) => Promise<{ readonly id: string; readonly digest: string }>
  /** A purpose or legal basis by code or IRI, as its IRI. @throws Refusal `unknown_purpose`, `unknown_legal_basis` */
  readonly purposeIri: (codeOrIri: string) => string
  readonly legalBasisIri: (codeOrIri: string) => string
  /** An organisation by DID, KVK number or name. @throws Refusal `partner_unknown` and others */
  readonly partner: (reference: string) => Promise<NamedParty>
  /** Whom that means, whether or not it can be reached now. @throws Refusal `partner_unknown` and others */
  readonly identify: (reference: string) => Promise<Did>
  /** Name of an organisation in the network, if it is known. */
  readonly organisationName: (did: string) => Promise<string | null>
  /** What one of our parties said before of what an asker promised. */
  readonly ratingsOf: (subjectParty: string, asker: Did) => Promise<AskerRatings>
}

/** How often what an asker said its requests would bring came true. */
export interface AskerRatings {
  readonly yes: number
  readonly partly: number
  readonly no: number
  readonly last: {
    readonly cameTrue: 'yes' | 'partly' | 'no'
    /** Milliseconds since the epoch. */
    readonly at: number
    readonly note: string | null
  } | null
}

export const text = (max: number) => z.string().trim().min(1).max(max)
/** Until when; see {@link lastMoment}. */
export const untilInput = z
  .string()
  .max(40)
  .describe('YYYY-MM-DD, and the whole of that day counts; or how long from now: P30D, P6M, P1Y')
export const claimRefs = z.array(text(200)).min(1).max(100).describe('claims such as company-profile.email')
export const partyRefs = z.array(text(300)).min(1).max(20)
export const time = z.iso.datetime()

export const grantOutput = z.object({
  id: z.string(),
  grantee: z.object({ did: z.string(), name: z.string() }),
  claims: z.array(z.string()),
  purpose: z.array(z.string()),
  legal_basis: z.string(),
  roles: z.array(z.string()).describe('roles inside the grantee that may look'),
  persons: z.array(z.string()).describe('employees of the grantee that may look, by DID'),
  systems: z.array(z.string()).describe('systems of the grantee that may look by themselves'),
  passing_on: z
    .object({
      to: z.array(z.string()),
      roles: z.array(z.string()),
      persons: z.array(z.string()),
      systems: z.array(z.string()),
    })
    .nullable()
    .describe(
      'whether an intermediary may read on behalf of the grantee: only those in `to` if it names any, and inside ' +
        'them nobody but these roles, persons and systems if it names any',
    ),
  from: time,
  until: time,
  waiting: z.boolean().describe('half of a counter-offer: it opens nothing before the asker gave too'),
  revoked_at: time.nullable(),
  request: z.string(),
  agreement: z.string().nullable().describe('the agreement it depends on: it closes when that is over'),
  digest: z.string().describe('SHA-256 of what was signed'),
})

/** The last moment that `until` means, in ms. @throws Refusal `invalid_date` */
export function lastMoment(text: string, clock: Clock): number {
  if (!isDuration(text)) return endOfDay(text)
  const moment = addDuration(clock.now(), text)
  if (moment <= MAX_TIME_S * 1000) return moment
  throw new Refusal('invalid', 'invalid_date', 'that is too far away to write down')
}

/** Parties somebody named, each once. @throws Refusal `partner_unknown` and others */
export async function namedParties(
  references: readonly string[],
  partner: AccessOperationsDeps['partner'],
): Promise<NamedParty[]> {
  const found = await Promise.all(references.map((reference) => partner(reference)))
  return [...new Map(found.map(({ did, name }) => [did, { did, name }])).values()]
}

/** Turns `type.path` into what is asked for. @throws Refusal `invalid_claim_ref`, `unknown_claim` */
export function targetsFrom(types: CredentialTypes, refs: readonly string[]): ClaimTarget[] {
  return refs.map((text) => {
    const ref = parseClaimRef(text)
    return { vct: types.requireClaim(ref).type.vct, path: ref.path }
  })
}

export const refOf = (types: CredentialTypes, { vct, path }: ClaimTarget): string =>
  formatClaimRef({ type: types.find(vct)?.name ?? vct, path })

export function asGrant(types: CredentialTypes, grant: GivenGrantRow) {
  return {
    id: grant.id,
    grantee: { did: grant.grantee, name: grant.granteeName },
    claims: grant.tuples.map((tuple) => refOf(types, tuple)),
    purpose: [...grant.purpose],
    legal_basis: grant.legalBasis,
    roles: [...(grant.recipients.roles ?? [])],
    persons: [...(grant.recipients.persons ?? [])],
    systems: [...(grant.recipients.systems ?? [])],
    passing_on: grant.delegation && {
      to: [...(grant.delegation.to ?? [])],
      roles: [...(grant.delegation.recipients?.roles ?? [])],
      persons: [...(grant.delegation.recipients?.persons ?? [])],
      systems: [...(grant.delegation.recipients?.systems ?? [])],
    },
    from: isoTime(grant.startsAt),
    until: isoTime(grant.expiresAt),
    waiting: grant.inForceAt === null && grant.revokedAt === null,
    revoked_at: isoTimeOrNull(grant.revokedAt),
    request: grant.requestId,
    agreement: grant.agreementId,
    digest: grant.digest,
  }
}
