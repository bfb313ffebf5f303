import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Field } from './fields.ts'
import { askFor, hiddenValue } from './hidden.ts'
import type { Io } from './io.ts'

const dir = mkdtempSync(join(tmpdir(), 'regie-hidden-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const field = (hidden: 'known' | 'new'): Field => ({
  path: ['new_secret'],
  flag: 'new-secret',
  kind: 'text',
  list: false,
  required: true,
  hidden,
})

/** Somebody who types these, and what she was asked. */
function somebody(...typed: string[]) {
  const asked: string[] = []
  const io: Io = {
    stdout: { write: () => undefined },
    stderr: { write: () => undefined },
    stdin: (async function* () {
      yield Buffer.from('van stdin\n')
    })(),
    env: {},
    askHidden: async (question) => {
      asked.push(question)
      return typed.shift() ?? null
    },
  }
  return { io, asked }
}

test('a secret comes from stdin or a file, and is refused where others would see it', async () => {
  const { io } = somebody()
  const file = join(dir, 'secret')
  writeFileSync(file, 'uit een bestand\r\n')
  expect(await hiddenValue(field('known'), '-', io)).toBe('van stdin')
  expect(await hiddenValue(field('known'), `@${file}`, io)).toBe('uit een bestand')
  const typed = hiddenValue(field('known'), 'in de opdracht', io)
  await expect(typed).rejects.toThrow(/^--new-secret is a secret: leave it out/)
  await expect(typed).rejects.not.toThrow(/in de opdracht/)
  await expect(hiddenValue(field('known'), '@', io)).rejects.toThrow(/is a secret/)
  await expect(hiddenValue(field('known'), '@/nowhere', io)).rejects.toThrow(/cannot be read/)
})

test('what is known is asked once, what is new twice', async () => {
  const once = somebody('geheim')
  expect([await askFor(field('known'), once.io), once.asked]).toEqual(['geheim', ['new secret: ']])
  const twice = somebody('geheim', 'geheim')
  expect(await askFor(field('new'), twice.io)).toBe('geheim')
  expect(twice.asked).toEqual(['new secret: ', 'new secret, once more: '])
  await expect(askFor(field('new'), somebody('geheim', 'gehiem').io)).rejects.toThrow(/not the same twice/)
})

test('where nobody sits it is said how else to give it', async () => {
  const { askHidden: _nobody, ...io } = somebody().io
  await expect(askFor(field('known'), io)).rejects.toThrow(
    '--new-secret is needed: give - for stdin or @file',
  )
})
