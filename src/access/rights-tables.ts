import type { ClaimPath } from '../credentials/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

/** Somebody objected to marketing: nothing of hers is opened for it any more. */
export interface MarketingObjectionRow {
  subjectParty: string
  since: number
}

export const marketingObjectionTable = new EntitySchema<MarketingObjectionRow>({
  name: 'marketing_objection',
  columns: { subjectParty: column.id('subject_party'), since: column.time('since') },
})

/** Claims that are not read while a dispute about them runs. */
export interface ClaimRestrictionRow {
  /** Of the request of hers it comes from. */
  id: string
  subjectParty: string
  /** None: everything. */
  claims: readonly { readonly vct: string; readonly path: ClaimPath }[]
  since: number
}

export const claimRestrictionTable = new EntitySchema<ClaimRestrictionRow>({
  name: 'claim_restriction',
  columns: {
    id: column.id(),
    subjectParty: column.text('subject_party'),
    claims: column.json('claims'),
    since: column.time('since'),
  },
})

export const accessRightsMigration: Migration = {
  id: 1795000000331,
  name: 'AccessRights',
  up: [
    'CREATE TABLE marketing_objection (subject_party text PRIMARY KEY, since bigint NOT NULL)',
    `CREATE TABLE claim_restriction (
      id text PRIMARY KEY, subject_party text NOT NULL, claims text NOT NULL, since bigint NOT NULL)`,
    'CREATE INDEX claim_restriction_of ON claim_restriction (subject_party)',
  ],
}
