import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig } from '../config/index.ts'
import { Refusal } from '../core/index.ts'
import { type NodeAbout, type NodeFileHeader, readNodeFile } from '../node-file/index.ts'
import { takeLock } from './lock.ts'

export interface ImportOptions {
  readonly configPath: string
  readonly env: NodeJS.ProcessEnv
  /** What a host gave when the organisation left. */
  readonly file: string
  /** Makes the key of the file, told how. */
  readonly keyFor: (header: NodeFileHeader) => Promise<Uint8Array>
}

export interface Imported {
  readonly name: string
  readonly dataDir: string
  readonly url: string
  readonly rows: number
}

/**
 * Makes the node of `agent.yml` out of the file of one that was hosted: its database and its master key. All or nothing,
 * and never over a node that is there.
 * @throws Refusal `import_target_not_empty`, `import_other_address`, `import_other_organisation`, and those of the
 *   configuration and the file
 */
export async function importNode({ configPath, env, file, keyFor }: ImportOptions): Promise<Imported> {
  const config = loadConfig(configPath, env)
  const { dataDir, storage, url } = config
  const lock = takeLock(dataDir)
  const keyFile = join(dataDir, 'master.key')
  try {
    if (await isThere(keyFile)) throw notEmpty()
    if (storage.engine === 'sqlite' && (await isThere(storage.file))) throw notEmpty()
    // In SQLite the database takes its name when it is whole; in Postgres it is one transaction.
    const draft =
      storage.engine === 'sqlite'
        ? { ...storage, file: `${storage.file}.${randomBytes(6).toString('hex')}.import` }
        : storage
    const { prepareDatabase } = await import('../node/index.ts')
    let about: NodeAbout
    let rows: number
    try {
      ;({ about, rows } = await readNodeFile(createReadStream(file), keyFor, async (what) => {
        requireFits(what, config)
        await prepareDatabase(draft)
        return draft
      }))
      // The key first: a database without it could not be opened, and a key without one harms nothing.
      await writeKey(keyFile, about.masterKey)
      if (storage.engine === 'sqlite' && draft.engine === 'sqlite') await rename(draft.file, storage.file)
    } finally {
      if (draft.engine === 'sqlite')
        for (const end of ['', '-wal', '-shm', '-journal']) await rm(`${draft.file}${end}`, { force: true })
    }
    return { name: config.name, dataDir, url, rows }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Refusal('not_found', 'node_file_unreadable', 'this file cannot be read', { cause: error })
    throw error
  } finally {
    lock.release()
  }
}

/** The place it left for is where its old host sends everybody; another one would never be found. */
function requireFits({ to, organisation }: NodeAbout, config: ReturnType<typeof loadConfig>): void {
  if (to !== config.url)
    throw new Refusal(
      'conflict',
      'import_other_address',
      'the organisation left for another address than the one in agent.yml: set node.url to it',
      { params: { url: to } },
    )
  const { kvkNumber } = config.organisation
  if (kvkNumber !== undefined && kvkNumber !== organisation.kvkNumber)
    throw new Refusal(
      'conflict',
      'import_other_organisation',
      'agent.yml is of another organisation than the file',
    )
}

async function writeKey(path: string, masterKey: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  const file = await open(path, 'wx', 0o600)
  try {
    await file.write(`${masterKey}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const notEmpty = () =>
  new Refusal('conflict', 'import_target_not_empty', 'there is a node here already: it is not written over')
