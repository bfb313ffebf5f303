import { type Caller, type Did, newId, Refusal } from '../core/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import { rows, type Tx } from '../store/index.ts'
import { ATTESTATION_TYPE, notRegistered, type RegistryEntry } from '../trust/index.ts'
import { acceptable } from './acceptable.ts'
import type { AnchorDeps } from './anchor-deps.ts'
import type { CaseFiles } from './case/case-files.ts'
import { attestationClaims } from './claims.ts'
import { type CompanyAcceptanceRow, companyAcceptanceTable } from './company-acceptance-table.ts'
import { burn } from './replay.ts'
import { type VerifiedRenewal, verifyRenewal } from './verify-messages.ts'

export interface CompanyAcceptancesDeps extends AnchorDeps {
  readonly caseFiles: Pick<CaseFiles, 'read' | 'registeredOf'>
}

const scopeOf = (id: string) => `company_acceptance:${id}`
const place = (id: string) => `company_acceptance:${id}:sealed`

/** The trust anchor's record of organisations that accepted a version of the policy after they were registered. */
export class CompanyAcceptances {
  readonly #deps: CompanyAcceptancesDeps

  constructor(deps: CompanyAcceptancesDeps) {
    this.#deps = deps
  }

  /**
   * Attests that an organisation of the network, suspended or not, accepted another version, by the representative it
   * was registered with. For the same version again: what was recorded the first time.
   * @throws Refusal as verifyRenewal, `message_replayed`, `party_not_registered`, `not_representative`
   */
  async submit(caller: Caller, compact: string): Promise<CompanyAcceptanceRow> {
    const { anchor, policies, store, clock, requireKey, registry } = this.#deps
    const expected = { anchor: await anchor.require(), ...(await acceptable(policies)) }
    const renewal = await verifyRenewal(compact, expected, this.#deps)
    const { organisation, acceptance, kid, jti, exp } = renewal
    const entry = await registry.find(organisation)
    if (!entry) throw notRegistered()
    await this.#requireRepresentative(organisation, acceptance.payload.iss)
    const holderKey = await requireKey(kid, 'authentication')
    const ourselves = await this.#deps.parties.organisation()
    const issuer = this.#deps.parties.issuerOf(ourselves)
    return store.transact(async (tx) => {
      await burn(tx, clock, { iss: organisation, jti, exp })
      return (
        (await this.#find(tx, renewal)) ?? this.#attest(tx, caller, renewal, { issuer, holderKey, entry })
      )
    })
  }

  /** Only whom the servicedesk looked into speaks for the organisation. */
  async #requireRepresentative(organisation: Did, signer: Did): Promise<void> {
    const row = await this.#deps.caseFiles.registeredOf(organisation)
    const file = row && (await this.#deps.caseFiles.read(row))
    if (file?.application?.representative.did === signer) return
    throw new Refusal(
      'forbidden',
      'not_representative',
      'only the legal representative the organisation was registered with can accept for it',
    )
  }

  #find(tx: Tx, { organisation, acceptance }: VerifiedRenewal): Promise<CompanyAcceptanceRow | null> {
    const policyVersion = acceptance.payload.policy.version
    return tx.findOneBy(companyAcceptanceTable, { organisation, policyVersion })
  }

  async #attest(
    tx: Tx,
    caller: Caller,
    renewal: VerifiedRenewal,
    by: {
      readonly issuer: ReturnType<AnchorDeps['parties']['issuerOf']>
      readonly holderKey: PublicJwk
      readonly entry: RegistryEntry
    },
  ): Promise<CompanyAcceptanceRow> {
    const { credentials, offers, audit, registry, whenAccepted } = this.#deps
    const { organisation, acceptance } = renewal
    const { version } = acceptance.payload.policy
    const [id, attestationId] = [newId(), newId()]
    // The row goes first: of two at once the second one waits here, and issues nothing.
    if (!(await this.#insert(tx, id, attestationId, renewal))) {
      const first = await this.#find(tx, renewal)
      if (first) return first
      throw new Error('a row that was in the way is gone')
    }
    const { compact } = await credentials.issue(tx, {
      issuer: by.issuer,
      type: ATTESTATION_TYPE,
      id: attestationId,
      subject: organisation,
      holderKey: by.holderKey,
      claims: attestationClaims('organisation', acceptance),
    })
    const offerId = await offers.create(tx, {
      issuerPartyId: by.issuer.partyId,
      subject: organisation,
      compacts: [compact],
      deliverTo: by.entry.wallet,
    })
    await tx.update(companyAcceptanceTable, { id }, { offerId })
    await registry.renew(tx, organisation, { attestationId, registrationId: by.entry.registrationId })
    await whenAccepted?.(tx, { party: organisation, version })
    await audit.record(tx, caller, 'organisation.attested', {
      ...{ organisation, policy_version: version, attestation: attestationId },
      ...{ acceptance: acceptance.digest, offer: offerId },
    })
    const row = await this.#find(tx, renewal)
    if (!row) throw new Error('a row that was just written is gone')
    return row
  }

  async #insert(
    tx: Tx,
    id: string,
    attestationId: string,
    { organisation, acceptance }: VerifiedRenewal,
  ): Promise<boolean> {
    const { vault, clock } = this.#deps
    await vault.createKey(tx, scopeOf(id))
    const sealed = await vault.seal(scopeOf(id), place(id), acceptance.compact)
    const { version } = acceptance.payload.policy
    const inserted = await rows(
      tx,
      `INSERT INTO company_acceptance
         (id, organisation, policy_version, acceptance_digest, sealed, attestation_id, offer_id, accepted_at)
       VALUES (?, ?, ?, ?, ?, ?, '', ?) ON CONFLICT (organisation, policy_version) DO NOTHING RETURNING id`,
      [
        ...[id, organisation, version, acceptance.digest, sealed.toString('base64'), attestationId],
        clock.now(),
      ],
    )
    if (inserted.length === 1) return true
    await vault.destroyKey(tx, scopeOf(id))
    return false
  }
}
