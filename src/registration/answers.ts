import { z } from 'zod'
import { caseStates, Refusal } from '../core/index.ts'
import { handedInKinds } from './evidence/checklist.ts'

const digest = z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/)

/** What the trust anchor answers to an application. */
export const caseAnswer = z.object({
  id: z.uuid(),
  state: z.enum(caseStates),
  policy_version: z.int(),
  acceptance_digest: digest.describe('of the signed acceptance that is in the case'),
})

/** How far a case is. */
export const stateAnswer = z.object({
  id: z.uuid(),
  state: z.enum(caseStates),
  decided_at: z.iso.datetime().nullable(),
  reason: z.string().max(2_000).nullish().describe('why it was declined'),
})

/** What it answers to a file that was handed in. */
export const handedInAnswer = z.object({ case: z.uuid(), kind: z.enum(handedInKinds) })

/** What it answers to an acceptance by who is in the network: a person’s, or an organisation’s of another version. */
export const personAnswer = z.object({
  policy_version: z.int(),
  acceptance_digest: digest,
  attestation: z.uuid().describe('id of the credential that comes as an Offer'),
})

export const companyAnswer = z.object({
  policy_version: z.int(),
  acceptance_digest: digest,
  attestation: z.uuid().nullable().describe('id of the credential that comes as an Offer, once all accepted'),
  missing: z.int().min(0).describe('how many other representatives have to accept too'),
})

/** @throws Refusal `trust_anchor_malformed` */
export function parseAnswer<S extends z.ZodType>(schema: S, json: unknown): z.output<S> {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new Refusal(
    'upstream',
    'trust_anchor_malformed',
    'the trust anchor answered something else than was asked',
  )
}
