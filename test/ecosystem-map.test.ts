import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placed } from '../web/src/pages/ecosystem/around.ts'

const roles = ['customer', 'supplier', 'employee', 'intermediary'] as const
const partners = fc
  .array(fc.subarray([...roles]), { maxLength: 300 })
  .map((all) => all.map((has, at) => ({ id: String(at), roles: has })))

test('each partner stands in the map once, beside the others and not on them', () => {
  fc.assert(
    fc.property(partners, (all) => {
      const { hubs, partners: around } = placed(all)
      expect(around.map(({ id }) => id).toSorted()).toEqual(all.map(({ id }) => id).toSorted())
      expect(hubs.reduce((sum, { count }) => sum + count, 0)).toBe(all.length)
      const places = [...hubs, ...around, { x: 0, y: 0 }].map(({ x, y }) => `${x} ${y}`)
      expect(new Set(places).size).toBe(places.length)
      for (const [at, one] of around.entries())
        for (const other of around.slice(at + 1))
          expect(Math.abs(one.x - other.x) >= 150 || Math.abs(one.y - other.y) >= 40).toBe(true)
    }),
  )
})
