import { createConnection, createServer, type Socket } from 'node:net'
import { atEnd } from '../../support/endings.ts'
import { freePort } from '../../support/ports.ts'

/** One address for several processes: each connection goes to the next one that answers. */
export async function startBalancer(ports: readonly number[]): Promise<string> {
  const own = await freePort()
  const sockets = new Set<Socket>()
  let turn = 0
  const connect = (incoming: Socket, tries: number) => {
    const port = ports[turn++ % ports.length] ?? 0
    const outgoing = createConnection({ host: '127.0.0.1', port })
    outgoing.once('connect', () => {
      sockets.add(outgoing)
      incoming.pipe(outgoing).pipe(incoming)
      incoming.once('close', () => outgoing.destroy())
    })
    outgoing.on('error', () => {
      if (outgoing.pending && tries > 1) connect(incoming, tries - 1)
      else incoming.destroy()
    })
    outgoing.once('close', () => {
      if (sockets.delete(outgoing)) incoming.destroy()
    })
  }
  const server = createServer((incoming) => {
    sockets.add(incoming)
    incoming.on('error', () => undefined).once('close', () => sockets.delete(incoming))
    connect(incoming, ports.length)
  })
  await new Promise<void>((resolve) => server.listen(own, '127.0.0.1', resolve))
  atEnd(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${own}`
}
