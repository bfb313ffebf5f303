import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { createConnect } from './connect.ts'

async function listening(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.on('error', () => undefined).end('hallo'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, close: () => server.close() }
}

test.each(['127.0.0.1', 'localhost', '10.0.0.1', '169.254.169.254', '::1'])(
  'no connection is made to %s',
  async (host) => {
    const { port, close } = await listening()
    await expect(createConnect({})(host, port)).rejects.toMatchObject({ code: 'egress_refused_address' })
    close()
  },
)

test('a name that leads inside is refused too', async () => {
  const connect = createConnect({ lookup: (_, done) => done(null, [{ address: '10.1.2.3', family: 4 }]) })
  await expect(connect('mail.voorbeeld.example', 25)).rejects.toMatchObject({
    code: 'egress_refused_address',
  })
})

test('loopback is reached where that is allowed, and a host and port the operator vouches for', async () => {
  const { port, close } = await listening()
  for (const rules of [{ allowLoopback: true }, { allowHosts: [`127.0.0.1:${port}`] }]) {
    const socket = await createConnect(rules)('127.0.0.1', port)
    socket.destroy()
  }
  close()
  await expect(createConnect({ allowLoopback: true })('127.0.0.1', port)).rejects.toMatchObject({
    code: 'egress_unreachable',
  })
})
