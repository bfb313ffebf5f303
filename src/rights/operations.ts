import type { AnyOperation } from '../core/index.ts'
import { type ErasureOperationsDeps, erasureOperations } from './erasure-operations.ts'
import { type ExportOperationsDeps, exportOperations } from './export-operations.ts'
import { inboxOperations } from './inbox-operations.ts'

export type RightsOperationsDeps = ErasureOperationsDeps & ExportOperationsDeps

/** What persons ask about their own data, and what is done about it. */
export const rightsOperations = (deps: RightsOperationsDeps): AnyOperation[] => [
  ...inboxOperations(deps),
  ...erasureOperations(deps),
  ...exportOperations(deps),
]
