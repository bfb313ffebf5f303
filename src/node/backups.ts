import { type BackupOperationsDeps, Backups } from '../node-file/index.ts'
import type { Ground, NodeDeps } from './ground.ts'

/** Backups of this node. A trust anchor also has the key that pays on the chain, and on a host the nodes of others. */
export function openBackups(ground: Ground, { masterKey }: NodeDeps['secrets']): BackupOperationsDeps {
  const { config } = ground
  const { organisation, administrator, url } = config
  const about = {
    masterKey: Buffer.from(masterKey).toString('base64url'),
    organisation: {
      name: organisation.name,
      ...(organisation.kvkNumber !== undefined && { kvkNumber: organisation.kvkNumber }),
    },
    administrator: { account: administrator.account },
    ...{ from: url, to: url },
  }
  const backups = new Backups({
    ...{ ...ground, storage: config.storage, about: config.isTrustAnchor ? null : about },
  })
  return { backup: (by, key) => backups.create(by, key) }
}
