import { createHash } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import type { OrganisationConfig } from '../config/index.ts'
import { type Did, isRefusal, newId, Refusal, seconds, type UserCaller, unlockOf } from '../core/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { change } from '../store/index.ts'
import {
  type AnchorClient,
  type AnchorSource,
  alreadyRegistered,
  MESSAGE_LIFETIME_S,
  type Policies,
  type Policy,
  policyDigestChanged,
} from '../trust/index.ts'
import {
  caseAnswer,
  companyAnswer,
  handedInAnswer,
  parseAnswer,
  personAnswer,
  stateAnswer,
} from './answers.ts'
import { isClosed } from './case/case-state.ts'
import type { HandedInKind } from './evidence/checklist.ts'
import { type Application, type OrganisationData, signMessage } from './messages.ts'
import { type OrganisationInput, organisationOf } from './organisation.ts'
import {
  type AcceptanceTerms,
  type SignedAcceptance,
  SignedAcceptances,
  type SignedAcceptancesDeps,
} from './signed-acceptances.ts'
import { type OwnRegistrationRow, ownRegistrationTable } from './tables.ts'
import { type JudgeVat, requireStorableVat } from './vat-number.ts'
import { policyNotCurrent } from './verify-messages.ts'

export interface ApplicantDeps extends SignedAcceptancesDeps {
  readonly audit: Audit
  readonly parties: Parties
  readonly anchor: AnchorSource
  readonly policies: Policies
  readonly client: AnchorClient
  readonly judgeVat: JudgeVat
  /** The public half of a key of ours as did:jwk. */
  readonly holderDid: (kid: string) => Promise<Did>
  /** What `agent.yml` says of the company. */
  readonly organisation: OrganisationConfig
  /** The code of the invitation its node was made for. */
  readonly invitation?: string | undefined
}

/** Which policy somebody read and accepts. */
export interface Accepting {
  readonly version: number | undefined
  /** Of the texts that were shown; a version whose texts are others by now is not accepted. */
  readonly digest?: string | undefined
}

/** How far our registration is. */
export interface OwnRegistration {
  readonly row: OwnRegistrationRow
  /** The acceptance as our representative signed it. */
  readonly acceptance: string | null
  /** Why the trust anchor declined, as its servicedesk said it. */
  readonly reason: string | null
}

/** An acceptance is signed shortly before the application it goes with is recorded. */
const MAX_SIGNED_BEFORE_MS = 600_000
const REASON = 'own_registration:reason'

/** Our side of joining the network: the representative accepts, the organisation applies, each person accepts. */
export class Applicant {
  readonly #deps: ApplicantDeps
  readonly #acceptances: SignedAcceptances

  constructor(deps: ApplicantDeps) {
    this.#deps = deps
    this.#acceptances = new SignedAcceptances(deps)
  }

  /**
   * Applies at the trust anchor. Again while the case is open: that case.
   * @param accepting what the representative read and accepts
   * @param invitation the code of the invitation it follows
   * @throws Refusal `policy_not_accepted`, `policy_version_not_current`, `policy_digest_changed`, `not_representative`,
   *   `vat_number_…`, `already_registered`, `trust_anchor_…`, and what the trust
   *   anchor refuses
   */
  async apply(
    caller: UserCaller,
    accepting: Accepting,
    input: OrganisationInput,
    invitation?: string,
  ): Promise<OwnRegistration> {
    const { parties, policies, judgeVat } = this.#deps
    const policy = await policies.current({ fresh: true })
    requireAccepted(accepting, policy)
    const [organisation, person, profile] = await Promise.all([
      parties.organisation(),
      parties.require(caller.personId),
      parties.profile(caller.personId),
    ])
    const { representation } = profile
    if (!representation) throw notRepresentative()
    const data = organisationOf(this.#deps.organisation, input)
    requireStorableVat(data, judgeVat)
    const before = await this.mine()
    if (before?.row.state === 'registered') throw alreadyRegistered()
    const isOpen = before !== null && !isClosed(before.row.state)
    const code = invitation ?? (isOpen ? undefined : this.#deps.invitation)
    if (isOpen && invitation === undefined && !(await this.#isNext(person, before, representation)))
      return before
    const anchor = await this.#deps.anchor.refresh()
    const { presentationKid } = person
    const terms: AcceptanceTerms = {
      ...{ person, party: organisation, policy, anchor: anchor.did, representation },
      unlock: unlockOf(caller),
      ...(presentationKid && { holder: await this.#deps.holderDid(presentationKid) }),
    }
    const accepted = await this.#acceptances.sign(terms)
    const representative = {
      ...{ did: person.did, name: profile.name, representation_type: representation },
      wallet: parties.urlOf(person),
    }
    const found = await this.#submit(organisation, { data, representative, accepted, invitation: code })
    const row: OwnRegistrationRow = {
      organisation: organisation.did,
      caseId: found.id,
      anchor: anchor.did,
      state: found.state,
      policyVersion: found.policy_version,
      acceptanceDigest: found.acceptance_digest,
      appliedAt: before?.row.caseId === found.id ? before.row.appliedAt : this.#deps.clock.now(),
      checkedAt: this.#deps.clock.now(),
      reason: null,
    }
    await this.#keep(caller, row, terms, accepted)
    return this.#shown(row)
  }

  /** Our registration as far as we know; an open case is asked after. Null when we never applied. */
  async mine(): Promise<OwnRegistration | null> {
    const { parties, store } = this.#deps
    const { did } = await parties.organisation()
    const row = await store.current().findOneBy(ownRegistrationTable, { organisation: did })
    if (!row) return null
    const current = isClosed(row.state) ? row : await this.#refreshed(row)
    return this.#shown(current)
  }

  /**
   * Hands a file in for our case, with our word that it is ours.
   * @throws Refusal `not_applied`, `file_too_large`, `trust_anchor_…`, and what the trust anchor refuses
   */
  async handIn(caller: UserCaller, kind: HandedInKind, content: AsyncIterable<Uint8Array>) {
    const { parties, client, clock, store, audit, signerOf } = this.#deps
    const own = await this.mine()
    if (!own)
      throw new Refusal('conflict', 'not_applied', 'there is no case of ours to hand something in for')
    const file = await collect(content)
    const digest = `sha-256:${createHash('sha256').update(file).digest('base64url')}`
    const { did } = await parties.organisation()
    const iat = seconds(clock.now())
    const submission = await signMessage(
      'submission',
      {
        ...{ iss: did, aud: client.url, case: own.row.caseId, kind, digest },
        ...{ iat, exp: iat + MESSAGE_LIFETIME_S, jti: newId() },
      },
      await signerOf(did),
    )
    const path = `/api/v1/registrations/evidence?submission=${submission}`
    const answer = parseAnswer(handedInAnswer, await client.upload(path, file))
    const handedIn = { case: own.row.caseId, kind, digest }
    await store.transact((tx) => audit.record(tx, caller, 'registration.handed_in', handedIn))
    return answer
  }

  /** Whether she is another representative, who must accept beside whoever did in the open case. */
  async #isNext(person: Party, { row }: OwnRegistration, representation: 'SOLE' | 'JOINT'): Promise<boolean> {
    if (representation !== 'JOINT') return false
    const { id } = await this.#deps.parties.organisation()
    const since = row.appliedAt - MAX_SIGNED_BEFORE_MS
    return !(await this.#acceptances.isSigner(person.id, id, row.policyVersion, since))
  }

  async #shown(row: OwnRegistrationRow): Promise<OwnRegistration> {
    const [acceptance, reason] = await Promise.all([
      this.#acceptances.find(row.acceptanceDigest),
      row.reason && this.#deps.vault.openText(REASON, row.reason),
    ])
    return { row, acceptance, reason }
  }

  /**
   * A person accepts the policy for herself; the organisation says she works for it. The attestation comes as an Offer.
   * @throws Refusal `policy_not_accepted`, `policy_version_not_current`, `policy_digest_changed`,
   *   `organisation_not_registered`, `trust_anchor_…`
   */
  async acceptAsPerson(
    caller: UserCaller,
    accepting: Accepting,
  ): Promise<{ readonly policyVersion: number; readonly acceptance: SignedAcceptance }> {
    const { parties, client, store, clock, audit } = this.#deps
    const policy = await this.#acceptable(accepting)
    const [organisation, person] = await Promise.all([
      parties.organisation(),
      parties.require(caller.personId),
    ])
    const anchor = await this.#deps.anchor.refresh()
    const { presentationKid } = person
    const terms: AcceptanceTerms = {
      ...{
        person,
        party: person,
        policy,
        anchor: anchor.did,
        representation: 'SOLE',
        unlock: unlockOf(caller),
      },
      ...(presentationKid && { holder: await this.#deps.holderDid(presentationKid) }),
    }
    const accepted = await this.#acceptances.sign(terms)
    const iat = seconds(clock.now())
    const endorsement = await signMessage(
      'endorsement',
      {
        iss: organisation.did,
        aud: client.url,
        party: person.did,
        wallet: parties.urlOf(person),
        acceptance: accepted.compact,
        iat,
        exp: iat + MESSAGE_LIFETIME_S,
        jti: newId(),
      },
      await this.#deps.signerOf(organisation.did),
    )
    const answer = parseAnswer(
      personAnswer,
      await client.post('/api/v1/registrations/acceptances', { endorsement }),
    )
    const first = answer.acceptance_digest === accepted.digest
    if (first)
      await store.transact(async (tx) => {
        await this.#acceptances.keep(tx, terms, accepted)
        await audit.record(tx, caller, 'policy.accepted', { party: person.id, version: policy.version })
      })
    const compact = first ? accepted.compact : await this.#acceptances.find(answer.acceptance_digest)
    return {
      policyVersion: policy.version,
      acceptance: { compact: compact ?? '', digest: answer.acceptance_digest },
    }
  }

  /**
   * Our representative accepts another version for the organisation, which is in the network already. The attestation
   * comes as an Offer, once all who may act together only accepted. Again for the same version: what was accepted the
   * first time.
   * @throws Refusal `policy_not_accepted`, `policy_version_not_current`, `policy_digest_changed`, `not_representative`,
   *   `party_not_registered`, `trust_anchor_…`
   */
  async acceptForCompany(
    caller: UserCaller,
    accepting: Accepting,
  ): Promise<{
    readonly policyVersion: number
    readonly acceptance: SignedAcceptance
    /** How many other representatives have to accept too. */
    readonly missing: number
  }> {
    const { parties, client, store, clock, audit } = this.#deps
    const policy = await this.#acceptable(accepting)
    const [party, person, { representation }] = await Promise.all([
      parties.organisation(),
      parties.require(caller.personId),
      parties.profile(caller.personId),
    ])
    if (!representation) throw notRepresentative()
    const anchor = await this.#deps.anchor.refresh()
    const unlock = unlockOf(caller)
    const terms: AcceptanceTerms = { person, party, policy, anchor: anchor.did, representation, unlock }
    const accepted = await this.#acceptances.sign(terms)
    const iat = seconds(clock.now())
    const renewal = await signMessage(
      'renewal',
      {
        ...{ iss: party.did, aud: client.url, acceptance: accepted.compact },
        ...{ iat, exp: iat + MESSAGE_LIFETIME_S, jti: newId() },
      },
      await this.#deps.signerOf(party.did),
    )
    const answer = parseAnswer(
      companyAnswer,
      await client.post('/api/v1/registrations/renewals', { renewal }),
    )
    const { acceptance_digest: digest, missing } = answer
    // Who must act together all count; else the first one does.
    const counts = digest === accepted.digest || representation === 'JOINT'
    await store.transact(async (tx) => {
      if (counts) {
        await this.#acceptances.keep(tx, terms, accepted)
        await audit.record(tx, caller, 'policy.accepted', { party: party.id, version: policy.version })
      }
      await this.#acceptances.setMissing(tx, party.id, policy.version, missing)
    })
    const compact = counts ? accepted.compact : await this.#acceptances.find(digest)
    return {
      policyVersion: policy.version,
      acceptance: { compact: compact ?? '', digest: counts ? accepted.digest : digest },
      missing,
    }
  }

  /** The version in force, or an announced one where that was read; with its texts as they are now. */
  async #acceptable(accepting: Accepting): Promise<Policy> {
    const { policies } = this.#deps
    const current = await policies.current({ fresh: true })
    const isLater = accepting.version !== undefined && accepting.version > current.version
    const known = isLater && (await policies.versions()).some(({ version }) => version === accepting.version)
    const policy = known ? await policies.version(accepting.version ?? 0) : current
    requireAccepted(accepting, policy)
    return policy
  }

  async #submit(
    organisation: Party,
    {
      data,
      representative,
      accepted,
      invitation,
    }: {
      readonly data: OrganisationData
      readonly representative: Application['representative']
      readonly accepted: SignedAcceptance
      readonly invitation: string | undefined
    },
  ) {
    const { client, clock, parties, signerOf } = this.#deps
    const iat = seconds(clock.now())
    const application = await signMessage(
      'application',
      {
        iss: organisation.did,
        aud: client.url,
        organisation: data,
        wallet: parties.urlOf(organisation),
        representative,
        acceptance: accepted.compact,
        ...(invitation !== undefined && { invitation }),
        iat,
        exp: iat + MESSAGE_LIFETIME_S,
        jti: newId(),
      },
      await signerOf(organisation.did),
    )
    return parseAnswer(caseAnswer, await client.post('/api/v1/registrations', { application }))
  }

  async #keep(
    caller: UserCaller,
    row: OwnRegistrationRow,
    terms: AcceptanceTerms,
    accepted: SignedAcceptance,
  ): Promise<void> {
    const { store, audit } = this.#deps
    await store.transact(async (tx) => {
      // Where another call of ours was first, its acceptance is the one that counts; who must act together all count.
      if (row.acceptanceDigest === accepted.digest || terms.representation === 'JOINT')
        await this.#acceptances.keep(tx, terms, accepted)
      await tx.upsert(ownRegistrationTable, row, ['organisation'])
      await audit.record(tx, caller, 'registration.applied', {
        case: row.caseId,
        anchor: row.anchor,
        policy_version: row.policyVersion,
      })
    })
  }

  /** What the trust anchor says of our case now; when it is away, what it said last. */
  async #refreshed(row: OwnRegistrationRow): Promise<OwnRegistrationRow> {
    const { client, store, clock, audit, vault, parties } = this.#deps
    const checkedAt = clock.now()
    let state: OwnRegistrationRow['state']
    let said: string | null = null
    try {
      const answer = parseAnswer(stateAnswer, await client.get(`/api/v1/registrations/${row.caseId}/state`))
      state = answer.state
      said = answer.reason ?? null
    } catch (error) {
      if (isRefusal(error, 'trust_anchor_unreachable')) return row
      if (!isRefusal(error, 'registration_unknown')) throw error
      // A case it does not know any more is over: we can apply again.
      state = 'rejected'
    }
    const { organisation, caseId } = row
    const reason = said === null ? null : await vault.seal((await parties.organisation()).id, REASON, said)
    await store.transact(async (tx) => {
      const where = { organisation, caseId, state: row.state }
      const changed = await change(tx, ownRegistrationTable, where, { state, checkedAt, reason })
      if (changed === 1 && state !== row.state)
        await audit.record(tx, 'system', 'registration.outcome', { case: caseId, state })
    })
    return { ...row, state, checkedAt, reason }
  }
}

const notRepresentative = () =>
  new Refusal('forbidden', 'not_representative', 'only a legal representative can accept for the company')

/** @throws Refusal `policy_not_accepted`, `policy_version_not_current`, `policy_digest_changed` */
function requireAccepted({ version, digest }: Accepting, policy: Policy): void {
  if (version === undefined)
    throw new Refusal(
      'unprocessable',
      'policy_not_accepted',
      `read the policy and accept it by its version: version ${policy.version} is in force`,
      { params: { version: policy.version } },
    )
  if (version !== policy.version) throw policyNotCurrent(policy.version)
  if (digest !== undefined && digest !== policy.digest) throw policyDigestChanged()
}

/** More is refused by the trust anchor. */
const MAX_FILE_BYTES = 10 * 1024 * 1024

/** @throws Refusal `file_too_large` */
async function collect(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of content) {
    size += piece.length
    if (size > MAX_FILE_BYTES)
      throw new Refusal('too_large', 'file_too_large', 'this file is larger than 10 MB')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
