import type { AnyOperation } from '../core/index.ts'
import { askingOperations, readOperations } from './asking-operations.ts'
import type { AccessOperationsDeps } from './operation-values.ts'
import { consentOperations, ownerOperations } from './owner-operations.ts'

export function accessOperations(deps: AccessOperationsDeps): AnyOperation[] {
  return [
    ...askingOperations(deps),
    ...readOperations(deps),
    ...consentOperations(deps),
    ...ownerOperations(deps),
  ]
}
