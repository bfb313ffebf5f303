import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { OwnerView, refOf, subjectsOf } from '../access/index.ts'
import type { Veramo } from '../agent/index.ts'
import { catalogueRoutes } from '../cases/index.ts'
import { consoleRoutes } from '../console/index.ts'
import { type Did, Refusal, systemClock } from '../core/index.ts'
import { typeRoutes } from '../credentials/index.ts'
import { dispatch, eventRoutes, forgetOldEvents } from '../events/index.ts'
import { Hosting, type LeavingOperationsDeps } from '../hosting/index.ts'
import { createHttp, IdempotencyStore } from '../http/index.ts'
import { invitationPages } from '../invitations/index.ts'
import type { BackupOperationsDeps } from '../node-file/index.ts'
import { oid4vpRoutes } from '../oid4vp/index.ts'
import { didDocumentRoutes, type OwnDid } from '../own-did/index.ts'
import { judgeVat } from '../partners/index.ts'
import { Applicant, selfRegister } from '../registration/index.ts'
import { Retention } from '../retention/index.ts'
import { signInRoutes } from '../sign-in/index.ts'
import { statusListRoutes } from '../status-lists/index.ts'
import { secretRoutes } from '../trade-secrets/index.ts'
import { registryRoutes, trustRoutes } from '../trust/index.ts'
import { walletRoutes } from '../verification/index.ts'
import { openDeposits, requireInForce } from './agreements.ts'
import { openBackups } from './backups.ts'
import { openBilling } from './billing.ts'
import { type Exchange, withCases } from './cases.ts'
import { openCasework } from './casework.ts'
import { chainsDeps } from './chains.ts'
import { CONSOLE_PATH } from './console-address.ts'
import { fillFrom, openContracts } from './contracts.ts'
import { openExchange } from './exchange.ts'
import { FirstStart } from './first-start.ts'
import { type Ground, type NodeDeps, openGround } from './ground.ts'
import { healthOf } from './guard.ts'
import { type InvitationsRoom, openInvitations } from './invitations.ts'
import { openLearning } from './learning.ts'
import { localFilesOf } from './local-tokens.ts'
import { openMerging } from './merging.ts'
import { joinNetwork, type Network } from './network.ts'
import { nextDueOf } from './next-due.ts'
import { type OperationsDeps, operationsOf } from './operations.ts'
import { openOwnDid } from './own-did.ts'
import { openAcceptances, openAskedPolicy, openCampaigns } from './policy-campaigns.ts'
import { openPresenting } from './presenting.ts'
import { processingOf } from './processing-ports.ts'
import { openRegistryHistory } from './registry-history.ts'
import { stocksOf } from './retention.ts'
import { openRights } from './rights.ts'
import { openSignIn } from './sign-in.ts'
import { openVerification, openWalletSignIn } from './verification.ts'
import { welcomeAgain } from './welcome-again.ts'

/** One running Regie: home of one organisation and its people. */
export interface Node {
  /** Brings it to life and answers requests. @throws Refusal `port_in_use` */
  start(): Promise<{ url: string }>
  /** Brings it to life where somebody else listens and hands it requests; its DID may come to the chain later. */
  wake(): Promise<void>
  /** Answers one request. */
  readonly handle: RequestListener
  /** When it next has something to do by itself, ms since the epoch. */
  nextDue(): Promise<number>
  /** Finishes what is under way and lets go of everything. */
  dispose(): Promise<void>
  /** Bytes its database takes. */
  size(): Promise<number>
  /** The nodes it runs for others, on a host. */
  readonly hosting: Hosting | null
  /** A new one-use code for its administrator, while she did not take her account over. @throws Refusal `hosting_welcomed` */
  welcome(): Promise<string>
  /** The agent as Veramo's tools know it. */
  readonly veramo: Veramo
}

const VERSION = '0.1.0'
/** How long a start waits for the organisation's DID before it answers without it, as not ready. */
const SETUP_MS = 20_000
const TIDY_EVERY_MS = 60_000
/** What is only opened to answer is left alone at first. */
const FIRST_TIDY_MS = 2_000

/**
 * Wires one node: the only place where rooms meet. Nothing is shared between two nodes in one process.
 * @throws Refusal `wrong_master_key`, `schema_newer`, `database_unreachable`, `credential_type_…`
 */
export async function createNode(
  given: Omit<NodeDeps, 'clock'> & Partial<Pick<NodeDeps, 'clock'>>,
): Promise<Node> {
  const { host, leave, ...deps } = given
  const ground = await openGround({ clock: systemClock, ...deps })
  const network = joinNetwork(ground)
  const hosting = host
    ? new Hosting({
        ...{ ...ground, ...host },
        whenMoved: (tx, from, to) => network.registry.moved(tx, from, to),
      })
    : null
  const exchange = withCases(ground, network, openExchange(ground, network))
  const registration = wireRegistration(ground, network, exchange)
  const learning = openLearning(ground)
  const invitations = openInvitations(
    ground,
    network,
    exchange,
    registration.anchor && { ...registration.anchor, hosting },
  )
  const rights = openRights(ground, network, exchange, invitations)
  const retention = new Retention({ ...ground, stocks: stocksOf(ground.config, exchange.feed) })
  const verification = openVerification(ground, network)
  const presenting = openPresenting(ground, network)
  const billing = openBilling(ground, network)
  const signIn = openSignIn(ground)
  const ownDid = openOwnDid(ground, exchange, {
    relay: (change) => network.relay.submit(change),
    whenReissued: registration.whenSigning,
  })
  const http = openDoor(ground, network, exchange, {
    ...registration,
    hosting: hosting && host ? { hosting, base: host.base } : null,
    leave: leave ?? null,
    backups: openBackups(ground, given.secrets),
    billing,
    learning,
    ownDid,
    signIn,
    presenting: presenting.operations,
    invitations,
    rights: rights.operations,
    verification,
  })
  const { config, log, store, audit, outbox, publisher, webhooks } = ground
  const firstStart = new FirstStart({
    ...ground,
    publishDid: () => ownDid.carryOn(),
    whenSigning: registration.whenSigning,
  })
  let tidying: NodeJS.Timeout | undefined
  let tidied: Promise<unknown> = Promise.resolve()
  const tidyOnce = () =>
    Promise.all([
      exchange.ledger.forgetOldNonces(),
      forgetOldEvents(ground),
      exchange.sentRequests.closeInterrupted(),
      exchange.records.sweep(),
      retention.sweep(),
      exchange.granting.sweep(),
      exchange.agreements.depositing.sweep(),
      exchange.tradeSecrets.sweep(),
      rights.tidy(),
      verification.sessions.tidy(),
      presenting.requests.tidy(),
      exchange.chains.received.sweep(),
      network.imports.sweep(),
      network.processing.sourceNotices.announceOverdue(),
      network.processing.breaches.announceClocks(),
      exchange.quality.assessor.catchUp(),
      ownDid.resume(),
      billing.tidy(),
      learning.tidy(),
      invitations.tidy(),
      outbox.forgetDelivered(),
      ground.files.sweep(),
      ground.mail.tidy(),
      registration.anchor?.rechecks.carryOn(),
      registration.anchor?.history.heads.tidy(),
      registration.anchor?.campaigns.campaigns.carryOut(),
      webhooks.tidy(),
      ground.consentKeys.tidy(),
      ground.jobs.tidy(),
      signIn.tidy(),
    ]).catch((err) => log.error({ err }, 'what is no longer needed could not be removed'))

  const tidy = () => {
    tidied = tidyOnce()
  }
  const begin = () => {
    audit.start()
    outbox.start()
    publisher.start()
    webhooks.start()
    exchange.oid4vci.comebacks.start()
    ground.jobs.begin().catch((err) => log.error({ err }, 'what was under way could not be taken up'))
  }

  return {
    veramo: ground.agent.veramo,
    handle: http.app,
    hosting,
    welcome: () => welcomeAgain(ground),
    size: () => store.size(),
    nextDue: () => nextDueOf(ground),
    wake: async () => {
      await firstStart.ensureParties()
      begin()
      // Whoever waits for the first answer does not wait for what is swept.
      tidying = setTimeout(() => {
        tidy()
        tidying = setInterval(tidy, TIDY_EVERY_MS)
      }, FIRST_TIDY_MS)
      firstStart.start().catch((err) => log.error({ err }, 'the organisation could not be brought to life'))
    },
    start: async () => {
      await firstStart.ensureParties()
      const { url } = await http.listen(config.listen)
      begin()
      tidy()
      tidying = setInterval(tidy, TIDY_EVERY_MS)
      const patience = new Promise((resolve) => setTimeout(resolve, SETUP_MS).unref())
      await Promise.race([firstStart.start(), patience])
      return { url }
    },
    dispose: async () => {
      clearInterval(tidying)
      await ground.jobs.stop()
      await http.close()
      await tidied
      await Promise.all([firstStart.stop(), ownDid.stop()])
      await exchange.oid4vci.comebacks.stop()
      await Promise.all([audit.stop(), outbox.stop(), publisher.stop(), webhooks.stop()])
      ground.mail.stop()
      await store.dispose()
      await Promise.all(
        [ground.egress, ground.chainEgress, ground.webhookEgress, ground.loginEgress].map((one) =>
          one.dispose(),
        ),
      )
    },
  }
}

/** How this node joins a network and, on the trust anchor, how others join. */
function wireRegistration(ground: Ground, network: Network, { oid4vci, telling }: Exchange) {
  const { config } = ground
  const deps = {
    ...ground,
    ...network,
    offers: oid4vci.offers,
    organisation: config.organisation,
    invitation: config.invitation,
    client: network.anchorClient,
    judgeVat,
  }
  const casework = openCasework({
    ...deps,
    whenMoved: async (tx, moved) => ground.follows.caseMoved?.(tx, moved),
    redeem: async (tx, attempt) => ground.follows.redeemed?.(tx, attempt) ?? noInvitations(),
  })
  return {
    applicant: new Applicant(deps),
    anchor: config.isTrustAnchor
      ? {
          registry: network.registry,
          relay: network.relay,
          ...casework,
          ...openAcceptances({ ...deps, ...casework }, openCampaigns(ground, network, telling.tell)),
          deposits: openDeposits(ground, network, oid4vci.offers, casework),
          history: openRegistryHistory(ground, network),
        }
      : null,
    whenSigning: async () => {
      if (config.isTrustAnchor) await selfRegister(deps)
    },
  }
}

/** Everything the node answers over HTTP. */
function openDoor(
  ground: Ground,
  network: Network,
  exchange: Exchange,
  {
    applicant,
    anchor,
    hosting,
    leave,
    backups,
    billing,
    learning,
    ownDid,
    signIn,
    rights,
    presenting,
    invitations,
    verification,
  }: ReturnType<typeof wireRegistration> &
    Pick<OperationsDeps, 'billing' | 'rights' | 'presenting' | 'hosting'> & {
      leave: LeavingOperationsDeps['leave']
      backups: BackupOperationsDeps
      learning: ReturnType<typeof openLearning>
      ownDid: OwnDid
      signIn: ReturnType<typeof openSignIn>
      invitations: InvitationsRoom
      verification: ReturnType<typeof openVerification>
    },
) {
  const { config, log, clock, vocabulary, statusLists } = ground
  const { telling } = exchange
  const contracts = openContracts(ground, network)
  const askedPolicy = openAskedPolicy(ground, network)
  const view = new OwnerView(ground)
  const terms = {
    purposeIri: (code: string) => vocabulary.requirePurpose(code).iri,
    legalBasisIri: (code: string) => vocabulary.requireLegalBasis(code).iri,
  }
  const local = localFilesOf(config)
  return createHttp({
    operations: operationsOf({
      parties: {
        ...ground,
        welcomePage: signIn.welcomePage,
        mail: config.mail || ground.mail.operations.readable ? ground.mail.mails : null,
        ...(local && { local }),
      },
      consentKeys: ground,
      signIn: signIn.operations,
      access: {
        ...ground,
        ...exchange,
        ...exchange.granting,
        narrow: (owner, name, asked, choice) =>
          exchange.standing.templates.narrow(owner, name, asked, choice),
        view,
        ...terms,
        organisationName: (did) => network.trust.nameOf(did as Did),
        ratingsOf: (party, asker) => exchange.cases.ratings.of(party, asker),
        partner: (reference) => network.directory.find(reference),
        identify: (reference) => network.directory.identify(reference),
        links: exchange.chains.links,
        namedAgreement: (id, reference) => requireInForce(network, exchange, id, reference),
      },
      agreements: { ...exchange.agreements.operations, fill: fillFrom(contracts.operations) },
      contracts: contracts.operations,
      tradeSecrets: exchange.tradeSecrets.operations,
      cases: exchange.cases.operations,
      corrections: exchange.corrections.operations,
      messages: exchange.messaging.operations,
      sharing: exchange.sharing.operations,
      standing: {
        ...ground,
        ...exchange.standing,
        ...terms,
        organisationId: async () => (await ground.parties.organisation()).id,
        partner: (reference) => network.directory.find(reference),
        organisationName: (did) => network.trust.nameOf(did as Did),
      },
      chains: chainsDeps(ground, exchange.chains),
      receipts: { ...ground, ...exchange },
      notices: {
        notices: telling.notices,
        clock: ground.clock,
        subjectsOf: (caller) => subjectsOf(ground.parties, caller),
        claimName: (claim) => refOf(ground.types, claim),
        readSince: ({ subjectParty, grantId, id }) => view.lookedSince(subjectParty, grantId, id),
      },
      jobs: ground.jobs,
      partners: {
        ...network,
        jobs: ground.jobs,
        ...openMerging(network, exchange.quality),
        sharedValues: async (caller, partner) => [
          ...(await exchange.recordView.of(caller, partner)),
          ...(await exchange.sharing.statedBy(partner)),
        ],
        whenShown: (caller, shown) => network.processing.looks.record(caller, shown),
        quality: (partner, shared) => exchange.quality.overview.of(partner, shared),
      },
      processing: processingOf(ground, network, exchange.cases.questions),
      quality: exchange.quality.operations,
      reciprocity: exchange.reciprocity,
      records: {
        feed: exchange.feed,
        partnerIds: (dids) => network.partners.idsByDid(dids),
        organisationName: (did) => network.trust.nameOf(did as Did),
      },
      billing,
      learning: learning.operations,
      ownDid: { ownDid, loopback: config.loopback },
      rights,
      presentations: ground,
      presenting,
      trust: { ...network, vocabulary },
      verification,
      invitations,
      applicant,
      askedPolicy: askedPolicy.operations,
      offers: exchange.oid4vci.operations,
      hosting,
      leaving: { leave },
      backups,
      audit: ground.audit,
      webhooks: ground.webhooks,
      mail: ground.mail.operations,
      anchor,
    }),
    authenticate: async ({ method, headers }) => learning.trained(await signIn.whoCalls(method, headers)),
    idempotency: new IdempotencyStore(ground),
    health: () => healthOf(ground),
    routers: [
      // Everybody needs them, behind whatever shared address, and serving one is reading a row.
      { path: '/', router: statusListRoutes(statusLists), rateLimit: 'own' },
      { path: '/', router: didDocumentRoutes({ ...ground, ownDid }), rateLimit: 'own' },
      { path: '/', router: typeRoutes(ground.types), rateLimit: 'own' },
      { path: '/', router: exchange.oid4vci.router, rateLimit: 'failures' },
      {
        path: '/',
        router: oid4vpRoutes({ ...ground, ...exchange, answer: (ask) => exchange.answerAsk.answer(ask) }),
        rateLimit: 'own',
      },
      {
        path: '/',
        router: eventRoutes({
          ...ground,
          ...dispatch({ ...telling.handlers({ ...exchange, invitations }), ...askedPolicy.handlers }),
        }),
        rateLimit: 'own',
      },
      { path: '/', router: secretRoutes(exchange.tradeSecrets.routes), rateLimit: 'failures' },
      { path: '/', router: catalogueRoutes({ ...ground, ...exchange.cases }), rateLimit: 'own' },
      { path: '/', router: walletRoutes(verification.verifications), rateLimit: 'failures' },
      ...(config.walletSignIn
        ? [{ path: '/session/wallet', router: openWalletSignIn(ground, verification, signIn) }]
        : []),
      // Counted like calls of nobody, also where they succeed: a challenge is a row, for whoever asks.
      { path: '/session', router: signInRoutes(signIn.routes) },
      {
        path: CONSOLE_PATH,
        router: consoleRoutes(join(import.meta.dirname, '../../dist/web')),
        rateLimit: 'own',
      },
      { path: '/', router: verification.pages },
      ...(invitations.anchor ? [{ path: '/', router: invitationPages(invitations.anchor) }] : []),
      ...ground.mail.routers.map((router) => ({ path: '/', router, rateLimit: 'failures' as const })),
      ...(anchor
        ? [
            { path: '/', router: trustRoutes(network) },
            { path: '/', router: contracts.routes(), rateLimit: 'failures' as const },
            {
              path: '/',
              router: registryRoutes({
                ...{ ...ground, ...network },
                ownDid: async () => (await ground.parties.organisation()).did,
              }),
              // Each node asks about each of its partners once a minute, and many may be behind one address.
              rateLimit: 'failures' as const,
            },
          ]
        : []),
    ],
    info: { title: `Regie: ${config.organisation.name}`, version: VERSION },
    log,
    clock,
    ...(config.listen.trustProxy && { trustProxy: config.listen.trustProxy }),
  })
}

const noInvitations = () => ({
  refusal: new Refusal('not_found', 'invitation_code_unknown', 'there is no invitation with this code'),
})
