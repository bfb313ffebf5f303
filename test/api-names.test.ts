import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureBuilt, packageRoot } from './support/build.ts'

/** A chain's own messages, which nodes hand to the relay as they are. */
const foreign = ['chainId']

test('every member of the API is named in snake_case', async () => {
  await ensureBuilt()
  const names = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const name of Object.keys((value as { properties?: object }).properties ?? {})) names.add(name)
    Object.values(value).forEach(collect)
  }
  collect(JSON.parse(readFileSync(join(packageRoot, 'dist', 'openapi.json'), 'utf8')))
  expect(names.size).toBeGreaterThan(100)
  expect([...names].filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual(foreign)
})
