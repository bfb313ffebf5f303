/** Reads debtor and creditor lists (CSV) and audit files (XAF) and says what an import would bring. Stores nothing. */
export {
  type Activity,
  type ActivityMonths,
  addEvidence,
  defaultMonths,
  type Evidence,
  later,
  mostActive,
} from './activity.ts'
export { type ColumnMapping, type CsvLayout, requireColumns } from './csv-layout.ts'
export { type CsvHeader, readCsvHeader } from './csv-reader.ts'
export type { Content } from './decode.ts'
export {
  type Candidate,
  DuplicateFinder,
  type Duplicates,
  type MergeReason,
} from './duplicates.ts'
export { type ErrorRow, writeErrorsCsv } from './errors-csv.ts'
export { namesSoleTrader } from './legal-form.ts'
export { mergeRelations } from './merge.ts'
export { type NormalisedRelation, normaliseRelation, showableFields } from './normalise.ts'
export {
  type MergeProposal,
  type Preview,
  type PreviewCounts,
  type PreviewRow,
  previewImport,
  type RejectedRow,
} from './preview.ts'
export {
  describeProblem,
  type Field,
  fields,
  type Notice,
  type Problem,
  type ProblemCode,
} from './problem.ts'
export {
  type ImportedRelation,
  naturalKeyOf,
  plainName,
  type RawFields,
  type RawRelation,
  type Role,
} from './relation.ts'
export {
  activities,
  type FileRecord,
  type ImportSource,
  type ReadFile,
  readSources,
  type SourceWarning,
} from './sources.ts'
export { isSoleTraderVat, judgeVat, maskBsn, type VatVerdict } from './vat.ts'
