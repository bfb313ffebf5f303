import { beforeAll, expect, test } from 'vitest'
import { readSdJwt } from '../src/sd-jwt/index.ts'
import { openInside } from './support/inside.ts'
import { eventually, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

interface Offers {
  items: { subject: string; types: string[]; state: string; last_error: string | null }[]
}

let trio: TestTrio

beforeAll(async () => {
  trio = await startTrio('sqlite')
  await settleTrio(trio)
})

test('who accepts the policy for herself comes to hold the attestation of it', async () => {
  const { myobi, company, clock } = trio
  const inside = await openInside(company, clock)
  const sanne = await inside.person('sanne')
  const accepted = await company.call<{ acceptance: { digest: string } }>(
    'sanne',
    'POST',
    '/policy/acceptances',
    { accept: 1 },
  )
  expect(accepted.status).toBe(201)
  const offer = await eventually(async () => {
    const { items } = (await myobi.call<Offers>('myobi', 'GET', '/offers')).body
    const hers = items.find(({ subject }) => subject === sanne.did)
    return (hers?.state === 'redeemed' || hers?.last_error) && hers
  }, 'the attestation')
  expect(offer).toMatchObject({ types: ['ttp-policy-attestation'], state: 'redeemed', last_error: null })
  // Fetched is not yet kept: her node stores it when it has verified it.
  const attestation = await eventually(
    () => inside.held(sanne, 'ttp-policy-attestation').catch(() => null),
    'the attestation in her wallet',
  )
  expect(readSdJwt(attestation).payload).toMatchObject({
    sub: sanne.did,
    party_kind: 'person',
    acceptance: { digest: accepted.body.acceptance.digest, by: sanne.did },
  })
})
