import type { AnyOperation } from '../core/index.ts'
import { accountOperations } from './account-operations.ts'
import { keyOperations } from './key-operations.ts'
import type { PartiesOperationsDeps } from './operation-values.ts'
import { leaveOperations, peopleOperations } from './people-operations.ts'
import { profileOperations } from './profile-operations.ts'

export function partiesOperations(deps: PartiesOperationsDeps): AnyOperation[] {
  return [
    ...peopleOperations(deps),
    ...leaveOperations(deps),
    ...keyOperations(deps),
    ...profileOperations(deps),
    ...accountOperations(deps),
  ]
}
