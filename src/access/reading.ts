import { type Caller, type Clock, type Did, isRefusal, Refusal } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { type Store, select, type Tx } from '../store/index.ts'
import { type ReceivedGrantRow, receivedGrantTable } from './access-tables.ts'
import { type ClaimTarget, targetKey } from './decide.ts'
import {
  type AskAnswer,
  actorOf,
  type LeftOut,
  type OutgoingAsk,
  type PartnerAddress,
  type PreparedAsk,
  queriesOf,
} from './outgoing-ask.ts'
import { collectClaims, type GrantRead, type ReadClaim, type ReadDenied } from './read-claims.ts'
import { walletNow } from './wallet-now.ts'

export interface ReadingDeps {
  readonly store: Store
  readonly credentials: Credentials
  readonly parties: Parties
  readonly clock: Clock
  /** @throws Refusal `employee_role_missing`, `attestation_missing` */
  readonly prepareAsk: (ask: OutgoingAsk) => Promise<PreparedAsk>
  /** By DID, KVK number or name. @throws Refusal `partner_unknown` */
  readonly partner: (reference: string) => Promise<PartnerAddress>
  /** Is told what was read under grants, before it is handed over; where it fails nothing is. */
  readonly whenRead: (caller: Caller, reads: readonly GrantRead[]) => Promise<void>
  /** Ends a grant of which the owner said that it is over, and what hangs from it. */
  readonly whenEnded: (tx: Tx, end: { grantId: string; partner: Did; code: string }) => Promise<void>
}

export interface ReadResult {
  readonly partner: PartnerAddress
  readonly claims: readonly ReadClaim[]
  /** What a grant opens and the owner cannot show now, with the reason. */
  readonly leftOut: readonly LeftOut[]
  readonly refused: readonly { readonly grantId: string; readonly codes: readonly string[] }[]
}

/** Refusals after which a grant will never open anything again. */
const final = new Set([
  'grant_revoked',
  'grant_expired',
  'grant_unknown',
  'grant_differs',
  'grant_for_another_party',
  'delegation_cut',
  'delegation_cut_by_owner',
  'delegation_revoked',
  'delegation_expired',
  'delegation_not_allowed',
  'delegation_for_another_party',
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
    const results = await Promise.all(
      live.map(async (grant) => {
        const result = await this.#readUnder(grant, actor, chosen(grant, input.claims))
        if ('ended' in result && result.ended !== null) await this.#end(grant, result.ended)
        return result
      }),
    )
    const refused = results.flatMap((result) => ('codes' in result ? [result] : []))
    const reads = results.flatMap((result) => ('claims' in result ? [result] : []))
    await this.#deps.whenRead(caller, reads)
    const [first] = refused
    if (first && refused.length === results.length) throw readRefused(first.codes)
    const claims = reads.flatMap((read) => read.claims)
    const leftOut = leftOutOf(reads)
    if (claims.length === 0 && leftOut.length > 0)
      throw readRefused([...new Set(leftOut.map(({ code }) => code))])
    return { partner, claims, leftOut, refused }
  }

  /**
   * Reads claims under one grant, and leaves what follows to whoever asks.
   * @throws Refusal `grant_unknown`, `employee_role_missing`, `attestation_missing`, `egress_…` and what the partner’s
   *   node answers
   */
  async readGrant(
    caller: Caller,
    grantId: string,
    claims: readonly ClaimTarget[],
  ): Promise<GrantRead | ReadDenied> {
    const [actor, [grant]] = await Promise.all([
      actorOf(this.#deps.parties, caller),
      select(this.#deps.store.reader, receivedGrantTable, 'id = ?', [grantId]),
    ])
    if (!grant) throw new Refusal('not_found', 'grant_unknown', 'we hold no such grant')
    return this.#readUnder(grant, actor, chosen(grant, claims))
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
    asked: readonly ClaimTarget[],
  ): Promise<GrantRead | ReadDenied> {
    const { store, credentials, clock } = this.#deps
    const { id: grantId, partner } = grant
    const askedAt = clock.now()
    const held = await credentials.findHeld(store.reader, grant.credentialId)
    if (!held) return { grantId, codes: ['grant_unknown'], ended: null }
    const papers = papersOf(grant, await credentials.open(held))
    const first = await this.#ask(grant, { actor, ...papers }, asked)
    const leftOut = first.kind === 'denied' ? first.withheld : []
    const kept = new Set(leftOut.map(({ target }) => targetKey(target)))
    const rest = asked.filter((target) => !kept.has(targetKey(target)))
    const read = { grantId, partner, asked, leftOut, askedAt }
    if (leftOut.length > 0 && rest.length === 0) return { ...read, claims: [] }
    // Once: what else is withheld by now is for the next read.
    const answer = leftOut.length > 0 ? await this.#ask(grant, { actor, ...papers }, rest) : first
    if (answer.kind === 'consent_pending') return { grantId, codes: ['consent_pending'], ended: null }
    if (answer.kind === 'denied') {
      const ended = answer.codes.find((code) => final.has(code)) ?? null
      return { grantId, codes: answer.codes, ended }
    }
    return { ...read, claims: collectClaims(grant, queriesOf(rest), answer.reports) }
  }

  async #ask(
    grant: ReceivedGrantRow,
    asker: { readonly actor: Party } & ReturnType<typeof papersOf>,
    claims: readonly ClaimTarget[],
  ): Promise<AskAnswer> {
    const { purpose, legalBasis } = grant
    const wallet = await this.#walletOf(grant)
    const prepared = await this.#deps.prepareAsk({
      ...{ wallet, queries: queriesOf(claims), purpose, legalBasis, wantedUntil: null },
      details: { relevance: '', value: '' },
      ...asker,
    })
    return prepared.send()
  }

  /** Where who granted is reached now; where nobody can say, where it was. */
  async #walletOf({ partner, grantorWallet }: ReceivedGrantRow): Promise<string> {
    try {
      return walletNow(grantorWallet, (await this.#deps.partner(partner)).wallet)
    } catch (error) {
      if (isRefusal(error)) return grantorWallet
      throw error
    }
  }

  async #end({ id: grantId, partner }: ReceivedGrantRow, code: string): Promise<void> {
    const { store, whenEnded } = this.#deps
    await store.transact((tx) => whenEnded(tx, { grantId, partner, code }))
  }
}

/** What is shown for a read: our grant, or the principal's with the delegation to us. */
const papersOf = ({ delegation }: ReceivedGrantRow, held: string) =>
  delegation ? { grant: delegation.grant, delegation: held } : { grant: held }

/** What a grant opens of what is wanted; all of it when nobody says what. */
function chosen(grant: ReceivedGrantRow, wanted: readonly ClaimTarget[] | undefined): ClaimTarget[] {
  const keys = wanted && new Set(wanted.map(targetKey))
  return grant.claims.filter((claim) => !keys || keys.has(targetKey(claim)))
}

/** What none of the grants shows, each claim once. */
function leftOutOf(reads: readonly GrantRead[]): LeftOut[] {
  const shown = new Set(reads.flatMap(({ claims }) => claims.map(({ target }) => targetKey(target))))
  const all = reads.flatMap(({ leftOut }) => leftOut).map((one) => [targetKey(one.target), one] as const)
  return [...new Map(all.filter(([key]) => !shown.has(key))).values()]
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
