export { type Common, loadCommon } from './ground.ts'
export { createNode, type Node } from './node.ts'
export { type OperationsDeps, operationsOf } from './operations.ts'
export { prepareDatabase } from './schema.ts'
