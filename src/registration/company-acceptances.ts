import { type Caller, type Did, newId, Refusal } from '../core/index.ts'
import { type PublicJwk, parseJws } from '../jose/index.ts'
import { rows, type Tx } from '../store/index.ts'
import { ATTESTATION_TYPE, notRegistered, type RegistryEntry } from '../trust/index.ts'
import { acceptable } from './acceptable.ts'
import type { AnchorDeps } from './anchor-deps.ts'
import type { CaseFiles } from './case/case-files.ts'
import { attestationClaims } from './claims.ts'
import {
  type CompanyAcceptanceRow,
  coAcceptanceTable,
  companyAcceptanceTable,
} from './company-acceptance-table.ts'
import type { Evidence } from './evidence/evidence.ts'
import { type Acceptance, acceptanceSchema } from './messages.ts'
import { burn } from './replay.ts'
import { type VerifiedRenewal, verifyRenewal } from './verify-messages.ts'

export interface CompanyAcceptancesDeps extends AnchorDeps {
  readonly caseFiles: Pick<CaseFiles, 'read' | 'registeredOf'>
  readonly evidence: Pick<Evidence, 'actingWith'>
}

/** What became of an acceptance that was handed in. */
export interface CompanyAccepted {
  readonly policyVersion: number
  readonly acceptanceDigest: string
  /** Null until all who must act together accepted. */
  readonly attestationId: string | null
  /** How many of them did not yet. */
  readonly missing: number
}

interface ReadAcceptance {
  readonly payload: Acceptance
  readonly digest: string
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
   * Attests that an organisation of the network, suspended or not, accepted another version: by a representative who
   * may act alone, or once all who may act together only accepted the same. For the same version again: what was
   * recorded the first time.
   * @throws Refusal as verifyRenewal, `message_replayed`, `party_not_registered`, `not_representative`
   */
  async submit(caller: Caller, compact: string): Promise<CompanyAccepted> {
    const { anchor, policies, store, clock, requireKey, registry } = this.#deps
    const expected = { anchor: await anchor.require(), ...(await acceptable(policies)) }
    const renewal = await verifyRenewal(compact, expected, this.#deps)
    const { organisation, acceptance, kid, jti, exp } = renewal
    const entry = await registry.find(organisation)
    if (!entry) throw notRegistered()
    const needed = await this.#neededWith(organisation, acceptance.payload.iss)
    const holderKey = await requireKey(kid, 'authentication')
    const ourselves = await this.#deps.parties.organisation()
    const issuer = this.#deps.parties.issuerOf(ourselves)
    return store.transact(async (tx) => {
      await burn(tx, clock, { iss: organisation, jti, exp })
      // Of two representatives at once the second one sees what the first one accepted.
      await registry.lock(tx, organisation)
      const known = await this.#find(tx, renewal)
      if (known) return { ...known, missing: 0 }
      const others = await this.#others(tx, caller, renewal, needed)
      const missing = needed.length - 1 - others.length
      const { version: policyVersion } = acceptance.payload.policy
      if (missing > 0)
        return { policyVersion, acceptanceDigest: acceptance.digest, attestationId: null, missing }
      const row = await this.#attest(tx, caller, renewal, { issuer, holderKey, entry, others })
      return { ...row, missing: 0 }
    })
  }

  /** All who have to accept, with whom the servicedesk looked into; herself among them. */
  async #neededWith(organisation: Did, signer: Did): Promise<readonly Did[]> {
    const { caseFiles, evidence } = this.#deps
    const row = await caseFiles.registeredOf(organisation)
    const acting = row && (await evidence.actingWith(row.id, signer))
    if (acting?.includes(signer)) return acting
    throw new Refusal(
      'forbidden',
      'not_representative',
      'only the legal representative the organisation was registered with can accept for it',
    )
  }

  /** Writes down that she accepted, where others must too. @returns what the others accepted so far, the same version */
  async #others(
    tx: Tx,
    caller: Caller,
    { organisation, acceptance }: VerifiedRenewal,
    needed: readonly Did[],
  ): Promise<readonly ReadAcceptance[]> {
    if (needed.length < 2) return []
    const { vault, clock, audit } = this.#deps
    const { iss: signer, policy } = acceptance.payload
    const policyVersion = policy.version
    const before = await tx.findBy(coAcceptanceTable, { organisation, policyVersion })
    if (!before.some((one) => one.signer === signer)) {
      const id = newId()
      await vault.createKey(tx, scopeOf(id))
      const sealed = await vault.seal(scopeOf(id), place(id), acceptance.compact)
      const said = { digest: acceptance.digest, sealed, acceptedAt: clock.now() }
      await tx.insert(coAcceptanceTable, { id, organisation, policyVersion, signer, ...said })
      const facts = { organisation, policy_version: policyVersion, acceptance: acceptance.digest }
      await audit.record(tx, caller, 'organisation.accepted_in_part', facts)
    }
    const others = needed.flatMap((one) =>
      one === signer ? [] : (before.find((accepted) => accepted.signer === one) ?? []),
    )
    return Promise.all(
      others.map(async ({ id, sealed, digest }) => {
        const compact = await vault.openText(place(id), sealed)
        return { digest, payload: acceptanceSchema.parse(parseJws(compact).payload) }
      }),
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
      readonly others: readonly ReadAcceptance[]
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
      claims: attestationClaims('organisation', acceptance, by.others),
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
