export { type BackupOperationsDeps, backupOperations } from './backup-operations.ts'
export { Backups } from './backups.ts'
export { type NodeAbout, readNodeFile, writeNodeFile } from './node-file.ts'
export { type NodeFileHeader, type NodeFileKey, openStream, sealStream } from './sealed-stream.ts'
