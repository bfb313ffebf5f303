import { z } from 'zod'
import { type AnyOperation, isDid, operation, Refusal } from '../core/index.ts'
import { type Policies, policySchema } from './policies.ts'
import {
  MAX_LOOKUPS,
  notRegistered,
  type Registry,
  registryEntrySchema,
  requireDids,
  toWire,
} from './registry.ts'
import type { Verifier } from './verifier.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface TrustOperationsDeps {
  readonly policies: Policies
  readonly verifier: Verifier
  readonly vocabulary: Vocabulary
}

const MAX_PRESENTATION = 256 * 1024

const did = z.string().refine(isDid, 'a DID')
const label = z.object({ nl: z.string(), en: z.string() })
const term = z.object({ code: z.string(), iri: z.string(), label })
const time = z.iso.datetime().nullable()

/** What every node offers. */
export function trustOperations({ policies, verifier, vocabulary }: TrustOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'policy.show',
      summary: 'The TTP-policy in force, with its texts and the digest an acceptance signs',
      method: 'GET',
      path: '/policy',
      input: z.strictObject({}),
      output: policySchema,
      allow: { anyone: 'whoever may be asked to accept it can read it first' },
      run: async () => {
        const policy = await policies.current()
        return { ...policy, documents: [...policy.documents] }
      },
    }),
    operation({
      name: 'vocabulary.list',
      summary: 'The purposes and legal bases a request may name',
      method: 'GET',
      path: '/vocabulary',
      input: z.strictObject({}),
      output: z.object({
        purposes: z.array(term),
        legal_bases: z.array(term.extend({ article: z.string().describe('of the GDPR') })),
      }),
      allow: { users: ['signed_in'] },
      run: async () => ({
        purposes: [...vocabulary.purposes],
        legal_bases: [...vocabulary.legalBases],
      }),
    }),
    operation({
      name: 'verifications.create',
      summary: 'Verify a credential or presentation, and say whether its issuer is accepted for its type',
      method: 'POST',
      path: '/verifications',
      input: z.strictObject({
        presentation: z
          .string()
          .min(1)
          .max(MAX_PRESENTATION)
          .describe('an SD-JWT VC, with or without key binding'),
        nonce: z.string().min(1).max(1_000).optional().describe('key binding must carry it'),
        audience: z.string().min(1).max(2_048).optional().describe('key binding must be for it'),
        issuers: z.array(did).max(100).optional().describe('the only issuers to accept'),
      }),
      output: z.object({
        verified: z.boolean().describe('cryptographically and formally true'),
        trusted: z.boolean().describe('this node accepts that issuer for that type'),
        checks: z.array(
          z.object({
            check: z.string(),
            ok: z.boolean(),
            code: z.string().optional(),
            detail: z.string().optional(),
          }),
        ),
        issuer: z.string().nullable(),
        type: z.string().nullable().describe('the vct'),
        claims: z.record(z.string(), z.unknown()),
        provenance: z.object({
          issuer: z.string().nullable(),
          issuer_name: z.string().optional(),
          proven_by: z
            .enum(['did', 'certificate', 'metadata'])
            .optional()
            .describe('how it is known whose key signed'),
          anchor: z.string().optional().describe('certificate: the authority, as agent.yml calls it'),
          issued_at: time,
          expires_at: time,
          status_as_of: time.describe('when the issuer was asked whether it is still valid'),
        }),
      }),
      allow: { anyone: 'anyone may check a presentation' },
      run: async (input) => {
        const { checks, ...rest } = await verifier.verify(input)
        return { ...rest, checks: [...checks] }
      },
    }),
  ]
}

/** What the trust anchor's node offers besides. */
export function registryOperations(registry: Registry): AnyOperation[] {
  return [
    operation({
      name: 'registry.get',
      summary: 'An organisation of the trust network, by its DID',
      method: 'GET',
      path: '/registry/parties/:did',
      input: z.strictObject({ did }),
      output: registryEntrySchema,
      allow: { anyone: 'who is in the network is public' },
      positional: ['did'],
      run: async (input) => {
        const entry = await registry.find(input.did)
        if (entry) return toWire(entry)
        throw notRegistered()
      },
    }),
    operation({
      name: 'registry.find',
      summary:
        'Organisations of the trust network, by KVK number or by several DIDs; who is not in it is left out',
      method: 'GET',
      path: '/registry/parties',
      input: z.strictObject({
        kvk: z
          .string()
          .regex(/^\d{8}$/, '8 digits')
          .optional(),
        dids: z
          .string()
          .max(8_000)
          .optional()
          .describe(`at most ${MAX_LOOKUPS} DIDs, with commas between them`),
      }),
      output: z.object({ items: z.array(registryEntrySchema) }),
      allow: { anyone: 'who is in the network is public' },
      run: async ({ kvk, dids }) => {
        if ((kvk === undefined) === (dids === undefined))
          throw new Refusal('invalid', 'registry_query_invalid', 'name a KVK number or DIDs')
        const entry = kvk === undefined ? null : await registry.findByKvk(kvk)
        const found = dids === undefined ? [] : await registry.findMany(requireDids(dids))
        return { items: [...(entry ? [entry] : []), ...found].map(toWire) }
      },
    }),
  ]
}
