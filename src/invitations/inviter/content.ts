import type { PartnerContent } from '../../partners/index.ts'
import type { Vault } from '../../vault/index.ts'
import { type InvitedContact, type InvitedOrganisation, invitedSchema, type languages } from '../wire.ts'
import { contentPlace, scopeOf } from './tables.ts'

export type Language = (typeof languages)[number]

/** What an invitation says of the partner, as it goes to the trust anchor. */
export interface InvitationContent {
  readonly partner: InvitedOrganisation
  /** Null while nobody to write to is known. */
  readonly contact: Omit<InvitedContact, 'language'> | null
  readonly why: string
}

export const sealInvitation = (vault: Vault, id: string, content: InvitationContent): Promise<Buffer> =>
  vault.seal(scopeOf(id), contentPlace(id), JSON.stringify(content))

/** The partner as the trust anchor looks it up; what does not have the right form is left out. */
export function organisationIn({ name, kvk, vat, details }: PartnerContent): InvitedOrganisation {
  const { street, postcode, city, country, website } = details
  const address = fitting(invitedSchema.shape.address.unwrap(), {
    ...{ street_address: street, postal_code: postcode, locality: city, country },
  })
  const members = fitting(invitedSchema.omit({ name: true, address: true }), {
    ...{ kvk_number: kvk, vat_number: vat, website },
  })
  return { name, ...members, ...(Object.keys(address).length > 0 && { address }) }
}

/** Whom to write to there; null where our books do not say. */
export function contactIn({ name, details }: PartnerContent): InvitationContent['contact'] {
  const { contact, email, phone } = details
  if (email === undefined) return null
  return { name: contact ?? name, email, ...(phone !== undefined && { phone }) }
}

/** In which language somebody is written to when nobody said: Dutch where they speak it. */
export const languageFor = ({ details }: PartnerContent): Language =>
  details.country === undefined || details.country === 'NL' || details.country === 'BE' ? 'nl' : 'en'

interface Shaped {
  readonly shape: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>>
}

function fitting(
  schema: Shaped,
  members: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) =>
      value !== undefined && schema.shape[name]?.safeParse(value).success ? [[name, value]] : [],
    ),
  )
}
