import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ConsentUnlock, type Did } from '../src/core/index.ts'
import { issueSdJwt, SD_JWT_VC_TYP } from '../src/sd-jwt/index.ts'
import { onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import {
  type Answer,
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

type Body = Record<string, unknown> & { code?: string; items: Record<string, unknown>[] }
const MINUTE_MS = 60_000
const CLAIM = 'contact-person.email'

/** As she calls it from elsewhere: nothing unlocks by itself. */
async function plain(
  node: TestNode,
  account: string,
  method: string,
  path: string,
  { body, session }: { body?: object; session?: string } = {},
): Promise<Answer<Body>> {
  const response = await fetch(`${node.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${node.token(account)}`,
      ...(session && { 'regie-consent': session }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Body }
}

const secretOf = (node: TestNode, account: string) =>
  readFileSync(join(node.config.dataDir, 'tokens', `${account}.secret`), 'utf8').trim()

const unlock = (node: TestNode, account: string, secret = secretOf(node, account)) =>
  plain(node, account, 'POST', '/me/consent/unlock', { body: { secret } })

const sessionOf = async (node: TestNode, account: string) => String((await unlock(node, account)).body.token)

/** How often something happened, as the record has it. */
async function recorded(node: TestNode, action: string): Promise<number> {
  const { body } = await node.call<Body>(node.config.name, 'GET', '/audit?limit=200')
  return body.items.filter((entry) => entry.action === action).length
}

onEachEngine((engine) => {
  describe('her key, her consent', () => {
    let trio: TestTrio
    let partner: TestNode
    beforeAll(async () => {
      trio = await startTrio(engine)
      partner = trio.partner
      await settleTrio(trio)
    })

    /** Asks for her address, and waits for the request to be there. */
    async function asked(): Promise<string> {
      await trio.company.call('sanne', 'POST', '/access/requests', { ...newRequest, claims: [CLAIM] })
      const found = await eventually(async () => {
        const { body } = await partner.call<Body>('bram', 'GET', '/access/requests?state=pending')
        return body.items[0]
      }, 'the request')
      return String(found.id)
    }

    async function granted(): Promise<string> {
      const path = `/access/requests/${await asked()}/approval`
      const session = await sessionOf(partner, 'bram')
      const { status, body } = await plain(partner, 'bram', 'POST', path, { body: {}, session })
      expect(status).toBe(201)
      const id = (body.grant as { id: string }).id
      await eventually(async () => {
        const { body: received } = await trio.company.call<Body>('sanne', 'GET', '/access/grants/received')
        return received.items.some((one) => one.id === id)
      }, 'the grant')
      return id
    }

    const read = () =>
      trio.company.call<Body>('sanne', 'POST', '/access/reads', { partner: '48245915', claims: [CLAIM] })

    test('while it is locked she grants and denies nothing, and nothing changed', async () => {
      const id = await asked()
      const before = await recorded(partner, 'grant.given')
      for (const decision of ['approval', 'denial']) {
        const answer = await plain(partner, 'bram', 'POST', `/access/requests/${id}/${decision}`, {
          body: {},
        })
        expect([answer.status, answer.body.code]).toEqual([403, 'consent_locked'])
      }
      expect(await recorded(partner, 'grant.given')).toBe(before)
      const { body } = await plain(partner, 'bram', 'GET', '/access/requests?state=pending')
      expect(body.items.map((request) => request.id)).toContain(id)
      await partner.call('bram', 'POST', `/access/requests/${id}/denial`, {})
    })

    test('nor declares or accepts anything in her name', async () => {
      for (const [path, body] of [
        ['/me/profile', { job_title: 'Bakker' }],
        ['/policy/acceptances', { accept: 1 }],
      ] as const) {
        const answer = await plain(partner, 'bram', 'POST', path, { body })
        expect([path, answer.body.code]).toEqual([path, 'consent_locked'])
      }
    })

    test('a session opens her key for a quarter of an hour, hers alone, until she locks it', async () => {
      const session = await sessionOf(partner, 'bram')
      const set = (account: string, token: string) =>
        plain(partner, account, 'POST', '/me/profile', { body: { job_title: 'Bakker' }, session: token })
      expect((await set('bram', session)).status).toBe(200)
      expect((await set('partner', session)).body.code).toBe('consent_locked')
      expect((await set('bram', session.slice(1).concat('A'))).body.code).toBe('consent_locked')
      trio.clock.advance(16 * MINUTE_MS)
      expect((await set('bram', session)).body.code).toBe('consent_locked')
      const other = await sessionOf(partner, 'bram')
      expect((await set('bram', other)).status).toBe(200)
      await plain(partner, 'bram', 'POST', '/me/consent/lock', { body: {} })
      expect((await set('bram', other)).body.code).toBe('consent_locked')
    })

    test('guesses are counted; the right secret is refused like a wrong one until the time is over', async () => {
      const statuses: number[] = []
      for (let n = 0; n < 10; n++)
        statuses.push((await unlock(partner, 'bram', `niet het geheim ${n}`)).status)
      expect(new Set(statuses)).toEqual(new Set([403]))
      const { status, body } = await unlock(partner, 'bram')
      expect([status, body.code]).toEqual([429, 'consent_guesses_exceeded'])
      expect((await unlock(partner, 'partner')).status).toBe(201)
      trio.clock.advance(16 * MINUTE_MS)
      expect((await unlock(partner, 'bram')).status).toBe(201)
    })

    test('taking back needs no secret: reads go on while it is locked, and end when she revokes', async () => {
      const id = await granted()
      await plain(partner, 'bram', 'POST', '/me/consent/lock', { body: {} })
      expect((await read()).status).toBe(200)
      const { body: proof } = await trio.company.call<Body>(
        'sanne',
        'GET',
        `/access/grants/received/${id}/proof`,
      )
      const verify = async () =>
        (await trio.myobi.call<Body>('myobi', 'POST', '/verifications', { presentation: proof.presentation }))
          .body
      expect((await verify()).verified).toBe(true)
      const revoked = await plain(partner, 'bram', 'POST', `/access/grants/${id}/revocation`, { body: {} })
      expect(revoked.status).toBe(200)
      const after = await verify()
      expect(after.verified).toBe(false)
      expect(JSON.stringify(after.checks)).toContain('status_invalid')
      expect((await read()).body.code).toBe('grant_revoked')
    })

    test('who lost her secret gets a new DID and key on stated grounds; what the old one opened ends', async () => {
      const id = await granted()
      const session = await sessionOf(partner, 'bram')
      const { body: people } = await partner.call<Body>('partner', 'GET', '/people')
      const [bram, admin] = ['bram', 'partner'].map((name) =>
        people.items.find(({ account }) => account === name),
      )
      const grounds = { reason: 'secret_lost', evidence: 'Paspoort gezien aan de balie op dinsdag' }
      const rekey = (who: unknown, as = 'partner') =>
        plain(partner, as, 'POST', `/people/${String(who)}/key`, { body: grounds })
      expect((await rekey(bram?.id, 'bram')).body.code).toBe('not_allowed')
      expect((await rekey(admin?.id)).body.code).toBe('identified_by_yourself')
      const thief = await openInside(partner, trio.clock)
      const known = await thief.person('bram')

      const { status, body } = await rekey(bram?.id)
      expect(status).toBe(201)
      expect(body.did).not.toBe(bram?.did)
      expect((await thief.person('bram')).did).toBe(body.did)
      // The old key is gone, and what opened it opens the new one as little.
      await expect(thief.agent.signerOf(known.did)).rejects.toMatchObject({ code: 'key_unknown' })
      const set = { body: { job_title: 'Bakker' }, session }
      expect((await plain(partner, 'bram', 'POST', '/me/profile', set)).body.code).toBe('consent_locked')
      const ended = await eventually(async () => {
        const { body: held } = await trio.company.call<Body>('sanne', 'GET', '/access/grants/received')
        return held.items.find((one) => one.id === id && one.ended === 'key_lost')
      }, 'word of the lost key')
      expect(ended).toBeDefined()
      expect((await read()).status).toBe(403)
      const { body: audit } = await partner.call<Body>('partner', 'GET', '/audit?limit=200')
      expect(audit.items.filter(({ action }) => action === 'person.key_replaced')).toHaveLength(1)
      expect(JSON.stringify(audit)).not.toContain('Paspoort')
      // And it goes on: asked again, she grants with the new key.
      await granted()
      expect((await read()).status).toBe(200)
    })

    test('whoever takes the database and the master key fails to grant for her', async () => {
      const thief = await openInside(partner, trio.clock)
      const bram = await thief.person('bram')
      await expect(thief.agent.signerOf(bram.did)).rejects.toMatchObject({ code: 'consent_locked' })
      await expect(thief.agent.signer(`${bram.did}#0`)).rejects.toMatchObject({ code: 'consent_locked' })
      const { keys } = await thief.agent.veramo.didManagerGet({ did: bram.did })
      const sign = thief.agent.veramo.keyManagerSign({
        keyRef: keys[0]?.kid ?? '',
        data: 'x',
        algorithm: 'ES256',
      })
      await expect(sign).rejects.toMatchObject({ code: 'consent_locked' })
      const forged = {
        issuer: thief.parties.issuerOf(bram),
        type: 'contact-person',
        subject: bram.did as Did,
        claims: thief.credentials.types.byName('contact-person').example,
      }
      await expect(thief.store.transact((tx) => thief.credentials.issue(tx, forged))).rejects.toMatchObject({
        code: 'consent_locked',
      })
      // Her name over another key that the node does have: the presentation key, or the company's.
      const verified = async (presentation: string) =>
        (await trio.myobi.call<Body>('myobi', 'POST', '/verifications', { presentation })).body.verified
      const payload = {
        iss: bram.did,
        sub: bram.did,
        iat: Math.floor(trio.clock.now() / 1000),
        vct: thief.credentials.types.byName('contact-person').vct,
        ...forged.claims,
      }
      for (const key of [await thief.agent.signer(bram.presentationKid ?? ''), thief.signer]) {
        const signer = { ...key, kid: `${bram.did}#0` }
        const compact = await issueSdJwt({ header: { typ: SD_JWT_VC_TYP }, payload, disclosable: [], signer })
        expect(await verified(compact)).toBe(false)
      }
      // What does work, for her: the same doors with her secret.
      const mine = new ConsentUnlock({ session: await sessionOf(partner, 'bram') })
      const issued = await thief.store.transact((tx) =>
        thief.credentials.issue(tx, { ...forged, issuer: thief.parties.issuerOf(bram, mine) }),
      )
      expect(await verified(issued.compact)).toBe(true)
    })
  })
})
