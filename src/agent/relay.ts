import { setTimeout as pause } from 'node:timers/promises'
import { Wallet } from 'ethers'
import { type Clock, isLoopbackHost, type Log, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { type ChainAnchor, callOfAnchor } from './chain-anchor.ts'
import { type ChainConfig, type ChainRpc, createChainRpc } from './chain-rpc.ts'
import { jwkOfRaw } from './public-key.ts'
import {
  CONTROLLER,
  callOfChange,
  isForChain,
  NODE_SERVICE,
  readController,
  SIGNING_KEY,
  type SignedChange,
  signedChangeSchema,
  signerOfChange,
} from './registry.ts'
import { RelayBudget } from './relay-budget.ts'

export interface RelayDeps extends ChainConfig {
  /** The way to the chain. */
  readonly egress: Egress
  /** Private key (hex, `0x`) of the account that pays. */
  readonly relayKey: string
  readonly log: Log
  readonly clock: Clock
  /** Lets services be registered under http on loopback; the embedded network and tests only. */
  readonly allowLoopback?: boolean
}

/** The trust anchor's hand on the chain: it pays for changes that parties signed, so that they need no ether. */
export interface Relay {
  /** The account that pays. */
  readonly address: string
  /**
   * Checks a signed change, sends it and waits until it is mined.
   * @throws Refusal `relay_invalid_change`, `relay_wrong_chain`, `relay_not_controller`, `relay_wrong_nonce`,
   *   `relay_budget_spent`, `relay_reverted`, `relay_busy`, `relay_unconfirmed`, `chain_unreachable`, `chain_rpc_failed`
   */
  submit(change: unknown): Promise<{ readonly transaction: string; readonly block: number }>
  /**
   * Writes what the registry was on the chain, about {@link address}, and waits until it is mined. Not about the trust
   * anchor's own DID: whoever resolves that reads everything that was ever said of it.
   * @throws Refusal `relay_reverted`, `relay_busy`, `relay_unconfirmed`, `chain_unreachable`, `chain_rpc_failed`
   */
  anchor(anchor: ChainAnchor): Promise<{ readonly transaction: string; readonly block: number }>
}

const MAX_QUEUE = 100
const MAX_GAS = 300_000n
/** A minute and ten years. */
const MIN_VALIDITY_S = 60
const CONFIRM_WITHIN_MS = 30_000

export function createRelay(deps: RelayDeps): Relay {
  const rpc = createChainRpc(deps.egress, deps.rpcUrl)
  const wallet = new Wallet(deps.relayKey)
  const budget = new RelayBudget(deps.clock)
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  // One after the other: each transaction takes the account's next nonce.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= MAX_QUEUE)
      throw new Refusal('rate_limited', 'relay_busy', 'too many registrations are waiting: try again later')
    waiting += 1
    const turn = last.then(work).finally(() => {
      waiting -= 1
    })
    last = turn.catch(() => undefined)
    return turn
  }

  return {
    address: wallet.address,
    anchor: (anchor) => inTurn(() => send(callOfAnchor(wallet.address, anchor), wallet, rpc, deps)),
    submit: async (input) => {
      const change = parseChange(input, deps)
      // Before it waits: who may not change this DID takes no place and spends nobody's budget.
      const controller = await requireController(change, rpc)
      return budget.spend(controller, () =>
        inTurn(async () => {
          requireNext(change, await readController(rpc, change.registry, change.identity))
          const sent = await send(callOfChange(change), wallet, rpc, deps)
          deps.log.info(
            { identity: change.identity, attribute: change.name, ...sent },
            'a DID was changed on the chain',
          )
          return sent
        }),
      )
    },
  }
}

/** All that can be checked without asking the chain. */
function parseChange(input: unknown, deps: RelayDeps): SignedChange {
  const parsed = signedChangeSchema.safeParse(input)
  if (!parsed.success) throw invalid('it does not have the form of a signed change')
  const change = parsed.data
  if (!isForChain(change, deps))
    throw new Refusal('invalid', 'relay_wrong_chain', 'this change is signed for another chain or registry')
  const hasRightValidity =
    change.method === 'setAttribute' ? change.validity >= MIN_VALIDITY_S : change.validity === 0
  if (!hasRightValidity) throw invalid('its validity is out of range')
  if ((change.method === 'changeOwner') !== (change.name === CONTROLLER) || !isFitting(change, deps))
    throw invalid('the value does not fit the attribute')
  return change
}

function isFitting(change: SignedChange, deps: RelayDeps): boolean {
  const value = Buffer.from(change.value.slice(2), 'hex')
  switch (change.name) {
    case CONTROLLER:
      return value.length === 20
    case NODE_SERVICE:
      return isServiceUrl(value, deps.allowLoopback ?? false)
    case SIGNING_KEY:
      return jwkOfRaw('Ed25519', value) !== null
  }
}

/** @returns who controls the DID and signed. @throws Refusal `relay_not_controller` */
async function requireController(change: SignedChange, rpc: ChainRpc): Promise<string> {
  const { owner } = await readController(rpc, change.registry, change.identity)
  if (signerOfChange(change) === owner) return owner
  throw notController()
}

/** When its turn has come. @throws Refusal `relay_not_controller`, `relay_wrong_nonce` */
function requireNext(change: SignedChange, { owner, nonce }: { owner: string; nonce: number }): void {
  if (signerOfChange(change) !== owner) throw notController()
  if (nonce === change.nonce) return
  throw new Refusal('conflict', 'relay_wrong_nonce', 'another change of this DID came first: sign it anew', {
    params: { expected: nonce },
  })
}

const notController = () =>
  new Refusal('forbidden', 'relay_not_controller', 'this change is not signed by the controller of the DID')

async function send(
  data: string,
  wallet: Wallet,
  rpc: ChainRpc,
  { registry, chainId }: ChainConfig,
): Promise<{ transaction: string; block: number }> {
  const call = { from: wallet.address, to: registry, data }
  const gas = await estimate(call, rpc)
  const [nonce, gasPrice] = await Promise.all([
    rpc('eth_getTransactionCount', [wallet.address, 'pending']),
    rpc('eth_gasPrice', []),
  ])
  const signed = await wallet.signTransaction({
    type: 0,
    chainId,
    to: registry,
    data: call.data,
    nonce: Number(nonce),
    gasLimit: gas,
    gasPrice: (BigInt(String(gasPrice)) * 5n) / 4n,
  })
  const transaction = String(await rpc('eth_sendRawTransaction', [signed]))
  return { transaction, block: await mined(transaction, rpc) }
}

/** A change that would fail is found out before it costs anything. */
async function estimate(call: object, rpc: ChainRpc): Promise<bigint> {
  const reverted = (cause?: unknown) =>
    new Refusal('conflict', 'relay_reverted', 'the registry does not accept this change', { cause })
  const gas = await rpc('eth_estimateGas', [call]).catch((error) => {
    throw error instanceof Refusal && error.code === 'chain_rpc_failed' ? reverted(error) : error
  })
  const withMargin = (BigInt(String(gas)) * 6n) / 5n
  if (withMargin > MAX_GAS) throw reverted()
  return withMargin
}

async function mined(transaction: string, rpc: ChainRpc): Promise<number> {
  for (const until = performance.now() + CONFIRM_WITHIN_MS; performance.now() < until; ) {
    const receipt = await receiptOf(transaction, rpc)
    if (receipt?.status === '0x1') return Number(receipt.blockNumber)
    if (receipt) throw new Refusal('conflict', 'relay_reverted', 'the registry did not accept this change')
    await pause(receiptPause(until))
  }
  throw new Refusal('unavailable', 'relay_unconfirmed', 'the change was sent but is not in the chain yet')
}

/** Quick at first, for a local chain; then once a second. */
const receiptPause = (until: number): number =>
  until - performance.now() > CONFIRM_WITHIN_MS - 1_000 ? 20 : 1_000

async function receiptOf(
  transaction: string,
  rpc: ChainRpc,
): Promise<{ status: string; blockNumber: string } | null> {
  try {
    return (await rpc('eth_getTransactionReceipt', [transaction])) as {
      status: string
      blockNumber: string
    } | null
  } catch {
    // It is sent; a call that failed now may succeed the next time.
    return null
  }
}

function isServiceUrl(value: Buffer, allowLoopback: boolean): boolean {
  const text = value.toString('utf8')
  if (!Buffer.from(text, 'utf8').equals(value)) return false
  const url = URL.parse(text)
  if (url?.username !== '' || url.password !== '' || url.hash !== '') return false
  if (url.protocol === 'https:') return true
  return allowLoopback && url.protocol === 'http:' && isLoopbackHost(url.hostname)
}

const invalid = (why: string): Refusal =>
  new Refusal('invalid', 'relay_invalid_change', `this is not a change we relay: ${why}`)
