import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isRefusal } from '../../core/index.ts'
import { createEgress } from '../../egress/index.ts'
import { parseJsonStrict } from '../../jose/index.ts'
import { compareFacts } from './facts.ts'
import { createKvkApi } from './kvk-api.ts'

const recorded = (name: string) => readFileSync(`test/kvk/${name}.json`, 'utf8')
const profile = recorded('basisprofiel')

describe('the trade register', () => {
  let answer = { status: 200, body: profile }
  let asked = { url: '', key: '' }
  const server = createServer((request, response) => {
    asked = { url: request.url ?? '', key: String(request.headers.apikey) }
    if (answer.status === 0) return request.socket.destroy()
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
  })
  const egress = createEgress({ parseJson: parseJsonStrict, allowLoopback: true })
  let api: ReturnType<typeof createKvkApi>
  let url = ''

  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}/test/api`
    api = createKvkApi({ egress, url, key: 'secret' })
  })
  beforeEach(() => {
    answer = { status: 200, body: profile }
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await egress.dispose()
  })
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error) => (isRefusal(error) ? error.code : String(error)),
    )

  test('is asked with the key, and what concerns persons is left out', async () => {
    const facts = await api.find('68750110')
    expect(asked).toEqual({ url: '/test/api/v1/basisprofielen/68750110', key: 'secret' })
    expect(facts).toEqual({
      kvk_number: '68750110',
      name: 'Wasserij De Witte Was',
      names: ['Wasserij De Witte Was B.V.', 'Wasserij De Witte Was', 'Strijkservice Kreukloos'],
      legal_form: 'Besloten vennootschap met gewone structuur',
      address: { street_address: 'Waslijn 3A bis', postal_code: '1234AB', locality: 'Voorbeeldstad' },
      registered_on: '2017-05-19',
      ended_on: null,
    })
    expect(JSON.stringify(facts)).not.toContain('857587973')
  })

  test('is searched by name', async () => {
    answer = { status: 200, body: recorded('zoeken') }
    expect(await api.search('Witte & Was')).toEqual([
      { kvk_number: '68750110', name: 'Wasserij De Witte Was', locality: 'Voorbeeldstad' },
    ])
    expect(asked.url).toBe('/test/api/v2/zoeken?naam=Witte%20%26%20Was&resultatenPerPagina=10')
  })

  test('keeps an address to itself where it is shielded', async () => {
    answer.body = profile.replaceAll('"indAfgeschermd": "Nee"', '"indAfgeschermd": "Ja"')
    expect((await api.find('68750110')).address).toBeNull()
  })

  test.each([
    ['is down', 503, '{}', 'kvk_unreachable'],
    ['hangs up', 0, '', 'kvk_unreachable'],
    ['does not know the company', 404, '{"fout":[{"code":"IPD0005"}]}', 'kvk_unknown'],
    ['does not take the key', 401, '{}', 'kvk_key_refused'],
    ['was asked too often', 429, '{}', 'kvk_busy'],
    ['sends a page', 200, '<html>', 'kvk_malformed'],
    ['sends nothing we know', 200, '{"kvkNummer":7}', 'kvk_malformed'],
    ['sends a member twice', 200, '{"kvkNummer":"1","kvkNummer":"2"}', 'kvk_malformed'],
    ['sends it elsewhere', 302, '{}', 'kvk_malformed'],
    ['sends too much', 200, `"${'x'.repeat(2 ** 21)}"`, 'kvk_malformed'],
    ['answers about another company', 200, profile.replaceAll('68750110', '68750111'), 'kvk_other_company'],
  ])('%s', async (_, status, body, code) => {
    answer = { status, body }
    expect(await codeOf(api.find('68750110'))).toBe(code)
  })

  test('is not asked without a key, and its key is in no message', async () => {
    expect(await codeOf(createKvkApi({ egress, url, key: undefined }).find('68750110'))).toBe(
      'kvk_not_configured',
    )
    answer.status = 401
    await expect(api.find('68750110')).rejects.not.toThrow(/secret/)
  })
})

const found = {
  ...{ kvk_number: '68750110', name: 'Wasserij De Witte Was', names: ['Wasserij De Witte Was B.V.'] },
  legal_form: 'Besloten vennootschap met gewone structuur',
  address: { street_address: 'Waslijn 3A bis', postal_code: '1234AB', locality: 'Voorbeeldstad' },
  ...{ registered_on: '2017-05-19', ended_on: null },
}
test.each([
  ['the same', {}, []],
  ['under its statutory name', { name: 'wasserij de witte was bv' }, []],
  ['its statutory name as the register writes it', { name: 'Wasserij De Witte Was B.V.' }, []],
  ['another name', { name: 'Wasserij De Zwarte Was' }, ['name']],
  ['a short legal form', { legal_form: 'B.V.' }, []],
  ['another legal form', { legal_form: 'Stichting' }, ['legal_form']],
  ['no legal form', { legal_form: undefined }, []],
  ['another number', { kvk_number: '12345678' }, ['kvk_number']],
  [
    'the same address with a blank in the postal code',
    {
      address: {
        street_address: 'Waslijn 3A bis',
        postal_code: '1234 AB',
        locality: 'Voorbeeldstad',
        country: 'NL',
      },
    },
    [],
  ],
  [
    'another address',
    { address: { street_address: 'Waslijn 4', locality: 'Voorbeeldstad', country: 'NL' } },
    ['address'],
  ],
])('who says %s differs in: %j', (_, said, differs) => {
  const all = { name: 'Wasserij De Witte Was', kvk_number: '68750110', ...said }
  const compared = compareFacts(all, found)
  expect(compared.flatMap(({ field, same }) => (same ? [] : [field]))).toEqual(differs)
})

test('who is not in business any more differs in that', () => {
  const compared = compareFacts({ name: 'Wasserij De Witte Was' }, { ...found, ended_on: '2026-01-01' })
  expect(compared.at(-1)).toMatchObject({ field: 'ended_on', same: false })
})
