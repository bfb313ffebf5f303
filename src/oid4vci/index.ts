export {
  type OfferState,
  offerTable,
  oid4vciMigrations,
  usedNonceTable,
} from './offer-table.ts'
export type { CreateOffer } from './offers.ts'
export { createOid4vci, type Oid4vci, type Oid4vciDeps } from './oid4vci.ts'
export { offerOperations } from './operations.ts'
export type { Received, WalletPolicy } from './wallet/wallet.ts'
