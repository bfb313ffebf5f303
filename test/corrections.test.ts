import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createSecurityEvent, type Tell } from '../src/events/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

interface Sent {
  id: string
  claim: string
  state: string
  outcome: string | null
  proposed: { value: unknown; reason: string } | null
}
interface Received {
  id: string
  claim: string
  grant: string
  state: string
  proposer: { name: string }
  current: unknown
  proposed: { value: unknown; reason: string } | null
  bounce: string | null
  value_changed: boolean
  attested_by: { name: string } | null
}
interface Page<T> {
  items: T[]
}
type Refused = { code: string; params?: Record<string, unknown> }

const email = 'company-profile.email'
const kvk = 'company-registration.kvk_number'
const reason = 'Onze post kwam terug'
const DAY_MS = 86_400_000

onEachEngine((engine) => {
  let trio: TestTrio
  let owner: Inside
  let reader: Inside
  let grants: { company: string; bram: string }
  let logs = ''

  const propose = (body: object, account = 'sanne') =>
    trio.company.call<Sent & Refused>(account, 'POST', '/corrections/sent', { reason, ...body })
  const proposeEmail = (value: string) => propose({ partner: '48245915', claim: email, value })
  const sent = async (id: string, account = 'sanne') => {
    const { body } = await trio.company.call<Page<Sent>>(account, 'GET', '/corrections/sent')
    return body.items.find((one) => one.id === id)
  }
  const outcomeOf = (id: string) =>
    eventually(async () => {
      const found = await sent(id)
      return found && found.state !== 'open' && [found.state, found.outcome, found.proposed]
    }, 'an outcome')
  const received = async (account: string, query = '?state=open') => {
    const { body } = await trio.partner.call<Page<Received>>(account, 'GET', `/corrections${query}`)
    return body.items
  }
  const arrived = (account: string, claim: string) =>
    eventually(
      async () => (await received(account)).find((one) => one.claim === claim),
      `the proposal for ${claim}`,
    )
  const accept = (account: string, id: string, body: object = {}) =>
    trio.partner.call<Received & Refused>(account, 'POST', `/corrections/${id}/acceptance`, body)
  const decline = (account: string, id: string, why = 'value_is_right') =>
    trio.partner.call<Received & Refused>(account, 'POST', `/corrections/${id}/refusal`, { reason: why })
  const profile = async () => {
    const { body } = await trio.partner.call<{ claims: Record<string, unknown> }>(
      'partner',
      'GET',
      '/profile',
    )
    return body.claims
  }
  const grant = async (account: string, body: object = {}) => {
    const list = await trio.partner.call<Page<{ id: string }>>(
      account,
      'GET',
      '/access/requests?state=pending',
    )
    const path = `/access/requests/${list.body.items[0]?.id}/approval`
    const made = await trio.partner.call<{ grant: { id: string } }>(account, 'POST', path, body)
    expect(made.status).toBe(201)
    return made.body.grant.id
  }
  const held = (id: string) =>
    eventually(async () => {
      const { body } = await trio.company.call<Page<{ id: string }>>(
        'sanne',
        'GET',
        '/access/grants/received',
      )
      return body.items.some((one) => one.id === id)
    }, 'the grant')
  /** As the company's node would, whatever it says. */
  const tell = async (said: Tell, by = reader) => {
    const compact = await createSecurityEvent(
      {
        id: randomUUID(),
        issuer: by.organisation.did,
        audience: owner.wallet,
        tell: said,
        at: trio.clock.now(),
      },
      by.signer,
    )
    return fetch(`${owner.wallet}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/secevent+jwt' },
      body: compact,
    })
  }

  beforeAll(async () => {
    const log = (fields: object, message: string) => {
      logs += `${JSON.stringify(fields)} ${message}\n`
    }
    trio = await startTrio(engine, { info: log, warn: log, error: log })
    await settleTrio(trio)
    await trio.company.call('sanne', 'POST', '/access/requests', newRequest)
    grants = { company: await grant('partner'), bram: await grant('bram') }
    await held(grants.company)
    await held(grants.bram)
    owner = await openInside(trio.partner, trio.clock)
    reader = await openInside(trio.company, trio.clock)
  })

  describe('a proposed correction', () => {
    test('is seen by the owner beside its own value, and accepting it corrects that for everybody', async () => {
      const made = await proposeEmail('post@kruimelkoning.example')
      expect(made).toMatchObject({ status: 201, body: { claim: email, state: 'open' } })
      const waiting = await arrived('partner', email)
      expect(waiting).toMatchObject({
        proposer: { name: 'Nietmachine B.V.' },
        current: 'info@kruimelkoning.example',
        proposed: { value: 'post@kruimelkoning.example', reason },
        value_changed: false,
        attested_by: null,
      })
      const accepted = await accept('partner', waiting.id)
      expect(accepted).toMatchObject({ status: 200, body: { state: 'accepted', proposed: null } })
      expect(await profile()).toMatchObject({
        email: 'post@kruimelkoning.example',
        iban: 'NL91ABNA0417164300',
      })
      expect(await outcomeOf(made.body.id)).toEqual(['accepted', null, null])
      const notices = await trio.partner.call<Page<{ kind: string; claims: string[] }>>(
        'partner',
        'GET',
        '/notices',
      )
      expect(notices.body.items[0]).toMatchObject({ kind: 'corrected', claims: [email] })
      const read = await trio.company.call<{ claims: { claim: string; value: unknown }[] }>(
        ...(['sanne', 'POST', '/access/reads', { partner: '48245915' }] as const),
      )
      expect(read.body.claims.find(({ claim }) => claim === email)?.value).toBe('post@kruimelkoning.example')
    })

    test('is declined with a reason that its proposer hears', async () => {
      const made = await proposeEmail('fout@kruimelkoning.example')
      const { id } = await arrived('partner', email)
      expect(await decline('partner', id)).toMatchObject({ status: 200, body: { state: 'declined' } })
      expect(await outcomeOf(made.body.id)).toEqual(['declined', 'value_is_right', null])
      expect((await profile()).email).toBe('post@kruimelkoning.example')
    })

    test('of a person is for her alone to see and to decide', async () => {
      const made = await propose({
        grant: grants.bram,
        claim: 'contact-person.email',
        value: 'bram@thuis.example',
      })
      const { id } = await arrived('bram', 'contact-person.email')
      expect((await received('partner')).map((one) => one.id)).not.toContain(id)
      expect((await accept('partner', id)).body.code).toBe('not_data_subject')
      expect((await decline('partner', id)).body.code).toBe('not_data_subject')
      expect((await accept('bram', id)).status).toBe(200)
      expect(await outcomeOf(made.body.id)).toEqual(['accepted', null, null])
      const { body } = await trio.partner.call<{ claims: object }>('bram', 'GET', '/me/profile')
      expect(body.claims).toMatchObject({ email: 'bram@thuis.example', given_name: 'Bram' })
    })

    test('of what another attests cannot be accepted: the owner sees whom to turn to', async () => {
      const made = await propose({ partner: '48245915', claim: kvk, value: '48245916' })
      const { id, attested_by } = await arrived('partner', kvk)
      expect(attested_by).toMatchObject({ name: 'MYOBI' })
      expect((await accept('partner', id)).body).toMatchObject({ code: 'attested_by_other' })
      expect((await decline('partner', id, 'attested_by_other')).status).toBe(200)
      expect(await outcomeOf(made.body.id)).toEqual(['declined', 'attested_by_other', null])
    })

    test('may say only that what was sent there came back', async () => {
      const made = await propose({ partner: '48245915', claim: email, bounce: 'hard' })
      const { id, bounce } = await arrived('partner', email)
      expect(bounce).toBe('hard')
      expect((await accept('partner', id)).body.code).toBe('correction_without_value')
      expect((await decline('partner', id, 'cannot_verify')).status).toBe(200)
      expect((await outcomeOf(made.body.id))[0]).toBe('declined')
      const empty = await propose({ partner: '48245915', claim: email })
      expect(empty).toMatchObject({ status: 400, body: { code: 'correction_empty' } })
    })

    test('is decided once, also when two decide at the same moment', async () => {
      const made = await proposeEmail('een@kruimelkoning.example')
      const { id } = await arrived('partner', email)
      const answers = await Promise.all([
        accept('partner', id),
        decline('partner', id),
        accept('partner', id),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
      expect(answers.filter(({ body }) => body.code === 'correction_decided')).toHaveLength(2)
      const isAccepted = answers[1]?.status !== 200
      expect((await outcomeOf(made.body.id))[0]).toBe(isAccepted ? 'accepted' : 'declined')
      await trio.partner.call('partner', 'POST', '/profile', { email: 'post@kruimelkoning.example' })
    })

    test('is not accepted over what the owner changed meanwhile, unless she says so', async () => {
      trio.clock.advance(DAY_MS)
      const made = await proposeEmail('oud@kruimelkoning.example')
      const { id } = await arrived('partner', email)
      await trio.partner.call('partner', 'POST', '/profile', { email: 'nieuw@kruimelkoning.example' })
      const refused = await accept('partner', id)
      expect(refused).toMatchObject({ status: 409, body: { code: 'value_changed_meanwhile' } })
      expect(JSON.stringify(refused.body)).not.toMatch(/oud@|nieuw@/)
      expect((await received('partner')).find((one) => one.id === id)).toMatchObject({
        value_changed: true,
        current: 'nieuw@kruimelkoning.example',
        proposed: { value: 'oud@kruimelkoning.example' },
      })
      expect((await accept('partner', id, { anyway: true })).status).toBe(200)
      expect((await profile()).email).toBe('oud@kruimelkoning.example')
      expect((await outcomeOf(made.body.id))[0]).toBe('accepted')
    })

    test('what the owner says no longer is gone, and who could read it hears so', async () => {
      const say = (body: object) => trio.partner.call<{ code?: string }>('partner', 'POST', '/profile', body)
      expect((await say({ without: ['name'] })).body.code).toBe('invalid_input')
      expect((await say({ without: ['email'] })).status).toBe(200)
      expect(await profile()).not.toHaveProperty('email')
      const { body } = await trio.partner.call<{ items: { kind: string; claims: string[] }[] }>(
        'partner',
        'GET',
        '/notices',
      )
      expect(body.items[0]).toMatchObject({ kind: 'corrected', claims: [email] })
      const read = await trio.company.call<{ claims?: { claim: string }[] }>(
        ...(['sanne', 'POST', '/access/reads', { partner: '48245915' }] as const),
      )
      expect((read.body.claims ?? []).map(({ claim }) => claim)).not.toContain(email)
      expect((await say({ email: 'post@kruimelkoning.example' })).status).toBe(200)
      expect((await profile()).email).toBe('post@kruimelkoning.example')
    })
  })

  describe('what may not be proposed', () => {
    test.each<[string, object, number, string]>([
      [
        'a claim that is not granted',
        { claim: 'company-profile.iban', value: 'NL20INGB0001234567' },
        403,
        'no_grant',
      ],
      ['what the claim cannot be', { claim: email, value: 'geen adres' }, 400, 'invalid_claims'],
      [
        'more than 2 KiB',
        { claim: email, value: { note: 'x'.repeat(900), a: 'y'.repeat(900), b: 'z'.repeat(900) } },
        400,
        'invalid_input',
      ],
      ['a claim there is not', { claim: 'company-profile.shoe_size', value: '42' }, 400, 'unknown_claim'],
    ])('%s', async (_what, body, status, code) => {
      const answer = await propose({ partner: '48245915', ...body })
      expect([answer.status, answer.body.code]).toEqual([status, code])
    })

    test('under a grant of somebody else, or that we gave', async () => {
      expect((await propose({ grant: randomUUID(), claim: email, value: 'x@x.example' })).body.code).toBe(
        'grant_unknown',
      )
      const own = await trio.partner.call<Refused>('partner', 'POST', '/corrections/sent', {
        ...{ grant: grants.company, claim: email, value: 'x@x.example', reason },
      })
      expect(own.body.code).toBe('grant_unknown')
    })

    test('by whom the owner does not let look', async () => {
      const answer = await propose({ partner: '48245915', claim: email, value: 'x@x.example' }, 'company')
      expect([answer.status, answer.body.code]).toEqual([403, 'role_not_granted'])
    })

    test('twice at once, or more than the partner can be expected to answer in a day', async () => {
      trio.clock.advance(2 * DAY_MS)
      const first = await proposeEmail('a0@kruimelkoning.example')
      const again = await Promise.all([
        proposeEmail('b@kruimelkoning.example'),
        proposeEmail('c@kruimelkoning.example'),
      ])
      expect(again.map(({ body }) => body.code)).toEqual(['correction_open', 'correction_open'])
      expect((await decline('partner', (await arrived('partner', email)).id)).status).toBe(200)
      await outcomeOf(first.body.id)
      for (let n = 1; n < 10; n++) {
        const { body } = await proposeEmail(`a${n}@kruimelkoning.example`)
        expect((await decline('partner', (await arrived('partner', email)).id)).status).toBe(200)
        await outcomeOf(body.id)
      }
      const tooMany = await proposeEmail('a10@kruimelkoning.example')
      expect([tooMany.status, tooMany.body.code]).toEqual([429, 'too_many_corrections'])
    })
  })

  describe('the owner’s node', () => {
    const said = (over: object = {}): Tell =>
      ({
        kind: 'correction-proposed',
        id: randomUUID(),
        grant: grants.company,
        claim: { vct: 'urn:regie:credential:company-profile:1', path: ['email'] },
        value: 'zelf@kruimelkoning.example',
        reason,
        ...over,
      }) as Tell

    test('limits what comes, whatever the proposer’s node let through', async () => {
      const before = (await received('partner', '')).length
      for (let n = 0; n < 3; n++) expect((await tell(said())).status).toBe(202)
      expect(await received('partner', '')).toHaveLength(before)
    })

    test('counts the same proposal once, also in another event', async () => {
      trio.clock.advance(2 * DAY_MS)
      const twice = said()
      const statuses = await Promise.all([tell(twice), tell(twice)])
      expect(statuses.map(({ status }) => status)).toEqual([202, 202])
      expect(await received('partner')).toHaveLength(1)
      expect((await decline('partner', (await arrived('partner', email)).id)).status).toBe(200)
      expect((await tell(twice)).status).toBe(202)
      expect(await received('partner')).toEqual([])
    })

    test.each<[string, object]>([
      [
        'a claim it did not open',
        { claim: { vct: 'urn:regie:credential:company-profile:1', path: ['iban'] } },
      ],
      ['a claim of another’s', { claim: { vct: 'urn:regie:credential:contact-person:1', path: ['email'] } }],
    ])('takes nothing about %s', async (_what, over) => {
      expect((await tell(said(over))).status).toBe(202)
      expect(await received('partner')).toEqual([])
    })

    test('takes nothing of who holds no such grant, nor what is too large', async () => {
      expect((await tell(said({ grant: randomUUID() }))).status).toBe(400)
      expect((await tell(said(), owner)).status).toBe(400)
      const large = { note: 'x'.repeat(900), a: 'y'.repeat(900), b: 'z'.repeat(900) }
      expect((await tell(said({ value: large }))).status).toBe(400)
      expect(await received('partner')).toEqual([])
    })

    test('takes nothing after it took the grant back, and says so', async () => {
      await trio.partner.call('bram', 'POST', `/access/grants/${grants.bram}/revocation`, {})
      const hers = {
        grant: grants.bram,
        claim: { vct: 'urn:regie:credential:contact-person:1', path: ['email'] },
      }
      expect((await tell(said(hers))).status).toBe(202)
      expect(await received('bram')).toEqual([])
      await eventually(async () => {
        const answer = await propose({
          grant: grants.bram,
          claim: 'contact-person.email',
          value: 'x@x.example',
        })
        return answer.body.code === 'grant_revoked'
      }, 'that the proposer knows')
    })

    test('declines what waits for who leaves', async () => {
      await trio.company.call('sanne', 'POST', '/access/requests', {
        ...newRequest,
        claims: ['contact-person.given_name'],
      })
      const id = await grant('bram')
      await held(id)
      const made = await propose({ grant: id, claim: 'contact-person.given_name', value: 'Abraham' })
      await arrived('bram', 'contact-person.given_name')
      const people = await trio.partner.call<Page<{ id: string; account: string }>>(
        'partner',
        'GET',
        '/people',
      )
      const bram = people.body.items.find(({ account }) => account === 'bram')
      expect(
        (await trio.partner.call('partner', 'POST', `/people/${bram?.id}/leave`, {})).status,
      ).toBeLessThan(300)
      expect((await outcomeOf(made.body.id))[0]).toBe('declined')
    })
  })

  test('no value is in the audit log, the logs, the outbox, or readable where it waits', async () => {
    const open = await proposeEmail('geheim@kruimelkoning.example')
    expect(open.status).toBe(201)
    await arrived('partner', email)
    const kept = []
    for (const { store } of [owner, reader])
      for (const table of [
        'outbox',
        'sent_correction',
        'received_correction',
        'audit_entry',
        'received_event',
      ])
        kept.push(JSON.stringify(await store.reader.query(`SELECT * FROM ${table}`)))
    const all = kept.join('\n') + logs
    expect(all).toContain('correction.proposed')
    expect(all).not.toMatch(/geheim@|oud@kruimel|Onze post/)
    for (const [, sealed = ''] of kept.join('\n').matchAll(/"sealed":"([^"]+)"/g))
      expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('geheim@')
    expect((await sent(open.body.id, 'company'))?.proposed).toBeNull()
    expect((await sent(open.body.id))?.proposed?.value).toBe('geheim@kruimelkoning.example')
  })
})
