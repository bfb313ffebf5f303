import { Refusal } from '../core/index.ts'
import type { OrganisationData } from './messages.ts'

/** The rule of the import: VAT numbers of sole traders from before 2020 contain the citizen number. */
export type JudgeVat = (
  vat: string,
  name: string,
) => { readonly kind: 'ok'; readonly vat: string } | { readonly kind: 'bsn_shaped' | 'invalid' }

/**
 * The VAT number may not be stored where it could hold a citizen number (BSN).
 * @throws Refusal `vat_number_bsn_shaped`, `vat_number_invalid`
 */
export function requireStorableVat(
  { name, legal_form, vat_number }: Pick<OrganisationData, 'name' | 'legal_form' | 'vat_number'>,
  judge: JudgeVat,
): void {
  if (vat_number === undefined) return
  const { kind } = judge(vat_number, legal_form ? `${name} ${legal_form}` : name)
  if (kind === 'bsn_shaped')
    throw new Refusal(
      'unprocessable',
      'vat_number_bsn_shaped',
      'this VAT number may hold a citizen number (BSN), which is not stored: use the btw-id, or leave it out',
    )
  if (kind === 'invalid') throw new Refusal('invalid', 'vat_number_invalid', 'this is not a VAT number')
}
