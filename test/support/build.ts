import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isRefusal } from '../../src/core/index.ts'
import { type Lock, takeLock } from '../../src/network/lock.ts'

export const packageRoot = join(import.meta.dirname, '..', '..')
const dist = join(packageRoot, 'dist')
const stamp = join(dist, '.built')

let built: Promise<void> | undefined

/** Compiles `src` to `dist`, and the console, when one is newer: tests that start processes, or open pages, run what was built. */
export function ensureBuilt(): Promise<void> {
  built ??= build()
  return built
}

async function build(): Promise<void> {
  if (isFresh()) return
  mkdirSync(dist, { recursive: true })
  const lock = await lockBuild()
  try {
    if (isFresh()) return
    const began = new Date()
    // Type errors are `npm run check`'s business; what is emitted is what runs.
    spawnSync(join(packageRoot, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], {
      cwd: packageRoot,
    })
    spawnSync(process.execPath, [join(dist, 'write-openapi.js')], { cwd: packageRoot })
    spawnSync(process.execPath, [join(packageRoot, 'web', 'write-api.mjs')], { cwd: packageRoot })
    spawnSync(join(packageRoot, 'node_modules', '.bin', 'vite'), ['build', 'web'], { cwd: packageRoot })
    for (const made of ['main.js', 'web/index.html'])
      if (!existsSync(join(dist, made))) throw new Error(`the build made no dist/${made}`)
    writeFileSync(stamp, began.toISOString())
  } finally {
    lock.release()
  }
}

function isFresh(): boolean {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return ['src', 'web/src'].every((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(tsx?|css)$/.test(file) && !/\.test\.ts$|generated/.test(file))
      .every(
        (file) =>
          (statSync(join(packageRoot, folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0) < built,
      ),
  )
}

/** Test files run at the same time. */
async function lockBuild(): Promise<Lock> {
  for (;;) {
    try {
      return takeLock(dist, 'build.lock')
    } catch (error) {
      if (!isRefusal(error, 'already_running')) throw error
      await pause(200)
    }
  }
}
