import { type Clock, type Did, Refusal, seconds } from '../core/index.ts'
import { checkTimes, type PublicJwk } from '../jose/index.ts'
import {
  type Policy,
  type ReadMessage,
  readMessage,
  requireFresh,
  requireSigned,
  sha256,
  wrongAudience,
} from '../trust/index.ts'
import {
  type Acceptance,
  type Application,
  acceptanceSchema,
  applicationSchema,
  endorsementSchema,
  renewalSchema,
  typOf,
} from './messages.ts'
import { type JudgeVat, requireStorableVat } from './vat-number.ts'

export interface VerifyDeps {
  readonly clock: Clock
  /** A current key of a DID. @throws Refusal when it is not, or the DID cannot be resolved */
  readonly requireKey: (kid: string, purpose: 'authentication' | 'assertionMethod') => Promise<PublicJwk>
}

/** To whom a message must be addressed, and what must have been accepted. */
export interface Expected {
  readonly anchor: { readonly url: string; readonly did: Did }
  readonly policy: Policy
  /** Versions that take effect later and may be accepted already; none for who joins. */
  readonly announced?: readonly Policy[]
}

export interface VerifiedAcceptance {
  readonly payload: Acceptance
  readonly compact: string
  /** Of the signed acceptance: what the attestation names. */
  readonly digest: string
}

export interface VerifiedApplication {
  readonly payload: Application
  /** The organisation's key that signed it. */
  readonly kid: string
  readonly acceptance: VerifiedAcceptance
}

export interface VerifiedEndorsement {
  readonly organisation: Did
  readonly person: Did
  readonly wallet: string
  readonly jti: string
  readonly exp: number
  readonly acceptance: VerifiedAcceptance
}

/** An acceptance is signed when it is sent; one that lay about may have been thought better of. */
const MAX_ACCEPTANCE_AGE_S = 600

/**
 * Verifies an organisation's application: everything that can be said of it without asking anybody first, then who
 * signed it and who accepted.
 * @throws Refusal `application_malformed`, `wrong_audience`, `message_lives_too_long`, `signer_mismatch`,
 *   `not_an_organisation`, `not_a_person`, `vat_number_…`, `acceptance_…`, `policy_…`, `jws_…`, and those of requireKey
 */
export async function verifyApplication(
  compact: string,
  expected: Expected,
  deps: VerifyDeps & { readonly judgeVat: JudgeVat },
): Promise<VerifiedApplication> {
  const application = readMessage('application', compact, applicationSchema)
  const { payload } = application
  requireFresh(payload, expected.anchor.url, deps.clock)
  requireOrganisation(payload.iss)
  requirePerson(payload.representative.did, payload.iss)
  requireStorableVat(payload.organisation, deps.judgeVat)
  const acceptance = readMessage('acceptance', payload.acceptance, acceptanceSchema)
  requireAcceptance(
    acceptance.payload,
    { party: payload.iss, signer: payload.representative.did },
    expected,
    deps.clock,
  )
  if (payload.representative.representation_type !== acceptance.payload.representation_type)
    throw new Refusal(
      'unprocessable',
      'acceptance_mismatch',
      'the acceptance names another authority to represent',
    )
  await requireSigned(application, { ...deps, typ: typOf.application, purpose: 'authentication' })
  await requireSigned(acceptance, { ...deps, typ: typOf.acceptance, purpose: 'assertionMethod' })
  return { payload, kid: application.kid, acceptance: verified(acceptance) }
}

/**
 * Verifies that a person accepted the policy for herself and that an organisation says she works for it.
 * @throws Refusal as {@link verifyApplication}
 */
export async function verifyEndorsement(
  compact: string,
  expected: Expected,
  deps: VerifyDeps,
): Promise<VerifiedEndorsement> {
  const endorsement = readMessage('endorsement', compact, endorsementSchema)
  const { iss, party, wallet, jti, exp } = endorsement.payload
  requireFresh(endorsement.payload, expected.anchor.url, deps.clock)
  requirePerson(party, iss)
  const acceptance = readMessage('acceptance', endorsement.payload.acceptance, acceptanceSchema)
  requireAcceptance(acceptance.payload, { party, signer: party }, expected, deps.clock)
  await requireSigned(endorsement, { ...deps, typ: typOf.endorsement, purpose: 'authentication' })
  await requireSigned(acceptance, { ...deps, typ: typOf.acceptance, purpose: 'assertionMethod' })
  return { organisation: iss, person: party, wallet, jti, exp, acceptance: verified(acceptance) }
}

export interface VerifiedRenewal {
  readonly organisation: Did
  /** The organisation's key that signed it. */
  readonly kid: string
  readonly jti: string
  readonly exp: number
  readonly acceptance: VerifiedAcceptance
}

/**
 * Verifies that an organisation hands in the acceptance of a person for it; whether she may represent it is not asked.
 * @throws Refusal as {@link verifyApplication}
 */
export async function verifyRenewal(
  compact: string,
  expected: Expected,
  deps: VerifyDeps,
): Promise<VerifiedRenewal> {
  const renewal = readMessage('renewal', compact, renewalSchema)
  const { iss, jti, exp } = renewal.payload
  requireFresh(renewal.payload, expected.anchor.url, deps.clock)
  requireOrganisation(iss)
  const acceptance = readMessage('acceptance', renewal.payload.acceptance, acceptanceSchema)
  const { iss: signer } = acceptance.payload
  requirePerson(signer, iss)
  requireAcceptance(acceptance.payload, { party: iss, signer }, expected, deps.clock)
  await requireSigned(renewal, { ...deps, typ: typOf.renewal, purpose: 'authentication' })
  await requireSigned(acceptance, { ...deps, typ: typOf.acceptance, purpose: 'assertionMethod' })
  return { organisation: iss, kid: renewal.kid, jti, exp, acceptance: verified(acceptance) }
}

/** An organisation can be found again: on the chain or on its host. A key alone is anybody's. */
function requireOrganisation(did: Did): void {
  if (did.startsWith('did:ethr:') || did.startsWith('did:web:')) return
  throw new Refusal('unprocessable', 'not_an_organisation', 'an organisation has a did:ethr or a did:web')
}

function requirePerson(did: Did, organisation: Did): void {
  if (did === organisation || did.startsWith('did:ethr:'))
    throw new Refusal('unprocessable', 'not_a_person', 'this DID is not one of a natural person')
}

function requireAcceptance(
  acceptance: Acceptance,
  { party, signer }: { readonly party: Did; readonly signer: Did },
  { anchor, policy: current, announced = [] }: Expected,
  clock: Clock,
): void {
  if (acceptance.aud !== anchor.did) throw wrongAudience()
  if (acceptance.iss !== signer)
    throw new Refusal(
      'unprocessable',
      'acceptance_by_another',
      'somebody else than the representative accepted',
    )
  if (acceptance.party !== party)
    throw new Refusal(
      'unprocessable',
      'acceptance_for_another_party',
      'the policy was accepted for another party',
    )
  const { id, version } = acceptance.policy
  const policy = [current, ...announced].find((one) => one.id === id && one.version === version)
  if (!policy) throw policyNotCurrent(current.version)
  if (acceptance.policy.digest !== policy.digest)
    throw new Refusal('unprocessable', 'policy_digest_mismatch', 'another text of the policy was accepted')
  const now = seconds(clock.now())
  checkTimes({ iat: acceptance.iat }, now)
  if (acceptance.iat < now - MAX_ACCEPTANCE_AGE_S)
    throw new Refusal(
      'unprocessable',
      'acceptance_too_old',
      'the policy was accepted too long ago: accept it again',
    )
}

/** @throws Refusal `policy_version_not_current`, with the one in force */
export const policyNotCurrent = (version: number): Refusal =>
  new Refusal('unprocessable', 'policy_version_not_current', `version ${version} of the policy is in force`, {
    params: { version },
  })

const verified = ({ payload, compact }: ReadMessage<Acceptance>): VerifiedAcceptance => ({
  payload,
  compact,
  digest: sha256(compact),
})
