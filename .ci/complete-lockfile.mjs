// Adds to package-lock.json the optional packages of other platforms that npm left out because the registry it was
// run against does not carry them. `npm ci` refuses a lockfile in which they are missing, on every platform.
// usage: node .ci/complete-lockfile.mjs [--check] [package-lock.json]
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const file = resolve(positionals[0] ?? 'package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))

const missing = Object.entries(lock.packages).flatMap(([path, owner]) =>
  Object.entries(owner.optionalDependencies ?? {})
    .filter(([name]) => !isInstalled(path, name))
    .map(([name, version]) => ({ name, version, dev: owner.dev })),
)
console.log(`lockfile: ${missing.length} optional packages of other platforms missing`)
if (missing.length > 0 && values.check) {
  console.error('run node .ci/complete-lockfile.mjs and commit package-lock.json')
  process.exitCode = 1
} else if (missing.length > 0) {
  for (const { name, version, dev } of missing) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${name} has no exact version`)
    lock.packages[`node_modules/${name}`] = { version, ...(dev && { dev }), ...platformOf(name), optional: true }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}

/** Looks where Node would: beside the package, then in each folder above it. */
function isInstalled(path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (lock.packages[at ? `${at}/node_modules/${name}` : `node_modules/${name}`]) return true
    if (!at) return false
  }
}

/** What a name such as `@scope/tool-linux-arm64-musl` says about where it runs; npm then skips it elsewhere. */
function platformOf(name) {
  const words = name.split(/[/-]/)
  const os = words.find((word) => /^(android|darwin|win32|linux|freebsd|openharmony)$/.test(word))
  const cpu = words.find((word) => /^(x64|amd64|arm64|arm|ia32|ppc64|riscv64|s390x)$/.test(word))
  if (!os || !cpu) throw new Error(`the platform of ${name} is not known`)
  return { cpu: [cpu === 'amd64' ? 'x64' : cpu], os: [os], ...(words.includes('musl') && { libc: ['musl'] }) }
}
