import type { Command } from 'commander'
import { callOperation, type Files, type Input } from './client.ts'
import { type Connection, connectionOf } from './connection.ts'
import { isLocked, isWrongSecret, unlock } from './consent.ts'
import { CommandFailure, UnfavourableAnswer, UsageError } from './failure.ts'
import { languageFor } from './hints.ts'
import type { Io } from './io.ts'
import type { CliOperation } from './operations.ts'
import { type PrintOptions, printResult } from './print.ts'
import { type Terms, termIn } from './terms.ts'
import { isUnfavourable } from './verdicts.ts'

/** Starts the network or node of a configuration; ends when it was stopped. */
export type Start = (args: { readonly configPath: string }) => Promise<void>

/** What commands are built with. */
export interface CommandDeps {
  readonly io: Io
  readonly operations: ReadonlyMap<string, CliOperation>
  /** The API document, for references in schemas. */
  readonly document: unknown
  readonly start: Start
  readonly terms: Terms
}

/** A command written by hand, beside those made from operations. */
export interface HandWritten {
  /** `['partners', 'import']` */
  readonly path: readonly string[]
  readonly summary: string
  /** Operations it calls: without them in the document the command is left out. */
  readonly needs: readonly string[]
  /** Adds arguments, options and action. */
  readonly build: (command: Command, deps: CommandDeps) => void
}

export interface GlobalOptions {
  readonly as?: string
  readonly node?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly lang?: string
}

/** One run of a command: which node, as whom, how to show what comes back. */
export class Session {
  readonly print: PrintOptions
  readonly command: string
  readonly #deps: CommandDeps
  readonly #options: GlobalOptions
  #connection: Connection | undefined

  constructor(deps: CommandDeps, command: Command) {
    this.#deps = deps
    this.#options = command.optsWithGlobals<GlobalOptions>()
    const print = printOptionsOf(this.#options, deps.io)
    this.print = { ...print, termOf: termIn(deps.terms, print.language) }
    this.command = commandPath(command)
  }

  /** Where the node is that this run talks to. @throws CommandFailure, UsageError */
  async url(): Promise<string> {
    this.#connection ??= await connectionOf(this.#options, this.#deps.io.env)
    return this.#connection.url
  }

  /** @throws CommandFailure, UsageError */
  async call(name: string, input: Input, files?: Files): Promise<unknown> {
    const operation = this.#deps.operations.get(name)
    if (!operation) throw new UsageError(`this version has no operation ${name}`)
    this.#connection ??= await connectionOf(this.#options, this.#deps.io.env)
    try {
      return await callOperation(this.#connection, this.print.language, operation, input, files)
    } catch (error) {
      await this.#requireActivated(error)
      if (!isLocked(error)) throw error
      const open = await unlock(this.#connection, {
        operation: this.#deps.operations.get('consent.unlock'),
        language: this.print.language,
        ask: async () => (await this.#deps.io.askHidden?.(secretQuestion[this.print.language])) ?? null,
      })
      if (!open) throw error
      this.#connection = open
      return callOperation(open, this.print.language, operation, input, files)
    }
  }

  /**
   * A key that nobody took over yet is not unlocked but activated.
   * @throws CommandFailure `consent_not_activated`
   */
  async #requireActivated(error: unknown): Promise<void> {
    const operation = this.#deps.operations.get('consent.show')
    const isAboutKey = isLocked(error) || (error instanceof CommandFailure && isWrongSecret(error))
    if (!isAboutKey || !operation || !this.#connection) return
    const shown = await callOperation(this.#connection, this.print.language, operation, {}).catch(() => null)
    if ((shown as { active?: unknown } | null)?.active !== false) return
    throw new CommandFailure(
      {
        code: 'consent_not_activated',
        title: 'This account is not activated yet: nobody signs with its key',
      },
      { cause: error },
    )
  }

  /**
   * Calls an operation; where it is refused because the policy was not accepted, shows the text first.
   * @throws CommandFailure, UsageError
   */
  async callOrShowPolicy(name: string, input: Input, files?: Files): Promise<unknown> {
    try {
      return await this.call(name, input, files)
    } catch (error) {
      const isForPeople = !this.print.json && !this.print.quiet
      if (isForPeople && error instanceof CommandFailure && error.problem.code === 'policy_not_accepted')
        this.show('policy.text', await this.call('policy.show', {}))
      throw error
    }
  }

  /** Says to people, and to nobody who reads what a program prints, what an operation answered. */
  warn(operation: string, value: unknown): void {
    const { io } = this.#deps
    if (!this.print.json && !this.print.quiet)
      printResult({ ...io, stdout: io.stderr }, this.print, operation, value)
  }

  /**
   * Shows an operation's answer the way the caller asked for.
   * @throws UnfavourableAnswer after it was shown
   */
  show(operation: string, value: unknown): void {
    printResult(this.#deps.io, this.print, operation, value)
    if (isUnfavourable(operation, value)) throw new UnfavourableAnswer()
  }
}

const secretQuestion = { en: 'your secret: ', nl: 'uw geheim: ' } as const

export const printOptionsOf = (
  { json, quiet, lang, as, node }: GlobalOptions,
  { env }: Io,
): PrintOptions => ({
  json: json ?? false,
  quiet: quiet ?? false,
  language: languageFor(lang, env),
  regie: ['regie', ...(as ? [`--as ${as}`] : []), ...(node ? [`--node ${node}`] : [])].join(' '),
})

/** `regie access approve` */
export function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name()
}
