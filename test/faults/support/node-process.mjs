// A node in a process of its own, for tests that kill it: waits, its modules loaded, until it is told what to be.
// What runs is what was built; logs are JSON lines on standard output.
import { setTimeout as pause } from 'node:timers/promises'
import { createHost } from '../../../dist/host/index.js'
import { createLogger } from '../../../dist/network/logger.js'
import { createNode } from '../../../dist/node/index.js'
import { Store } from '../../../dist/store/index.js'

/** What must be noticed: answers that leave a little before what they say is committed. */
function acknowledgeEarly() {
  const { transact } = Store.prototype
  Store.prototype.transact = function (work) {
    return new Promise((resolve, reject) => {
      transact
        .call(this, async (tx) => {
          const result = await work(tx)
          resolve(result)
          await pause(20)
          return result
        })
        .catch(reject)
    })
  }
}

let node
process.on('message', async ({ start, stop }) => {
  try {
    if (start) {
      const { config, masterKey, relayKey, sabotage } = start
      if (sabotage === 'acknowledge early') acknowledgeEarly()
      const secrets = { masterKey: Buffer.from(masterKey, 'hex'), ...(relayKey && { relayKey }) }
      const create = config.hosting ? createHost : createNode
      node = await create({ config, secrets, log: createLogger(config.name) })
      process.send({ ready: await node.start() })
    }
    if (stop) {
      await node?.dispose()
      process.exit(0)
    }
  } catch (error) {
    process.send({ failed: { code: error.code ?? 'unforeseen', message: error.message } })
  }
})
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0))
process.send({ loaded: true })
