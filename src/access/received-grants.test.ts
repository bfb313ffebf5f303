import { beforeEach, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { asDid } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { Store } from '../store/index.ts'
import { accessMigration, type ReceivedGrantRow, receivedGrantTable } from './access-tables.ts'
import { chainMigration } from './chain-tables.ts'
import { ReceivedGrants } from './received-grants.ts'

const sanne = { kind: 'employee', did: asDid('did:web:sanne.example'), role: 'account_manager' } as const
const erp = { kind: 'system', did: asDid('did:web:erp.example') } as const
const partner = asDid('did:web:bakkerij.example')
const row: ReceivedGrantRow = {
  ...{ id: 'g1', requestId: 'r1', partner, partnerName: 'Bakkerij', grantor: partner },
  ...{ grantorWallet: 'https://bakkerij.example/parties/1', credentialId: 'c1', claims: [] },
  ...{
    purpose: [],
    legalBasis: '',
    expiresAt: 1,
    state: 'live',
    endedCode: null,
    receivedAt: 0,
    delegation: null,
  },
}

onEachEngine((engine) => {
  let store: Store
  let payload: object | null
  let grants: ReceivedGrants
  let told: unknown[]

  beforeEach(async () => {
    store = await openTestStore(engine, {
      entities: [receivedGrantTable],
      migrations: [accessMigration, chainMigration],
    })
    await store.transact((tx) => tx.insert(receivedGrantTable, row))
    told = []
    const credentials = {
      findHeld: async () => payload && { id: 'c1' },
      read: async () => ({ payload }),
    } as unknown as Credentials
    grants = new ReceivedGrants({
      store,
      credentials,
      whenEnded: async (_tx, { id }, code) => void told.push([id, code]),
    })
  })

  test.each([
    ['names the role', { roles: ['account_manager'] }, true, false],
    ['names the person', { persons: [sanne.did] }, true, false],
    ['names the system', { systems: [erp.did] }, false, true],
    ['names others', { roles: ['baker'], persons: [erp.did], systems: [sanne.did] }, false, false],
    ['names nobody', {}, false, false],
    ['cannot be understood', { roles: 'account_manager' }, false, false],
  ])('a grant that %s', async (_name, recipients, forHer, forIt) => {
    payload = { access: { recipients } }
    expect([await grants.mayLook('g1', sanne), await grants.mayLook('g1', erp)]).toEqual([forHer, forIt])
  })

  test.each([
    ['that we do not hold', 'g2'],
    ['of which the credential is gone', 'g1'],
  ])('a grant %s names nobody', async (_name, id) => {
    payload = null
    expect([await grants.mayLook(id, sanne), await grants.systemsOf(id)]).toEqual([false, []])
  })

  test('the first reason why a grant ended stands, and is told once', async () => {
    await store.transact((tx) => grants.end(tx, 'g1', 'grant_revoked'))
    await store.transact((tx) => grants.end(tx, 'g1', 'grant_expired'))
    expect(await grants.find(store.reader, 'g1')).toMatchObject({
      state: 'ended',
      endedCode: 'grant_revoked',
    })
    expect(told).toEqual([['g1', 'grant_revoked']])
  })
})
