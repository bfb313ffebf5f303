import type { AnyOperation } from '../core/index.ts'
import { approvalOperations } from './approval-operations.ts'
import type { StandingOperationsDeps } from './operation-values.ts'
import { templateOperations } from './template-operations.ts'

/** What owners keep to answer with: named answers, and partners and purposes they say yes to beforehand. */
export function standingConsentOperations(deps: StandingOperationsDeps): AnyOperation[] {
  return [...templateOperations(deps), ...approvalOperations(deps)]
}
