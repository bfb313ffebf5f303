import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig } from '../config/index.ts'
import { Refusal } from '../core/index.ts'
import { type NodeAbout, type NodeFileHeader, readNodeFile } from '../node-file/index.ts'
import { takeLock } from './lock.ts'

interface NodeFile {
  /** What a host gave when the organisation left, or a backup. */
  readonly file: string
  /** Makes the key of the file, told how. */
  readonly keyFor: (header: NodeFileHeader) => Promise<Uint8Array>
}

export interface ImportOptions extends NodeFile {
  readonly configPath: string
  readonly env: NodeJS.ProcessEnv
}

export interface Imported {
  readonly name: string
  readonly dataDir: string
  readonly url: string
  readonly rows: number
  /** Of a backup: the moment it shows, ISO 8601. What was done since, such as taking a grant back, is not in it. */
  readonly takenAt: string | null
}

/**
 * Makes the node of `agent.yml` out of the file of one that was hosted, or of a backup of it: its database and its master
 * key. All or nothing, and never over a node that is there.
 * @throws Refusal `import_target_not_empty`, `import_other_address`, `import_other_organisation`, and those of the
 *   configuration and the file
 */
export const importNode = ({ configPath, env, ...rest }: ImportOptions): Promise<Imported> =>
  importInto(loadConfig(configPath, env), rest)

/** The same, for a node whose configuration is known. */
export async function importInto(
  config: ReturnType<typeof loadConfig>,
  { file, keyFor }: NodeFile,
): Promise<Imported> {
  const { dataDir, storage, url } = config
  const lock = takeLock(dataDir)
  const keyFile = join(dataDir, 'master.key')
  try {
    if (storage.engine === 'sqlite' && (await isThere(storage.file))) throw notEmpty()
    // In SQLite the database takes its name when it is whole; in Postgres it is one transaction.
    const draft =
      storage.engine === 'sqlite'
        ? { ...storage, file: `${storage.file}.${randomBytes(6).toString('hex')}.import` }
        : storage
    const { prepareDatabase } = await import('../node/index.ts')
    let rows: number
    let about: NodeAbout
    let madeKey = false
    try {
      ;({ rows, about } = await readNodeFile(createReadStream(file), keyFor, async (what) => {
        requireFits(what, config)
        if (!(await prepareDatabase(draft))) throw notEmpty()
        // The key first: a database without it could not be opened, and a key without one is gone on from.
        madeKey = await ensureKey(keyFile, what.masterKey)
        return draft
      }))
      if (storage.engine === 'sqlite' && draft.engine === 'sqlite') await rename(draft.file, storage.file)
    } catch (error) {
      if (madeKey) await rm(keyFile, { force: true })
      throw error
    } finally {
      if (draft.engine === 'sqlite')
        for (const end of ['', '-wal', '-shm', '-journal']) await rm(`${draft.file}${end}`, { force: true })
    }
    return { name: config.name, dataDir, url, rows, takenAt: about.takenAt ?? null }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Refusal('not_found', 'node_file_unreadable', 'this file cannot be read', { cause: error })
    throw error
  } finally {
    lock.release()
  }
}

/** The place it left for, or was at, is where everybody looks for it; another one would never be found. */
function requireFits({ to, organisation }: NodeAbout, config: ReturnType<typeof loadConfig>): void {
  if (to !== config.url)
    throw new Refusal(
      'conflict',
      'import_other_address',
      'the file is for another address than the one in agent.yml: set node.url to it',
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

/**
 * The key is in its place, whole: written now, or by an import of the same file that was broken off.
 * @returns whether it was written now
 * @throws Refusal `import_target_not_empty` where another node's is there
 */
async function ensureKey(path: string, masterKey: string): Promise<boolean> {
  const before = await readFile(path, 'utf8').catch(() => null)
  if (before?.trim() === masterKey) return false
  if (before !== null || (await isThere(path))) throw notEmpty()
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  const draft = `${path}.new`
  await rm(draft, { force: true })
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.write(`${masterKey}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  return true
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const notEmpty = () =>
  new Refusal('conflict', 'import_target_not_empty', 'there is a node here already: it is not written over')
