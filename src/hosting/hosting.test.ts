import { describe, expect, test } from 'vitest'
import { addresseeOf, freeSlug, requireSlug, slugOf, urlOfTenant } from './host-name.ts'
import { hostedMoves, hostedStates, nextState } from './state.ts'

/** Rows: from where; columns: what is done; `.` is refused. */
const moves = `
  state     created suspend   resume leave   written remove
  creating  active  .         .      .       .       removed
  active    .       suspended .      leaving .       .
  suspended .       .         active leaving .       .
  leaving   .       .         .      .       left    .
  left      .       .         .      .       .       removed
  removed   .       .         .      .       .       .
`
const [head = [], ...lines] = moves
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
const table = lines.flatMap(([state = '', ...to]) =>
  to.map((next, at) => [state, head[at + 1] ?? '', next] as const),
)

test('the table names every state and every move', () => {
  expect([lines.map(([state]) => state), head.slice(1)]).toEqual([[...hostedStates], [...hostedMoves]])
})

test.each(table)('from %s by %s: %s', (state, move, next) => {
  const moving = () => nextState(state as (typeof hostedStates)[number], move as (typeof hostedMoves)[number])
  if (next === '.') expect(moving).toThrow(expect.objectContaining({ code: 'hosting_not_now' }))
  else expect(moving()).toBe(next)
})

describe('whom a request is for', () => {
  const base = new URL('https://nodes.myobi.example')
  const tenant = (slug: string) => ({ kind: 'tenant', slug })
  test.each<[readonly string[], string, unknown]>([
    [['Host', 'nodes.myobi.example'], '/', { kind: 'host' }],
    [['Host', 'nodes.myobi.example:443'], '/', { kind: 'host' }],
    [['host', 'Bakker.Nodes.MYOBI.example'], '/', tenant('bakker')],
    [
      ['Host', 'bakker.nodes.myobi.example', 'Forwarded', 'host=slager.nodes.myobi.example'],
      '/',
      tenant('bakker'),
    ],
    [['Host', 'bakker.nodes.myobi.example:8443'], '/', null],
    [['Host', 'bakker.nodes.myobi.example.'], '/', null],
    [['Host', 'bakkernodes.myobi.example'], '/', null],
    [['Host', 'a.bakker.nodes.myobi.example'], '/', null],
    [['Host', 'xn--bakkr-fsa.nodes.myobi.example'], '/', null],
    [['Host', 'bakker.nodes.myobi.example', 'HOST', 'bakker.nodes.myobi.example'], '/', null],
    [['Host', ''], '/', null],
    [[], '/', null],
    [['Host', 'bakker.nodes.myobi.example'], 'https://slager.nodes.myobi.example/', null],
    [['Host', 'bakker.nodes.myobi.example'], '//slager.nodes.myobi.example/', null],
    [['Host', 'bakker.nodes.myobi.example'], '*', null],
    [['Host', 'bakkеr.nodes.myobi.example'], '/', null],
    [['Host', 'bakker%2enodes.myobi.example'], '/', null],
  ])('%j at %s', (rawHeaders, url, expected) => {
    expect(addresseeOf({ url, rawHeaders }, base)).toEqual(expected)
  })

  test('a tenant’s address is read back as its own', () => {
    for (const text of ['https://nodes.myobi.example', 'http://localhost:4801']) {
      const at = new URL(text)
      const { host } = new URL(urlOfTenant('bakker', at))
      expect(addresseeOf({ url: '/', rawHeaders: ['Host', host] }, at)).toEqual(tenant('bakker'))
    }
  })
})

test.each([
  ['Bakkerij De Kruimelkoning B.V.', 'bakkerij-de-kruimelkoning-bv'],
  ['Café ’t Hoekje', 'cafe-t-hoekje'],
  ['../../etc/passwd', 'etcpasswd'],
  ['3 Musketiers', 'musketiers'],
  ['——', ''],
])('%s would be %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug)
})

test.each([
  ['Bakkerij De Kruimelkoning B.V.', [], 'bakkerij-de-kruimelkoning-bv'],
  ['Bakker', ['bakker', 'bakker-2'], 'bakker-3'],
  ['MYOBI', [], 'organisation-1'],
  ['東京', ['organisation-1'], 'organisation-2'],
  ['De heel erg lange naam van een vennootschap B.V.', [], 'de-heel-erg-lange-naam-van-een-v'],
])('%s, where %j are taken, gets %s', async (name, taken, slug) => {
  const found = await freeSlug(name, async (one) => (taken as readonly string[]).includes(one))
  expect(requireSlug(found)).toBe(slug)
})
