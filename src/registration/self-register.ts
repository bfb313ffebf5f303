import type { OrganisationConfig } from '../config/index.ts'
import { type Did, newId, seconds } from '../core/index.ts'
import type { HeldCredentialRow } from '../credentials/index.ts'
import type { PublicJwk, Signer } from '../jose/index.ts'
import type { Party } from '../parties/index.ts'
import type { Tx } from '../store/index.ts'
import { ATTESTATION_TYPE, type Policy, sha256 } from '../trust/index.ts'
import type { AnchorDeps } from './anchor-deps.ts'
import { attestationClaims, registrationClaims } from './claims.ts'
import { type Acceptance, signMessage } from './messages.ts'
import { organisationOf } from './organisation.ts'

export interface SelfRegisterDeps
  extends Pick<
    AnchorDeps,
    'store' | 'clock' | 'audit' | 'parties' | 'credentials' | 'registry' | 'policies'
  > {
  /** The signer a DID of ours signs with now, and the public half of its key. */
  readonly signerOf: (did: Did) => Promise<Signer>
  readonly publicKeyOf: (did: Did) => Promise<PublicJwk>
  readonly organisation: OrganisationConfig
}

const RENEW_BEFORE_MS = 30 * 86_400_000

/**
 * The trust anchor enters its own registry and attests itself, so that its Asks are answered like everybody's. It made
 * the policy: its own key signs that it keeps it, no person does. Called at each start; renews what is about to end.
 * @returns whether anything was issued
 */
export async function selfRegister(deps: SelfRegisterDeps): Promise<boolean> {
  const { parties, policies, store } = deps
  const [ourselves, policy] = await Promise.all([parties.organisation(), policies.current()])
  const [holderKey, acceptance] = await Promise.all([
    deps.publicKeyOf(ourselves.did),
    accept(ourselves, policy, deps),
  ])
  return store.transact(async (tx) => {
    if (await isUpToDate(tx, ourselves, policy, deps)) return false
    await register(tx, ourselves, { holderKey, acceptance }, deps)
    return true
  })
}

interface Signed {
  readonly payload: Acceptance
  readonly digest: string
}

async function accept(
  ourselves: Party,
  policy: Policy,
  { clock, signerOf }: SelfRegisterDeps,
): Promise<Signed> {
  const payload: Acceptance = {
    iss: ourselves.did,
    aud: ourselves.did,
    policy: { id: policy.id, version: policy.version, digest: policy.digest },
    party: ourselves.did,
    representation_type: 'SOLE',
    iat: seconds(clock.now()),
    jti: newId(),
  }
  return { payload, digest: sha256(await signMessage('acceptance', payload, await signerOf(ourselves.did))) }
}

const current = (tx: Tx, { id }: Party, type: string, { credentials }: SelfRegisterDeps) =>
  credentials.findCurrent(tx, id, credentials.types.byName(type).vct)

async function isUpToDate(
  tx: Tx,
  ourselves: Party,
  policy: Policy,
  deps: SelfRegisterDeps,
): Promise<boolean> {
  if (!(await deps.registry.find(ourselves.did))) return false
  const registration = await current(tx, ourselves, 'company-registration', deps)
  const attestation = await current(tx, ourselves, ATTESTATION_TYPE, deps)
  const lasts = (row: HeldCredentialRow | null): row is HeldCredentialRow =>
    row !== null && (row.expiresAt ?? 0) > deps.clock.now() + RENEW_BEFORE_MS
  if (!lasts(registration) || !lasts(attestation)) return false
  const { payload } = await deps.credentials.read(attestation)
  return (payload.policy as { version?: unknown } | undefined)?.version === policy.version
}

async function register(
  tx: Tx,
  ourselves: Party,
  { holderKey, acceptance }: { readonly holderKey: PublicJwk; readonly acceptance: Signed },
  deps: SelfRegisterDeps,
): Promise<void> {
  const { credentials, registry, parties, audit, clock } = deps
  const organisation = organisationOf(deps.organisation)
  const registrationId = newId()
  const attestationId = newId()
  const shared = { issuer: parties.issuerOf(ourselves), subject: ourselves.did, holderKey }
  const registration = registrationClaims(organisation, { caseId: registrationId, registeredAt: clock.now() })
  const types = ['company-registration', ATTESTATION_TYPE] as const
  const issued = await credentials.issueMany(tx, [
    { ...shared, id: registrationId, type: types[0], claims: registration },
    { ...shared, id: attestationId, type: types[1], claims: attestationClaims('organisation', acceptance) },
  ])
  for (const [at, { compact }] of issued.entries()) {
    const replaces = await current(tx, ourselves, types[at] ?? '', deps)
    await credentials.hold(tx, {
      compact,
      holderParty: ourselves.id,
      bindingKey: ourselves.did,
      ...(replaces && { replaces }),
    })
  }
  if (await registry.find(ourselves.did))
    await registry.renew(tx, ourselves.did, { registrationId, attestationId })
  else
    await registry.add(tx, {
      did: ourselves.did,
      name: organisation.name,
      kvkNumber: organisation.kvk_number ?? null,
      wallet: parties.urlOf(ourselves),
      roles: ['trust_anchor', 'member'],
      registrationId,
      attestationId,
    })
  await audit.record(tx, 'system', 'trust_anchor.registered', {
    registration: registrationId,
    attestation: attestationId,
    acceptance: acceptance.digest,
  })
}
