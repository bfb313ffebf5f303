import { column, EntitySchema, type Migration } from '../../store/index.ts'

/** Which column holds which field in lists with these headings, as somebody once said. */
export interface CsvMappingRow {
  /** SHA-256 of the headings. */
  signature: string
  id: string
  /** What people know it by: the package, mostly. */
  name: string
  /** Of a list that was read with it; null for one that was remembered before headings were. */
  headings: readonly string[] | null
  mapping: Readonly<Record<string, string>>
  updatedAt: number
}

export const csvMappingTable = new EntitySchema<CsvMappingRow>({
  name: 'csv_mapping',
  columns: {
    signature: column.id('signature'),
    id: column.text('id'),
    name: column.text('name'),
    headings: column.optionalJson('headings'),
    mapping: column.json('mapping'),
    updatedAt: column.time('updated_at'),
  },
})

export const csvMappingMigration: Migration = {
  id: 1795000990001,
  name: 'CsvMappingNames',
  up: [
    "ALTER TABLE csv_mapping ADD COLUMN id text NOT NULL DEFAULT ''",
    "ALTER TABLE csv_mapping ADD COLUMN name text NOT NULL DEFAULT ''",
    'ALTER TABLE csv_mapping ADD COLUMN headings text',
    'UPDATE csv_mapping SET id = signature',
    'CREATE UNIQUE INDEX csv_mapping_id ON csv_mapping (id)',
  ],
}
