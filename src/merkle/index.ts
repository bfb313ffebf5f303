export { type Hash, inclusionProof, leafHash, rootFromProof, rootOf } from './merkle.ts'
