import type { z } from 'zod'
import type { OrganisationConfig } from '../config/index.ts'
import { Refusal } from '../core/index.ts'
import { type OrganisationData, organisationSchema } from './messages.ts'

/** What may be told when applying, in the place of what `agent.yml` says. */
export const organisationInput = organisationSchema.omit({ name: true })
export type OrganisationInput = z.output<typeof organisationInput>

/**
 * The organisation as it applies: what is told now goes before what was configured. An address that is not complete
 * is left out: a register cannot be asked about it.
 * @throws Refusal `organisation_incomplete`, with the members
 */
export function organisationOf(config: OrganisationConfig, input: OrganisationInput = {}): OrganisationData {
  const address = input.address ?? addressOf(config)
  const found = organisationSchema.safeParse(
    withoutAbsent({
      name: config.name,
      kvk_number: input.kvk_number ?? config.kvkNumber,
      legal_form: input.legal_form ?? config.legalForm,
      vat_number: input.vat_number ?? config.vatNumber,
      address: address && withoutAbsent(address),
    }),
  )
  if (found.success) return found.data
  const members = found.error.issues.map(({ path }) => path.join('.')).slice(0, 20)
  throw new Refusal(
    'invalid',
    'organisation_incomplete',
    'what is known of the company cannot be applied with',
    {
      params: { members },
    },
  )
}

function addressOf({ address }: OrganisationConfig): OrganisationInput['address'] {
  const { streetAddress, postalCode, locality, country } = address ?? {}
  if (!streetAddress || !locality || !country) return undefined
  return { street_address: streetAddress, postal_code: postalCode, locality, country }
}

const withoutAbsent = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
