import { createPrivateKey } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Issued } from '../../certificates/index.ts'
import { type CommandDeps, type HandWritten, Session } from '../command.ts'
import { UsageError } from '../failure.ts'

interface Options {
  readonly name: string
  readonly days: string
  readonly dns?: string
  readonly crlUrl?: string
  readonly revoked?: string
  readonly key?: string
}

// Loaded when asked for: no other command makes certificates.
const room = () => import('../../certificates/index.ts')

/** `regie certificates authority`: an authority for a test network, as two files in a folder. */
export const authorityCommand: HandWritten = {
  path: ['certificates', 'authority'],
  summary: 'Make a certificate authority for a test network: certificate.pem and key.pem in a folder',
  needs: [],
  build: (command, deps) => {
    command
      .argument('<folder>', 'where the two files go; they are never overwritten')
      .option('--name <name>', 'what the authority is called', 'Regie test authority')
      .option('--days <n>', 'how long it is valid', '365')
      .action(async (folder: string, { name, days }: Options) => {
        const { newAuthority } = await room()
        await keep(new Session(deps, command), deps, folder, await newAuthority(name, validity(days)))
      })
  },
}

/** `regie certificates issue`: a certificate and key of one who signs requests or credentials. */
export const certificateCommand: HandWritten = {
  path: ['certificates', 'issue'],
  summary: 'Make a certificate with a new key for one who signs requests or credentials in a test network',
  needs: [],
  build: (command, deps) => {
    command
      .argument('<authority>', 'the folder of the authority')
      .argument('<folder>', 'where the two files go; they are never overwritten')
      .requiredOption('--name <name>', 'whom it is for')
      .option('--dns <names>', 'DNS names it speaks for, comma separated')
      .option('--crl-url <url>', 'where the authority publishes what it took back')
      .option('--days <n>', 'how long it is valid', '90')
      .option('--key <file>', 'renew: for the key in this file instead of a new one')
      .action(async (authority: string, folder: string, { name, days, dns, crlUrl, key }: Options) => {
        const { issueLeaf } = await room()
        const dnsNames = (dns ?? '').split(',').flatMap((one) => one.trim() || [])
        const order = {
          ...{ name, dnsNames, validity: validity(days), ...(crlUrl && { crlUrl }) },
          ...(key !== undefined && { privateKey: await readKey(key) }),
        }
        const issued = await issueLeaf(await openAuthority(authority), order)
        await keep(new Session(deps, command), deps, folder, issued)
      })
  },
}

/** `regie certificates revoke`: the list of what an authority took back. */
export const revokeCommand: HandWritten = {
  path: ['certificates', 'revoke'],
  summary: 'Write the list of certificates that an authority of a test network took back',
  needs: [],
  build: (command, deps) => {
    command
      .argument('<authority>', 'the folder of the authority')
      .argument('<file>', 'the list, to be published at the address the certificates name')
      .option('--revoked <serials>', 'serial numbers in hexadecimal, comma separated; all of them each time')
      .option('--days <n>', 'until when it may be used', '7')
      .action(async (authority: string, file: string, { revoked, days }: Options) => {
        const { issueList } = await room()
        const serials = (revoked ?? '').split(',').flatMap((one) => one.trim().toLowerCase() || [])
        if (serials.some((one) => !/^([0-9a-f]{2}){1,20}$/.test(one)))
          throw new UsageError('a serial number is hexadecimal, as `openssl x509 -serial` shows it')
        await writeFile(file, await issueList(await openAuthority(authority), serials, validity(days)))
        if (!new Session(deps, command).print.quiet) deps.io.stdout.write(`${file}\n`)
      })
  },
}

function validity(days: string) {
  const number = Number(days)
  if (!Number.isInteger(number) || number < 1 || number > 3660)
    throw new UsageError('--days takes a whole number from 1 to 3660')
  return { from: Date.now(), days: number }
}

async function openAuthority(folder: string): Promise<Issued> {
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  try {
    return { certificate: await read('certificate.pem'), privateKey: await read('key.pem') }
  } catch (cause) {
    throw new UsageError(
      `${folder} holds no authority: make one with regie certificates authority ${folder}`,
      {
        cause,
      },
    )
  }
}

async function readKey(file: string): Promise<string> {
  try {
    const pem = await readFile(file, 'utf8')
    if (createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1') return pem
  } catch {
    // Without its cause: what is wrong with a key may show some of it.
  }
  throw new UsageError(`${file} holds no P-256 key in PEM`)
}

async function keep(session: Session, { io }: CommandDeps, folder: string, issued: Issued): Promise<void> {
  await mkdir(folder, { recursive: true })
  const files = { 'key.pem': issued.privateKey, 'certificate.pem': issued.certificate }
  // Whoever lost a key by typing a line twice would not forgive it.
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
      throw new UsageError(`${join(folder, name)} cannot be written: choose a folder without one`, { cause })
    })
  if (!session.print.quiet)
    io.stdout.write(`${join(folder, 'certificate.pem')}\n${join(folder, 'key.pem')}\n`)
}
