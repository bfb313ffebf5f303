import { createHmac } from 'node:crypto'
import type { InvitedContact, InvitedOrganisation } from '../wire.ts'

/** By what two orders can be about one organisation. A shared e-mail domain is a hint for people, no more. */
export const markKinds = ['kvk', 'vat', 'place', 'domain'] as const
export type MarkKind = (typeof markKinds)[number]

/** What an organisation is known by. */
export type Marks = Readonly<Partial<Record<MarkKind, string>>>

/** Everybody has an address there: it says nothing of where one works. */
const PUBLIC_MAIL: ReadonlySet<string> = new Set([
  ...['gmail.com', 'googlemail.com', 'hotmail.com', 'hotmail.nl', 'outlook.com', 'outlook.nl', 'live.nl'],
  ...['live.com', 'msn.com', 'icloud.com', 'me.com', 'yahoo.com', 'proton.me', 'protonmail.com', 'ziggo.nl'],
  ...[
    'kpnmail.nl',
    'planet.nl',
    'xs4all.nl',
    'home.nl',
    'hetnet.nl',
    'upcmail.nl',
    'quicknet.nl',
    'casema.nl',
  ],
])

/** What an organisation is known by, in the clear. A name counts with its postal code only. */
export function marksIn(partner: InvitedOrganisation, contact: Pick<InvitedContact, 'email'> | null): Marks {
  const { kvk_number: kvk, vat_number: vat, address } = partner
  const postcode = address?.postal_code?.replace(/\s/g, '').toUpperCase()
  const domain = contact?.email.split('@').at(-1)?.toLowerCase()
  return {
    ...(kvk && { kvk }),
    ...(vat && { vat: vat.toUpperCase() }),
    ...(postcode && { place: `${plainName(partner.name)} ${postcode}` }),
    ...(domain && !PUBLIC_MAIL.has(domain) && { domain }),
  }
}

/**
 * Whether two descriptions are of one organisation, and by what: its KVK number, else its VAT number, else name and
 * postal code. Where both have a number and it differs they are two, whatever else they share.
 */
export function sameOrganisation(a: Marks, b: Marks): 'kvk' | 'vat' | 'place' | null {
  for (const kind of ['kvk', 'vat', 'place'] as const) {
    const [ours, theirs] = [a[kind], b[kind]]
    if (ours === undefined || theirs === undefined) continue
    if (ours === theirs) return kind
    // Another number is another organisation; another place may be another way to write it.
    if (kind !== 'place') return null
  }
  return null
}

/** As {@link sameOrganisation}, for who comes with a code: what both say must agree, and something must. */
export function isInvited(invited: Marks, comes: Marks, names: { invited: string; comes: string }): boolean {
  const by = sameOrganisation(invited, comes)
  if (by) return true
  const differs = (['kvk', 'vat'] as const).some(
    (kind) => invited[kind] && comes[kind] && invited[kind] !== comes[kind],
  )
  return !differs && plainName(names.invited) === plainName(names.comes)
}

const FORMS =
  /\b(?:b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|c\.?v\.?|bvba|gmbh|ltd|stichting|vereniging)(?=\s|$|[.,])\.?/g

/** A name as it is compared: without its legal form, capitals, accents and punctuation. */
export const plainName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(FORMS, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** A mark as it lies in the table. */
export const keyedMark = (key: Buffer, kind: MarkKind, value: string): string =>
  createHmac('sha256', key).update(`${kind} ${value}`).digest('base64url')
