export {
  type Anchor,
  Anchors,
  type AnchorUse,
  type Certified,
  loadAnchors,
} from './anchors.ts'
export { type Issued, issueLeaf, issueList, newAuthority } from './authority.ts'
export {
  type Certificate,
  readCertificate,
  readChain,
  signingKeyOf,
  thumbprintOf,
} from './certificate.ts'
export { type CurrentCertificate, OwnCertificate } from './own-certificate.ts'
export { speaksFor, verifyPath } from './path.ts'
export { Revocations } from './revocations.ts'
