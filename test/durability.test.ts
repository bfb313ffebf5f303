import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const hasCompiler = platform() === 'linux' && spawnSync('cc', ['--version']).status === 0
if (!hasCompiler) console.warn('No C compiler here: the test that listens to syncs to disk is left out.')

const COMMITS = 50

/** What a power cut would take away: SQLite is listened to from below, where it asks the kernel to write to disk. */
describe.skipIf(!hasCompiler)('on SQLite', () => {
  let dir = ''
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'regie-sync-'))
    const source = join(import.meta.dirname, 'support', 'sync-log.c')
    execFileSync('cc', ['-shared', '-fPIC', '-o', join(dir, 'sync-log.so'), source, '-ldl'])
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  /** @returns how many commits were acknowledged, and how many of them before they were on disk */
  function commit(name: string, ...synchronous: ('FULL' | 'NORMAL')[]) {
    const log = join(dir, `${name}.log`)
    const child = join(import.meta.dirname, 'support', 'durability-child.mjs')
    const loader = join(import.meta.dirname, '..', 'bench', 'load-typescript.mjs')
    const file = join(dir, `${name}.sqlite`)
    execFileSync(process.execPath, ['--import', loader, child, file, String(COMMITS), ...synchronous], {
      env: { ...process.env, LD_PRELOAD: join(dir, 'sync-log.so'), SYNC_LOG: log },
      stdio: 'pipe',
    })
    const lines = readFileSync(log, 'utf8').split('\n')
    const story = lines.slice(lines.indexOf('begin') + 1, lines.indexOf('end'))
    let onDisk = false
    let acknowledged = 0
    let unsynced = 0
    for (const line of story) {
      if (line === `sync ${file}-wal`) onDisk = true
      if (line !== 'acknowledged') continue
      acknowledged++
      if (!onDisk) unsynced++
      onDisk = false
    }
    return { acknowledged, unsynced }
  }

  test('nothing is acknowledged before it is on disk', () => {
    expect(commit('default')).toEqual({ acknowledged: COMMITS, unsynced: 0 })
  })

  test('and the listening would notice: with synchronous=NORMAL nothing is', () => {
    expect(commit('normal', 'NORMAL')).toEqual({ acknowledged: COMMITS, unsynced: COMMITS })
  })
})
