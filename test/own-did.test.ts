import type { Resolver } from 'did-resolver'
import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'
import {
  act,
  type Done,
  issued,
  judged,
  kidOf,
  kidsIn,
  listOf,
  type Page,
  publishedResolver,
  type Report,
  show,
} from './support/own-did.ts'

onEachEngine((engine) => {
  describe('the life of a did:ethr', () => {
    let trio: TestTrio
    let company: TestNode
    let resolver: Resolver
    beforeAll(async () => {
      trio = await startTrio(engine)
      company = trio.company
      resolver = publishedResolver(trio)
      await settleTrio(trio)
    })

    const listed = async (did: string, version?: number) => {
      const found = await resolver.resolve(version === undefined ? did : `${did}?versionId=${version}`)
      return {
        keys: found.didDocument?.authentication ?? [],
        services: found.didDocument?.service ?? [],
        version: Number(found.didDocumentMetadata.versionId),
        controller: found.didDocument?.verificationMethod?.[0]?.blockchainAccountId?.split(':').at(-1),
        deactivated: found.didDocumentMetadata.deactivated ?? false,
      }
    }

    test('a dry run says what a step does, and does nothing', async () => {
      const before = await show(company)
      const { status, body } = await act(company, 'rotate', { dry_run: true })
      expect({ status, state: body.state, id: body.id }).toEqual({ status: 200, state: 'planned', id: null })
      expect(body.plan).toMatchObject({ signs_after: 'new_key', transactions: 1, unpresentable: [] })
      expect(body.plan.credentials.every(({ fate }) => fate === 'stays')).toBe(true)
      expect(await show(company)).toEqual(before)
    })

    test('another key signs, and what the old one signed verifies; the past can be looked up', async () => {
      const before = await show(company)
      const [old = ''] = kidsIn(before, 'active')
      const earlier = await issued(company)
      const { version } = await listed(before.did)
      const { body } = await act(company, 'rotate')
      expect(body.state).toBe('done')
      const after = await show(company)
      const [young = ''] = kidsIn(after, 'active')
      expect(kidsIn(after, 'retired')).toEqual([old])
      expect(young).not.toBe(old)
      expect((await listed(before.did)).keys).toEqual(expect.arrayContaining([old, young]))
      const past = await listed(before.did, version)
      expect(past.keys).toContain(old)
      expect(past.keys).not.toContain(young)
      const later = await issued(company)
      expect([kidOf(earlier), kidOf(later)]).toEqual([old, young])
      expect(await judged(trio, earlier)).toMatchObject({ verified: true })
      expect(await judged(trio, later)).toMatchObject({ verified: true })
    })

    test('what was bound to the old key is presented still', async () => {
      const { body } = await company.call<{ presentation: string }>('company', 'POST', '/presentations', {
        claims: ['company-registration.name'],
        audience: trio.myobi.url,
        nonce: '0123456789',
      })
      const { body: report } = await trio.myobi.call<Report>('myobi', 'POST', '/verifications', {
        presentation: body.presentation,
        audience: trio.myobi.url,
        nonce: '0123456789',
      })
      expect(report.verified).toBe(true)
    })

    test('of eight rotations at once one wins, and each of sixteen credentials issued meanwhile verifies', async () => {
      const before = kidsIn(await show(company), 'active')
      const [turns, made] = await Promise.all([
        Promise.all(Array.from({ length: 8 }, () => act(company, 'rotate'))),
        Promise.all(Array.from({ length: 16 }, (_, nr) => issued(company, `X${nr}`))),
      ])
      const won = turns.filter(({ status }) => status === 200)
      expect(won).toHaveLength(1)
      for (const { body } of turns.filter(({ status }) => status !== 200))
        expect(body.code).toBe('did_change_underway')
      for (const one of made) expect(await judged(trio, one)).toMatchObject({ verified: true })
      const after = await show(company)
      expect(kidsIn(after, 'active')).toHaveLength(1)
      expect(kidsIn(after, 'active')).not.toEqual(before)
    })

    test('a key that is given up: what it signed is revoked, issued once more, and who read it is told', async () => {
      await company.call('company', 'POST', '/profile', {
        name: 'Nietmachine B.V.',
        email: 'info@nietmachine.example',
      })
      await trio.partner.call('partner', 'POST', '/people', {
        account: 'ria',
        given_name: 'Ria',
        family_name: 'Korst',
        email: 'ria@kruimelkoning.example',
        role: 'buyer',
        roles: ['account_manager'],
      })
      await trio.partner.call('ria', 'POST', '/access/requests', {
        ...newRequest,
        partner: '48316274',
        claims: ['company-profile.email'],
      })
      const [request] = await eventually(async () => {
        const { body } = await company.call<Page>('company', 'GET', '/access/requests?state=pending')
        return body.items.length > 0 && body.items
      }, 'the request')
      await company.call('company', 'POST', `/access/requests/${request?.id}/approval`, {})
      const read = () =>
        trio.partner.call<{ code?: string }>('ria', 'POST', '/access/reads', { partner: '48316274' })
      await eventually(async () => (await read()).status === 200, 'the grant')

      const before = await show(company)
      const [lost = ''] = kidsIn(before, 'active')
      const mine = await issued(company)
      const planned = (await act(company, 'compromise', { kid: lost, dry_run: true })).body.plan
      expect(planned).toMatchObject({ signs_after: 'new_key', transactions: 2 })
      expect(planned.credentials).toEqual(
        expect.arrayContaining([
          { type: 'company-profile', count: 1, fate: 'reissued' },
          { type: 'access-grant', count: 1, fate: 'ended' },
        ]),
      )
      const { body } = await act(company, 'compromise', { kid: lost.split('#')[1] ?? '' })
      expect(body.state).toBe('done')
      expect(body.outcomes.map(({ type, fate }) => `${type} ${fate}`)).toEqual(
        expect.arrayContaining(['company-profile reissued', 'access-grant ended', 'company-profile revoked']),
      )
      const after = await listed(before.did)
      expect(after.keys).not.toContain(lost)
      expect(after.keys).toContain(kidsIn(await show(company), 'active')[0])
      // Others may remember the key for a minute; then it is refused, whatever it signed.
      trio.clock.advance(61_000)
      expect(await judged(trio, mine)).toEqual({ verified: false, code: 'key_not_current' })
      expect(await judged(trio, await issued(company))).toMatchObject({ verified: true })
      const profile = await company.call<{ presentation: string }>('company', 'POST', '/presentations', {
        claims: ['company-profile.email'],
        audience: trio.myobi.url,
        nonce: '0123456789',
      })
      expect(kidOf(profile.body.presentation)).toBe(kidsIn(await show(company), 'active')[0])
      await eventually(async () => {
        const { body } = await trio.partner.call<Page>('ria', 'GET', '/access/grants/received')
        return body.items.some(({ ended }) => ended === 'key_lost')
      }, 'the holder of the grant is told')
    })

    test('status lists are signed with the next key', async () => {
      const { did } = await show(company)
      const token = await (await fetch(listOf(await issued(company)))).text()
      expect(kidOf(token)).toBe(kidsIn(await show(company), 'active')[0])
      expect((await listed(did)).keys).toContain(kidOf(token))
      // Those of persons too, which nothing was revoked in.
      const inside = await openInside(company, trio.clock)
      const hers = await inside.held(await inside.person('sanne'), 'contact-person')
      expect(kidOf(await (await fetch(listOf(hers))).text())).toBe(kidOf(token))
    })

    test('the address in the document moves, and back', async () => {
      const { did } = await show(company)
      const elsewhere = 'http://127.0.0.1:4999'
      expect((await act(company, 'endpoint', { url: elsewhere })).body.state).toBe('done')
      expect((await listed(did)).services).toMatchObject([{ type: 'RegieNode', serviceEndpoint: elsewhere }])
      await company.restart()
      expect((await listed(did)).services).toMatchObject([{ serviceEndpoint: elsewhere }])
      expect((await act(company, 'endpoint')).body.state).toBe('done')
      expect((await listed(did)).services).toMatchObject([{ serviceEndpoint: company.url }])
      expect((await act(company, 'endpoint', { url: 'http://example.com' })).body.code).toBe(
        'endpoint_invalid',
      )
    })

    test('another key controls the DID, and can change it; nothing that was signed changes', async () => {
      const { did } = await show(company)
      const mine = await issued(company)
      const before = (await listed(did)).controller
      expect((await act(company, 'controller')).body.state).toBe('done')
      const { controller } = await listed(did)
      expect(controller).not.toBe(before)
      const [{ controllerKeyId } = { controllerKeyId: '' }] = await company.node.veramo.didManagerFind({
        provider: 'did:ethr',
      })
      const known = await company.node.veramo.keyManagerGet({ kid: controllerKeyId ?? '' })
      expect(known.type).toBe('Secp256k1')
      expect((await act(company, 'rotate')).body.state).toBe('done')
      expect(await judged(trio, mine)).toMatchObject({ verified: true })
      expect(await judged(trio, await issued(company))).toMatchObject({ verified: true })
    })

    test('a key that signs no more is in the way of nothing but signing; the next one brings that back', async () => {
      // Others look for a name they do not know once a second.
      trio.clock.advance(1_100)
      const mine = await issued(company)
      const [kid = ''] = kidsIn(await show(company), 'active')
      expect((await act(company, 'retire', { kid })).body).toMatchObject({
        state: 'done',
        plan: { signs_after: 'nothing', transactions: 0 },
      })
      await expect(issued(company)).rejects.toMatchObject({ code: 'key_retired' })
      expect((await show(company)).state).toBe('not_signing')
      expect((await act(company, 'retire', { kid })).body.code).toBe('key_not_active')
      expect((await act(company, 'rotate')).body.state).toBe('done')
      expect(await judged(trio, mine)).toMatchObject({ verified: true })
      expect(await judged(trio, await issued(company))).toMatchObject({ verified: true })
    })

    test('another company’s token does nothing, nor does one without the role', async () => {
      const stranger = trio.partner.token('partner')
      for (const path of ['rotate', 'controller', 'endpoint', 'retire', 'compromise', 'deactivate']) {
        const answer = await fetch(`${company.url}/api/v1/did/${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${stranger}`, 'content-type': 'application/json' },
          body: JSON.stringify(path === 'retire' || path === 'compromise' ? { kid: 'x' } : {}),
        })
        expect(answer.status).toBe(401)
        const own = await company.call<Done>('sanne', 'POST', `/did/${path}`, { kid: 'x' })
        expect(own.status).toBe(403)
      }
      expect((await act(company, 'compromise', { kid: 'delegate-999' })).body.code).toBe('own_key_unknown')
    })

    test('a DID that ends needs its own name, signs nothing from then on, and verifies nowhere', async () => {
      const { did } = await show(company)
      const mine = await issued(company)
      expect((await act(company, 'deactivate')).body.code).toBe('confirmation_missing')
      expect((await act(company, 'deactivate', { confirm: 'did:ethr:0x1' })).body.code).toBe(
        'confirmation_missing',
      )
      const { body } = await act(company, 'deactivate', { confirm: did })
      expect(body).toMatchObject({ state: 'done', plan: { signs_after: 'nothing' } })
      expect(await listed(did)).toMatchObject({ deactivated: true, keys: [] })
      await expect(issued(company)).rejects.toMatchObject({ code: 'did_deactivated' })
      for (const verb of ['rotate', 'controller', 'endpoint'])
        expect((await act(company, verb)).body.code).toBe('did_deactivated')
      trio.clock.advance(61_000)
      expect(await judged(trio, mine)).toEqual({ verified: false, code: 'did_deactivated' })
      await company.restart()
      expect((await show(company)).state).toBe('deactivated')
      await expect(issued(company)).rejects.toMatchObject({ code: 'did_deactivated' })
    }, 60_000)

    test('a trust anchor that gives its key up registers itself anew; what it issued to others is listed', async () => {
      const { myobi } = trio
      const [kid = ''] = kidsIn(await show(myobi), 'active')
      const { body } = await act(myobi, 'compromise', { kid })
      expect(body.state).toBe('done')
      expect(new Set(body.outcomes.map(({ type, fate }) => `${type} ${fate}`))).toEqual(
        new Set([
          'company-registration reissued',
          'company-registration revoked',
          'employee-role reissued',
          'representative-authority revoked',
          'ttp-policy-attestation reissued',
          'ttp-policy-attestation revoked',
        ]),
      )
      const shown = await myobi.call<{ presentation: string }>('myobi', 'POST', '/presentations', {
        claims: ['company-registration.name'],
        audience: myobi.url,
        nonce: '0123456789',
      })
      expect(await judged(trio, shown.body.presentation)).toMatchObject({ verified: true })
      expect(kidOf(shown.body.presentation)).toBe(kidsIn(await show(myobi), 'active')[0])
    })
  })
})
