import { join } from 'node:path'
import { createRelay } from '../agent/index.ts'
import { trustOf } from '../config/index.ts'
import type { Did } from '../core/index.ts'
import { verifyEither } from '../credentials/index.ts'
import { InvitedPartners } from '../invitations/index.ts'
import {
  Cards,
  Contacts,
  Imports,
  importJobs,
  PartnerDirectory,
  Partners,
  TakeOver,
} from '../partners/index.ts'
import {
  Attestations,
  createAcceptedIssuers,
  createAnchorClient,
  createOwnAnchor,
  createOwnPolicies,
  createRegistryClient,
  createRemoteAnchor,
  createRemotePolicies,
  loadPolicies,
  Registry,
  Trust,
  Verifier,
} from '../trust/index.ts'
import { followPlaces } from './follow-places.ts'
import { DATA_ROOT, type Ground } from './ground.ts'
import { openProcessing } from './processing.ts'

export type Network = ReturnType<typeof joinNetwork>

/** Whom the node believes and knows: the trust anchor (itself, when it is one), its registry, and our partners. */
export function joinNetwork(ground: Ground) {
  const { config, secrets, store, vault, clock, audit, log, types, egress, parties } = ground
  const anchorClient = createAnchorClient({ egress, url: config.trustAnchor.url })
  const registry = new Registry({ store, clock })
  const policies = config.isTrustAnchor
    ? createOwnPolicies(loadPolicies(join(DATA_ROOT, 'policy')), clock)
    : createRemotePolicies({ client: anchorClient, clock })
  const describe = async () => {
    const [us, { id, version, digest }] = await Promise.all([parties.organisation(), policies.current()])
    const { name } = await parties.profile(us.id)
    return { did: us.did, name, wallet: parties.urlOf(us), policy: { id, version, digest } }
  }
  const did = config.trustAnchor.did as Did | undefined
  const anchor = config.isTrustAnchor
    ? createOwnAnchor({ url: config.url, describe })
    : createRemoteAnchor({ store, clock, audit, client: anchorClient, did })
  const lookup = config.isTrustAnchor
    ? registry
    : createRegistryClient({ client: anchorClient, clock, anchor, requireKey: ground.requireKey })
  /** What we remember of the registry, where it is somebody else's, is asked anew. */
  const forgetRegistry = () => {
    if ('forgetAll' in lookup) lookup.forgetAll()
  }
  const attestations = new Attestations({ ...ground, verify: ground.verifyCredential, anchor, policies })
  const accepted = createAcceptedIssuers(trustOf(config), types)
  const trust = new Trust({ types, anchor, registry: lookup, accepted })
  const verifier = new Verifier({ verify: verifyEither(ground.verifyCredential, ground.verifyW3c), trust })
  const relay =
    config.isTrustAnchor && secrets.relayKey
      ? followPlaces(
          createRelay({
            ...config.chain,
            egress: ground.chainEgress,
            log,
            clock,
            relayKey: secrets.relayKey,
            allowLoopback: config.loopback,
          }),
          { store, audit, registry },
        )
      : {
          submit: (change: unknown) =>
            anchorClient.post('/api/v1/relay/transactions', change as object) as Promise<{
              transaction: string
              block: number
            }>,
        }
  const scope = async () => (await parties.organisation()).id
  const processing = openProcessing(ground)
  const partnersDeps = { store, vault, clock, audit, registry: lookup, scope }
  const inform: ConstructorParameters<typeof Cards>[0]['inform'] = (persons) =>
    processing.newNotices.prepare(persons)
  const imports = new Imports({
    ...{ ...partnersDeps, inform },
    inUse: async (tx, ids) =>
      new Set([
        ...(await new InvitedPartners(ground).among(tx, ids)),
        ...(await processing.newNotices.settledAt(tx, ids)),
      ]),
    undone: async (tx, partners) => {
      const { removed, restored, since } = partners
      await processing.newNotices.withdraw(tx, [...removed, ...restored], since)
      await ground.follows.importUndone?.(tx, partners)
    },
  })
  importJobs(imports, ground.jobs)
  return {
    ...{
      forgetRegistry,
      anchorClient,
      registry,
      policies,
      describe,
      anchor,
      attestations,
      trust,
      verifier,
      relay,
    },
    processing,
    imports,
    cards: new Cards({ ...partnersDeps, inform }),
    partners: new Partners(partnersDeps),
    takeOver: new TakeOver(partnersDeps),
    mergingDeps: partnersDeps,
    contacts: new Contacts(partnersDeps),
    directory: new PartnerDirectory({
      ...{ store, clock, registry: lookup },
      servicesOf: async (did) => (await ground.agent.resolve(did)).services,
    }),
  }
}
