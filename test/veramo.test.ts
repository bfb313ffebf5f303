import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { loadConfig, loadSecrets } from '../src/config/index.ts'
import { silentLog } from '../src/core/index.ts'
import { createNode } from '../src/node/index.ts'
import { ensureBuilt, packageRoot } from './support/build.ts'
import { atEnd } from './support/endings.ts'
import { startTrio, type TestTrio } from './support/nodes.ts'
import { freePort } from './support/ports.ts'

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

test.each([
  ['jwt', 'JWT'],
  ['vc+jwt', 'vc+jwt'],
])('Veramo issues, presents and verifies a W3C credential as %s', async (proofFormat, typ) => {
  const { veramo } = trio.company.node
  const [{ did } = { did: '' }] = await veramo.didManagerFind({ provider: 'did:ethr' })
  const credential = await veramo.createVerifiableCredential({
    credential: {
      issuer: { id: did },
      type: ['VerifiableCredential', vct],
      credentialSubject: { id: did, name: 'Nietmachine B.V.' },
    },
    proofFormat: proofFormat as 'jwt',
  })
  const [head = '', payload = '', signature = ''] = credential.proof.jwt.split('.')
  expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toMatchObject({
    ...{ typ, kid: expect.stringContaining(`${did}#`) },
  })
  expect(await veramo.verifyCredential({ credential })).toEqual({ verified: true })
  // The members beside the token prove nothing, and a changed token is a forgery.
  const other = Buffer.from(payload, 'base64url').toString().replace('Nietmachine', 'Nietmachina')
  const forged = [head, Buffer.from(other).toString('base64url'), signature].join('.')
  expect(
    await veramo.verifyCredential({
      credential: { ...credential, proof: { ...credential.proof, jwt: forged } },
    }),
  ).toMatchObject({ verified: false, error: { errorCode: 'jws_signature_invalid' } })
  const binding = { challenge: 'n-0S6_WzA2Mj', domain: 'https://verifier.example' }
  const presentation = await veramo.createVerifiablePresentation({
    presentation: { holder: did, verifiableCredential: [credential] },
    proofFormat: proofFormat as 'jwt',
    ...binding,
  })
  expect(await veramo.verifyPresentation({ presentation, ...binding })).toEqual({ verified: true })
  expect(await veramo.verifyPresentation({ presentation, ...binding, challenge: 'another' })).toMatchObject({
    ...{ verified: false, error: { errorCode: 'kb_nonce_mismatch' } },
  })
})

test('types, schemas and lists are where credentials say they are', async () => {
  const { veramo } = trio.company.node
  const [{ did } = { did: '' }] = await veramo.didManagerFind({ provider: 'did:ethr' })
  const credential = await veramo.createVerifiableCredential({
    credential: { issuer: { id: did }, vct, credentialSubject: { id: did, name: 'Nietmachine B.V.' } },
    proofFormat: 'vc+jwt' as 'jwt',
  })
  const { id, digestSRI } = credential.credentialSchema as unknown as { id: string; digestSRI: string }
  const schema = Buffer.from(await (await fetch(id)).arrayBuffer())
  expect(digestSRI).toBe(`sha256-${createHash('sha256').update(schema).digest('base64')}`)
  for (const { statusListCredential } of credential.credentialStatus as unknown as {
    statusListCredential: string
  }[])
    expect((await fetch(statusListCredential)).headers.get('content-type')).toBe('application/vc+jwt')
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

/**
 * `@veramo/cli` does not install everywhere (a dependency of it comes from GitHub). Where its `agentCreator.js` is, name it
 * in VERAMO_AGENT_CREATOR: then Veramo's own loader reads the file; otherwise a reader of the same few words does.
 */
test('the agent.yml we ship loads as Veramo loads it, and answers', async () => {
  await ensureBuilt()
  const data = mkdtempSync(join(tmpdir(), 'regie-veramo-'))
  atEnd(() => rmSync(data, { recursive: true, force: true }))
  const network = { trustAnchor: trio.myobi.url, chain: trio.chain }
  writeFileSync(join(data, 'network.json'), JSON.stringify(network))
  const env = { ...process.env, REGIE_DATA: data, REGIE_PORT: String(await freePort()) }
  const file = join(packageRoot, 'agent.yml')
  const config = loadConfig(file, env)
  const node = await createNode({ config, secrets: loadSecrets(config, env), log: silentLog })
  atEnd(() => node.dispose())
  await node.start()
  const [{ did } = { did: '' }] = await node.veramo.didManagerFind({ provider: 'did:ethr' })

  const args = [join(packageRoot, 'test', 'support', 'veramo-load.mjs'), 'agent.yml']
  const { VERAMO_AGENT_CREATOR: loader } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, loader ? [...args, loader] : args, {
    cwd: packageRoot,
    env,
  })
  const loaded = JSON.parse(stdout) as { dids: string[]; resolved: string | null }
  expect(loaded.dids).toContain(did)
  expect(loaded.resolved).toBe(did)
})
