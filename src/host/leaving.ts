import { createWriteStream } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Config } from '../config/index.ts'
import { type HostedRow, type Hosting, urlOfTenant } from '../hosting/index.ts'
import { type NodeFileKey, writeNodeFile } from '../node-file/index.ts'
import { folderOf, storageOf } from './tenant.ts'

/** Where the file of a node that left lies until it is removed here. */
export const leavingFileOf = (host: Config, id: string): string => join(folderOf(host, id), 'node.regie')

/**
 * Writes the file of a node that is closed. Whole or not there: it is written beside its place, synced and moved; one
 * that was broken off is written anew.
 */
export async function writeFileOf(
  { config, base, hosting }: { readonly config: Config; readonly base: URL; readonly hosting: Hosting },
  row: HostedRow,
): Promise<void> {
  if (row.state !== 'leaving') return
  const { masterKey, organisation, administrator } = await hosting.secretsOf(row)
  const key = (await hosting.leavingKeyOf(row)) as NodeFileKey
  const from = urlOfTenant(row.slug, base)
  const what = {
    masterKey: Buffer.from(masterKey).toString('base64url'),
    organisation,
    administrator: { account: administrator.account },
    ...{ from, to: row.movedTo ?? from },
  }
  const path = leavingFileOf(config, row.id)
  const draft = `${path}.new`
  await pipeline(
    writeNodeFile(storageOf(config, row.id), what, key),
    createWriteStream(draft, { mode: 0o600 }),
  )
  const file = await open(draft, 'r')
  await file.sync().finally(() => file.close())
  await rename(draft, path)
  await hosting.written(row.id)
}
