import type { AnyOperation } from '../core/index.ts'
import { type BreachOperationsDeps, breachOperations } from './breach-operations.ts'
import { type NoticeOperationsDeps, noticeOperations } from './notice-operations.ts'
import { type RecordOperationsDeps, recordOperations } from './record-operations.ts'
import { settingsOperations } from './settings-operations.ts'

export type ProcessingOperationsDeps = NoticeOperationsDeps & BreachOperationsDeps & RecordOperationsDeps

/** What a controller owes: telling persons whose data it imported, the record of processing, breaches. */
export function processingOperations(deps: ProcessingOperationsDeps): AnyOperation[] {
  return [
    ...settingsOperations(deps.settings),
    ...recordOperations(deps),
    ...noticeOperations(deps),
    ...breachOperations(deps),
  ]
}
