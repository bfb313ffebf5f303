import { readFileSync } from 'node:fs'
import type { OpenApiDocument } from '../http/index.ts'
import { askHidden } from './ask-hidden.ts'
import { askLine } from './ask-line.ts'
import { runCli } from './run.ts'
import { startNetwork } from './start-network.ts'
import { loadTerms } from './terms.ts'

/** The API as it was when this was built: the command line starts without loading the node. */
const document = JSON.parse(
  readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'),
) as OpenApiDocument

// `regie … | head` closes our stdout: that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runCli(process.argv.slice(2), {
  document,
  start: startNetwork,
  terms: loadTerms(new URL('../../policy/', import.meta.url)),
  io: {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    // What is asked goes where it does not mix with what a program reads.
    ...(process.stdin.isTTY &&
      process.stderr.isTTY && {
        askHidden: (question) => askHidden(question, { input: process.stdin, output: process.stderr }),
        ask: (question) => askLine(question, { input: process.stdin, output: process.stderr }),
      }),
  },
})
