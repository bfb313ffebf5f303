import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { startTrio, type TestTrio } from './support/nodes.ts'

let trio: TestTrio
const vct = 'urn:regie:credential:company-profile:1'

beforeAll(async () => {
  trio = await startTrio('sqlite')
})

test('Veramo issues and verifies an SD-JWT VC of this node, with status and all', async () => {
  const { veramo } = trio.company.node
  const [{ did: issuer } = { did: '' }] = await veramo.didManagerFind({ provider: 'did:ethr' })
  const credential = await veramo.createVerifiableCredential({
    credential: { issuer: { id: issuer }, vct, credentialSubject: { id: issuer, name: 'Nietmachine B.V.' } },
    proofFormat: 'dc+sd-jwt',
  })
  expect(credential.proof.jwt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+~/)
  expect(await veramo.verifyCredential({ credential })).toMatchObject({ verified: true })
  const [head, payload = '', signature] = credential.proof.jwt.split('.')
  const flipped = [head, payload.slice(0, -1) + (payload.endsWith('A') ? 'B' : 'A'), signature].join('.')
  const forged = { ...credential, proof: { ...credential.proof, jwt: flipped } }
  expect(
    await veramo.verifyCredential({ credential: forged }).catch(() => ({ verified: false })),
  ).toMatchObject({
    verified: false,
  })
})

test('Veramo reads keys and DIDs, and private keys never come out', async () => {
  const { veramo } = trio.company.node
  const dids = await veramo.didManagerFind()
  expect(dids.map(({ did }) => did.split(':')[1]).sort()).toEqual(['ethr', 'jwk'])
  expect(JSON.stringify(dids)).not.toMatch(/privateKey|"d":/)
})

test('agent.yml is data in Veramo’s config format', () => {
  const text = readFileSync(join(import.meta.dirname, '..', 'agent.yml'), 'utf8')
  expect(text).toMatch(/^version: 3\.0$/m)
  expect(text).toMatch(
    /^agent:\n(?: +#.*\n)* +\$require: \.\/dist\/agent-from-file\.js\?t=function#createAgentFromFile$/m,
  )
  expect(text.split('\n').length).toBeLessThan(60)
})
