import { X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { base64Of, signerOf, validNow } from '../../test/support/certificates.ts'
import {
  type Holder,
  newHolder,
  shippedPresets,
  types,
  VerificationRoom,
} from '../../test/support/verification-room.ts'
import { Wallet } from '../../test/support/verification-wallet.ts'
import {
  Anchors,
  type Issued,
  issueLeaf,
  newAuthority,
  Revocations,
  readCertificate,
} from '../certificates/index.ts'
import type { AcceptedIssuer } from '../config/index.ts'
import { Refusal } from '../core/index.ts'
import { parseDcqlQuery } from '../dcql/index.ts'
import type { Preset } from './preset.ts'

const ROLE = types.byName('employee-role').vct
const EMPLOYER = 'did:web:employer.example'

/** What employee-role asks, of who has a certificate of one of these authorities. */
function presetOf(name: string, authorities: readonly { type: string; values: string[] }[]): Preset {
  const shipped = shippedPresets.find((one) => one.name === 'employee-role')
  if (!shipped) throw new Error('the preset is gone')
  const credentials = shipped.query.credentials.map((one) => ({ ...one, trusted_authorities: authorities }))
  return { ...shipped, name, query: parseDcqlQuery({ credentials }) }
}

describe('a credential of who has a certificate', () => {
  let room: VerificationRoom
  let wallet: Wallet
  let ada: Holder
  let root: Issued
  let leaf: Issued
  let credential: string
  const accept: AcceptedIssuer[] = []

  beforeAll(async () => {
    root = await newAuthority('Root', validNow())
    leaf = await issueLeaf(root, { name: 'HR department', dnsNames: ['hr.example'], validity: validNow() })
    const certificate = readCertificate(new X509Certificate(root.certificate).raw)
    const clock = { now: Date.now }
    const nobody = async () => {
      throw new Refusal('upstream', 'egress_unreachable', 'not there')
    }
    const anchors = new Anchors(
      [{ name: 'hr-root', certificate, uses: ['issuers'], revocation: 'when_known' }],
      { clock, revocations: new Revocations({ clock, egress: { request: nobody } }) },
    )
    const aki = readCertificate(new X509Certificate(leaf.certificate).raw).authorityKeyId ?? ''
    room = await VerificationRoom.open({
      engine: 'sqlite',
      outside: { certified: (x5c) => anchors.verify(x5c, 'issuers') },
      trust: {
        anchors: [{ name: 'hr-root', certificatePath: '', uses: ['issuers'], revocation: 'when_known' }],
        issuers: [{ type: ROLE, accept }],
      },
      presets: [
        ...shippedPresets,
        presetOf('by-authority', [{ type: 'aki', values: ['AAAA', aki] }]),
        presetOf('by-another', [{ type: 'aki', values: ['AAAA'] }]),
        presetOf('by-list', [{ type: 'etsi_tl', values: ['https://lotl.example', aki] }]),
      ],
    })
    wallet = new Wallet(room)
    ada = newHolder()
    const signed = { header: { kid: undefined, x5c: [base64Of(leaf)] }, signer: signerOf(leaf) }
    credential = await room.issueAs(signed, ada, 'employee-role', {
      employer: { did: EMPLOYER, name: 'Bakkerij' },
    })
  })

  async function ask(preset: string, shown = credential) {
    const started = await wallet.start({ preset, parameters: { employer: EMPLOYER } })
    const request = await wallet.fetch(started)
    const paths = [['role'], ['employer'], ['employer', 'did'], ['employer', 'name']]
    await wallet.respond(request, { role: [await room.present(ada, shown, request, paths)] })
    return wallet.show(started)
  }
  const codesOf = ({ credentials: [one] }: Awaited<ReturnType<typeof ask>>) =>
    one?.checks.flatMap(({ ok, code }) => (ok ? [] : [code]))

  test('is accepted where configuration lists its authority for the type, and names it', async () => {
    accept.splice(0, accept.length, 'network', { anchor: 'hr-root', dnsName: 'hr.example' })
    const shown = await ask('employee-role')
    expect(shown).toMatchObject({
      accepted: true,
      credentials: [
        {
          issuer: null,
          provenance: { issuer_name: 'HR department', proven_by: 'certificate', anchor: 'hr-root' },
        },
      ],
    })
  })

  test('is not, where it does not', async () => {
    for (const listed of [['network'], [{ anchor: 'hr-root', dnsName: 'else.example' }], [{ did: EMPLOYER }]])
      for (const preset of ['employee-role', 'by-authority']) {
        accept.splice(0, accept.length, ...(listed as AcceptedIssuer[]))
        const shown = await ask(preset)
        expect([shown.accepted, codesOf(shown)]).toEqual([false, ['issuer_not_listed']])
      }
  })

  test('proves its authority by the key that signed its chain, and no other list', async () => {
    accept.splice(0, accept.length, 'network', { anchor: 'hr-root' })
    expect((await ask('by-authority')).accepted).toBe(true)
    expect(codesOf(await ask('by-another'))).toEqual(['authority_not_trusted'])
    expect(codesOf(await ask('by-list'))).toEqual(['authority_not_trusted'])
    // A credential of a DID has no certificate, and so no authority.
    const byDid = await room.issue(ada, 'employee-role', EMPLOYER as never, {
      employer: { did: EMPLOYER, name: 'Bakkerij' },
    })
    expect((await ask('employee-role', byDid)).accepted).toBe(true)
    expect(codesOf(await ask('by-authority', byDid))).toEqual(['authority_not_trusted'])
  })

  test('the page says which authority it leads to', async () => {
    accept.splice(0, accept.length, { anchor: 'hr-root' })
    const form = new URLSearchParams({ presentation: credential, lang: 'en' })
    const page = await fetch(`${room.url}/verify/paste`, { method: 'POST', body: form })
    const text = await page.text()
    expect(text).toContain('<dd>hr-root</dd>')
    expect(text).toContain('<dd>HR department</dd>')
  })
})
