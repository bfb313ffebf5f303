import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeToken } from './local-tokens.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'regie-tokens-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))
const mode = (...path: string[]) => (statSync(join(dir, ...path)).mode & 0o777).toString(8)

test('a token is readable by its user alone, and so is the folder', () => {
  writeToken(dir, 'company', 'regie_x')
  expect([mode('tokens'), mode('tokens', 'company.token')]).toEqual(['700', '600'])
  expect(readFileSync(join(dir, 'tokens', 'company.token'), 'utf8')).toBe('regie_x\n')
})

test('a file that was open to others is replaced, never filled', () => {
  writeToken(dir, 'company', 'regie_x')
  writeFileSync(join(dir, 'tokens', 'company.token'), 'old', { mode: 0o644 })
  writeFileSync(join(dir, 'tokens', 'company.token.new'), 'left behind', { mode: 0o644 })
  writeToken(dir, 'company', 'regie_y')
  expect(mode('tokens', 'company.token')).toBe('600')
  expect(readdirSync(join(dir, 'tokens'))).toEqual(['company.token'])
})
