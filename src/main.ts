import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { createLogger, failureOf, guardProcess, listenForStop, runNode, tell } from './network/index.ts'

/**
 * The process of one node: `node dist/main.js --config agent.yml`. Logs JSON lines on standard output, tells the
 * process that started it `{ ready }` or `{ failed }`, stops on SIGTERM, SIGINT or the end of that process.
 * Ends with 0 when it was asked to, with 1 when it could not start or something unforeseen happened.
 */
// Under load a node needs some 75 MiB of objects, yet V8 collects only when they are a multiple of what was left last
// time: 350 MiB of resident memory. At a third more it collects oftener, which costs no measurable time.
setFlagsFromString('--heap-growing-percent=30')

const { values } = parseArgs({ options: { config: { type: 'string', default: 'agent.yml' } } })
let log = createLogger('node')
guardProcess(() => log)
try {
  await runNode({
    configPath: values.config,
    env: process.env,
    log: ({ name }) => {
      log = createLogger(name)
      return log
    },
    ready: (url) => tell({ ready: url }),
    ...listenForStop(),
  })
  process.exit(0)
} catch (error) {
  log.error({ err: error }, 'the node ended')
  const failed = failureOf(error)
  if (!process.send) process.stderr.write(`${failed.code}: ${failed.message}\n`)
  await tell({ failed })
  process.exit(1)
}
