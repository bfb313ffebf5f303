export {
  type OfferState,
  offerTable,
  oid4vciMigrations,
  usedNonceTable,
} from './offer-table.ts'
export type { CreateOffer } from './offers.ts'
export { createOid4vci, type Oid4vci, type Oid4vciDeps } from './oid4vci.ts'
export type { FormatInput, FormatIssued, IssuingFormat } from './open/formats.ts'
export { issuingOperations } from './open/operations.ts'
export { type IssuanceSettings, openToAll } from './open/settings.ts'
export { openIssuerTables } from './open/tables.ts'
export { heldOperations } from './open-wallet/held-operations.ts'
export type { OpenWalletPolicy } from './open-wallet/keeping.ts'
export { movingOperations } from './open-wallet/moving/operations.ts'
export { walletOffersOf } from './open-wallet/offers-of.ts'
export { openWalletOperations } from './open-wallet/operations.ts'
export type { WalletSettings } from './open-wallet/settings.ts'
export { openWalletTables } from './open-wallet/tables.ts'
export { offerOperations } from './operations.ts'
export type { Received, WalletPolicy } from './wallet/wallet.ts'
