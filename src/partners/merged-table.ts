import { column, EntitySchema, type Migration } from '../store/index.ts'

/** Somebody said that what our files called two partners is one. */
export interface PartnerMergeRow {
  /** Of the natural key that is now another's; keyed, since a key may hold a sole trader's number. */
  mark: string
  /** Id of the partner that it was. */
  goneId: string
  /** Id of the partner that it is. */
  partnerId: string
  mergedAt: number
}

export const partnerMergeTable = new EntitySchema<PartnerMergeRow>({
  name: 'partner_merge',
  columns: {
    mark: column.id('mark'),
    goneId: column.text('gone_id'),
    partnerId: column.text('partner_id'),
    mergedAt: column.time('merged_at'),
  },
})

export const partnerMergeMigration: Migration = {
  id: 1795000570001,
  name: 'PartnerMerges',
  up: [
    'CREATE TABLE partner_merge (mark text PRIMARY KEY, gone_id text NOT NULL, partner_id text NOT NULL, merged_at bigint NOT NULL)',
    'CREATE INDEX partner_merge_of ON partner_merge (partner_id)',
  ],
}
