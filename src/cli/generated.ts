import { Argument, type Command, Option } from 'commander'
import type { Files, Input, Upload } from './client.ts'
import { type CommandDeps, commandPath, Session } from './command.ts'
import { examples } from './examples.ts'
import { UsageError } from './failure.ts'
import { type Field, fieldsOf, place, valueFrom } from './fields.ts'
import { askFor, hiddenValue } from './hidden.ts'
import { requireFree, writeNewFile } from './new-file.ts'
import type { CliOperation } from './operations.ts'
import { answersFiles, type Saved, saveFiles } from './saving.ts'
import { readText } from './stdin.ts'
import { kebab } from './text.ts'
import { openUpload } from './upload.ts'
import { warnings } from './warnings.ts'

/** Flags of the command line itself: a member with such a name gets `-value` behind it. */
const taken = new Set(['as', 'node', 'json', 'quiet', 'lang', 'help', 'version'])

/** Gives a command the arguments, options and action of an operation. */
export function buildFromOperation(command: Command, operation: CliOperation, deps: CommandDeps): void {
  const { positional, members, upload, download } = operation
  const fieldsByMember = new Map(
    members.map((member) => [member.name, fieldsOf(member, deps.document).map(free)] as const),
  )
  const byPlace = positional.flatMap((name) => {
    const [field] = fieldsByMember.get(name) ?? []
    return field ? [field] : []
  })
  const named = [...fieldsByMember].flatMap(([name, fields]) => (positional.includes(name) ? [] : fields))
  for (const field of byPlace) command.addArgument(argumentOf(field))
  if (upload) command.argument('<file>', 'the file to send, or - for what comes in on stdin')
  const options = named.map((field) => ({ field, options: optionsOf(field) }))
  for (const one of options.flatMap((entry) => entry.options)) command.addOption(one)
  if (answersFiles.has(operation.name))
    command.option('--out <folder>', 'where the files are written; here unless told')
  if (download) command.requiredOption('--out <file>', 'where it goes; it is never written over another')
  const example = exampleOf(byPlace, named, upload)
  const line = examples[operation.name] ?? (example && `${commandPath(command)} ${example}`)
  if (line) command.addHelpText('after', () => `\nExample:\n  ${line}`)

  command.action(async () => {
    const session = new Session(deps, command)
    const input: Record<string, unknown> = {}
    for (const [at, field] of byPlace.entries())
      await put(input, field, [command.processedArgs[at] as string | string[] | undefined].flat(), deps)
    for (const { field, options: own } of options)
      await put(
        input,
        field,
        own.flatMap((option) => given(command, option)),
        deps,
      )
    for (const field of named)
      if (
        field.hidden &&
        field.required &&
        field.path.length === 1 &&
        !Object.hasOwn(input, field.path[0] ?? '')
      )
        place(input, field.path, await askFor(field, deps.io))
    const file = upload ? (command.processedArgs[byPlace.length] as string) : undefined
    const sent = file === undefined ? undefined : await uploadOf(file, operation, input, deps)
    requireGiven(session.command, named, input)
    const { lang, out = '.' } = command.optsWithGlobals<{ lang?: string; out?: string }>()
    // A document is in the language that was asked for; without that in the one it is for.
    if (lang && input.language === undefined && members.some(({ name }) => name === 'language'))
      input.language = lang
    await warnings[operation.name]?.(session, input as Input)
    const files = { upload: sent, ...(download && { into: await newFile(out) }) }
    const answer = await session.callOrShowPolicy(operation.name, input as Input, files)
    if (download) return session.show('download', { written_to: out })
    const isSaved = answersFiles.has(operation.name) && !session.print.json
    session.show(operation.name, isSaved ? await saveFiles(answer as Saved, out) : answer)
  })
}

/** Looked at before the node is asked: a file that cannot be kept would be fetched, and logged, for nothing. */
async function newFile(path: string): Promise<NonNullable<Files['into']>> {
  await requireFree(path)
  return (content) => writeNewFile(path, content)
}

const free = (field: Field): Field =>
  taken.has(field.flag) ? { ...field, flag: `${field.flag}-value` } : field

async function put(
  input: Record<string, unknown>,
  field: Field,
  texts: readonly (string | undefined)[],
  deps: CommandDeps,
): Promise<void> {
  const typed = texts.filter((text) => text !== undefined)
  if (typed.length === 0) return
  if (typed.includes('') && field.required)
    throw new UsageError(`the ${field.path.at(-1)} is empty: if a list gave it, that list found nothing`)
  if (field.hidden) {
    place(input, field.path, await hiddenValue(field, typed[0] ?? '', deps.io))
    return
  }
  const fromStdin = !field.list && field.kind === 'text' && typed[0] === '-'
  place(input, field.path, valueFrom(field, fromStdin ? [await readText(deps.io.stdin)] : typed))
}

/** The file; its name goes in the member `name` when the caller gave none. */
async function uploadOf(
  path: string,
  operation: CliOperation,
  input: Record<string, unknown>,
  deps: CommandDeps,
): Promise<Upload> {
  const file = await openUpload(path, deps.io)
  if (input.name === undefined && operation.members.some(({ name }) => name === 'name'))
    input.name = file.name
  return file
}

/** @throws UsageError that names all that is missing at once */
function requireGiven(command: string, fields: readonly Field[], input: Record<string, unknown>): void {
  const missing = fields.filter(
    ({ required, path }) => required && path.length === 1 && !Object.hasOwn(input, path[0] ?? ''),
  )
  if (missing.length === 0) return
  const flags = missing.map(({ flag }) => `--${flag}`).join(', ')
  throw new UsageError(`${command} needs ${flags}: see ${command} --help`)
}

function argumentOf(field: Field): Argument {
  const name = `${kebab(field.path.at(-1) ?? '')}${field.list ? '...' : ''}`
  return new Argument(field.required ? `<${name}>` : `[${name}]`, describe({ ...field, required: false }))
}

function optionsOf(field: Field): Option[] {
  if (field.kind === 'boolean' && !field.list)
    return [
      new Option(`--${field.flag}`, describe(field)),
      new Option(`--no-${field.flag}`, `not ${field.flag}`).hideHelp(),
    ]
  const collect = (text: string, before: readonly string[] | undefined) => [...(before ?? []), text]
  return [new Option(`--${field.flag} ${placeholderOf(field)}`, describe(field)).argParser(collect)]
}

function given(command: Command, option: Option): string[] {
  const value: unknown = command.getOptionValue(option.attributeName())
  if (value === undefined) return []
  if (typeof value === 'boolean') return option.negate === !value ? [String(value)] : []
  return value as string[]
}

function placeholderOf({ kind, list, choices, hidden }: Field): string {
  if (hidden) return '<-|@file>'
  if (choices) return list ? '<values>' : '<value>'
  if (kind === 'number') return '<n>'
  if (kind === 'map') return '<name=value>'
  if (kind === 'json') return '<json>'
  return list ? '<a,b>' : '<text>'
}

function describe(field: Field): string {
  const notes = [
    field.choices ? `one of ${field.choices.join(', ')}` : undefined,
    field.words ? `${field.words.join(', ')}, or a list` : undefined,
    field.list ? 'comma separated or repeated' : undefined,
    field.standard === undefined ? undefined : `default ${field.standard}`,
    field.example === undefined ? undefined : `e.g. ${field.example}`,
    field.hidden ? 'asked for when left out; - takes it from stdin' : undefined,
    field.required && !field.hidden ? 'required' : undefined,
  ].filter((note) => note !== undefined)
  return [field.description, notes.length > 0 ? `(${notes.join('; ')})` : undefined].filter(Boolean).join(' ')
}

/** An example, when the schema has examples for everything that has to be given by name. */
function exampleOf(byPlace: readonly Field[], named: readonly Field[], upload: boolean): string | undefined {
  if (![...byPlace, ...named].some(({ example }) => example !== undefined)) return undefined
  if (named.some(({ required, example }) => required && example === undefined)) return undefined
  const quote = (text: string) => (/^[\w.:@/,=+-]+$/.test(text) ? text : `'${text}'`)
  const places = byPlace.map(({ example, path }) =>
    example ? quote(example) : `<${kebab(path.at(-1) ?? '')}>`,
  )
  const options = named.flatMap(({ flag, example }) => (example ? [`--${flag} ${quote(example)}`] : []))
  return [...places, ...(upload ? ['<file>'] : []), ...options].join(' ')
}
