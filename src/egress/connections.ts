import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, type Dispatcher } from 'undici'
import { zoneOf } from './address.ts'
import { requireAddress, type TargetRules } from './target.ts'

/** Answers all addresses of a name, as `dns.lookup` with `all: true` does. */
export type Lookup = (
  hostname: string,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

export interface Connections {
  /** Connections whose address was checked when they were made, so a name that changes its address gains nothing. */
  readonly checked: Dispatcher
  /** For hosts the operator vouches for. */
  readonly vouched: Dispatcher
}

/** What ends in `.localhost` is this machine, whatever the system's resolver says of it (RFC 6761, section 6.3). */
export const systemNames: Lookup = (hostname, done) =>
  hostname.endsWith('.localhost')
    ? done(null, [{ address: '127.0.0.1', family: 4 }])
    : systemLookup(hostname, { all: true }, done)

/** Keep-alive pools, one per origin; an origin nobody talks to any more is let go. */
export function openConnections(rules: TargetRules, lookup: Lookup): Connections {
  const shared = {
    connections: 64,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 30_000,
    // The caller's total time bounds these.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  return {
    checked: new Agent({ ...shared, connect: { lookup: checkedLookup(rules, lookup), timeout: 10_000 } }),
    vouched: new Agent({ ...shared, connect: { timeout: 10_000 } }),
  }
}

/** As `lookup` of a socket: answers only addresses that may be called. */
export function checkedLookup(rules: TargetRules, lookup: Lookup): LookupFunction {
  return (hostname, options, callback) => {
    checkedAddresses(hostname, rules, lookup).then(
      ([first, ...more]) => {
        if (options.all) return callback(null, [first, ...more])
        callback(null, first.address, first.family)
      },
      (refusal) => callback(refusal, ''),
    )
  }
}

/**
 * The addresses of a name, all of them where we may call.
 * @throws Refusal `egress_refused_address`, or what the look-up says
 */
export function checkedAddresses(
  hostname: string,
  rules: TargetRules,
  lookup: Lookup,
): Promise<[LookupAddress, ...LookupAddress[]]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, (error, addresses) => {
      const [first, ...more] = addresses ?? []
      if (error || !first) return reject(error ?? new Error('no address'))
      try {
        // One bad address refuses the name: which of them gets connected is not ours to choose.
        for (const { address } of addresses) requireAddress(zoneOf(address), rules)
      } catch (refusal) {
        return reject(refusal)
      }
      resolve([first, ...more])
    })
  })
}
