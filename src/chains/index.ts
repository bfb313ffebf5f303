export { chainsMigration, givenDelegationTable } from './delegation-table.ts'
export { Delegations } from './delegations.ts'
export { chainsOperations } from './operations.ts'
