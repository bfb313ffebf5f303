import { z } from 'zod'
import { isRefusal } from '../../core/index.ts'
import { parseJsonStrict } from '../../jose/index.ts'
import { OAuthRefusal } from '../../oauth/index.ts'

const MAX_CHARS = 16 * 1024

/** RFC 9396 with the type of OpenID4VCI 1.0, section 5.1.1; other members are let be, as it wants. */
const authorizationDetails = z
  .array(
    z.object({
      type: z.literal('openid_credential'),
      credential_configuration_id: z.string().min(1).max(200),
      locations: z.array(z.string()).optional(),
    }),
  )
  .min(1)
  .max(20)

/**
 * The configurations an `authorization_details` parameter asks for; null when there is none.
 * @throws OAuthRefusal `invalid_authorization_details`
 */
export function readDetails(text: string | undefined, issuer: string): readonly string[] | null {
  if (text === undefined) return null
  const parsed = authorizationDetails.safeParse(parse(text))
  if (!parsed.success || parsed.data.some(({ locations }) => locations?.some((one) => one !== issuer)))
    throw invalid()
  return parsed.data.map(({ credential_configuration_id: id }) => id)
}

function parse(text: string): unknown {
  try {
    return parseJsonStrict(text, { maxBytes: MAX_CHARS })
  } catch (error) {
    if (isRefusal(error)) throw invalid(error)
    throw error
  }
}

const invalid = (cause?: unknown) =>
  new OAuthRefusal(
    'invalid_authorization_details',
    'authorization_details_invalid',
    'these are not authorization details of this issuer',
    { cause },
  )
