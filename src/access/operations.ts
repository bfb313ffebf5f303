import type { AnyOperation } from '../core/index.ts'
import { askingOperations } from './asking-operations.ts'
import { consentOperations } from './consent-operations.ts'
import { counterOperations } from './counter-operations.ts'
import { linkOperations } from './link-operations.ts'
import type { AccessOperationsDeps } from './operation-values.ts'
import { ownerOperations } from './owner-operations.ts'
import { readOperations } from './reading-operations.ts'
import { reminderOperations } from './reminder-operations.ts'

export function accessOperations(deps: AccessOperationsDeps): AnyOperation[] {
  return [
    ...askingOperations(deps),
    ...readOperations(deps),
    ...consentOperations(deps),
    ...counterOperations(deps),
    ...reminderOperations(deps),
    ...ownerOperations(deps),
    ...linkOperations(deps),
  ]
}
