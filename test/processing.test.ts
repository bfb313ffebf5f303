import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { recordOutput } from '../src/processing/index.ts'
import { packageRoot } from './support/build.ts'
import { atEnd } from './support/endings.ts'
import { onEachEngine } from './support/engines.ts'
import { importFiles } from './support/import-list.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'
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
interface Case {
  id: string
  scope: { partners: string[]; from: string }
  discovered_at: string
  deadline_at: string
  overdue: boolean
  version: number
  code?: string
}
interface Affected {
  items: { subject: { kind: string; id: string; partner: string | null }; claims: string[]; by: string[] }[]
}
interface Report {
  steps: { step: string }[]
}
interface ProcessingRecord {
  last_change: string | null
  activities: {
    code: string
    data: { name: string; data_class: string | null }[]
    recipients: { name: string }[]
    recipient_groups: { nl: string }[]
  }[]
  transfers: { country_unknown: { name: string }[] }
  to_be_filled_in: { activity: string | null; field: string }[]
}
interface Items<T> {
  items: T[]
}

const snelstart =
  'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC'
const DAY = 86_400_000
const story = { title: 'Gestolen token', description: 'Een token van een medewerker lag op straat' }
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
  relation_recipients: { nl: 'Onze boekhouder', en: 'Our bookkeeper' },
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

  describe('a stolen token', () => {
    let stolen = ''
    let opened = ''
    const began = () => new Date(trio.clock.now() - 60_000).toISOString()
    const open = (node: TestNode, body: object) =>
      node.call<Case>(node.config.name, 'POST', '/breaches', { ...story, from: began(), ...body })
    const affected = async (node: TestNode, id: string) =>
      (await node.call<Affected>(node.config.name, 'GET', `/breaches/${id}/affected`)).body
    const byThief = (path: string, body?: object) =>
      fetch(`${trio.company.url}/api/v1${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${stolen}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
    beforeAll(async () => {
      const path = '/access/requests?state=pending'
      for (const [account, body] of [
        ['partner', { until: '2099-01-01' }],
        ['bram', {}],
      ] as const) {
        const { body: page } = await trio.partner.call<Items<{ id: string }>>(account, 'GET', path)
        const approval = `/access/requests/${page.items[0]?.id}/approval`
        expect((await trio.partner.call(account, 'POST', approval, body)).status).toBe(201)
      }
      await eventually(async () => {
        const { body } = await trio.company.call<Items<object>>('sanne', 'GET', '/access/grants/received')
        return body.items.length === 2
      }, 'two grants')
      stolen = trio.company.token('sanne')
      const hooked = {
        url: receiver.url,
        events: ['opened', 'deadline_near', 'overdue'].map((one) => `nl.regie.breach.${one}`),
      }
      expect((await trio.company.call('company', 'POST', '/webhooks', hooked)).status).toBe(201)
    })

    test('read: the case lists exactly whose data that was, by the token and not by whose it is', async () => {
      const { partner } = await noticeOf('Dirk van der Fantasie')
      const other = await noticeOf('Nadia Fantasie')
      expect((await byThief('/access/reads', { partner: '48245915' })).status).toBe(200)
      expect((await byThief(`/partners/${partner}`)).status).toBe(200)
      // She gets another one: from then on it is she who looks.
      expect((await trio.company.call('sanne', 'POST', '/me/token', {})).status).toBe(200)
      expect((await byThief(`/partners/${partner}`)).status).toBe(401)
      expect((await trio.company.call('sanne', 'GET', `/partners/${other.partner}`)).status).toBe(200)
      const { status, body } = await open(trio.company, { tokens: [stolen] })
      expect(status).toBe(201)
      opened = body.id
      expect(JSON.stringify(body)).not.toContain(stolen)
      const found = await affected(trio.company, opened)
      const held = await trio.company.call<Items<{ grantor: string; claims: string[] }>>(
        ...(['sanne', 'GET', '/access/grants/received'] as const),
      )
      const grantorOf = (claim: string) =>
        held.body.items.find(({ claims }) => claims.includes(claim))?.grantor ?? 'nobody'
      expect(found.items.map(({ subject, claims }) => [subject.kind, subject.id, claims]).sort()).toEqual(
        [
          ['imported', partner, ['company', 'email', 'name', 'phone']],
          [
            'of_partner',
            grantorOf('company-profile.email'),
            ['company-profile.email', 'company-registration.kvk_number'],
          ],
          ['of_partner', grantorOf('contact-person.email'), ['contact-person.email']],
        ].sort(),
      )
      expect(JSON.stringify(found)).not.toMatch(/Fantasie|kruimelkoning\.example/)
      const all = await affected(trio.company, (await open(trio.company, { actors: ['sanne'] })).body.id)
      expect(all.items.map(({ subject }) => subject.id)).toContain(other.partner)
    })

    test('on the other side, who looked is a partner: its case names the same persons', async () => {
      const asker = await organisationDid(trio)
      const { body } = await open(trio.partner, { partners: [asker], types: ['contact-person'] })
      const found = await affected(trio.partner, body.id)
      expect(found.items).toHaveLength(1)
      expect(found.items[0]).toMatchObject({
        ...{ subject: { kind: 'ours' }, claims: ['contact-person.email'], by: [asker] },
      })
      const none = await open(trio.partner, { partners: ['did:web:nobody.example'] })
      expect((await affected(trio.partner, none.body.id)).items).toEqual([])
    })

    test('a token or account that was never here is refused, and times that cannot be', async () => {
      expect((await open(trio.company, { tokens: ['regie_nobody'] })).body).toMatchObject({
        code: 'token_unknown',
      })
      expect((await open(trio.company, { actors: ['nobody'] })).body).toMatchObject({ code: 'actor_unknown' })
      const later = new Date(trio.clock.now() + DAY).toISOString()
      const yesterday = new Date(trio.clock.now() - DAY).toISOString().slice(0, 10)
      expect((await open(trio.company, { from: 'gisteren' })).body).toMatchObject({ code: 'invalid_input' })
      expect((await open(trio.company, { partners: ['Onbekend B.V.'] })).body).toMatchObject({
        code: 'partner_unknown',
      })
      const before = new Date(trio.clock.now() - 3 * DAY).toISOString()
      for (const wrong of [{ discovered_at: before, from: yesterday }, { until: later }])
        expect((await open(trio.company, wrong)).body).toMatchObject({ code: 'breach_times_wrong' })
      const local = { from: `${yesterday}T09:30`, partners: ['48245915'] }
      const named = await open(trio.company, local)
      expect(named.status).toBe(201)
      expect(named.body.scope.partners).toEqual([expect.stringContaining('did:ethr:')])
      expect(named.body.scope.from).toMatch(/T0[78]:30/)
      expect((await open(trio.company, { discovered_at: later })).body).toMatchObject({
        code: 'breach_times_wrong',
      })
    })

    test('nobody but administrators and auditors sees it', async () => {
      for (const path of ['/breaches', `/breaches/${opened}`, `/breaches/${opened}/affected`])
        expect((await trio.company.call('sanne', 'GET', path)).status).toBe(403)
    })

    test('its clock is heard of, once near the end and once when it is over', async () => {
      const path = `/breaches/${opened}`
      const { body } = await trio.company.call<Case>('company', 'GET', path)
      expect(Date.parse(body.deadline_at) - Date.parse(body.discovered_at)).toBe(3 * DAY)
      const heard = (type: string) =>
        told(`breach.${type}`).filter(({ event }) => event.subject === opened).length
      await eventually(async () => heard('opened') === 1, 'that it was opened')
      trio.clock.advance(2.5 * DAY)
      await trio.company.restart()
      await eventually(async () => heard('deadline_near') === 1, 'that time is short')
      trio.clock.advance(DAY)
      await trio.company.restart()
      await eventually(async () => heard('overdue') === 1, 'that it is late')
      await trio.company.restart()
      expect((await trio.company.call<Case>('company', 'GET', path)).body.overdue).toBe(true)
      expect([heard('deadline_near'), heard('overdue')]).toEqual([1, 1])
    })

    test('it closes only when all is decided and what was decided is done', async () => {
      const path = `/breaches/${opened}`
      const post = (more: string, body: object, seen?: number) =>
        trio.company.call<Case>('company', 'POST', `${path}${more}`, body, seen)
      const close = () => post('/closing', { text: 'Tokens korter laten leven' })
      expect((await close()).body).toMatchObject({
        ...{ code: 'breach_not_finished', params: { missing: ['authority_decision', 'persons_decision'] } },
      })
      const yes = { about: 'authority', report: true, reason: 'Risico voor betrokkenen' }
      const { version } = (await trio.company.call<Case>('company', 'GET', path)).body
      const both = await Promise.all([post('/decisions', yes, version), post('/decisions', yes, version)])
      const [first, second] = both.sort((a, b) => a.status - b.status)
      expect(first?.status).toBe(200)
      expect(['breach_changed', 'changed_meanwhile']).toContain(second?.body.code)
      expect(await post('/decisions', yes, version)).toMatchObject({ status: 412 })
      await post('/decisions', { about: 'persons', report: false, reason: 'Geen hoog risico' })
      expect((await close()).body).toMatchObject({ params: { missing: ['report'] } })
      await post('/steps', { step: 'reported', text: 'AP-2026-1' })
      await post('', { note: 'Oorzaak gevonden', cause: 'Token in een logbestand' })
      const { body } = await trio.company.call<{ report: Report; html: string }>(
        'company',
        'GET',
        `${path}/report?format=html&language=nl`,
      )
      expect(body.report).toMatchObject({
        what: { cause: 'Token in een logbestand' },
        when: { late: true },
        persons: { parties: 3, of_partners: 2, imported: 1 },
        missing: ['nature', 'systems', 'consequences', 'measures'],
      })
      expect(body.report.steps.map(({ step }) => step)).toEqual([
        ...['opened', 'authority_decided', 'persons_decided', 'reported', 'amended'],
      ])
      expect(body.html).toContain('Token in een logbestand')
      const closed = await Promise.all([close(), close()])
      expect(closed.map(({ status }) => status).sort()).toEqual([200, 409])
      expect((await post('/decisions', yes)).body).toMatchObject({ code: 'breach_closed' })
      const entries = await trio.company.call<Items<unknown>>('company', 'GET', '/audit?limit=200')
      expect(JSON.stringify(entries.body)).toContain('breach.closed')
      expect(JSON.stringify(entries.body)).not.toContain('logbestand')
    })
  })

  describe('the record of processing', () => {
    const record = async (node: TestNode, query = '') =>
      (
        await node.call<{ record: ProcessingRecord; content: string | null }>(
          ...([node.config.name, 'GET', `/processing/record${query}`] as const),
        )
      ).body

    test('says what the node really does, with whom, for what and on what basis', async () => {
      const { record: ours, content } = await record(trio.company)
      expect(content).toBeNull()
      const codes = ours.activities.map(({ code }) => code)
      expect(codes).toEqual(['relations', 'people', 'logs', 'held:order-management'])
      expect(ours.activities[3]).toMatchObject({
        ...{
          legal_bases: [{ article: '6(1)(b)' }],
          recipients: [{ name: 'Bakkerij De Kruimelkoning B.V.' }],
        },
        subjects: ['organisations', 'partner_people'],
      })
      expect(ours.activities[3]?.data.map(({ name, data_class }) => [name, data_class]).sort()).toEqual([
        ...[
          ['company-profile.email', 'confidential'],
          ['company-registration.kvk_number', 'public'],
        ],
        ['contact-person.email', 'confidential'],
      ])
      const { record: theirs } = await record(trio.partner)
      expect(theirs.activities.map(({ code }) => code)).toEqual(['people', 'logs', 'given:order-management'])
      expect(theirs.activities[2]?.recipients).toMatchObject([{ name: 'Nietmachine B.V.' }])
      const groupsOf = (code: string) =>
        ours.activities.find((one) => one.code === code)?.recipient_groups.map(({ nl }) => nl)
      expect(groupsOf('relations')).toEqual([expect.stringContaining('MYOBI'), 'Onze boekhouder'])
      expect(groupsOf('people')).toEqual([
        expect.stringContaining('naam en rol'),
        expect.stringContaining('MYOBI'),
      ])
      expect(groupsOf('logs')).toHaveLength(1)
    })

    test('lists what only the organisation can say, and of whom the country is not known', async () => {
      const { record: theirs } = await record(trio.partner)
      const open = theirs.to_be_filled_in.map(({ activity, field }) =>
        [activity, field].filter(Boolean).join(' '),
      )
      for (const one of ['role', 'transfers', 'measures', 'people legal_bases']) expect(open).toContain(one)
      // What no setting says is not asked for.
      expect(open.filter((one) => one.startsWith('given:'))).toEqual([])
      expect(theirs.transfers.country_unknown).toMatchObject([{ name: 'Nietmachine B.V.' }])
      const { record: ours } = await record(trio.company)
      expect(ours.transfers.country_unknown).toEqual([])
      expect(ours.to_be_filled_in.map(({ field }) => field)).not.toContain('relation_basis')
      const before = Date.parse(ours.last_change ?? '')
      const basis = { people_basis: 'contract' }
      const stale = await trio.company.call('company', 'POST', '/processing/settings', basis, 0)
      expect(stale).toMatchObject({ status: 412, body: { code: 'changed_meanwhile' } })
      await trio.company.call('company', 'POST', '/processing/settings', basis)
      expect(Date.parse((await record(trio.company)).record.last_change ?? '')).toBeGreaterThan(before)
    })

    test('says what the questions of the catalogue are for, on what basis, and what they need', async () => {
      const codesOf = async () => (await record(trio.company)).record.activities.map(({ code }) => code)
      expect(await codesOf()).not.toContain('catalogue:payment')
      const question = {
        ...{ code: 'invoice-question', title: { nl: 'Vraag over een factuur', en: 'An invoice' } },
        ...{ purpose: 'payment', basis: 'contract', claims: ['company-profile.email'] },
        ...{ reason: 'Wij zoeken het uit', value: 'U hebt antwoord', length: 'P30D' },
        roles: ['account_manager'],
      }
      const kept = {
        ...{ ...question, code: 'reminder-question', retention: 'P1Y', basis: 'legitimate-interest' },
        claims: ['company-profile.email', 'contact-person.email'],
      }
      for (const one of [question, kept])
        expect((await trio.company.call('company', 'POST', '/questions', one)).status).toBe(201)
      const { record: ours } = await record(trio.company)
      const asked = ours.activities.filter(({ code }) => code === 'catalogue:payment')
      expect(asked).toMatchObject([
        {
          purposes: [{ code: 'payment' }],
          legal_bases: [{ code: 'contract', article: '6(1)(b)' }, { code: 'legitimate-interest' }],
          subjects: ['organisations', 'partner_people'],
          data: [{ name: 'company-profile.email' }, { name: 'contact-person.email' }],
          retention: [{ nl: 'P1Y', en: 'P1Y' }],
        },
      ])
      for (const { code } of [question, kept])
        await trio.company.call('company', 'POST', `/questions/${code}/retirement`)
      expect(await codesOf()).not.toContain('catalogue:payment')
    })

    test.each(['nl', 'en'])('reads as a page and as a table, in %s', async (language) => {
      const page = (await record(trio.company, `?format=html&language=${language}`)).content
      const title = { nl: 'Register van verwerkingsactiviteiten', en: 'Record of processing activities' }[
        language
      ]
      expect(page).toContain(`<html lang="${language}">`)
      expect(page).toContain(title)
      expect(page).toContain('Kruimelkoning B.V.')
      const table = (await record(trio.company, `?format=csv&language=${language}`)).content
      expect(table?.split('\r\n').filter(Boolean)).toHaveLength(5)
    })

    test('fits its schema', async () => {
      const {
        $id: _id,
        title: _title,
        ...schema
      } = JSON.parse(readFileSync(join(packageRoot, 'schemas', 'processing-record.schema.json'), 'utf8'))
      expect(schema).toEqual(z.toJSONSchema(recordOutput))
      const { record: ours } = await record(trio.company)
      expect(recordOutput.strict().safeParse(ours).success).toBe(true)
    })

    test('is for administrators and auditors', async () => {
      expect((await trio.company.call('sanne', 'GET', '/processing/record')).status).toBe(403)
    })
  })

  test('who is not told in time is overdue, and systems hear so once', async () => {
    trio.clock.advance(40 * DAY)
    await trio.company.restart()
    const late = await notices('&overdue=true')
    expect(late.length).toBeGreaterThan(5)
    await eventually(async () => told('source_notice.overdue').length >= late.length, 'a webhook for each')
    await trio.company.restart()
    expect(told('source_notice.overdue')).toHaveLength(late.length)
  })
})

/** The DID that a partner sees of the company, as its log says. */
async function organisationDid({ partner }: TestTrio): Promise<string> {
  const { body } = await partner.call<Items<{ asker: { did: string } }>>('partner', 'GET', '/access/events')
  return body.items[0]?.asker.did ?? ''
}
