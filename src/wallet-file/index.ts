export { CONTENTS_TYPE, type PrivateHolderJwk, type WalletContents, type WalletEntry } from './contents.ts'
export { openWalletFile, readWalletFile, requireKeyOf, sealWalletFile, type WalletFile } from './envelope.ts'
export {
  type Derivation,
  derivationSchema,
  deriveFileKey,
  type FileKey,
  newDerivation,
  readFileKey,
} from './key-derivation.ts'
export { MAX_ENTRIES, MAX_FILE_CHARS } from './limits.ts'
