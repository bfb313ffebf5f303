import { randomBytes } from 'node:crypto'
import { open, readFile, rename, writeFile } from 'node:fs/promises'

/** The key in the file, made when there is none yet; only its owner can read it. */
export async function ownKey(path: string): Promise<string> {
  const made = `0x${randomBytes(32).toString('hex')}`
  try {
    await writeFile(path, made, { flag: 'wx', mode: 0o600 })
    return made
  } catch {
    return (await readFile(path, 'utf8')).trim()
  }
}

/** Null when there is no such file. */
export async function readJson<T>(path: string): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as T)
}

export const writeJson = (path: string, value: unknown): Promise<void> =>
  replaceFile(path, Buffer.from(`${JSON.stringify(value, null, 2)}\n`))

/** All of the file or nothing, also when the power fails. */
export async function replaceFile(path: string, content: Buffer): Promise<void> {
  const draft = `${path}.new`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}

export const exists = (path: string): Promise<boolean> =>
  open(path).then(
    (file) => file.close().then(() => true),
    () => false,
  )
