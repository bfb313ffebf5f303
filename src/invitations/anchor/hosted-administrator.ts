import type { InvitedContact } from '../wire.ts'

/** Who takes a node over that was made for an invited organisation: its contact person, with an account of her name. */
export function administratorFor({ name, email }: InvitedContact) {
  const [givenName = name, ...rest] = name.trim().split(/\s+/)
  const plain = givenName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
    .replace(/^\d+/, '')
    .slice(0, 39)
  return {
    account: plain.length > 1 ? plain : 'beheerder',
    givenName,
    // Who has one name only gives it twice: she can say otherwise herself.
    familyName: rest.join(' ') || givenName,
    email,
  }
}
