export { chainsMigration, delegationAllowedMigration, givenDelegationTable } from './delegation-table.ts'
export { Delegations, isNotTaken } from './delegations.ts'
export { chainsOperations } from './operations.ts'
