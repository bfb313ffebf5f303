import { expect, test } from 'vitest'
import { asTypeOrmMigration } from './migration.ts'

test('a step is one class however often a database is opened: TypeORM keeps one of each for ever', () => {
  const step = { id: 1795000000098, name: 'Step', up: [] }
  expect(asTypeOrmMigration(step)).toBe(asTypeOrmMigration(step))
  expect(asTypeOrmMigration({ ...step })).not.toBe(asTypeOrmMigration(step))
})
