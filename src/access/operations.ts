import { z } from 'zod'
import {
  type AnyOperation,
  asDid,
  type Caller,
  endOfDay,
  operation,
  pageInput,
  pageOf,
  requireUser,
} from '../core/index.ts'
import { type CredentialTypes, formatClaimRef, parseClaimRef } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import type { AccessLog } from './access-log.ts'
import type { Asking, ReadResult } from './asking.ts'
import type { Consent } from './consent.ts'
import type { ClaimTarget } from './decide.ts'

export interface AccessOperationsDeps {
  readonly types: CredentialTypes
  readonly parties: Parties
  readonly consent: Consent
  readonly asking: Asking
  readonly log: AccessLog
  /** A purpose or legal basis by code or IRI, as its IRI. @throws Refusal `unknown_purpose`, `unknown_legal_basis` */
  readonly purposeIri: (codeOrIri: string) => string
  readonly legalBasisIri: (codeOrIri: string) => string
  /** Name of an organisation in the network, if it is known. */
  readonly organisationName: (did: string) => Promise<string | null>
}

const text = (max: number) => z.string().trim().min(1).max(max)
const day = z.string().describe('YYYY-MM-DD; the whole of that day counts')
const claimRefs = z.array(text(200)).min(1).max(100).describe('claims such as company-profile.email')
const time = z.iso.datetime()
const iso = (ms: number) => new Date(ms).toISOString()
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms))

const actor = z
  .object({
    kind: z.enum(['employee', 'system']),
    did: z.string(),
    name: z.string().nullable(),
    role: z.string().nullable(),
  })
  .nullable()

const requestOutput = z.object({
  id: z.string(),
  state: z.enum(['pending', 'approved', 'denied']),
  subject: z.enum(['organisation', 'person', 'system']),
  asker: z.object({ did: z.string(), name: z.string() }),
  actor,
  claims: z.array(z.string()),
  purpose: z.array(z.string()),
  legal_basis: z.string(),
  reason: z.string(),
  value: z.string(),
  until: time.nullable(),
  asked_at: time,
  grant: z.string().nullable(),
})

const grantOutput = z.object({
  id: z.string(),
  grantee: z.object({ did: z.string(), name: z.string() }),
  claims: z.array(z.string()),
  purpose: z.array(z.string()),
  legal_basis: z.string(),
  roles: z.array(z.string()),
  from: time,
  until: time,
  revoked_at: time.nullable(),
  request: z.string(),
})

export function accessOperations(deps: AccessOperationsDeps): AnyOperation[] {
  return [
    ...askingOperations(deps),
    ...readOperations(deps),
    ...consentOperations(deps),
    ...ownerOperations(deps),
  ]
}

/** Turns `type.path` into what is asked for. @throws Refusal `invalid_claim_ref`, `unknown_claim` */
function targetsFrom(types: CredentialTypes, refs: readonly string[]): ClaimTarget[] {
  return refs.map((text) => {
    const ref = parseClaimRef(text)
    return { vct: types.requireClaim(ref).type.vct, path: ref.path }
  })
}

const refOf = (types: CredentialTypes, { vct, path }: ClaimTarget): string =>
  formatClaimRef({ type: types.find(vct)?.name ?? vct, path })

/** The parties whose data this caller may decide about. */
async function subjectsOf(parties: Parties, caller: Caller): Promise<string[]> {
  const user = requireUser(caller)
  const organisation = user.roles.includes('administrator') ? [(await parties.organisation()).id] : []
  return [user.personId, ...organisation]
}

function askingOperations({
  asking,
  types,
  purposeIri,
  legalBasisIri,
}: AccessOperationsDeps): AnyOperation[] {
  const sentOutput = z.object({
    id: z.string(),
    partner: z.object({ did: z.string(), name: z.string() }),
    claims: z.array(z.string()),
    purpose: z.array(z.string()),
    state: z.enum(['sending', 'pending', 'refused', 'granted', 'denied']),
    sent_at: time,
  })
  const asSent = (row: Awaited<ReturnType<Asking['request']>>) => ({
    id: row.id,
    partner: { did: row.partner, name: row.partnerName },
    claims: row.claims.map((claim) => refOf(types, claim)),
    purpose: [...row.purpose],
    state: row.state,
    sent_at: iso(row.createdAt),
  })
  return [
    operation({
      name: 'access.request',
      summary: 'Ask a partner to see claims of its own and of its contact persons, for a purpose',
      method: 'POST',
      path: '/access/requests',
      input: z.strictObject({
        partner: text(300).describe('DID, KVK number or name'),
        claims: claimRefs,
        purpose: z.array(text(300)).min(1).max(5),
        basis: text(300).describe('legal basis, such as contract'),
        reason: text(1000).describe('why these data are relevant'),
        value: text(1000).describe('what the owner gets out of it'),
        until: day.optional(),
        case: text(100).optional(),
        retention: text(30).optional().describe('how long data are kept, ISO 8601, such as P1Y'),
      }),
      output: sentOutput,
      status: 201,
      allow: { users: ['account_manager', 'coordinator', 'administrator'], clients: 'access:request' },
      run: async (input, { caller }) => {
        const details = {
          relevance: input.reason,
          value: input.value,
          ...(input.case && { case: input.case }),
          ...(input.retention && { retention: input.retention }),
        }
        const row = await asking.request(caller, {
          partner: input.partner,
          claims: targetsFrom(types, input.claims),
          purpose: input.purpose.map(purposeIri),
          legalBasis: legalBasisIri(input.basis),
          details,
          wantedUntil: input.until ? endOfDay(input.until) : null,
        })
        return asSent(row)
      },
    }),
    operation({
      name: 'access.sent',
      summary: 'What we asked of partners, newest first',
      method: 'GET',
      path: '/access/requests/sent',
      input: z.strictObject({ limit: pageInput.limit }),
      output: z.object({ items: z.array(sentOutput) }),
      allow: { users: ['account_manager', 'coordinator', 'administrator'] },
      run: async ({ limit }) => ({ items: (await asking.listSent(limit)).map(asSent) }),
    }),
  ]
}

function readOperations({
  asking,
  types,
  purposeIri,
  organisationName,
}: AccessOperationsDeps): AnyOperation[] {
  const claimOutput = z.object({
    claim: z.string(),
    value: z.unknown(),
    subject: z.string(),
    source: z.object({
      kind: z.enum(['self_declared', 'attested']),
      issuer: z.string(),
      name: z.string().nullable(),
      trusted: z.boolean().describe('whether this node accepts that issuer for this type'),
    }),
    issued_at: time,
    valid_until: time.nullable(),
    checked_at: time.nullable().describe('when its issuer last confirmed that it is valid'),
    grant: z.object({ id: z.string(), until: time }),
  })
  const asOutput = async ({ partner, claims, refused }: ReadResult) => ({
    partner: { did: partner.did, name: partner.name },
    claims: await Promise.all(
      claims.map(async (claim) => ({
        claim: refOf(types, claim.target),
        value: claim.value,
        subject: claim.subject,
        source: {
          kind: claim.selfDeclared ? ('self_declared' as const) : ('attested' as const),
          issuer: claim.issuer,
          name: claim.selfDeclared ? null : await organisationName(claim.issuer),
          trusted: claim.trusted,
        },
        issued_at: iso(claim.issuedAt),
        valid_until: isoOrNull(claim.expiresAt),
        checked_at: isoOrNull(claim.statusAsOf),
        grant: { id: claim.grantId, until: iso(claim.grantExpiresAt) },
      })),
    ),
    refused: refused.map(({ grantId, codes }) => ({ grant: grantId, codes: [...codes] })),
  })
  return [
    operation({
      name: 'access.read',
      summary: 'Read what a partner lets us see, each value with its source and age',
      method: 'POST',
      path: '/access/reads',
      input: z.strictObject({
        partner: text(300).describe('DID, KVK number or name'),
        claims: claimRefs.optional(),
        purpose: z.array(text(300)).min(1).max(5).optional(),
      }),
      output: z.object({
        partner: z.object({ did: z.string(), name: z.string() }),
        claims: z.array(claimOutput),
        refused: z.array(z.object({ grant: z.string(), codes: z.array(z.string()) })),
      }),
      allow: { users: ['account_manager', 'coordinator', 'administrator'], clients: 'access:read' },
      run: async ({ partner, claims, purpose }, { caller }) =>
        asOutput(
          await asking.read(caller, {
            partner,
            ...(claims && { claims: targetsFrom(types, claims) }),
            ...(purpose && { purpose: purpose.map(purposeIri) }),
          }),
        ),
    }),
    operation({
      name: 'access.proof',
      summary: 'A grant we hold, without what it opens, for a third party to check',
      method: 'GET',
      path: '/access/grants/received/:id/proof',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output: z.object({ presentation: z.string() }),
      allow: { users: ['account_manager', 'coordinator', 'administrator'], clients: 'access:read' },
      run: async ({ id }) => ({ presentation: await asking.proofOf(id) }),
    }),
    operation({
      name: 'access.held',
      summary: 'The grants we hold: what partners let us see',
      method: 'GET',
      path: '/access/grants/received',
      input: z.strictObject({ limit: pageInput.limit }),
      output: z.object({
        items: z.array(
          z.object({
            id: z.string(),
            partner: z.object({ did: z.string(), name: z.string() }),
            grantor: z.string(),
            claims: z.array(z.string()),
            purpose: z.array(z.string()),
            until: time,
            state: z.enum(['live', 'ended']),
            ended: z.string().nullable(),
          }),
        ),
      }),
      allow: { users: ['account_manager', 'coordinator', 'administrator'], clients: 'access:read' },
      run: async ({ limit }) => ({
        items: (await asking.listGrants(limit)).map((row) => ({
          id: row.id,
          partner: { did: row.partner, name: row.partnerName },
          grantor: row.grantor,
          claims: row.claims.map((claim) => refOf(types, claim)),
          purpose: [...row.purpose],
          until: iso(row.expiresAt),
          state: row.state,
          ended: row.endedCode,
        })),
      }),
    }),
  ]
}

function consentOperations({ consent, types }: AccessOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'access.approve',
      summary: 'Grant a request, or less of it; only the one whose data it is can',
      method: 'POST',
      path: '/access/requests/:id/approval',
      positional: ['id'],
      input: z.strictObject({
        id: z.string().max(100),
        only: claimRefs.optional(),
        until: day.optional(),
        roles: z
          .array(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/))
          .min(1)
          .max(20)
          .optional(),
        allow_system: z.boolean().optional().describe('let the asking system read by itself'),
      }),
      output: z.object({ grant: grantOutput, not_held: z.array(z.string()) }),
      status: 201,
      allow: { users: ['signed_in'] },
      run: async ({ id, only, until, roles, allow_system }, { caller }) => {
        const { grant, notHeld } = await consent.approve(caller, id, {
          ...(only && { only: targetsFrom(types, only) }),
          ...(until && { until: endOfDay(until) }),
          ...(roles && { roles }),
          ...(allow_system && { allowSystem: true }),
        })
        return { grant: asGrant(types, grant), not_held: notHeld.map((claim) => refOf(types, claim)) }
      },
    }),
    operation({
      name: 'access.deny',
      summary: 'Refuse a request; the asker gets a signed no, with your reason if you give one',
      method: 'POST',
      path: '/access/requests/:id/denial',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100), reason: text(1000).optional() }),
      output: z.object({ id: z.string(), state: z.string() }),
      status: 201,
      allow: { users: ['signed_in'] },
      run: async ({ id, reason }, { caller }) => {
        const row = await consent.deny(caller, id, reason)
        return { id: row.id, state: row.state }
      },
    }),
    operation({
      name: 'access.revoke',
      summary: 'Take a grant back; from then on it opens nothing',
      method: 'POST',
      path: '/access/grants/:id/revocation',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output: grantOutput,
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) => asGrant(types, await consent.revoke(caller, id)),
    }),
  ]
}

function asGrant(types: CredentialTypes, grant: Awaited<ReturnType<Consent['revoke']>>) {
  return {
    id: grant.id,
    grantee: { did: grant.grantee, name: grant.granteeName },
    claims: grant.tuples.map((tuple) => refOf(types, tuple)),
    purpose: [...grant.purpose],
    legal_basis: grant.legalBasis,
    roles: [...(grant.recipients.roles ?? [])],
    from: iso(grant.startsAt),
    until: iso(grant.expiresAt),
    revoked_at: isoOrNull(grant.revokedAt),
    request: grant.requestId,
  }
}

function ownerOperations({ log, parties, types, organisationName }: AccessOperationsDeps): AnyOperation[] {
  const actorOutput = (found: Awaited<ReturnType<AccessLog['events']>>[number]['actor']) =>
    found && {
      kind: found.kind,
      did: found.did,
      name: found.name ?? null,
      role: found.kind === 'employee' ? found.role : null,
    }
  const nextOf = (items: readonly { id: string }[], limit: number) =>
    items.length === limit ? (items.at(-1)?.id ?? null) : null
  return [
    operation({
      name: 'access.list',
      summary: 'Requests for your data, and for the company’s where you decide about them',
      method: 'GET',
      path: '/access/requests',
      input: z.strictObject({ ...pageInput, state: z.enum(['pending', 'approved', 'denied']).optional() }),
      output: pageOf(requestOutput),
      allow: { users: ['signed_in'] },
      run: async ({ state, ...page }, { caller }) => {
        const found = await log.requests(await subjectsOf(parties, caller), page, state)
        const items = await Promise.all(
          found.map(async (row) => ({
            id: row.id,
            state: row.state,
            subject: (await parties.require(row.subjectParty)).kind,
            asker: { did: row.asker, name: row.askerName },
            actor: actorOutput(row.actor),
            claims: row.claims.map((claim) => refOf(types, claim)),
            purpose: [...row.purpose],
            legal_basis: row.legalBasis,
            reason: row.details.relevance,
            value: row.details.value,
            until: isoOrNull(row.wantedUntil),
            asked_at: iso(row.createdAt),
            grant: row.grantId,
          })),
        )
        return { items, next: nextOf(items, page.limit) }
      },
    }),
    operation({
      name: 'access.grants',
      summary: 'The grants you gave, and the company’s where you decide about them',
      method: 'GET',
      path: '/access/grants',
      input: z.strictObject(pageInput),
      output: pageOf(grantOutput),
      allow: { users: ['signed_in'] },
      run: async (page, { caller }) => {
        const found = await log.grants(await subjectsOf(parties, caller), page)
        return { items: found.map((grant) => asGrant(types, grant)), next: nextOf(found, page.limit) }
      },
    }),
    operation({
      name: 'access.log',
      summary: 'Who looked: which company, which employee, at which claims, why, and whether it was let in',
      method: 'GET',
      path: '/access/events',
      input: z.strictObject({ ...pageInput, asker: z.string().max(2048).optional() }),
      output: pageOf(
        z.object({
          id: z.string(),
          at: time,
          asker: z.object({ did: z.string(), name: z.string().nullable() }),
          actor,
          claims: z.array(z.string()),
          purpose: z.array(z.string()),
          outcome: z.enum(['permit', 'deny', 'pending']),
          codes: z.array(z.string()),
          grant: z.string().nullable(),
        }),
      ),
      allow: { users: ['signed_in'] },
      run: async ({ asker, ...page }, { caller }) => {
        const found = await log.events(
          await subjectsOf(parties, caller),
          page,
          asker ? asDid(asker) : undefined,
        )
        const askers = [...new Set(found.map((event) => event.asker))]
        const names = new Map(
          await Promise.all(askers.map(async (did) => [did, await organisationName(did)] as const)),
        )
        const items = found.map((event) => ({
          id: event.id,
          at: iso(event.at),
          asker: { did: event.asker, name: names.get(event.asker) ?? null },
          actor: actorOutput(event.actor),
          claims: event.claims.map((claim) => refOf(types, claim)),
          purpose: [...event.purpose],
          outcome: event.outcome,
          codes: [...event.codes],
          grant: event.grantId,
        }))
        return { items, next: nextOf(items, page.limit) }
      },
    }),
  ]
}
