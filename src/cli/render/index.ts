import {
  renderApproved,
  renderCountered,
  renderGrants,
  renderHeld,
  renderRestored,
  renderRevoked,
} from './access-grants.ts'
import { renderAllSent, renderDenied, renderRequests, renderSent } from './access-requests.ts'
import {
  renderAgreement,
  renderAgreementChanges,
  renderAgreements,
  renderShownAgreement,
} from './agreements.ts'
import { renderAllAskedByLink, renderAnsweredByLink, renderAskedByLink } from './asked-by-link.ts'
import { renderAudit, renderAuditVerified } from './audit.ts'
import { billingRenderers } from './billing.ts'
import { renderAffected, renderBreach, renderBreaches, renderBreachReport } from './breaches.ts'
import { renderCallUp, renderCallUps, renderRoles } from './call-ups.ts'
import {
  renderAcceptances,
  renderCampaign,
  renderCampaigns,
  renderPending,
  renderStanding,
} from './campaigns.ts'
import { renderCards } from './cards.ts'
import { renderAllCases, renderAsked, renderClosed, renderOpened, renderRated } from './cases.ts'
import { renderAllowed, renderCut, renderDelegation, renderDelegations, renderLinks } from './chains.ts'
import {
  renderActivated,
  renderCodes,
  renderConsentKey,
  renderLocked,
  renderSecretChanged,
  renderUnlocked,
} from './consent.ts'
import { renderContract, renderContracts, renderLawFlags, renderShownContract } from './contracts.ts'
import {
  renderDecidedCorrection,
  renderReceivedCorrections,
  renderSentCorrection,
  renderSentCorrections,
} from './corrections.ts'
import { renderDownloaded } from './downloads.ts'
import {
  renderBackup,
  renderDeparture,
  renderHosted,
  renderHostedHere,
  renderHostedList,
  renderHostedMade,
  renderImportedNode,
} from './hosting.ts'
import { renderImportPreview } from './import-preview.ts'
import { renderImport, renderImportResult } from './import-result.ts'
import { renderBoard } from './invitation-board.ts'
import {
  renderDigest,
  renderEcosystem,
  renderInvitation,
  renderInvitations,
  renderInvited,
  renderOutcomes,
  renderThread,
} from './invitations.ts'
import {
  renderAskedIn,
  renderChoice,
  renderLook,
  renderParties,
  renderParty,
  renderSetUp,
} from './invited.ts'
import { renderOpenOffer, renderOpenOffers, renderShownOffer } from './issuing.ts'
import { learningRenderers } from './learning.ts'
import { renderLog } from './log.ts'
import {
  renderBouncing,
  renderMail,
  renderMailAllowed,
  renderMails,
  renderMailText,
  renderPreferences,
} from './mails.ts'
import { renderForgotten, renderMapping, renderMappings } from './mappings.ts'
import { renderMerged, renderSaid } from './merged-partner.ts'
import {
  renderAnswer,
  renderCounts,
  renderInbox,
  renderLimit,
  renderSentMessage,
  renderSentMessages,
  renderStopped,
} from './messages.ts'
import { renderNotices } from './notices.ts'
import { renderOffers } from './offers.ts'
import { renderDidChanges, renderDidStep, renderOwnDid } from './own-did.ts'
import { renderBounce, renderDifferent, renderDuplicates, renderQuality } from './partner-quality.ts'
import { renderPartner, renderPartners } from './partners.ts'
import {
  renderPersonAdded,
  renderProfile,
  renderRekeyed,
  renderRolesSet,
  renderSystems,
  renderToken,
  renderWhoami,
} from './people.ts'
import { renderAccepted, renderAcceptedForCompany, renderPolicy, renderPolicyText } from './policy.ts'
import { renderPolicyDiff, renderPolicyVersions } from './policy-versions.ts'
import { renderPresentation } from './presentation.ts'
import {
  renderInformed,
  renderInforming,
  renderLetter,
  renderMoment,
  renderProcessingRecord,
  renderProcessingSettings,
} from './processing.ts'
import { renderChecked, renderPublished, renderQuestion, renderQuestions } from './questions.ts'
import { renderRead } from './read.ts'
import { renderDeleted, renderExport, renderReceipt } from './receipts.ts'
import { renderRecheck, renderRechecks } from './rechecks.ts'
import { renderBalance, renderReciprocity } from './reciprocity.ts'
import { renderChanges } from './records.ts'
import {
  renderChallenge,
  renderEvidence,
  renderHandedIn,
  renderKeptEvidence,
  renderLookUp,
  renderRegisterHits,
} from './registration-evidence.ts'
import { renderCase, renderCases, renderOwnRegistration, renderQueue } from './registrations.ts'
import {
  renderAuthorization,
  renderHeads,
  renderNetworkRoles,
  renderPartyHistory,
  renderProof,
  renderVerified,
} from './registry-history.ts'
import { renderDeferred, renderExpiring, renderNudged, renderReminders } from './reminders.ts'
import type { Renderer } from './renderer.ts'
import {
  renderErasurePreview,
  renderPersonalData,
  renderRightsRequest,
  renderRightsRequests,
} from './rights.ts'
import { sharedSecretRenderers } from './shared-secrets.ts'
import {
  renderAllFigures,
  renderFigures,
  renderList,
  renderReceivedStatements,
  renderStatement,
  renderStatements,
} from './sharing.ts'
import { signInRenderers } from './sign-in.ts'
import {
  renderApplied,
  renderEntries,
  renderEntry,
  renderEntryRemoved,
  renderTemplate,
  renderTemplateRemoved,
  renderTemplates,
} from './standing-consent.ts'
import { tradeSecretRenderers } from './trade-secrets.ts'
import { renderValue } from './value.ts'
import { renderVerification } from './verification.ts'
import { renderPresets, renderRequestShown, renderRequestStarted } from './verification-requests.ts'
import { renderVocabulary } from './vocabulary.ts'
import { renderWalletExport, renderWalletImport } from './wallet-file.ts'
import { renderCredentials, renderRemoved, renderWalletOffer, renderWalletOffers } from './wallet-offers.ts'
import { renderDeliveries, renderDelivery, renderWebhookSecret, renderWebhooks } from './webhooks.ts'

export { meaning } from './say.ts'
export { lastPart, type View } from './view.ts'
export { wrap } from './wrap.ts'

/** Operations whose answer reads better in a form of its own; all others get the generic one. */
const renderers: Readonly<Record<string, Renderer>> = {
  ...billingRenderers,
  ...learningRenderers,
  ...sharedSecretRenderers,
  ...signInRenderers,
  ...tradeSecretRenderers,
  'access.approve': renderApproved,
  'access.defer': renderDeferred,
  'access.expiring': renderExpiring,
  'access.nudge': renderNudged,
  // Of every operation that answers a file.
  download: renderDownloaded,
  'reminders.set': renderReminders,
  'reminders.show': renderReminders,
  'approvals.add': renderEntry,
  'approvals.apply': renderApplied,
  'approvals.list': renderEntries,
  'approvals.remove': renderEntryRemoved,
  'templates.list': renderTemplates,
  'templates.remove': renderTemplateRemoved,
  'templates.set': renderTemplate,
  'access.cancel': renderSent,
  'access.counter': renderCountered,
  'access.allow': renderAllowed,
  'access.cut': renderCut,
  'access.deleted': renderDeleted,
  'access.deny': renderDenied,
  'access.export': renderExport,
  'access.grants': renderGrants,
  'access.held': renderHeld,
  'access.links': renderLinks,
  'access.list': renderRequests,
  'access.log': renderLog,
  'access.proof': renderPresentation,
  'access.rate': renderRated,
  'access.read': renderRead,
  'access.receipt': renderReceipt,
  'access.renew': renderSent,
  'access.request': renderSent,
  'access.restore': renderRestored,
  'access.revoke': renderRevoked,
  'access.sent': renderAllSent,
  'access.withdraw': renderGrants,
  activate: renderActivated,
  'contracts.draft': renderContract,
  'contracts.flags': renderLawFlags,
  'contracts.list': renderContracts,
  'contracts.portfolio': renderContracts,
  'contracts.publish': renderContract,
  'contracts.show': renderShownContract,
  'contracts.take': renderContract,
  'laws.changed': renderLawFlags,
  'agreements.approve': renderAgreement,
  'agreements.begin': renderAgreement,
  'agreements.comment': renderAgreement,
  'agreements.diff': renderAgreementChanges,
  'agreements.list': renderAgreements,
  'agreements.propose': renderAgreement,
  'agreements.review': renderAgreement,
  'agreements.show': renderShownAgreement,
  'agreements.sign': renderAgreement,
  'agreements.terminate': renderAgreement,
  'audit.list': renderAudit,
  'audit.verify': renderAuditVerified,
  'cases.ask': renderAsked,
  'cases.close': renderClosed,
  'cases.list': renderAllCases,
  'cases.open': renderOpened,
  'corrections.accept': renderDecidedCorrection,
  'corrections.decline': renderDecidedCorrection,
  'corrections.list': renderReceivedCorrections,
  'corrections.propose': renderSentCorrection,
  'corrections.sent': renderSentCorrections,
  'did.changes': renderDidChanges,
  'did.compromise': renderDidStep,
  'did.controller': renderDidStep,
  'did.deactivate': renderDidStep,
  'did.endpoint': renderDidStep,
  'did.retire': renderDidStep,
  'did.rotate': renderDidStep,
  'did.show': renderOwnDid,
  'consent.codes': renderCodes,
  'consent.lock': renderLocked,
  'consent.recover': renderSecretChanged,
  'consent.secret': renderSecretChanged,
  'consent.show': renderConsentKey,
  'consent.unlock': renderUnlocked,
  'call_ups.close': renderCallUp,
  'call_ups.list': renderCallUps,
  'call_ups.show': renderCallUp,
  'call_ups.start': renderCallUp,
  'me.set': renderProfile,
  'me.show': renderProfile,
  'breaches.affected': renderAffected,
  'breaches.amend': renderBreach,
  'breaches.close': renderBreach,
  'breaches.decide': renderBreach,
  'breaches.list': renderBreaches,
  'breaches.note': renderBreach,
  'breaches.open': renderBreach,
  'breaches.report': renderBreachReport,
  'breaches.show': renderBreach,
  'delegations.create': renderDelegation,
  'delegations.list': renderDelegations,
  'delegations.withdraw': renderDelegation,
  'hosting.create': renderHostedMade,
  'hosting.departures.create': renderDeparture,
  'hosting.list': renderHostedList,
  'hosting.mine': renderHostedHere,
  'backups.create': renderBackup,
  'hosting.remove': renderHosted,
  'hosting.resume': renderHosted,
  'hosting.suspend': renderHosted,
  'import-node': renderImportedNode,
  'informing.list': renderInforming,
  'informing.moment': renderMoment,
  'informing.not-needed': renderInformed,
  'informing.sent': renderInformed,
  'informing.show': renderLetter,
  'figures.list': renderAllFigures,
  'figures.publish': renderFigures,
  'lists.show': renderList,
  'invitation-orders.message': renderThread,
  'invitation-orders.read': renderThread,
  'invitations.board': renderBoard,
  'invitations.contact': renderInvitation,
  'invitations.digest': renderDigest,
  'invitations.digest-choice': renderDigest,
  'invitations.ecosystem': renderEcosystem,
  'invitations.inform': renderOutcomes,
  'invitations.invite': renderInvited,
  'invitations.list': renderInvitations,
  'invitations.message': renderThread,
  'invitations.read': renderThread,
  'invitations.refresh': renderInvitation,
  'invitations.show': renderInvitation,
  'invitations.submit': renderOutcomes,
  'invitations.withdraw': renderInvitation,
  'invited.ask': renderAskedIn,
  'invited.choose': renderChoice,
  'invited.contact': renderParty,
  'invited.list': renderParties,
  'invited.look': renderLook,
  'invited.resend': renderParty,
  'invited.set-up': renderSetUp,
  'invited.show': renderParty,
  'messages.answer': renderAnswer,
  'messages.counts': renderCounts,
  'messages.limit': renderLimit,
  'messages.list': renderInbox,
  'messages.resend': renderSentMessage,
  'messages.send': renderSentMessage,
  'messages.sent': renderSentMessages,
  'messages.stop': renderStopped,
  'notices.list': renderNotices,
  'offers.list': renderOffers,
  'issuing.offer': renderShownOffer,
  'issuing.show': renderShownOffer,
  'issuing.list': renderOpenOffers,
  'issuing.approve': renderOpenOffer,
  'issuing.deny': renderOpenOffer,
  'issuing.suspend': renderOpenOffer,
  'issuing.resume': renderOpenOffer,
  'issuing.revoke': renderOpenOffer,
  'wallet.offers.add': renderWalletOffer,
  'wallet.offers.list': renderWalletOffers,
  'wallet.offers.show': renderWalletOffer,
  'wallet.offers.accept': renderWalletOffer,
  'wallet.offers.decline': renderWalletOffer,
  'wallet.list': renderCredentials,
  'wallet.remove': renderRemoved,
  'wallet.exports.create': renderWalletExport,
  'wallet.imports.create': renderWalletImport,
  'partners.balance': renderBalance,
  'partners.bounced': renderBounce,
  'partners.changes': renderChanges,
  'partners.different': renderDifferent,
  'partners.duplicates': renderDuplicates,
  'partners.get': renderPartner,
  'partners.import': renderImport,
  'partners.imports.apply': renderImportResult,
  'partners.imports.preview': renderImportPreview,
  'partners.list': renderPartners,
  'partners.mappings.forget': renderForgotten,
  'partners.mappings.list': renderMappings,
  'partners.mappings.set': renderMapping,
  'partners.mappings.show': renderMapping,
  'partners.roles': renderRoles,
  'partners.say': renderSaid,
  'partners.contacts.import': renderCards,
  'partners.merge': renderMerged,
  'partners.quality': renderQuality,
  'partners.reciprocity': renderReciprocity,
  'partners.take-over': renderPartner,
  'people.add': renderPersonAdded,
  'people.rekey': renderRekeyed,
  'people.roles': renderRolesSet,
  'policy.accept': renderAccepted,
  'campaigns.get': renderCampaign,
  'campaigns.list': renderCampaigns,
  'campaigns.resume': renderCampaign,
  'campaigns.start': renderCampaign,
  'campaigns.stop': renderCampaign,
  'policy.acceptances': renderAcceptances,
  'policy.pending': renderPending,
  'registry.resume': renderStanding,
  'registry.suspend': renderStanding,
  'policy.accept-company': renderAcceptedForCompany,
  'policy.show': renderPolicy,
  'policy.text': renderPolicyText,
  'policy.diff': renderPolicyDiff,
  'policy.version': renderPolicyText,
  'policy.versions': renderPolicyVersions,
  'prices.set': renderList,
  'products.set': renderList,
  'statements.list': renderStatements,
  'statements.received': renderReceivedStatements,
  'statements.set': renderStatement,
  'statements.withdraw': renderStatement,
  'presentations.accept': renderAnsweredByLink,
  'presentations.create': renderPresentation,
  'presentations.decline': renderAnsweredByLink,
  'presentations.list': renderAllAskedByLink,
  'presentations.open': renderAskedByLink,
  'presentations.show': renderAskedByLink,
  'processing.record': renderProcessingRecord,
  'processing.set': renderProcessingSettings,
  'processing.settings': renderProcessingSettings,
  'profile.set': renderProfile,
  'profile.show': renderProfile,
  'questions.add': renderQuestion,
  'questions.change': renderQuestion,
  'questions.check': renderChecked,
  'questions.list': renderQuestions,
  'questions.published': renderPublished,
  'questions.retire': renderQuestion,
  'registrations.accept': renderCase,
  'registrations.apply': renderOwnRegistration,
  'registrations.decline': renderCase,
  'registrations.ask': renderEvidence,
  'registrations.rechecks.close': renderRecheck,
  'registrations.rechecks.list': renderRechecks,
  'registrations.kvk.look': renderLookUp,
  'registrations.kvk.search': renderRegisterHits,
  'registrations.kvk.show': renderLookUp,
  'registrations.domain.ask': renderChallenge,
  'registrations.domain.check': renderEvidence,
  'registrations.evidence.check': renderEvidence,
  'registrations.evidence.kept': renderKeptEvidence,
  'registrations.evidence.list': renderEvidence,
  'registrations.evidence.refuse': renderEvidence,
  'registrations.evidence.upload': renderEvidence,
  'registrations.evidence.hand-in': renderHandedIn,
  'registrations.hand-in': renderHandedIn,
  'registrations.representatives.add': renderEvidence,
  'registrations.representatives.remove': renderEvidence,
  'registrations.get': renderCase,
  'registrations.hand-over': renderCase,
  'registrations.note': renderCase,
  'registrations.queue': renderQueue,
  'registrations.release': renderCase,
  'registrations.resume': renderCase,
  'registrations.stall': renderCase,
  'registrations.take': renderCase,
  'registrations.list': renderCases,
  'registrations.mine': renderOwnRegistration,
  'registry.authorization': renderAuthorization,
  'registry.heads': renderHeads,
  'registry.history': renderPartyHistory,
  'registry.proof': renderProof,
  'registry.roles': renderNetworkRoles,
  'registry.verify': renderVerified,
  'rights.answer': renderRightsRequest,
  'rights.erase': renderRightsRequest,
  'rights.export': renderPersonalData,
  'rights.extend': renderRightsRequest,
  'rights.file': renderRightsRequest,
  'rights.get': renderRightsRequest,
  'rights.inbox': renderRightsRequests,
  'rights.lift': renderRightsRequest,
  'rights.mine': renderRightsRequests,
  'rights.preview': renderErasurePreview,
  'rights.record': renderRightsRequest,
  'rights.refuse': renderRightsRequest,
  'rights.take': renderRightsRequest,
  'systems.add': renderToken,
  'systems.list': renderSystems,
  'verifications.create': renderVerification,
  'verifications.presets': renderPresets,
  'verifications.show': renderRequestShown,
  'verifications.start': renderRequestStarted,
  'vocabulary.list': renderVocabulary,
  'mails.allow': renderMailAllowed,
  'mails.bounce': renderMail,
  'mails.bounced': renderBouncing,
  'mails.cancel': renderMail,
  'mails.drafts': renderMails,
  'mails.edit': renderMailText,
  'mails.list': renderMails,
  'mails.prefer': renderPreferences,
  'mails.preferences': renderPreferences,
  'mails.preview': renderMailText,
  'mails.send': renderMail,
  'mails.show': renderMailText,
  'webhooks.add': renderWebhookSecret,
  'webhooks.deliveries': renderDeliveries,
  'webhooks.list': renderWebhooks,
  'webhooks.resend': renderDelivery,
  'webhooks.rotate': renderWebhookSecret,
  'webhooks.test': renderDelivery,
  whoami: renderWhoami,
}

/** The form for an operation's answer. A node of another version may answer in another shape: then the generic one. */
export const rendererOf =
  (operation: string): Renderer =>
  (value, view) => {
    const renderer = renderers[operation]
    if (!renderer) return renderValue(value, view)
    try {
      return renderer(value, view)
    } catch {
      return renderValue(value, view)
    }
  }
