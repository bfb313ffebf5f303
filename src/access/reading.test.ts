import { beforeEach, expect, test } from 'vitest'
import { openTestStore } from '../../test/support/engines.ts'
import { asDid, asVct, type Caller, systemClock } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import { accessMigration, type ReceivedGrantRow, receivedGrantTable } from './access-tables.ts'
import { chainMigration } from './chain-tables.ts'
import type { AskAnswer, LeftOut, OutgoingAsk } from './outgoing-ask.ts'
import { Reading } from './reading.ts'

const partner = asDid('did:web:bakkerij.example')
const target = (name: string) => ({ vct: asVct('urn:regie:credential:contact-person:1'), path: [name] })
const [email, phone, name] = ['email', 'phone_number', 'family_name'].map(target) as [
  ReturnType<typeof target>,
  ReturnType<typeof target>,
  ReturnType<typeof target>,
]
const grant: ReceivedGrantRow = {
  ...{ id: 'g1', requestId: 'r1', partner, partnerName: 'Bakkerij', grantor: partner, credentialId: 'c1' },
  ...{ grantorWallet: 'https://bakkerij.example/parties/1', claims: [email, phone, name], purpose: [] },
  ...{ legalBasis: '', expiresAt: Number.MAX_SAFE_INTEGER, state: 'live', endedCode: null, receivedAt: 0 },
  delegation: null,
}
const caller: Caller = { kind: 'client', clientId: 'erp', scopes: ['access:read'] }
const disputed = { target: email, code: 'claim_restricted' }
const gone = { target: phone, code: 'claim_not_held' }
const denied = (...withheld: LeftOut[]): AskAnswer => ({
  kind: 'denied',
  codes: withheld.map(({ code }) => code),
  withheld,
})

let answers: AskAnswer[]
let asked: OutgoingAsk[]
let reading: Reading

beforeEach(async () => {
  const store = await openTestStore('sqlite', {
    entities: [receivedGrantTable],
    migrations: [accessMigration, chainMigration],
  })
  await store.transact((tx) => tx.insert(receivedGrantTable, grant))
  asked = []
  reading = new Reading({
    ...{ store, clock: systemClock },
    credentials: {
      findHeld: async () => ({ id: 'c1' }),
      open: async () => 'grant~',
    } as unknown as Credentials,
    parties: { require: async () => ({ id: 'erp' }) } as unknown as Parties,
    prepareAsk: async (ask) => {
      asked.push(ask)
      return { digest: '', send: async () => answers[asked.length - 1] ?? denied() }
    },
    partner: async () => ({ did: partner, name: 'Bakkerij', wallet: grant.grantorWallet }),
    whenRead: async () => undefined,
    whenEnded: async () => undefined,
  })
})

const pathsAsked = () => asked.map(({ queries }) => queries.flatMap(({ paths }) => paths.flat()))

test('what the owner withholds is asked for no more, and the rest once', async () => {
  answers = [denied(disputed), { kind: 'presented', reports: {} }]
  expect(await reading.readGrant(caller, 'g1', [email, phone])).toMatchObject({ leftOut: [disputed] })
  expect(pathsAsked()).toEqual([['email', 'phone_number'], ['phone_number']])
})

test('an owner who withholds something else each time is not asked for ever', async () => {
  answers = [denied(disputed), denied(gone), { kind: 'presented', reports: {} }]
  expect(await reading.readGrant(caller, 'g1', [email, phone, name])).toMatchObject({
    codes: ['claim_not_held'],
  })
  expect(asked).toHaveLength(2)
})

test('where all of it is withheld nothing is asked again, and a read says why', async () => {
  answers = [denied(disputed, gone)]
  expect(await reading.readGrant(caller, 'g1', [email, phone])).toMatchObject({
    claims: [],
    leftOut: [disputed, gone],
  })
  expect(asked).toHaveLength(1)
  asked.length = 0
  await expect(reading.read(caller, { partner: 'Bakkerij', claims: [email, phone] })).rejects.toMatchObject({
    code: 'claim_restricted',
    params: { codes: ['claim_restricted', 'claim_not_held'] },
  })
})
