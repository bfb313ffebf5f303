import { generateKeyPairSync, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { asDid, Refusal } from '../core/index.ts'
import { createSigner, publicJwkOf, type Signer, signJws } from '../jose/index.ts'
import { createSecurityEvent, verifySecurityEvent } from './security-event.ts'
import { eventsOf, type Tell, tellOf } from './tell.ts'

const NOW = 1_795_300_000_000
const audience = 'https://owner.example/parties/1'
const issuer = asDid('did:web:partner.example')
const stranger = asDid('did:web:stranger.example')
const keys = generateKeyPairSync('ed25519')
const jwk = publicJwkOf(keys.publicKey)
const signer = createSigner(keys.privateKey, `${issuer}#k`)
const tell: Tell = { kind: 'grant-ended', grant: randomUUID(), reason: 'grant_revoked' }
const clock = { now: () => NOW }

let asked: string[] = []
beforeEach(() => {
  asked = []
})
const deps = {
  clock,
  requireKey: async (kid: string) => {
    asked.push(kid)
    if (kid !== signer.kid) throw new Refusal('forbidden', 'key_not_current', 'no such key')
    return jwk
  },
  isExpected: async (from: string) => from === issuer,
}
const verify = (compact: string) => verifySecurityEvent(compact, audience, deps)
const claims = (over: object = {}) => ({
  iss: issuer,
  aud: audience,
  iat: NOW / 1000,
  jti: randomUUID(),
  events: eventsOf(tell),
  ...over,
})
const signed = (over: object = {}, header: object = {}, by: Signer = signer) =>
  signJws({ typ: 'secevent+jwt', ...header }, JSON.parse(JSON.stringify(claims(over))), by)

test('what one node tells another comes out as it went in', async () => {
  const id = randomUUID()
  const compact = await createSecurityEvent({ id, issuer, audience, tell, at: NOW }, signer)
  expect(await verify(compact)).toEqual({ id, issuer, tell })
})

describe('is refused', () => {
  test.each<[string, object, object, string]>([
    ['for another wallet', { aud: 'https://other.example/parties/1' }, {}, 'event_audience_mismatch'],
    ['for several', { aud: [audience, 'https://other.example'] }, {}, 'event_malformed'],
    ['older than a week', { iat: NOW / 1000 - 7 * 86_400 - 1 }, {}, 'event_too_old'],
    ['from the future', { iat: NOW / 1000 + 60 }, {}, 'jws_issued_in_future'],
    ['of another kind of token', {}, { typ: 'JWT' }, 'jws_typ_mismatch'],
    ['that expires, as an access token does', { exp: NOW / 1000 + 60 }, {}, 'event_malformed'],
    ['without an id', { jti: undefined }, {}, 'event_malformed'],
    ['with an id that is none of ours', { jti: 'x' }, {}, 'event_malformed'],
    ['without events', { events: {} }, {}, 'event_malformed'],
    ['telling two things', { events: { ...eventsOf(tell), 'urn:other': {} } }, {}, 'event_malformed'],
    ['telling something unknown', { events: { 'urn:regie:event:gossip': {} } }, {}, 'event_malformed'],
    [
      'of a DID that has nothing to tell us',
      { iss: stranger },
      { kid: `${stranger}#k` },
      'event_not_expected',
    ],
    ['signed in the name of another', {}, { kid: `${stranger}#k` }, 'event_key_mismatch'],
    ['by a key that is not its issuer’s', {}, { kid: `${issuer}#old` }, 'key_not_current'],
  ])('one %s', async (_what, over, header, code) => {
    await expect(signed(over, header).then(verify)).rejects.toMatchObject({ code })
  })

  test('one that was forged', async () => {
    const forger = generateKeyPairSync('ed25519').privateKey
    const compact = await signed({}, {}, createSigner(forger, signer.kid))
    await expect(verify(compact)).rejects.toMatchObject({ code: 'jws_signature_invalid' })
  })

  test('one of a stranger without looking its DID up', async () => {
    const compact = await signed({ iss: stranger }, { kid: `${stranger}#k` })
    await expect(verify(compact)).rejects.toThrow()
    expect(asked).toEqual([])
  })
})

test('nothing that is not said as we say it is understood', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(tellOf(value)).toBeNull()
      expect(tellOf({ 'urn:regie:event:grant-ended': value })).toBeNull()
      expect(tellOf({ 'urn:regie:event:__proto__': value, 'urn:regie:event:constructor': value })).toBeNull()
    }),
  )
})
