import { beforeEach, expect, test } from 'vitest'
import { BillingRoom, beuk, desk, linde, olm } from '../../test/support/billing-room.ts'
import { onEachEngine } from '../../test/support/engines.ts'
import { isRefusal } from '../core/index.ts'
import { rows } from '../store/index.ts'

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (isRefusal(error) ? error.code : String(error)),
  )

onEachEngine((engine) => {
  let room: BillingRoom
  beforeEach(async () => {
    room = await BillingRoom.open(engine)
  })
  const close = (period: string) => room.closing.close(desk, period)
  const invoices = async () => (await room.books.invoices({}, { limit: 50 })).items
  const items = async (where = {}) => (await room.books.items(where, { limit: 50 })).items

  test('a month is closed once it is over, in order, and once, also of several at the same moment', async () => {
    await room.registered(linde)
    await room.seal()
    expect(await codeOf(close('2026-11'))).toBe('period_not_over')
    room.at('2027-01-02')
    expect(await codeOf(close('2026-12'))).toBe('period_out_of_order')
    const outcomes = await Promise.all([1, 2, 3].map(() => codeOf(close('2026-11'))))
    expect(outcomes.sort()).toEqual(['done', 'period_closed', 'period_closed'])
    expect(await invoices()).toHaveLength(1)
    expect(await codeOf(close('2026-11'))).toBe('period_closed')
    expect(await codeOf(close('2026-12'))).toBe('done')
  })

  test('who pays gets one invoice with VAT; free contracts are lines of 0 that say what was saved', async () => {
    room.inviters.set(linde, [olm])
    room.members.push(linde, olm)
    await room.registered(olm)
    for (let n = 0; n < 4; n++) await room.concluded(linde)
    await room.seal()
    room.at('2026-12-01')
    await close('2026-11')
    const [ofOlm, ofLinde] = (await invoices()).sort((a, b) => a.net_cents - b.net_cents)
    expect(ofOlm).toMatchObject({ payer: olm, net_cents: 1500, vat_cents: 315, total_cents: 1815 })
    // A registration, one contract beyond three, a month.
    expect(ofLinde).toMatchObject({ payer: linde, net_cents: 4950 + 1250 + 1500, saved_cents: 3 * 1250 })
    const { lines } = await room.books.invoice(ofLinde?.number ?? '')
    expect(lines.filter(({ free }) => free).map(({ cents, list_cents }) => [cents, list_cents])).toEqual(
      Array(3).fill([0, 1250]),
    )
  })

  test('numbers have no gaps, also where writing an invoice fails', async () => {
    await room.registered(linde)
    await room.seal()
    room.at('2026-12-01')
    await room.change("INSERT INTO billing_period (period, closed_at, invoices) VALUES ('2026-10', 1, 0)")
    await room.meter.catchUp()
    const [item] = await items()
    // On an invoice already: the whole close fails, with the number it took.
    await room.change(
      engine === 'sqlite'
        ? `CREATE TRIGGER no_lines BEFORE INSERT ON invoice_line BEGIN SELECT RAISE(ABORT, 'no'); END`
        : `ALTER TABLE invoice_line ADD CONSTRAINT no_lines CHECK (item_id = 'never')`,
    )
    expect(await codeOf(close('2026-11'))).not.toBe('done')
    await room.change(
      engine === 'sqlite' ? 'DROP TRIGGER no_lines' : 'ALTER TABLE invoice_line DROP CONSTRAINT no_lines',
    )
    await close('2026-11')
    await room.corrections.correct(desk, item?.id ?? '', { to: 0, reason: 'Dubbel ingediend' })
    expect((await invoices()).map(({ number }) => number)).toEqual(['2026-00002', '2026-00001'])
  })

  test('what happened but was not sealed yet is not left behind by a close', async () => {
    await room.registered(linde)
    room.at('2026-12-01')
    expect(await codeOf(close('2026-11'))).toBe('billing_behind')
    await room.seal()
    expect(await codeOf(close('2026-11'))).toBe('done')
  })

  test('what is metered after its month was closed comes on the next invoice', async () => {
    await room.registered(linde)
    await room.seal()
    room.at('2026-12-01')
    await close('2026-11')
    room.at('2026-11-30')
    await room.registered(beuk)
    await room.seal()
    const [late] = await items({ payer: beuk })
    expect(late?.period).toBe('2026-12')
  })

  test('a correction before the close stands beside the charge; after it a credit note names the invoice', async () => {
    await room.registered(linde)
    await room.registered(olm)
    await room.seal()
    const [ofOlm, ofLinde] = await items()
    await room.corrections.correct(desk, ofOlm?.id ?? '', { to: 2000, reason: 'Actietarief' })
    await room.seal()
    room.at('2026-12-01')
    await close('2026-11')
    const found = await invoices()
    expect(found.find(({ payer }) => payer === olm)?.net_cents).toBe(2000)
    const { item, invoice } = await room.corrections.correct(desk, ofLinde?.id ?? '', {
      to: 0,
      reason: 'Ten onrechte',
    })
    expect(item).toMatchObject({ kind: 'correction', cents: -4950, corrects: ofLinde?.id })
    expect(invoice).toMatchObject({
      kind: 'credit_note',
      credits: found.find(({ payer }) => payer === linde)?.number,
      ...{ netCents: -4950, vatCents: -1040, totalCents: -5990 },
    })
    const shown = (await room.books.statement(linde, '2026-12')).lines
    expect(shown).toEqual([
      expect.objectContaining({ reason: 'Ten onrechte', corrected_by: `p_${desk.personId.slice(-6)}` }),
    ])
    // The charge itself is as it was, and the credit is not given twice.
    expect(await items({ payer: linde, period: '2026-11' })).toEqual([ofLinde])
    expect(await codeOf(room.corrections.correct(desk, ofLinde?.id ?? '', { to: 0, reason: 'x' }))).toBe(
      'correction_changes_nothing',
    )
    expect(await codeOf(room.corrections.correct(desk, item.id, { to: 0, reason: 'x' }))).toBe(
      'correction_of_correction',
    )
    expect(await codeOf(room.corrections.correct(desk, desk.personId, { to: 0, reason: 'x' }))).toBe(
      'billing_item_unknown',
    )
  })

  test('of five that correct one charge at the same moment it ends where one of them said, once', async () => {
    await room.registered(linde)
    await room.seal()
    const [charge] = await items()
    const work = [1, 2, 3, 4, 5].map(() =>
      codeOf(room.corrections.correct(desk, charge?.id ?? '', { to: 1000, reason: 'Te veel' })),
    )
    expect((await Promise.all(work)).filter((code) => code === 'done')).toHaveLength(1)
    expect(await room.charged()).toBe(1000)
  })

  test('why something was corrected lies sealed', async () => {
    await room.registered(linde)
    await room.seal()
    const [charge] = await items()
    await room.corrections.correct(desk, charge?.id ?? '', { to: 0, reason: 'Mevrouw Verzinsel belde' })
    const stored = await rows<object>(room.store.reader, 'SELECT * FROM billing_item')
    expect(JSON.stringify(stored)).not.toContain('Verzinsel')
  })
})
