import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { packageRoot } from './build.ts'
import { atEnd } from './endings.ts'

const recorded = (name: string) => readFileSync(join(packageRoot, `test/kvk/${name}.json`), 'utf8')

/** The trade register as it was recorded: whichever number is asked, it says the same of it. Ends with the file. */
export async function startKvkRegister(): Promise<{ readonly url: string; isDown: boolean }> {
  const register = { url: '', isDown: false }
  const server = createServer((request, response) => {
    if (register.isDown) return response.writeHead(503).end()
    const number = /basisprofielen\/(\d{8})/.exec(request.url ?? '')?.[1]
    const body = number ? recorded('basisprofiel').replaceAll('68750110', number) : recorded('zoeken')
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  register.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
  return register
}
