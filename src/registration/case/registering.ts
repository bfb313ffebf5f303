import { type Clock, newId } from '../../core/index.ts'
import type { Credentials } from '../../credentials/index.ts'
import { type PublicJwk, parseJws } from '../../jose/index.ts'
import type { Parties, Party } from '../../parties/index.ts'
import type { Tx } from '../../store/index.ts'
import { ATTESTATION_TYPE, type Registry } from '../../trust/index.ts'
import { attestationClaims, authorityClaims, registrationClaims } from '../claims.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Representative, Representatives } from '../evidence/representatives.ts'
import type { Acceptance, Application } from '../messages.ts'
import type { Offers } from '../ports.ts'
import type { CaseFiles } from './case-files.ts'
import type { CaseRow } from './case-table.ts'
import type { CaseMoves, Mover } from './moves.ts'

export interface RegisteringDeps {
  readonly clock: Clock
  readonly parties: Parties
  readonly credentials: Credentials
  readonly registry: Registry
  readonly offers: Offers
  readonly caseFiles: CaseFiles
  readonly moves: CaseMoves
  readonly evidence: Evidence
  readonly representatives: Representatives
}

/** What registering needs from outside, asked before the transaction. */
export interface Prepared {
  readonly ourselves: Party
  /** Null while the organisation has no node. */
  readonly holderKey: PublicJwk | null
}

/** Whoever acts for the organisation, with her acceptance as she signed it. */
interface Acting {
  readonly representative: Representative
  readonly acceptance: { readonly payload: Acceptance; readonly digest: string }
}

/** Takes accepted cases as far as they go: registered, once the node is there and all who must have accepted. */
export class Registering {
  readonly #deps: RegisteringDeps

  constructor(deps: RegisteringDeps) {
    this.#deps = deps
  }

  /** @returns the case as it is then: the same where nothing was to be done */
  async advance(tx: Tx, row: CaseRow, prepared: Prepared, by: Mover): Promise<CaseRow> {
    if (row.state !== 'accepted' && row.state !== 'policy_pending') return row
    const { caseFiles, evidence, moves } = this.#deps
    const { application } = await caseFiles.read(row)
    if (!application || !prepared.holderKey) return row
    const { complete, acting } = await evidence.authority(row.id)
    const signed = acting.flatMap(signedBy)
    const [first, ...others] = signed
    if (complete && first) return this.#register(tx, row, application, { prepared, by, first, others })
    return row.state === 'accepted' ? moves.move(tx, row, 'await_policy', { by }) : row
  }

  async #register(
    tx: Tx,
    row: CaseRow,
    application: Application,
    {
      prepared,
      by,
      first,
      others,
    }: {
      readonly prepared: Prepared
      readonly by: Mover
      readonly first: Acting
      readonly others: readonly Acting[]
    },
  ): Promise<CaseRow> {
    const { clock, credentials, registry, parties, offers, moves } = this.#deps
    const { ourselves, holderKey } = prepared
    const { organisation } = row
    if (!organisation || !holderKey) throw new Error('nobody to register')
    const [registrationId, attestationId] = [newId(), newId()]
    const issuer = parties.issuerOf(ourselves)
    const shared = { issuer, subject: organisation, holderKey }
    const all = [first, ...others]
    const representatives = all.flatMap(
      ({
        representative: {
          row: { did },
          representationType,
        },
      }) => (did === null ? [] : [{ did, representation_type: representationType }]),
    )
    const registeredAt = clock.now()
    const registration = registrationClaims(application.organisation, {
      caseId: row.id,
      registeredAt,
      representatives,
    })
    const attestation = attestationClaims(
      'organisation',
      first.acceptance,
      others.map(({ acceptance }) => acceptance),
    )
    const issued = await credentials.issueMany(tx, [
      { ...shared, id: registrationId, type: 'company-registration', claims: registration },
      { ...shared, id: attestationId, type: ATTESTATION_TYPE, claims: attestation },
    ])
    const { name, kvk_number: kvkNumber = null } = application.organisation
    const { wallet } = application
    await registry.add(tx, {
      ...{ did: organisation, name, kvkNumber, wallet, roles: ['member'] },
      ...{ attestationId, registrationId },
    })
    const offerId = await offers.create(tx, {
      issuerPartyId: ourselves.id,
      subject: organisation,
      compacts: issued.map(({ compact }) => compact),
      deliverTo: wallet,
    })
    for (const one of all) await this.#authorise(tx, one, { application, issuer, row, all })
    return moves.move(tx, row, 'register', { by, set: { registrationId, attestationId, offerId } })
  }

  /** Hands a representative the proof that she may bind the organisation, where her wallet is known. */
  async #authorise(
    tx: Tx,
    { representative, acceptance }: Acting,
    {
      application,
      issuer,
      row,
      all,
    }: {
      readonly application: Application
      readonly issuer: ReturnType<Parties['issuerOf']>
      readonly row: CaseRow
      readonly all: readonly Acting[]
    },
  ): Promise<void> {
    const { clock, credentials, offers, representatives } = this.#deps
    const { did } = representative.row
    const { wallet } = representative.said
    const { organisation } = row
    if (did === null || wallet === undefined || organisation === null) return
    const id = newId()
    const claims = authorityClaims(representative.said, {
      organisation: { did: organisation, ...application.organisation },
      caseId: row.id,
      isListed: representative.source === 'extract',
      checkedAt: clock.now(),
      jointWith: all.flatMap((other) =>
        other.representative === representative ? [] : (other.representative.row.did ?? []),
      ),
    })
    // Bound to her DID, not to a key: she redeems it with her consent key and shows data with another one.
    const { compact } = await credentials.issue(tx, {
      issuer,
      type: 'representative-authority',
      id,
      subject: did,
      claims,
    })
    const { holder } = acceptance.payload
    await offers.create(tx, {
      issuerPartyId: issuer.partyId,
      subject: did,
      compacts: [compact],
      deliverTo: wallet,
      ...(holder && { redeemer: holder }),
    })
    await representatives.authorise(tx, representative.id, id)
  }
}

function signedBy(representative: Representative): Acting[] {
  const { acceptance, row } = representative
  if (acceptance === null || row.acceptanceDigest === null) return []
  const payload = parseJws(acceptance).payload as unknown as Acceptance
  return [{ representative, acceptance: { payload, digest: row.acceptanceDigest } }]
}
