import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { atEnd } from './support/endings.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'
import { openReceiver, type Receiver } from './support/receiver.ts'

interface Reason {
  code: string
  count: number
  points: number
  what: string[]
}
interface Judged {
  partner: { id: string; name: string; did: string | null }
  points: number
  reasons: Reason[]
}
interface Partner {
  id: string
  did: string
  contact: { email: string | null; phone: string | null }
  differences: { field: string }[]
  quality: {
    points: number
    reasons: Reason[]
    ages: { what: string; whose: string; days: number; stale: boolean }[]
    bounces: { what: string; whose: string; kind: string; count: number }[]
    taken: { field: string; claim: string; source: string; grant: string }[]
  }
}
interface Pair {
  partners: { id: string; name: string }[]
  on: string[]
  score: number
}
interface Page<T> {
  items: T[]
  next: string | null
}
type Refused = { code: string }

const vector = readFileSync('test/vectors/partners/debiteuren-snelstart.csv')
const header =
  'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC'
const email = 'company-profile.email'
const bakery = '48245915'
const DAY_MS = 86_400_000

onEachEngine((engine) => {
  let trio: TestTrio
  let erp: Receiver
  let inside: Inside
  let system = ''

  const call = <T>(method: string, path: string, body?: object, account = 'sanne') =>
    trio.company.call<T & Refused>(account, method, path, body)
  const partner = async (account = 'sanne', id = bakery) =>
    (await call<Partner>('GET', `/partners/${id}`, undefined, account)).body
  const codes = ({ quality }: Partner) =>
    Object.fromEntries(quality.reasons.map(({ code, what }) => [code, what]))
  const list = async (query = '', account = 'sanne') =>
    (await call<Page<Judged>>('GET', `/partners/quality${query}`, undefined, account)).body
  const duplicates = async (query = '') =>
    (await call<Page<Pair>>('GET', `/partners/duplicates${query}`)).body
  const bounce = (body: object) =>
    call<{ count: number; kind: string }>('POST', '/partners/bounces', { partner: bakery, ...body })
  const read = () => call('POST', '/access/reads', { partner: bakery })
  const told = (type: string) => erp.calls.map(({ event }) => event).filter((event) => event.type === type)
  const load = async (text: string | Uint8Array<ArrayBuffer>) => {
    const { body } = await call<{ id: string }>('POST', '/partners/imports', undefined, 'company')
    const added = await fetch(`${trio.company.url}/api/v1/partners/imports/${body.id}/files?name=lijst.csv`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${trio.company.token('company')}`,
        'content-type': 'application/octet-stream',
      },
      body: text,
    })
    expect(added.status).toBeLessThan(300)
    const applied = await call<{ new: number }>(
      ...(['POST', `/partners/imports/${body.id}/apply`, { pick: 'all' }, 'company'] as const),
    )
    return applied.body.new
  }
  const bySystem = async (path: string, body: object) => {
    const response = await fetch(`${trio.company.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${system}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Refused & { count: number } }
  }

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    expect(await load(new Uint8Array(vector))).toBeGreaterThan(20)
    await call('POST', '/access/requests', { ...newRequest, claims: [email] })
    const waiting = await trio.partner.call<Page<{ id: string }>>(
      'partner',
      'GET',
      '/access/requests?state=pending',
    )
    const path = `/access/requests/${waiting.body.items[0]?.id}/approval`
    await trio.partner.call('partner', 'POST', path, { until: '2099-01-01' })
    await eventually(async () => (await read()).status === 200, 'the grant')
    erp = await openReceiver()
    atEnd(() => erp.close())
    await call('POST', '/webhooks', { url: erp.url }, 'company')
    const made = await call<{ token: string }>(
      'POST',
      '/systems',
      { name: 'Mailer', scopes: ['partners:report'] },
      'company',
    )
    system = made.body.token
    inside = await openInside(trio.company, trio.clock)
  })

  describe('how good what we have is', () => {
    test('is a sum of reasons, the worst partner first, page by page', async () => {
      const first = await list('?limit=5')
      const rest = await list(`?limit=200&cursor=${encodeURIComponent(String(first.next))}`)
      const all = [...first.items, ...rest.items]
      expect(new Set(all.map((one) => one.partner.id)).size).toBe(all.length)
      expect(all.map(({ points }) => points)).toEqual(all.map(({ points }) => points).sort((a, b) => b - a))
      for (const { points, reasons } of all)
        expect(reasons.reduce((sum, reason) => sum + reason.points, 0)).toBe(points)
      const missing = await list('?reason=missing&limit=200')
      expect(missing.items.length).toBeGreaterThan(0)
      expect(missing.items.every(({ reasons }) => reasons.some(({ code }) => code === 'missing'))).toBe(true)
    })

    test('shows a difference only to whom the owner lets see the value', async () => {
      const seen = (await list('?reason=different')).items
      expect(seen.map((one) => one.partner.name)).toEqual(['Bakkerij De Kruimelkoning B.V.'])
      expect(seen[0]?.reasons.find(({ code }) => code === 'different')).toMatchObject({
        points: 5,
        what: [email],
      })
      expect((await list('?reason=different', 'company')).items).toEqual([])
      expect(codes(await partner('sanne')).different).toEqual([email])
      expect(codes(await partner('company')).different).toBeUndefined()
    })
  })

  describe('what bounces', () => {
    test('is reported by the company’s own systems, counts once an hour, and hard is worse than soft', async () => {
      const at = new Date(trio.clock.now() - 5 * 3_600_000).toISOString()
      expect(
        await bySystem('/partners/bounces', { partner: bakery, field: 'email', kind: 'soft', at }),
      ).toMatchObject({
        status: 201,
        body: { count: 1 },
      })
      const again = await Promise.all(
        [1, 2, 3].map(() =>
          bySystem('/partners/bounces', { partner: bakery, field: 'email', kind: 'soft', at }),
        ),
      )
      expect(again.map(({ body }) => body.count)).toEqual([1, 1, 1])
      expect(codes(await partner()).bounced_soft).toEqual(['email'])
      expect((await bounce({ field: 'email', kind: 'hard' })).body).toMatchObject({ count: 2, kind: 'hard' })
      expect((await bounce({ field: 'email', kind: 'soft' })).body).toMatchObject({ count: 2, kind: 'hard' })
      expect(codes(await partner())).toMatchObject({ bounced_hard: ['email'] })
      const [worst] = (await list('?limit=1')).items
      expect(worst?.partner.name).toBe('Bakkerij De Kruimelkoning B.V.')
    })

    test('on what the partner lets us see is noted beside it, and told to the company’s systems by name', async () => {
      expect((await bounce({ claim: email, kind: 'hard' })).status).toBe(201)
      expect((await partner()).quality.bounces.map(({ what, whose }) => [what, whose]).sort()).toEqual([
        [email, 'theirs'],
        ['email', 'ours'],
      ])
      await eventually(async () => told('nl.regie.partner.bounced').length === 3, 'the calls')
      expect(told('nl.regie.partner.bounced').at(-1)).toMatchObject({
        data: { claims: [email], kind: 'hard' },
      })
      expect(JSON.stringify(erp.calls)).not.toMatch(/info@/)
    })

    test('is over once the value changes', async () => {
      await trio.partner.call('partner', 'POST', '/profile', { email: 'post@kruimelkoning.example' })
      await eventually(async () => {
        await read()
        return (await partner()).quality.bounces.every(({ whose }) => whose === 'ours')
      }, 'that theirs is cleared')
      expect((await bounce({ field: 'email', value: 'heel@anders.example', kind: 'hard' })).body.code).toBe(
        'bounce_outdated',
      )
    })

    test.each<[string, object, number, string]>([
      ['nothing we have', { field: 'phone', kind: 'hard', partner: '99999999' }, 404, 'partner_unknown'],
      ['a claim nobody showed us', { claim: 'contact-person.email', kind: 'hard' }, 404, 'value_unknown'],
      ['what nothing is sent to', { claim: 'company-profile.iban', kind: 'hard' }, 404, 'value_unknown'],
      ['both', { claim: email, field: 'email', kind: 'hard' }, 400, 'invalid_input'],
      ['neither', { kind: 'hard' }, 400, 'invalid_input'],
      ['tomorrow', { field: 'email', kind: 'hard', at: '2098-01-01T00:00:00.000Z' }, 400, 'bounce_in_future'],
    ])('about %s is refused', async (_what, body, status, code) => {
      const answer = await bounce(body)
      expect([answer.status, answer.body.code]).toEqual([status, code])
    })

    test('is not for a system that may only read', async () => {
      const made = await call<{ token: string }>(
        'POST',
        '/systems',
        { name: 'Lezer', scopes: ['partners:read'] },
        'company',
      )
      const mailer = system
      system = made.body.token
      expect(
        (await bySystem('/partners/bounces', { partner: bakery, field: 'email', kind: 'hard' })).status,
      ).toBe(403)
      system = mailer
    })
  })

  describe('taking over what the partner says', () => {
    const takeOver = (claim = email, account = 'sanne') =>
      call<Partner>('POST', `/partners/${bakery}/taken-over`, { claim }, account)

    test('ends the difference and the bounce, and keeps where it came from', async () => {
      const taken = await takeOver()
      expect(taken).toMatchObject({
        status: 200,
        body: { contact: { email: 'post@kruimelkoning.example' }, differences: [], quality: { bounces: [] } },
      })
      const { did } = taken.body
      expect(taken.body.quality.taken).toMatchObject([{ field: 'email', claim: email, source: did }])
      expect(codes(taken.body).different).toBeUndefined()
      expect((await list('?reason=different')).items).toEqual([])
      const { body } = await trio.company.call<Page<{ action: string; data: object }>>(
        'company',
        'GET',
        '/audit?limit=50',
      )
      expect(body.items.find(({ action }) => action === 'partner.taken_over')?.data).toMatchObject({
        field: 'email',
        claim: email,
      })
    })

    test('stands while the books say what they said, and gives way to what they say next', async () => {
      await load(new Uint8Array(vector))
      expect((await partner()).contact.email).toBe('post@kruimelkoning.example')
      await load(
        `${header}\nD1001;Bakkerij De Kruimelkoning B.V.;;;;;NL;;;boekhouding@kruimelkoning.example;;48245915;;`,
      )
      const after = await partner()
      expect(after.contact.email).toBe('boekhouding@kruimelkoning.example')
      expect(after.quality.taken).toEqual([])
      expect(after.differences.map(({ field }) => field)).toEqual(['email'])
    })

    test('a new difference is told to the company’s systems by name', async () => {
      await list()
      await eventually(async () => told('nl.regie.partner.difference').length > 0, 'the call')
      expect(told('nl.regie.partner.difference').at(-1)).toMatchObject({
        data: { field: 'email', claims: [email] },
      })
      expect(JSON.stringify(erp.calls)).not.toMatch(/@kruimelkoning/)
    })

    test.each<[string, string, string, number, string]>([
      ['what is not let see', 'company-profile.iban', 'sanne', 404, 'claim_not_shared'],
      ['what the caller may not see', email, 'company', 404, 'claim_not_shared'],
      ['what our copy has no place for', 'company-profile.description', 'sanne', 422, 'not_in_own_copy'],
    ])('%s is refused', async (_what, claim, account, status, code) => {
      const answer = await takeOver(claim, account)
      expect([answer.status, answer.body.code]).toEqual([status, code])
    })
  })

  describe('duplicates', () => {
    test('are found also when they come in later, by what they have in common', async () => {
      const before = (await duplicates('?limit=200')).items.length
      await load(
        [
          header,
          'X1;Kruimelkoning B.V.;;;;;NL;;;;;;NL70TSTN0937876771;',
          'X2;Drukkerij Inktvlek en Zn;;Schijnkade 74;9401DM;Assen;NL;;;;NL899096578B01;;;',
        ].join('\n'),
      )
      const found = (await duplicates('?limit=200')).items
      expect(found).toHaveLength(before + 2)
      const named = (name: string) => found.find(({ partners }) => partners.some((one) => one.name === name))
      expect(named('Kruimelkoning B.V.')).toMatchObject({ on: ['iban'], score: 50 })
      expect(named('Drukkerij Inktvlek en Zn')).toMatchObject({ on: ['name_postcode', 'vat'], score: 100 })
      expect(found[0]?.score).toBe(100)
      const worse = await partner()
      expect(worse.quality.reasons.find(({ code }) => code === 'duplicate')).toMatchObject({
        count: 1,
        points: 4,
      })
      const first = await duplicates('?limit=1')
      const second = await duplicates(`?limit=1&cursor=${encodeURIComponent(String(first.next))}`)
      expect(second.items[0]?.partners).not.toEqual(first.items[0]?.partners)
    })

    test('are not named again once somebody said that they are two', async () => {
      const pair = (await duplicates('?limit=200')).items.find(({ score }) => score === 50)
      const [one, other] = pair?.partners ?? []
      const say = (body: object, account = 'company') =>
        call('POST', '/partners/duplicates/different', body, account)
      expect((await say({ one: other?.id, other: one?.id }, 'sanne')).status).toBe(403)
      expect((await say({ one: one?.id, other: one?.id })).body.code).toBe('same_partner')
      const answers = await Promise.all([1, 2].map(() => say({ one: other?.id, other: one?.id })))
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect((await duplicates('?limit=200')).items.filter(({ score }) => score === 50)).toEqual([])
      expect(codes(await partner()).duplicate).toBeUndefined()
      await load(`${header}\nX1;Kruimelkoning B.V.;;;;;NL;010-1234567;;;;;NL70TSTN0937876771;`)
      expect((await duplicates('?limit=200')).items.filter(({ score }) => score === 50)).toEqual([])
    })

    test('a company of the same group is none: it has a KVK number of its own', async () => {
      const before = (await duplicates('?limit=200')).items.length
      await load(
        `${header}\nX3;Kruimelkoning Vastgoed B.V.;;;;;NL;;;;NL899102256B01;69599084;NL70TSTN0937876771;`,
      )
      const found = (await duplicates('?limit=200')).items
      const names = found.map(({ partners }) => partners.map(({ name }) => name).join(' + '))
      expect(names.filter((name) => /Vastgoed/.test(name) && /Bakkerij/.test(name))).toEqual([])
      expect(found.length - before).toBeLessThanOrEqual(1)
    })
  })

  test('after a year that nobody confirmed it, a value is stale', async () => {
    const ours = async () => (await partner()).quality.ages.filter(({ whose }) => whose === 'ours')
    expect((await ours()).every(({ stale }) => !stale)).toBe(true)
    expect((await list('?reason=stale')).items).toEqual([])
    for (const days of [200, 170]) {
      trio.clock.advance(days * DAY_MS)
      await call('POST', '/me/token', {})
    }
    expect((await ours()).map(({ days, stale }) => [days, stale])).toEqual(
      (await ours()).map(() => [370, true]),
    )
    expect((await list('?reason=stale&limit=200')).items.length).toBeGreaterThan(20)
  })

  test('nothing of a value is in what is kept beside it', async () => {
    const kept = []
    for (const table of [
      'partner_quality',
      'partner_difference',
      'partner_key',
      'bounce',
      'audit_entry',
      'partner',
    ])
      kept.push(JSON.stringify(await inside.store.reader.query(`SELECT * FROM ${table}`)))
    expect(kept.join()).toContain('bounced_hard'.slice(0, 7))
    expect(kept.join()).not.toMatch(/@kruimelkoning|NL70TSTN|9401 ?[A-Z]{2}/)
  })
})
