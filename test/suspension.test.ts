import { beforeAll, expect, test } from 'vitest'
import { onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

onEachEngine((engine) => {
  let trio: TestTrio
  let company: string

  const desk = (what: 'suspensions' | 'resumptions', reason: string) =>
    trio.myobi.call('myobi', 'POST', `/registry/${what}`, { did: company, reason })
  const read = async () => {
    const { body } = await trio.company.call('sanne', 'POST', '/access/reads', { partner: '48245915' })
    return JSON.stringify(body)
  }
  /** The clock does not move: what the status list's age would bring is no part of this. */
  const isTold = (found: boolean) =>
    eventually(async () => (await read()).includes('info@kruimelkoning.example') === found, 'the effect')

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    company = (await openInside(trio.company, trio.clock)).organisation.did
    await trio.company.call('sanne', 'POST', '/access/requests', {
      ...{ ...newRequest, claims: ['company-profile.email'] },
    })
    const { body } = await trio.partner.call<{ items: { id: string }[] }>(
      'partner',
      'GET',
      '/access/requests?state=pending',
    )
    await trio.partner.call('partner', 'POST', `/access/requests/${body.items[0]?.id}/approval`, {})
    await isTold(true)
  }, 120_000)

  test('who is suspended reads nothing from where the Tell arrives, and reads again when resumed', async () => {
    const began = trio.clock.now()
    expect((await desk('suspensions', 'Niet betaald')).status).toBe(200)
    await isTold(false)
    expect(await read()).toContain('suspended')
    expect((await desk('resumptions', 'Betaald')).status).toBe(200)
    await isTold(true)
    // Well within the minute that the status list may be remembered.
    expect(trio.clock.now() - began).toBeLessThan(45_000)
  })

  test('nobody is suspended, or resumed, twice', async () => {
    expect((await desk('suspensions', 'Onderzoek')).status).toBe(200)
    expect((await desk('suspensions', 'Nog eens')).status).toBe(409)
    expect((await desk('resumptions', 'Klaar')).status).toBe(200)
    expect((await desk('resumptions', 'Nog eens')).status).toBe(409)
  })
})
