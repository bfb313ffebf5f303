import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type CommandDeps, type HandWritten, Session } from '../command.ts'
import { CommandFailure, UsageError } from '../failure.ts'

interface Options {
  readonly trustAnchor: string
  readonly on?: string
  readonly rpc?: string
  readonly registry?: string
  readonly earlier?: string
  readonly policyDigest?: string
}

/** A whole registry of some hundred thousand organisations. */
const MAX_BYTES = 512 * 1024 ** 2

// Loaded when asked for: no other command reads the chain.
const rooms = async () => ({
  ...(await import('../../core/index.ts')),
  ...(await import('../../registry-history/index.ts')),
  ...(await import('../../agent/index.ts')),
  ...(await import('../../egress/index.ts')),
  ...(await import('../../jose/index.ts')),
})

/** `regie registry verify`: what a kept proof shows, asking the chain and nobody else. */
export const registryVerifyCommand: HandWritten = {
  path: ['registry', 'verify'],
  summary: 'Check how an organisation stood in the registry on a day, from a kept file and the chain alone',
  needs: [],
  build: (command, deps) => {
    command
      .argument('<did>', 'the organisation')
      .argument('<file>', 'what registry proof --json or registry export gave')
      .requiredOption('--trust-anchor <did>', 'whose registry; its DID is in every attestation it issued')
      .option('--on <day>', 'the day, YYYY-MM-DD; the moment of the file’s head unless told')
      .option('--rpc <url>', 'where the chain is asked; that of the network on this machine unless told')
      .option('--registry <address>', 'the ERC-1056 contract on that chain; likewise')
      .option('--earlier <file>', 'a proof that was kept before: nothing it says may have changed')
      .option('--policy-digest <digest>', 'of the policy you know was in force')
      .addHelpText(
        'after',
        '\nExample:\n  regie registry verify did:ethr:0x1:0x… kept.json --trust-anchor did:ethr:0x1:0x… --on 2026-03-01 --rpc https://…',
      )
      .action(async (did: string, file: string, options: Options) =>
        verify(command, deps, { did, file, options }),
      )
  },
}

async function verify(
  command: Command,
  deps: CommandDeps,
  { did, file, options }: { readonly did: string; readonly file: string; readonly options: Options },
): Promise<void> {
  const {
    createChainRpc,
    createEgress,
    createResolver,
    endOfDay,
    isDid,
    parseJsonStrict,
    readAnchors,
    readProof,
    verifyProof,
  } = await rooms()
  if (!isDid(did) || !isDid(options.trustAnchor))
    throw new UsageError('organisation and trust anchor are named by their DIDs')
  if (options.on !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(options.on))
    throw new UsageError('--on takes a day such as 2026-03-01')
  const chain = await chainOf(options, deps)
  const proof = readProof(await textOf(file), did)
  const earlier = options.earlier === undefined ? undefined : readProof(await textOf(options.earlier), did)
  const egress = createEgress({ parseJson: parseJsonStrict, allowHosts: [new URL(chain.rpcUrl).host] })
  try {
    const rpc = createChainRpc(egress, chain.rpcUrl)
    const chainId = Number(await rpc('eth_chainId', []))
    const clock = { now: () => Date.now() }
    const resolver = createResolver({ egress, clock, chain: { ...chain, chainId } })
    const report = await verifyProof(
      proof,
      {
        did,
        ...(options.on !== undefined && { at: endOfDay(options.on) }),
        ...(earlier !== undefined && { earlier }),
        policyDigest: options.policyDigest,
      },
      {
        issuer: options.trustAnchor,
        requireKey: resolver.requireKey,
        readAnchors: (at) => readAnchors(rpc, { registry: chain.registry, ...at }),
      },
    )
    new Session(deps, command).show('registry.verify', report)
  } finally {
    await egress.dispose()
  }
}

/** The chain of the network on this machine, where nothing else is said. @throws UsageError */
async function chainOf(
  { rpc, registry }: Options,
  { io }: CommandDeps,
): Promise<{ rpcUrl: string; registry: string }> {
  const path = join(io.env.REGIE_DATA || 'data', 'network.json')
  const local = await readFile(path, 'utf8').then(
    (text) => (JSON.parse(text) as { chain?: { rpcUrl: string; registry: string } }).chain,
    () => undefined,
  )
  const rpcUrl = rpc ?? local?.rpcUrl
  const address = registry ?? (rpc === undefined ? local?.registry : undefined)
  if (rpcUrl === undefined || address === undefined)
    throw new UsageError('say where the chain is and which contract holds its DIDs: --rpc and --registry')
  return { rpcUrl, registry: address }
}

/** @throws CommandFailure `file_not_read` */
async function textOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile() || found.size > MAX_BYTES)
    throw new CommandFailure({ code: 'file_not_read', title: `${path} cannot be read` })
  return readFile(path, 'utf8')
}
