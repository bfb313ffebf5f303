import { cpus, loadavg } from 'node:os'
import { benchCampaign } from './campaign.ts'
import { benchConsole } from './console.ts'
import { benchCorrection } from './correction.ts'
import { benchHosting } from './hosting.ts'
import { benchImport } from './import.ts'
import { benchIssuance } from './issuance.ts'
import { benchIssue } from './issue.ts'
import { benchLists } from './lists.ts'
import { benchNetwork } from './network.ts'
import { benchPresentations } from './presentations.ts'
import { benchRegistry } from './registry.ts'
import type { BenchRow } from './row.ts'
import { benchSdJwt } from './sd-jwt.ts'
import { tableOf } from './table.ts'
import { benchWebhooks } from './webhooks.ts'

/**
 * What we claim about speed and memory, measured here: `npm run bench`, `npm run bench -- --json`, and
 * `npm run bench -- issue` for one part. Ends with 1 when something misses its target.
 */
const parts: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  'sd-jwt': benchSdJwt,
  issue: benchIssue,
  issuance: benchIssuance,
  import: () => benchImport(),
  lists: benchLists,
  registry: benchRegistry,
  hosting: benchHosting,
  campaign: benchCampaign,
  console: benchConsole,
  network: benchNetwork,
  correction: benchCorrection,
  presentation: benchPresentations,
  webhooks: () => benchWebhooks(),
}
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const isJson = process.argv.includes('--json')

const rows: BenchRow[] = []
const started = performance.now()
const before = loadavg()[0] ?? 0
for (const [name, bench] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  process.stderr.write(`${name} …\n`)
  rows.push(...(await bench()))
}
const machine = {
  cpus: cpus().length,
  model: cpus()[0]?.model ?? 'unknown',
  node: process.version,
  /** What the machine did before we began: figures of a busy one are too low. */
  load: before,
  seconds: Math.round((performance.now() - started) / 1000),
}
if (isJson) console.log(JSON.stringify({ machine, rows }, null, 2))
else {
  console.log(tableOf(rows))
  console.log(
    `\n${machine.cpus} × ${machine.model}, Node.js ${machine.node}, load ${before.toFixed(1)} at the start, ${machine.seconds} s`,
  )
}
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1
