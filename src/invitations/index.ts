import { anchorMigration, anchorTables, anchorTexts, hostedPartnerMigration } from './anchor/tables.ts'
import { inviterMigration, inviterTables, inviterTexts } from './inviter/tables.ts'

export { HostedPartners } from './anchor/hosted-partners.ts'
export { OrderIntake } from './anchor/intake.ts'
export { Letters, MOST_LINKS } from './anchor/letters.ts'
export { invitationMail, reminderMail } from './anchor/mail-templates.ts'
export { type AnchorInvitationsDeps, anchorInvitationOperations } from './anchor/operations.ts'
export { outcomeMails, setUpMail } from './anchor/outcome-mails.ts'
export { Outcomes } from './anchor/outcomes.ts'
export { type InvitationPagesDeps, invitationPages } from './anchor/page-routes.ts'
export { InvitedParties } from './anchor/parties.ts'
export { Redemption } from './anchor/redemption.ts'
export { Threads } from './anchor/threads.ts'
export { Coordinating } from './inviter/coordinating.ts'
export { Delivery } from './inviter/delivery.ts'
export { Digests } from './inviter/digests.ts'
export { Ecosystem } from './inviter/ecosystem.ts'
export { Invitations } from './inviter/invitations.ts'
export { InvitedPartners } from './inviter/invited-partners.ts'
export { Inviting } from './inviter/inviting.ts'
export { dailyDigest, preNotice } from './inviter/mail-templates.ts'
export { moveInvitations } from './inviter/merged.ts'
export { type InviterOperationsDeps, inviterOperations } from './inviter/operations.ts'
export { Told } from './inviter/told.ts'
export type { LinksPort, NodesPort, OutcomeMail, PartnerMail, SetUpMail, TellPort } from './ports.ts'
export { toldMessage, toldMove } from './wire.ts'

export const invitationTables = [...inviterTables, ...anchorTables] as const
export const invitationMigrations = [inviterMigration, anchorMigration, hostedPartnerMigration] as const
/** In which people write of others, under the organisation's key. */
export const invitationTexts = [...inviterTexts, ...anchorTexts] as const
