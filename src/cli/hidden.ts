import { readFile } from 'node:fs/promises'
import { UsageError } from './failure.ts'
import type { Field } from './fields.ts'
import type { Io } from './io.ts'
import { readText } from './stdin.ts'
import { words } from './text.ts'

/**
 * What was given for a member that is not to be seen: `-` takes it from stdin, `@file` from a file. Typed in the command
 * it would be in the history of the shell and in every list of processes.
 * @throws UsageError
 */
export async function hiddenValue(field: Field, text: string, io: Io): Promise<string> {
  if (text === '-') return readText(io.stdin)
  const path = text.startsWith('@') ? text.slice(1) : ''
  if (path === '')
    throw new UsageError(
      `--${field.flag} is a secret: leave it out to be asked, or give - for stdin or @file`,
    )
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${path} cannot be read`, { cause })
  })
  return content.replace(/\r?\n$/, '')
}

/** Asks for what was left out; twice for what is new. @throws UsageError where nobody sits, or when they differ */
export async function askFor(field: Field, io: Io): Promise<string> {
  const name = words(field.path.at(-1) ?? '')
  const typed = await ask(`${name}: `, field, io)
  if (field.hidden === 'new' && (await ask(`${name}, once more: `, field, io)) !== typed)
    throw new UsageError('that is not the same twice: nothing was changed')
  return typed
}

async function ask(question: string, { flag }: Field, io: Io): Promise<string> {
  const typed = await io.askHidden?.(question)
  if (!typed) throw new UsageError(`--${flag} is needed: give - for stdin or @file`)
  return typed
}
