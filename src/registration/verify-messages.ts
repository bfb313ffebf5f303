import type { z } from 'zod'
import { type Clock, type Did, didOfUrl, Refusal, seconds } from '../core/index.ts'
import { checkTimes, type ParsedJws, type PublicJwk, parseJws, verifyJws } from '../jose/index.ts'
import { type Policy, sha256 } from '../trust/index.ts'
import {
  type Acceptance,
  type Application,
  acceptanceSchema,
  applicationSchema,
  endorsementSchema,
  MESSAGE_LIFETIME_S,
  type MessageKind,
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
  const application = read('application', compact, applicationSchema)
  const { payload } = application
  requireFresh(payload, expected, deps.clock)
  requireOrganisation(payload.iss)
  requirePerson(payload.representative.did, payload.iss)
  requireStorableVat(payload.organisation, deps.judgeVat)
  const acceptance = read('acceptance', payload.acceptance, acceptanceSchema)
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
  await requireSigned(application, 'authentication', deps)
  await requireSigned(acceptance, 'assertionMethod', deps)
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
  const endorsement = read('endorsement', compact, endorsementSchema)
  const { iss, party, wallet, jti, exp } = endorsement.payload
  requireFresh(endorsement.payload, expected, deps.clock)
  requirePerson(party, iss)
  const acceptance = read('acceptance', endorsement.payload.acceptance, acceptanceSchema)
  requireAcceptance(acceptance.payload, { party, signer: party }, expected, deps.clock)
  await requireSigned(endorsement, 'authentication', deps)
  await requireSigned(acceptance, 'assertionMethod', deps)
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
  const renewal = read('renewal', compact, renewalSchema)
  const { iss, jti, exp } = renewal.payload
  requireFresh(renewal.payload, expected, deps.clock)
  requireOrganisation(iss)
  const acceptance = read('acceptance', renewal.payload.acceptance, acceptanceSchema)
  const { iss: signer, representation_type } = acceptance.payload
  requirePerson(signer, iss)
  requireAcceptance(acceptance.payload, { party: iss, signer }, expected, deps.clock)
  requireSole(representation_type)
  await requireSigned(renewal, 'authentication', deps)
  await requireSigned(acceptance, 'assertionMethod', deps)
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

interface Read<P> {
  readonly kind: MessageKind
  readonly compact: string
  readonly jws: ParsedJws
  readonly kid: string
  readonly payload: P
}

function read<S extends z.ZodType<{ iss: Did }>>(
  kind: MessageKind,
  compact: string,
  schema: S,
): Read<z.output<S>> {
  const jws = parseJws(compact)
  const parsed = schema.safeParse(jws.payload)
  if (!parsed.success) {
    const members = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].slice(0, 20)
    throw new Refusal('invalid', `${kind}_malformed`, `this ${kind} does not have the members it must have`, {
      params: { members },
    })
  }
  const { kid } = jws.header
  if (typeof kid !== 'string' || didOfUrl(kid) !== parsed.data.iss)
    throw new Refusal('unprocessable', 'signer_mismatch', `the ${kind} is not signed by who it says`)
  return { kind, compact, jws, kid, payload: parsed.data }
}

function requireFresh(
  { aud, iat, exp }: { aud: string; iat: number; exp: number },
  { anchor }: Expected,
  clock: Clock,
): void {
  if (aud !== anchor.url) throw wrongAudience()
  if (exp <= iat || exp - iat > MESSAGE_LIFETIME_S)
    throw new Refusal(
      'unprocessable',
      'message_lives_too_long',
      'a message to the trust anchor lives a minute',
    )
  checkTimes({ iat, exp }, seconds(clock.now()))
}

const wrongAudience = () =>
  new Refusal('unprocessable', 'wrong_audience', 'this was signed for somebody else than this trust anchor')

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

/** Who may only act together with another cannot renew the company's acceptance alone: a second one is not taken yet. */
export function requireSole(representation: 'SOLE' | 'JOINT'): void {
  if (representation === 'JOINT')
    throw new Refusal(
      'unprocessable',
      'joint_representation_incomplete',
      'this representative may only sign together with another one',
    )
}

async function requireSigned(
  { jws, kid, kind }: Read<unknown>,
  purpose: 'authentication' | 'assertionMethod',
  deps: VerifyDeps,
): Promise<void> {
  verifyJws(jws, await deps.requireKey(kid, purpose), { typ: typOf[kind] })
}

const verified = ({ payload, compact }: Read<Acceptance>): VerifiedAcceptance => ({
  payload,
  compact,
  digest: sha256(compact),
})
