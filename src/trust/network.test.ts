import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { TrustNode, World } from '../../test/support/trust-node.ts'
import { asDid, type Did, isRefusal, type Vct } from '../core/index.ts'
import type { IssueInput } from '../credentials/index.ts'
import { createEgress } from '../egress/index.ts'
import { parseJsonStrict, parseJws, signJws, verifyJws } from '../jose/index.ts'
import { presentSdJwt } from '../sd-jwt/index.ts'
import { type AnchorClient, createAnchorClient } from './anchor-client.ts'
import { createRemotePolicies } from './policies.ts'
import { policyDigest } from './policy-files.ts'
import { ANSWER_TYP } from './registry-answer.ts'
import { createRegistryClient } from './registry-client.ts'
import { anchorPinTable, registryTable } from './tables.ts'
import { createRemoteAnchor } from './trust-anchor.ts'

const MINUTE = 60_000

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error) => (isRefusal(error) ? error.code : String(error)),
  )

/** A trust anchor that answers whatever a test wants. */
async function startFake() {
  const fake = { answer: {} as unknown, status: 200, asked: [] as string[], url: '' }
  const server = createServer((request, response) => {
    fake.asked.push(request.url ?? '')
    response.writeHead(fake.status, { 'content-type': 'application/json' })
    response.end(typeof fake.answer === 'string' ? fake.answer : JSON.stringify(fake.answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  afterAll(() => server.close())
  return fake
}

onEachEngine((engine) => {
  const world = new World()
  const egress = createEgress({ allowLoopback: true, parseJson: parseJsonStrict })
  let myobi: TrustNode
  let company: TrustNode
  let fake: Awaited<ReturnType<typeof startFake>>

  beforeAll(async () => {
    fake = await startFake()
    myobi = await TrustNode.start({ engine, world, organisation: { name: 'MYOBI' } })
    company = await TrustNode.start({
      engine,
      world,
      organisation: { name: 'De Linde' },
      anchorUrl: myobi.url,
    })
  })
  afterAll(() => egress.dispose())

  const organisationOf = (node: TrustNode) => node.parties.organisation()
  const registryClient = (client: AnchorClient) =>
    createRegistryClient({ client, clock: world.clock, anchor: company.anchor, requireKey: world.requireKey })

  const register = async (did: Did, more: { kvkNumber?: string; name?: string } = {}) =>
    myobi.store.transact((tx) =>
      myobi.registry.add(tx, {
        did,
        name: more.name ?? 'De Linde',
        kvkNumber: more.kvkNumber ?? null,
        wallet: 'https://wallet.example',
        roles: ['member'],
        attestationId: 'a',
        registrationId: 'r',
      }),
    )

  const issue = async (node: TrustNode, input: Omit<IssueInput, 'issuer'>) => {
    const issuer = node.parties.issuerOf(await organisationOf(node))
    return node.store.transact((tx) => node.credentials.issue(tx, { ...input, issuer }))
  }

  const attest = async (subject: Did, node = myobi, claims: object = {}) => {
    const { id, version, digest } = await myobi.policies.current()
    const example = node.credentials.types.byName('ttp-policy-attestation').example
    return issue(node, {
      type: 'ttp-policy-attestation',
      subject,
      claims: { ...example, policy: { id, version, digest }, ...claims },
    })
  }

  describe('the trust anchor', () => {
    const description = (did: string) => ({
      did,
      name: 'MYOBI',
      wallet: 'https://myobi.example/w',
      policy: { id: 'ttp-policy', version: 1, digest: 'x' },
    })
    const remote = (did?: Did) => {
      const client = createAnchorClient({ egress, url: fake.url })
      return createRemoteAnchor({
        store: company.store,
        clock: world.clock,
        audit: company.audit,
        client,
        did,
      })
    }
    const forget = () => company.store.transact((tx) => tx.delete(anchorPinTable, { url: fake.url }))

    test('says who it is at a well-known place', async () => {
      expect(await company.anchor.refresh()).toMatchObject({
        did: (await organisationOf(myobi)).did,
        name: 'MYOBI',
        policy: { id: 'ttp-policy', version: 1 },
      })
    })

    test('is known from the first time on, and asked no more', async () => {
      await forget()
      Object.assign(fake, { answer: description('did:web:one.example'), status: 200, asked: [] })
      expect((await remote().require()).did).toBe('did:web:one.example')
      expect((await remote().require()).did).toBe('did:web:one.example')
      expect(fake.asked).toEqual(['/.well-known/regie'])
    })

    test('with another DID than before is refused, and the one we knew stays', async () => {
      await forget()
      Object.assign(fake, { answer: description('did:web:one.example'), status: 200 })
      const anchor = remote()
      await anchor.require()
      fake.answer = description('did:web:two.example')
      expect(await codeOf(anchor.refresh())).toBe('trust_anchor_changed')
      expect(await codeOf(remote().refresh())).toBe('trust_anchor_changed')
      expect((await remote().require()).did).toBe('did:web:one.example')
    })

    test('met by two processes at once has one DID', async () => {
      await forget()
      Object.assign(fake, { answer: description('did:web:one.example'), status: 200 })
      const met = await Promise.all([remote().require(), remote().require(), remote().require()])
      expect(new Set(met.map(({ did }) => did)).size).toBe(1)
      expect(await company.store.reader.countBy(anchorPinTable, { url: fake.url })).toBe(1)
    })

    test('has the DID the operator wrote down, or none', async () => {
      await forget()
      Object.assign(fake, { answer: description('did:web:one.example'), status: 200 })
      expect(await codeOf(remote(asDid('did:web:two.example')).require())).toBe('trust_anchor_changed')
      expect(await company.store.reader.countBy(anchorPinTable, { url: fake.url })).toBe(0)
      await remote().require()
      fake.answer = description('did:web:two.example')
      expect((await remote(asDid('did:web:two.example')).require()).did).toBe('did:web:two.example')
      expect((await remote().require()).did).toBe('did:web:two.example')
    })

    test.each([
      ['nonsense', 200, '{"did":"x"}', 'trust_anchor_malformed'],
      ['no JSON', 200, 'hello', 'trust_anchor_unreachable'],
      ['an error', 503, '{"code":"database_unavailable"}', 'trust_anchor_unreachable'],
      ['an unforeseen refusal', 404, '<html>', 'trust_anchor_unreachable'],
      ['a refusal', 409, '{"code":"already_registered","title":"no"}', 'already_registered'],
      ['a code that is none', 409, '{"code":"<script>"}', 'trust_anchor_unreachable'],
    ])('that answers %s', async (_, status, answer, code) => {
      await forget()
      Object.assign(fake, { status, answer })
      expect(await codeOf(remote().require())).toBe(code)
    })

    test('cannot make our caller sign in', async () => {
      Object.assign(fake, { status: 401, answer: { code: 'authentication_required' } })
      await expect(remote().refresh()).rejects.toMatchObject({ kind: 'upstream' })
    })
  })

  describe('the policy', () => {
    const remote = () =>
      createRemotePolicies({ client: createAnchorClient({ egress, url: fake.url }), clock: world.clock })
    const wire = async () => (await myobi.call('GET', '/policy')).body

    test('is shown to anybody, by any node, in both languages', async () => {
      for (const node of [myobi, company])
        expect(await node.call('GET', '/policy')).toMatchObject({
          status: 200,
          body: {
            id: 'ttp-policy',
            version: 1,
            effective: '2026-01-01',
            digest: (await myobi.policies.current()).digest,
            documents: [{ lang: 'nl' }, { lang: 'en' }],
          },
        })
    })

    test.each([
      ['a text', (policy: Policy) => Object.assign(policy.documents[0] ?? {}, { text: 'other' })],
      [
        'a text with its digest',
        (policy: Policy) =>
          Object.assign(policy.documents[0] ?? {}, {
            text: 'other',
            digest: 'sha-256:2dSsrpRjLc-CbRN5rAGcIVWkz1Ua7gs6L2Tpb9wO1yc',
          }),
      ],
      ['the version', (policy: Policy) => Object.assign(policy, { version: 2 })],
      ['the day of effect', (policy: Policy) => Object.assign(policy, { effective: '2025-01-01' })],
      ['a title', (policy: Policy) => Object.assign(policy.documents[0] ?? {}, { title: 'other' })],
    ])('with %s changed on the way is not shown', async (_, change) => {
      const policy = (await wire()) as unknown as Policy
      change(policy)
      Object.assign(fake, { status: 200, answer: policy })
      expect(await codeOf(remote().current())).toBe('policy_digest_mismatch')
    })

    test('is asked for once a minute, or when it must be fresh', async () => {
      Object.assign(fake, { status: 200, answer: await wire(), asked: [] })
      const policies = remote()
      await Promise.all([policies.current(), policies.current()])
      await policies.current()
      expect(fake.asked).toHaveLength(1)
      await policies.current({ fresh: true })
      expect(fake.asked).toHaveLength(2)
      world.offset += MINUTE
      await policies.current()
      expect(fake.asked).toHaveLength(3)
      world.offset -= MINUTE
    })

    test('with another text under a version that was seen is refused, and what was seen stays', async () => {
      const policy = (await wire()) as unknown as Parameters<typeof policyDigest>[0]
      const [first, ...others] = policy.documents
      const swapped = { ...policy, documents: [{ ...first, title: 'Other terms' }, ...others] }
      const answer = { ...swapped, digest: policyDigest(swapped as typeof policy) }
      const seen = (await myobi.policies.current()).digest
      const policies = remote()
      Object.assign(fake, { status: 200, answer: policy })
      await policies.current()
      fake.answer = answer
      expect(await codeOf(policies.current({ fresh: true }))).toBe('policy_digest_changed')
      expect(await codeOf(policies.current({ fresh: true }))).toBe('policy_digest_changed')
      expect(policies.accepts({ id: 'ttp-policy', version: 1, digest: answer.digest })).toBe(false)
      expect(policies.accepts({ id: 'ttp-policy', version: 1, digest: seen })).toBe(true)
      expect(await codeOf(remote().current())).toBe('done')
    })

    test('of another name is none of ours', async () => {
      Object.assign(fake, { status: 200, answer: { ...(await wire()), id: 'other' } })
      expect(await codeOf(remote().current())).toBe('policy_malformed')
    })
  })
  interface Policy {
    documents: object[]
  }

  describe('the registry', () => {
    test('is found by DID and by KVK number, by anybody', async () => {
      const did = asDid('did:web:host.example%3A4800:a')
      await register(did, { kvkNumber: '11111111', name: 'Poort' })
      const path = `/registry/parties/${encodeURIComponent(did)}`
      expect(await myobi.call('GET', path)).toMatchObject({
        status: 200,
        body: { did, name: 'Poort', state: 'active' },
      })
      expect(await company.lookup.find(did)).toMatchObject({ did, kvkNumber: '11111111' })
      expect(await company.lookup.findByKvk('11111111')).toMatchObject({ did })
      expect(await company.lookup.findByKvk('11111112')).toBeNull()
      expect(await company.lookup.find(asDid('did:web:nobody.example'))).toBeNull()
    })

    test('does not take a DID or a KVK number twice', async () => {
      const did = asDid('did:web:twice.example')
      await register(did, { kvkNumber: '22222222' })
      expect(await codeOf(register(did))).toBe('already_registered')
      expect(await codeOf(register(asDid('did:web:other.example'), { kvkNumber: '22222222' }))).toBe(
        'kvk_already_registered',
      )
    })

    test('is asked for many at once in few calls, and says which of them are not in it', async () => {
      const dids = Array.from({ length: 60 }, (_, n) => asDid(`did:web:host-${n}.example`))
      for (const did of dids.slice(0, 30)) await register(did, { name: did })
      const asked: string[] = []
      const client = registryClient({
        ...company.client,
        getToken: (path, typ) => {
          asked.push(path)
          return company.client.getToken(path, typ)
        },
      })
      const entries = await Promise.all(dids.map((did) => client.find(did)))
      expect(entries.map((entry) => entry?.name)).toEqual(dids.map((did, n) => (n < 30 ? did : undefined)))
      expect(asked).toHaveLength(3)
    })

    test('refuses more DIDs than it takes, and what is none', async () => {
      const many = Array.from({ length: 26 }, (_, n) => `did:web:host-${n}.example`).join(',')
      for (const query of [`dids=${many}`, 'dids=nobody', 'dids=', 'kvk=11111111&dids=did:web:a.example'])
        expect(await myobi.call('GET', `/registry/parties?${query}`)).toMatchObject({
          status: 400,
          body: { code: 'registry_query_invalid' },
        })
    })

    test('refuses what is no DID and no KVK number', async () => {
      expect((await myobi.call('GET', '/registry/parties/nobody')).status).toBe(400)
      expect((await myobi.call('GET', '/registry/parties?kvk=123')).status).toBe(400)
      expect((await myobi.call('GET', '/registry/parties')).status).toBe(400)
    })

    test('elsewhere is at most a minute old', async () => {
      const did = asDid('did:web:cached.example')
      await register(did)
      expect((await company.lookup.find(did))?.state).toBe('active')
      await myobi.store.transact((tx) => tx.update(registryTable, { did }, { state: 'suspended' }))
      world.offset += MINUTE - 1_000
      expect((await company.lookup.find(did))?.state).toBe('active')
      world.offset += 1_000
      expect((await company.lookup.find(did))?.state).toBe('suspended')
      world.offset -= MINUTE
    })

    test('tells soon of who has just joined', async () => {
      const did = asDid('did:web:new.example')
      expect(await company.lookup.find(did)).toBeNull()
      await register(did)
      world.offset += 5_000
      expect(await company.lookup.find(did)).not.toBeNull()
      world.offset -= 5_000
    })

    test('that was told to have changed is asked anew', async () => {
      const did = asDid('did:web:told.example')
      const client = registryClient(company.client)
      expect(await client.find(did)).toBeNull()
      await register(did)
      expect(await client.find(did)).toBeNull()
      client.forgetAll()
      expect(await client.find(did)).not.toBeNull()
    })

    /** What the trust anchor says, changed and signed again with its key or another's. */
    const signedBy = async (
      node: TrustNode,
      payload: object,
      { typ = ANSWER_TYP, kid }: { readonly typ?: string; readonly kid?: string } = {},
    ) => {
      const signer = await node.keys.signer((await organisationOf(node)).did)
      return signJws({ typ, ...(kid && { kid }) }, payload, signer)
    }
    const asked = asDid('did:web:asked.example')
    const entry = {
      ...{ did: asked, name: 'De Linde', kvk_number: '11111111', wallet: 'https://wallet.example' },
      ...{ roles: ['member'], state: 'active', since: '2026-01-01T00:00:00Z' },
      ...{ attestation: 'a', registration: 'r', version: 1 },
    }
    const answerTo = async (question: object, more: object = {}) => {
      const iat = Math.floor(world.clock.now() / 1000)
      const iss = (await organisationOf(myobi)).did
      return { iss, iat, exp: iat + 60, question, entries: [entry], ...more }
    }
    const says = (answer: unknown, status = 200) => Object.assign(fake, { status, answer, asked: [] })
    const elsewhere = () => registryClient(createAnchorClient({ egress, url: fake.url }))
    const reasonOf = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error) => (isRefusal(error, 'registry_unreachable') ? error.params.reason : String(error)),
      )
    const dids = [asked]

    test('is believed because the trust anchor signed it, whatever it came through', async () => {
      says(await signedBy(myobi, await answerTo({ dids })))
      expect(await elsewhere().find(asked)).toMatchObject({ did: asked, state: 'active' })
      says(await signedBy(myobi, await answerTo({ kvk: '11111111' })))
      expect(await elsewhere().findByKvk('11111111')).toMatchObject({ did: asked })
      says(await signedBy(myobi, await answerTo({ dids }, { entries: [] })))
      expect(await elsewhere().find(asked)).toBeNull()
    })

    test.each<[string, string, () => Promise<unknown>]>([
      ['by another', 'registry_answer_foreign', async () => signedBy(company, await answerTo({ dids }))],
      [
        'by another in its own name',
        'registry_answer_foreign',
        async () => {
          const { did } = await organisationOf(company)
          return signedBy(company, await answerTo({ dids }, { iss: did }))
        },
      ],
      [
        'by another who says to be the trust anchor',
        'jws_signature_invalid',
        async () => {
          const { kid } = await myobi.keys.signer((await organisationOf(myobi)).did)
          return signedBy(company, await answerTo({ dids }), { kid })
        },
      ],
      [
        'in the name of another',
        'registry_answer_foreign',
        async () => signedBy(myobi, await answerTo({ dids }, { iss: asked })),
      ],
      [
        'by nobody',
        'jws_alg_not_allowed',
        async () => {
          const { kid } = await myobi.keys.signer((await organisationOf(myobi)).did)
          const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
          const head = encode({ alg: 'none', typ: ANSWER_TYP, kid })
          return `${head}.${encode(await answerTo({ dids }))}.AAAA`
        },
      ],
      [
        'as another kind of token',
        'jws_typ_mismatch',
        async () => signedBy(myobi, await answerTo({ dids }), { typ: 'JWT' }),
      ],
      [
        'to a question about another',
        'registry_answer_mismatch',
        async () => signedBy(myobi, await answerTo({ dids: ['did:web:other.example'] }, { entries: [] })),
      ],
      [
        'to a question about more',
        'registry_answer_mismatch',
        async () => signedBy(myobi, await answerTo({ dids: [asked, 'did:web:other.example'] })),
      ],
      [
        'to a question by KVK number',
        'registry_answer_mismatch',
        async () => signedBy(myobi, await answerTo({ kvk: '11111111' })),
      ],
      [
        'about somebody who was not asked about',
        'registry_answer_mismatch',
        async () =>
          signedBy(
            myobi,
            await answerTo({ dids }, { entries: [{ ...entry, did: 'did:web:other.example' }] }),
          ),
      ],
      [
        'twice about the same',
        'registry_answer_mismatch',
        async () => signedBy(myobi, await answerTo({ dids }, { entries: [entry, entry] })),
      ],
      [
        'a while ago',
        'jws_expired',
        async () => {
          const iat = Math.floor(world.clock.now() / 1000) - 91
          return signedBy(myobi, await answerTo({ dids }, { iat, exp: iat + 60 }))
        },
      ],
      [
        'tomorrow',
        'jws_issued_in_future',
        async () => {
          const iat = Math.floor(world.clock.now() / 1000) + 86_400
          return signedBy(myobi, await answerTo({ dids }, { iat, exp: iat + 60 }))
        },
      ],
      [
        'for longer than it may be kept',
        'registry_answer_malformed',
        async () =>
          signedBy(myobi, await answerTo({ dids }, { exp: Math.floor(world.clock.now() / 1000) + 600 })),
      ],
      ['as nonsense', 'registry_answer_malformed', async () => signedBy(myobi, { hello: 'there' })],
      ['in no token at all', 'jws_malformed', async () => ({})],
    ])('that is said %s opens nothing', async (_, reason, make) => {
      says(await make())
      expect(await reasonOf(elsewhere().find(asked))).toBe(reason)
    })

    test('that answers for another KVK number opens nothing', async () => {
      says(await signedBy(myobi, await answerTo({ kvk: '22222222' })))
      expect(await reasonOf(elsewhere().findByKvk('11111111'))).toBe('registry_answer_mismatch')
      const other = { entries: [{ ...entry, kvk_number: '33333333' }] }
      says(await signedBy(myobi, await answerTo({ kvk: '11111111' }, other)))
      expect(await reasonOf(elsewhere().findByKvk('11111111'))).toBe('registry_answer_mismatch')
    })

    test.each([503, 404, 302])('that is answered with %d opens nothing', async (status) => {
      says({ code: 'party_not_registered' }, status)
      expect(await reasonOf(elsewhere().find(asked))).toBe('trust_anchor_unreachable')
    })

    test('of a trust anchor whose keys cannot be looked up opens nothing', async () => {
      says(await signedBy(myobi, await answerTo({ dids })))
      const { did } = await organisationOf(myobi)
      world.away.add(did)
      expect(await reasonOf(elsewhere().find(asked))).toBe('did_unresolvable')
      world.away.delete(did)
      expect(await reasonOf(elsewhere().find(asked))).toBe('done')
    })

    test('that was held back on its way is kept no longer than if it had come at once', async () => {
      const client = elsewhere()
      const iat = Math.floor(world.clock.now() / 1000) - 50
      says(await signedBy(myobi, await answerTo({ dids }, { iat, exp: iat + 60 })))
      await client.find(asked)
      world.offset += 9_000
      await client.find(asked)
      expect(fake.asked).toHaveLength(1)
      world.offset += 2_000
      says({}, 503)
      expect(await reasonOf(client.find(asked))).toBe('trust_anchor_unreachable')
      world.offset -= 11_000
    })

    describe('as a whole', () => {
      const list = (headers: Record<string, string> = {}) =>
        fetch(`${myobi.url}/registry/list`, { headers: { 'cache-control': 'max-age=0', ...headers } })
      const read = async (response: Response) => {
        const jws = parseJws(await response.text(), { maxBytes: 10_000_000 })
        verifyJws(jws, await world.requireKey(String(jws.header.kid)), { typ: 'regie-registry-list+jwt' })
        return jws.payload as {
          iss: string
          iat: number
          exp: number
          sequence: number
          entries: WireEntry[]
        }
      }
      type WireEntry = { did: string; version: number }

      test('is signed by the trust anchor, in order, for a minute', async () => {
        for (const name of ['z', 'a']) await register(asDid(`did:web:list-${name}.example`))
        const response = await list()
        expect(response.headers.get('content-type')).toBe('application/regie-registry-list+jwt')
        expect(response.headers.get('cache-control')).toBe('public, max-age=30')
        const { iss, iat, exp, sequence, entries } = await read(response)
        expect([iss, exp - iat]).toEqual([(await organisationOf(myobi)).did, 60])
        const known = await myobi.store.reader.find(registryTable)
        expect(entries.map(({ did }) => did)).toEqual(known.map(({ did }) => did).sort())
        expect(sequence).toBe(known.reduce((sum, { version }) => sum + version, 0))
        const { did } = entries[0] ?? {}
        const shown = await myobi.call('GET', `/registry/parties/${encodeURIComponent(String(did))}`)
        expect(entries[0]).toEqual(shown.body)
      })

      test('is the same for everybody until something changes or it gets old', async () => {
        const first = await list()
        const etag = String(first.headers.get('etag'))
        expect((await list({ 'if-none-match': etag })).status).toBe(304)
        const did = asDid('did:web:list-change.example')
        await register(did)
        const second = await list({ 'if-none-match': etag })
        expect(second.status).toBe(200)
        const { entries, sequence } = await read(second)
        expect(entries.some((one) => one.did === did)).toBe(true)
        await myobi.store.transact((tx) =>
          myobi.registry.renew(tx, did, { attestationId: 'b', registrationId: 'r' }),
        )
        const third = await list()
        const renewed = await read(third)
        expect(renewed.sequence).toBe(sequence + 1)
        expect(renewed.entries.find((one) => one.did === did)).toMatchObject({ attestation: 'b', version: 2 })
        world.offset += 30_000
        const fourth = await list({ 'if-none-match': String(third.headers.get('etag')) })
        expect(fourth.status).toBe(200)
        const again = await read(fourth)
        expect([again.sequence, again.iat - renewed.iat]).toEqual([renewed.sequence, expect.any(Number)])
        expect(again.iat - renewed.iat).toBeGreaterThanOrEqual(30)
        world.offset -= 30_000
      })

      test('asked for by many at once holds what was committed before', async () => {
        const found = await Promise.all(
          Array.from({ length: 8 }, async (_, n) => {
            const did = asDid(`did:web:list-at-once-${n}.example`)
            await register(did)
            return (await read(await list())).entries.some((one) => one.did === did)
          }),
        )
        expect(found).toEqual(Array(8).fill(true))
      })
    })

    test.each([
      ...['', '?dids=nobody', '?dids=', '?kvk=123', '?kvk=11111111&dids=did:web:a.example'],
      ...[
        '?kvk=11111111&more=1',
        '?kvk=11111111&kvk=11111111',
        '?dids=did:web:a.example&dids=did:web:b.example',
      ],
    ])('asked for signed answers with %s says what is wrong', async (query) => {
      const response = await fetch(`${myobi.url}/registry/answers${query}`)
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { code: 'registry_query_invalid' },
      ])
    })

    test('asked by many at once is called once', async () => {
      says(await signedBy(myobi, await answerTo({ dids }, { entries: [] })))
      const client = elsewhere()
      await Promise.all(Array.from({ length: 20 }, () => client.find(asked)))
      expect(fake.asked).toHaveLength(1)
    })
  })

  describe('an attestation', () => {
    const subject = asDid('did:web:subject.example')
    const check = (compact: string | undefined, about = subject) => company.attestations.check(compact, about)

    test('of the trust anchor, about the party, is valid, also the second time', async () => {
      const { compact } = await attest(subject)
      expect([await check(compact), await check(compact)]).toEqual(['valid', 'valid'])
    })

    test('that did not come is missing', async () => {
      expect([await check(undefined), await check('')]).toEqual(['missing', 'missing'])
    })

    test.each([
      ['about another party', async () => (await attest(asDid('did:web:other.example'))).compact],
      ['of somebody else', async () => (await attest(subject, company)).compact],
      [
        'over another text',
        async () =>
          (
            await attest(subject, myobi, {
              policy: { id: 'ttp-policy', version: 1, digest: `sha-256:${'A'.repeat(43)}` },
            })
          ).compact,
      ],
      [
        'over another policy',
        async () =>
          (
            await attest(subject, myobi, {
              policy: { id: 'house-rules', version: 1, digest: `sha-256:${'A'.repeat(43)}` },
            })
          ).compact,
      ],
      [
        'of another type',
        async () => {
          const { example } = myobi.credentials.types.byName('company-registration')
          return (await issue(myobi, { type: 'company-registration', subject, claims: example })).compact
        },
      ],
      ['of a person', async () => (await attest(subject, myobi, { party_kind: 'person' })).compact],
      ['that cannot be read', async () => 'nothing'],
      ['that is too long', async () => `${(await attest(subject)).compact}${'~'.repeat(20_000)}`],
      [
        'with a broken signature',
        async () => {
          const { compact } = await attest(subject)
          const [jwt = '', ...rest] = compact.split('~')
          const at = jwt.lastIndexOf('.') + 5
          return [jwt.slice(0, at) + (jwt[at] === 'A' ? 'B' : 'A') + jwt.slice(at + 1), ...rest].join('~')
        },
      ],
    ])('%s is invalid', async (_, make) => {
      // It knows the text of version 1 by now.
      await company.policies.current()
      expect(await check(await make())).toBe('invalid')
    })

    test('of a stranger makes us call nobody', async () => {
      const stranger = await TrustNode.start({ engine, world, organisation: { name: 'S' } })
      const { compact } = await attest(subject, stranger)
      await stranger.stop()
      const before = Date.now()
      expect(await check(compact)).toBe('invalid')
      expect(Date.now() - before).toBeLessThan(500)
    })

    test('expires', async () => {
      const { compact, expiresAt } = await attest(subject)
      expect(await check(compact)).toBe('valid')
      const before = world.offset
      world.offset += expiresAt - world.clock.now() + 31_000
      expect(await check(compact)).toBe('expired')
      world.offset = before
    })

    test.each([
      ['revoked', 'invalid'],
      ['suspended', 'suspended'],
    ] as const)('that was %s is so within the minute a list may be used', async (expected, state) => {
      const { compact, id } = await attest(subject)
      expect(await check(compact)).toBe('valid')
      const issued = await myobi.credentials.findIssued(myobi.store.reader, id)
      const entry = { listId: issued?.statusListId ?? '', index: issued?.statusIndex ?? 0 }
      await myobi.store.transact((tx) => myobi.lists.setStatus(tx, entry, state))
      world.offset += MINUTE
      expect(await check(compact)).toBe(expected)
    })

    test('whose key the trust anchor gave up is invalid, also where it was valid before', async () => {
      const other = await TrustNode.start({ engine, world, organisation: { name: 'OTHER' } })
      const { did } = await organisationOf(other)
      const { compact } = await attest(subject, other)
      expect(await other.attestations.check(compact, subject)).toBe('valid')
      world.withdraw((await other.keys.signer(did)).kid)
      expect(await other.attestations.check(compact, subject)).toBe('invalid')
    })

    test('that was valid for one party is invalid for another', async () => {
      const { compact } = await attest(subject)
      expect(await check(compact)).toBe('valid')
      expect(await check(compact, asDid('did:web:other.example'))).toBe('invalid')
    })

    test('that names a key of somebody else has nothing looked up', async () => {
      const { compact } = await attest(subject)
      const [jwt = '', ...rest] = compact.split('~')
      const [, payload, signature] = jwt.split('.')
      const header = { alg: 'ES256', typ: 'dc+sd-jwt', kid: 'did:web:elsewhere.example#k' }
      const forged = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`
      world.away.add(asDid('did:web:elsewhere.example'))
      expect(await check([forged, ...rest].join('~'))).toBe('invalid')
    })

    test('is unknown while the trust anchor’s DID cannot be looked up', async () => {
      const { compact } = await attest(subject)
      const { did } = await organisationOf(myobi)
      world.away.add(did)
      expect(await check(compact)).toBe('unknown')
      world.away.delete(did)
      expect(await check(compact)).toBe('valid')
    })

    test('is unknown while its status list cannot be had', async () => {
      const other = await TrustNode.start({ engine, world, organisation: { name: 'OTHER' } })
      const far = await TrustNode.start({ engine, world, organisation: { name: 'F' }, anchorUrl: other.url })
      await far.anchor.require()
      const { compact } = await attest(subject, other)
      await other.stop()
      expect(await far.attestations.check(compact, subject)).toBe('unknown')
    })

    test('of an older version counts as long as the trust anchor lets it', async () => {
      const policy = { id: 'ttp-policy', version: 7, digest: `sha-256:${'B'.repeat(43)}` }
      expect(company.policies.accepts(policy)).toBe(true)
      expect(myobi.policies.accepts(policy)).toBe(false)
    })
  })

  describe('verifying for anybody', () => {
    const verify = async (body: object, node = myobi) => {
      const answer = await node.call('POST', '/verifications', { body })
      return answer as unknown as { status: number; body: Verified }
    }
    interface Verified {
      verified: boolean
      trusted: boolean
      code?: string
      checks: { check: string; ok: boolean; code?: string }[]
      issuer: string
      type: Vct
      claims: Record<string, unknown>
      provenance: Record<string, unknown>
    }
    const failed = ({ checks }: Verified) =>
      checks.filter(({ ok }) => !ok).map(({ check, code }) => `${check}: ${code}`)

    const subject = asDid('did:web:subject.example')

    /** A registration with its holder's key, and how to present it. */
    const registered = async (node = myobi) => {
      const { kid } = node.keys.createHolderKey()
      const { example } = node.credentials.types.byName('company-registration')
      const holderKey = await node.keys.publicKey(kid)
      const { compact, id } = await issue(node, {
        type: 'company-registration',
        subject,
        claims: example,
        holderKey,
      })
      const present = async (aud: string, nonce: string) =>
        presentSdJwt(compact, [['name'], ['kvk_number']], {
          aud,
          nonce,
          iat: Math.floor(world.clock.now() / 1000),
          signer: await node.keys.signer(kid),
        })
      return { compact, id, present }
    }

    test('says what is true, who signed it and when it was last asked', async () => {
      const { present } = await registered()
      const presentation = await present('https://myobi.example', 'n-1')
      const { did } = await organisationOf(myobi)
      for (const node of [myobi, company]) {
        const { status, body } = await verify(
          { presentation, nonce: 'n-1', audience: 'https://myobi.example' },
          node,
        )
        expect(status).toBe(200)
        expect(Object.keys(body).sort()).toEqual(
          ['verified', 'trusted', 'checks', 'issuer', 'type', 'claims', 'provenance'].sort(),
        )
        expect(body).toMatchObject({
          verified: true,
          trusted: true,
          issuer: did,
          type: 'urn:regie:credential:company-registration:1',
          provenance: {
            issuer: did,
            issuer_name: 'MYOBI',
            issued_at: expect.any(String),
            status_as_of: expect.any(String),
          },
        })
        expect(body.claims).toEqual({ name: 'Kwekerij De Linde B.V.', kvk_number: '99990001' })
        expect(body.checks.map(({ check }) => check)).toEqual([
          'issuer',
          'issuer_signature',
          'disclosures',
          'claims',
          'times',
          'key_binding',
          'type',
          'status',
          'trust',
        ])
      }
    })

    test.each([
      ['another nonce', { nonce: 'n-2' }, 'key_binding: kb_nonce_mismatch'],
      ['another audience', { audience: 'https://other.example' }, 'key_binding: kb_aud_mismatch'],
    ])('with %s it is not verified', async (_, asked, failure) => {
      const { present } = await registered()
      const { body } = await verify({ presentation: await present('https://myobi.example', 'n-1'), ...asked })
      expect(body.verified).toBe(false)
      expect(failed(body)[0]).toBe(failure)
    })

    test('without key binding it is not verified once a nonce is asked for, and is when none is', async () => {
      const { compact } = await registered()
      const asked = await verify({ presentation: compact, nonce: 'n' })
      expect(asked.body.verified).toBe(false)
      expect(failed(asked.body)[0]).toBe('key_binding: kb_missing')
      expect((await verify({ presentation: compact })).body).toMatchObject({ verified: true, trusted: true })
    })

    test('a signature that is not the issuer’s verifies nothing and is believed by nobody', async () => {
      const [mine, other] = await Promise.all([registered(), registered(company)])
      const [, payload] = mine.compact.split('~')[0]?.split('.') ?? []
      const [header, , signature] = other.compact.split('~')[0]?.split('.') ?? []
      const forged = `${header}.${payload}.${signature}~`
      const { status, body } = await verify({ presentation: forged })
      expect(status).toBe(200)
      expect(body).toMatchObject({ verified: false, trusted: false, claims: {} })
      expect(body.provenance.issuer_name).toBeUndefined()
      expect(failed(body)).toEqual(['issuer: issuer_key_mismatch', 'trust: issuer_unproven'])
    })

    test('what a company that is no trust anchor says of another is true and not trusted', async () => {
      const { compact } = await registered(company)
      const { body } = await verify({ presentation: compact })
      expect(body).toMatchObject({ verified: true, trusted: false })
      expect(failed(body)).toEqual(['trust: issuer_not_trust_anchor'])
      const { did } = await organisationOf(company)
      expect((await verify({ presentation: compact, issuers: [did] })).body.trusted).toBe(true)
      expect((await verify({ presentation: compact, issuers: [] })).body.trusted).toBe(false)
    })

    test('a grant that was revoked a moment ago is reported so, without showing what it opens', async () => {
      const { did } = await organisationOf(company)
      if (!(await myobi.registry.find(did))) await register(did)
      const { example } = company.credentials.types.byName('access-grant')
      const { compact, id } = await issue(company, { type: 'access-grant', subject, claims: example })
      const presentation = await presentSdJwt(compact, [])
      expect((await verify({ presentation })).body).toMatchObject({
        verified: true,
        trusted: true,
        claims: {},
      })
      await company.store.transact((tx) => company.credentials.revoke(tx, id))
      const { body } = await verify({ presentation })
      expect(body.verified).toBe(false)
      expect(failed(body)).toEqual(['status: status_invalid'])
      expect(body.provenance).toMatchObject({ issuer: did, issuer_name: 'De Linde' })
    })

    test.each([
      ['nothing', {}],
      ['an empty presentation', { presentation: '' }],
      ['what is no SD-JWT', { presentation: 'hello' }],
      ['half a token', { presentation: 'a.b.c~' }],
      ['too much', { presentation: 'x'.repeat(256 * 1024 + 1) }],
      ['an empty nonce', { presentation: 'a.b.c~', nonce: '' }],
      ['an empty audience', { presentation: 'a.b.c~', audience: '' }],
      ['an issuer that is no DID', { presentation: 'a.b.c~', issuers: ['me'] }],
      ['an unknown member', { presentation: 'a.b.c~', trust: true }],
    ])('%s is a 400', async (_, body) => {
      expect((await verify(body)).status).toBe(400)
    })

    test('an empty nonce is refused also where the presentation is good', async () => {
      const { compact } = await registered()
      expect(await verify({ presentation: compact, nonce: '' })).toMatchObject({
        status: 400,
        body: { code: 'invalid_input' },
      })
    })
  })

  test('the vocabulary is shown to who is signed in', async () => {
    const { token } = await company.addPerson('Anna', [])
    const { status, body } = await company.call('GET', '/vocabulary', { token })
    expect(status).toBe(200)
    expect(body.purposes).toContainEqual({
      code: 'order-management',
      iri: 'https://w3id.org/dpv#CustomerOrderManagement',
      label: { nl: 'Bestellingen afhandelen', en: expect.any(String) },
    })
    expect(body.legal_bases).toContainEqual(expect.objectContaining({ code: 'contract', article: '6(1)(b)' }))
    expect((await company.call('GET', '/vocabulary')).status).toBe(401)
  })
})
