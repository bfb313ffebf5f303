import { z } from 'zod'
import { Refusal } from '../../core/index.ts'
import { parseJsonObject } from '../../jose/index.ts'
import { PRE_AUTHORIZED_CODE } from '../names.ts'
import { configurationIds, MAX_OFFER_BYTES, partyUrl } from '../offer.ts'

/** What somebody pasted: an offer, or where it is. */
export type Pasted = { readonly text: string } | { readonly uri: string }

const text = z.string().min(1).max(2048)

/** What the holder has to type (OpenID4VCI 1.0, section 4.1.1). */
const txCode = z.object({
  input_mode: z.enum(['numeric', 'text']).default('numeric'),
  length: z.int().min(1).max(64).optional(),
  description: z.string().max(300).optional(),
})

/** The Credential Offer object (section 4.1.1); members and grants we do not know are let be. */
const offerObject = z.object({
  credential_issuer: partyUrl,
  credential_configuration_ids: configurationIds,
  grants: z
    .object({
      [PRE_AUTHORIZED_CODE]: z
        .object({
          'pre-authorized_code': text,
          tx_code: txCode.optional(),
          authorization_server: z.string().max(500).optional(),
        })
        .optional(),
      authorization_code: z
        .object({ issuer_state: text.optional(), authorization_server: z.string().max(500).optional() })
        .optional(),
    })
    .optional(),
})

/** An offer of anybody, in our own words. */
export interface OpenOffer {
  readonly issuer: string
  readonly configurationIds: readonly string[]
  readonly preAuthorized?: {
    readonly code: string
    readonly txCode?: z.output<typeof txCode> | undefined
    readonly server?: string | undefined
  }
  readonly authorization?: { readonly issuerState?: string | undefined; readonly server?: string | undefined }
}

/**
 * Reads what somebody pasted: raw JSON, or a link of any scheme with the offer or its address in it. An https link with
 * neither is the address of the offer itself.
 * @throws Refusal `invalid_offer`
 */
export function readPasted(pasted: string): Pasted {
  const trimmed = pasted.trim()
  if (trimmed.startsWith('{')) return { text: trimmed }
  const link = URL.parse(trimmed)
  if (!link) throw invalid()
  const values = link.searchParams.getAll('credential_offer')
  const uris = link.searchParams.getAll('credential_offer_uri')
  // Never both, and neither twice (section 4.1): which one holds would be ours to guess.
  if (values.length + uris.length > 1) throw invalid()
  const [value] = values
  const [uri] = uris
  if (value !== undefined) return { text: value }
  if (uri !== undefined) return { uri }
  if (link.protocol === 'https:' || link.protocol === 'http:') return { uri: link.href }
  throw invalid()
}

/** @throws Refusal `invalid_offer`, `offer_grants_unsupported`, `json_…` */
export function parseOpenOffer(json: string | Uint8Array): OpenOffer {
  const value = parseJsonObject(json, { maxBytes: MAX_OFFER_BYTES })
  const parsed = offerObject.safeParse(value)
  if (!parsed.success) throw invalid()
  const { credential_issuer: issuer, credential_configuration_ids: ids, grants } = parsed.data
  const preAuthorized = grants?.[PRE_AUTHORIZED_CODE]
  const authorization = grants?.authorization_code
  const isOpen = grants === undefined || Object.keys((value.grants as object | undefined) ?? {}).length === 0
  if (!preAuthorized && !authorization && !isOpen)
    throw new Refusal(
      'unprocessable',
      'offer_grants_unsupported',
      'there is no way to redeem this that we know',
    )
  return {
    issuer,
    configurationIds: ids,
    ...(preAuthorized && {
      preAuthorized: {
        code: preAuthorized['pre-authorized_code'],
        txCode: preAuthorized.tx_code,
        server: preAuthorized.authorization_server,
      },
    }),
    // Without grants the authorization server says what it takes (section 4.1.1): only this one needs no more.
    ...((authorization || isOpen) && {
      authorization: {
        issuerState: authorization?.issuer_state,
        server: authorization?.authorization_server,
      },
    }),
  }
}

const invalid = () =>
  new Refusal('invalid', 'invalid_offer', 'this is not a credential offer, nor a link to one')
