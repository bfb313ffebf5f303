import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, isRefusal, newId, Refusal } from '../core/index.ts'
import {
  type CredentialReport,
  type Credentials,
  expandPattern,
  type HeldCredentialRow,
  heldCredentialTable,
} from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { change, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import {
  type ReceivedGrantRow,
  type RequestDetails,
  receivedGrantTable,
  type SentRequestRow,
  sentRequestTable,
} from './access-tables.ts'
import type { AskQuery } from './ask.ts'
import { type ClaimTarget, targetKey } from './decide.ts'

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
  /** The employee or system that asks. */
  readonly actor: Party
  /** The grant credential it is asked under; without one it asks for consent. */
  readonly grant: string | null
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
  | { readonly kind: 'consent_pending'; readonly parts: readonly string[] }
  | { readonly kind: 'denied'; readonly codes: readonly string[] }

export interface AskingDeps {
  readonly store: Store
  readonly vault: Vault
  readonly credentials: Credentials
  readonly parties: Parties
  readonly audit: Audit
  readonly clock: Clock
  /** @throws Refusal `employee_role_missing`, `attestation_missing` */
  readonly prepareAsk: (ask: OutgoingAsk) => Promise<PreparedAsk>
  /** By DID, KVK number or name. @throws Refusal `partner_unknown` */
  readonly partner: (reference: string) => Promise<PartnerAddress>
}

export interface NewRequest {
  readonly partner: string
  readonly claims: readonly ClaimTarget[]
  readonly purpose: readonly string[]
  readonly legalBasis: string
  readonly details: RequestDetails
  readonly wantedUntil: number | null
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

const sealedPlace = (id: string) => `sent_request:${id}:sealed`

/** Refusals after which a grant will never open anything again. */
const final = new Set([
  'grant_revoked',
  'grant_expired',
  'grant_unknown',
  'grant_differs',
  'grant_for_another_party',
])

/** What our people and systems ask of partners, and read under the grants we hold. */
export class Asking {
  readonly #deps: AskingDeps

  constructor(deps: AskingDeps) {
    this.#deps = deps
  }

  /**
   * Asks a partner for consent to see claims of its own and of its contact persons.
   * @throws Refusal `partner_unknown`, `employee_role_missing`, `attestation_missing`, `egress_…`
   */
  async request(caller: Caller, input: NewRequest): Promise<SentRequestRow> {
    const { store, vault, parties, audit, clock, prepareAsk } = this.#deps
    const [partner, actor, us] = await Promise.all([
      this.#deps.partner(input.partner),
      this.#actorOf(caller),
      parties.organisation(),
    ])
    const prepared = await prepareAsk({
      ...input,
      wallet: partner.wallet,
      queries: queriesOf(input.claims),
      actor,
      grant: null,
    })
    const id = newId()
    const row: SentRequestRow = {
      id,
      partner: partner.did,
      partnerName: partner.name,
      partnerWallet: partner.wallet,
      partnerOrigin: new URL(partner.wallet).origin,
      actorParty: actor.id,
      digest: prepared.digest,
      claims: input.claims,
      purpose: input.purpose,
      legalBasis: input.legalBasis,
      sealed: await vault.seal(us.id, sealedPlace(id), JSON.stringify(input.details)),
      state: 'sending',
      parts: [],
      codes: [],
      createdAt: clock.now(),
    }
    // Known before it is sent: the answer may be offered before this call is over.
    await store.transact(async (tx) => {
      await tx.insert(sentRequestTable, row)
      await audit.record(tx, caller, 'request.sent', {
        request: id,
        partner: partner.did,
        digest: row.digest,
      })
    })
    const outcome = await prepared.send().then(stateOf, (error) => {
      if (isRefusal(error)) return { state: 'refused' as const, codes: [error.code], parts: [], error }
      throw error
    })
    const { error, ...state } = { error: undefined, ...outcome }
    await store.transact((tx) => change(tx, sentRequestTable, { id, state: 'sending' }, state))
    if (error) throw error
    return { ...row, ...state }
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
    const [partner, actor] = await Promise.all([this.#deps.partner(input.partner), this.#actorOf(caller)])
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
    const held = grant && (await store.reader.findOneBy(heldCredentialTable, { id: grant.credentialId }))
    if (!held) throw new Refusal('not_found', 'grant_unknown', 'we hold no such grant')
    return credentials.disclose(held, [])
  }

  /** Whether something may be offered from this origin: we asked there. */
  async expectsFrom(origin: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(sentRequestTable, { partnerOrigin: origin })
  }

  /** Whether an offered grant or denial answers a request of ours. @throws Refusal `offer_not_expected` */
  async requireExpected(report: CredentialReport, issuerUrl: string): Promise<SentRequestRow> {
    const digest = requestDigestOf(report)
    const request = digest && (await this.#deps.store.current().findOneBy(sentRequestTable, { digest }))
    // An answer comes from the node that was asked, and only the partner itself speaks for the partner.
    const expected =
      request &&
      request.partnerOrigin === new URL(issuerUrl).origin &&
      (report.issuer === request.partner || !this.#isAboutOrganisation(report))
    if (!expected) throw new Refusal('forbidden', 'offer_not_expected', 'we did not ask for this')
    return request
  }

  /** Takes in a grant or denial, in the transaction in which the wallet keeps the credential. */
  async received(
    tx: Tx,
    row: HeldCredentialRow,
    report: CredentialReport,
    grantorWallet: string,
  ): Promise<void> {
    const request = await this.requireExpected(report, grantorWallet)
    const isGrant = this.#deps.credentials.types.require(row.vct).name === 'access-grant'
    const state = isGrant ? 'granted' : 'denied'
    // A request about several subjects is granted as soon as one of them grants.
    if (isGrant || request.state !== 'granted')
      await change(tx, sentRequestTable, { id: request.id }, { state })
    if (isGrant) await tx.upsert(receivedGrantTable, grantRow(request, row, report, grantorWallet), ['id'])
    await this.#deps.audit.record(tx, 'system', `request.${state}`, { request: request.id, by: row.issuer })
  }

  async listSent(limit: number): Promise<SentRequestRow[]> {
    return this.#deps.store.reader.find(sentRequestTable, { order: { id: 'DESC' }, take: limit })
  }

  async listGrants(limit: number): Promise<ReceivedGrantRow[]> {
    return this.#deps.store.reader.find(receivedGrantTable, { order: { id: 'DESC' }, take: limit })
  }

  #isAboutOrganisation({ claims }: CredentialReport): boolean {
    const { access } = claims as { access?: GrantAccess }
    return (access?.query ?? []).some(
      ({ vct }) => this.#deps.credentials.types.find(vct)?.about === 'organisation',
    )
  }

  async #actorOf(caller: Caller): Promise<Party> {
    if (caller.kind === 'user') return this.#deps.parties.require(caller.personId)
    if (caller.kind === 'client') return this.#deps.parties.require(caller.clientId)
    throw new Refusal('forbidden', 'person_required', 'only our own people and systems can ask')
  }

  async #grantsFor(
    partner: PartnerAddress,
    { claims, purpose }: { claims?: readonly ClaimTarget[]; purpose?: readonly string[] },
  ): Promise<ReceivedGrantRow[]> {
    const all = await this.#deps.store.reader.findBy(receivedGrantTable, { partner: partner.did })
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
    const held = await this.#deps.store.reader.findOneBy(heldCredentialTable, { id: grant.credentialId })
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

  async #rememberEnd(grant: ReceivedGrantRow, codes: readonly string[]): Promise<void> {
    const endedCode = codes.find((code) => final.has(code))
    if (!endedCode) return
    await this.#deps.store.transact((tx) =>
      change(tx, receivedGrantTable, { id: grant.id, state: 'live' }, { state: 'ended', endedCode }),
    )
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

/** A query per type, its claims in the order asked. */
export function queriesOf(claims: readonly ClaimTarget[]): AskQuery[] {
  const byType = new Map<string, ClaimTarget['path'][]>()
  for (const { vct, path } of claims) byType.set(vct, [...(byType.get(vct) ?? []), path])
  return [...byType].map(([vct, paths], at) => ({ id: `q${at}`, vct, paths }))
}

const stateOf = (
  answer: AskAnswer,
): Pick<SentRequestRow, 'state' | 'parts' | 'codes'> & { error?: Refusal } => {
  if (answer.kind === 'consent_pending') return { state: 'pending', parts: answer.parts, codes: [] }
  const codes = answer.kind === 'denied' ? answer.codes : ['presented_without_grant']
  const [code = 'denied'] = codes
  const error = new Refusal('forbidden', code, 'the partner refused the request', { params: { codes } })
  return { state: 'refused', parts: [], codes, error }
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

interface GrantAccess {
  readonly request: string
  readonly query: readonly { vct: string; path: ClaimTarget['path'] }[]
  readonly purpose: readonly string[]
  readonly legal_basis: string
}

function requestDigestOf(report: CredentialReport): string | null {
  const { access, request } = report.claims as { access?: GrantAccess; request?: string }
  return access?.request ?? request ?? null
}

function grantRow(
  request: SentRequestRow,
  row: HeldCredentialRow,
  report: CredentialReport,
  grantorWallet: string,
): ReceivedGrantRow {
  const { access } = report.claims as unknown as { access: GrantAccess }
  return {
    id: report.id ?? row.id,
    requestId: request.id,
    partner: request.partner,
    partnerName: request.partnerName,
    grantor: row.issuer,
    grantorWallet,
    credentialId: row.id,
    claims: access.query.map(({ vct, path }) => ({ vct, path })),
    purpose: access.purpose,
    legalBasis: access.legal_basis,
    expiresAt: row.expiresAt ?? 0,
    state: 'live',
    endedCode: null,
    receivedAt: row.receivedAt,
  }
}
