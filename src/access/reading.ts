import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import { type Credentials, expandPattern } from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { change, type Store, select, type Tx } from '../store/index.ts'
import { type ReceivedGrantRow, receivedGrantTable } from './access-tables.ts'
import { type ClaimTarget, targetKey } from './decide.ts'
import type { AskQuery } from './incoming-ask.ts'
import {
  type AnsweredReport,
  actorOf,
  type OutgoingAsk,
  type PartnerAddress,
  type PreparedAsk,
  queriesOf,
} from './outgoing-ask.ts'

export interface ReadingDeps {
  readonly store: Store
  readonly credentials: Credentials
  readonly parties: Parties
  readonly clock: Clock
  /** @throws Refusal `employee_role_missing`, `attestation_missing` */
  readonly prepareAsk: (ask: OutgoingAsk) => Promise<PreparedAsk>
  /** By DID, KVK number or name. @throws Refusal `partner_unknown` */
  readonly partner: (reference: string) => Promise<PartnerAddress>
}

/** One claim as it was read: the value, who says so, and how fresh that is. */
export interface ReadClaim {
  readonly target: ClaimTarget
  readonly value: unknown
  readonly subject: Did
  readonly issuer: Did
  readonly selfDeclared: boolean
  readonly trusted: boolean
  readonly issuedAt: number
  readonly expiresAt: number | null
  /** When the issuer last confirmed it, ms; null for types without a status. */
  readonly statusAsOf: number | null
  readonly grantId: string
  readonly grantExpiresAt: number
}

export interface ReadResult {
  readonly partner: PartnerAddress
  readonly claims: readonly ReadClaim[]
  readonly refused: readonly { readonly grantId: string; readonly codes: readonly string[] }[]
}

/** Refusals after which a grant will never open anything again. */
const final = new Set([
  'grant_revoked',
  'grant_expired',
  'grant_unknown',
  'grant_differs',
  'grant_for_another_party',
])

/** Reading under the grants we hold. */
export class Reading {
  readonly #deps: ReadingDeps

  constructor(deps: ReadingDeps) {
    this.#deps = deps
  }

  /**
   * Reads what a partner lets us see, under every live grant that covers it.
   * @throws Refusal `partner_unknown`, `no_grant`, `employee_role_missing`, `attestation_missing`; the owner's code
   *   when every grant is refused
   */
  async read(
    caller: Caller,
    input: { partner: string; claims?: readonly ClaimTarget[]; purpose?: readonly string[] },
  ): Promise<ReadResult> {
    const [partner, actor] = await Promise.all([
      this.#deps.partner(input.partner),
      actorOf(this.#deps.parties, caller),
    ])
    const grants = await this.#grantsFor(partner, input)
    if (!grants.some(({ state }) => state === 'live')) throw noGrant(grants)
    const live = grants.filter(({ state }) => state === 'live')
    const results = await Promise.all(live.map((grant) => this.#readUnder(grant, actor, input)))
    const refused = results.flatMap((result) => ('codes' in result ? [result] : []))
    const [first] = refused
    if (first && refused.length === results.length) throw readRefused(first.codes)
    return {
      partner,
      claims: results.flatMap((result) => ('claims' in result ? result.claims : [])),
      refused,
    }
  }

  /** A grant we hold, without what it opens: enough for anybody to see who gave it and whether it is still valid. */
  async proofOf(grantId: string): Promise<string> {
    const { store, credentials } = this.#deps
    const grant = await store.reader.findOneBy(receivedGrantTable, { id: grantId })
    const held = grant && (await credentials.findHeld(store.reader, grant.credentialId))
    if (!held) throw new Refusal('not_found', 'grant_unknown', 'we hold no such grant')
    return credentials.disclose(held, [])
  }

  /** The grants we hold, newest first; what ended by time says so before anybody reads under it. */
  async listGrants(limit: number): Promise<ReceivedGrantRow[]> {
    const { store, clock } = this.#deps
    const now = clock.now()
    const found = await store.reader.find(receivedGrantTable, { order: { id: 'DESC' }, take: limit })
    return found.map((grant) =>
      grant.state === 'live' && grant.expiresAt <= now
        ? { ...grant, state: 'ended', endedCode: 'grant_expired' }
        : grant,
    )
  }

  async #grantsFor(
    partner: PartnerAddress,
    { claims, purpose }: { claims?: readonly ClaimTarget[]; purpose?: readonly string[] },
  ): Promise<ReceivedGrantRow[]> {
    const all = await select(this.#deps.store.reader, receivedGrantTable, 'partner = ?', [partner.did])
    const wanted = claims && new Set(claims.map(targetKey))
    return all.filter(
      (grant) =>
        (!wanted || grant.claims.some((claim) => wanted.has(targetKey(claim)))) &&
        (!purpose || purpose.every((one) => grant.purpose.includes(one))),
    )
  }

  async #readUnder(
    grant: ReceivedGrantRow,
    actor: Party,
    { claims: filter }: { claims?: readonly ClaimTarget[] },
  ): Promise<{ claims: ReadClaim[] } | { grantId: string; codes: readonly string[] }> {
    const wanted = filter && new Set(filter.map(targetKey))
    const claims = grant.claims.filter((claim) => !wanted || wanted.has(targetKey(claim)))
    const held = await this.#deps.credentials.findHeld(this.#deps.store.reader, grant.credentialId)
    if (!held) return { grantId: grant.id, codes: ['grant_unknown'] }
    const prepared = await this.#deps.prepareAsk({
      wallet: grant.grantorWallet,
      queries: queriesOf(claims),
      purpose: grant.purpose,
      legalBasis: grant.legalBasis,
      details: { relevance: '', value: '' },
      wantedUntil: null,
      actor,
      grant: await this.#deps.credentials.open(held),
    })
    const answer = await prepared.send()
    if (answer.kind === 'denied') await this.#rememberEnd(grant, answer.codes)
    if (answer.kind !== 'presented')
      return { grantId: grant.id, codes: answer.kind === 'denied' ? answer.codes : ['consent_pending'] }
    return { claims: collectClaims(grant, queriesOf(claims), answer.reports) }
  }

  /** Whether this partner let us see something under this grant. */
  isFrom(partner: Did, grantId: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(receivedGrantTable, { id: grantId, partner })
  }

  /** The partner says that a grant ended. */
  async end(tx: Tx, id: string, endedCode: string): Promise<void> {
    await change(tx, receivedGrantTable, { id, state: 'live' }, { state: 'ended', endedCode })
  }

  async #rememberEnd(grant: ReceivedGrantRow, codes: readonly string[]): Promise<void> {
    const endedCode = codes.find((code) => final.has(code))
    if (!endedCode) return
    await this.#deps.store.transact((tx) => this.end(tx, grant.id, endedCode))
  }
}

/** Why nothing can be read: what ended last says so. */
function noGrant(ended: readonly ReceivedGrantRow[]): Refusal {
  const code = ended.at(-1)?.endedCode
  if (code) return readRefused([code])
  return new Refusal('forbidden', 'no_grant', 'this partner granted nothing of what you want to read')
}

function readRefused(codes: readonly string[]): Refusal {
  const [code = 'read_refused'] = codes
  return new Refusal('forbidden', code, 'the owner does not let you read this, or no longer', {
    params: { codes },
  })
}

/** Only what was asked, of whom the grant is, is taken from an answer. */
function collectClaims(
  grant: ReceivedGrantRow,
  queries: readonly AskQuery[],
  reports: Readonly<Record<string, readonly AnsweredReport[]>>,
): ReadClaim[] {
  return queries.flatMap(({ id, vct, paths }) =>
    (reports[id] ?? []).flatMap((report) =>
      report.verified && report.vct === vct && report.subject === grant.grantor
        ? paths.flatMap((path) => readClaim(grant, { vct, path }, report))
        : [],
    ),
  )
}

function readClaim(grant: ReceivedGrantRow, target: ClaimTarget, report: AnsweredReport): ReadClaim[] {
  if (expandPattern(target.path, report.claims).length !== 1 || !report.issuer || !report.subject) return []
  return [
    {
      target,
      value: target.path.reduce<unknown>(
        (at, key) => (at as Record<string | number, unknown>)[key],
        report.claims,
      ),
      subject: report.subject,
      issuer: report.issuer,
      selfDeclared: report.issuer === report.subject,
      trusted: report.trusted,
      issuedAt: report.issuedAt ?? 0,
      expiresAt: report.expiresAt,
      statusAsOf: report.statusAsOf,
      grantId: grant.id,
      grantExpiresAt: grant.expiresAt,
    },
  ]
}
