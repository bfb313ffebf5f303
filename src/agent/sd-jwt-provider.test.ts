import { randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { openTestStore } from '../../test/support/engines.ts'
import { newId, systemClock } from '../core/index.ts'
import { createEgress } from '../egress/index.ts'
import { parseJsonStrict } from '../jose/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../vault/index.ts'
import { type Agent, agentEntities, agentMigrations, createAgent, type SdJwtPort } from './index.ts'

const compact = 'eyJhIjoxfQ.eyJhIjoxfQ.c2ln~ZGlzY2xvc3VyZQ~'
let agent: Agent
let did = ''
let asked: unknown[] = []
let answer: Awaited<ReturnType<SdJwtPort['verify']>>

beforeAll(async () => {
  const store = await openTestStore('sqlite', {
    entities: [vaultKeyTable, ...agentEntities],
    migrations: [vaultMigration, ...agentMigrations],
  })
  const vault = await Vault.open({ store, clock: systemClock, masterKey: randomBytes(32) })
  const asking = <T>(input: unknown, result: T): Promise<T> => {
    asked.push(input)
    return Promise.resolve(result)
  }
  agent = createAgent({
    store,
    vault,
    clock: systemClock,
    egress: createEgress({ parseJson: parseJsonStrict }),
    sdJwt: {
      issue: (input) => asking(input, { compact }),
      present: (input) => asking(input, { compact: `${compact}a.b.c` }),
      verify: (input) => asking(input, answer),
    },
  })
  const partyId = newId()
  await store.transact((tx) => vault.createKey(tx, partyId))
  did = (await agent.createPersonDid(partyId)).did
})

beforeEach(() => {
  asked = []
  answer = { verified: true }
})

const credential = () => ({
  issuer: { id: did },
  type: ['VerifiableCredential', 'company-profile'],
  credentialSubject: { id: 'did:example:1', name: 'Voorbeeld BV' },
  expirationDate: '2030-01-01T00:00:00.000Z',
})

test('Veramo offers SD-JWT VC for the keys of a DID', async () => {
  const identifier = await agent.veramo.didManagerGet({ did })
  expect(await agent.veramo.listUsableProofFormats(identifier)).toEqual(['dc+sd-jwt'])
})

test('a credential asked of Veramo is issued by the room of credentials', async () => {
  const issued = await agent.veramo.createVerifiableCredential({
    credential: credential(),
    proofFormat: 'dc+sd-jwt',
  })
  expect(asked).toEqual([
    {
      issuer: did,
      vct: 'company-profile',
      claims: { sub: 'did:example:1', name: 'Voorbeeld BV' },
      expiresAt: Date.UTC(2030, 0, 1),
    },
  ])
  expect(issued.proof).toEqual({ type: 'dc+sd-jwt', jwt: compact })
})

test.each([
  ['as text', compact],
  ['as Veramo keeps it', { issuer: 'did:example:1', proof: { type: 'dc+sd-jwt', jwt: compact } }],
])('a credential %s is verified there too, and its failing check is told', async (_, document) => {
  const verify = () => agent.veramo.verifyCredential({ credential: document as never })
  expect(await verify()).toEqual({ verified: true })
  answer = { verified: false, code: 'status_revoked', detail: 'the issuer revoked it' }
  expect(await verify()).toEqual({
    verified: false,
    error: { errorCode: 'status_revoked', message: 'the issuer revoked it' },
  })
  expect(asked).toEqual([{ compact }, { compact }])
})

test('a presentation carries nonce and audience, to make and to verify', async () => {
  const binding = { challenge: 'n-1', domain: 'https://verifier.example' }
  const presentation = await agent.veramo.createVerifiablePresentation({
    presentation: { holder: did, verifiableCredential: [compact] },
    proofFormat: 'dc+sd-jwt',
    ...binding,
  })
  expect(await agent.veramo.verifyPresentation({ presentation, ...binding })).toEqual({ verified: true })
  const bound = { nonce: 'n-1', audience: 'https://verifier.example' }
  expect(asked).toEqual([
    { holder: did, compact, ...bound },
    { compact: `${compact}a.b.c`, ...bound },
  ])
})

test.each<[string, object, string]>([
  ['without challenge', { domain: 'x' }, 'presentation_needs_binding'],
  ['without domain', { challenge: 'x' }, 'presentation_needs_binding'],
  [
    'of two credentials',
    {
      challenge: 'x',
      domain: 'x',
      presentation: { holder: 'did:example:1', verifiableCredential: [compact, compact] },
    },
    'presentation_needs_one_credential',
  ],
])('a presentation %s is refused', async (_, args, code) => {
  const presentation = { holder: did, verifiableCredential: [compact] }
  const call = agent.veramo.createVerifiablePresentation({ presentation, proofFormat: 'dc+sd-jwt', ...args })
  await expect(call).rejects.toMatchObject({ code })
})

test.each(['a.b.c', '', 'a.b~', 'not a token'])('%j is no SD-JWT', async (document) => {
  await expect(agent.veramo.verifyCredential({ credential: document })).rejects.toThrow('No verifier found')
})

test('without a chain there are no organisations, and everything else works', async () => {
  await expect(agent.createOrganisationDid('x')).rejects.toMatchObject({ code: 'chain_not_configured' })
  expect((await agent.signerOf(did as never)).alg).toBe('ES256')
})
