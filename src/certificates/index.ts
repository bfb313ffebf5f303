export {
  type Anchor,
  type AnchorFile,
  Anchors,
  type AnchorUse,
  anchorUses,
  type Certified,
  loadAnchors,
} from './anchors.ts'
export { type Issued, issueLeaf, issueList, newAuthority } from './authority.ts'
export {
  asX5c,
  type Certificate,
  readCertificate,
  readChain,
  signingKeyOf,
  thumbprintOf,
} from './certificate.ts'
export { type CurrentCertificate, OwnCertificate } from './own-certificate.ts'
export { type PathPolicy, speaksFor, type TrustedLeaf, verifyPath } from './path.ts'
export { Revocations } from './revocations.ts'
