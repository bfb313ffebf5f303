import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { asDid, type Did, isId, MAX_TIME_S, Refusal } from '../core/index.ts'
import { offChainAlgs } from '../jose/index.ts'

/** "Answer in this HTTP response": a collision-resistant name of ours, listed in the wallet's metadata. */
export const RESPONSE_MODE = 'urn:regie:response-mode:http'

const PREFIX = 'decentralized_identifier:'

/** The client identifier of an asker: its DID with the prefix of OpenID4VP 1.0, section 5.9.3. */
export const clientIdOf = (did: Did): string => PREFIX + did

/** @throws Refusal `ask_client_id_invalid` */
export function didOfClientId(clientId: string): Did {
  if (!clientId.startsWith(PREFIX))
    throw new Refusal('invalid', 'ask_client_id_invalid', 'the asker must be a decentralized identifier')
  return asDid(clientId.slice(PREFIX.length))
}

/** How long a request may last, in seconds. */
export const MAX_LIFETIME_S = 60

const text = (max: number) => z.string().min(1).max(max)

const claimPath = z
  .array(z.union([text(64), z.int().min(0).max(9999)]))
  .min(1)
  .max(8)

/**
 * A credential query of DCQL (OpenID4VP 1.0, section 6) in the form an Ask may have: exact claims of exact types.
 * `values`, `claim_sets`, `multiple` and wildcards are not in it, because they probe.
 */
const credentialQuery = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  format: z.literal('dc+sd-jwt'),
  meta: z.strictObject({ vct_values: z.tuple([text(500)]) }),
  claims: z
    .array(z.strictObject({ path: claimPath }))
    .min(1)
    .max(100),
})

/** What the request is for; kept with the grant that answers it. */
const access = z.strictObject({
  purpose: z.array(text(300)).min(1).max(5),
  legal_basis: text(300),
  relevance: z.string().max(1000),
  value: z.string().max(1000),
  case: z
    .union([
      text(100),
      z.strictObject({
        id: z.string().refine(isId),
        ref: text(100),
        question: z.string().regex(/^[a-z][a-z0-9-]{1,49}$/),
        version: z.int().min(1).max(1_000_000),
      }),
    ])
    .optional()
    .describe('a reference of the asker, or a case of a kind of question in its catalogue'),
  retention: text(30).optional(),
  agreement: z
    .strictObject({ id: z.uuid(), digest: z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/) })
    .optional()
    .describe('the agreement it is asked under'),
  system: z
    .strictObject({ did: text(2048), name: text(100) })
    .optional()
    .describe('a system of the asker that is to read by itself'),
  delegation: z
    .strictObject({
      max_depth: z.literal(1),
      why: text(1000),
      to: z
        .array(z.strictObject({ did: text(2048), name: text(200) }))
        .min(1)
        .max(20)
        .optional(),
    })
    .optional()
    .describe('the asker would let an intermediary read on its behalf'),
  until: z.int().min(0).max(MAX_TIME_S).optional().describe('seconds since the epoch'),
  in_return_for: z
    .strictObject({
      request: z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/),
      exchange: z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      claims: z
        .array(z.strictObject({ vct: text(500), path: claimPath }))
        .min(1)
        .max(100),
      until: z.int().min(0).max(MAX_TIME_S),
      answer_by: z.int().min(0).max(MAX_TIME_S),
    })
    .optional()
    .describe('a counter-offer: the request it answers, and what is opened in return'),
})

export const requestObject = z.strictObject({
  client_id: text(2100),
  aud: text(500),
  response_type: z.literal('vp_token'),
  response_mode: z.literal(RESPONSE_MODE),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22,128}$/),
  iat: z.int().min(0),
  exp: z.int().min(0),
  dcql_query: z.strictObject({ credentials: z.array(credentialQuery).min(1).max(20) }),
  client_metadata: z.looseObject({}),
  'urn:regie:access': access,
  verifier_info: z
    .array(z.strictObject({ format: z.literal('dc+sd-jwt'), data: text(60_000) }))
    .max(4)
    .optional(),
})

export type RequestObject = z.output<typeof requestObject>

/** What the asker can verify, for `client_metadata`. OpenID4VP 1.0, annex B.3.4. */
export const clientMetadata = {
  vp_formats_supported: {
    'dc+sd-jwt': { 'sd-jwt_alg_values': offChainAlgs, 'kb-jwt_alg_values': offChainAlgs },
  },
}

/** SHA-256 of bytes or text as our documents write it. */
export const digestOf = (data: string): string =>
  `sha-256:${createHash('sha256').update(data).digest('base64url')}`

/**
 * Digest of a request without its `verifier_info` (RFC 8785): what the role credential's key binding is over, so that
 * it cannot be moved to another request.
 */
export function bareDigest({ verifier_info: _info, ...bare }: RequestObject): string {
  return digestOf(canonicalize(bare) ?? '')
}
