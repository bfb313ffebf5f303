import { isIP, connect as netConnect, type Socket } from 'node:net'
import { Refusal } from '../core/index.ts'
import { zoneOf } from './address.ts'
import { checkedLookup, type Lookup, systemNames } from './connections.ts'
import { requireAddress, type TargetRules } from './target.ts'

export interface ConnectDeps {
  readonly allowLoopback?: boolean
  /** `host:port` of services in the own network that may be reached wherever they are. */
  readonly allowHosts?: readonly string[]
  readonly lookup?: Lookup
}

/** Opens a TCP connection for what does not speak HTTP. @throws Refusal as of {@link Egress} */
export type Connect = (host: string, port: number) => Promise<Socket>

const CONNECT_MS = 10_000

/** The way out for a mail server: the same rules about addresses as for every other call. */
export function createConnect(deps: ConnectDeps): Connect {
  const rules: TargetRules = {
    allowLoopback: deps.allowLoopback ?? false,
    allowHosts: new Set(deps.allowHosts),
  }
  const lookup = checkedLookup(rules, deps.lookup ?? systemNames)
  return async (host, port) => {
    const isVouchedFor = rules.allowHosts.has(`${host}:${port}`)
    // A literal address is not looked up, so nothing else would look at it.
    if (!isVouchedFor && isIP(host) !== 0) requireAddress(zoneOf(host), rules)
    return opened(netConnect({ host, port, ...(!isVouchedFor && { lookup }) }))
  }
}

function opened(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.destroy()
      reject(
        error instanceof Refusal
          ? error
          : new Refusal('upstream', 'egress_unreachable', 'the other side could not be reached', {
              cause: error,
            }),
      )
    }
    const late = () => fail(new Error('too slow'))
    socket.setTimeout(CONNECT_MS, late)
    // It stays: an error before whoever asked listens must not end the process.
    socket.on('error', fail)
    socket.once('connect', () => {
      socket.off('timeout', late)
      socket.setTimeout(0)
      resolve(socket)
    })
  })
}
