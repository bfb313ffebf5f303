// Asks a registry over HTTP beside it, in a thread of its own: what asking costs does not count as what answering takes.
import { parentPort, workerData } from 'node:worker_threads'

const { port, organisations, rounds, queries } = workerData

const times = Array.from({ length: rounds }, () => [])
for (const [number, round] of times.entries())
  for (let n = 0; n < queries; n++) {
    const asked = `did:web:organisation-${((n + number * queries) * 7_919) % organisations}.example`
    const began = performance.now()
    const response = await fetch(
      `http://127.0.0.1:${port}/registry/answers?dids=${encodeURIComponent(asked)}`,
    )
    const { length } = await response.text()
    if (response.status !== 200 || length < 200) throw new Error('the registry did not answer')
    round.push(performance.now() - began)
  }
parentPort.postMessage(times)
