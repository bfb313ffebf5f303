import type { AnyOperation } from '../core/index.ts'
import { accountOperations } from './account-operations.ts'
import type { PartiesOperationsDeps } from './operation-values.ts'
import { leaveOperations, peopleOperations } from './people-operations.ts'
import { profileOperations } from './profile-operations.ts'

export function partiesOperations(deps: PartiesOperationsDeps): AnyOperation[] {
  return [
    ...peopleOperations(deps),
    ...leaveOperations(deps),
    ...profileOperations(deps),
    ...accountOperations(deps),
  ]
}
