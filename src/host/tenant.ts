import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import { type HostedRow, type HostedSecrets, urlOfTenant } from '../hosting/index.ts'
import type { StorageConfig } from '../store/index.ts'

/** Where a tenant's folder is: named by its id, so that no name anybody chose is ever part of a path. */
export const folderOf = (host: Config, id: string): string => join(host.dataDir, 'hosted', id)

/**
 * Where a tenant's data is: a file of its own, or in the host's Postgres a schema of its own with connections of its
 * own. A connection never changes hands, so none can be left behind in somebody else's schema.
 */
export function storageOf(host: Config, id: string): StorageConfig {
  const { storage } = host
  if (storage.engine === 'sqlite') return { engine: 'sqlite', file: join(folderOf(host, id), 'regie.sqlite') }
  return { engine: 'postgres', url: storage.url, schema: `hosted_${id.replaceAll('-', '')}`, poolSize: 2 }
}

/** What a tenant is, as its `agent.yml` would say it. Its DID is on the chain: one on this host could not move out. */
export function configOf(
  host: Config,
  base: URL,
  { id, slug }: Pick<HostedRow, 'id' | 'slug'>,
  { organisation, administrator, invitation }: Omit<HostedSecrets, 'masterKey'>,
): Config {
  const { account, givenName, familyName, email, representation } = administrator
  return {
    name: slug,
    url: urlOfTenant(slug, base),
    did: 'ethr',
    listen: host.listen,
    dataDir: folderOf(host, id),
    storage: storageOf(host, id),
    organisation: {
      name: organisation.name,
      ...(organisation.kvkNumber && { kvkNumber: organisation.kvkNumber }),
    },
    administrator: {
      ...{ account, givenName, familyName, roles: ['coordinator'] },
      ...(email && { email }),
      ...(representation && { representation }),
    },
    chain: host.chain,
    trustAnchor: { url: host.url, ...(host.trustAnchor.did && { did: host.trustAnchor.did }) },
    ...(invitation && { invitation }),
    isTrustAnchor: false,
    loopback: host.loopback,
    localTokens: false,
  }
}
