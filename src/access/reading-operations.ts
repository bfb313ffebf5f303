import { z } from 'zod'
import { type AnyOperation, isoTime, isoTimeOrNull, operation, pageInput } from '../core/index.ts'
import { type AccessOperationsDeps, claimRefs, refOf, targetsFrom, text, time } from './operation-values.ts'
import type { ReadResult } from './reading.ts'

export function readOperations({
  reading,
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
  const asOutput = async ({ partner, claims, leftOut, refused }: ReadResult) => ({
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
        issued_at: isoTime(claim.issuedAt),
        valid_until: isoTimeOrNull(claim.expiresAt),
        checked_at: isoTimeOrNull(claim.statusAsOf),
        grant: { id: claim.grantId, until: isoTime(claim.grantExpiresAt) },
      })),
    ),
    left_out: leftOut.map(({ target, code }) => ({ claim: refOf(types, target), code })),
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
        left_out: z
          .array(z.object({ claim: z.string(), code: z.string() }))
          .describe('what is open to us and cannot be shown now, with the owner’s reason'),
        refused: z.array(z.object({ grant: z.string(), codes: z.array(z.string()) })),
      }),
      allow: { users: ['account_manager', 'coordinator', 'administrator'], clients: 'access:read' },
      run: async ({ partner, claims, purpose }, { caller }) =>
        asOutput(
          await reading.read(caller, {
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
      run: async ({ id }) => ({ presentation: await reading.proofOf(id) }),
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
            on_behalf_of: z
              .object({ did: z.string(), name: z.string(), grant: z.string() })
              .nullable()
              .describe('whose grant it is, where somebody passed it on to us'),
          }),
        ),
      }),
      allow: { users: ['account_manager', 'coordinator', 'administrator'], clients: 'access:read' },
      run: async ({ limit }) => ({
        items: (await reading.listGrants(limit)).map((row) => ({
          id: row.id,
          partner: { did: row.partner, name: row.partnerName },
          grantor: row.grantor,
          claims: row.claims.map((claim) => refOf(types, claim)),
          purpose: [...row.purpose],
          until: isoTime(row.expiresAt),
          state: row.state,
          ended: row.endedCode,
          on_behalf_of: row.delegation && {
            did: row.delegation.principal,
            name: row.delegation.principalName,
            grant: row.delegation.grantId,
          },
        })),
      }),
    }),
  ]
}
