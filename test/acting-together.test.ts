import { beforeAll, expect, test } from 'vitest'
import { AgreementFiles } from '../src/agreements/index.ts'
import { newId, silentLog } from '../src/core/index.ts'
import { createSecurityEvent } from '../src/events/index.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import {
  administrator,
  eventually,
  register,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

interface Agreement {
  id: string
  state: string
  digest: string
  code: string
  signed: { us: boolean; them: boolean }
  deposit_error: string | null
  steps: { kind: string; by: string }[]
}

const roles = [
  'coordinator',
  'contract_author',
  'contract_authority',
  'contract_reviewer',
  'contract_signatory',
]
const text = {
  ...{ language: 'nl', title: 'Inkoop', body: '# Inkoop\n\nWij kopen samen in.\n' },
  ...{ starts_on: '2026-01-01', notice: 'P1M' },
}

/** Two directors who may bind their company together only, as the trade register has it. */
onEachEngine((engine) => {
  let trio: TestTrio
  let company: Inside
  let partner: Inside
  const show = async (node: TestNode, id: string) =>
    (await node.call<Agreement>(node.config.name, 'GET', `/agreements/${id}`)).body
  const signAs = (account: string, id: string, node = trio.company) =>
    node.call<Agreement>(account, 'POST', `/agreements/${id}/signature`, { version: 1 })
  const inState = (node: TestNode, id: string, state: string) =>
    eventually(async () => (await show(node, id)).state === state, `${state} at ${node.config.name}`)
  const approved = async () => {
    const begun = await trio.company.call<Agreement>('company', 'POST', '/agreements', {
      partner: '48245915',
      ...text,
    })
    const { id } = begun.body
    await inState(trio.partner, id, 'external_review')
    await trio.partner.call('partner', 'POST', `/agreements/${id}/review`, { version: 1 })
    await inState(trio.company, id, 'external_approval')
    // Who wrote it does not approve it where somebody else may.
    for (const [node, account] of [
      [trio.company, 'carel'],
      [trio.partner, 'partner'],
    ] as const)
      expect((await node.call(account, 'POST', `/agreements/${id}/approval`, { version: 1 })).status).toBe(
        201,
      )
    for (const node of [trio.company, trio.partner]) await inState(node, id, 'approved')
    return id
  }

  beforeAll(async () => {
    trio = await startTrio(engine, silentLog, [], (name) => ({
      administrator: {
        ...administrator(name, name === 'myobi' ? ['servicedesk'] : roles),
        ...(name === 'company' && { representation: 'JOINT' as const }),
      },
    }))
    const { myobi } = trio
    await register(myobi, trio.partner)
    const added = await trio.company.call('company', 'POST', '/people', {
      ...{ account: 'carel', given_name: 'Carel', family_name: 'Kist', email: 'carel@nietmachine.example' },
      ...{ role: 'director', roles: ['administrator', ...roles.slice(1)], representation: 'JOINT' },
    })
    expect(added.status).toBe(201)
    const cases: string[] = []
    for (const account of ['company', 'carel']) {
      const { body } = await trio.company.call<{ id: string }>(
        account,
        'POST',
        '/registrations/applications',
        { accept: 1 },
      )
      cases.push(body.id)
    }
    const [id = ''] = cases
    expect(cases).toEqual([id, id])
    const desk = async <T>(path: string, body: object) => {
      const answer = await myobi.call<T>('myobi', 'POST', `/registrations/${id}${path}`, body)
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
      return answer.body
    }
    for (const name of ['Ada company', 'Carel Kist'])
      await desk('/representatives', { name, representation_type: 'JOINT' })
    await desk('/evidence/authority/check', { how: 'uittreksel' })
    const file = await myobi.call<{ representatives: { id: string }[] }>(
      'myobi',
      'GET',
      `/registrations/${id}/evidence`,
    )
    for (const { id: representative } of file.body.representatives)
      await desk('/evidence/identity/check', { representative, how: 'paspoort gezien' })
    await desk('/accept', {})
    await eventually(async () => {
      const mine = await trio.company.call<{ state: string }>('company', 'GET', '/registrations/mine')
      const offers = await myobi.call<{ items: { state: string }[] }>('myobi', 'GET', '/offers?limit=200')
      return mine.body.state === 'registered' && offers.body.items.every(({ state }) => state === 'redeemed')
    }, 'registration of two who act together')
    company = await openInside(trio.company, trio.clock)
    partner = await openInside(trio.partner, trio.clock)
  }, 120_000)

  test('sign an agreement together: the other party hears when both did, and the trust anchor keeps it', async () => {
    const id = await approved()
    expect(await signAs('company', id)).toMatchObject({
      status: 201,
      body: { state: 'approved', signed: { us: false } },
    })
    expect(await signAs('company', id)).toMatchObject({
      status: 409,
      body: { code: 'agreement_already_signed' },
    })
    expect((await show(trio.company, id)).steps.at(-1)).toMatchObject({
      kind: 'sign_in_part',
      by: 'Ada company',
    })
    expect((await signAs('partner', id, trio.partner)).status).toBe(201)
    expect((await show(trio.partner, id)).signed).toEqual({ us: true, them: false })
    expect(await signAs('carel', id)).toMatchObject({ status: 201, body: { signed: { us: true } } })
    for (const node of [trio.company, trio.partner]) await inState(node, id, 'in_force')
    expect((await show(trio.partner, id)).steps.map(({ by }) => by)).toContain('Ada company, Carel Kist')
  })

  test('what one signed does not count once her authority ended: she signs anew when it is back', async () => {
    const id = await approved()
    await signAs('company', id)
    const ada = await company.person('company')
    const profile = await company.parties.profile(ada.id)
    const { representation: _, ...without } = profile
    await company.store.transact((tx) => company.parties.setProfile(tx, ada.id, without))
    expect(await signAs('company', id)).toMatchObject({ status: 403, body: { code: 'not_representative' } })
    expect(await signAs('carel', id)).toMatchObject({ status: 201, body: { signed: { us: false } } })
    await company.store.transact((tx) => company.parties.setProfile(tx, ada.id, profile))
    expect(await signAs('company', id)).toMatchObject({ status: 201, body: { signed: { us: true } } })
  })

  test('a new text voids what one signed', async () => {
    const id = await approved()
    await signAs('company', id)
    await trio.partner.call('partner', 'POST', `/agreements/${id}/versions`, {
      ...{ version: 1, ...text, title: 'Inkoop 2' },
    })
    await eventually(async () => (await show(trio.company, id)).state === 'external_review', 'another text')
    const files = new AgreementFiles(company)
    const row = await files.find(files.reader, id)
    expect(row?.ourPart).toBeNull()
  })

  test('accept a new version of the policy together', async () => {
    const accept = (account: string) =>
      trio.company.call<{ missing: number }>(account, 'POST', '/policy/company-acceptances', { accept: 2 })
    const pending = async () => {
      const { body } = await trio.company.call<{
        items: { party: string; version: number; missing: number | null }[]
      }>('company', 'GET', '/policy/pending')
      return body.items.filter(({ party }) => party === 'company').map(({ missing }) => missing)
    }
    expect(await pending()).toEqual([null])
    expect(await accept('company')).toMatchObject({ status: 201, body: { missing: 1 } })
    expect(await pending()).toEqual([1])
    expect(await accept('carel')).toMatchObject({ status: 201, body: { missing: 0 } })
    expect(await pending()).toEqual([])
  })

  test('one of them alone is refused, at the other party and at the trust anchor, whatever their company says', async () => {
    const [part, whole] = [await approved(), await approved()]
    await signAs('company', part)
    const files = new AgreementFiles(company)
    const row = await files.find(files.reader, part)
    const [hers] = (row && (await files.openPart(row))?.by) ?? []
    if (!row?.digest || !hers) throw new Error('she signed')
    const tell = {
      kind: 'agreement-signed',
      agreement: part,
      version: 1,
      digest: row.digest,
      by: 'Ada',
    } as const
    const hear = async (signed: object) => {
      const about = { at: trio.clock.now(), issuer: company.organisation.did, audience: partner.wallet }
      const told = await fetch(`${partner.wallet}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/secevent+jwt' },
        body: await createSecurityEvent(
          { id: newId(), tell: { ...tell, ...hers.signed, ...signed }, ...about },
          company.signer,
        ),
      })
      return ((await told.json()) as { description: string }).description
    }
    expect(await hear({})).toBe('agreement_signature_invalid')
    expect(await hear({ together: [hers.signed] })).toBe('agreement_signature_invalid')

    // Their node forgets what the trust anchor found, and says that she may sign alone.
    const ada = await company.person('company')
    const profile = await company.parties.profile(ada.id)
    await company.store.transact(async (tx) => {
      await company.parties.setProfile(tx, ada.id, { ...profile, representation: 'SOLE' })
      const authority = "DELETE FROM held_credential WHERE vct LIKE '%representative-authority%' RETURNING id"
      expect((await rows(tx, authority)).length).toBe(2)
    })
    expect(await signAs('company', whole)).toMatchObject({ status: 201, body: { signed: { us: true } } })
    expect((await signAs('partner', whole, trio.partner)).status).toBe(201)
    for (const node of [trio.company, trio.partner])
      await eventually(
        async () => (await show(node, whole)).deposit_error === 'agreement_signatory_not_authorised',
        'the refused deposit',
      )
    expect((await show(trio.partner, whole)).state).toBe('signed')
  })
})
