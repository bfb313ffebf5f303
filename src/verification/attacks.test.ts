import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import {
  ANCHOR,
  EMPLOYER,
  newHolder,
  shippedPresets,
  types,
  US,
  VerificationRoom,
} from '../../test/support/verification-room.ts'
import { answering, asked, openShown, type Shown } from '../../test/support/verification-shown.ts'
import { type RequestObject, Wallet } from '../../test/support/verification-wallet.ts'
import { parseDcqlQuery } from '../dcql/index.ts'
import { createSigner, encodeBase64url } from '../jose/index.ts'
import { presentSdJwt } from '../sd-jwt/index.ts'
import { Client } from './client.ts'
import type { Preset } from './preset.ts'

onEachEngine((engine) => {
  let shown: Shown
  let { room, ada, registration } = {} as Shown
  beforeAll(async () => {
    shown = await openShown(engine)
    ;({ room, ada, registration } = shown)
  })
  const { open, good, reportOf } = answering(() => shown)

  describe('what a presentation says is not believed', () => {
    const changed = (index: number, from: string, to: string) => async (request: RequestObject) => {
      const parts = registration.split('~')
      const [header, payload = '', signature] = (parts[0] ?? '').split('.')
      const forged = Buffer.from(payload, 'base64url').toString().replace(from, to)
      parts[0] = [header, encodeBase64url(forged), signature].join('.')
      return room.present(ada, parts.join('~'), request, index ? asked : [])
    }
    test.each<[string, (request: RequestObject) => Promise<string>, readonly string[]]>([
      [
        'the nonce of another session',
        async (request) => good({ ...request, nonce: (await open()).request.nonce }),
        ['made_for_another_request', 'query_not_satisfied', 'kb_nonce_mismatch'],
      ],
      [
        'made for another verifier',
        async (request) => good({ ...request, client_id: 'decentralized_identifier:did:web:other.example' }),
        ['made_for_another_request', 'query_not_satisfied', 'kb_aud_mismatch'],
      ],
      [
        'made for our DID without its prefix',
        async (request) => good({ ...request, client_id: US }),
        ['made_for_another_request', 'query_not_satisfied', 'kb_aud_mismatch'],
      ],
      [
        'shown by another than its holder',
        async (request) => room.present(newHolder(), registration, request, asked),
        ['query_not_satisfied', 'kb_signature_invalid'],
      ],
      [
        'without proof of its holder',
        async () => presentSdJwt(registration, asked),
        ['query_not_satisfied', 'kb_missing'],
      ],
      [
        'a forged signature of its issuer',
        changed(1, '"iat":1', '"iat":0.1'),
        ['query_not_satisfied', 'jws_signature_invalid'],
      ],
      [
        'of an issuer that signs with another’s DID',
        async (request) => {
          const mine = room.keys.get(ANCHOR)
          room.keys.set(ANCHOR, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
          const forged = await room.issue(ada, 'company-registration', ANCHOR)
          if (mine) room.keys.set(ANCHOR, mine)
          return room.present(ada, forged, request, asked)
        },
        ['query_not_satisfied', 'jws_signature_invalid'],
      ],
      [
        'of a real issuer that is not accepted for the type',
        async (request) =>
          room.present(ada, await room.issue(ada, 'company-registration', EMPLOYER), request, asked),
        ['query_not_satisfied', 'issuer_not_trust_anchor'],
      ],
      [
        'of another type than asked',
        async (request) =>
          room.present(ada, await room.issue(ada, 'ttp-policy-attestation', ANCHOR), request),
        ['query_not_satisfied', 'type_not_asked'],
      ],
      [
        'with less than asked',
        async (request) => room.present(ada, registration, request, [['name']]),
        ['query_not_satisfied', 'claims_missing'],
      ],
      [
        'with claims that are not as its type has them',
        async (request) =>
          room.present(
            ada,
            await room.issue(ada, 'company-registration', ANCHOR, { kvk_number: 7 }),
            request,
            asked,
          ),
        ['query_not_satisfied', 'invalid_claims'],
      ],
      [
        'expired',
        async (request) =>
          room.present(
            ada,
            await room.issue(ada, 'company-registration', ANCHOR, {}, { exp: 1_700_000_000 }),
            request,
            asked,
          ),
        ['query_not_satisfied', 'jws_expired'],
      ],
    ])('%s', async (_, make, codes) => {
      const found = await reportOf(make)
      expect(found.accepted).toBe(false)
      expect(found.codes).toEqual(expect.arrayContaining([...codes]))
      expect(found.claims).toEqual({})
    })

    test('revoked at this moment', async () => {
      const { payload } = JSON.parse(
        `{"payload":${Buffer.from(registration.split('.')[1] ?? '', 'base64url').toString()}}`,
      )
      room.revoked.add(String(payload.status.status_list.idx))
      expect(await reportOf(good)).toMatchObject({
        accepted: false,
        codes: expect.arrayContaining(['status_invalid']),
      })
      room.revoked.clear()
    })

    test('while the trust anchor cannot be asked nobody is believed, and no policy is in force', async () => {
      room.isAnchorAway = true
      const found = await reportOf(good)
      const { status } = await room.call('POST', '/verifications/requests', { preset: 'policy-accepted' })
      room.isAnchorAway = false
      expect(found).toMatchObject({
        accepted: false,
        codes: expect.arrayContaining(['trust_anchor_unreachable']),
      })
      expect(status).toBe(503)
    })
  })

  test('proofs of two parties do not prove something about one', async () => {
    const two: Preset = {
      ...(shippedPresets.find(({ name }) => name === 'registered-company') as Preset),
      issuers: Object.fromEntries(shippedPresets.flatMap(({ issuers }) => Object.entries(issuers))),
      query: parseDcqlQuery({
        credentials: ['company-registration', 'ttp-policy-attestation'].map((id) => ({
          ...{ id, format: 'dc+sd-jwt', meta: { vct_values: [types.byName(id).vct] } },
        })),
      }),
    }
    const room = await VerificationRoom.open({ engine, presets: [two] })
    const wallet = new Wallet(room)
    const verdicts = []
    for (const other of [ada, newHolder()]) {
      const started = await wallet.start({})
      const request = await wallet.fetch(started)
      const one = await room.present(ada, await room.issue(ada, 'company-registration', ANCHOR), request)
      const attested = await room.issue(other, 'ttp-policy-attestation', ANCHOR)
      await wallet.respond(request, {
        'company-registration': [one],
        'ttp-policy-attestation': [await room.present(other, attested, request)],
      })
      const { accepted, checks } = await wallet.show(started)
      verdicts.push([accepted, checks.find(({ check }) => check === 'subject')?.code])
    }
    expect(verdicts).toEqual([
      [true, undefined],
      [false, 'subjects_differ'],
    ])
  })

  test('a role signs in whom we gave it, and nobody whom another organisation of the network did', async () => {
    const verdicts = []
    for (const issuer of [US, EMPLOYER]) {
      const wallet = new Wallet(room)
      const started = await wallet.start({ preset: 'sign-in' })
      const request = await wallet.fetch(started)
      const role = await room.issue(ada, 'employee-role', issuer)
      await wallet.respond(request, { role: [await room.present(ada, role, request, [['role']])] })
      verdicts.push((await wallet.show(started)).accepted)
    }
    expect(verdicts).toEqual([true, false])
  })

  test('a key that is not that of our identifier signs nothing', async () => {
    const stranger = createSigner(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      `${ANCHOR}#key-1`,
    )
    const client = new Client({
      organisation: async () => ({ did: US }),
      signerOf: async () => stranger,
      certifiedKey: async () => null,
      isDevelopment: false,
    })
    const request = { client_id: `decentralized_identifier:${US}`, response_uri: room.url }
    await expect(client.sign('decentralized_identifier', request)).rejects.toMatchObject({
      code: 'client_key_mismatch',
    })
    await expect(client.idOf('redirect_uri', room.url)).rejects.toMatchObject({
      code: 'client_id_prefix_unavailable',
    })
  })
})
