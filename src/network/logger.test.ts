import { expect, test } from 'vitest'
import { Refusal } from '../core/index.ts'
import { createLogger } from './logger.ts'

function logged(use: (log: ReturnType<typeof createLogger>) => void): string {
  let text = ''
  use(
    createLogger('company', {
      write: (line) => {
        text += line
      },
    }),
  )
  return text
}

test('a log line is JSON with its node, time and fields', () => {
  const line = logged((log) => log.info({ grant: 'g1' }, 'granted'))
  expect(JSON.parse(line)).toMatchObject({ node: 'company', grant: 'g1', msg: 'granted', level: 30 })
})

test('what an error of others quotes is not logged, where it happened is', () => {
  const error = Object.assign(new Error('duplicate key: j.jansen@example.com\n    in row j.jansen'), {
    code: '23505',
    detail: 'Key (email)=(j.jansen@example.com) already exists.',
    parameters: ['j.jansen@example.com'],
  })
  const line = logged((log) =>
    log.error({ err: new Refusal('conflict', 'taken', 'it is taken', { cause: error }) }, 'x'),
  )
  expect(line).not.toContain('jansen')
  expect(JSON.parse(line).err).toEqual({
    type: 'Refusal',
    code: 'taken',
    message: 'it is taken',
    cause: {
      type: 'Error',
      code: '23505',
      at: expect.arrayContaining([expect.stringContaining('logger.test')]),
    },
  })
})

test('an error that is not an error is logged by its kind', () => {
  expect(JSON.parse(logged((log) => log.error({ err: { email: 'j.jansen@example.com' } }, 'x'))).err).toBe(
    'object',
  )
})
