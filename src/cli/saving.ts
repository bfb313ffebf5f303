import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandFailure, UsageError } from './failure.ts'
import { requireFree, writeNewFile } from './new-file.ts'

/** Files as an operation answers them. */
export interface Saved {
  readonly files: readonly {
    readonly name: string
    readonly encoding: 'utf8' | 'base64'
    readonly content: string
  }[]
}

/** Operations that answer files: people get them in a folder, programs in JSON. */
export const answersFiles: ReadonlySet<string> = new Set(['rights.export'])

const NAME = /^(?!\.)[\w.-]{1,100}$/

/**
 * Writes files that are the caller's alone, and none over another.
 * @returns the same answer with where they are instead of what is in them
 * @throws CommandFailure `file_exists` before anything is written, `file_not_written`
 * @throws UsageError when that folder is none
 */
export async function saveFiles<T extends Saved>(answer: T, folder: string) {
  const found = await stat(folder).catch(() => null)
  if (!found?.isDirectory()) throw new UsageError(`--out names a folder that is there: ${folder} is none`)
  const files = answer.files.map(({ name, encoding, content }) => {
    if (!NAME.test(name))
      throw new CommandFailure({ code: 'file_not_written', title: 'a file of that name cannot be written' })
    return { path: join(folder, name), content: Buffer.from(content, encoding) }
  })
  for (const { path } of files) await requireFree(path)
  for (const { path, content } of files) await writeNewFile(path, content)
  return { ...answer, files: files.map(({ path }) => ({ name: path })) }
}
