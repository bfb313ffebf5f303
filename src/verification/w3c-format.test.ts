import { beforeAll, describe, expect, test } from 'vitest'
import {
  ANCHOR,
  EMPLOYER,
  type Holder,
  newHolder,
  shippedPresets,
  types,
  VerificationRoom,
} from '../../test/support/verification-room.ts'
import { type RequestObject, Wallet } from '../../test/support/verification-wallet.ts'
import { type Did, seconds } from '../core/index.ts'
import { parseDcqlQuery } from '../dcql/index.ts'
import { createSigner } from '../jose/index.ts'
import { issueVcJwt, presentVcJwt, VC_JOSE, VC_JWT, type VcFormat } from '../vc-jwt/index.ts'
import type { Preset } from './preset.ts'

const { vct, example } = types.byName('company-registration')
const { id: identifier, ...others } = example

const presetOf = (format: VcFormat): Preset => ({
  ...(shippedPresets[0] as Preset),
  name: format,
  parameters: {},
  issuers: { [vct]: 'network' },
  query: parseDcqlQuery({
    credentials: [
      {
        id: 'registration',
        format,
        meta: { type_values: [['https://www.w3.org/2018/credentials#VerifiableCredential', vct]] },
        claims: [
          { path: ['credentialSubject', 'name'] },
          { path: ['credentialSubject', 'kvk_number'], values: [String(example.kvk_number)] },
        ],
      },
    ],
  }),
})

describe.each<VcFormat>([VC_JWT, VC_JOSE])('a wallet that shows %s', (format) => {
  let room: VerificationRoom
  let wallet: Wallet
  let ada: Holder
  let serial = 0

  beforeAll(async () => {
    room = await VerificationRoom.open({ engine: 'sqlite', presets: [presetOf(VC_JWT), presetOf(VC_JOSE)] })
    wallet = new Wallet(room)
    ada = newHolder()
    room.keys.set(ada.did, ada.privateKey)
  })

  const issue = (more: object = {}, issuer: Did = ANCHOR, as = format) => {
    const at = seconds(room.clock.now())
    const input = {
      ...{ issuer, subject: ada.did, type: vct, claims: { ...others, identifier } },
      ...{
        validFrom: at - 10,
        validUntil: at + 3600,
        status: { statusListIndex: String(++serial) },
        ...more,
      },
    }
    return issueVcJwt(as, input, createSigner(room.keys.get(issuer) as never, `${issuer}#key-1`))
  }
  const present = (
    compact: string,
    { nonce, client_id: aud }: RequestObject,
    more: object = {},
    as = format,
  ) =>
    presentVcJwt(as, [compact], {
      ...{ holder: ada.did, nonce, aud, now: seconds(room.clock.now()) },
      signer: createSigner(ada.privateKey, `${ada.did}#0`),
      ...more,
    })
  const show = async (make: (request: RequestObject) => Promise<string>) => {
    const started = await wallet.start({ preset: format })
    const request = await wallet.fetch(started)
    await wallet.respond(request, { registration: [await make(request)] })
    return wallet.show(started)
  }
  const codesOf = (shown: Awaited<ReturnType<typeof show>>) =>
    [...shown.checks, ...shown.credentials.flatMap(({ checks }) => checks)].flatMap(({ ok, code }) =>
      ok ? [] : [code],
    )

  test('is accepted with what was asked', async () => {
    const compact = await issue()
    const shown = await show((request) => present(compact, request))
    expect([shown.accepted, codesOf(shown)]).toEqual([true, []])
    expect(shown.credentials[0]?.claims).toMatchObject({ name: example.name, kvk_number: example.kvk_number })
    expect(shown.credentials[0]?.provenance.issuer_name).toBe('MYOBI')
  })

  test('is told which formats may be shown', async () => {
    const request = (await wallet.fetch(await wallet.start({ preset: format }))) as unknown as {
      client_metadata: { vp_formats_supported: object }
    }
    expect(request.client_metadata.vp_formats_supported).toMatchObject({
      [format]: { alg_values: ['ES256', 'EdDSA'] },
    })
  })

  test.each<[string, (request: RequestObject) => Promise<string>, string]>([
    [
      'made for another nonce',
      async (r) => present(await issue(), { ...r, nonce: 'another' }),
      'made_for_another_request',
    ],
    [
      'made for another verifier',
      async (r) => present(await issue(), { ...r, client_id: 'another' }),
      'made_for_another_request',
    ],
    ['that nobody presents', () => issue(), 'kb_missing'],
    [
      'of an issuer the network does not accept',
      async (r) => present(await issue({}, EMPLOYER), r),
      'issuer_not_trust_anchor',
    ],
    [
      'with another value',
      async (r) => present(await issue({ claims: { ...others, identifier, kvk_number: '11111111' } }), r),
      'claim_value_not_accepted',
    ],
    ['about another', async (r) => present(await issue({ subject: EMPLOYER }), r), 'holder_not_subject'],
    [
      'of another type',
      async (r) => present(await issue({ type: 'urn:example:other' }), r),
      'issuer_not_listed',
    ],
    [
      'in the other data model',
      async (r) => {
        const as = format === VC_JWT ? VC_JOSE : VC_JWT
        return present(await issue({}, ANCHOR, as), r, {}, as)
      },
      'format_not_asked',
    ],
    ['that is no token', async () => 'nothing', 'jws_malformed'],
  ])('and is %s is refused', async (_, make, code) => {
    const shown = await show(make)
    expect(shown.accepted).toBe(false)
    expect(codesOf(shown)).toContain(code)
    expect(JSON.stringify(shown)).not.toContain('"kvk_number":')
  })

  test('that was revoked is refused', async () => {
    const compact = await issue()
    room.revoked.add(String(serial))
    const shown = await show((request) => present(compact, request))
    expect([shown.accepted, codesOf(shown)]).toEqual([false, expect.arrayContaining(['status_invalid'])])
  })
})
