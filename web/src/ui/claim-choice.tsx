import { Checkbox } from '@mantine/core'
import { useNames } from '../words/names'

/** What companies are asked for most; all of it can be asked by the API. */
export const companyClaims = [
  'company-registration.kvk_number',
  'company-registration.legal_name',
  'company-profile.email',
  'company-profile.phone_number',
  'company-profile.invoice_email',
  'company-profile.iban',
  'company-profile.address',
] as const
export const personClaims = [
  'contact-person.given_name',
  'contact-person.family_name',
  'contact-person.email',
  'contact-person.phone_number',
] as const

/** Which data somebody would like to see. */
export function ClaimChoice({
  label,
  all,
  chosen,
  onChoose,
}: {
  readonly label: string
  readonly all: readonly string[]
  readonly chosen: readonly string[]
  readonly onChoose: (chosen: string[]) => void
}) {
  const { claim } = useNames()
  return (
    <Checkbox.Group label={label} value={[...chosen]} onChange={onChoose}>
      <div className="choices">
        {all.map((reference) => {
          const { what, of } = claim(reference)
          return <Checkbox key={reference} value={reference} label={what} description={of} />
        })}
      </div>
    </Checkbox.Group>
  )
}
