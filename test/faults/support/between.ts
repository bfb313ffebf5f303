import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { atEnd } from '../../support/endings.ts'
import { freePort } from '../../support/ports.ts'

/** How something is away: nobody listens, or somebody does and never says a word. */
export type Away = 'gone' | 'silent'

/** An address that stands before a server on this machine, so that it can be away without being stopped. */
export interface Between {
  readonly url: string
  away(how: Away): Promise<void>
  back(): Promise<void>
}

/** @param target `http://host:port` */
export async function startBetween(target: string): Promise<Between> {
  const { hostname, port } = new URL(target)
  const own = await freePort()
  const sockets = new Set<Socket>()
  let silent = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
    return socket
  }
  const listen = () =>
    new Promise<Server>((resolve, reject) => {
      const server = createServer((incoming) => {
        keep(incoming)
        if (silent) return
        const outgoing = keep(createConnection({ host: hostname, port: Number(port) }))
        incoming.pipe(outgoing).pipe(incoming)
        incoming.once('close', () => outgoing.destroy())
        outgoing.once('close', () => incoming.destroy())
      })
      server.once('error', reject).listen(own, '127.0.0.1', () => resolve(server))
    })
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  let server: Server | undefined = await listen()
  const close = async () => {
    const closing = server
    server = undefined
    hangUp()
    if (closing) await new Promise((resolve) => closing.close(resolve))
  }
  atEnd(close)
  return {
    url: `http://127.0.0.1:${own}`,
    away: async (how) => {
      silent = how === 'silent'
      if (!silent) return close()
      // Connections that were kept open go too: what is silent must not answer on them.
      hangUp()
      server ??= await listen()
    },
    back: async () => {
      if (silent) hangUp()
      silent = false
      server ??= await listen()
    },
  }
}
