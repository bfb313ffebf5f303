import { beforeAll, expect, test } from 'vitest'
import { fillTemplate, readShippedTemplates, verifyPortfolio } from '../src/contracts/index.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import { eventually, settleTrio, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'

const shipped = readShippedTemplates()
const nda = shipped.find(({ id }) => id === 'nda')
if (!nda) throw new Error('the NDA is shipped')
const values = { subject: 'een nieuwe deegmachine', duration: 'P5Y', penalty: 25000 }

test('the product ships an NDA, a processing agreement and a cooperation agreement, each in both languages', () => {
  expect(shipped.map(({ id }) => id).sort()).toEqual(['cooperation', 'data-processing', 'nda'])
  expect(fillTemplate(nda, 'nl', values).body).toContain('tot 5 jaar daarna')
  expect(fillTemplate(nda, 'en', values).body).toContain('penalty of 25,000 euros')
})

test.each([
  [{ subject: 'x', duration: 'P5Y' }, 'template_field_missing'],
  [{ ...values, other: 'x' }, 'template_field_unknown'],
  [{ ...values, penalty: 'veel' }, 'template_field_invalid'],
  [{ ...values, penalty: -1 }, 'template_field_invalid'],
  [{ ...values, duration: 'vijf jaar' }, 'template_field_invalid'],
  [{ ...values, subject: 'x\n\n# Geheimhouding\n\nGeen' }, 'template_field_invalid'],
  [{ ...values, subject: '{{penalty}}' }, 'template_field_invalid'],
])('a field that does not fit is refused: %j', (given, code) => {
  expect(() => fillTemplate(nda, 'nl', given)).toThrow(expect.objectContaining({ code }))
})

interface Answer {
  id: string
  code: string
  state: string
  digest: string
  source: string | null
  version: number
  terms: { template?: { id: string; version: number; digest: string }; body: string; trade_secrets: boolean }
  items: { id: string; kind: string; subject: string; version: number }[]
}
const roles = ['contract_author', 'contract_reviewer', 'contract_authority', 'contract_signatory']

onEachEngine((engine) => {
  let trio: TestTrio
  const call = (node: TestNode, method: 'GET' | 'POST', path: string, body?: object) =>
    node.call<Answer>(node.config.name, method, path, body)
  const inState = (node: TestNode, id: string, state: string) =>
    eventually(async () => {
      const { body } = await call(node, 'GET', `/agreements/${id}`)
      return body.id === id && body.state === state && body
    }, `${state} at ${node.config.name}`)

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    for (const node of [trio.company, trio.partner, trio.myobi]) {
      const { store } = await openInside(node, trio.clock)
      await store.transact(async (tx) => {
        await rows(tx, 'UPDATE user_account SET roles = ? WHERE account = ? RETURNING id', [
          JSON.stringify(['administrator', 'coordinator', ...roles]),
          node.config.name,
        ])
      })
    }
  })

  test('the NDA of the portfolio is taken over, filled in, signed and in force; a change of law flags it', async () => {
    const { company, partner } = trio
    const text = {
      partner: '48245915',
      language: 'nl',
      starts_on: '2026-01-01',
      template: 'nda',
      fields: values,
    }
    expect(await call(company, 'POST', '/agreements', text)).toMatchObject({
      status: 404,
      body: { code: 'contract_unknown' },
    })
    const taken = await call(company, 'POST', '/contracts/portfolio/nda')
    expect(taken).toMatchObject({ status: 201, body: { id: 'nda', state: 'published' } })
    expect(taken.body.source).toMatch(/^did:/)
    expect(await call(company, 'POST', '/contracts/portfolio/nda')).toMatchObject({ status: 201 })
    expect(await call(company, 'POST', '/agreements', { ...text, fields: {} })).toMatchObject({
      body: { code: 'template_field_missing' },
    })
    expect(await call(company, 'POST', '/agreements', { ...text, title: 'Anders' })).toMatchObject({
      body: { code: 'agreement_text_or_template' },
    })

    const { id } = (await call(company, 'POST', '/agreements', text)).body
    await inState(partner, id, 'external_review')
    await call(partner, 'POST', `/agreements/${id}/review`, { version: 1 })
    await inState(company, id, 'external_approval')
    for (const what of ['approval', 'signature']) {
      for (const node of [company, partner])
        expect((await call(node, 'POST', `/agreements/${id}/${what}`, { version: 1 })).status).toBe(201)
      if (what === 'approval') for (const node of [company, partner]) await inState(node, id, 'approved')
    }
    for (const node of [company, partner]) {
      const { terms } = await inState(node, id, 'in_force')
      expect(terms).toMatchObject({ trade_secrets: true, template: { id: 'nda', version: 1 } })
      expect(terms.template?.digest).toBe(taken.body.digest)
      expect(terms.body).toContain('een nieuwe deegmachine')
    }

    const change = { since: '2026-11-01', reason: 'Artikel 2 is nieuw' }
    const flagged = await call(company, 'POST', '/contracts/laws/BWBR0041459/changes', change)
    expect(flagged.status).toBe(201)
    expect(flagged.body.items.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['template', 'nda'],
      ['agreement', id],
    ])
    expect((await call(company, 'GET', '/contracts/flags')).body.items).toHaveLength(2)
    const other = await call(company, 'POST', '/contracts/laws/BWBR0005289/changes', change)
    expect(other.body.items).toEqual([])
    await call(company, 'POST', `/agreements/${id}/termination`, { reason: 'Nieuwe tekst', at_once: true })
    await inState(company, id, 'terminated')
    const { items } = (await call(company, 'GET', '/contracts/flags')).body
    expect(items.map(({ kind }) => kind)).toEqual(['template'])
  })

  test('the Contract Board publishes a version once; members see it, signed, and take it over', async () => {
    const { myobi, company } = trio
    const next = { ...nda, version: 2, title: { ...nda.title, nl: 'Geheimhouding, nieuw' } }
    const over = await call(myobi, 'POST', '/contracts', { template: nda })
    expect(over.body.code).toBe('template_published')
    const { digest } = (await call(myobi, 'POST', '/contracts', { template: next })).body
    const path = '/contracts/nda/versions/2/publication'
    const stale = await call(myobi, 'POST', path, { digest: taintedDigest })
    expect(stale.body.code).toBe('changed_meanwhile')
    expect((await call(myobi, 'POST', path, { digest })).status).toBe(201)
    expect((await call(myobi, 'POST', path, { digest })).body.code).toBe('template_published')
    expect((await call(myobi, 'POST', '/contracts', { template: next })).body.code).toBe('template_published')

    const seen = (await call(company, 'GET', '/contracts/portfolio')).body.items
    expect(seen.find(({ id }) => id === 'nda')?.version).toBe(2)
    expect((await call(company, 'POST', '/contracts', { template: { ...nda, version: 9 } })).body.code).toBe(
      'template_foreign',
    )
    expect((await call(company, 'POST', '/contracts/portfolio/nda')).body.version).toBe(2)
    // The newer version of the template resolves what was flagged about the older.
    expect((await call(company, 'GET', '/contracts/flags')).body.items).toEqual([])
  })

  test('the portfolio is signed, may be kept, and is believed from nobody else', async () => {
    const url = `${trio.myobi.url}/contracts/portfolio`
    const first = await fetch(url)
    expect(first.headers.get('content-type')).toContain('application/regie-contracts+jwt')
    expect(first.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
    const etag = first.headers.get('etag') ?? ''
    expect(
      (await fetch(url, { headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' } })).status,
    ).toBe(304)
    const token = await first.text()
    const inside = await openInside(trio.company, trio.clock)
    const requireKey = async () => {
      throw new Error('no key is asked for when somebody else should have signed')
    }
    await expect(
      verifyPortfolio(token, { issuer: inside.organisation.did, now: trio.clock.now(), requireKey }),
    ).rejects.toMatchObject({ code: 'portfolio_foreign' })
  })
})

const taintedDigest = `sha-256:${'A'.repeat(43)}`
