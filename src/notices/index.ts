export { type NoticeRow, noticesMigration, noticeTable } from './notice-table.ts'
export { Notices } from './notices.ts'
export { noticesOperations } from './operations.ts'
