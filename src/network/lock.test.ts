import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isHeld, takeLock, waitUntilFree } from './lock.ts'
import { processIdentity } from './process-identity.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'regie-lock-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const inUse = expect.objectContaining({ code: 'already_running', kind: 'conflict' })
const writeLock = (holder: unknown) =>
  writeFileSync(join(dir, 'lock'), typeof holder === 'string' ? holder : JSON.stringify(holder))

test('a folder has one user at a time', () => {
  const lock = takeLock(dir)
  expect(isHeld(dir)).toBe(true)
  expect(() => takeLock(dir)).toThrow(inUse)
  lock.release()
  expect(isHeld(dir)).toBe(false)
  takeLock(dir).release()
  expect(readdirSync(dir)).toEqual([])
})

test('a folder that is made belongs to its owner only', () => {
  takeLock(join(dir, 'company'))
  expect(statSync(join(dir, 'company')).mode & 0o777).toBe(0o700)
})

test('the lock of a process that was killed counts for nothing', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await new Promise((done) => child.once('spawn', done))
  writeLock({ pid: child.pid, started: processIdentity(child.pid ?? 0) })
  expect(() => takeLock(dir)).toThrow(inUse)
  child.kill('SIGKILL')
  await new Promise((done) => child.once('exit', done))
  takeLock(dir).release()
})

test('the lock of a process whose number went to another one counts for nothing', () => {
  writeLock({ pid: process.ppid, started: 'an earlier start' })
  takeLock(dir).release()
})

test.each(['', '{', '{"pid":"x"}', '{"pid":1e99,"started":null}'])(
  'a lock that reads %j counts for nothing',
  (text) => {
    writeLock(text)
    takeLock(dir).release()
  },
)

test('who waits goes on when the lock is released, and gives up after a while', async () => {
  const lock = takeLock(dir)
  await expect(waitUntilFree(dir, 100)).rejects.toMatchObject({ code: 'already_running' })
  setTimeout(() => lock.release(), 100)
  await waitUntilFree(dir, 5_000)
})
