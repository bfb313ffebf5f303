export { type Connect, type ConnectDeps, createConnect } from './connect.ts'
export type { Lookup } from './connections.ts'
export {
  createEgress,
  type Egress,
  type EgressJson,
  type EgressOptions,
  type EgressResponse,
  type EgressStream,
} from './egress.ts'
export { hostAndPort } from './target.ts'
export { lookupTxt } from './txt.ts'
