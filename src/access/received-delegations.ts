import { asDid, type Clock, type Did, isDid, isRefusal, Refusal } from '../core/index.ts'
import {
  type CredentialReport,
  type CredentialTypes,
  credentialDigest,
  type HeldCredentialRow,
  type VerifyCredential,
} from '../credentials/index.ts'
import { parseSdJwt } from '../sd-jwt/index.ts'
import { change, LessThan, MoreThan, type Store, type Tx } from '../store/index.ts'
import { type NamedParty, type ReceivedGrantRow, receivedGrantTable } from './access-tables.ts'
import { expectedDelegationTable } from './chain-tables.ts'
import { type DelegationClaims, delegationClaimsOf } from './delegation-claims.ts'

export interface ReceivedDelegationsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly types: CredentialTypes
  readonly verifyCredential: VerifyCredential
  /** An organisation in the network, and where its wallet is. @throws Refusal `partner_unknown` and others */
  readonly partner: (did: Did) => Promise<NamedParty & { readonly wallet: string }>
}

/** How long an offer is waited for, and how many of one principal. */
const EXPECTED_MS = 30 * 86_400_000
const MAX_EXPECTED = 500

/** Delegations: what others may read and let us read on their behalf. */
export class ReceivedDelegations {
  readonly #deps: ReceivedDelegationsDeps

  constructor(deps: ReceivedDelegationsDeps) {
    this.#deps = deps
  }

  /** A principal says that it will offer us one. @returns why not, when it said so too often */
  async expect(tx: Tx, principal: Did, id: string): Promise<'delegation_not_allowed' | null> {
    if (await tx.existsBy(expectedDelegationTable, { id })) return null
    if ((await tx.countBy(expectedDelegationTable, { principal })) >= MAX_EXPECTED)
      return 'delegation_not_allowed'
    const toldAt = this.#deps.clock.now()
    await tx.insert(expectedDelegationTable, { id, principal, principalName: null, ownerName: null, toldAt })
    return null
  }

  /** Whether something may be offered from this origin: its principal said so. */
  async expectsFrom(origin: string): Promise<boolean> {
    const found = await this.#deps.store.reader.find(expectedDelegationTable, {
      where: { toldAt: MoreThan(this.#deps.clock.now() - EXPECTED_MS) },
    })
    for (const principal of new Set(found.map((row) => row.principal)))
      if ((await this.#originOf(principal)) === origin) return true
    return false
  }

  /**
   * Whether an offered delegation is one that was announced, of a grant that its principal holds, about an owner who is
   * where it says. @throws Refusal `offer_not_expected`, `delegation_unproven`, `partner_unknown` and others
   */
  async requireExpected(report: CredentialReport, issuerUrl: string): Promise<void> {
    const { store, partner } = this.#deps
    const delegation = delegationClaimsOf(report.claims)
    const id = report.id ?? ''
    const expected = await store.reader.findOneBy(expectedDelegationTable, { id })
    if (!delegation || !expected || expected.principal !== report.issuer) throw notExpected()
    const [principal, owner] = await Promise.all([
      partner(expected.principal),
      partner(delegation.owner.organisation),
    ])
    const isFromThere = new URL(principal.wallet).origin === new URL(issuerUrl).origin
    // We ask where the network says that the owner is, not where the principal says.
    const isOwners = new URL(owner.wallet).origin === URL.parse(delegation.owner.wallet)?.origin
    if (!isFromThere || !isOwners) throw notExpected()
    await this.#requireGrant(delegation, expected.principal)
    const names = { principalName: principal.name, ownerName: owner.name }
    await store.transact((tx) => change(tx, expectedDelegationTable, { id }, names))
  }

  /** Takes in a delegation, in the transaction in which the wallet keeps the credential. */
  async received(tx: Tx, row: HeldCredentialRow, report: CredentialReport): Promise<void> {
    const delegation = delegationClaimsOf(report.claims)
    const id = report.id ?? ''
    const expected = await tx.findOneBy(expectedDelegationTable, { id, principal: asDid(row.issuer) })
    if (!delegation || !expected || (await tx.existsBy(receivedGrantTable, { id }))) throw notExpected()
    const { grant, owner, query, purpose, legal_basis: legalBasis } = delegation
    const received: ReceivedGrantRow = {
      id,
      requestId: '',
      partner: owner.organisation,
      partnerName: expected.ownerName ?? '',
      grantor: grantorOf(grant.credential),
      grantorWallet: owner.wallet,
      credentialId: row.id,
      claims: query.map(({ vct, path }) => ({ vct, path })),
      purpose,
      legalBasis,
      expiresAt: row.expiresAt ?? 0,
      state: 'live',
      endedCode: null,
      receivedAt: row.receivedAt,
      delegation: {
        principal: expected.principal,
        principalName: expected.principalName ?? '',
        grantId: grant.id,
        grant: grant.credential,
      },
    }
    await tx.insert(receivedGrantTable, received)
  }

  /** Forgets what was announced and is too old to come. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#deps
    const old = { toldAt: LessThan(clock.now() - 2 * EXPECTED_MS) }
    if (await store.reader.existsBy(expectedDelegationTable, old))
      await store.transact((tx) => tx.delete(expectedDelegationTable, old))
  }

  /** The grant it hangs from: genuine, still valid, and the principal's. @throws Refusal `delegation_unproven` */
  async #requireGrant({ grant, owner, query }: DelegationClaims, principal: Did): Promise<void> {
    const { verifyCredential, types } = this.#deps
    const report = await verifyCredential(grant.credential, { keyBinding: 'forbidden', fresh: true })
    const isIt =
      report.verified &&
      report.vct === types.byName('access-grant').vct &&
      report.subject === principal &&
      report.id === grant.id &&
      `sha-256:${credentialDigest(grant.credential)}` === grant.digest
    const isOrganisations = query.some(({ vct }) => types.find(vct)?.about === 'organisation')
    // Only the organisation itself opens its own data.
    if (isIt && (report.issuer === owner.organisation || !isOrganisations)) return
    throw new Refusal(
      'unprocessable',
      'delegation_unproven',
      'the grant behind this delegation does not hold',
    )
  }

  async #originOf(principal: Did): Promise<string | null> {
    return this.#deps.partner(principal).then(
      ({ wallet }) => URL.parse(wallet)?.origin ?? null,
      (error) => {
        // Who cannot be found now is not where this came from, as far as we know.
        if (isRefusal(error)) return null
        throw error
      },
    )
  }
}

/** Who gave a grant that was verified before. @throws Refusal `offer_not_expected` */
function grantorOf(credential: string): Did {
  const { iss } = parseSdJwt(credential).issuerSigned.payload
  if (!isDid(iss)) throw notExpected()
  return iss
}

const notExpected = () => new Refusal('forbidden', 'offer_not_expected', 'nobody announced this to us')
