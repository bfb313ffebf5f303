import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from '../../support/endings.ts'

export const hasCompiler = platform() === 'linux' && spawnSync('cc', ['--version']).status === 0

/** A disk that can be full, for one file and what lies beside it, in processes that start with this environment. */
export interface FullDisk {
  readonly env: Readonly<Record<string, string>>
  fill(): void
  empty(): void
}

export function prepareFullDisk(file: string): FullDisk {
  const dir = mkdtempSync(join(tmpdir(), 'regie-disk-'))
  atEnd(() => rmSync(dir, { recursive: true, force: true }))
  const library = join(dir, 'full-disk.so')
  const source = join(import.meta.dirname, 'full-disk.c')
  execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'])
  const sign = join(dir, 'full')
  return {
    env: { LD_PRELOAD: library, FULL_DISK_FILE: file, FULL_DISK_SIGN: sign },
    fill: () => writeFileSync(sign, ''),
    empty: () => rmSync(sign, { force: true }),
  }
}
