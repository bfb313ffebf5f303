import type { Command } from 'commander'
import { type CommandDeps, type HandWritten, Session } from '../command.ts'
import { CommandFailure, UsageError } from '../failure.ts'
import type { Field } from '../fields.ts'
import { askFor, hiddenValue } from '../hidden.ts'
import type { Io } from '../io.ts'
import { requireFree, writeNewFile } from '../new-file.ts'

interface Options {
  readonly passphrase?: string
  readonly config: string
}

/** As long as that of a wallet: whoever gets the file has all the time there is. */
const MIN_CHARS = 12
const TRIES = 120
const TRY_EVERY_MS = 1_000
/** Never a redirect's: what is fetched is our own. */
const FILE_PATH = '/hosted-file'

// Loaded when asked for: no other command makes keys of passphrases.
const keys = () => import('../../wallet-file/index.ts')

/** `regie hosting leave`: closes a hosted node for good, and fetches it as one encrypted file. */
export const leaveCommand: HandWritten = {
  path: ['hosting', 'leave'],
  summary: 'Take a hosted node along to a place of your own: it closes there for good, and becomes one file',
  needs: ['hosting.departures.create'],
  build: (command, deps) => {
    command
      .argument('<file>', 'where it goes; it is never written over another')
      .argument('<to>', 'where your own node will be reached')
      .option('--passphrase <-|@file>', 'asked for when left out; - takes it from stdin, @file from a file')
      .requiredOption('--confirm <words>', 'for good: it cannot be opened at the host again')
      .option('--ticket <-|@file>', 'fetch the file once more, with the ticket that leaving gave')
      .action((file: string, to: string, options: Options & { confirm: string; ticket?: string }) =>
        leave(command, deps, { file, to, ...options }),
      )
  },
}

async function leave(
  command: Command,
  deps: CommandDeps,
  {
    file,
    to,
    confirm,
    ticket: given,
    ...options
  }: Options & { file: string; to: string; confirm: string; ticket?: string },
): Promise<void> {
  await requireFree(file)
  const session = new Session(deps, command)
  const ticket =
    given === undefined
      ? await ticketFrom(session, { to, confirm, passphrase: await newPassphrase(options, deps.io) })
      : await hiddenValue(fieldOf('ticket', 'known'), given, deps.io)
  try {
    await fetched(await session.url(), ticket, file)
  } catch (error) {
    deps.io.stderr.write(`the file was not fetched; its ticket, for --ticket: ${ticket}\n`)
    throw error
  }
  session.show('hosting.departures.create', { file })
}

async function ticketFrom(
  session: Session,
  { to, confirm, passphrase }: { to: string; confirm: string; passphrase: string },
): Promise<string> {
  const input = { to, confirm, ...(await sealedWith(passphrase)) }
  return ((await session.call('hosting.departures.create', input)) as { readonly ticket: string }).ticket
}

/** The key that a passphrase makes, and how. */
async function sealedWith(passphrase: string) {
  const { deriveFileKey, newDerivation } = await keys()
  const { key, derivation } = await deriveFileKey(passphrase, newDerivation())
  return { key: Buffer.from(key).toString('base64url'), kdf: derivation }
}

async function fetched(url: string, ticket: string, file: string): Promise<void> {
  const { exchange } = await import('../exchange.ts')
  for (let tries = 0; tries < TRIES; tries++) {
    const { status } = await exchange({
      ...{ method: 'GET', url: `${url}${FILE_PATH}`, headers: { authorization: `Bearer ${ticket}` } },
      into: (content) => writeNewFile(file, content),
    })
    if (status === 200) return
    if (status !== 503) break
    await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS))
  }
  throw new CommandFailure({ code: 'hosting_file_not_fetched', title: 'The file could not be fetched' })
}

/** `regie backup`: the whole node as one encrypted file, while it goes on. */
export const backupCommand: HandWritten = {
  path: ['backup'],
  summary: 'Keep the whole node as one encrypted file, to make it anew from with regie import-node',
  needs: ['backups.create'],
  build: (command, deps) => {
    command
      .argument('<file>', 'where it goes; it is never written over another')
      .option('--passphrase <-|@file>', 'asked for when left out; - takes it from stdin, @file from a file')
      .action(async (file: string, options: Pick<Options, 'passphrase'>) => {
        await requireFree(file)
        const session = new Session(deps, command)
        const input = await sealedWith(await newPassphrase(options, deps.io))
        await session.call('backups.create', input, { into: (content) => writeNewFile(file, content) })
        session.show('backups.create', { file })
      })
  },
}

/** `regie import-node`: makes the node of agent.yml out of such a file. */
export const importNodeCommand: HandWritten = {
  path: ['import-node'],
  summary: 'Make the node of agent.yml out of the file of one that was hosted, or out of a backup',
  needs: [],
  build: (command, deps) => {
    command
      .argument('<file>', 'what regie hosting leave or regie backup wrote')
      .option('--config <file>', 'the configuration', 'agent.yml')
      .option('--passphrase <-|@file>', 'asked for when left out; - takes it from stdin, @file from a file')
      .action(async (file: string, options: Options) => {
        const { importNode } = await import('../../network/index.ts')
        const { deriveFileKey } = await keys()
        const passphrase = await passphraseOf(options, 'known', deps.io)
        const made = await importNode({
          ...{ configPath: options.config, env: process.env, file },
          keyFor: async ({ kdf }) => (await deriveFileKey(passphrase, kdf)).key,
        })
        new Session(deps, command).show('import-node', made)
      })
  },
}

async function newPassphrase(options: Pick<Options, 'passphrase'>, io: Io): Promise<string> {
  const passphrase = await passphraseOf(options, 'new', io)
  if ([...passphrase].length >= MIN_CHARS) return passphrase
  throw new UsageError(`a passphrase has at least ${MIN_CHARS} characters: take a sentence`)
}

function passphraseOf(
  { passphrase }: Pick<Options, 'passphrase'>,
  hidden: 'known' | 'new',
  io: Io,
): Promise<string> {
  const field = fieldOf('passphrase', hidden)
  return passphrase === undefined ? askFor(field, io) : hiddenValue(field, passphrase, io)
}

const fieldOf = (name: string, hidden: 'known' | 'new'): Field => ({
  ...{ path: [name], flag: name, kind: 'text', list: false, required: true, hidden },
})
