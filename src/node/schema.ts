import {
  accessEventTable,
  accessMigration,
  accessRightsMigration,
  allowedAgainMigration,
  chainMigration,
  claimRestrictionTable,
  counterMigration,
  counterOfferTable,
  dueMarkTable,
  dueMigration,
  endsMigration,
  expectedDelegationTable,
  givenGrantTable,
  grantAgreementMigration,
  grantLineageMigration,
  grantLineageTable,
  grantLinkTable,
  judgedRequestMigration,
  marketingObjectionTable,
  receivedGrantTable,
  receivedRequestTable,
  reminderSettingsTable,
  sentDigestTable,
  sentRequestTable,
} from '../access/index.ts'
import { agentEntities, agentMigrations } from '../agent/index.ts'
import { agreementsMigrations, agreementsTables } from '../agreements/index.ts'
import { auditHeadTable, auditMigration, auditTable } from '../audit/index.ts'
import { billingMigrations, billingTables } from '../billing/index.ts'
import { casesMigration, caseTables } from '../cases/index.ts'
import { chainsMigration, delegationAllowedMigration, givenDelegationTable } from '../chains/index.ts'
import { consentKeysMigration, guessTable, slotTable } from '../consent-keys/index.ts'
import { contractsMigrations, contractsTables } from '../contracts/index.ts'
import { correctionsMigration, correctionTables } from '../corrections/index.ts'
import {
  credentialKeysMigration,
  credentialMigration,
  heldCredentialTable,
  issuedCredentialTable,
} from '../credentials/index.ts'
import { eventsMigration, receivedEventTable } from '../events/index.ts'
import { filesMigration, fileTables } from '../files/index.ts'
import { hostingMigrations, hostingTables } from '../hosting/index.ts'
import { idempotencyMigration, idempotencyTable } from '../http/index.ts'
import { invitationMigrations, invitationTables } from '../invitations/index.ts'
import { jobsMigration, jobTable } from '../jobs/index.ts'
import { learningMigrations, learningTables } from '../learning/index.ts'
import { mailMigrations, mailTables } from '../mail/index.ts'
import { messagesMigration, messagesRetentionMigration, messageTables } from '../messages/index.ts'
import { noticesMigration, noticesRetentionMigration, noticeTable } from '../notices/index.ts'
import {
  offerTable,
  oid4vciMigrations,
  openIssuerTables,
  openWalletTables,
  usedNonceTable,
} from '../oid4vci/index.ts'
import { outboxMigrations, outboxTable } from '../outbox/index.ts'
import { didChangeMigration, didChangeTable } from '../own-did/index.ts'
import {
  keyReplacementMigration,
  keyReplacementTable,
  partiesMigration,
  partyTable,
  tokenTable,
  userTable,
} from '../parties/index.ts'
import {
  contactsMigration,
  csvMappingMigration,
  metPartiesMigration,
  partnerContactMigration,
  partnerImportUndoMigration,
  partnerMergeMigration,
  partnerSaidMigration,
  partnersMigration,
  partnerTables,
} from '../partners/index.ts'
import { policyCampaignMigrations, policyCampaignTables } from '../policy-campaigns/index.ts'
import { presentationRequestTable, presentingMigration } from '../presenting/index.ts'
import { processingMigrations, processingTables } from '../processing/index.ts'
import { qualityMigration, qualityTables } from '../quality/index.ts'
import {
  consentRecordTable,
  deletionAnswerTable,
  deletionStatementTable,
  deletionTellMigration,
  receiptsMigration,
} from '../receipts/index.ts'
import { reciprocityMigration } from '../reciprocity/index.ts'
import { recordsMigration, recordsRetentionMigration, recordTables } from '../records/index.ts'
import { registrationEntities, registrationMigrations } from '../registration/index.ts'
import { registryHeadMigration, registryHeadTable } from '../registry-history/index.ts'
import { rightsMigration, rightsTables } from '../rights/index.ts'
import { sharingMigration, sharingPeriodsMigration, sharingTables } from '../sharing/index.ts'
import { openIdMigration, openIdTables, signInMigration, signInTables } from '../sign-in/index.ts'
import { approvalTable, standingConsentMigration, templateTable } from '../standing-consent/index.ts'
import { statusListsMigrations } from '../status-lists/index.ts'
import {
  type Entities,
  leaseMigration,
  leaseTable,
  type Migrations,
  type StorageConfig,
  Store,
} from '../store/index.ts'
import {
  secretSharingMigration,
  secretSharingTables,
  tradeSecretsMigration,
  tradeSecretTables,
} from '../trade-secrets/index.ts'
import { trustMigrations, trustTables } from '../trust/index.ts'
import { vaultKeyTable, vaultMigration } from '../vault/index.ts'
import { sessionTable, verificationMigration } from '../verification/index.ts'
import { webhooksMigration, webhookTables } from '../webhooks/index.ts'

/** Every room's tables: one node, one database. */
export const entities: Entities = [
  ...agentEntities,
  ...agreementsTables,
  ...contractsTables,
  ...billingTables,
  ...caseTables,
  ...correctionTables,
  ...fileTables,
  ...learningTables,
  ...tradeSecretTables,
  ...secretSharingTables,
  jobTable,
  ...openIdTables,
  ...signInTables,
  ...mailTables,
  ...messageTables,
  ...openIssuerTables,
  ...openWalletTables,
  ...invitationTables,
  ...partnerTables,
  ...policyCampaignTables,
  ...processingTables,
  ...qualityTables,
  ...recordTables,
  ...registrationEntities,
  ...sharingTables,
  ...trustTables,
  ...rightsTables,
  ...webhookTables,
  accessEventTable,
  approvalTable,
  auditHeadTable,
  auditTable,
  claimRestrictionTable,
  consentRecordTable,
  counterOfferTable,
  deletionAnswerTable,
  deletionStatementTable,
  expectedDelegationTable,
  givenDelegationTable,
  givenGrantTable,
  grantLineageTable,
  grantLinkTable,
  guessTable,
  heldCredentialTable,
  idempotencyTable,
  keyReplacementTable,
  issuedCredentialTable,
  leaseTable,
  marketingObjectionTable,
  noticeTable,
  offerTable,
  outboxTable,
  partyTable,
  presentationRequestTable,
  receivedEventTable,
  receivedGrantTable,
  receivedRequestTable,
  registryHeadTable,
  didChangeTable,
  dueMarkTable,
  reminderSettingsTable,
  sentDigestTable,
  sentRequestTable,
  slotTable,
  templateTable,
  tokenTable,
  usedNonceTable,
  userTable,
  vaultKeyTable,
  sessionTable,
  ...hostingTables,
]

export const migrations: Migrations = [
  accessMigration,
  chainMigration,
  allowedAgainMigration,
  chainsMigration,
  delegationAllowedMigration,
  counterMigration,
  dueMigration,
  accessRightsMigration,
  contactsMigration,
  eventsMigration,
  grantAgreementMigration,
  grantLineageMigration,
  noticesMigration,
  noticesRetentionMigration,
  ...agentMigrations,
  ...agreementsMigrations,
  ...contractsMigrations,
  auditMigration,
  ...billingMigrations,
  casesMigration,
  judgedRequestMigration,
  correctionsMigration,
  consentKeysMigration,
  credentialKeysMigration,
  credentialMigration,
  deletionTellMigration,
  endsMigration,
  filesMigration,
  idempotencyMigration,
  ...learningMigrations,
  tradeSecretsMigration,
  secretSharingMigration,
  jobsMigration,
  openIdMigration,
  signInMigration,
  leaseMigration,
  ...hostingMigrations,
  ...mailMigrations,
  ...oid4vciMigrations,
  ...invitationMigrations,
  messagesMigration,
  messagesRetentionMigration,
  ...outboxMigrations,
  didChangeMigration,
  partiesMigration,
  keyReplacementMigration,
  csvMappingMigration,
  metPartiesMigration,
  partnerContactMigration,
  partnerMergeMigration,
  partnerImportUndoMigration,
  partnerSaidMigration,
  partnersMigration,
  presentingMigration,
  ...policyCampaignMigrations,
  ...processingMigrations,
  receiptsMigration,
  qualityMigration,
  reciprocityMigration,
  recordsMigration,
  recordsRetentionMigration,
  ...registrationMigrations,
  sharingMigration,
  sharingPeriodsMigration,
  standingConsentMigration,
  ...statusListsMigrations,
  rightsMigration,
  registryHeadMigration,
  ...trustMigrations,
  vaultMigration,
  verificationMigration,
  webhooksMigration,
]

/**
 * Makes a database of the newest schema, for what fills it with the rows of another one.
 * @returns whether nobody lives in it
 */
export async function prepareDatabase(storage: StorageConfig): Promise<boolean> {
  const store = await Store.open({ storage, entities, migrations })
  try {
    return (await store.reader.count(partyTable)) === 0
  } finally {
    await store.dispose()
  }
}
