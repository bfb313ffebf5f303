import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AnswerAskDeps } from '../access/index.ts'
import { createAgent, didJwkOf, didWebOf } from '../agent/index.ts'
import { Audit } from '../audit/index.ts'
import type { Config, Secrets } from '../config/index.ts'
import { ConsentKeys } from '../consent-keys/index.ts'
import type { Caller, Clock, Log } from '../core/index.ts'
import {
  Credentials,
  type CredentialTypes,
  createCertifiedIssuing,
  createIssuerTypeCheck,
  createIssuerTypes,
  createVerifyCredential,
  createVerifyW3c,
  createVerifyW3cToken,
  type Issuer,
  loadCredentialTypes,
  W3cCredentials,
} from '../credentials/index.ts'
import { createEgress, hostAndPort } from '../egress/index.ts'
import { Files } from '../files/index.ts'
import type { LeavingOperationsDeps, Runtime } from '../hosting/index.ts'
import { Jobs } from '../jobs/index.ts'
import { parseJsonStrict } from '../jose/index.ts'
import { Outbox } from '../outbox/index.ts'
import { Accounts, KeyReplacement, Parties, type Party, People, type Replaced } from '../parties/index.ts'
import type { ImportsDeps } from '../partners/index.ts'
import type { Redeem, WhenMoved } from '../registration/index.ts'
import {
  createBitstringChecker,
  createStatusChecker,
  ListCache,
  StatusLists,
  StatusPublisher,
} from '../status-lists/index.ts'
import { KnownTables, Store, type Tx } from '../store/index.ts'
import { loadVocabulary, type Vocabulary } from '../trust/index.ts'
import { Vault } from '../vault/index.ts'
import { Webhooks } from '../webhooks/index.ts'
import { openMail } from './mail.ts'
import { openOutside } from './outside.ts'
import { ownCertificate } from './own-certificate.ts'
import { ownStatus } from './own-status.ts'
import { entities, migrations } from './schema.ts'
import { createVeramoJwtPort } from './veramo-jwt-port.ts'
import { createVeramoPort } from './veramo-port.ts'

export interface NodeDeps {
  readonly config: Config
  readonly secrets: Secrets
  readonly log: Log
  readonly clock: Clock
  /** What is the same for every node; several in one process share it. Read from beside the code unless given. */
  readonly common?: Common
  /** On a host: what runs the nodes of others. */
  readonly host?: { readonly base: URL; readonly runtime: Runtime }
  /** On a hosted node: how it leaves. */
  readonly leave?: LeavingOperationsDeps['leave']
}

/** What says nothing of any organisation: compiled credential types, the terms of consent, what tables there are. */
export interface Common {
  readonly types: CredentialTypes
  readonly vocabulary: Vocabulary
  readonly tables: KnownTables
}

/** What follows when somebody leaves or loses her key, and when a credential of ours gives way to a newer one. */
interface Follows {
  /** A grant of ours came in, for a request that may be part of a case. */
  granted?: (tx: Tx, requestId: string, named: unknown) => Promise<void>
  /** What a partner asks is compared with what it publishes, and opens a case. */
  judging?: AnswerAskDeps['judge']
  asked?: AnswerAskDeps['whenAsked']
  added?: (tx: Tx, added: { readonly userId: string; readonly email: string }) => Promise<void>
  leaving?: (tx: Tx, by: Caller, party: Party) => Promise<void>
  losingKey?: (tx: Tx, by: Caller, party: Party) => Promise<void>
  replacing?: (tx: Tx, by: Caller | 'system', change: Replaced) => Promise<void>
  /** Each room forgets what it holds of somebody. */
  erasing: ((tx: Tx, party: Party) => Promise<void>)[]
  /** An import of partners is taken back. */
  importUndone?: ImportsDeps['undone']
  /** At the trust anchor: a case moved, and somebody came with the code of an invitation. */
  caseMoved?: WhenMoved
  redeemed?: Redeem
}

const LISTS_FROM_ISSUERS_BYTES = 16 * 1024 * 1024
/** A file of thousands of credentials with one list that is away must not wait for it thousands of times. */
const LISTS_FROM_ISSUERS_RETRY_MS = 5_000

/** What is the same for every node and lies beside the code: credential types, schemas, policy texts. */
export const DATA_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** @throws Refusal `credential_type_…` */
export const loadCommon = (): Common => ({
  types: loadCredentialTypes(join(DATA_ROOT, 'credentials'), join(DATA_ROOT, 'schemas')),
  vocabulary: loadVocabulary(join(DATA_ROOT, 'policy')),
  tables: new KnownTables(),
})

export type Ground = Awaited<ReturnType<typeof openGround>>

/** What a node stands on: its database, keys and parties, and what issues and verifies credentials. Asks nobody. */
export async function openGround({ config, secrets, log, clock, common }: Omit<NodeDeps, 'host' | 'leave'>) {
  const { types, vocabulary, tables } = common ?? loadCommon()
  const egress = createEgress({ parseJson: parseJsonStrict, allowLoopback: config.loopback })
  // The company says where its chain is, be it in its own network; nobody else can have us call there.
  const chainEgress = createEgress({
    parseJson: parseJsonStrict,
    allowHosts: [hostAndPort(new URL(config.chain.rpcUrl))],
  })
  // So it says which of its own systems are told of changes; whoever adds a webhook cannot reach others.
  const webhookEgress = createEgress({
    parseJson: parseJsonStrict,
    allowLoopback: config.loopback,
    ...config.egress,
  })
  // And where its people sign in, be it in its own network; what that login names besides is checked as anything else.
  const loginEgress = createEgress({
    ...{ parseJson: parseJsonStrict, allowLoopback: config.loopback },
    allowHosts: config.openid ? [hostAndPort(new URL(config.openid.issuer))] : [],
  })
  const store = await Store.open({ storage: config.storage, entities, migrations, tables, log })
  const vault = await Vault.open({ store, clock, masterKey: secrets.masterKey }).catch(async (error) => {
    await store.dispose()
    throw error
  })
  const audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id), log })
  const outbox = new Outbox({ store, clock, log })
  const files = new Files({ store, vault, clock })
  const consentKeys = new ConsentKeys({ store, vault, clock })
  const webDid = config.did === 'web' ? didWebOf(config.url) : undefined
  const agent = createAgent({
    dataKeyOf: (partyId, session) => consentKeys.dataKeyOf(partyId, session),
    store,
    vault,
    egress,
    chainEgress,
    clock,
    chain: config.chain,
    allowLoopback: config.loopback,
    ...(webDid && { webDid }),
    sdJwt: {
      // Made below: the agent comes before what issues with it.
      issue: (input) => veramoPort.issue(input),
      present: (input) => veramoPort.present(input),
      verify: (input) => veramoPort.verify(input),
    },
    jwtVc: {
      issue: (input) => veramoJwtPort.issue(input),
      present: (input) => veramoJwtPort.present(input),
      verifyCredential: (input) => veramoJwtPort.verifyCredential(input),
      verifyPresentation: (input) => veramoJwtPort.verifyPresentation(input),
    },
  })
  const { signer, signerOf, bindingSigner, holderSigner, requireKey, publicKey, publicKeyOf } = agent
  const holderDid = async (kid: string) => didJwkOf(await publicKey(kid))
  const {
    certifiedProvider,
    certifiedProviderList,
    certifiedVerifier,
    certifiedHolder,
    publishedKeyFrom,
    ...outside
  } = openOutside(config, { clock, egress })
  const certificate = ownCertificate(config.issuer, secrets.issuerKey, { clock, log })
  // A type that is not there is a mistake in the file, and never just left under the DID.
  for (const name of config.issuer?.types ?? []) types.byName(name)
  const statusLists = new StatusLists({
    ...{ store, clock, log, baseUrl: config.url, signer: signerOf },
    ...(certificate && { certificate: () => certificate.current() }),
  })
  const publisher = new StatusPublisher({ store, clock, lists: statusLists, log })
  const listCache = new ListCache()
  const checking = {
    clock,
    cache: listCache,
    fetch: egress.request,
    requireKey,
    ...outside,
    local: ownStatus({ statusLists, baseUrl: config.url, certificate, certified: outside.certified }),
  }
  const status = createStatusChecker(checking)
  const issuing = {
    ...{ store, vault, clock, types, bindingSigner, holderSigner, signerOf, statusLists },
    // A revocation is published when nobody is there to open a person's key: her company signs her lists.
    statusIssuerOf: async ({ did }: Issuer) => {
      const organisation = await parties.organisation()
      return did === organisation.did ? null : organisation.did
    },
  }
  const credentials = new Credentials(issuing)
  const w3cCredentials = new W3cCredentials({ ...issuing, baseUrl: config.url })
  const issuerTypes = createIssuerTypeCheck(createIssuerTypes({ clock, fetch: egress.request }))
  const verifying = { clock, types, requireKey, ...outside, status, issuerTypes }
  const verifyCredential = createVerifyCredential(verifying)
  // What is believed of a list because of where a credential was handed out is believed nowhere else.
  const listsFromIssuers = new ListCache(LISTS_FROM_ISSUERS_BYTES, LISTS_FROM_ISSUERS_RETRY_MS)
  const verifyFrom = (credentialIssuer: string) => {
    const publishedKey = publishedKeyFrom(credentialIssuer)
    const ofIssuer = createStatusChecker({ ...checking, publishedKey, cache: listsFromIssuers })
    return createVerifyCredential({ ...verifying, publishedKey, status: ofIssuer })
  }
  const w3cStatus = createBitstringChecker({
    ...{ clock, fetch: egress.request, requireKey, cache: listCache },
    local: async (uri, index) =>
      uri.startsWith(`${config.url}/`) ? statusLists.localBitstring(uri, index) : null,
  })
  const w3c = createVerifyW3c({ clock, types, requireKey, status: w3cStatus, schemas: issuerTypes })
  const verifyW3c = createVerifyW3cToken(w3c)
  const parties = new Parties({ store, vault, clock, identifiers: agent, baseUrl: config.url })
  const certified =
    certificate &&
    createCertifiedIssuing({
      ...{ certificate, types: config.issuer?.types },
      organisation: async () => {
        const us = await parties.organisation()
        return { id: us.id, url: parties.urlOf(us) }
      },
    })
  const accounts = new Accounts({ store, clock })
  const webhooks = new Webhooks({
    ...{ store, vault, clock, audit, log, egress: webhookEgress, source: config.url },
    scope: async () => (await parties.organisation()).id,
  })
  const mail = openMail({
    ...{ config, secrets, store, vault, clock, audit, outbox, log, webhooks, parties, accounts },
  })
  const jobs = new Jobs({
    ...{ store, vault, clock, audit, log, accounts },
    scope: async () => (await parties.organisation()).id,
  })
  // What follows from it is known further up: node/exchange.ts fills it in.
  const follows: Follows = { erasing: [] }
  const people = new People({
    ...{ store, vault, parties, accounts, credentials, audit, publicKey, publicKeyOf },
    whenAdded: async (tx, added) => follows.added?.(tx, added),
    whenLeaving: async (tx, by, party) => follows.leaving?.(tx, by, party),
    whenErasing: async (tx, party) => {
      for (const forget of follows.erasing) await forget(tx, party)
    },
    whenReplaced: async (tx, by, change) => follows.replacing?.(tx, by, change),
  })
  const keyReplacement = new KeyReplacement({
    ...{ vault, clock, audit, parties, people, accounts, credentials, consentKeys },
    deleteDid: (did) => agent.deleteDid(did),
    whenKeyLost: async (tx, by, party) => follows.losingKey?.(tx, by, party),
  })
  const veramoPort = createVeramoPort({ store, parties, credentials, verifyCredential, types })
  const veramoJwtPort = createVeramoJwtPort({ parties, types, w3cCredentials, w3c })
  return {
    ...{
      config,
      secrets,
      log,
      clock,
      types,
      vocabulary,
      egress,
      chainEgress,
      store,
      vault,
      audit,
      outbox,
      files,
    },
    ...{
      agent,
      consentKeys,
      keyReplacement,
      signer,
      signerOf,
      holderSigner,
      holderDid,
      requireKey,
      publicKey,
      publicKeyOf,
    },
    ...{
      statusLists,
      publisher,
      status,
      credentials,
      verifyCredential,
      verifyFrom,
      parties,
      accounts,
      people,
    },
    ...{ follows, certifiedProvider, certifiedProviderList, certifiedHolder, certifiedVerifier, webDid },
    ...{
      mail,
      jobs,
      loginEgress,
      webhookEgress,
      webhooks,
      w3cCredentials,
      verifyW3c,
      certifiedIssuer: outside.certified,
    },
    ...(certified && { certified }),
  }
}
