import { readFile, stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type { WalletFile } from '../../wallet-file/index.ts'
import { type CommandDeps, type HandWritten, Session } from '../command.ts'
import { UsageError } from '../failure.ts'
import type { Field } from '../fields.ts'
import { askFor, hiddenValue } from '../hidden.ts'
import type { Io } from '../io.ts'
import { requireFree, writeNewFile } from '../new-file.ts'

interface Options {
  readonly for: string
  readonly passphrase?: string
  readonly apply?: boolean
}

/** As long as the secret that opens a person's key: whoever gets the file has all the time there is. */
const MIN_CHARS = 12

// Loaded when asked for: no other command makes keys of passphrases.
const room = () => import('../../wallet-file/index.ts')

const describe = (command: Command): Command =>
  command
    .option('--for <whose>', 'me or organisation', 'me')
    .option('--passphrase <-|@file>', 'asked for when left out; - takes it from stdin, @file from a file')

/** `regie wallet export`: credentials and their keys to an encrypted file. */
export const walletExportCommand: HandWritten = {
  path: ['wallet', 'export'],
  summary: 'Take your credentials and the keys they are bound to along, in one encrypted file',
  needs: ['wallet.exports.create'],
  build: (command, deps) => {
    describe(command.argument('<file>', 'where it goes; it is never written over another'))
      .addHelpText('after', '\nExample:\n  regie --as sanne wallet export sanne.wallet')
      .action(async (file: string, options: Options) => {
        await requireFree(file)
        const { deriveFileKey, newDerivation } = await room()
        const passphrase = await passphraseOf(options, 'new', deps.io)
        if ([...passphrase].length < MIN_CHARS)
          throw new UsageError(`a passphrase has at least ${MIN_CHARS} characters: take a sentence`)
        const { key, derivation } = await deriveFileKey(passphrase, newDerivation())
        const session = new Session(deps, command)
        const input = { for: options.for, key: Buffer.from(key).toString('base64url'), kdf: derivation }
        const answer = (await session.call('wallet.exports.create', input)) as { readonly file: string }
        await writeNewFile(file, answer.file)
        session.show('wallet.exports.create', { ...answer, file })
      })
  },
}

/** `regie wallet import`: looks what is in a file, and takes it when told. */
export const walletImportCommand: HandWritten = {
  path: ['wallet', 'import'],
  summary: 'Look what is in a wallet file, and with --apply take it',
  needs: ['wallet.imports.create'],
  build: (command, deps) => {
    describe(command.argument('<file>', 'what regie wallet export wrote'))
      .option('--apply', 'take what is new; without it nothing is written')
      .addHelpText('after', '\nExample:\n  regie --as sanne wallet import sanne.wallet --apply')
      .action(async (path: string, options: Options) => importWallet(command, deps, path, options))
  },
}

async function importWallet(
  command: Command,
  deps: CommandDeps,
  path: string,
  options: Options,
): Promise<void> {
  const { deriveFileKey, readWalletFile, requireKeyOf } = await room()
  const text = await readText(path)
  // What a file asks for is bounded before a key is made for it, and a mistyped passphrase goes no further.
  const file: WalletFile = readWalletFile(text)
  const { key } = await deriveFileKey(await passphraseOf(options, 'known', deps.io), file.derivation)
  requireKeyOf(file, key)
  const session = new Session(deps, command)
  const answer = await session.call('wallet.imports.create', {
    ...{ for: options.for, file: file.jwe, key: Buffer.from(key).toString('base64url') },
    apply: options.apply ?? false,
  })
  session.show('wallet.imports.create', answer)
  const { counts } = answer as { readonly counts: { readonly new: number } }
  const { language, regie, json, quiet } = session.print
  if (!options.apply && counts.new > 0 && !json && !quiet)
    deps.io.stderr.write(`${notYet[language]} ${regie} wallet import ${path} --for ${options.for} --apply\n`)
}

const notYet = { en: 'nothing is taken yet:', nl: 'er is nog niets overgenomen:' } as const

async function readText(path: string): Promise<string> {
  const { MAX_FILE_CHARS } = await room()
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw new UsageError(`the file ${path} cannot be read: check its name`)
  // Not read at all: what is too large is refused by its length alone.
  if (found.size > MAX_FILE_CHARS + 1) throw new UsageError(`${path} is larger than a wallet file is`)
  return readFile(path, 'latin1').catch((cause: unknown) => {
    throw new UsageError(`the file ${path} cannot be read: check its name`, { cause })
  })
}

function passphraseOf({ passphrase }: Options, hidden: 'known' | 'new', io: Io): Promise<string> {
  const field: Field = {
    ...{ path: ['passphrase'], flag: 'passphrase', kind: 'text', list: false, required: true, hidden },
  }
  return passphrase === undefined ? askFor(field, io) : hiddenValue(field, passphrase, io)
}
