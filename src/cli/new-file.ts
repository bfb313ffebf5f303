import { randomUUID } from 'node:crypto'
import { link, open, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CommandFailure } from './failure.ts'

/** The whole of it, or as it comes in. */
export type Content = string | Buffer | AsyncIterable<Uint8Array>

/** @throws CommandFailure `file_exists` */
export async function requireFree(path: string): Promise<void> {
  if (await stat(path).catch(() => null)) throw exists(path)
}

/**
 * Writes a file that is the caller's alone, whole or not at all, and none over another: under another name first, and on
 * the disk before it gets its own.
 * @throws CommandFailure `file_exists`, `file_not_written`
 */
export async function writeNewFile(path: string, content: Content): Promise<void> {
  const folder = dirname(path)
  const before = join(folder, `.${basename(path)}.${randomUUID()}`)
  try {
    await write(before, content)
    await name(before, path)
    await flush(folder)
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') throw exists(path)
    if (cause instanceof CommandFailure) throw cause
    throw new CommandFailure({ code: 'file_not_written', title: `${path} cannot be written` }, { cause })
  } finally {
    await unlink(before).catch(() => undefined)
  }
}

async function write(path: string, content: Content): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await writeFile(handle, content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A link, unlike a new name, takes no other file's place. What knows no links (a FAT disk) is looked at first. */
async function name(before: string, path: string): Promise<void> {
  try {
    await link(before, path)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(codeOf(error))) throw error
    await requireFree(path)
    await rename(before, path)
  }
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? ''

const exists = (path: string) =>
  new CommandFailure({ code: 'file_exists', title: `${path} is there already: nothing was written over it` })
