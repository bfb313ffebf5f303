import {
  accessEventTable,
  givenGrantTable,
  receivedRequestTable,
  requestReasons,
  sentRequestTable,
} from '../access/index.ts'
import { agreementRemarks } from '../agreements/index.ts'
import { caseTable, organisationCases, organisationRatings } from '../cases/index.ts'
import { retentionOf } from '../config/index.ts'
import { blotter, endOfMonths } from '../core/index.ts'
import { receivedCorrectionTable, sentProposals } from '../corrections/index.ts'
import { heldCredentialTable } from '../credentials/index.ts'
import type { Tell } from '../events/index.ts'
import { IdempotencyStore } from '../http/index.ts'
import { invitationTexts } from '../invitations/index.ts'
import { callUpTexts, forgetMessagesUnder, messageTable, organisationMessages } from '../messages/index.ts'
import type { Party } from '../parties/index.ts'
import { breachTexts, ownLookTable } from '../processing/index.ts'
import { copyReasons } from '../receipts/index.ts'
import { signedAcceptanceTable } from '../registration/index.ts'
import type { TracesPort } from '../rights/index.ts'
import { approvalTable, templateTable } from '../standing-consent/index.ts'
import { IsNull, Not } from '../store/index.ts'
import { WrittenTexts } from '../vault/index.ts'
import type { Exchange } from './cases.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

/** Every column in which our people write of others, under a key that no person's erasure destroys. */
const columns = [
  ...[sentProposals, organisationMessages, callUpTexts, ...breachTexts],
  ...invitationTexts,
  ...[requestReasons, organisationCases, organisationRatings, copyReasons, agreementRemarks],
]

/** What there is of somebody beside what is sealed under her own key. */
export function tracesOf(
  ground: Ground,
  { processing }: Network,
  { corrections, telling }: Exchange,
): TracesPort {
  const { vault } = ground
  const texts = new WrittenTexts({
    ...ground,
    scope: async () => (await ground.parties.organisation()).id,
    columns,
  })
  const answers = new IdempotencyStore(ground)
  return {
    count: (party) => countOf(ground, party),
    written: async (words) => {
      const { named, of } = await texts.count(blotter(words))
      const companyCredentials = await companyCredentialsNaming(ground, blotter(words).mentions)
      const others = of.other_texts + of.proposals
      const { looksMonths, messagesMonths } = retentionOf(ground.config)
      const now = ground.clock.now()
      return {
        ...{ named, breachTexts: of.breach_texts, messages: of.messages, others, companyCredentials },
        messagesUntil: endOfMonths(now, messagesMonths),
        looksUntil: endOfMonths(now, looksMonths),
      }
    },
    forget: async (tx, caller, { words, values, grants }) => {
      const her = blotter(words)
      const isAlongHers = (tell: Tell) =>
        (tell.kind === 'message' || tell.kind === 'correction-proposed') && grants.includes(tell.grant)
      // First what waits to be told: it settles what it was about.
      await telling.forget(tx, (tell) => isAlongHers(tell) || her.mentions(tell))
      await corrections.proposing.forgetUnder(tx, grants)
      await forgetMessagesUnder(vault, tx, grants)
      await corrections.deciding.forget(tx, caller, her)
      await texts.forget(tx, her)
      await processing.settings.forget(tx, caller, her)
      await answers.forget(tx, values)
    },
  }
}

async function countOf({ store }: Ground, { id }: Party) {
  const reader = store.current()
  // One after the other: inside a transaction there is one connection, and it answers one question at a time.
  const approvals = await reader.countBy(approvalTable, { ownerParty: id })
  const asks = await reader.countBy(sentRequestTable, { actorParty: id })
  return {
    credentials: await reader.countBy(heldCredentialTable, { holderParty: id }),
    grants: await reader.countBy(givenGrantTable, { grantorParty: id }),
    openGrants: await reader.countBy(givenGrantTable, { grantorParty: id, revokedAt: IsNull() }),
    requests: await reader.countBy(receivedRequestTable, { subjectParty: id }),
    events: await reader.countBy(accessEventTable, { subjectParty: id }),
    acceptances: await reader.countBy(signedAcceptanceTable, { signerParty: id }),
    approvals: approvals + (await reader.countBy(templateTable, { ownerParty: id })),
    messages: await reader.countBy(messageTable, { party: id }),
    corrections: await reader.countBy(receivedCorrectionTable, { subjectParty: id }),
    cases: await reader.countBy(caseTable, { party: id }),
    asksAndLooks: asks + (await reader.countBy(ownLookTable, { actorParty: id })),
  }
}

/** What the company says of itself is its own to correct: who erases her is told that it names her. */
async function companyCredentialsNaming(
  { store, credentials, parties, types }: Ground,
  mentions: (content: unknown) => boolean,
): Promise<number> {
  const { id } = await parties.organisation()
  const grant = types.byName('access-grant').vct
  const held = await store.current().findBy(heldCredentialTable, { holderParty: id, vct: Not(grant) })
  const payloads = await Promise.all(held.map((row) => credentials.read(row)))
  return payloads.filter(({ payload }) => mentions(payload)).length
}
