import { createHmac } from 'node:crypto'
import type { Vault } from '../../vault/index.ts'
import { searchName } from '../partner.ts'
import type { PartnerContactRow } from './card-table.ts'

/** What is kept of a contact person who came by a card. */
export interface CardPerson {
  readonly name: string
  readonly email?: string
  readonly phone?: string
}

/** One person has a key: erasing her destroys it. */
export const personScope = (id: string): string => `partner_contact:${id}`
const place = (id: string) => `partner_contact:${id}:sealed`

/** The same person at a partner: by e-mail address, capitals aside, or else by name. */
export const personMark = (key: Buffer, partnerId: string, { email, name }: CardPerson): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['card', partnerId, email?.toLowerCase() ?? searchName(name)]))
    .digest('base64url')

export const sealPerson = (vault: Vault, id: string, { name, email, phone }: CardPerson): Promise<Buffer> =>
  vault.seal(personScope(id), place(id), JSON.stringify({ name, email, phone }))

export async function openPerson(
  vault: Vault,
  { id, sealed }: PartnerContactRow,
): Promise<CardPerson | null> {
  return sealed ? JSON.parse(await vault.openText(place(id), sealed)) : null
}
