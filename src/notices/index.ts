export { type NoticeRow, noticesMigration, noticesRetentionMigration, noticeTable } from './notice-table.ts'
export { Notices } from './notices.ts'
export { noticesOperations } from './operations.ts'
export { pruneNotices } from './prune-notices.ts'
