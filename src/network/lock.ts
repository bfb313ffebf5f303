import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Refusal } from '../core/index.ts'
import { processIdentity } from './process-identity.ts'

export interface Lock {
  release(): void
}

interface Holder {
  readonly pid: number
  readonly started: string
}

/**
 * Makes this process the only one that works in a folder, until it ends: a lock whose process is gone counts for
 * nothing.
 * @param dir made when missing, readable by its owner only
 * @param name file in it
 * @throws Refusal `already_running`
 */
export function takeLock(dir: string, name = 'lock'): Lock {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const path = join(dir, name)
  const own = `${path}.${process.pid}`
  const holder: Holder = { pid: process.pid, started: processIdentity(process.pid) ?? '' }
  writeFileSync(own, JSON.stringify(holder), { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (linked(own, path)) return { release: () => rmSync(path, { force: true }) }
      if (isHeld(dir, name)) break
      removeStale(path)
    }
  } finally {
    rmSync(own, { force: true })
  }
  throw inUse(path)
}

/** True while a living process holds the lock. */
export function isHeld(dir: string, name = 'lock'): boolean {
  return isAlive(readHolder(join(dir, name)))
}

/**
 * Waits for processes that are ending.
 * @throws Refusal `already_running` when the lock is still held after `ms`
 */
export async function waitUntilFree(dir: string, ms: number): Promise<void> {
  for (const deadline = Date.now() + ms; isHeld(dir); await pause(50))
    if (Date.now() > deadline) throw inUse(join(dir, 'lock'))
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Two may find the same stale lock: who moved away a fresh one by mistake puts it back. */
function removeStale(path: string): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
    if (isAlive(readHolder(aside))) linked(aside, path)
  } catch {
    // The other one was faster.
  }
  rmSync(aside, { force: true })
}

function isAlive(holder: Holder | null): boolean {
  const identity = holder && processIdentity(holder.pid)
  return identity !== null && identity === holder?.started
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch {
    return null
  }
}

const inUse = (path: string): Refusal =>
  new Refusal('conflict', 'already_running', 'this data folder is in use by a process that runs already', {
    params: { pid: readHolder(path)?.pid ?? 0 },
  })
