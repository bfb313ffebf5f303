import type { AnyOperation } from '../core/index.ts'
import { caseOperations } from './case-operations.ts'
import type { CasesOperationsDeps } from './operation-deps.ts'
import { questionOperations } from './question-operations.ts'

export const casesOperations = (deps: CasesOperationsDeps): AnyOperation[] => [
  ...questionOperations(deps),
  ...caseOperations(deps),
]
