import type { Did } from '../core/index.ts'
import type { Tell } from '../events/index.ts'
import {
  AskedVersions,
  Campaigns,
  type PolicyMail,
  policyAskedMail,
  policyTellHandlers,
  resumedMail,
  Suspensions,
  suspendedMail,
} from '../policy-campaigns/index.ts'
import {
  CompanyAcceptances,
  type CompanyAcceptancesDeps,
  PersonAcceptances,
  SignedAcceptances,
} from '../registration/index.ts'
import type { Tx } from '../store/index.ts'
import { consoleOf } from './console-address.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

/** On every node: what the trust anchor asks it to accept, and what it tells of attestations. */
export function openAskedPolicy(ground: Ground, network: Network) {
  const signed = new SignedAcceptances(ground)
  const asked = new AskedVersions({
    ...ground,
    policies: network.policies,
    forgetList: (uri) => ground.status.forget(uri),
    forgetRegistry: network.forgetRegistry,
    accepted: (partyIds) => signed.list(partyIds),
    mail: policyMailOf(ground),
  })
  const organisationId = async () => (await ground.parties.organisation()).id
  const handlers = policyTellHandlers(asked, async () => (await network.anchor.require()).did)
  const names = async (personIds: readonly string[]) => {
    const profiles = await ground.parties.profiles([...new Set(personIds)])
    return new Map([...profiles].map(([id, { name }]) => [id, name]))
  }
  return { handlers, operations: { asked, organisationId, names } }
}

/** To whoever administers this node; each may switch it off. */
function policyMailOf({ accounts, config, mail }: Ground): PolicyMail {
  const console = consoleOf(config)
  const administrators = () => accounts.personsWithRole('administrator')
  return {
    asked: async (tx, asked) => {
      const about = { kind: 'policy', id: String(asked.version) }
      const params = { ...asked, console }
      const one = { template: policyAskedMail, params, about }
      await mail.preferences.writeOfPolicy(tx, await administrators(), one)
    },
    statusChanged: async (tx, kind, count) => {
      const template = kind === 'attestation-suspended' ? suspendedMail : resumedMail
      const about = { kind: 'policy', id: kind }
      await mail.preferences.writeOfPolicy(tx, await administrators(), {
        ...{ template, params: { count, console }, about },
      })
    },
  }
}

/** On the trust anchor: who is asked to accept, and who is suspended. */
export function openCampaigns(
  ground: Ground,
  network: Network,
  tell: (tx: Tx, to: Did, tell: Tell) => Promise<unknown>,
) {
  const { config, parties } = ground
  const suspensions = new Suspensions({
    ...ground,
    ...{ registry: network.registry, tell },
    listUri: (listId) => `${config.url}/status-lists/${listId}`,
  })
  const ownDid = async () => (await parties.organisation()).did
  const campaigns = new Campaigns({ ...ground, policies: network.policies, suspensions, tell, ownDid })
  return { campaigns, operations: { campaigns, suspensions, registry: network.registry } }
}

/** Who accepts is counted by the campaign, and holds again. */
export function openAcceptances(deps: CompanyAcceptancesDeps, campaigns: ReturnType<typeof openCampaigns>) {
  const whenAccepted: CompanyAcceptancesDeps['whenAccepted'] = (tx, accepted) =>
    campaigns.campaigns.accepted(tx, accepted)
  return {
    campaigns,
    people: new PersonAcceptances({ ...deps, whenAccepted }),
    companies: new CompanyAcceptances({ ...deps, whenAccepted }),
  }
}
