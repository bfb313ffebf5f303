import { X509Certificate } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AskingVerifier } from '../../test/support/asking-verifier.ts'
import { base64Of, signerOf, validNow } from '../../test/support/certificates.ts'
import { onEachEngine } from '../../test/support/engines.ts'
import { HolderRoom } from '../../test/support/holder-room.ts'
import { ANCHOR, VerificationRoom } from '../../test/support/verification-room.ts'
import { issueLeaf, newAuthority, readCertificate } from '../certificates/index.ts'
import { Refusal } from '../core/index.ts'
import { parseJws } from '../jose/index.ts'
import { CONFIRMATION } from './transaction.ts'
import { requireStillCertified } from './verify-client.ts'

const REGISTRATION = 'urn:regie:credential:company-registration:1'
const ATTESTATION = 'urn:regie:credential:ttp-policy-attestation:1'

onEachEngine((engine) => {
  let verifier: AskingVerifier
  let issuing: VerificationRoom
  let room: HolderRoom
  let certifying: (x5c: unknown) => Promise<unknown>
  beforeAll(async () => {
    verifier = await AskingVerifier.start()
    issuing = await VerificationRoom.open({ engine })
    room = await HolderRoom.open({
      ...{ engine, requireKey: async () => verifier.publicJwk },
      certified: (x5c) => certifying(x5c),
    })
    const company = room.holder('company')
    for (const type of ['company-registration', 'ttp-policy-attestation'])
      await room.keep('company', await issuing.issue(company, type, ANCHOR))
  })
  beforeEach(() => {
    certifying = async () => ({})
    verifier.answers.length = 0
  })

  describe('the certificate of a verifier that was shown to her', () => {
    const client_id = 'x509_san_dns:localhost'
    const opened = async () => {
      const link = verifier.byValue(
        client_id,
        await verifier.signCertified(verifier.parameters({ client_id })),
      )
      const { body } = await room.open(link, 'company')
      expect(body.verifier).toMatchObject({ standing: 'certified' })
      return body.id
    }

    test.each(['certificate_revoked', 'certificate_untrusted', 'certificate_expired'])(
      'is looked at again before anything is sent: %s',
      async (code) => {
        const id = await opened()
        certifying = async () => {
          throw new Refusal('forbidden', code, 'not any more')
        }
        expect(await room.accept(id, {}, 'willemijn')).toMatchObject({ status: 403, body: { code } })
        expect(verifier.answers).toEqual([])
        // She is asked as before once it counts again.
        certifying = async () => ({})
        expect((await room.accept(id, {}, 'willemijn')).body).toMatchObject({ state: 'sent' })
      },
    )

    test('counts for nothing where no anchor is left', async () => {
      const deps = { clock: { now: Date.now }, certified: null }
      await expect(requireStillCertified(verifier.x5c, true, deps)).rejects.toMatchObject({
        code: 'certificate_untrusted',
      })
      await expect(requireStillCertified(verifier.x5c, false, deps)).resolves.toBeUndefined()
      await expect(requireStillCertified(null, false, deps)).rejects.toMatchObject({
        code: 'certificate_chain_malformed',
      })
    })
  })

  describe('an authority that is asked for', () => {
    let keyId = ''
    const asked = async (...trusted_authorities: object[]) => {
      const dcql_query = {
        credentials: [
          {
            id: 'role',
            format: 'dc+sd-jwt',
            meta: { vct_values: ['urn:regie:credential:employee-role:1'] },
            trusted_authorities,
          },
        ],
      }
      return (await room.open(await verifier.ask({ dcql_query }), 'company')).body
    }
    beforeAll(async () => {
      const root = await newAuthority('HR', validNow())
      const leaf = await issueLeaf(root, { name: 'HR', dnsNames: [], validity: validNow() })
      keyId = readCertificate(new X509Certificate(leaf.certificate).raw).authorityKeyId ?? ''
      const signed = { header: { kid: undefined, x5c: [base64Of(leaf)] }, signer: signerOf(leaf) }
      const compact = await issuing.issueAs(signed, room.holder('company'), 'employee-role')
      await room.keep('company', compact, 'x509:hr-root:HR')
    })

    test('is proved by the certificate that came with a credential', async () => {
      const found = await asked({ type: 'aki', values: ['AAAA', keyId] })
      expect(found).toMatchObject({
        answerable: true,
        queries: [{ candidates: [{ issuer: 'x509:hr-root:HR' }] }],
      })
      expect((await room.accept(found.id, {}, 'willemijn')).body).toMatchObject({ state: 'sent' })
    })

    test.each<[string, () => object]>([
      ['another one', () => ({ type: 'aki', values: ['AAAA'] })],
      ['the same text as another kind', () => ({ type: 'etsi_tl', values: [keyId] })],
    ])('%s has nothing of it', async (_what, authorities) => {
      expect(await asked(authorities())).toMatchObject({ answerable: false })
    })
  })

  describe('a transaction that names several credentials', () => {
    const query = (id: string, vct: string) => ({ id, format: 'dc+sd-jwt', meta: { vct_values: [vct] } })
    const ask = async (credential_sets?: object[], ids = ['registration', 'attestation']) => {
      const dcql_query = {
        credentials: [query('registration', REGISTRATION), query('attestation', ATTESTATION)],
        ...(credential_sets && { credential_sets }),
      }
      const text = { type: CONFIRMATION, credential_ids: ids, text: 'I order staplers' }
      const transaction_data = [Buffer.from(JSON.stringify(text)).toString('base64url')]
      return (await room.open(await verifier.ask({ dcql_query, transaction_data }), 'company')).body
    }
    /** Which of what was sent signs for it. */
    const carried = () => {
      const shown = JSON.parse(verifier.answers.at(-1)?.vp_token ?? '{}') as Record<string, string[]>
      return Object.entries(shown).map(([id, [presentation = '']]) => {
        const { payload } = parseJws(presentation.slice(presentation.lastIndexOf('~') + 1))
        return [id, payload.transaction_data_hashes !== undefined]
      })
    }

    test('is signed for with exactly one of them', async () => {
      const { id } = await ask()
      expect((await room.accept(id, {}, 'willemijn')).body).toMatchObject({ state: 'sent' })
      expect(carried().filter(([, does]) => does)).toHaveLength(1)
      expect(carried()).toHaveLength(2)
    })

    test.each([['registration'], ['attestation']])(
      'is signed for with %s, where she chose it',
      async (chosen) => {
        const { id } = await ask([{ options: [['registration'], ['attestation']] }])
        expect((await room.accept(id, { queries: [chosen] }, 'willemijn')).body).toMatchObject({
          state: 'sent',
        })
        expect(carried()).toEqual([[chosen, true]])
      },
    )

    test('has what carries it shown, and cannot be answered without it', async () => {
      const sets = [{ options: [['registration']] }, { options: [['attestation']], required: false }]
      const { id } = await ask(sets, ['attestation'])
      expect(await room.accept(id, { queries: ['registration'] }, 'willemijn')).toMatchObject({
        status: 422,
        body: { code: 'choice_incomplete' },
      })
      expect((await room.accept(id, {}, 'willemijn')).body).toMatchObject({ state: 'sent' })
      expect(carried()).toEqual([
        ['registration', false],
        ['attestation', true],
      ])
    })

    test('cannot be of a W3C credential alone: nobody says how that signs for anything', async () => {
      const dcql_query = {
        credentials: [{ id: 'w', format: 'vc+jwt', meta: { type_values: [[REGISTRATION]] } }],
      }
      const text = { type: CONFIRMATION, credential_ids: ['w'], text: 'I order staplers' }
      const transaction_data = [Buffer.from(JSON.stringify(text)).toString('base64url')]
      const client_metadata = { vp_formats_supported: { 'vc+jwt': {} } }
      const link = await verifier.ask({ dcql_query, transaction_data, client_metadata })
      expect((await room.open(link, 'company')).body).toMatchObject({ code: 'transaction_data_unsupported' })
    })
  })

  test('a W3C credential goes as it is to who asks for no proof of its holder', async () => {
    const company = room.holder('company')
    const compact = await issuing.issueW3c('vc+jwt', company, 'company-registration', ANCHOR)
    const candidate = await room.keep('company', compact)
    const w3c = { id: 'w', format: 'vc+jwt', meta: { type_values: [[REGISTRATION]] } }
    const dcql_query = { credentials: [{ ...w3c, require_cryptographic_holder_binding: false }] }
    const client_metadata = { vp_formats_supported: { 'vc+jwt': {} } }
    const { body } = await room.open(await verifier.ask({ dcql_query, client_metadata }), 'company')
    const shows = body.queries[0]?.candidates[0]?.shows ?? []
    // No claim is asked, and all of them would go along, under the names their type has for them.
    expect(shows).toContainEqual({
      ...{ claim: 'company-registration.kvk_number', value: '99990001', asked: false },
    })
    expect(body.queries[0]).toMatchObject({ types: ['company-registration'] })
    expect((await room.accept(body.id, { credentials: [candidate] }, 'willemijn')).body).toMatchObject({
      state: 'sent',
    })
    expect(JSON.parse(verifier.answers.at(-1)?.vp_token ?? '{}')).toEqual({ w: [compact] })
  })

  test('what nobody says the issuer of is not kept', async () => {
    const signed = { header: { kid: 'k1' }, signer: issuing.signerOf(ANCHOR) }
    for (const iss of ['https://issuer.example', undefined])
      await expect(
        room.keep(
          'company',
          await issuing.issueAs(signed, room.holder('company'), 'employee-role', {}, { iss }),
        ),
      ).rejects.toMatchObject({ code: 'credential_parties_unknown' })
  })
})
