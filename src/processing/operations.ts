import type { AnyOperation } from '../core/index.ts'
import { type BreachOperationsDeps, breachOperations } from './breach-operations.ts'
import { type NoticeOperationsDeps, noticeOperations } from './notice-operations.ts'
import type { Settings } from './settings.ts'
import { settingsOperations } from './settings-operations.ts'

export interface ProcessingOperationsDeps extends NoticeOperationsDeps, BreachOperationsDeps {
  readonly settings: Settings
}

/** What a controller owes: telling persons whose data it imported, the record of processing, breaches. */
export function processingOperations(deps: ProcessingOperationsDeps): AnyOperation[] {
  return [...settingsOperations(deps.settings), ...noticeOperations(deps), ...breachOperations(deps)]
}
