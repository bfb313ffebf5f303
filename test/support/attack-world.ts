import type { Did } from '../../src/core/index.ts'
import { ask, bindingOf, type Draft, type Recipe, stranger } from './attacker.ts'
import { bare, type Inside, openInside } from './inside.ts'
import { eventually, newRequest, type TestTrio } from './nodes.ts'

export interface World {
  readonly trio: TestTrio
  /** The company asks, the partner is asked, MYOBI is a third registered party. */
  readonly company: Inside
  readonly partner: Inside
  readonly myobi: Inside
  /** An Ask of the company's that is in order and under its grant. */
  readonly good: Recipe & { grant: string }
  readonly hers: Recipe & { grant: string }
  readonly bram: string
}

export const nobody = stranger()

export const queryOf = (draft: Draft) => {
  const [query] = draft.dcql_query.credentials
  if (!query) throw new Error('the draft asks nothing')
  return query
}
export const inQuery = (members: object) => (draft: Draft) => {
  Object.assign(queryOf(draft), members)
}
export const setPath = (path: unknown) => (draft: Draft) => {
  queryOf(draft).claims = [{ path }]
}
export const inAccess = (members: object) => (draft: Draft) => {
  Object.assign(draft['urn:regie:access'], members)
}
export const times = (iat: number, exp: number) => (draft: Draft) => {
  const now = draft.iat
  Object.assign(draft, { iat: now + iat, exp: now + exp })
}
export const set = (members: object) => (draft: Draft) => {
  Object.assign(draft, members)
}
export const changeBase64 = (compact: string, at: number, changed: (json: string) => string) =>
  compact
    .split('.')
    .map((part, n) =>
      n === at ? Buffer.from(changed(Buffer.from(part, 'base64url').toString())).toString('base64url') : part,
    )
    .join('.')

/** The same ES256 signature written in its other form: valid, and other bytes. */
export function twin(compact: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const [header, payload, signature = ''] = compact.replaceAll('~', '').split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex')
  return `${header}.${payload}.${Buffer.concat([bytes.subarray(0, 32), other]).toString('base64url')}~`
}

/** An attestation that `by` issues, over the policy in force. */
export async function attest(by: Inside, subject: Did, expiresAt?: number): Promise<string> {
  const { organisation, credentials, store } = by
  const own = (await by.held(organisation, 'ttp-policy-attestation')).split('.')[1] ?? ''
  const { policy } = JSON.parse(Buffer.from(own, 'base64url').toString())
  const acceptance = {
    digest: `sha-256:${'A'.repeat(43)}`,
    accepted_at: '2026-01-01T00:00:00Z',
    by: subject,
    representation_type: 'SOLE',
  }
  const { compact } = await store.transact((tx) =>
    credentials.issue(tx, {
      issuer: { partyId: organisation.id, did: organisation.did },
      type: 'ttp-policy-attestation',
      subject,
      claims: { party_kind: 'organisation', policy, acceptance },
      ...(expiresAt && { expiresAt }),
    }),
  )
  return bare(compact)
}

/** A role of the company's employee, proven for another binding than it should be. */
export const boundTo =
  ({ company }: World, other: (draft: Draft) => Partial<ReturnType<typeof bindingOf>>) =>
  async (draft: Draft) =>
    company.role(await company.person('sanne'), 'employee-role', { ...bindingOf(draft), ...other(draft) })

export const asked = (world: World, recipe: Partial<Recipe>) =>
  ask(world.company, { ...world.good, ...recipe })

export async function openWorld(trio: TestTrio): Promise<World> {
  const [company, partner, myobi] = await Promise.all([
    openInside(trio.company, trio.clock),
    openInside(trio.partner, trio.clock),
    openInside(trio.myobi, trio.clock),
  ])
  const grants = await company.grants()
  const bram = await partner.person('bram')
  const wallet = partner.wallet
  const of = (did: Did) => grants.get(did) ?? ''
  return {
    trio,
    company,
    partner,
    myobi,
    good: {
      wallet,
      claims: ['company-registration.kvk_number', 'company-profile.email'],
      grant: of(partner.organisation.did),
    },
    hers: { wallet: await partner.walletOf('bram'), claims: ['contact-person.email'], grant: of(bram.did) },
    bram: bram.id,
  }
}

/** The company asks; the partner and its contact person grant. */
export async function grantAll({ company, partner }: TestTrio): Promise<void> {
  await company.call('sanne', 'POST', '/access/requests', newRequest)
  for (const account of ['partner', 'bram']) {
    const { body } = await partner.call<{ items: { id: string }[] }>(
      account,
      'GET',
      '/access/requests?state=pending',
    )
    await partner.call(account, 'POST', `/access/requests/${body.items[0]?.id}/approval`, {})
  }
  await eventually(async () => {
    const { body } = await company.call<{ items: unknown[] }>('sanne', 'GET', '/access/grants/received')
    return body.items.length === 2
  }, 'two grants')
}
