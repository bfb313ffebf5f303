import { describe, expect, test } from 'vitest'
import { asDid, isRefusal } from '../core/index.ts'
import { endOf, recipientsOf } from './new-delegation.ts'
import type { PassableGrant } from './ports.ts'

const DAY = 86_400_000
const now = 1_800_000_000_000

const grant: PassableGrant = {
  id: 'g1',
  partner: asDid('did:ethr:0x7a69:0x01'),
  partnerName: 'De Boomgaard',
  grantorWallet: 'https://boomgaard.example/w',
  claims: [{ vct: 'profile', path: ['email'] }],
  purpose: ['dpv:Service'],
  legalBasis: 'gdpr:A6-1-b',
  expiresAt: now + 20 * DAY,
  state: 'live',
  digest: 'd1',
  shown: 'g~',
  mayPassOnTo: () => true,
  mayLetLook: ({ roles = [] }) => roles.every((role) => role === 'adviser'),
  readers: { roles: ['adviser'] },
}
const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'done'
  } catch (error) {
    return isRefusal(error) ? error.code : String(error)
  }
}

describe('a delegation ends', () => {
  test('with its grant or with what says that its maker is in good standing, whichever comes first', () => {
    expect(endOf(grant, now + 30 * DAY, undefined, now)).toBe(now + 20 * DAY)
    expect(endOf(grant, now + 10 * DAY, undefined, now)).toBe(now + 10 * DAY)
    expect(endOf(grant, now + 10 * DAY, now + 5 * DAY, now)).toBe(now + 5 * DAY)
  })

  test.each([
    ['after its grant', 30, 21],
    ['after the attestation', 10, 11],
    ['in the past', 30, 0],
  ])('never %s', (_when, attestedDays, days) => {
    expect(codeOf(() => endOf(grant, now + attestedDays * DAY, now + days * DAY, now))).toBe('invalid_until')
  })

  test('not at all when the attestation has ended', () => {
    expect(codeOf(() => endOf(grant, now, undefined, now))).toBe('invalid_until')
  })
})

describe('a delegation names', () => {
  test('somebody', () => {
    expect(codeOf(() => recipientsOf(grant, { grant: 'g1', to: 'x' }))).toBe('recipients_missing')
  })

  test('each once, and nobody whom the owner does not let look: whom it does is said', () => {
    expect(recipientsOf(grant, { grant: 'g1', to: 'x', roles: ['adviser', 'adviser'] })).toEqual({
      roles: ['adviser'],
    })
    expect(() => recipientsOf(grant, { grant: 'g1', to: 'x', roles: ['adviser', 'trainee'] })).toThrow(
      expect.objectContaining({
        code: 'delegation_exceeds_grant',
        params: { roles: ['adviser'] },
      }),
    )
  })
})
