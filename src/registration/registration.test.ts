import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { type TestPerson, TrustNode, World } from '../../test/support/trust-node.ts'
import { asDid, isRefusal, newId } from '../core/index.ts'
import { parseJws, signJws } from '../jose/index.ts'
import { readSdJwt } from '../sd-jwt/index.ts'
import { rows } from '../store/index.ts'
import { registryTable, sha256 } from '../trust/index.ts'
import { caseTable } from './case/case-table.ts'
import type { Application } from './messages.ts'
import { signMessage } from './messages.ts'
import { selfRegister } from './self-register.ts'

const company = {
  name: 'Kwekerij De Linde B.V.',
  legalForm: 'Besloten vennootschap',
  vatNumber: 'NL899613408B01',
  address: { streetAddress: 'Lindelaan 12', postalCode: '1234 AB', locality: 'Voorbeeldstad', country: 'NL' },
}
let kvk = 10_000_000
const nextKvk = () => String(++kvk)

onEachEngine((engine) => {
  const world = new World()
  let myobi: TrustNode
  let desk: TestPerson
  let admin: TestPerson

  beforeAll(async () => {
    myobi = await TrustNode.start({ engine, world, organisation: { name: 'MYOBI' } })
    desk = await myobi.addPerson('Toos Trouwakte', ['servicedesk'])
    admin = await myobi.addPerson('Ad Min', ['administrator'])
  })

  const newCompany = async (more: object = {}) => {
    const organisation = { ...company, kvkNumber: nextKvk(), ...more }
    const node = await TrustNode.start({ engine, world, organisation, anchorUrl: myobi.url })
    const director = await node.addPerson('Anna Voorbeeld', ['administrator'], 'SOLE')
    return { node, director, kvkNumber: organisation.kvkNumber }
  }

  /** A member of the network. */
  const newMember = async () => {
    const { node, director } = await newCompany()
    const { row } = await node.applicant.apply(director.caller, { version: 1 }, {})
    await myobi.decisions.accept(desk.caller, row.caseId)
    return { node, director, row }
  }

  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error) => (isRefusal(error) ? error.code : String(error)),
    )

  const actions = async (node: TrustNode) =>
    (await node.audit.list({ limit: 50 })).items.map(({ action }) => action)

  test('a company applies, the servicedesk accepts, and it has what it needs to be believed', async () => {
    const { node, director, kvkNumber } = await newCompany()
    const { did } = await node.parties.organisation()
    const applied = await node.call('POST', '/registrations/applications', {
      token: director.token,
      body: { accept: 1 },
    })
    expect(applied).toMatchObject({ status: 202, body: { state: 'submitted', policy_version: 1 } })
    const { id, acceptance } = applied.body as { id: string; acceptance: { digest: string; signed: string } }
    expect(acceptance.digest).toBe(sha256(acceptance.signed))
    expect(parseJws(acceptance.signed).payload).toMatchObject({ iss: director.party.did, party: did })

    const listed = await myobi.call('GET', '/registrations?state=submitted', { token: desk.token })
    expect(listed.body.items).toContainEqual(
      expect.objectContaining({
        id,
        organisation: expect.objectContaining({ did, name: company.name, kvk_number: kvkNumber }),
      }),
    )
    const shown = await myobi.call('GET', `/registrations/${id}`, { token: desk.token })
    expect(shown.body).toMatchObject({
      representative: { did: director.party.did, name: 'Anna Voorbeeld', representation_type: 'SOLE' },
      acceptance,
    })

    const accepted = await myobi.call('POST', `/registrations/${id}/accept`, { token: desk.token })
    expect(accepted).toMatchObject({ status: 200, body: { state: 'registered' } })
    const offer = myobi.offered.find(({ subject }) => subject === did)
    expect(offer?.deliverTo).toBe(node.parties.urlOf(await node.parties.organisation()))
    const [registration, attestation] = offer?.compacts.map((compact) => readSdJwt(compact).payload) ?? []
    expect(registration).toMatchObject({
      sub: did,
      id: `NLNHR.${kvkNumber}`,
      name: company.name,
      kvk_number: kvkNumber,
      vat_number: 'NL899613408B01',
      address: { street_address: 'Lindelaan 12', locality: 'Voorbeeldstad' },
      representatives: [{ did: director.party.did, representation_type: 'SOLE' }],
      cnf: { jwk: await node.keys.publicKey(did) },
    })
    expect(attestation).toMatchObject({
      sub: did,
      party_kind: 'organisation',
      policy: { id: 'ttp-policy', version: 1, digest: (await myobi.policies.current()).digest },
      acceptance: { digest: acceptance.digest, by: director.party.did, representation_type: 'SOLE' },
    })
    expect(await node.attestations.check(offer?.compacts[1], did)).toBe('valid')
    expect(await node.lookup.findByKvk(kvkNumber)).toMatchObject({ did, state: 'active', roles: ['member'] })
    const mine = await node.call('GET', '/registrations/mine', { token: director.token })
    expect(mine.body).toMatchObject({ state: 'registered', id, acceptance })
    expect(await actions(node)).toEqual(
      expect.arrayContaining(['trust_anchor.pinned', 'registration.applied', 'registration.outcome']),
    )
    expect(await actions(myobi)).toEqual(
      expect.arrayContaining(['registration.submitted', 'registration.accepted']),
    )
  })

  test('the name of a representative is nowhere in the trust anchor’s tables in the clear', async () => {
    const { node, director } = await newCompany()
    await node.applicant.apply(director.caller, { version: 1 }, {})
    const stored = await rows<{ sealed: string }>(myobi.store.reader, 'SELECT * FROM registration_case')
    expect(stored.length).toBeGreaterThan(0)
    for (const row of stored)
      for (const text of [JSON.stringify(row), Buffer.from(row.sealed, 'base64').toString('latin1')])
        expect(text).not.toContain('Voorbeeld')
  })

  describe('applying', () => {
    test('again while the case is open gives that case, also at the same time', async () => {
      const { node, director } = await newCompany()
      const apply = () => node.applicant.apply(director.caller, { version: 1 }, {})
      const found = await Promise.all([apply(), apply(), apply()])
      const again = await apply()
      expect(new Set([...found, again].map(({ row }) => row.caseId)).size).toBe(1)
      expect(again.acceptance && sha256(again.acceptance)).toBe(again.row.acceptanceDigest)
      const { did } = await node.parties.organisation()
      const { items } = await myobi.caseFiles.list({ limit: 200 })
      expect(items.filter(({ row }) => row.organisation === did)).toHaveLength(1)
      expect(items.find(({ row }) => row.organisation === did)?.row.acceptanceDigest).toBe(
        again.row.acceptanceDigest,
      )
    })

    test('needs the policy to be accepted, in the version in force', async () => {
      const { node, director } = await newCompany()
      const apply = (body: object) =>
        node.call('POST', '/registrations/applications', { token: director.token, body })
      expect(await apply({})).toMatchObject({
        status: 422,
        body: { code: 'policy_not_accepted', params: { version: 1 } },
      })
      expect(await apply({ accept: 2 })).toMatchObject({
        status: 422,
        body: { code: 'policy_version_not_current', params: { version: 1 } },
      })
    })

    test('signs the text that was shown, and no other under the same version', async () => {
      const { node, director } = await newMember()
      const { digest } = await myobi.policies.current()
      const accept = (body: object) =>
        node.call('POST', '/policy/acceptances', { token: director.token, body })
      const apply = (body: object) =>
        node.call('POST', '/registrations/applications', { token: director.token, body })
      const other = { accept: 1, digest: `sha-256:${'A'.repeat(43)}` }
      const refused = { status: 409, body: { code: 'policy_digest_changed' } }
      expect(await accept(other)).toMatchObject(refused)
      expect(await apply(other)).toMatchObject(refused)
      expect(await accept({ accept: 1, digest: 'sha-256:x' })).toMatchObject({ status: 400 })
      expect(await accept({ accept: 1, digest })).toMatchObject({ status: 201 })
      expect(await apply({ accept: 1, digest })).toMatchObject({ body: { code: 'already_registered' } })
    })

    test.each([
      ['no representative', undefined, 'not_representative'],
      ['who may only sign with another', 'JOINT', 'joint_representation_incomplete'],
    ] as const)('is not for an administrator who is %s', async (_, representation, code) => {
      const { node } = await newCompany()
      const other = await node.addPerson('Bea Heerder', ['administrator'], representation)
      expect(await codeOf(node.applicant.apply(other.caller, { version: 1 }, {}))).toBe(code)
    })

    test('is for administrators only', async () => {
      const { node } = await newCompany()
      const other = await node.addPerson('Co Ordinator', ['coordinator'], 'SOLE')
      const path = '/registrations/applications'
      expect(await node.call('POST', path, { token: other.token, body: { accept: 1 } })).toMatchObject({
        status: 403,
      })
      expect(await node.call('POST', path, { body: { accept: 1 } })).toMatchObject({ status: 401 })
    })

    test('with a VAT number that may hold a citizen number is refused before anything is sent', async () => {
      const { node, director } = await newCompany({
        name: 'A. Verzonnen',
        legalForm: undefined,
        vatNumber: 'NL111222333B01',
      })
      expect(await codeOf(node.applicant.apply(director.caller, { version: 1 }, {}))).toBe(
        'vat_number_bsn_shaped',
      )
    })

    test('after being declined starts a new case', async () => {
      const { node, director } = await newCompany()
      const first = await node.applicant.apply(director.caller, { version: 1 }, {})
      await myobi.decisions.decline(desk.caller, first.row.caseId, 'niet gevonden in het Handelsregister')
      expect(await node.applicant.mine()).toMatchObject({
        row: { state: 'rejected' },
        reason: expect.any(String),
      })
      const second = await node.applicant.apply(director.caller, { version: 1 }, {})
      expect(second.row).toMatchObject({ state: 'submitted' })
      expect(second.row.caseId).not.toBe(first.row.caseId)
    })

    test('once registered is refused on both sides', async () => {
      const { node, director } = await newMember()
      expect(await codeOf(node.applicant.apply(director.caller, { version: 1 }, {}))).toBe(
        'already_registered',
      )
      const application = await signed(node, director)
      expect(await codeOf(myobi.intake.submit({ kind: 'anonymous' }, application))).toBe('already_registered')
    })

    test('says so when the trust anchor is down, and keeps nothing', async () => {
      const other = await TrustNode.start({ engine, world, organisation: { name: 'OTHER' } })
      const organisation = { ...company, kvkNumber: nextKvk() }
      const node = await TrustNode.start({ engine, world, organisation, anchorUrl: other.url })
      const director = await node.addPerson('Anna', ['administrator'], 'SOLE')
      await node.anchor.require()
      await other.stop()
      expect(await codeOf(node.applicant.apply(director.caller, { version: 1 }, {}))).toBe(
        'trust_anchor_unreachable',
      )
      expect(await node.applicant.mine()).toBeNull()
    })
  })

  /** An application as a company's node signs it, with whatever a test changes. */
  const signed = async (
    node: TrustNode,
    director: TestPerson,
    change: {
      readonly application?: Partial<Application> | Record<string, unknown>
      readonly acceptance?: object
      readonly applicationKey?: string
      readonly acceptanceKey?: string
      readonly wrap?: (compact: string) => string | Promise<string>
    } = {},
  ): Promise<string> => {
    const { did } = await node.parties.organisation()
    const { did: anchorDid } = await myobi.parties.organisation()
    const policy = await myobi.policies.current()
    const iat = Math.floor(world.clock.now() / 1000)
    const acceptance = {
      iss: director.party.did,
      aud: anchorDid,
      policy: { id: policy.id, version: policy.version, digest: policy.digest },
      party: did,
      representation_type: 'SOLE' as const,
      iat,
      jti: newId(),
      ...change.acceptance,
    }
    const acceptanceSigner = await node.keys.signer(change.acceptanceKey ?? director.party.did)
    const application = {
      iss: did,
      aud: myobi.url,
      organisation: { name: company.name, kvk_number: nextKvk() },
      wallet: node.url,
      representative: { did: director.party.did, name: 'Anna', representation_type: 'SOLE' as const },
      acceptance: await (change.wrap ?? String)(
        await signMessage('acceptance', acceptance, acceptanceSigner),
      ),
      iat,
      exp: iat + 60,
      jti: newId(),
      ...change.application,
    }
    const signer = await node.keys.signer(change.applicationKey ?? did)
    return signMessage('application', application as Application, signer)
  }

  describe('the trust anchor refuses an application', () => {
    let node: TrustNode
    let director: TestPerson
    beforeAll(async () => {
      const made = await newCompany()
      node = made.node
      director = made.director
    })
    const submit = async (change: Parameters<typeof signed>[2]) =>
      codeOf(myobi.intake.submit({ kind: 'anonymous' }, await signed(node, director, change)))
    const now = () => Math.floor(world.clock.now() / 1000)

    test.each([
      ['for another trust anchor', { application: { aud: 'https://other.example' } }, 'wrong_audience'],
      [
        'of which the acceptance is for another trust anchor',
        { acceptance: { aud: 'did:web:other.example' } },
        'wrong_audience',
      ],
      [
        'for another version',
        { acceptance: { policy: { id: 'ttp-policy', version: 2, digest: 'x' } } },
        'policy_version_not_current',
      ],
      [
        'over another text',
        { acceptance: { policy: { id: 'ttp-policy', version: 1, digest: 'sha-256:x' } } },
        'policy_digest_mismatch',
      ],
      [
        'accepted for another company',
        { acceptance: { party: 'did:web:other.example' } },
        'acceptance_for_another_party',
      ],
      ['accepted by somebody else', { acceptance: { iss: 'did:web:other.example' } }, 'signer_mismatch'],
      [
        'that says another authority',
        { acceptance: { representation_type: 'JOINT' } },
        'acceptance_mismatch',
      ],
      [
        'with a KVK number of nine digits',
        { application: { organisation: { name: 'X', kvk_number: '123456789' } } },
        'application_malformed',
      ],
      ['with a member too many', { application: { extra: 1 } }, 'application_malformed'],
      ['with half an acceptance', { acceptance: { jti: undefined } }, 'acceptance_malformed'],
      [
        'with a VAT number that may hold a citizen number',
        { application: { organisation: { name: 'A. Verzonnen', vat_number: 'NL111222333B01' } } },
        'vat_number_bsn_shaped',
      ],
      ['that is not a JWS', { wrap: () => 'x' }, 'jws_malformed'],
    ] as const)('%s', async (_, change, code) => {
      expect(await submit(change)).toBe(code)
    })

    test('of two representatives who must sign together', async () => {
      const representative = { did: director.party.did, name: 'Anna', representation_type: 'JOINT' }
      const change = { application: { representative }, acceptance: { representation_type: 'JOINT' } }
      expect(await submit(change)).toBe('joint_representation_incomplete')
    })

    test.each([
      ['of a person', 'did:jwk:x', 'not_an_organisation'],
      ['of a key', 'did:key:z6Mk', 'not_an_organisation'],
      ['of a method we do not know', 'did:example:x', 'not_an_organisation'],
    ])('%s', async (_, iss, code) => {
      const signer = { ...(await node.keys.signer(director.party.did)), kid: `${iss}#0` }
      const good = parseJws(await signed(node, director)).payload as unknown as Application
      const compact = await signMessage('application', { ...good, iss: asDid(iss) }, signer)
      expect(await codeOf(myobi.intake.submit({ kind: 'anonymous' }, compact))).toBe(code)
    })

    test('represented by itself or by another organisation', async () => {
      const { did } = await node.parties.organisation()
      const { did: other } = await myobi.parties.organisation()
      for (const by of [did, other, asDid('did:ethr:0x1:0x2')]) {
        const representative = { did: by, name: 'Anna', representation_type: 'SOLE' as const }
        expect(await submit({ application: { representative } })).toBe('not_a_person')
      }
    })

    test.each([
      ['late', -200, 60, 'jws_expired'],
      ['from the future', 200, 60, 'jws_issued_in_future'],
      ['that lives too long', 0, 61, 'message_lives_too_long'],
      ['that ended before it began', 0, -1, 'message_lives_too_long'],
    ])('%s', async (_, shift, lifetime, code) => {
      const iat = now() + shift
      expect(await submit({ application: { iat, exp: iat + lifetime } })).toBe(code)
    })

    test('with an acceptance that lay about', async () => {
      expect(await submit({ acceptance: { iat: now() - 700 } })).toBe('acceptance_too_old')
    })

    test('accepted by a colleague of the representative', async () => {
      const colleague = await node.addPerson('Bea', ['administrator'], 'SOLE')
      const change = { acceptance: { iss: colleague.party.did }, acceptanceKey: colleague.party.did }
      expect(await submit(change)).toBe('acceptance_by_another')
    })

    test.each([
      [
        'of which the acceptance is signed as something else',
        'jws_typ_mismatch',
        { typ: 'regie-registration+jwt' },
      ],
      [
        'of which the acceptance names the representative’s key and is not signed with it',
        'jws_signature_invalid',
        {},
      ],
    ])('%s', async (_, code, header) => {
      const { kid } = await node.keys.signer(director.party.did)
      const wrap = async (compact: string) =>
        signJws(
          { typ: 'regie-acceptance+jwt', kid, ...header },
          parseJws(compact).payload,
          await node.keys.signer(
            code === 'jws_typ_mismatch' ? director.party.did : (await node.parties.organisation()).did,
          ),
        )
      expect(await submit({ wrap })).toBe(code)
    })

    test('signed with another company’s key', async () => {
      const { node: other } = await newCompany()
      const { did } = await other.parties.organisation()
      const application = await signed(node, director, {
        application: { iss: did },
        acceptance: { party: did },
      })
      expect(await codeOf(myobi.intake.submit({ kind: 'anonymous' }, application))).toBe('signer_mismatch')
    })

    test('whose kid is the company’s and whose signature is not', async () => {
      const kid = (await node.keys.signer((await node.parties.organisation()).did)).kid
      const forged = await signed(node, director, {
        applicationKey: director.party.did,
        application: { iss: director.party.did },
      })
      const [, payload, signature] = forged.split('.')
      const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid, typ: 'regie-registration+jwt' }))
      const claims = { ...parseJws(forged).payload, iss: (await node.parties.organisation()).did }
      expect(payload).toBeDefined()
      const body = Buffer.from(JSON.stringify(claims)).toString('base64url')
      const compact = `${header.toString('base64url')}.${body}.${signature}`
      expect(await codeOf(myobi.intake.submit({ kind: 'anonymous' }, compact))).toBe('jws_signature_invalid')
    })

    test('whose acceptance is an application, or the other way round', async () => {
      const compact = await signed(node, director)
      const { acceptance } = parseJws(compact).payload
      expect(await codeOf(myobi.intake.submit({ kind: 'anonymous' }, String(acceptance)))).toBe(
        'application_malformed',
      )
      expect(await submit({ wrap: () => compact })).toBe('acceptance_malformed')
    })

    test('from a company whose DID cannot be looked up', async () => {
      const { did } = await node.parties.organisation()
      world.away.add(did)
      expect(await submit({})).toBe('did_unresolvable')
      world.away.delete(did)
    })

    test('that was sent before', async () => {
      const { node: fresh, director: anna } = await newCompany()
      const compact = await signed(fresh, anna)
      const send = () => codeOf(myobi.intake.submit({ kind: 'anonymous' }, compact))
      expect((await Promise.all([send(), send(), send()])).sort()).toEqual([
        'done',
        'message_replayed',
        'message_replayed',
      ])
      world.offset += 40_000
      expect(await send()).toBe('message_replayed')
      world.offset -= 40_000
    })

    test('and nothing of what was refused is kept', async () => {
      const { did } = await node.parties.organisation()
      const { items } = await myobi.caseFiles.list({ limit: 200 })
      expect(items.filter(({ row }) => row.organisation === did)).toEqual([])
    })

    test('that is no text, or no JSON, with a 400', async () => {
      for (const body of [{ application: '' }, { application: 'a.b.c' }, { application: 7 }, {}])
        expect((await myobi.call('POST', '/registrations', { body })).status).toBe(400)
    })
  })

  describe('cases nobody looks at', () => {
    const DAY = 86_400_000
    const countOf = async () => (await rows(myobi.store.reader, 'SELECT id FROM registration_case')).length

    test('are a thousand at most, and who has one gets it all the same', async () => {
      const [mine, late] = [await newCompany(), await newCompany()]
      const { row } = await mine.node.applicant.apply(mine.director.caller, { version: 1 }, {})
      const open = await myobi.store.reader.countBy(caseTable, { state: 'submitted' })
      const fill = Array.from({ length: 1_000 - open }, () => newId())
      await myobi.store.transact(async (tx) => {
        for (const id of fill)
          await tx.insert(caseTable, { ...row0(row.policyVersion), id, organisation: asDid(`did:web:${id}`) })
      })
      const submit = async ({ node, director }: typeof late) =>
        codeOf(myobi.intake.submit({ kind: 'anonymous' }, await signed(node, director)))
      expect(await submit(late)).toBe('too_many_applications')
      expect(await submit(mine)).toBe('done')
      await myobi.store.transact((tx) => tx.delete(caseTable, { id: fill[0] ?? '' }))
      expect(await submit(late)).toBe('done')
      await myobi.store.transact(async (tx) => {
        for (const id of fill) await tx.delete(caseTable, { id })
      })
    })
    const row0 = (policyVersion: number) => ({
      channel: 'applied' as const,
      stalledFrom: null,
      partner: null,
      kvkNumber: null,
      stateSince: world.clock.now(),
      expectedAt: null,
      kid: 'did:web:x#k',
      state: 'submitted' as const,
      policyVersion,
      acceptanceDigest: 'x',
      sealed: Buffer.from('x'),
      submittedAt: world.clock.now(),
      decidedAt: null,
      reason: null,
      registrationId: null,
      attestationId: null,
      offerId: null,
      version: 1,
    })

    test('end after thirty days: what they hold is gone, and the company can apply again', async () => {
      const { node, director } = await newCompany()
      const apply = () => node.applicant.apply(director.caller, { version: 1 }, {})
      const first = await apply()
      const before = world.offset
      world.offset += 30 * DAY - 60_000
      expect((await apply()).row.caseId).toBe(first.row.caseId)
      world.offset += 120_000
      const application = await signed(node, director)
      const cases = await countOf()
      const again = await myobi.intake.submit({ kind: 'anonymous' }, application)
      expect(again.id).not.toBe(first.row.caseId)
      expect(await countOf()).toBeLessThanOrEqual(cases)
      expect(await codeOf(myobi.caseFiles.get(first.row.caseId))).toBe('registration_unknown')
      expect((await node.applicant.mine())?.row.state).toBe('rejected')
      const keys = await rows<{ scope: string }>(myobi.store.reader, 'SELECT scope FROM vault_key')
      expect(keys.map(({ scope }) => scope)).not.toContain(`registration_case:${first.row.caseId}`)
      expect(await actions(myobi)).toContain('registration.expired')
      expect((await apply()).row.caseId).toBe(again.id)
      world.offset = before
    })
  })

  describe('deciding', () => {
    const newCase = async () => {
      const { node, director } = await newCompany()
      const { row } = await node.applicant.apply(director.caller, { version: 1 }, {})
      return { node, director, id: row.caseId }
    }

    test('of eight who accept at once one does, and one Offer is made', async () => {
      const { node, id } = await newCase()
      const { did } = await node.parties.organisation()
      const tries = Array.from({ length: 8 }, () => codeOf(myobi.decisions.accept(desk.caller, id)))
      expect((await Promise.all(tries)).filter((code) => code === 'done')).toHaveLength(1)
      expect(myobi.offered.filter(({ subject }) => subject === did)).toHaveLength(1)
      expect(await codeOf(myobi.decisions.accept(desk.caller, id))).toBe('registration_already_decided')
      expect(await codeOf(myobi.decisions.decline(desk.caller, id, 'x'))).toBe('registration_already_decided')
    })

    test('accepting and declining at once does one of them', async () => {
      const { node, id } = await newCase()
      const { did } = await node.parties.organisation()
      const codes = await Promise.all([
        codeOf(myobi.decisions.decline(desk.caller, id, 'x')),
        codeOf(myobi.decisions.accept(desk.caller, id)),
      ])
      expect(codes.sort()).toEqual(['done', 'registration_already_decided'])
      const isRegistered = (await myobi.caseFiles.state(id)).state === 'registered'
      expect((await myobi.registry.find(did)) !== null).toBe(isRegistered)
    })

    test.each(['accept', 'decline'] as const)('%s is for the servicedesk only', async (move) => {
      const { id } = await newCase()
      const body = move === 'decline' ? { body: { reason: 'x' } } : {}
      const path = `/registrations/${id}/${move}`
      expect(await myobi.call('POST', path, { token: admin.token, ...body })).toMatchObject({
        status: 403,
        body: { code: 'not_allowed' },
      })
      expect(await myobi.call('POST', path, body)).toMatchObject({ status: 401 })
      expect((await myobi.caseFiles.state(id)).state).toBe('submitted')
    })

    test('reading the cases is for the servicedesk only', async () => {
      const { id } = await newCase()
      for (const path of ['/registrations', `/registrations/${id}`])
        expect(await myobi.call('GET', path, { token: admin.token })).toMatchObject({ status: 403 })
    })

    test('the reason of a refusal is kept sealed, and told to who knows the case', async () => {
      const { id } = await newCase()
      const decline = { token: desk.token, body: { reason: 'Geen bewijs van bevoegdheid' } }
      expect(await myobi.call('POST', `/registrations/${id}/decline`, decline)).toMatchObject({
        status: 200,
        body: { state: 'rejected', reason: 'Geen bewijs van bevoegdheid' },
      })
      const state = await myobi.call('GET', `/registrations/${id}/state`)
      expect(state.body).toEqual({
        id,
        state: 'rejected',
        decided_at: expect.any(String),
        reason: 'Geen bewijs van bevoegdheid',
      })
      const stored = await rows(myobi.store.reader, 'SELECT reason FROM registration_case WHERE id = ?', [id])
      expect(JSON.stringify(stored)).not.toContain('bevoegdheid')
    })

    test('a company whose key is no longer its own has to apply again', async () => {
      const { node, id } = await newCase()
      const { did } = await node.parties.organisation()
      world.withdraw((await node.keys.signer(did)).kid)
      expect(await codeOf(myobi.decisions.accept(desk.caller, id))).toBe('applicant_key_changed')
      expect((await myobi.caseFiles.state(id)).state).toBe('submitted')
    })

    test('a second company under one KVK number is refused, and nothing is issued to it', async () => {
      const first = await newCompany()
      const second = await newCompany({ kvkNumber: first.kvkNumber })
      for (const { node, director } of [first, second])
        await node.applicant.apply(director.caller, { version: 1 }, {})
      const ids = await Promise.all(
        [first, second].map(async ({ node }) => (await node.applicant.mine())?.row.caseId ?? ''),
      )
      expect(await codeOf(myobi.decisions.accept(desk.caller, ids[0] ?? ''))).toBe('done')
      const offers = myobi.offered.length
      expect(await codeOf(myobi.decisions.accept(desk.caller, ids[1] ?? ''))).toBe('kvk_already_registered')
      expect(myobi.offered).toHaveLength(offers)
      expect((await myobi.caseFiles.state(ids[1] ?? '')).state).toBe('submitted')
    })

    test('an unknown case is a 404', async () => {
      for (const path of [`/registrations/${newId()}`, `/registrations/${newId()}/state`])
        expect(await myobi.call('GET', path, { token: desk.token })).toMatchObject({
          status: 404,
          body: { code: 'registration_unknown' },
        })
      expect(await myobi.call('GET', '/registrations/x', { token: desk.token })).toMatchObject({
        status: 400,
      })
    })

    test('pages go on where the one before ended', async () => {
      await newCase()
      await newCase()
      const first = await myobi.caseFiles.list({ limit: 1 })
      const second = await myobi.caseFiles.list({ limit: 1, cursor: first.next ?? '' })
      expect(first.items[0]?.row.id).not.toBe(second.items[0]?.row.id)
      expect(
        (await myobi.caseFiles.list({ limit: 200, state: 'submitted' })).items.every(
          ({ row }) => row.state === 'submitted',
        ),
      ).toBe(true)
    })
  })

  describe('a person', () => {
    test('of a member accepts for herself and is attested without her name', async () => {
      const { node } = await newMember()
      const anna = await node.addPerson('Geheime Naam', ['contact_person'])
      const accepted = await node.call('POST', '/policy/acceptances', {
        token: anna.token,
        body: { accept: 1 },
      })
      expect(accepted).toMatchObject({ status: 201, body: { policy_version: 1 } })
      const { digest, signed: compact } = accepted.body.acceptance as { digest: string; signed: string }
      expect(digest).toBe(sha256(compact))
      const offer = myobi.offered.find(({ subject }) => subject === anna.party.did)
      expect(offer?.deliverTo).toBe(node.parties.urlOf(anna.party))
      const { payload } = readSdJwt(offer?.compacts[0] ?? '')
      expect(payload).toMatchObject({
        party_kind: 'person',
        acceptance: { digest, by: anna.party.did, representation_type: 'SOLE' },
      })
      expect(payload).not.toHaveProperty('cnf')
      // Who asks is an organisation: hers does not make her one.
      expect(await myobi.attestations.check(offer?.compacts[0], anna.party.did)).toBe('invalid')
      expect(await myobi.registry.find(anna.party.did)).toBeNull()
      const tables = ['person_acceptance', 'registry_entry', 'audit_entry', 'issued_credential']
      for (const table of tables)
        expect(JSON.stringify(await rows(myobi.store.reader, `SELECT * FROM ${table}`))).not.toContain(
          'Geheime',
        )
    })

    test('who accepts again, also at the same time, gets one attestation', async () => {
      const { node } = await newMember()
      const anna = await node.addPerson('Anna', ['contact_person'])
      const accept = () => node.applicant.acceptAsPerson(anna.caller, { version: 1 })
      const all = await Promise.all([accept(), accept(), accept()])
      const again = await accept()
      expect(new Set([...all, again].map(({ acceptance }) => acceptance.digest)).size).toBe(1)
      expect(sha256(again.acceptance.compact)).toBe(again.acceptance.digest)
      expect(myobi.offered.filter(({ subject }) => subject === anna.party.did)).toHaveLength(1)
    })

    test.each([
      ['not registered', false, 'organisation_not_registered'],
      ['suspended', true, 'organisation_suspended'],
    ])('of a company that is %s is refused', async (_, isMember, code) => {
      const { node, director } = isMember ? await newMember() : await newCompany()
      const { did } = await node.parties.organisation()
      await myobi.store.transact((tx) => tx.update(registryTable, { did }, { state: 'suspended' }))
      expect(await codeOf(node.applicant.acceptAsPerson(director.caller, { version: 1 }))).toBe(code)
      expect(myobi.offered.some(({ subject }) => subject === director.party.did)).toBe(false)
    })

    test('must accept, in the version in force', async () => {
      const { node, director } = await newMember()
      expect(await codeOf(node.applicant.acceptAsPerson(director.caller, { version: undefined }))).toBe(
        'policy_not_accepted',
      )
      expect(await codeOf(node.applicant.acceptAsPerson(director.caller, { version: 9 }))).toBe(
        'policy_version_not_current',
      )
    })

    test('cannot be accepted for by her company', async () => {
      const { node, director } = await newMember()
      const organisation = await node.parties.organisation()
      const anchorDid = (await myobi.parties.organisation()).did
      const policy = await myobi.policies.current()
      const iat = Math.floor(world.clock.now() / 1000)
      const endorse = async (by: string, party: typeof organisation.did) => {
        const acceptance = await signMessage(
          'acceptance',
          {
            iss: director.party.did,
            aud: anchorDid,
            policy: { id: policy.id, version: policy.version, digest: policy.digest },
            party: director.party.did,
            representation_type: 'SOLE',
            iat,
            jti: newId(),
          },
          await node.keys.signer(by),
        )
        const endorsement = {
          iss: organisation.did,
          aud: myobi.url,
          party,
          wallet: node.url,
          acceptance,
          iat,
          exp: iat + 60,
          jti: newId(),
        }
        const signer = await node.keys.signer(organisation.did)
        return codeOf(
          myobi.people.submit({ kind: 'anonymous' }, await signMessage('endorsement', endorsement, signer)),
        )
      }
      expect(await endorse(organisation.did, director.party.did)).toBe('signer_mismatch')
      expect(await endorse(director.party.did, organisation.did)).toBe('not_a_person')
      const colleague = await node.addPerson('Bea', [])
      expect(await endorse(director.party.did, colleague.party.did)).toBe('acceptance_by_another')
      expect(await endorse(director.party.did, director.party.did)).toBe('done')
    })
  })

  describe('the trust anchor itself', () => {
    test('is in its registry with an attestation that verifies, once', async () => {
      const anchor = await TrustNode.start({ engine, world, organisation: { name: 'ANDER' } })
      const { did, id } = await anchor.parties.organisation()
      expect(await selfRegister(anchor.selfRegisterDeps)).toBe(true)
      expect(await selfRegister(anchor.selfRegisterDeps)).toBe(false)
      expect(await anchor.registry.find(did)).toMatchObject({
        roles: ['trust_anchor', 'member'],
        state: 'active',
      })
      const held = await anchor.credentials.listHeld(anchor.store.reader, id)
      expect(held).toHaveLength(2)
      const compacts = await Promise.all(held.map((row) => anchor.credentials.open(row)))
      const states = await Promise.all(compacts.map((compact) => anchor.attestations.check(compact, did)))
      expect(states.sort()).toEqual(['invalid', 'valid'])
    })

    test('renews what is about to end, in the place of the old', async () => {
      const anchor = await TrustNode.start({ engine, world, organisation: { name: 'ANDER' } })
      const { did, id } = await anchor.parties.organisation()
      await selfRegister(anchor.selfRegisterDeps)
      const before = await anchor.registry.find(did)
      world.offset += 340 * 86_400_000
      expect(await selfRegister(anchor.selfRegisterDeps)).toBe(true)
      const after = await anchor.registry.find(did)
      expect(after).toMatchObject({ version: 2, state: 'active' })
      expect(after?.attestationId).not.toBe(before?.attestationId)
      expect(await anchor.credentials.listHeld(anchor.store.reader, id)).toHaveLength(2)
      world.offset -= 340 * 86_400_000
    })
  })

  test('a signed change of a DID goes to the relay as it came', async () => {
    const change = {
      chainId: 1337,
      registry: `0x${'1'.repeat(40)}`,
      identity: `0x${'2'.repeat(40)}`,
      method: 'setAttribute',
      name: 'did/svc/RegieNode',
      value: '0x00',
      validity: 100,
      nonce: 0,
      signature: `0x${'3'.repeat(130)}`,
    }
    expect(await myobi.call('POST', '/relay/transactions', { body: change })).toMatchObject({
      status: 201,
      body: { transaction: '0x1', block: 1 },
    })
    expect(myobi.relayed).toEqual([change])
    const broken = await myobi.call('POST', '/relay/transactions', {
      body: { ...change, method: 'addDelegate' },
    })
    expect(broken.status).toBe(400)
  })
})
