// Checks who imports whom (.dependency-cruiser.cjs). A checker that reads nothing finds nothing: it says how many
// modules it read, and fails when they are too few.
// usage: node .ci/check-floors.mjs [--least <modules>] [directory with src/, test/, bench/]
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { cruise } from 'dependency-cruiser'
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config'

const { values, positionals } = parseArgs({
  options: { least: { type: 'string', default: '150' } },
  allowPositionals: true,
})
const { options, ...ruleSet } = await extractConfig(resolve(import.meta.dirname, '../.dependency-cruiser.cjs'))
process.chdir(positionals[0] ?? resolve(import.meta.dirname, '..'))
const roots = ['src', 'test', 'bench'].filter((root) => existsSync(root))
const { output } = await cruise(roots, { ...options, ruleSet, validate: true }, options.enhancedResolveOptions)

const read = output.modules.filter(({ source }) => roots.some((root) => source.startsWith(`${root}/`)))
const comments = new Map(ruleSet.forbidden.map(({ name, comment }) => [name, comment]))
for (const { rule, from, to, cycle } of output.summary.violations) {
  const way = cycle ? [from, ...cycle.map(({ name }) => name)].join(' → ') : `${from} → ${to}`
  console.error(`${rule.name}: ${way}\n  ${comments.get(rule.name)}`)
}
console.log(`floors: ${read.length} modules read, ${output.summary.violations.length} imports refused`)
if (output.summary.violations.length > 0) process.exitCode = 1
if (read.length < Number(values.least)) {
  console.error(`at least ${values.least} modules were expected in ${join(process.cwd(), 'src')}`)
  process.exitCode = 1
}
