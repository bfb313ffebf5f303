import { z } from 'zod'
import { isDid } from '../core/index.ts'
import { type HeaderInput, type Signer, signJws } from '../jose/index.ts'
import { handedInKinds } from './evidence/checklist.ts'

/**
 * What parties sign when they join. Whoever signs is the DID of the header's `kid`.
 * - acceptance: a person accepts the policy, for the organisation she represents or for herself; evidence, kept;
 * - application: an organisation asks to be registered, with its representative's acceptance;
 * - endorsement: an organisation says that a person who accepted works for it;
 * - renewal: an organisation of the network hands in that its representative accepted another version;
 * - submission: an organisation that applied hands a file in for its case.
 */
export const typOf = {
  acceptance: 'regie-acceptance+jwt',
  application: 'regie-registration+jwt',
  endorsement: 'regie-person-acceptance+jwt',
  renewal: 'regie-company-acceptance+jwt',
  submission: 'regie-evidence+jwt',
} as const
export type MessageKind = keyof typeof typOf

const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'one line')
const did = z.string().refine(isDid, 'a DID')
const time = z.int().min(0)
const jti = z.uuid()
const compact = z.string().min(1).max(16_384)
const wallet = z.url({ protocol: /^https?$/ }).max(2_048)

export const representationType = z.enum(['SOLE', 'JOINT'])

export const addressSchema = z.strictObject({
  street_address: line(150),
  postal_code: line(16).optional(),
  locality: line(100),
  region: line(100).optional(),
  country: z.string().regex(/^[A-Z]{2}$/, 'a country code such as NL'),
})

/** What an organisation says of itself and the servicedesk looks up: claim names of `company-registration`. */
export const organisationSchema = z.strictObject({
  name: line(200),
  kvk_number: z
    .string()
    .regex(/^\d{8}$/, '8 digits')
    .optional(),
  legal_form: line(100).optional(),
  vat_number: z
    .string()
    .regex(/^[A-Z]{2}[A-Z0-9]{2,12}$/, 'without blanks or dots')
    .optional(),
  address: addressSchema.optional(),
})
export type OrganisationData = z.output<typeof organisationSchema>

export const acceptanceSchema = z.strictObject({
  iss: did,
  /** The trust anchor's DID. */
  aud: did,
  policy: z.strictObject({
    id: z.string().max(64),
    version: z.int().min(1),
    digest: z.string().max(64),
  }),
  /** For whom: the organisation, or the signer herself. */
  party: did,
  representation_type: representationType,
  /** A key the signer lets the attestation be handed to, as did:jwk: her consent key is not needed to fetch it. */
  holder: did.optional(),
  iat: time,
  jti,
})
export type Acceptance = z.output<typeof acceptanceSchema>

export const applicationSchema = z.strictObject({
  iss: did,
  /** The trust anchor's address. */
  aud: z.string().max(2_048),
  organisation: organisationSchema,
  wallet,
  /** Her wallet, where her authority to represent is handed to her. */
  representative: z.strictObject({
    did,
    name: line(200),
    representation_type: representationType,
    wallet: wallet.optional(),
  }),
  acceptance: compact,
  /** The code of the invitation it follows. */
  invitation: z.string().min(1).max(128).optional(),
  iat: time,
  exp: time,
  jti,
})
export type Application = z.output<typeof applicationSchema>

export const endorsementSchema = z.strictObject({
  iss: did,
  aud: z.string().max(2_048),
  /** The person: a DID, never a name. */
  party: did,
  wallet,
  acceptance: compact,
  iat: time,
  exp: time,
  jti,
})
export type Endorsement = z.output<typeof endorsementSchema>

export const renewalSchema = z.strictObject({
  iss: did,
  aud: z.string().max(2_048),
  acceptance: compact,
  iat: time,
  exp: time,
  jti,
})
export type Renewal = z.output<typeof renewalSchema>

export const submissionSchema = z.strictObject({
  iss: did,
  aud: z.string().max(2_048),
  /** Its case at the trust anchor. */
  case: z.uuid(),
  kind: z.enum(handedInKinds),
  /** Of the file that comes with it: `sha-256:` and base64url. */
  digest: z.string().max(64),
  iat: time,
  exp: time,
  jti,
})
export type Submission = z.output<typeof submissionSchema>

interface Payloads {
  readonly acceptance: Acceptance
  readonly application: Application
  readonly endorsement: Endorsement
  readonly renewal: Renewal
  readonly submission: Submission
}

export function signMessage<K extends MessageKind>(
  kind: K,
  payload: Payloads[K],
  signer: Signer,
): Promise<string> {
  const header: HeaderInput = { typ: typOf[kind] }
  return signJws(header, payload, signer)
}
