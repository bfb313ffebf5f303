import { column, EntitySchema, In, type Migration, type Reader } from '../../store/index.ts'

/** A contact person of a partner who came by a vCard; beside whoever the books name. */
export interface PartnerContactRow {
  id: string
  partnerId: string
  /** Who she is at this partner: her e-mail address, or name; keyed. It stays when she is erased. */
  mark: string
  /** {@link CardPerson} as JSON under a key of her own; null once she was erased. */
  sealed: Buffer | null
  createdAt: number
  updatedAt: number
}

export const partnerContactTable = new EntitySchema<PartnerContactRow>({
  name: 'partner_contact',
  columns: {
    id: column.id(),
    partnerId: column.text('partner_id'),
    mark: column.text('mark'),
    sealed: column.optionalBytes('sealed'),
    createdAt: column.time('created_at'),
    updatedAt: column.time('updated_at'),
  },
})

export const partnerContactMigration: Migration = {
  id: 1795000570003,
  name: 'PartnerContacts',
  up: [
    `CREATE TABLE partner_contact (
      id text PRIMARY KEY, partner_id text NOT NULL, mark text NOT NULL, sealed text, created_at bigint NOT NULL,
      updated_at bigint NOT NULL, UNIQUE (partner_id, mark))`,
  ],
}

/** Ids of the contact persons of these partners. */
export async function contactIdsOf(reader: Reader, partnerIds: readonly string[]): Promise<string[]> {
  if (partnerIds.length === 0) return []
  return (await reader.findBy(partnerContactTable, { partnerId: In([...partnerIds]) })).map(({ id }) => id)
}
