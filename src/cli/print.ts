import { CommandFailure, type Problem, UsageError } from './failure.ts'
import { hintFor } from './hints.ts'
import type { ExitCode, Io } from './io.ts'
import { rendererOf } from './render/index.ts'
import { jsonText, kebab, oneLine, printable } from './text.ts'

export interface PrintOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly language: 'en' | 'nl'
}

/** Shows what an operation answered: as JSON, as ids, or for people. */
export function printResult(
  io: Io,
  options: PrintOptions,
  { operation, command }: { readonly operation: string; readonly command: string },
  value: unknown,
): void {
  const { isTTY, columns } = io.stdout
  const width = isTTY && columns ? { width: columns } : {}
  if (options.json) write(io, jsonText(value))
  else if (options.quiet) write(io, idsOf(value).map(oneLine).join('\n'))
  else write(io, rendererOf(operation)(value, width))
  if (options.json || options.quiet) return
  const next = nextOf(value)
  if (next) io.stderr.write(`more: ${command} --cursor ${oneLine(next)}\n`)
}

const write = (io: Io, text: string): void => {
  if (text !== '') io.stdout.write(`${text}\n`)
}

/** Ids for `$(regie … -q)`: of each item of a list, of the one object, or of the one object in it. */
function idsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : itemsOf(value)
  if (list) return list.flatMap(idOf)
  const own = idOf(value)
  if (own.length > 0 || typeof value !== 'object' || value === null) return own
  const inner = Object.values(value).flatMap(idOf)
  return inner.length === 1 ? inner : []
}

function idOf(value: unknown): string[] {
  const id: unknown = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return typeof id === 'string' || typeof id === 'number' ? [String(id)] : []
}

const itemsOf = (value: unknown): unknown[] | undefined =>
  typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items)
    ? value.items
    : undefined

const nextOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'string'
    ? value.next
    : undefined

/**
 * Shows why a command was not carried out. With `--json` a problem is JSON on stdout, so that a program reads one
 * stream whatever happens; the exit code says which it is.
 */
export function printFailure(io: Io, options: PrintOptions, command: string, error: unknown): ExitCode {
  if (error instanceof UsageError) {
    io.stderr.write(`regie: ${printable(error.message)}\n`)
    return 2
  }
  const problem = problemOf(error)
  if (options.json) {
    write(io, jsonText({ ...problem, hint: hintFor(problem, options.language, command) }))
    return 1
  }
  const lines = [
    `regie: ${oneLine(problem.title).replace(/\.$/, '')} [${oneLine(problem.code)}]`,
    ...detailsOf(problem),
    `  → ${oneLine(hintFor(problem, options.language, command))}`,
  ]
  io.stderr.write(`${lines.join('\n')}\n`)
  return 1
}

function problemOf(error: unknown): Problem {
  if (error instanceof CommandFailure) return error.problem
  // Refusals of rooms a command runs in this process, such as `start`, look like this.
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'params' in error)
    return {
      code: error.code,
      title: error.message,
      params: (error.params ?? {}) as Record<string, unknown>,
      ...('status' in error && typeof error.status === 'number' ? { status: error.status } : {}),
    }
  throw error
}

function detailsOf({ errors = [], params = {} }: Problem): string[] {
  const facts = Object.entries(params)
    .filter(([, value]) => String(value) !== '')
    .map(([name, value]) => `  ${name.replaceAll('_', ' ')}: ${oneLine([value].flat().join(', '))}`)
  const wrong = errors.map(({ path, code, expected }) => {
    const option = path === '' ? 'the input' : `--${path.split('.').map(kebab).join('.')}`
    const what = code.replaceAll('_', ' ') + (expected ? `, expected ${expected}` : '')
    return `  ${oneLine(option)}: ${oneLine(what)}`
  })
  return [...wrong, ...facts]
}
