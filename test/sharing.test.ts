import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../src/core/index.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

interface Value {
  claim: string
  value: unknown
  state: string
  source: { kind: string; name: string | null }
  grant: string | null
  withdrawn: { code: string } | null
}
interface Statement {
  id: string
  state: string
  valid: boolean
  reason: string | null
  claims: Record<string, unknown>
}

const products = [
  { sku: 'GN-26', gtin: '8712345678906', name: 'De Gouden 26/6', brand: 'Nietmachine', kind: 'product' },
  { sku: 'ON-1', name: 'Onderhoud aan huis', kind: 'service' },
]
const statement = { partner: '48245915', period: '2026-Q3', discount_percentage: 7.5, order_value: 33362.98 }

onEachEngine((engine) => {
  let trio: TestTrio
  let company: Inside

  const asCompany = <T = { code: string }>(method: string, path: string, body?: object) =>
    trio.company.call<T>('company', method, path, body)
  const record = async () => {
    const { body } = await trio.partner.call<{ values: Value[] }>('partner', 'GET', '/partners/48316274')
    return body.values
  }
  const received = async () => {
    const { body } = await trio.partner.call<{ items: Statement[] }>('partner', 'GET', '/statements/received')
    return body.items
  }
  /** One asks claims of the other, which opens them. */
  async function open(from: TestNode, asker: string, to: TestNode, claims: string[]): Promise<void> {
    const kvk = to.config.organisation.kvkNumber
    const asked = await from.call(asker, 'POST', '/access/requests', { ...newRequest, partner: kvk, claims })
    expect(asked.status).toBe(201)
    const owner = to.config.name
    const page = await to.call<{ items: { id: string }[] }>(owner, 'GET', '/access/requests?state=pending')
    const path = `/access/requests/${page.body.items[0]?.id}/approval`
    expect((await to.call(owner, 'POST', path, {})).status).toBe(201)
    await eventually(async () => {
      const { body } = await from.call<{ items: { claims: string[] }[] }>(
        asker,
        'GET',
        '/access/grants/received',
      )
      return body.items.some((grant) => grant.claims[0] === claims[0])
    }, 'the grant')
  }

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    await importCompany(trio.partner)
    company = await openInside(trio.company, trio.clock)
  })

  describe('a list the organisation shares back', () => {
    test('is not there before it is set', async () => {
      expect(await asCompany('GET', '/sharing/lists/products')).toMatchObject({
        status: 404,
        body: { code: 'list_unknown' },
      })
    })

    test('is read under a grant like any other claim, whole and signed', async () => {
      expect((await asCompany('POST', '/sharing/products', { products })).status).toBe(201)
      const prices = { prices: [{ sku: 'GN-26', price: '19.95', unit_code: 'C62' }] }
      expect((await asCompany('POST', '/sharing/prices', prices)).status).toBe(201)
      await open(trio.partner, 'partner', trio.company, ['product-list.products', 'price-list.prices'])
      const { body } = await trio.partner.call<{
        claims: { claim: string; value: unknown; source: { kind: string } }[]
      }>('partner', 'POST', '/access/reads', { partner: '48316274' })
      expect(body.claims).toMatchObject([
        { claim: 'product-list.products', value: products, source: { kind: 'self_declared' } },
        { claim: 'price-list.prices', value: prices.prices },
      ])
    })

    test.each([
      ['a price in words', '/sharing/prices', { prices: [{ sku: 'x', price: 'gratis' }] }, 'invalid_claims'],
      [
        'a gtin that is none',
        '/sharing/products',
        { products: [{ sku: 'x', name: 'y', gtin: '12' }] },
        'invalid_claims',
      ],
      ['nothing', '/sharing/products', { products: [] }, 'invalid_input'],
    ])('%s is refused', async (_what, path, body, code) => {
      expect(await asCompany('POST', path, body)).toMatchObject({ status: 400, body: { code } })
    })

    test('that changes is told to who reads it; one that is withdrawn opens nothing', async () => {
      await asCompany('POST', '/sharing/products', { products: products.slice(0, 1) })
      const told = () =>
        eventually(async () => {
          const { body } = await asCompany<{ items: { claims: string[] }[] }>('GET', '/notices')
          return body.items.length > 0 && body.items
        }, 'that they are told')
      expect(await told()).toMatchObject([{ claims: ['product-list.products'] }])
      expect((await asCompany('POST', '/sharing/lists/products/withdrawal', {})).status).toBe(200)
      expect(await asCompany('POST', '/sharing/lists/products/withdrawal', {})).toMatchObject({
        body: { code: 'list_unknown' },
      })
      const { body } = await trio.partner.call<{ refused: object[]; code: string }>(
        'partner',
        'POST',
        '/access/reads',
        { partner: '48316274', claims: ['product-list.products'] },
      )
      expect(body.code).toBe('claim_not_held')
      expect((await asCompany<{ items: object[] }>('GET', '/notices')).body.items).toHaveLength(2)
    })
  })

  describe('a statement to one customer', () => {
    test('is not made to who opened nothing to us', async () => {
      expect(await asCompany('POST', '/statements', statement)).toMatchObject({
        status: 403,
        body: { code: 'no_grant_for_statement' },
      })
    })

    test('comes into its wallet, and stands in the record of who made it', async () => {
      await open(trio.company, 'sanne', trio.partner, ['company-profile.email'])
      // They know each other both ways: what the partner reads of us it asked for above.
      expect((await asCompany('POST', '/statements', statement)).status).toBe(201)
      const [held] = await eventually(async () => {
        const items = await received()
        return items.length > 0 && items
      }, 'the statement')
      expect(held).toMatchObject({ valid: true, claims: { discount_percentage: 7.5, order_value: 33362.98 } })
      expect((await record()).filter(({ claim }) => claim.startsWith('customer-statement'))).toContainEqual(
        expect.objectContaining({
          claim: 'customer-statement.discount_percentage',
          value: 7.5,
          state: 'current',
          grant: null,
          source: expect.objectContaining({ kind: 'attested', name: 'Nietmachine B.V.' }),
        }),
      )
    })

    test('gives way to a correction', async () => {
      await asCompany('POST', '/statements', { ...statement, discount_percentage: 9 })
      await eventually(async () => {
        const items = await received()
        return items.length === 1 && items[0]?.claims.discount_percentage === 9
      }, 'the correction')
      const { body } = await asCompany<{ items: Statement[] }>('GET', '/statements')
      expect(body.items.map(({ state }) => state)).toEqual(['current', 'replaced'])
    })

    test('of another period stands beside it; an empty one, or of a period that has not begun, is refused', async () => {
      const earlier = { ...statement, period: '2026-Q2', discount_percentage: 5 }
      expect((await asCompany('POST', '/statements', earlier)).status).toBe(201)
      const periods = () =>
        eventually(async () => {
          const items = await received()
          return items.length === 2 && items
        }, 'both periods')
      expect(
        (await periods()).map(({ valid, claims: { period, discount_percentage } }) => ({
          ...{ valid, period, discount_percentage },
        })),
      ).toEqual(
        expect.arrayContaining([
          { valid: true, period: '2026-Q3', discount_percentage: 9 },
          { valid: true, period: '2026-Q2', discount_percentage: 5 },
        ]),
      )
      const { body } = await asCompany<{ items: Statement[] }>('GET', '/statements')
      expect(body.items.map(({ state }) => state)).toEqual(['current', 'current', 'replaced'])
      // The record shows the latest period, whichever was said last.
      expect(
        (await record()).filter(({ claim }) => claim === 'customer-statement.discount_percentage'),
      ).toMatchObject([{ value: 9 }])
      const { partner } = statement
      expect(await asCompany('POST', '/statements', { partner, period: '2026-Q3' })).toMatchObject({
        status: 400,
        body: { code: 'statement_empty' },
      })
      expect(await asCompany('POST', '/statements', { ...statement, period: '2036' })).toMatchObject({
        status: 400,
        body: { code: 'period_ahead' },
      })
      // One is taken back; the other still holds.
      await asCompany('POST', `/statements/${body.items[0]?.id}/withdrawal`, {})
      trio.clock.advance(10 * 60_000)
      await eventually(async () => (await received()).some(({ valid }) => !valid), 'that one is not valid')
      expect((await received()).filter(({ valid }) => valid)).toHaveLength(1)
    })

    test('that is withdrawn is gone from the record, once; that it was there remains', async () => {
      const { body } = await asCompany<{ items: Statement[] }>('GET', '/statements')
      const current = body.items.find(({ state }) => state === 'current')
      const withdraw = () => asCompany('POST', `/statements/${current?.id}/withdrawal`, {})
      expect((await withdraw()).status).toBe(200)
      expect(await withdraw()).toMatchObject({ status: 409, body: { code: 'statement_ended' } })
      trio.clock.advance(10 * 60_000)
      await eventually(async () => (await received()).every(({ valid }) => !valid), 'that it is not valid')
      const shown = (await record()).find(({ claim }) => claim === 'customer-statement.discount_percentage')
      expect(shown).toMatchObject({
        value: null,
        state: 'withdrawn',
        withdrawn: { code: 'statement_withdrawn' },
      })
    })

    test('leaves no value of it in clear in the database', async () => {
      const kept = await rows(company.store.reader, 'SELECT * FROM customer_statement')
      expect(JSON.stringify(kept)).not.toMatch(/33362\.98|discount/)
    })
  })

  describe('a figure about a group', () => {
    const publish = (over: object = {}) =>
      asCompany<{ code: string; figures: object[]; withheld: object[] }>('POST', '/figures', {
        ...{ claim: 'order_value', period: '2026-Q3', grouping: 'role' },
        ...over,
      })

    test('is not told of few, nor of a period that is not over', async () => {
      await customers(company, 9)
      expect(await publish()).toMatchObject({ status: 409, body: { code: 'group_too_small' } })
      expect(await publish({ period: '2099' })).toMatchObject({ body: { code: 'period_open' } })
      expect(await publish({ grouping: 'first_letter' })).toMatchObject({ body: { code: 'invalid_input' } })
    })

    test('asks for larger groups, never for smaller ones', async () => {
      const rules = (min_group: number, max_share: number) =>
        asCompany('POST', '/figures/rules', { min_group, max_share })
      expect(await rules(9, 30)).toMatchObject({ body: { code: 'rules_not_stricter' } })
      expect(await rules(4, 30)).toMatchObject({ body: { code: 'invalid_input' } })
      expect((await rules(11, 25)).body).toMatchObject({ min_group: 11, max_share: 25 })
    })

    test('is published once, by one grouping: two that differ by a few customers do not exist', async () => {
      await customers(company, 3)
      const published = await publish()
      expect(published).toMatchObject({
        status: 201,
        body: { figures: [{ group: 'customer', customers: 10, mean: 1000, median: 1000, sum: 12000 }] },
      })
      expect(await publish({ grouping: 'region' })).toMatchObject({
        status: 409,
        body: { code: 'figures_frozen' },
      })
    })

    test('is read by partners under a grant', async () => {
      await open(trio.partner, 'partner', trio.company, ['peer-figures.figures'])
      const { body } = await trio.partner.call<{ claims: { value: object[] }[] }>(
        'partner',
        'POST',
        '/access/reads',
        {
          partner: '48316274',
          claims: ['peer-figures.figures'],
        },
      )
      expect(body.claims[0]?.value).toMatchObject([
        { claim: 'order_value', group: 'customer', customers: 10 },
      ])
    })
  })

  /** Customers of whom the books and our statements say the same: all but their names. */
  async function customers(inside: Inside, count: number): Promise<void> {
    const { store, vault, organisation } = inside
    const now = Date.now()
    await store.transact(async (tx) => {
      for (let n = 0; n < count; n++) {
        const id = newId()
        const did = `did:web:customer-${id}.example`
        const seal = async (place: string, value: object) =>
          (await vault.seal(organisation.id, place, JSON.stringify(value))).toString('base64')
        const books = { details: { postcode: '9401DT' }, books: { activity: 'unknown' } }
        await rows(
          tx,
          `INSERT INTO partner (id, natural_key, kind, name, search_name, roles, activity, sealed, network_state, did,
             created_at, updated_at) VALUES (?, ?, 'organisation', 'X', 'x', '["customer"]', 'unknown', ?, 'in_network', ?, ?, ?)
           RETURNING id`,
          [id, id, await seal(`partner:${id}:sealed`, books), did, now, now],
        )
        await rows(
          tx,
          `INSERT INTO customer_statement (id, customer, customer_name, period, sealed, offer_id, state, created_at)
           VALUES (?, ?, 'X', '2026-Q3', ?, '', 'current', ?) RETURNING id`,
          [
            id,
            did,
            await seal(`customer_statement:${id}:sealed`, { period: '2026-Q3', order_value: 1000 }),
            now,
          ],
        )
      }
    })
  }
})

/** Takes the company over from the partner's books. */
async function importCompany(node: TestNode): Promise<void> {
  const { name } = node.config
  const { body } = await node.call<{ id: string }>(name, 'POST', '/partners/imports')
  const list = [
    'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC',
    'C1;Nietmachine B.V.;;;;;NL;;;;;48316274;;',
  ]
  await fetch(`${node.url}/api/v1/partners/imports/${body.id}/files?name=crediteuren.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${node.token(name)}`, 'content-type': 'application/octet-stream' },
    body: list.join('\n'),
  })
  await node.call(name, 'POST', `/partners/imports/${body.id}/apply`, { pick: 'all' })
}
