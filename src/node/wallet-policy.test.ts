import { expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import { type CredentialReport, loadCredentialTypes } from '../credentials/index.ts'
import type { Party } from '../parties/index.ts'
import { createWalletPolicy } from './wallet-policy.ts'

const types = loadCredentialTypes('credentials', 'schemas')
const wallet = 'https://hr.example/wallet'
const issuer = asDid('did:web:hr.example')
const holder = { kind: 'person' } as Party
const role = types.byName('employee-role').vct

/** A policy where somebody at one address is listed for one type. */
const policy = createWalletPolicy({
  types,
  trust: {
    listsAt: async (where: string, vcts: readonly (string | null)[]) =>
      where === wallet && vcts.every((vct) => vct === role),
    assess: async (report: CredentialReport) => ({
      trusted: report.issuer === issuer || report.issuer === null,
    }),
  } as never,
  sentRequests: { expectsFrom: async () => false } as never,
  delegations: { expectsFrom: async () => false } as never,
  anchorUrl: 'https://anchor.example',
  granteesAt: async () => [],
  whenReplaced: async () => {},
})
const report = (more: Partial<CredentialReport> = {}) => ({ vct: role, issuer, ...more }) as CredentialReport
const takes = (of: CredentialReport, from = wallet) =>
  policy.accepts(of, '', holder, from).then(
    () => true,
    () => false,
  )

test('what agent.yml lists is taken from who is listed for it', async () => {
  const offer = { holderParty: holder, credentialIssuer: wallet }
  expect(await policy.acceptsFrom({ ...offer, configurationIds: ['employee-role'] })).toBe(true)
  expect(await policy.acceptsFrom({ ...offer, configurationIds: ['employee-role', 'system-role'] })).toBe(
    false,
  )
  expect(await policy.acceptsFrom({ ...offer, configurationIds: ['nothing'] })).toBe(false)
  const elsewhere = { ...offer, credentialIssuer: 'https://else.example' }
  expect(await policy.acceptsFrom({ ...elsewhere, configurationIds: ['employee-role'] })).toBe(false)
  expect(await takes(report())).toBe(true)
})

test('and nothing else is', async () => {
  expect(await takes(report(), 'https://else.example')).toBe(false)
  expect(await takes(report({ vct: types.byName('system-role').vct }))).toBe(false)
  expect(await takes(report({ issuer: asDid('did:web:else.example') }))).toBe(false)
  // Who has no DID is held of nobody, trusted or not.
  expect(await takes(report({ issuer: null }))).toBe(false)
})
