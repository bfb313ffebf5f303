import { CommandFailure, type Problem, UsageError } from './failure.ts'
import { hintFor } from './hints.ts'
import { inputErrorText, paramName } from './input-words.ts'
import type { ExitCode, Io } from './io.ts'
import { lastPart, meaning, rendererOf, type View } from './render/index.ts'
import { jsonText, kebab, oneLine, printable } from './text.ts'
import { dutchTitles } from './titles.ts'

export interface PrintOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly language: 'en' | 'nl'
  /** How the caller called us, for the lines we show to copy: `regie --as bram`. */
  readonly regie: string
  /** Label of a purpose or legal basis; its IRI's last part when nothing else is known. */
  readonly termOf?: View['termOf']
}

/** Shows what an operation answered: as JSON, as ids, or for people. */
export function printResult(io: Io, options: PrintOptions, operation: string, value: unknown): void {
  const raw = rawText(operation, value)
  if (options.json) write(io, jsonText(value))
  else if (raw !== undefined && !options.quiet)
    // To a file or another program as it is; a terminal would obey what is in it.
    io.stdout.write(io.stdout.isTTY ? printable(raw.replaceAll('\r\n', '\n')) : raw)
  else if (options.quiet) write(io, idsOf(value).map(oneLine).join('\n'))
  else write(io, rendererOf(operation)(value, viewOf(io, options)))
  if (options.json || options.quiet) return
  const next = nextOf(value)
  if (next) io.stderr.write(`${more[options.language]} --cursor ${oneLine(next)}\n`)
}

/** What is a file by itself. */
function rawText(operation: string, value: unknown): string | undefined {
  const member = rawMembers[operation]
  const text = member && (value as Readonly<Record<string, unknown>> | null)?.[member]
  return typeof text === 'string' ? text : undefined
}

const rawMembers: Readonly<Record<string, string>> = { 'partners.imports.errors': 'csv' }

const more = { en: 'there is more: add', nl: 'er is meer: voeg toe' } as const

/** A terminal's width, else the one asked for; what goes to a file or another program is not folded. */
function viewOf({ stdout, env }: Io, { language, regie, termOf = lastPart }: PrintOptions): View {
  const width = stdout.isTTY ? stdout.columns : Number(env.COLUMNS)
  return { language, regie, termOf, ...(width && width >= NARROWEST && { width }) }
}

const NARROWEST = 20

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
  const hint = hintFor(problem, options.language, { command, regie: options.regie })
  if (options.json) {
    write(io, jsonText({ ...problem, hint: hint.text }))
    return 1
  }
  const title = (options.language === 'nl' && dutchTitles[problem.code]) || problem.title
  const lines = [
    `regie: ${oneLine(title).replace(/\.$/, '')} [${oneLine(problem.code)}]`,
    ...detailsOf(
      problem,
      [title, problem.code, ...hint.says.map((name) => String(problem.params?.[name]))],
      options.language,
    ),
    `  → ${oneLine(hint.text)}`,
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

/** What the problem tells besides what is `said` already. */
function detailsOf(
  { errors = [], params = {} }: Problem,
  said: readonly string[],
  language: 'en' | 'nl',
): string[] {
  const facts = Object.entries(params)
    .filter(([, value]) => !said.some((text) => text.includes(String(value))))
    .map(([name, value]) => {
      const values = [value].flat().map((one) => paramValue(name, String(one), language))
      return `  ${paramName(name, language)}: ${oneLine(values.join(', '))}`
    })
  const wrong = errors.map((error) => {
    const option =
      error.path === ''
        ? { en: 'the input', nl: 'de invoer' }[language]
        : `--${error.path.split('.').map(kebab).join('.')}`
    return `  ${oneLine(option)}: ${inputErrorText(error, language)}`
  })
  return [...wrong, ...facts]
}

/** Roles, states and kinds as people read them; in English they read as themselves. */
const paramValue = (name: string, value: string, language: 'en' | 'nl'): string =>
  language === 'nl' && codeParams.has(name) ? meaning({ language }, value) : value

const codeParams: ReadonlySet<string> = new Set(['needs', 'state', 'subject', 'kind', 'codes', 'reason'])
