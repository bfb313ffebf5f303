import { beforeAll, expect, test } from 'vitest'
import { encryptJwe, parseEncryptionJwk, parseJws } from '../src/jose/index.ts'
import { eventually, registerAll, startTrio, type TestTrio } from './support/nodes.ts'

interface Asked {
  readonly client_id: string
  readonly nonce: string
  readonly state: string
  readonly response_uri: string
  readonly client_metadata: { readonly jwks: { readonly keys: readonly unknown[] } }
}

let trio: TestTrio
beforeAll(async () => {
  trio = await startTrio('sqlite')
  await registerAll(trio)
})

test('a company asks whoever has a wallet whether it is registered, under its DID on the chain', async () => {
  const { company, partner } = trio
  const start = { preset: 'registered-company', parameters: { kvk_number: '48245915' } }
  const started = await company.call<{ id: string; request_uri: string }>(
    ...(['company', 'POST', '/verifications/requests', start] as const),
  )
  const request = parseJws(await (await fetch(started.body.request_uri)).text()).payload as unknown as Asked
  const { client_id: audience, nonce, state, response_uri, client_metadata } = request
  const claims = ['name', 'kvk_number', 'registered_on'].map((claim) => `company-registration.${claim}`)
  const presentation = await eventually(async () => {
    const show = { claims, audience, nonce }
    const shown = await partner.call<{ presentation?: string }>('partner', 'POST', '/presentations', show)
    return shown.body.presentation
  }, 'the registration in the partner’s wallet')
  const vpToken = { registration: [presentation] }
  const [jwk] = client_metadata.jwks.keys
  const recipient = parseEncryptionJwk(jwk)
  const response = await encryptJwe({ vp_token: vpToken, state }, { recipient, enc: 'A256GCM' })
  const sent = await fetch(response_uri, { method: 'POST', body: new URLSearchParams({ response }) })
  expect(sent.status).toBe(200)
  const { body } = await company.call('company', 'GET', `/verifications/${started.body.id}`)
  expect(body).toMatchObject({
    state: 'done',
    accepted: true,
    credentials: [{ claims: { kvk_number: '48245915' } }],
  })
  expect(await company.call('company', 'GET', '/audit?limit=100')).toMatchObject({
    body: { items: expect.arrayContaining([expect.objectContaining({ action: 'verification.finished' })]) },
  })
})

test('a company answers another that asks by a link, and sees in its log who looked', async () => {
  const { company, partner } = trio
  const start = { preset: 'registered-company', parameters: { kvk_number: '48245915' } }
  const started = await company.call<{ id: string; link: string }>(
    ...(['company', 'POST', '/verifications/requests', start] as const),
  )
  const link = { link: started.body.link, of: 'company' }
  const opened = await eventually(async () => {
    const path = '/presentations/requests'
    const { body } = await partner.call<{ id: string; answerable: boolean }>('partner', 'POST', path, link)
    return body.answerable ? body : null
  }, 'the registration in the partner’s wallet')
  expect(opened).toMatchObject({
    verifier: { known: true, standing: 'registered', name: 'Nietmachine B.V.' },
  })
  const shown = await partner.call('partner', 'POST', `/presentations/requests/${opened.id}/acceptance`, {})
  expect(shown).toMatchObject({ status: 200, body: { state: 'sent' } })
  const { body } = await company.call('company', 'GET', `/verifications/${started.body.id}`)
  expect(body).toMatchObject({ state: 'done', accepted: true })
  const log = await partner.call<{ items: { claims: string[] }[] }>('partner', 'GET', '/access/events')
  expect(log.body.items[0]).toMatchObject({ asker: { name: 'Nietmachine B.V.' }, outcome: 'permit' })
  expect(log.body.items[0]?.claims).toContain('company-registration.kvk_number')
})

test('anybody may see on the page what can be asked', async () => {
  const page = await (await fetch(`${trio.company.url}/verify?lang=nl`)).text()
  expect(page).toContain('Is een ingeschreven bedrijf')
  const presets = await trio.company.call<{ items: { name: string }[] }>(
    null,
    'GET',
    '/verifications/presets',
  )
  expect(presets.body.items.map(({ name }) => name)).toContain('policy-accepted')
})
