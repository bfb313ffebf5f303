import {
  AccessMails,
  AnswerAsk,
  AskLedger,
  Channels,
  Consent,
  GrantEnds,
  GrantRecords,
  MarketingObjection,
  type OutgoingAsk,
  Reading,
  ReceivedGrants,
  Restrictions,
  SentRequests,
} from '../access/index.ts'
import { InForce } from '../agreements/index.ts'
import { type Caller, requireUser, unlockOf } from '../core/index.ts'
import { createOid4vci } from '../oid4vci/index.ts'
import { AskPartner, createVerifyAsk, walletMetadata } from '../oid4vp/index.ts'
import { Receipts } from '../receipts/index.ts'
import { ChangeFeed, Records, RecordView, Refresh, SealedValues } from '../records/index.ts'
import { openChains } from './chains.ts'
import { consoleOf } from './console-address.ts'
import { openCorrections } from './corrections.ts'
import { openQuality, openReciprocity } from './data-quality.ts'
import { openGranting } from './granting.ts'
import type { Ground } from './ground.ts'
import { openMessaging } from './messaging.ts'
import type { Network } from './network.ts'
import { shownUnder, whenAsking } from './processing-ports.ts'
import { openSharing } from './sharing.ts'
import { openStandingConsent } from './standing-consent.ts'
import { copySettled, openTelling } from './telling.ts'
import { createOpenWalletPolicy, createWalletPolicy } from './wallet-policy.ts'
import { walletProvidersOf } from './wallet-providers.ts'

export type Exchange = ReturnType<typeof openExchange>

/** Offer, Ask and Tell: what this node and others want of each other, and what it keeps of that. */
export function openExchange(ground: Ground, network: Network) {
  const { config, types, vocabulary, accounts, parties, verifyCredential } = ground
  const { certifiedProvider, certifiedProviderList } = ground
  const { trust, attestations, directory } = network
  const askPartner = new AskPartner({
    ...ground,
    isTrusted: async (report) => (await trust.assess(report)).trusted,
  })
  const outward = {
    ...ground,
    prepareAsk: (ask: OutgoingAsk) => askPartner.prepare(ask),
    partner: (reference: string) => directory.find(reference),
  }
  const telling = openTelling(ground, network)
  const mails = new AccessMails({
    ...{ types, parties, clock: ground.clock, preferences: ground.mail.preferences },
    console: consoleOf(config),
    purposeLabel: (iri) => vocabulary.purposeLabel(iri),
    administrators: () => accounts.personsWithRole('administrator'),
  })
  const granting = openGranting(ground, {
    ...outward,
    reminded: (tx, event) => mails.reminded(tx, event),
    offer: (tx, offer) => oid4vci.offers.create(tx, offer),
    endHeld: (tx, end) => records.ended(tx, end),
    endGiven: (tx, by, id, code) => ends.end(tx, by, id, code),
    tell: telling.tell,
  })
  const { counters } = granting
  const agreementsInForce = new InForce(ground)
  const sentRequests = new SentRequests({
    agreements: agreementsInForce,
    ...outward,
    counters,
    whenAsking: whenAsking(network),
    whenGranted: async (tx, requestId, named) => ground.follows.granted?.(tx, requestId, named),
    whenAnswered: (tx, request, answer) => mails.answered(tx, request, answer),
  })
  const grants = new ReceivedGrants({
    ...ground,
    whenEnded: (tx, grant, code) => mails.ended(tx, grant, code),
  })
  const scope = async () => (await parties.organisation()).id
  const sealed = new SealedValues({ vault: ground.vault, scope })
  const feed = new ChangeFeed({
    ...ground,
    changed: (tx, { kind, partner, grantId, claims, seq }) =>
      ground.webhooks.announce(tx, {
        type: `nl.regie.partner.${kind}`,
        subject: partner,
        orderBy: partner,
        data: { partner, grant: grantId, claims, seq },
      }),
  })
  const records = new Records({ ...ground, grants, sealed, feed })
  /** Who of ours sees what of others: written down before it is handed over. */
  const noteLooks = (caller: Caller, reads: Parameters<typeof shownUnder>[0]) =>
    network.processing.looks.record(caller, shownUnder(reads, types))
  const reading = new Reading({
    ...outward,
    whenRead: async (caller, reads) => {
      await noteLooks(caller, reads)
      await records.remember(caller, reads)
    },
    whenEnded: async (tx, end) => {
      await records.ended(tx, end)
      await chains.ended(tx, end.partner, { grant: end.grantId, code: end.code })
    },
  })
  const refresh = new Refresh({
    ...ground,
    records,
    grants,
    readGrant: async (caller, grantId, claims) => {
      const read = await reading.readGrant(caller, grantId, claims)
      if (!('codes' in read)) await noteLooks(caller, [read])
      return read
    },
    settled: (tx, settlement) => telling.settle(tx, settlement),
  })
  const chains = openChains(ground, network, {
    ...{ telling, grants, records },
    offer: (tx, offer) => oid4vci.offers.create(tx, offer),
  })
  const recordView = new RecordView({ ...ground, grants, sealed, nameOf: (did) => trust.nameOf(did) })
  const oid4vci = createOid4vci({
    ...ground,
    issuance: walletProvidersOf(config, {
      ...{ clock: ground.clock, fetch: ground.egress.request, requireKey: ground.requireKey },
      ...(certifiedProvider && { certifiedProvider }),
      ...(certifiedProviderList && { certifiedProviderList }),
    }),
    verify: verifyCredential,
    policy: createWalletPolicy({
      types,
      trust,
      sentRequests,
      delegations: chains.received,
      anchorUrl: config.trustAnchor.url,
      granteesAt: (wallet) => new Channels(ground).granteesAt(wallet),
      whenReplaced: telling.replaced,
    }),
    walletMetadata: (party) => walletMetadata(parties.urlOf(party)),
    baseUrl: config.url,
    newHolderKey: (partyId) => ground.agent.createHolderKey(partyId),
    openWallet: {
      policy: createOpenWalletPolicy({ types, trust, whenReplaced: telling.replaced }),
      ...(config.wallet && { settings: config.wallet }),
      holderKeys: ground.agent,
      nameOf: (did) => trust.nameOf(did),
      requireUnlocked: async (caller) => {
        // What leaves could be used by anybody: she must be there herself, whatever token she sent.
        await ground.signerOf(requireUser(caller).did, unlockOf(caller))
      },
    },
  })
  const objection = new MarketingObjection(ground)
  const restrictions = new Restrictions(ground)
  const ledger = new AskLedger({ ...ground, restrictions, agreements: agreementsInForce })
  const standing = openStandingConsent(ground, network, () => ({ consent, ends }))
  const answerAsk = new AnswerAsk({
    ...ground,
    ledger,
    listed: standing.listed,
    counters,
    objection,
    isOpen: async ({ kind, id }) =>
      kind === 'organisation' || (kind === 'person' && (await accounts.isActive(id))),
    contactPersons: async () =>
      Promise.all((await accounts.personsWithRole('contact_person')).map((id) => parties.require(id))),
    organisation: (did) => directory.find(did),
    judge: async (...asked) =>
      (await ground.follows.judging?.(...asked)) ?? { catalogue: 'unavailable', overAsked: [] },
    whenAsked: async (tx, asker, ask, requests) => {
      await ground.follows.asked?.(tx, asker, ask, requests)
      await mails.asked(tx, requests)
    },
  })
  const verifyAsk = createVerifyAsk({
    ...ground,
    urlOf: (party) => parties.urlOf(party),
    linkTold: (id) => chains.links.told(id),
    standingOf: (did) => trust.standingOf(did),
    checkAttestation: (compact, subject) => attestations.check(compact, subject),
    requireTerms: (purposes, basis) => {
      for (const purpose of purposes) vocabulary.requirePurpose(purpose)
      vocabulary.requireLegalBasis(basis)
    },
  })
  const receipts = new Receipts({
    ...ground,
    grants: new GrantRecords(ground),
    tellOwner: (tx, statement) => telling.tell(tx, statement.partner, copySettled(statement)),
  })
  telling.whenTried('copy-settled', (id, outcome) => receipts.tried(id, outcome))
  const consent = new Consent({
    ...ground,
    agreements: agreementsInForce,
    counters,
    objection,
    offer: (tx, offer) => oid4vci.offers.create(tx, offer),
    recordConsent: (tx, given) => receipts.recordConsent(tx, given),
  })
  const ends = new GrantEnds({
    ...ground,
    whenEnded: async (tx, by, grant, code) => {
      // What never opened anything, or nobody took, has no holder that must hear of it.
      if (grant.inForceAt !== null && code !== 'request_withdrawn')
        await telling.notices.ended(tx, by, grant, code)
      await counters.givenEnded(tx, by, grant, code)
      for (const link of await chains.links.liveOf(tx, grant.id)) {
        const { id, grantorParty, delegate: grantee, delegateName: granteeName } = link
        await telling.notices.ended(tx, by, { id, grantorParty, grantee, granteeName }, code)
      }
    },
  })
  const corrections = openCorrections(ground, network, { telling, grants, recordView })
  const quality = openQuality(ground, network, recordView)
  const reciprocity = openReciprocity(ground, network)
  ground.follows.leaving = async (tx, by, party) => {
    await ends.closeFor(tx, by, party)
    await corrections.deciding.closeFor(tx, by, party)
  }
  ground.follows.losingKey = async (tx, by, party) => {
    await ends.closeFor(tx, by, party, { code: 'key_lost' })
    await corrections.deciding.closeFor(tx, by, party)
  }
  ground.follows.replacing = telling.replaced
  const messaging = openMessaging(ground, network, telling)
  const sharing = openSharing(ground, network, { offers: oid4vci.offers, telling })
  return {
    ...{ quality, reciprocity },
    ...{ granting, standing, sentRequests, reading, oid4vci, ledger, answerAsk, verifyAsk, telling },
    ...{ consent, ends, agreementsInForce },
    ...{
      records,
      feed,
      refresh,
      recordView,
      grants,
      receipts,
      corrections,
      messaging,
      sharing,
      chains,
      objection,
      restrictions,
    },
  }
}
