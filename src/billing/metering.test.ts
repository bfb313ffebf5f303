import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BillingRoom, beuk, linde, myobi, olm } from '../../test/support/billing-room.ts'
import { onEachEngine } from '../../test/support/engines.ts'
import { chainStart } from '../audit/index.ts'
import { newId } from '../core/index.ts'
import { billableOf } from './billable.ts'
import { addCharge, chargeOf } from './meter.ts'
import { itemsFor, loadTariffs, priceOf } from './tariff.ts'

const parties = [linde, olm, beuk] as const
const REGISTRATION = 4950
const CONTRACT = 1250
const FREE = 3

const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('registered' as const, 'concluded' as const), party: fc.nat(2) }),
  fc.record({
    kind: fc.constantFrom('sealed' as const, 'metered' as const, 'both' as const, 'replayed' as const),
  }),
  fc.record({ kind: fc.constant('killed' as const), after: fc.nat(4) }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Linde invited, and pays for Olm; Beuk pays for itself. */
function expected(steps: readonly Step[]): number {
  const count = (kind: Step['kind'], at: readonly number[]) =>
    steps.filter((one) => one.kind === kind && 'party' in one && at.includes(one.party)).length
  return (
    REGISTRATION * count('registered', [0, 1, 2]) +
    CONTRACT * (Math.max(0, count('concluded', [0, 1]) - FREE) + count('concluded', [2]))
  )
}

type Metering = (room: BillingRoom) => Promise<unknown>
const ours: Metering = (room) => room.meter.catchUp()

async function runs(room: BillingRoom, steps: readonly Step[], metering: Metering): Promise<number> {
  for (const one of steps) {
    if (one.kind === 'registered') await room.registered(parties[one.party] ?? linde)
    else if (one.kind === 'concluded') await room.concluded(parties[one.party] ?? linde)
    else if (one.kind === 'sealed') await room.seal()
    else if (one.kind === 'metered') await metering(room)
    else if (one.kind === 'both') await Promise.all([metering(room), metering(room)])
    else if (one.kind === 'replayed')
      await room.change(`UPDATE billing_bookmark SET seq = 0, hash = '${chainStart.hash}'`)
    else if ('after' in one) {
      room.dieAfter = one.after
      await metering(room).catch(() => undefined)
      room.dieAfter = Number.POSITIVE_INFINITY
    }
  }
  await room.seal()
  await metering(room)
  return room.charged()
}

const emptied = async (room: BillingRoom) => {
  for (const table of ['audit_entry', 'audit_head', 'billing_item', 'billing_bookmark'])
    await room.change(`DELETE FROM ${table}`)
}

/** What a meter would be that neither keeps its place nor knows what it charged. */
const forgetful: Metering = (room) =>
  room.store.transact(async (tx) => {
    const [tariff] = loadTariffs('tariff')
    for (const entry of await room.audit.sealedAfter(tx, chainStart, 1_000)) {
      const event = billableOf(entry)
      if (!tariff || event === null || event === 'unreadable') continue
      const { payer } = await room.payerOf(tx, event)
      for (const item of itemsFor(tariff, event.event))
        await addCharge(tx, {
          ...chargeOf(tariff, item.code, priceOf(item, { isInviter: false, freeUsed: 0 })),
          ...{ once: newId(), payer, organisation: event.organisation, reference: event.reference },
          ...{ at: event.at, period: '2026-11' },
        })
    }
  })

onEachEngine((engine) => {
  test('whatever the order, restarts, replays and processes: each event is charged once', async () => {
    const room = await BillingRoom.open(engine)
    room.inviters.set(linde, [olm])
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await emptied(room)
        expect(await runs(room, steps, ours)).toBe(expected(steps))
      }),
      { numRuns: engine === 'sqlite' ? 60 : 25 },
    )
  }, 120_000)

  test('the same steps find a meter that keeps no bookmark (negative control)', async () => {
    const room = await BillingRoom.open(engine)
    const steps: Step[] = [{ kind: 'registered', party: 2 }, { kind: 'sealed' }, { kind: 'metered' }]
    expect(await runs(room, steps, forgetful)).not.toBe(expected(steps))
    await emptied(room)
    expect(await runs(room, steps, ours)).toBe(expected(steps))
  })

  test('nothing is charged for what is not sealed, what no tariff names, or what the trust anchor does itself', async () => {
    const room = await BillingRoom.open(engine)
    await room.registered(linde)
    expect(await room.meter.catchUp()).toBe(0)
    await room.record('person.added', { party: newId() })
    await room.registered(myobi)
    await room.seal()
    expect(await room.meter.catchUp()).toBe(1)
  })

  test('an entry that does not say enough is named in the audit log and holds nothing up', async () => {
    const room = await BillingRoom.open(engine)
    await room.record('registration.registered', { case: newId(), organisation: 'somebody' })
    await room.registered(linde)
    await room.seal()
    expect(await room.meter.catchUp()).toBe(1)
    const { items } = await room.audit.list({ limit: 5 })
    expect(items.find(({ action }) => action === 'billing.entry_skipped')?.data).toEqual({
      seq: 1,
      kind: 'registration.registered',
    })
  })

  test('nothing is charged by a record that was changed', async () => {
    const room = await BillingRoom.open(engine)
    await room.registered(linde)
    await room.registered(olm)
    await room.seal()
    await room.change("UPDATE audit_entry SET action = 'x' WHERE seq = 1")
    await expect(room.meter.catchUp()).rejects.toMatchObject({ code: 'audit_broken' })
    expect(await room.charged()).toBe(0)
  })
})
