import { beforeAll, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { newKey, OpenWallet } from '../../../test/support/open-wallet.ts'
import { didJwkOf } from '../../agent/index.ts'
import { auditTable } from '../../audit/index.ts'
import { issuedCredentialTable } from '../../credentials/index.ts'
import { parseJws } from '../../jose/index.ts'
import { parseVcJwt } from '../../vc-jwt/index.ts'
import { openToAll } from './settings.ts'

const vct = 'urn:regie:credential:company-profile:1'

onEachEngine((engine) => {
  let node: OfferNode
  let wallet: OpenWallet
  beforeAll(async () => {
    const formats = ['jwt_vc_json', 'vc+jwt'] as const
    node = await OfferNode.start(engine, new World(), { ...openToAll, formats })
    wallet = new OpenWallet(node, await node.createParty('organisation'))
  })

  test.each(['jwt_vc_json', 'vc+jwt'])(
    'any type is issued as %s to a wallet that asks for it',
    async (format) => {
      const id = `company-profile.${format}`
      const offer = await wallet.offer({ format })
      const key = newKey()
      const proofs = { jwt: [await wallet.proof(key)] }
      const token = await wallet.bearer(offer)
      const { status, body } = await wallet.credential(token, { credential_configuration_id: id, proofs })
      expect(status).toBe(200)
      const [{ credential } = { credential: '' }] = body.credentials as { credential: string }[]
      const vc = parseVcJwt(credential)
      expect(vc).toMatchObject({ format, issuer: wallet.issuer.did })
      expect(vc.document).toMatchObject({
        type: ['VerifiableCredential', vct],
        credentialSubject: { id: didJwkOf(key.jwk), name: 'Verzonnen B.V.' },
        credentialStatus: [{ statusPurpose: 'revocation' }, { statusPurpose: 'suspension' }],
      })
      const { jti, id: own } = parseJws(credential).payload
      const row = await node.store.reader.findOneBy(issuedCredentialTable, {
        id: String(jti ?? own).replace('urn:uuid:', ''),
      })
      expect(row).toMatchObject({ vct, revokedAt: null })
      await wallet.operate('issuing.revoke', { id: offer.id })
      const revoked = await node.store.reader.findOneBy(issuedCredentialTable, { id: String(row?.id) })
      expect(revoked?.revokedAt).not.toBeNull()
    },
  )

  test.each(['dc+sd-jwt', 'jwt_vc_json', 'vc+jwt'])(
    'what was issued as %s is suspended, resumed and revoked',
    async (format) => {
      const offer = await wallet.offer({ format })
      const move = async (name: string) =>
        wallet.operate<{ state: string }>(`issuing.${name}`, { id: offer.id }).then(
          ({ state }) => state,
          ({ code }) => code,
        )
      expect(await move('suspend')).toBe('open_offer_not_issued')
      const id = format === 'dc+sd-jwt' ? 'company-profile' : `company-profile.${format}`
      const { body } = await wallet.credential(await wallet.bearer(offer), {
        credential_configuration_id: id,
      })
      const [{ credential } = { credential: '' }] = body.credentials as { credential: string }[]
      const payload = parseJws(String(credential.split('~')[0])).payload
      const local = async () => {
        const vc = (payload.vc ?? payload) as {
          status?: { status_list: { uri: string; idx: number } }
          credentialStatus?: { statusListCredential: string; statusListIndex: string }[]
        }
        const [entry] = vc.credentialStatus ?? []
        const { uri = '', idx = 0 } = vc.status?.status_list ?? {}
        const at = entry ? entry.statusListCredential.replace(/\/\w+$/, '') : uri
        return (await node.lists.local(at, entry ? Number(entry.statusListIndex) : idx))?.state
      }
      expect([await local(), await move('resume')]).toEqual(['valid', 'open_offer_not_suspended'])
      expect([await move('suspend'), await local()]).toEqual(['suspended', 'suspended'])
      expect([await move('suspend'), await local()]).toEqual(['open_offer_not_issued', 'suspended'])
      expect([await move('resume'), await local()]).toEqual(['issued', 'valid'])
      await move('suspend')
      expect([await move('revoke'), await local()]).toEqual(['revoked', 'invalid'])
      expect([await move('resume'), await local()]).toEqual(['open_offer_not_suspended', 'invalid'])
      const entries = await node.store.reader.findBy(auditTable, {})
      const actions = entries.map(({ action }) => action)
      for (const action of ['suspended', 'resumed', 'revoked'])
        expect(actions).toContain(`open_offer.${action}`)
    },
  )

  test('a node that is not told to issues in no other format', async () => {
    const other = await OfferNode.start(engine, new World())
    const plain = new OpenWallet(other, await other.createParty('organisation'))
    const offer = { type: 'company-profile', claims: { name: 'Verzonnen B.V.' }, format: 'vc+jwt' }
    await expect(plain.operate('issuing.offer', offer)).rejects.toMatchObject({ code: 'format_unknown' })
  })

  test('each type is in the metadata in each format', async () => {
    const { body } = await wallet.fetch(
      wallet.url.replace(node.base, `${node.base}/.well-known/openid-credential-issuer`),
    )
    const all = body.credential_configurations_supported as Record<string, object>
    for (const format of ['jwt_vc_json', 'vc+jwt'])
      expect(all[`company-registration.${format}`]).toMatchObject({
        format,
        credential_definition: {
          type: ['VerifiableCredential', 'urn:regie:credential:company-registration:1'],
        },
        credential_metadata: {
          claims: expect.arrayContaining([
            expect.objectContaining({ path: ['credentialSubject', 'identifier'] }),
            expect.objectContaining({ path: ['credentialSubject', 'name'] }),
          ]),
        },
      })
  })
})
