import { type Caller, newId, Refusal } from '../core/index.ts'
import { rows, type Tx } from '../store/index.ts'
import { ATTESTATION_TYPE } from '../trust/index.ts'
import { acceptable } from './acceptable.ts'
import type { AnchorDeps } from './anchor-deps.ts'
import { attestationClaims } from './claims.ts'
import { burn } from './replay.ts'
import { type PersonAcceptanceRow, personAcceptanceTable } from './tables.ts'
import { type VerifiedEndorsement, verifyEndorsement } from './verify-messages.ts'

const scopeOf = (id: string) => `person_acceptance:${id}`
const place = (id: string) => `person_acceptance:${id}:sealed`

/** The trust anchor's record of people who accepted the policy; who they are, their organisations know. */
export class PersonAcceptances {
  readonly #deps: AnchorDeps

  constructor(deps: AnchorDeps) {
    this.#deps = deps
  }

  /**
   * Attests that a person accepted the policy, on the word of a registered organisation that she works for it. For
   * the same person and version again: what was recorded the first time.
   * @throws Refusal as verifyEndorsement, `message_replayed`, `organisation_not_registered`, `organisation_suspended`
   */
  async submit(caller: Caller, compact: string): Promise<PersonAcceptanceRow> {
    const { anchor, policies, store, clock, parties } = this.#deps
    const expected = { anchor: await anchor.require(), ...(await acceptable(policies)) }
    const endorsement = await verifyEndorsement(compact, expected, this.#deps)
    const { organisation, jti, exp } = endorsement
    const ourselves = await parties.organisation()
    return store.transact(async (tx) => {
      await burn(tx, clock, { iss: organisation, jti, exp })
      await this.#requireMember(organisation)
      return (
        (await this.#find(tx, endorsement)) ??
        this.#attest(tx, caller, endorsement, parties.issuerOf(ourselves))
      )
    })
  }

  async #requireMember(organisation: VerifiedEndorsement['organisation']): Promise<void> {
    const entry = await this.#deps.registry.find(organisation)
    if (!entry)
      throw new Refusal(
        'forbidden',
        'organisation_not_registered',
        'that organisation is not in the network yet',
      )
    if (entry.state !== 'active')
      throw new Refusal('forbidden', 'organisation_suspended', 'that organisation is suspended')
  }

  #find(tx: Tx, { person, acceptance }: VerifiedEndorsement): Promise<PersonAcceptanceRow | null> {
    const policyVersion = acceptance.payload.policy.version
    return tx.findOneBy(personAcceptanceTable, { person, policyVersion })
  }

  async #attest(
    tx: Tx,
    caller: Caller,
    endorsement: VerifiedEndorsement,
    issuer: ReturnType<AnchorDeps['parties']['issuerOf']>,
  ): Promise<PersonAcceptanceRow> {
    const { credentials, offers, audit } = this.#deps
    const { person, organisation, acceptance, wallet } = endorsement
    const attestationId = newId()
    const id = newId()
    // The row goes first: of two at once the second one waits here, and issues nothing.
    if (!(await this.#insert(tx, id, attestationId, endorsement))) {
      const first = await this.#find(tx, endorsement)
      if (first) return first
      throw new Error('a row that was in the way is gone')
    }
    const { compact } = await credentials.issue(tx, {
      issuer,
      type: ATTESTATION_TYPE,
      id: attestationId,
      subject: person,
      // Bound to her DID, not to a key: she redeems it with her consent key and shows data with another one.
      claims: attestationClaims('person', acceptance),
    })
    const offerId = await offers.create(tx, {
      issuerPartyId: issuer.partyId,
      subject: person,
      compacts: [compact],
      deliverTo: wallet,
      ...(acceptance.payload.holder && { redeemer: acceptance.payload.holder }),
    })
    await tx.update(personAcceptanceTable, { id }, { offerId })
    await audit.record(tx, caller, 'person.attested', {
      organisation,
      attestation: attestationId,
      offer: offerId,
    })
    await this.#deps.whenAccepted?.(tx, { party: person, version: acceptance.payload.policy.version })
    const row = await this.#find(tx, endorsement)
    if (!row) throw new Error('a row that was just written is gone')
    return row
  }

  async #insert(
    tx: Tx,
    id: string,
    attestationId: string,
    { person, organisation, acceptance }: VerifiedEndorsement,
  ): Promise<boolean> {
    const { vault, clock } = this.#deps
    await vault.createKey(tx, scopeOf(id))
    const sealed = await vault.seal(scopeOf(id), place(id), acceptance.compact)
    const inserted = await rows(
      tx,
      `INSERT INTO person_acceptance
         (id, person, policy_version, organisation, acceptance_digest, sealed, attestation_id, offer_id, accepted_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, '', ?) ON CONFLICT (person, policy_version) DO NOTHING RETURNING id`,
      [
        id,
        person,
        acceptance.payload.policy.version,
        organisation,
        acceptance.digest,
        sealed.toString('base64'),
        attestationId,
        clock.now(),
      ],
    )
    if (inserted.length === 1) return true
    await vault.destroyKey(tx, scopeOf(id))
    return false
  }
}
