export { filesMigration, fileTables, type StoredFile } from './file-table.ts'
export { type FileRules, Files, type FilesDeps, removeFile } from './files.ts'
export type { MediaType } from './media-type.ts'
