import { isIP } from 'node:net'
import type { Ground } from './ground.ts'

/** Where the console is, on every node. */
export const CONSOLE_PATH = '/app'

/** The console as its people open it; its pages are below it. */
export const consoleOf = (config: Ground['config']): string => `${originsOf(config)[0]}${CONSOLE_PATH}`

/**
 * A node of a network on one machine is called by a name there: a passkey takes no address for one. One that is hosted has
 * a name of its own, such as `bakker.localhost`.
 */
export function originsOf({ url, loopback }: Ground['config']): readonly [string, ...string[]] {
  const { origin, protocol, port, hostname } = new URL(url)
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
  return loopback && isAddress ? [`${protocol}//localhost:${port}`, origin] : [origin]
}
