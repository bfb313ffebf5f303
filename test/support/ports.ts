import { createServer } from 'node:net'

/** From here to the lowest port that systems give to outgoing connections. */
const FIRST = 10_000
const LAST = 32_000
/** Each worker of a run takes from a span of its own: what one found free is not taken by another before it listens. */
const SPAN = 2_000

const worker = Number(process.env.VITEST_POOL_ID ?? 0) % Math.floor((LAST - FIRST) / SPAN)
// Runs beside each other on one machine seldom begin at the same place.
let turn = Math.floor(Math.random() * SPAN)

/**
 * A port that nothing listens on, nor on the ports that lie so many places `beside` it. No outgoing connection takes it
 * either, so it is still free when what listens on it stops and starts again.
 */
export async function freePort(beside: readonly number[] = []): Promise<number> {
  for (let tries = 0; tries < SPAN; tries++) {
    const port = FIRST + worker * SPAN + (turn++ % SPAN)
    const free = await Promise.all([0, ...beside].map((places) => isFree(port + places)))
    if (free.every(Boolean)) return port
  }
  throw new Error('every port of this worker is taken')
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
