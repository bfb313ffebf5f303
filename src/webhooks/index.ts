export type { EventData, EventType, WebhookEvent } from './event.ts'
export { webhooksOperations } from './operations.ts'
export { webhooksMigration, webhookTables } from './webhook-tables.ts'
export { Webhooks, type WebhooksDeps } from './webhooks.ts'
