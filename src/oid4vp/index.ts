export { AskPartner } from './ask-partner.ts'
export { presentationOperations } from './operations.ts'
export { oid4vpRoutes, walletMetadata } from './routes.ts'
export { createVerifyAsk } from './verify-ask.ts'
