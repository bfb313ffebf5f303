// Stands in for dist/main.js where a test is about the process that supervises: answers on its port, and says so.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename } from 'node:path'

const { REGIE_DATA, REGIE_PORT, REGIE_FAKE } = process.env
const file = basename(process.argv[3] ?? '', '.yml')
const name = file === 'agent' ? 'company' : file
const dir = `${REGIE_DATA}/${name}`
writeFileSync(`${dir}/env.json`, JSON.stringify({ ...process.env, pid: process.pid }))

if (REGIE_FAKE === 'fails') {
  const failed = { kind: 'invalid', code: 'wrong_master_key', message: 'another key', params: {} }
  process.send({ failed }, () => process.exit(1))
} else if (REGIE_FAKE === 'dies') {
  process.exit(3)
} else {
  let stopping = false
  const server = createServer((request, response) => {
    const slow = request.url === '/slow' ? 700 : 0
    setTimeout(() => {
      // A connection that is kept open would hold up the stop.
      if (stopping) response.setHeader('connection', 'close')
      response.end(name)
    }, slow)
  })
  const stop = () => {
    if (REGIE_FAKE === 'hangs') return
    stopping = true
    server.close(() => {
      writeFileSync(`${dir}/stopped`, '')
      process.exit(0)
    })
    server.closeIdleConnections()
  }
  process.on('SIGTERM', stop)
  process.on('disconnect', stop)
  server.listen(Number(REGIE_PORT), '127.0.0.1', () =>
    process.send({ ready: `http://127.0.0.1:${REGIE_PORT}` }),
  )
}
