import { beforeAll, describe, expect, test } from 'vitest'
import { GrantRecords } from '../src/access/index.ts'
import { Audit } from '../src/audit/index.ts'
import type { Did } from '../src/core/index.ts'
import { createLogger } from '../src/network/logger.ts'
import { type PartnerAnswer, Receipts } from '../src/receipts/index.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

interface Exported {
  code: string
  side: string
  document: Record<string, unknown>
  lost: { field: string; why: string }[]
  consent_record: { id: string; digest: string; matches: boolean | null } | null
}
interface Receipt {
  code: string
  side: string
  ended: { code: string; at: string | null; by: string | null }
  copy: { state: string; at: string | null; reason: string | null; overdue: boolean; told: string | null }
}
interface Items {
  items: { id: string; state: string; action: string; actor: string; data: Record<string, unknown> }[]
}

const HOUR = 3_600_000
const secrets = ['Vrijeteksta', 'Bewaarredenia', 'Weigerredenia', 'Nietje', 'Korst']

onEachEngine((engine) => {
  let trio: TestTrio
  let inside: Inside
  let company: Did
  let hers = ''
  let companys = ''
  let logs = ''

  const exportOf = (node: TestNode, as: string | null, id: string, format = 'consent-record') =>
    node.call<Exported>(as, 'GET', `/access/grants/${id}/export?format=${format}`)
  const receiptOf = (node: TestNode, as: string, id: string) =>
    node.call<Receipt>(as, 'GET', `/access/grants/${id}/receipt`)
  const deleted = (id: string, input: object = {}, as = 'sanne') =>
    trio.company.call<Receipt>(as, 'POST', `/access/grants/received/${id}/deletion`, input)
  const read = (claims: string[]) =>
    trio.company.call<{ code: string }>('sanne', 'POST', '/access/reads', { partner: '48245915', claims })
  /** Asks, and has it granted. @returns the grant */
  const grantOn = async (basis: string, claim: string, by: string, approval: object = {}) => {
    const request = {
      ...newRequest,
      claims: [claim],
      basis,
      reason: 'Vrijeteksta: wij leveren uw bestelling',
    }
    await trio.company.call('sanne', 'POST', '/access/requests', { ...request, retention: 'P1Y' })
    const waiting = await trio.partner.call<Items>(by, 'GET', '/access/requests?state=pending')
    const id = waiting.body.items[0]?.id
    const approved = await trio.partner.call<{ grant: { id: string } }>(
      by,
      'POST',
      `/access/requests/${id}/approval`,
      approval,
    )
    const grant = approved.body.grant.id
    await eventually(async () => {
      const held = await trio.company.call<Items>('sanne', 'GET', '/access/grants/received')
      return held.body.items.some((item) => item.id === grant)
    }, 'the grant')
    return grant
  }
  /** The copy as the owner's receipt has it, once it says this. */
  const copyAt = (id: string, state: string, as = 'bram') =>
    eventually(async () => {
      const { body } = await receiptOf(trio.partner, as, id)
      return body.copy.state === state && body.copy
    }, `a copy that is ${state}`)
  /** Until the company's node heard that a grant ended. */
  const ended = (id: string) =>
    eventually(
      async () => (await receiptOf(trio.company, 'sanne', id)).status === 200,
      'the end of the grant',
    )
  /** What becomes of it when this is what the partner's node hears. */
  const partnerAnswered = async (answer: Omit<PartnerAnswer, 'from' | 'at'> & Partial<PartnerAnswer>) => {
    const { store, vault, clock } = inside
    const audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) })
    const tellOwner = async () => {
      throw new Error('nobody is told in this test')
    }
    const receipts = new Receipts({ ...inside, audit, grants: new GrantRecords(inside), tellOwner })
    await store.transact(async (tx) => {
      // On SQLite the running node has a writer of its own: who begins with writing waits for it.
      await rows(tx, "DELETE FROM deletion_answer WHERE grant_id = ''")
      await receipts.partnerAnswered(tx, { from: company, at: trio.clock.now(), ...answer })
    })
  }

  beforeAll(async () => {
    const write = (line: string) => {
      logs += line
    }
    trio = await startTrio(engine, createLogger('test', { write }))
    await settleTrio(trio)
    inside = await openInside(trio.partner, trio.clock)
    company = (await openInside(trio.company, trio.clock)).organisation.did
    hers = await grantOn('consent', 'contact-person.email', 'bram')
    companys = await grantOn('contract', 'company-profile.email', 'partner')
  }, 60_000)

  test('a grant on consent carries the digest of its record, one on contract carries none', async () => {
    const mine = await exportOf(trio.partner, 'bram', hers)
    expect(mine).toMatchObject({
      status: 200,
      body: { side: 'given', document: { '@type': 'dpv:ConsentRecord' }, consent_record: { matches: true } },
    })
    const theirs = await exportOf(trio.company, 'sanne', hers, 'odrl')
    const { id, digest } = mine.body.consent_record ?? {}
    expect(theirs.body.consent_record).toEqual({ id, digest, matches: null })
    expect((await exportOf(trio.company, 'sanne', companys, 'odrl')).body.consent_record).toBe(null)
  })

  test('who holds the grant makes the same record again from the credential', async () => {
    const [mine, theirs] = await Promise.all([
      exportOf(trio.partner, 'bram', hers),
      exportOf(trio.company, 'sanne', hers),
    ])
    expect(theirs.body).toMatchObject({ side: 'held', consent_record: { matches: true } })
    expect(theirs.body.lost).toContainEqual({ field: 'uses', why: 'owner_only' })
    expect(theirs.body.document).toEqual(mine.body.document)
  })

  test('the record of who gave it lies sealed', async () => {
    const [row] = await inside.store.reader.query('SELECT * FROM consent_record')
    expect(row.grant_id).toBe(hers)
    const text = Buffer.from(row.sealed, 'base64').toString('latin1')
    expect(JSON.stringify(row) + text).not.toContain('Vrijeteksta')
  })

  test('a record that was changed is seen not to be the one that was promised', async () => {
    const { store } = inside
    const digest = (await exportOf(trio.partner, 'bram', hers)).body.consent_record?.digest
    const set = (value?: string) =>
      store.transact((tx) => tx.update('consent_record', { grantId: hers }, { digest: value }))
    await set(`sha-256:${'A'.repeat(43)}`)
    expect((await exportOf(trio.partner, 'bram', hers)).body.consent_record?.matches).toBe(false)
    await set(digest)
    expect((await exportOf(trio.partner, 'bram', hers)).body.consent_record?.matches).toBe(true)
  })

  test('the record lists who looked, when and at what', async () => {
    expect((await read(['contact-person.email'])).status).toBe(200)
    const { body } = await exportOf(trio.partner, 'bram', hers)
    expect(body.document['dct:hasPart']).toEqual([
      expect.objectContaining({
        '@type': 'dpv:Process',
        'dpv:hasRecipient': expect.objectContaining({ 'schema:name': 'Sanne Nietje' }),
        'dpv:hasPersonalData': [{ '@id': expect.stringMatching(/^urn:uuid:.*#email$/) }],
      }),
    ])
    expect(body.consent_record?.matches).toBe(true)
    expect(JSON.stringify(body)).not.toContain('bram@kruimelkoning.example')
  })

  test('of another legal basis there is no consent record, but the other forms are there', async () => {
    for (const [node, as] of [
      [trio.partner, 'partner'],
      [trio.company, 'sanne'],
    ] as const) {
      expect(await exportOf(node, as, companys)).toMatchObject({ status: 409, body: { code: 'not_consent' } })
      for (const format of ['odrl', 'ishare'])
        expect(await exportOf(node, as, companys, format)).toMatchObject({ status: 200 })
    }
  })

  describe('who is not concerned', () => {
    test('may not export what another gave, not even the administrator', async () => {
      const refused = { status: 403, body: { code: 'not_data_subject' } }
      expect(await exportOf(trio.partner, 'partner', hers)).toMatchObject(refused)
      expect(await receiptOf(trio.partner, 'partner', hers)).toMatchObject(refused)
      expect(await exportOf(trio.partner, 'bram', companys, 'odrl')).toMatchObject(refused)
    })

    test('nor what the company holds without a role for that', async () => {
      await trio.company.call('company', 'POST', '/people', {
        account: 'wim',
        given_name: 'Wim',
        family_name: 'Werker',
        email: 'wim@nietmachine.example',
        role: 'packer',
        roles: ['contact_person'],
      })
      const refused = { status: 403, body: { code: 'not_allowed' } }
      expect(await exportOf(trio.company, 'wim', hers)).toMatchObject(refused)
      expect(await receiptOf(trio.company, 'wim', hers)).toMatchObject(refused)
      expect(await deleted(hers, {}, 'wim')).toMatchObject(refused)
    })

    test('knows no grant of others', async () => {
      const unknown = { status: 404, body: { code: 'grant_unknown' } }
      expect(await exportOf(trio.myobi, 'myobi', hers)).toMatchObject(unknown)
      expect(await receiptOf(trio.myobi, 'myobi', hers)).toMatchObject(unknown)
      expect(await deleted('00000000-0000-7000-8000-000000000000')).toMatchObject(unknown)
    })
  })

  describe('the end of a grant', () => {
    test('has no receipt before it is there', async () => {
      const live = { status: 409, body: { code: 'grant_live' } }
      expect(await receiptOf(trio.partner, 'bram', hers)).toMatchObject(live)
      expect(await deleted(hers)).toMatchObject(live)
      await expect(partnerAnswered({ grantId: hers, outcome: 'deleted' })).rejects.toMatchObject({
        code: 'grant_live',
      })
    })

    test('says who took it back, by the name the audit log has, and that the partner has not answered', async () => {
      await trio.partner.call('bram', 'POST', `/access/grants/${hers}/revocation`, {})
      const { body } = await receiptOf(trio.partner, 'bram', hers)
      const audit = await trio.partner.call<Items>('partner', 'GET', '/audit?limit=200')
      const entry = audit.body.items.find(({ action }) => action === 'grant.revoked')
      expect(body).toMatchObject({
        side: 'given',
        ended: { code: 'grant_revoked', at: expect.any(String), by: entry?.actor },
        copy: { state: 'waiting', told: null },
      })
      expect(body.ended.by).toMatch(/^p_/)
      const { document } = (await exportOf(trio.partner, 'bram', hers)).body
      expect((document['dct:hasPart'] as object[]).at(-1)).toMatchObject({ '@type': 'dpv:ConsentWithdrawn' })
    })

    test('is known to who held it, who says why a copy stays: the owner reads it', async () => {
      await ended(hers)
      expect((await receiptOf(trio.company, 'sanne', hers)).body).toMatchObject({
        side: 'held',
        ended: { code: 'grant_revoked', at: null, by: null },
        copy: { state: 'waiting' },
      })
      expect(await deleted(hers, { kept_until: '2099-01-01' })).toMatchObject({
        status: 400,
        body: { code: 'kept_reason_missing' },
      })
      expect(await deleted(hers, { kept_reason: 'Bewaarredenia', kept_until: '2020-01-01' })).toMatchObject({
        status: 400,
        body: { code: 'invalid_kept_until' },
      })
      expect(await deleted(hers, { kept_reason: 'Bewaarredenia', kept_until: '2099-01-01' })).toMatchObject({
        status: 201,
        body: { copy: { state: 'kept', reason: 'Bewaarredenia' } },
      })
      expect(await copyAt(hers, 'kept')).toMatchObject({
        reason: 'Bewaarredenia',
        until: '2099-01-01T22:59:59.000Z',
        overdue: false,
      })
      const told = async () => (await receiptOf(trio.company, 'sanne', hers)).body.copy.told === 'told'
      await eventually(told, 'that the owner was told')
      const [row] = await inside.store.reader.query('SELECT * FROM deletion_answer')
      expect(JSON.stringify(row) + Buffer.from(row.reason, 'base64')).not.toContain('Bewaarredenia')
    })

    test('is not answered for by another', async () => {
      const answer = { grantId: hers, outcome: 'deleted', from: inside.organisation.did } as const
      await expect(partnerAnswered(answer)).rejects.toMatchObject({ code: 'grant_unknown' })
      expect((await receiptOf(trio.partner, 'bram', hers)).body.copy.state).toBe('kept')
    })

    test('is not answered by what was said earlier and arrives later', async () => {
      const before = trio.clock.now() - HOUR
      await partnerAnswered({ grantId: hers, outcome: 'kept', reason: 'Ouderedenia', at: before })
      expect((await receiptOf(trio.partner, 'bram', hers)).body.copy.reason).toBe('Bewaarredenia')
    })

    test('and then with the partner’s word that it is deleted, which it cannot take back', async () => {
      const entries = async () => {
        const { body } = await trio.partner.call<Items>('partner', 'GET', '/audit?limit=200')
        return body.items.filter(({ action }) => action === 'deletion.answered').length
      }
      expect((await deleted(hers)).body.copy).toMatchObject({ state: 'deleted', reason: null })
      expect(await copyAt(hers, 'deleted')).toMatchObject({ reason: null, until: null })
      expect(await entries()).toBe(2)
      expect((await deleted(hers)).status).toBe(201)
      await partnerAnswered({ grantId: hers, outcome: 'deleted' })
      expect(await entries()).toBe(2)
      const taken = { reason: 'Weigerredenia' }
      await expect(partnerAnswered({ grantId: hers, outcome: 'kept', ...taken })).rejects.toMatchObject({
        code: 'deletion_confirmed',
      })
      expect(await deleted(hers, { kept_reason: 'Weigerredenia' })).toMatchObject({
        status: 409,
        body: { code: 'deletion_confirmed' },
      })
      expect((await receiptOf(trio.company, 'sanne', hers)).body.copy.state).toBe('deleted')
    })

    test('by time is ended by nobody; a copy that stays longer than was said is seen', async () => {
      const id = await grantOn('consent', 'contact-person.email', 'bram', { until: 'PT2H' })
      trio.clock.advance(3 * HOUR)
      const { body } = await receiptOf(trio.partner, 'bram', id)
      expect(body.ended).toMatchObject({ code: 'grant_expired', by: null })
      expect((await receiptOf(trio.company, 'sanne', id)).body.ended).toEqual(body.ended)
      const until = trio.clock.now() + HOUR
      await partnerAnswered({ grantId: id, outcome: 'kept', reason: 'Bewaarredenia', until })
      expect((await receiptOf(trio.partner, 'bram', id)).body.copy.overdue).toBe(false)
      trio.clock.advance(2 * HOUR)
      expect((await receiptOf(trio.partner, 'bram', id)).body.copy).toMatchObject({
        state: 'kept',
        overdue: true,
      })
      expect((await deleted(id)).status).toBe(201)
      await copyAt(id, 'deleted')
    })
  })

  test('nobody is named in the audit log or the logs, nor what they wrote', async () => {
    const audits = await Promise.all([
      trio.partner.call('partner', 'GET', '/audit?limit=200'),
      trio.company.call('company', 'GET', '/audit?limit=200'),
    ])
    const text = JSON.stringify(audits) + logs
    expect(text).toContain('deletion.stated')
    expect(text).toContain('deletion.answered')
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
    for (const node of [trio.partner, trio.company]) {
      const { body } = await node.call(node.config.name, 'GET', '/audit/verification')
      expect(body.intact).toBe(true)
    }
  })
})
