import { z } from 'zod'
import { Refusal } from '../core/index.ts'
import { parseJsonObject } from '../jose/index.ts'
import { PRE_AUTHORIZED_CODE } from './names.ts'

export const MAX_OFFER_BYTES = 16 * 1024
const MAX_CONFIGURATIONS = 20

/** A URL that names a credential issuer or wallet: nothing but scheme, host, port and path. */
export const partyUrl = z
  .string()
  .max(500)
  .refine((text) => {
    const url = URL.parse(text)
    if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return false
    return url.href === text || url.href === `${text}/`
  }, 'an absolute URL as it is written canonically')
  .refine((text) => !/[?#@\\]/.test(text), 'no query, fragment or user')

export const configurationIds = z
  .array(
    z
      .string()
      .max(200)
      .regex(/^[\x20-\x7e]+$/),
  )
  .min(1)
  .max(MAX_CONFIGURATIONS)
  .refine((ids) => new Set(ids).size === ids.length, 'each once')

/** The Credential Offer object (OpenID4VCI 1.0, section 4.1.1); members we do not know are let be, as it wants. */
const credentialOffer = z.object({
  credential_issuer: partyUrl,
  credential_configuration_ids: configurationIds,
  grants: z.object({
    [PRE_AUTHORIZED_CODE]: z.object({
      'pre-authorized_code': z.string().min(1).max(2048),
      tx_code: z.unknown().optional(),
      authorization_server: z.unknown().optional(),
    }),
  }),
})

export type CredentialOffer = z.output<typeof credentialOffer>

/** The offer that a wallet is given. */
export const createCredentialOffer = (input: {
  readonly issuer: string
  readonly configurationIds: readonly string[]
  readonly code: string
}): CredentialOffer => ({
  credential_issuer: input.issuer,
  credential_configuration_ids: [...input.configurationIds],
  grants: { [PRE_AUTHORIZED_CODE]: { 'pre-authorized_code': input.code } },
})

/** @throws Refusal `invalid_offer`, `tx_code_unsupported`, `authorization_server_unsupported`, `json_…` */
export function parseCredentialOffer(text: string): CredentialOffer {
  const parsed = credentialOffer.safeParse(parseJsonObject(text, { maxBytes: MAX_OFFER_BYTES }))
  if (!parsed.success)
    throw new Refusal('invalid', 'invalid_offer', 'this is not a credential offer with a pre-authorized code')
  const grant = parsed.data.grants[PRE_AUTHORIZED_CODE]
  if (grant.tx_code !== undefined)
    throw new Refusal('unprocessable', 'tx_code_unsupported', 'nobody is here to type a transaction code')
  if (grant.authorization_server !== undefined)
    throw new Refusal(
      'unprocessable',
      'authorization_server_unsupported',
      'the issuer must be its own authorization server',
    )
  return parsed.data
}
