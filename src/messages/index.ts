export { CallUps, callUpTexts } from './call-ups.ts'
export { Delivery } from './delivery.ts'
export { Inbox } from './inbox.ts'
export { choices, MAX_BODY_BYTES, MAX_SUBJECT, messageKinds } from './kinds.ts'
export {
  messagesMigration,
  messagesRetentionMigration,
  messageTable,
  messageTables,
} from './message-tables.ts'
export { Messages } from './messages.ts'
export { messagesOperations } from './operations.ts'
export type { TellingPort, WireMessage } from './ports.ts'
export { pruneCallUps, pruneMessages } from './prune-messages.ts'
export { forgetMessagesUnder, organisationMessages } from './sealed-message.ts'
export { Stops } from './stops.ts'
