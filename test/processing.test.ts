import { beforeAll, describe, expect, test } from 'vitest'
import { atEnd } from './support/endings.ts'
import { onEachEngine } from './support/engines.ts'
import { importFiles } from './support/import-list.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'
import { openReceiver, type Receiver } from './support/receiver.ts'

interface Notice {
  id: string
  partner: string
  name: string | null
  company: string | null
  kinds: string[]
  sources: { name: string; format: string }[]
  state: string
  due_at: string
  because: string
  overdue: boolean
  how: string | null
}
interface Letter extends Notice {
  missing: string[]
  subject: string | null
  text: string | null
  html: string | null
}
interface Items<T> {
  items: T[]
}

const snelstart =
  'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC'
const DAY = 86_400_000
const settings = {
  privacy_contact: { name: 'Privacy', email: 'privacy@nietmachine.example' },
  data_protection_officer: 'none',
  role: 'controller',
  relation_purposes: ['customer-management', 'order-management'],
  relation_basis: 'legitimate-interest',
  relation_interest: {
    nl: 'Wij houden contact met onze klanten.',
    en: 'We keep in touch with our customers.',
  },
  relation_retention: {
    nl: 'Tot zeven jaar na de laatste boeking.',
    en: 'Seven years after the last booking.',
  },
  transfers: { nl: 'Uw gegevens blijven binnen de EER.', en: 'Your data stay in the EEA.' },
}

onEachEngine((engine) => {
  let trio: TestTrio
  let receiver: Receiver

  const notices = async (query = '') => {
    const path = `/informing?limit=200${query}`
    const { status, body } = await trio.company.call<Items<Notice>>('company', 'GET', path)
    expect(status).toBe(200)
    return body.items
  }
  const noticeOf = async (name: string) => {
    const found = (await notices()).filter((one) => one.name === name)
    expect(found).toHaveLength(1)
    return found[0] as Notice
  }
  const letter = async (id: string, language: string) =>
    (await trio.company.call<Letter>('company', 'GET', `/informing/${id}?language=${language}`)).body
  const told = (type: string) => receiver.effects.filter(({ event }) => event.type === `nl.regie.${type}`)

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    receiver = await openReceiver()
    atEnd(() => receiver.close())
    const events = ['made', 'due', 'overdue'].map((one) => `nl.regie.source_notice.${one}`)
    const hooked = { url: receiver.url, events }
    expect((await trio.company.call('company', 'POST', '/webhooks', hooked)).status).toBe(201)
  })

  describe('persons whom an import brought', () => {
    test('must be told within a month, and the company’s own systems hear of each', async () => {
      const before = trio.clock.now()
      const applied = await importFiles(trio.company, ['examples/auditfile.xaf', 'examples/debiteuren.csv'])
      const open = await notices()
      expect(open.length).toBe(applied.to_inform?.count)
      const anneke = await noticeOf('Anneke Verzinsel')
      expect(anneke).toMatchObject({
        ...{ company: 'Bakkerij De Kruimelkoning B.V.', state: 'open', because: 'month', overdue: false },
        ...{ kinds: ['name', 'company', 'email', 'phone'], how: null },
      })
      expect(anneke.sources).toContainEqual({ name: 'debiteuren.csv', format: 'csv' })
      const days = (Date.parse(anneke.due_at) - before) / DAY
      expect(days).toBeGreaterThan(27)
      expect(days).toBeLessThan(32)
      await eventually(async () => told('source_notice.made').length === open.length, 'a webhook for each')
      expect(JSON.stringify(receiver.effects)).not.toContain('Verzinsel')
    })

    test('are told once, however often they are imported; a new source only adds what is new', async () => {
      const before = await notices()
      await importFiles(trio.company, ['examples/debiteuren.csv'])
      expect(await notices()).toEqual(before)
      const list = (name: string, row: string) => ({ name, text: `${snelstart}\n${row}` })
      const first = list('nieuw.csv', 'N1;Nieuw B.V.;Nora Nieuw;;;;NL;;;nora@nieuw.example;;48316274;;')
      const row = 'M7;Nieuwer B.V.;Nora  NIEUW;;;;NL;010-1234567;;Nora@nieuw.example;;48245923;;'
      const more = list('meer.csv', row)
      await importFiles(trio.company, [first])
      await importFiles(trio.company, [more])
      const hers = (await notices()).filter(({ name }) => name?.startsWith('Nora'))
      expect(hers.map(({ kinds }) => kinds)).toEqual([['phone'], ['name', 'company', 'email']])
    })

    test('nobody is sent a letter that does not say what must be said', async () => {
      const { id } = await noticeOf('Anneke Verzinsel')
      expect((await letter(id, 'nl')).missing).toContain('relation_purposes')
      const sent = await trio.company.call('company', 'POST', `/informing/${id}/sent`, { how: 'mail' })
      expect(sent).toMatchObject({ status: 422, body: { code: 'source_notice_incomplete' } })
      const wrong = await trio.company.call('company', 'POST', '/processing/settings', {
        relation_purposes: ['world-domination'],
      })
      expect(wrong).toMatchObject({ status: 400, body: { code: 'unknown_purpose' } })
      expect((await trio.company.call('company', 'POST', '/processing/settings', settings)).status).toBe(200)
      expect((await letter(id, 'nl')).missing).toEqual([])
    })

    test('the first contact makes it due at once', async () => {
      const { id } = await noticeOf('Anneke Verzinsel')
      const asked = await trio.company.call('sanne', 'POST', '/access/requests', newRequest)
      expect(asked.status).toBe(201)
      const due = (await notices()).find((one) => one.id === id)
      expect(due).toMatchObject({ because: 'first_contact', state: 'open' })
      expect(Date.parse(due?.due_at ?? '')).toBeLessThanOrEqual(trio.clock.now())
      const others = (await notices()).filter(({ because }) => because !== 'month')
      expect(others.map(({ partner }) => partner)).toEqual([due?.partner])
      await eventually(async () => told('source_notice.due').length === 1, 'a webhook that it is due')
    })

    test('so does her data going to somebody, as an employee says', async () => {
      const { id, partner } = await noticeOf('Bram Nepstra')
      const said = { partner, because: 'first_disclosure' }
      const made = await trio.company.call('company', 'POST', '/informing/moments', said)
      expect(made.body).toEqual({ due: 1 })
      expect((await trio.company.call('company', 'POST', '/informing/moments', said)).body).toEqual({
        due: 0,
      })
      expect((await notices()).find((one) => one.id === id)?.because).toBe('first_disclosure')
      expect((await notices('&overdue=true')).map(({ name }) => name).sort()).toEqual([
        'Anneke Verzinsel',
        'Bram Nepstra',
      ])
    })

    test('the letter says it all, in Dutch and in English, to whoever may send it', async () => {
      const { id } = await noticeOf('Anneke Verzinsel')
      const nl = await letter(id, 'nl')
      expect(nl.subject).toBe('Uw gegevens bij Nietmachine B.V.')
      for (const part of [
        ...['Geachte Anneke Verzinsel', 'Bakkerij De Kruimelkoning B.V.', 'uw e-mailadres', 'debiteuren.csv'],
        ...['Klantbeheer', 'AVG artikel 6(1)(f)', 'Wij houden contact', 'Tot zeven jaar', 'bezwaar'],
        ...['privacy@nietmachine.example', 'Autoriteit Persoonsgegevens', 'binnen de EER'],
      ]) {
        expect(nl.text).toContain(part)
        expect(nl.html).toContain(part)
      }
      const en = await letter(id, 'en')
      for (const part of ['Dear Anneke', 'Managing customers', 'GDPR article 6(1)(f)', 'to erase your data'])
        expect(en.text).toContain(part)
      const system = { name: 'Mail', scopes: ['partners:read'] }
      const { body } = await trio.company.call<{ token: string }>('company', 'POST', '/systems', system)
      const fetched = await fetch(`${trio.company.url}/api/v1/informing/${id}`, {
        headers: { authorization: `Bearer ${body.token}` },
      })
      expect(((await fetched.json()) as Letter).text).toBe(nl.text)
    })

    test('she is told once; what she was told is kept', async () => {
      const { id } = await noticeOf('Anneke Verzinsel')
      const asOfNow = await letter(id, 'nl')
      const send = () =>
        trio.company.call<Notice>('company', 'POST', `/informing/${id}/sent`, { how: 'mail' })
      const answers = await Promise.all([send(), send()])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
      await trio.company.call('company', 'POST', '/processing/settings', {
        relation_retention: { nl: 'Een jaar.', en: 'A year.' },
      })
      expect(await letter(id, 'en')).toMatchObject({ state: 'sent', how: 'mail', text: asOfNow.text })
    })

    test('whoever has the information already need not be told, with the reason', async () => {
      const { id } = await noticeOf('Bram Nepstra')
      const said = { why: 'has_information', reason: 'Gesproken op de beurs, brief overhandigd' }
      const path = `/informing/${id}/not-needed`
      expect((await trio.company.call('company', 'POST', path, said)).body).toMatchObject({
        ...{ state: 'not_needed', how: 'has_information', reason: said.reason },
      })
      expect((await trio.company.call('company', 'POST', path, said)).body).toMatchObject({
        code: 'source_notice_settled',
      })
      const entries = await trio.company.call<Items<unknown>>('company', 'GET', '/audit?limit=200')
      expect(JSON.stringify(entries.body)).toContain('source_notice.not_needed')
      expect(JSON.stringify(entries.body)).not.toContain('beurs')
    })
  })
})
