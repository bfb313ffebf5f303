import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AccessLog, AnswerAsk, Asking, AskLedger, Consent } from './access/index.ts'
import { type Agent, createAgent, createRelay, type Veramo } from './agent/index.ts'
import { Audit } from './audit/index.ts'
import type { Config, Secrets } from './config/index.ts'
import { type Caller, type Clock, type Did, type Log, Refusal, systemClock } from './core/index.ts'
import { Credentials, createVerifyCredential, loadCredentialTypes } from './credentials/index.ts'
import { createEgress } from './egress/index.ts'
import { FirstStart, writeToken } from './first-start.ts'
import { createHttp, type HealthReport, IdempotencyStore } from './http/index.ts'
import { parseJsonStrict } from './jose/index.ts'
import { createOid4vci, type WalletPolicy } from './oid4vci/index.ts'
import { AskPartner, createVerifyAsk, oid4vpRoutes, walletMetadata } from './oid4vp/index.ts'
import { operationsOf } from './operations.ts'
import { Outbox } from './outbox/index.ts'
import { Accounts, Parties, People } from './parties/index.ts'
import { Imports, judgeVat, PartnerDirectory, Partners } from './partners/index.ts'
import {
  Applicant,
  CaseFiles,
  PersonAcceptances,
  type RelayPort,
  selfRegister,
} from './registration/index.ts'
import { entities, migrations } from './schema.ts'
import { createStatusChecker, StatusLists, StatusPublisher, statusListRoutes } from './status-lists/index.ts'
import { Store } from './store/index.ts'
import {
  Attestations,
  createAnchorClient,
  createOwnAnchor,
  createOwnPolicies,
  createRegistryClient,
  createRemoteAnchor,
  createRemotePolicies,
  loadPolicies,
  loadVocabulary,
  Registry,
  Trust,
  trustRoutes,
  Verifier,
} from './trust/index.ts'
import { Vault } from './vault/index.ts'
import { createVeramoPort } from './veramo-port.ts'
import { createWalletPolicy } from './wallet-policy.ts'

/** One running Regie: home of one organisation and its people. */
export interface Node {
  /** Brings it to life and answers requests. @throws Refusal `port_in_use` */
  start(): Promise<{ url: string }>
  /** Finishes what is under way and lets go of everything. */
  dispose(): Promise<void>
  /** The agent as Veramo's tools know it. */
  readonly veramo: Veramo
}

export interface NodeDeps {
  readonly config: Config
  readonly secrets: Secrets
  readonly log: Log
  readonly clock?: Clock
}

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const VERSION = '0.1.0'
/** How long a start waits for the organisation's DID before it answers without it, as not ready. */
const SETUP_MS = 20_000
const TIDY_EVERY_MS = 60_000
/** A published status list may lag a change by this much before the node calls itself not ready. */
const MAX_LIST_AGE_MS = 5_000

/**
 * Wires one node: the only place where rooms meet. Nothing is shared between two nodes in one process.
 * @throws Refusal `wrong_master_key`, `schema_newer`, `database_unreachable`, `credential_type_…`
 */
export async function createNode({ config, secrets, log, clock = systemClock }: NodeDeps): Promise<Node> {
  const types = loadCredentialTypes(join(ROOT, 'credentials'), join(ROOT, 'schemas'))
  const vocabulary = loadVocabulary(join(ROOT, 'policy'))
  const egress = createEgress({ parseJson: parseJsonStrict, allowLoopback: config.loopback })
  const store = await Store.open({ storage: config.storage, entities, migrations, log })
  const vault = await Vault.open({ store, clock, masterKey: secrets.masterKey })
  const audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id), log })
  const outbox = new Outbox({ store, clock, log })

  const agent: Agent = createAgent({
    store,
    vault,
    egress,
    clock,
    chain: config.chain,
    allowLoopback: config.loopback,
    sdJwt: {
      // Filled below: the agent is made before what issues with it.
      issue: (input) => veramoPort.issue(input),
      present: (input) => veramoPort.present(input),
      verify: (input) => veramoPort.verify(input),
    },
  })
  const { signer, signerOf, requireKey, publicKey, publicKeyOf } = agent

  const statusLists = new StatusLists({ store, clock, log, baseUrl: config.url, signer: signerOf })
  const publisher = new StatusPublisher({ store, clock, lists: statusLists, log })
  const status = createStatusChecker({
    clock,
    fetch: egress.request,
    requireKey,
    // Only a list below our own address can be ours: others are not worth a look into the database.
    local: async (uri, index) => (uri.startsWith(`${config.url}/`) ? statusLists.local(uri, index) : null),
  })
  const credentials = new Credentials({ store, vault, clock, types, signer, signerOf, statusLists })
  const verifyCredential = createVerifyCredential({ clock, types, requireKey, status })

  const parties = new Parties({ store, vault, clock, identifiers: agent, baseUrl: config.url })
  const accounts = new Accounts({ store, clock })
  const people = new People({ store, parties, accounts, credentials, audit, publicKey, publicKeyOf })

  const veramoPort = createVeramoPort({ store, parties, credentials, verifyCredential, types })

  const anchorClient = createAnchorClient({ egress, url: config.trustAnchor.url })
  const registry = new Registry({ store, clock })
  const policies = config.isTrustAnchor
    ? createOwnPolicies(loadPolicies(join(ROOT, 'policy')), clock)
    : createRemotePolicies({ client: anchorClient, clock })
  const describe = async () => {
    const [us, { id, version, digest }] = await Promise.all([parties.organisation(), policies.current()])
    const { name } = await parties.profile(us.id)
    return { did: us.did, name, wallet: parties.urlOf(us), policy: { id, version, digest } }
  }
  const anchor = config.isTrustAnchor
    ? createOwnAnchor({ url: config.url, describe })
    : createRemoteAnchor({
        store,
        clock,
        audit,
        client: anchorClient,
        did: config.trustAnchor.did as Did | undefined,
      })
  const lookup = config.isTrustAnchor ? registry : createRegistryClient({ client: anchorClient, clock })
  const attestations = new Attestations({
    clock,
    verify: verifyCredential,
    requireKey,
    status,
    types,
    anchor,
    policies,
  })
  const trust = new Trust({ types, anchor, registry: lookup })
  const verifier = new Verifier({ verify: verifyCredential, trust })

  const partnersDeps = {
    store,
    vault,
    clock,
    audit,
    registry: lookup,
    scope: async () => (await parties.organisation()).id,
  }
  const imports = new Imports(partnersDeps)
  const directory = new PartnerDirectory({ store, clock, registry: lookup })
  const askPartner = new AskPartner({
    store,
    clock,
    egress,
    parties,
    credentials,
    signerOf,
    verifyCredential,
    isTrusted: async (report) => (await trust.assess(report)).trusted,
  })
  const asking = new Asking({
    store,
    vault,
    credentials,
    parties,
    audit,
    clock,
    prepareAsk: (ask) => askPartner.prepare(ask),
    partner: (reference) => directory.find(reference),
  })
  const policy: WalletPolicy = createWalletPolicy({ types, trust, asking, anchorUrl: config.trustAnchor.url })
  const {
    offers,
    router: offerRouter,
    operations: offerOperations,
  } = createOid4vci({
    store,
    vault,
    clock,
    audit,
    outbox,
    egress,
    parties,
    types,
    credentials,
    verify: verifyCredential,
    requireKey,
    signerOf,
    policy,
    walletMetadata: (party) => walletMetadata(parties.urlOf(party)),
  })
  const ledger = new AskLedger({ store, vault, audit, clock })
  const answerAsk = new AnswerAsk({
    store,
    vault,
    credentials,
    ledger,
    clock,
    contactPersons: async () =>
      Promise.all((await accounts.personsWithRole('contact_person')).map((id) => parties.require(id))),
    organisation: (did) => directory.find(did),
  })
  const verifyAsk = createVerifyAsk({
    clock,
    types,
    urlOf: (party) => parties.urlOf(party),
    requireKey,
    verifyCredential,
    checkAttestation: (compact, subject) => attestations.check(compact, subject),
    requireTerms: (purposes, basis) => {
      for (const purpose of purposes) vocabulary.requirePurpose(purpose)
      vocabulary.requireLegalBasis(basis)
    },
  })
  const consent = new Consent({
    store,
    vault,
    credentials,
    parties,
    audit,
    clock,
    offer: (tx, offer) => offers.create(tx, offer),
  })

  const registrationDeps = {
    store,
    vault,
    clock,
    audit,
    parties,
    credentials,
    registry,
    anchor,
    policies,
    judgeVat,
    requireKey,
    offers,
    organisation: config.organisation,
  }
  const applicant = new Applicant({ ...registrationDeps, signerOf, publicKey, client: anchorClient })
  const relay =
    config.isTrustAnchor && secrets.relayKey
      ? createRelay({
          ...config.chain,
          egress,
          relayKey: secrets.relayKey,
          log,
          allowLoopback: config.loopback,
        })
      : { submit: (change: unknown) => anchorClient.post('/api/v1/relay/transactions', change as object) }
  const operations = operationsOf({
    parties: {
      store,
      parties,
      accounts,
      people,
      ...(config.localTokens && {
        keepToken: async (account, token) => writeToken(config.dataDir, account, token),
      }),
    },
    access: {
      types,
      parties,
      consent,
      asking,
      log: new AccessLog({ store, vault }),
      purposeIri: (code) => vocabulary.requirePurpose(code).iri,
      legalBasisIri: (code) => vocabulary.requireLegalBasis(code).iri,
      organisationName: (did) => trust.nameOf(did as Did),
    },
    partners: { partners: new Partners(partnersDeps), imports },
    presentations: { store, parties, credentials },
    trust: { policies, verifier, vocabulary },
    applicant,
    offers: offerOperations,
    audit,
    anchor: config.isTrustAnchor
      ? {
          registry,
          caseFiles: new CaseFiles(registrationDeps),
          people: new PersonAcceptances(registrationDeps),
          relay: relay as RelayPort,
        }
      : null,
  })
  const http = createHttp({
    operations,
    authenticate: ({ headers }) => authenticate(headers.authorization, accounts),
    idempotency: new IdempotencyStore({ store, vault, clock }),
    health: () => healthOf({ store, parties, agent, statusLists }),
    routers: [
      { path: '/', router: statusListRoutes(statusLists), rateLimit: 'failures' },
      { path: '/', router: offerRouter, rateLimit: 'failures' },
      {
        path: '/',
        router: oid4vpRoutes({ parties, verifyAsk, answer: (ask) => answerAsk.answer(ask), log }),
        rateLimit: 'own',
      },
      ...(config.isTrustAnchor ? [{ path: '/', router: trustRoutes({ describe }) }] : []),
    ],
    info: { title: `Regie: ${config.organisation.name}`, version: VERSION },
    log,
    clock,
  })
  const firstStart = new FirstStart({
    config,
    store,
    agent,
    parties,
    accounts,
    people,
    log,
    relay: (change) => relay.submit(change),
    whenSigning: async () => {
      if (config.isTrustAnchor) await selfRegister({ ...registrationDeps, signerOf, publicKeyOf })
    },
  })
  let tidying: NodeJS.Timeout | undefined
  const tidy = () =>
    Promise.all([ledger.forgetOldNonces(), imports.sweep()]).catch((err) =>
      log.error({ err }, 'what is no longer needed could not be removed'),
    )

  return {
    veramo: agent.veramo,
    start: async () => {
      await firstStart.ensureParties()
      const { url } = await http.listen(config.listen)
      audit.start()
      outbox.start()
      publisher.start()
      tidying = setInterval(() => void tidy(), TIDY_EVERY_MS)
      await Promise.race([
        firstStart.start(),
        new Promise((resolve) => setTimeout(resolve, SETUP_MS).unref()),
      ])
      return { url }
    },
    dispose: async () => {
      clearInterval(tidying)
      await http.close()
      await firstStart.stop()
      await Promise.all([audit.stop(), outbox.stop(), publisher.stop()])
      await store.dispose()
      await egress.dispose()
    },
  }
}

/** Who sends this `Authorization` header. @throws Refusal `authorization_malformed`, `token_invalid` */
async function authenticate(authorization: string | undefined, accounts: Accounts): Promise<Caller> {
  if (authorization === undefined) return { kind: 'anonymous' }
  const [scheme, token, ...rest] = authorization.split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0)
    throw new Refusal(
      'unauthenticated',
      'authorization_malformed',
      'send the token as: Authorization: Bearer …',
    )
  return accounts.authenticate(token)
}

interface Vitals {
  readonly store: Store
  readonly parties: Parties
  readonly agent: Agent
  readonly statusLists: StatusLists
}

/** Database, keys, age of the status lists. */
async function healthOf({ store, parties, agent, statusLists }: Vitals): Promise<HealthReport> {
  const database = { ok: await store.isReady() }
  const keys = await parties
    .organisation()
    .then(({ did }) => agent.signerOf(did))
    .then(
      () => ({ ok: true }),
      () => ({ ok: false, detail: 'did_not_registered' }),
    )
  const waiting = await statusLists.oldestChangeMs().catch(() => Number.POSITIVE_INFINITY)
  const checks = {
    database,
    keys,
    status_lists: { ok: waiting < MAX_LIST_AGE_MS, detail: `oldest unpublished change ${waiting} ms` },
  }
  return { ready: Object.values(checks).every(({ ok }) => ok), checks }
}
