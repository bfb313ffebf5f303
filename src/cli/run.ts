import { type Command, CommanderError } from 'commander'
import { commandPath, type GlobalOptions, printOptionsOf } from './command.ts'
import { UnfavourableAnswer } from './failure.ts'
import type { ExitCode } from './io.ts'
import { printFailure } from './print.ts'
import { buildProgram, type ProgramDeps } from './program.ts'

/**
 * Runs one command line.
 * @param argv what was typed after `regie`
 * @returns 0 done, 1 refused, failed or answered with no, 2 wrong use
 */
export async function runCli(argv: readonly string[], deps: ProgramDeps): Promise<ExitCode> {
  const program = buildProgram(deps)
  let command: Command = program
  program.hook('preAction', (_program, action) => {
    command = action
  })
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof UnfavourableAnswer) return 1
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const options = printOptionsOf(program.opts<GlobalOptions>(), deps.io)
    return printFailure(deps.io, options, commandPath(command), error)
  }
}
