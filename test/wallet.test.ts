import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { eventually, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

interface WalletOffer {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  readonly code?: string
  readonly link?: string | null
  readonly credentials: readonly string[]
  readonly issuer: { readonly trusted: boolean }
}

let trio: TestTrio
beforeAll(async () => {
  trio = await startTrio('sqlite')
  await settleTrio(trio)
})

const example = (type: string) =>
  JSON.parse(readFileSync(new URL(`../credentials/${type}/example.json`, import.meta.url), 'utf8')) as object

async function offer(type: string, more: object = {}): Promise<string> {
  const input = { type, claims: example(type), ...more }
  const { body } = await trio.partner.call<{ link: string }>('partner', 'POST', '/issuing/offers', input)
  return body.link
}
const bring = async (account: string, link: string, whose = 'me') =>
  (await trio.company.call<WalletOffer>(account, 'POST', '/wallet/offers', { link, for: whose })).body

describe('real nodes', () => {
  test.each([
    ['a person', 'sanne', 'me'],
    ['an organisation, with its key on the chain', 'company', 'organisation'],
  ])('what a registered partner offers to %s is taken at once', async (_who, account, whose) => {
    const brought = await bring(account, await offer('employee-role'), whose)
    expect(brought).toMatchObject({ state: 'received', issuer: { trusted: true } })
    expect(brought.credentials).toHaveLength(1)
  })

  test('a link is for one browser, and the issuer’s page brings it back', async () => {
    const { company } = trio
    const brought = await bring('sanne', await offer('employee-role', { grants: ['authorization_code'] }))
    expect(brought.state).toBe('waiting')
    const accepted = await company.call<WalletOffer>(
      'sanne',
      'POST',
      `/wallet/offers/${brought.id}/accept`,
      {},
    )
    expect(accepted.body.state).toBe('authorizing')
    const reply = await fetch(accepted.body.link ?? '', { redirect: 'manual' })
    expect(reply.status).toBe(303)
    expect(reply.headers.get('location')).toContain(trio.partner.url)
    expect(reply.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/)
  })

  test.each([
    ['of a type that its issuer may not issue', 'company-profile', 'credential_issuer_not_trusted'],
    ['that answers something of ours', 'customer-statement', 'offer_not_expected'],
  ])('a credential %s is refused', async (_what, type, code) => {
    expect(await bring('sanne', await offer(type))).toMatchObject({ state: 'failed', reason: code })
  })

  test('nothing is taken for somebody else, and an employee does not decide for the company', async () => {
    const { company } = trio
    const link = await offer('employee-role', { tx_code_length: 6 })
    const mine = await bring('sanne', link)
    expect((await company.call('company', 'GET', `/wallet/offers/${mine.id}`)).status).toBe(404)
    const ours = await bring('sanne', link, 'organisation')
    const decided = await company.call('sanne', 'POST', `/wallet/offers/${ours.id}/accept`, {
      tx_code: '000000',
    })
    expect(decided).toMatchObject({ status: 403, body: { code: 'administrator_decides' } })
  })

  test('a deferred one comes while nobody looks', async () => {
    const { company, partner } = trio
    const link = await offer('employee-role', { deferred: true })
    const { id } = await bring('sanne', link)
    const { body } = await partner.call<{ items: { id: string }[] }>('partner', 'GET', '/issuing/offers')
    await partner.call('partner', 'POST', `/issuing/offers/${body.items[0]?.id}/approval`, {})
    await eventually(
      async () =>
        (await company.call<WalletOffer>('sanne', 'GET', `/wallet/offers/${id}`)).body.state === 'received',
      'the deferred credential',
    )
  })
})
