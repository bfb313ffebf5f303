import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { rows } from '../src/store/index.ts'
import { atEnd } from './support/endings.ts'
import { onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'
import { openReceiver } from './support/receiver.ts'

interface Value {
  claim: string
  value: unknown
  hidden: boolean
  state: string
  subject: string
  source: { kind: string; name: string | null }
  trusted: boolean
  grant: string
  withdrawn: { code: string } | null
}
interface Partner {
  id: string
  did: string
  contact: { email: string }
  values: Value[]
  differences: { field: string; claim: string }[]
}
interface Changes {
  items: {
    seq: number
    partner: { id: string; did: string }
    kind: string
    claims: string[]
    grant: string
  }[]
  cursor: string
  more: boolean
}
interface Page {
  items: { id: string; state: string; claims: string[] }[]
}

const emailClaim = 'company-profile.email'
const ibanClaim = 'company-profile.iban'
const partnerPath = '/partners/48245915'

onEachEngine((engine) => {
  let trio: TestTrio
  let system = ''

  const record = async (account = 'sanne') => {
    const { status, body } = await trio.company.call<Partner>(account, 'GET', partnerPath)
    expect(status).toBe(200)
    return body
  }
  const bySystem = async <T>(method: string, path: string, body?: object) => {
    const response = await fetch(`${trio.company.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${system}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as T }
  }
  const read = () =>
    trio.company.call<{ code: string }>('sanne', 'POST', '/access/reads', { partner: '48245915' })
  const approve = async (account: string, body: object = {}) => {
    const page = await trio.partner.call<Page>(account, 'GET', '/access/requests?state=pending')
    const { status } = await trio.partner.call(
      account,
      'POST',
      `/access/requests/${page.body.items[0]?.id}/approval`,
      body,
    )
    expect(status).toBe(201)
  }
  const held = (count: number) =>
    eventually(async () => {
      const { body } = await trio.company.call<Page>('sanne', 'GET', '/access/grants/received')
      return body.items.filter(({ state }) => state === 'live').length === count
    }, `${count} grants`)
  const changes = async (after = '0') => {
    const { body } = await trio.company.call<Changes>('sanne', 'GET', `/partners/changes?after=${after}`)
    return body
  }
  const shown = (partner: Partner) =>
    partner.values.map(({ claim, value, state }) => [claim, value, state]).sort()

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    await importPartner(trio.company, 'oud@kruimelkoning.example')
    expect((await trio.company.call('sanne', 'POST', '/access/requests', newRequest)).status).toBe(201)
    await approve('partner', { until: '2099-01-01' })
    await approve('bram')
    const scopes = ['access:request', 'access:read', 'partners:read']
    const made = await trio.company.call<{ token: string }>('company', 'POST', '/systems', {
      name: 'CRM',
      scopes,
    })
    system = made.body.token
    const asked = { ...newRequest, claims: [ibanClaim] }
    expect((await bySystem('POST', '/access/requests', asked)).status).toBe(201)
    await approve('partner', { allow_system: true })
    await held(3)
  })

  describe('the record of a partner', () => {
    test('holds nothing that nobody read', async () => {
      expect(await record()).toMatchObject({ values: [], differences: [] })
      expect(await changes()).toEqual({ items: [], cursor: '0', more: false })
    })

    test('shows what was read beside our own, with its source', async () => {
      expect((await read()).status).toBe(200)
      const partner = await record()
      expect(shown(partner)).toEqual([
        [emailClaim, 'info@kruimelkoning.example', 'current'],
        ['company-registration.kvk_number', '48245915', 'current'],
        ['contact-person.email', 'bram@kruimelkoning.example', 'current'],
      ])
      expect(
        partner.values.map(({ claim, source, trusted }) => [claim, source.kind, source.name, trusted]).sort(),
      ).toEqual([
        [emailClaim, 'self_declared', null, true],
        ['company-registration.kvk_number', 'attested', 'MYOBI', true],
        ['contact-person.email', 'self_declared', null, true],
      ])
      expect(partner.values.filter(({ subject }) => subject !== partner.did)).toHaveLength(1)
      expect(partner.contact.email).toBe('oud@kruimelkoning.example')
      expect(partner.differences.map(({ field, claim }) => [field, claim])).toEqual([['email', emailClaim]])
    })

    test('shows a value only to whom the owner granted it', async () => {
      const byOther = await record('company')
      expect(byOther.values.map(({ value, hidden, state }) => [value, hidden, state])).toEqual(
        Array(3).fill([null, true, 'current']),
      )
      expect(byOther.differences).toEqual([])
      expect(JSON.stringify(byOther)).not.toMatch(/info@|bram@/)
      const seenBySystem = await bySystem<Partner>('GET', partnerPath)
      expect(seenBySystem.body.values.every(({ hidden }) => hidden)).toBe(true)
      await bySystem('POST', '/access/reads', { partner: '48245915', claims: [ibanClaim] })
      const again = (await bySystem<Partner>('GET', partnerPath)).body.values
      expect(again.find(({ claim }) => claim === ibanClaim)).toMatchObject({
        value: 'NL91ABNA0417164300',
        hidden: false,
      })
      expect((await record()).values.find(({ claim }) => claim === ibanClaim)).toMatchObject({
        value: null,
        hidden: true,
      })
    })

    test('tells the systems of the company what changed, in order, without values', async () => {
      const feed = await changes()
      expect(feed.items.map(({ seq, kind }) => [seq, kind])).toEqual(
        feed.items.map((_, at) => [at + 1, 'value_read']),
      )
      expect(feed.items.flatMap(({ claims }) => claims).sort()).toEqual([
        emailClaim,
        ibanClaim,
        'company-registration.kvk_number',
        'contact-person.email',
      ])
      const { id, did } = await record()
      expect(feed.items.every(({ partner }) => partner.id === id && partner.did === did)).toBe(true)
      expect(JSON.stringify(feed)).not.toMatch(/info@|NL91/)
      const { body } = await bySystem<Changes>('GET', '/partners/changes?after=1&limit=1')
      expect(body).toMatchObject({ items: [{ seq: 2 }], cursor: '2', more: true })
    })

    test('is read again, by the system that may, when the partner says that something changed', async () => {
      const before = await changes()
      const { store } = await openInside(trio.company, trio.clock)
      /** Looks at what the partner has, as our own log keeps them; a look at our copy names our own row of it. */
      const looks = async () => {
        const found = await rows<{ n: number }>(
          store.reader,
          "SELECT count(*) AS n FROM own_look WHERE partner LIKE 'did:%'",
        )
        return Number(found[0]?.n)
      }
      const looksBefore = await looks()
      const erp = await openReceiver()
      atEnd(() => erp.close())
      expect((await trio.company.call('company', 'POST', '/webhooks', { url: erp.url })).status).toBe(201)
      const corrected = await trio.partner.call('partner', 'POST', '/profile', { iban: 'NL20INGB0001234567' })
      expect(corrected.status).toBe(200)
      await eventually(async () => {
        const { body } = await bySystem<Partner>('GET', partnerPath)
        return body.values.find(({ claim }) => claim === ibanClaim)?.value === 'NL20INGB0001234567'
      }, 'the new account number')
      const { items } = await changes(before.cursor)
      expect(items.map(({ kind, claims }) => [kind, ...claims])).toEqual([
        ['outdated', ibanClaim],
        ['value_changed', ibanClaim],
      ])
      const log = await trio.partner.call<{
        items: { outcome: string; actor: { kind: string; name: string } }[]
      }>('partner', 'GET', '/access/events')
      expect(log.body.items[0]).toMatchObject({ outcome: 'permit', actor: { kind: 'system', name: 'CRM' } })
      await eventually(async () => (await notices())[0]?.state === 'acknowledged', 'that the owner knows')
      await eventually(async () => erp.calls.length === 2, 'the calls to the system of the company')
      expect(erp.calls.map(({ event }) => event)).toMatchObject([
        { type: 'nl.regie.partner.outdated', data: { claims: [ibanClaim] } },
        { type: 'nl.regie.partner.value_changed', data: { claims: [ibanClaim] } },
      ])
      expect(JSON.stringify(erp.calls)).not.toContain('NL20INGB')
      expect((await notices())[0]?.read_at).toMatch(/^20/)
      expect((await looks()) - looksBefore).toBe(1)
    })

    test('says so while only people may read what changed, until one does', async () => {
      await trio.partner.call('partner', 'POST', '/profile', { email: 'nieuw@kruimelkoning.example' })
      await eventually(async () => {
        const notice = (await notices())[0]
        return notice?.state === 'impossible' && notice.outcome === 'system_not_allowed'
      }, 'that nobody but people may read')
      expect((await record()).values.find(({ claim }) => claim === emailClaim)).toMatchObject({
        state: 'changed',
        value: 'info@kruimelkoning.example',
      })
      expect((await read()).status).toBe(200)
      expect((await record()).values.find(({ claim }) => claim === emailClaim)).toMatchObject({
        state: 'current',
        value: 'nieuw@kruimelkoning.example',
      })
    })

    test('loses what is taken back at the next read; that it was there remains', async () => {
      const { body } = await trio.partner.call<Page>('bram', 'GET', '/access/grants')
      const [grant] = body.items
      await trio.partner.call('bram', 'POST', `/access/grants/${grant?.id}/revocation`, {})
      expect((await read()).status).toBe(200)
      const partner = await record()
      expect(partner.values.find(({ claim }) => claim === 'contact-person.email')).toMatchObject({
        value: null,
        hidden: false,
        state: 'withdrawn',
        source: { kind: 'self_declared' },
        withdrawn: { code: 'grant_revoked' },
      })
      expect(partner.values.find(({ claim }) => claim === emailClaim)?.value).not.toBeNull()
      const { items } = await changes()
      expect(items.find(({ kind }) => kind === 'value_withdrawn')).toMatchObject({
        kind: 'value_withdrawn',
        claims: ['contact-person.email'],
        grant: grant?.id,
      })
      const list = await trio.company.call<{ items: { action: string }[] }>(
        'company',
        'GET',
        '/audit?limit=200',
      )
      expect(list.body.items.map(({ action }) => action)).toContain('record.value_withdrawn')
    })

    if (engine === 'sqlite')
      test('lies in the database without a value in the clear', async () => {
        const { storage } = trio.company.config
        if (storage.engine !== 'sqlite') throw new Error('this is about the file')
        for (const file of [storage.file, `${storage.file}-wal`])
          expect(readFileSync(file, 'latin1')).not.toMatch(/info@kruimelkoning|nieuw@kruimelkoning|NL20INGB/)
      })

    test('shows nothing of a grant that ran out', async () => {
      const partner = await record()
      const { cursor } = await changes()
      trio.clock.advance(200 * 86_400_000)
      expect((await trio.company.call('sanne', 'POST', '/me/token', {})).status).toBe(200)
      trio.clock.advance(200 * 86_400_000)
      const later = await record()
      const iban = later.values.find(({ claim }) => claim === ibanClaim)
      expect(iban).toMatchObject({ value: null, state: 'withdrawn', withdrawn: { code: 'grant_expired' } })
      expect(later.values).toHaveLength(partner.values.length)
      await trio.company.restart()
      await eventually(async () => (await changes(cursor)).items.length > 0, 'that the value is destroyed')
      expect((await changes(cursor)).items[0]).toMatchObject({ kind: 'value_withdrawn', claims: [ibanClaim] })
    })
  })

  /** What the owner sees of whom it told. */
  async function notices() {
    const { body } = await trio.partner.call<{
      items: { state: string; outcome: string | null; read_at: string | null }[]
    }>('partner', 'GET', '/notices')
    return body.items
  }
})

/** Takes the partner over from our books. */
async function importPartner(node: TestNode, email: string): Promise<void> {
  const { name } = node.config
  const { body } = await node.call<{ id: string }>(name, 'POST', '/partners/imports')
  const list = [
    'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC',
    `D1;Kruimelkoning B.V.;;;;;NL;;;${email};;48245915;;`,
  ]
  const added = await fetch(`${node.url}/api/v1/partners/imports/${body.id}/files?name=debiteuren.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${node.token(name)}`, 'content-type': 'application/octet-stream' },
    body: list.join('\n'),
  })
  expect(added.status).toBeLessThan(300)
  const applied = await node.call<{ new: number }>(name, 'POST', `/partners/imports/${body.id}/apply`, {
    pick: 'all',
  })
  expect(applied.body.new).toBe(1)
}
