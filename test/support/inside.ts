import { receivedGrantTable } from '../../src/access/index.ts'
import { type Agent, createAgent } from '../../src/agent/index.ts'
import { ConsentKeys } from '../../src/consent-keys/index.ts'
import { type Did, silentLog } from '../../src/core/index.ts'
import {
  Credentials,
  heldCredentialTable,
  type Issuer,
  loadCredentialTypes,
} from '../../src/credentials/index.ts'
import { createEgress } from '../../src/egress/index.ts'
import { parseJsonStrict, type Signer } from '../../src/jose/index.ts'
import { entities, migrations } from '../../src/node/schema.ts'
import { Parties, type Party, userTable } from '../../src/parties/index.ts'
import { StatusLists } from '../../src/status-lists/index.ts'
import { rows, Store } from '../../src/store/index.ts'
import { Vault } from '../../src/vault/index.ts'
import { atEnd } from './endings.ts'
import type { TestClock, TestNode } from './nodes.ts'

const types = loadCredentialTypes('credentials', 'schemas')

/** A node's database and keys in the hands of somebody else, beside the running node. */
export interface Inside {
  readonly node: TestNode
  readonly clock: TestClock
  readonly store: Store
  readonly vault: Vault
  readonly agent: Agent
  readonly credentials: Credentials
  readonly parties: Parties
  readonly statusLists: StatusLists
  readonly organisation: Party
  /** The organisation's wallet. */
  readonly wallet: string
  readonly signer: Signer
  walletOf(account: string): Promise<string>
  person(account: string): Promise<Party>
  /** The newest current credential of a party. */
  held(party: Party, type: string): Promise<string>
  /** A role credential that proves who presents it, for one request. */
  role(party: Party, type: string, binding: Binding): Promise<string>
  /** The grants the organisation holds, by who gave them: without what is in them, as they are shown. */
  grants(): Promise<ReadonlyMap<Did, string>>
  /** How many rows its tables have that an Ask may add to. */
  counts(): Promise<Readonly<Record<string, number>>>
}

export interface Binding {
  readonly aud: string
  readonly nonce: string
  readonly extra?: { readonly client_id: string; readonly request_digest: string }
}

const recorded = ['access_event', 'burned_nonce', 'received_request', 'audit_entry']

/** Opens a node from the inside; closed after the tests of this file. */
export async function openInside(node: TestNode, clock: TestClock): Promise<Inside> {
  const { config, secrets } = node
  const store = await Store.open({ storage: config.storage, entities, migrations })
  const vault = await Vault.open({ store, clock, masterKey: secrets.masterKey })
  const egress = createEgress({ parseJson: parseJsonStrict, allowLoopback: true })
  atEnd(async () => {
    await egress.dispose()
    await store.dispose()
  })
  const unused = () => Promise.reject(new Error('not used'))
  const sdJwt = { issue: unused, present: unused, verify: unused }
  const consentKeys = new ConsentKeys({ store, vault, clock })
  const dataKeyOf = (partyId: string, session: string) => consentKeys.dataKeyOf(partyId, session)
  const agent = createAgent({
    store,
    vault,
    egress,
    clock,
    chain: config.chain,
    allowLoopback: true,
    dataKeyOf,
    sdJwt,
  })
  const { bindingSigner, holderSigner, signerOf } = agent
  const parties = new Parties({ store, vault, clock, identifiers: agent, baseUrl: config.url })
  const statusLists = new StatusLists({ store, clock, log: silentLog, baseUrl: config.url, signer: signerOf })
  const organisation = await parties.organisation()
  const statusIssuerOf = async ({ did }: Issuer) => (did === organisation.did ? null : organisation.did)
  const credentials = new Credentials({
    ...{ store, vault, clock, types, bindingSigner, holderSigner, signerOf, statusLists, statusIssuerOf },
  })
  const person = async (account: string) => {
    const user = await store.reader.findOneBy(userTable, { account })
    return parties.require(user?.personId ?? '')
  }
  const row = async (party: Party, type: string) => {
    const found = await credentials.findCurrent(store.reader, party.id, types.byName(type).vct)
    if (!found) throw new Error(`${config.name} holds no ${type}`)
    return found
  }
  return {
    node,
    clock,
    store,
    vault,
    agent,
    credentials,
    parties,
    statusLists,
    organisation,
    wallet: parties.urlOf(organisation),
    signer: await signerOf(organisation.did),
    person,
    walletOf: async (account) => parties.urlOf(await person(account)),
    held: async (party, type) => credentials.open(await row(party, type)),
    role: async (party, type, binding) => {
      const shown = type === 'employee-role' ? [['given_name'], ['family_name']] : []
      return credentials.present(await row(party, type), shown, binding)
    },
    grants: async () => {
      const grants = await store.reader.findBy(receivedGrantTable, { state: 'live' })
      const opened = grants.map(async ({ grantor, credentialId }) => {
        const held = await store.reader.findOneBy(heldCredentialTable, { id: credentialId })
        return [grantor, held ? bare(await credentials.open(held)) : ''] as const
      })
      return new Map(await Promise.all(opened))
    },
    counts: async () => {
      const counted = recorded.map(async (table) => {
        const [found] = await rows<{ n: number }>(store.reader, `SELECT count(*) AS n FROM ${table}`)
        return [table, Number(found?.n)] as const
      })
      return Object.fromEntries(await Promise.all(counted))
    },
  }
}

/** A credential without its disclosures. */
export const bare = (compact: string): string => compact.slice(0, compact.indexOf('~') + 1)
