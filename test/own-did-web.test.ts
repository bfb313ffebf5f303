import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from './support/engines.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'
import { act, issued, judged, kidOf, kidsIn, type Page, show } from './support/own-did.ts'

interface Document {
  readonly id: string
  readonly verificationMethod: readonly { readonly id: string; readonly publicKeyJwk: object }[]
  readonly authentication: readonly string[]
  readonly assertionMethod: readonly string[]
  readonly service: readonly { readonly type: string; readonly serviceEndpoint: string }[]
}

onEachEngine((engine) => {
  describe('a company whose DID is on its own host', () => {
    let trio: TestTrio
    let partner: TestNode
    beforeAll(async () => {
      trio = await startTrio(engine, undefined, ['partner'])
      partner = trio.partner
      await settleTrio(trio)
    })

    const served = async () => {
      const answer = await fetch(`${partner.url}/.well-known/did.json`)
      return { answer, document: (await answer.json()) as Document }
    }

    test('its node serves the document, which may be kept and is asked for again', async () => {
      const { answer, document } = await served()
      const { did } = await show(partner)
      expect(did).toBe(`did:web:127.0.0.1%3A${partner.config.listen.port}`)
      expect(answer.headers.get('content-type')).toBe('application/did+json')
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      expect(document).toMatchObject({
        id: did,
        authentication: kidsIn(await show(partner), 'active'),
        assertionMethod: kidsIn(await show(partner), 'active'),
        service: [{ type: 'RegieNode', serviceEndpoint: partner.url }],
      })
      expect(JSON.stringify(document)).not.toContain('"d":')
      const etag = answer.headers.get('etag') ?? ''
      const again = await fetch(`${partner.url}/.well-known/did.json`, {
        headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' },
      })
      expect(again.status).toBe(304)
      expect((await fetch(`${trio.company.url}/.well-known/did.json`)).status).toBe(404)
    })

    test('it is asked, grants, is read, corrects and revokes like any other', async () => {
      await trio.company.call('sanne', 'POST', '/access/requests', newRequest)
      const pending = (account: string) =>
        eventually(async () => {
          const { body } = await partner.call<Page>(account, 'GET', '/access/requests?state=pending')
          return body.items[0]?.id
        }, 'the request')
      for (const account of ['partner', 'bram']) {
        const granted = await partner.call(
          account,
          'POST',
          `/access/requests/${await pending(account)}/approval`,
          {},
        )
        expect(granted.status).toBe(201)
      }
      const read = () =>
        trio.company.call<{ claims?: { value: unknown }[]; code?: string }>(
          'sanne',
          'POST',
          '/access/reads',
          {
            partner: '48245915',
            claims: ['company-profile.email'],
          },
        )
      await eventually(async () => (await read()).status === 200, 'the grant')
      expect(JSON.stringify((await read()).body)).toContain('info@kruimelkoning.example')
      await partner.call('partner', 'POST', '/profile', {
        name: 'Kruimelkoning B.V.',
        email: 'nieuw@kruimelkoning.example',
      })
      await eventually(async () => JSON.stringify((await read()).body).includes('nieuw@'), 'the correction')
      await eventually(async () => {
        const { body } = await partner.call<{ items: { state: string }[] }>('partner', 'GET', '/notices')
        return body.items.length > 0 && body.items
      }, 'the notice')
      const { body } = await partner.call<Page>('partner', 'GET', '/access/grants')
      await partner.call('partner', 'POST', `/access/grants/${body.items[0]?.id}/revocation`, {})
      expect((await read()).status).toBe(403)
    })

    test('it asks others as well', async () => {
      await partner.call('partner', 'POST', '/people', {
        account: 'ria',
        given_name: 'Ria',
        family_name: 'Korst',
        email: 'ria@kruimelkoning.example',
        role: 'buyer',
        roles: ['account_manager'],
      })
      const { body } = await partner.call<{ state: string }>('ria', 'POST', '/access/requests', {
        ...newRequest,
        partner: '48316274',
        claims: ['company-registration.kvk_number'],
      })
      expect(body.state).toBe('pending')
    })

    test('another key signs at once; the old one is listed for what it signed, and for nothing else', async () => {
      const [old = ''] = kidsIn(await show(partner), 'active')
      const earlier = await issued(partner)
      // Somebody has the document in mind.
      expect(await judged(trio, earlier)).toMatchObject({ verified: true })
      const { body } = await act(partner, 'rotate')
      expect(body).toMatchObject({ state: 'done', plan: { transactions: 0, signs_after: 'new_key' } })
      const { document } = await served()
      const [young = ''] = kidsIn(await show(partner), 'active')
      expect(document.authentication).toEqual([young])
      expect([...document.assertionMethod].sort()).toEqual([old, young].sort())
      trio.clock.advance(1_100)
      const later = await issued(partner)
      expect([kidOf(earlier), kidOf(later)]).toEqual([old, young])
      expect(await judged(trio, earlier)).toMatchObject({ verified: true })
      // At once, though it remembers the document of before.
      expect(await judged(trio, later)).toMatchObject({ verified: true })
    })

    test('sixteen credentials issued while the key changes each verify', async () => {
      const [made] = await Promise.all([
        Promise.all(Array.from({ length: 16 }, (_, nr) => issued(partner, `X${nr}`))),
        act(partner, 'rotate'),
      ])
      trio.clock.advance(1_100)
      for (const one of made) expect(await judged(trio, one)).toMatchObject({ verified: true })
      expect(kidsIn(await show(partner), 'active')).toHaveLength(1)
    })

    test('a key that is given up is gone from the document, and with it what it signed', async () => {
      const [lost = ''] = kidsIn(await show(partner), 'active')
      const mine = await issued(partner)
      expect(await judged(trio, mine)).toMatchObject({ verified: true })
      const { body } = await act(partner, 'compromise', { kid: lost })
      expect(body.state).toBe('done')
      const { document } = await served()
      expect(JSON.stringify(document)).not.toContain(lost.split('#')[1])
      trio.clock.advance(61_000)
      expect(await judged(trio, mine)).toEqual({ verified: false, code: 'key_not_current' })
      expect(await judged(trio, await issued(partner))).toMatchObject({ verified: true })
      expect((await act(partner, 'compromise', { kid: lost })).body.code).toBe('key_given_up')
    })

    test('it has no controller on a chain, and its address can move', async () => {
      expect((await act(partner, 'controller')).body.code).toBe('did_not_on_chain')
      expect((await act(partner, 'endpoint', { url: 'http://127.0.0.1:4999' })).body.state).toBe('done')
      expect((await served()).document.service).toMatchObject([{ serviceEndpoint: 'http://127.0.0.1:4999' }])
      await act(partner, 'endpoint')
      expect((await served()).document.service).toMatchObject([{ serviceEndpoint: partner.url }])
    })

    test('its DID does not become another one by what agent.yml says', async () => {
      const other = { ...partner.config, did: 'ethr' as const }
      Object.assign(partner.config, other)
      await expect(partner.restart()).rejects.toMatchObject({ code: 'did_differs' })
      Object.assign(partner.config, { did: 'web' })
      await partner.restart().catch(() => partner.restart())
      expect((await show(partner)).state).toBe('active')
    })

    test('a DID that ends is gone from its host', async () => {
      const mine = await issued(partner)
      const { did } = await show(partner)
      expect((await act(partner, 'deactivate', { confirm: did })).body.state).toBe('done')
      expect((await fetch(`${partner.url}/.well-known/did.json`)).status).toBe(410)
      trio.clock.advance(61_000)
      expect(await judged(trio, mine)).toEqual({ verified: false, code: 'did_not_found' })
      await expect(issued(partner)).rejects.toMatchObject({ code: 'did_deactivated' })
    })
  })
})
