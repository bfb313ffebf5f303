import { Command, type Help, Option } from 'commander'
import type { OpenApiDocument } from '../http/index.ts'
import { aliases } from './aliases.ts'
import type { CommandDeps, HandWritten, Start } from './command.ts'
import { handWritten } from './commands/index.ts'
import { buildFromOperation } from './generated.ts'
import { hidden } from './groups.ts'
import { commandHelp, rootHelp } from './help.ts'
import type { Io } from './io.ts'
import { operationsOf } from './operations.ts'
import type { Terms } from './terms.ts'
import { kebab } from './text.ts'

const notes = `Names, addresses and tokens:
  --as company          the node's own account; --as anna or --as partner/anna one of its people's.
                        Nodes on this machine write their tokens in ./data (REGIE_DATA).
  REGIE_URL, REGIE_TOKEN  another node, and the token to use there.
  -                     as a value: take it from stdin.

Commands that only nodes need are left out here: /api/docs on a node shows all of them.
Exit codes: 0 done, 1 refused, failed or not verified, 2 wrong use. With --json a refusal is JSON on stdout too.
`

export interface ProgramDeps {
  readonly io: Io
  readonly document: OpenApiDocument
  readonly start: Start
  /** Labels of purposes and legal bases. */
  readonly terms?: Terms
}

/** The whole command line, made from the API document and the commands written by hand. */
export function buildProgram({ io, document, start, terms = new Map() }: ProgramDeps): Command {
  const operations = new Map(operationsOf(document).map((operation) => [operation.name, operation] as const))
  const deps: CommandDeps = { io, operations, document, start, terms }
  const runnable = new Set<Command>()
  const program = rootCommand(io, document, runnable)
  const add = (path: readonly string[], summary: string, build: HandWritten['build']) => {
    const command = commandAt(program, path).description(summary)
    build(command, deps)
    runnable.add(command)
  }
  for (const { path, summary, needs, build } of handWritten)
    if (needs.every((name) => operations.has(name))) add(path, summary, build)
  for (const [word, { operation: name, positional }] of Object.entries(aliases)) {
    const found = operations.get(name)
    if (!found) continue
    const operation = positional ? { ...found, positional } : found
    add([word], operation.summary, (command) => buildFromOperation(command, operation, deps))
  }
  for (const operation of operations.values())
    add(operation.name.split('.').map(kebab), operation.summary, (command) =>
      buildFromOperation(command, operation, deps),
    )
  return program
}

function rootCommand(io: Io, document: OpenApiDocument, runnable: ReadonlySet<Command>): Command {
  return new Command('regie')
    .description('Regie: you direct who may see your data.')
    .option('--as <name>', 'who you are: a node’s own account, or a person’s (company)')
    .option('--node <url>', 'the node to talk to (REGIE_URL)')
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'print ids only, one a line')
    .addOption(
      new Option('--lang <nl|en>', 'the language of messages, and of documents that are made').choices([
        'nl',
        'en',
      ]),
    )
    .version(document.info.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help, also of one command')
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'regie: ')),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    })
    .configureHelp({
      showGlobalOptions: true,
      formatHelp: (command: Command, helper: Help) =>
        command.parent ? commandHelp(command, helper) : `${rootHelp(command, helper, runnable)}\n${notes}`,
    })
}

/** The command at a path; groups on the way are made when they are not there. */
function commandAt(program: Command, path: readonly string[]): Command {
  return path.reduce(
    (parent, name, at) =>
      parent.commands.find((command) => command.name() === name) ??
      parent.command(name, { hidden: hidden.has(path.slice(0, at + 1).join(' ')) }),
    program,
  )
}
