import { column, EntitySchema, type Migration } from '../store/index.ts'

/** What a person in a partner's row does not want, or had erased. She is known by a keyed mark, not by name. */
export interface ContactMarkRow {
  /** Partner and mark: who comes after her in the same row is another. */
  id: string
  partnerId: string
  mark: string
  /** She objected to marketing. */
  noMarketingAt: number | null
  /** Nobody looks while she disputes it. */
  restrictedAt: number | null
  erasedAt: number | null
  /** What the books must keep of her ({@link KeptOfPerson}) as JSON, under a key of its own, and until when. */
  kept: Buffer | null
  keptUntil: number | null
}

export const contactMarkTable = new EntitySchema<ContactMarkRow>({
  name: 'contact_mark',
  columns: {
    id: column.id(),
    partnerId: column.text('partner_id'),
    mark: column.text('mark'),
    noMarketingAt: column.optionalTime('no_marketing_at'),
    restrictedAt: column.optionalTime('restricted_at'),
    erasedAt: column.optionalTime('erased_at'),
    kept: column.optionalBytes('kept'),
    keptUntil: column.optionalTime('kept_until'),
  },
})

export const contactsMigration: Migration = {
  id: 1795000000332,
  name: 'Contacts',
  up: [
    `CREATE TABLE contact_mark (
      id text PRIMARY KEY, partner_id text NOT NULL, mark text NOT NULL, no_marketing_at bigint, restricted_at bigint,
      erased_at bigint, kept text, kept_until bigint)`,
    'CREATE INDEX contact_mark_of ON contact_mark (partner_id)',
    'CREATE INDEX contact_mark_kept ON contact_mark (kept_until) WHERE kept IS NOT NULL',
  ],
}
