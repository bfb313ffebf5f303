import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, test } from 'vitest'
import { grantLinkTable } from '../src/access/index.ts'
import { newId } from '../src/core/index.ts'
import { userTable } from '../src/parties/index.ts'
import { ownLookTable } from '../src/processing/index.ts'
import { signedAcceptanceTable } from '../src/registration/index.ts'
import { approvalTable } from '../src/standing-consent/index.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { importFiles } from './support/import-list.ts'
import { type Inside, openInside } from './support/inside.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'
import {
  addGerda,
  gerda,
  herValues,
  leaks,
  letSanneLook,
  openAndCloseCase,
  post,
  proposeToBram,
  readable,
  type ShownRequest,
  writeWithBram,
} from './support/rights.ts'

import { inExport, notInExport, tablesOfPersons } from './support/rights-tables.ts'

const DAY = 86_400_000
const ajv = new Ajv2020()
addFormats.default(ajv)
const isPersonalData = ajv.compile(JSON.parse(readFileSync('schemas/personal-data.schema.json', 'utf8')))
interface Items {
  items: { id: string }[]
}
interface Read {
  claims: { claim: string; value: unknown }[]
  refused: { grant: string; codes: string[] }[]
  code?: string
}

onEachEngine((engine) => {
  let trio: TestTrio
  let inside: Inside
  let bram: string
  const read = (claims = ['contact-person.email']) =>
    post<Read>(trio.company, 'sanne', '/access/reads', { partner: '48245915', claims })
  const list = async (as: string, path: string) =>
    (await trio.partner.call<{ items: ShownRequest[] }>(as, 'GET', path)).body.items
  const file = async (as: string, kind: string, more: object = {}) =>
    (await post(trio.partner, as, '/rights/requests', { kind, ...more })).body
  const partnerByName = async (name: string) => {
    const { body } = await trio.partner.call<{ items: { id: string; name: string }[] }>(
      'partner',
      'GET',
      '/partners?limit=200',
    )
    return body.items.find((one) => one.name === name)?.id ?? ''
  }
  const importList = (lines: string[]) => {
    const headings =
      'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC'
    const row = (line: string) => {
      const [code, name, contact, phone, email, kvk] = line.split(';')
      return [code, name, contact, '', '', '', 'NL', phone, '', email, '', kvk, '', ''].join(';')
    }
    return importFiles(trio.partner, [
      { name: 'debiteuren.csv', text: [headings, ...lines.map(row)].join('\n') },
    ])
  }

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    inside = await openInside(trio.partner, trio.clock)
    bram = (await inside.person('bram')).id
  })

  describe('the inbox', () => {
    let id: string

    test('a person asks, and she and the company see the same request with its deadline', async () => {
      const made = await file('bram', 'access', { text: 'Wat weten jullie van mij?' })
      id = made.id
      expect(made).toMatchObject({ kind: 'access', state: 'received', overdue: false, erased: false })
      expect(made.subject).toEqual({ kind: 'person', id: bram, name: 'Bram Korst' })
      expect(Date.parse(made.due_at) - Date.parse(made.received_at)).toBeGreaterThan(27 * DAY)
      expect(await list('bram', '/rights/requests/mine')).toEqual([made])
      expect(await list('partner', '/rights/requests')).toEqual([made])
    })

    test('nobody else sees it, also not that it is there', async () => {
      await post(trio.partner, 'partner', '/people', {
        account: 'nieuwsgierig',
        given_name: 'Nieske',
        family_name: 'Gierig',
        email: 'nieske@kruimelkoning.example',
        role: 'baker',
      })
      const seen = await trio.partner.call('nieuwsgierig', 'GET', `/rights/requests/${id}`)
      expect(seen).toMatchObject({ status: 404, body: { code: 'rights_request_unknown' } })
      expect(await list('nieuwsgierig', '/rights/requests/mine')).toEqual([])
    })

    test('every move is dated and says by whom; two months more takes a reason, once', async () => {
      const path = `/rights/requests/${id}`
      expect((await post(trio.partner, 'partner', `${path}/taken`)).body.state).toBe('in_progress')
      const extended = await post(trio.partner, 'partner', `${path}/extension`, { reason: 'Veel werk' })
      expect(extended.body).toMatchObject({ extension: { reason: 'Veel werk' } })
      expect(Date.parse(extended.body.due_at) - Date.parse(extended.body.received_at)).toBeGreaterThan(
        88 * DAY,
      )
      const again = await post(trio.partner, 'partner', `${path}/extension`, { reason: 'Nog meer' })
      expect(again).toMatchObject({ status: 409, body: { code: 'rights_request_extended' } })
      const refused = await post(trio.partner, 'partner', `${path}/refusal`, { reason: 'Al gegeven' })
      expect(refused.body).toMatchObject({ state: 'refused', refusal: 'Al gegeven' })
      expect(refused.body.complaint).toContain('Autoriteit Persoonsgegevens')
      expect(refused.body.history.map(({ what, by }) => [what, by])).toEqual([
        ['received', 'Bram Korst'],
        ['taken', 'Ada partner'],
        ['extended', 'Ada partner'],
        ['refused', 'Ada partner'],
      ])
      const later = await post(trio.partner, 'partner', `${path}/answer`, { answer: 'Toch' })
      expect(later).toMatchObject({ status: 409, body: { code: 'rights_request_closed' } })
    })

    test('of ten who answer at once, one does', async () => {
      const { id } = await file('bram', 'rectification', { text: 'Mijn naam klopt niet' })
      const answers = await Promise.all(
        Array.from({ length: 10 }, () =>
          post(trio.partner, 'partner', `/rights/requests/${id}/answer`, { answer: 'Gedaan' }),
        ),
      )
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
      expect(answers.filter(({ body }) => body.code === 'rights_request_closed')).toHaveLength(9)
    })

    test('a request of somebody without an account is written down with how it was established who she is', async () => {
      expect(
        (
          await importList([
            'D7;Meelfabriek Zeeland B.V.;Mies Meelworm;0113123456;mies@meel.example;48412434',
          ])
        ).new,
      ).toBe(1)
      const partner = await partnerByName('Meelfabriek Zeeland B.V.')
      const letter = { kind: 'access', partner, channel: 'letter', identity: 'Handtekening vergeleken' }
      const { body, status } = await post(trio.partner, 'partner', '/rights/requests/recorded', {
        ...letter,
        received_on: '2020-01-31',
      })
      expect([status, body.code]).toEqual([400, 'received_date_wrong'])
      const today = new Date(trio.clock.now()).toISOString().slice(0, 10)
      const made = await post(trio.partner, 'partner', '/rights/requests/recorded', {
        ...letter,
        received_on: today,
      })
      expect(made.body).toMatchObject({
        identity: 'Handtekening vergeleken',
        subject: { kind: 'contact', id: partner, name: 'Mies Meelworm' },
      })
      const unsaid = await post(trio.partner, 'partner', '/rights/requests/recorded', {
        ...letter,
        identity: '',
        received_on: today,
      })
      expect(unsaid.status).toBe(400)
      expect((await post(trio.partner, 'bram', '/rights/requests/recorded', letter)).status).toBe(403)
    })
  })

  describe('what a node holds of a person', () => {
    interface Exported {
      files: { name: string; encoding: string; content: string }[]
      code?: string
    }
    const made = async (as: string, query = '') =>
      (await trio.partner.call<Exported>(as, 'GET', `/rights/export${query}`)).body

    test('is handed to herself, whole, and fits the schema that describes it', async () => {
      await letSanneLook(trio, 'bram')
      await read()
      const { files } = await made('bram')
      const data = JSON.parse(files[0]?.content ?? '{}')
      expect(isPersonalData(data), JSON.stringify(isPersonalData.errors)).toBe(true)
      expect(data).toMatchObject({
        person: { name: 'Bram Korst', email: 'bram@kruimelkoning.example', account: 'bram' },
        controller: { name: 'Kruimelkoning B.V.' },
        recipients: [{ recipient: { name: 'Nietmachine B.V.' }, looks: 1 }],
        grants: [{ recipient: { name: 'Nietmachine B.V.' } }],
      })
      expect(data.access_log[0]).toMatchObject({ who: { name: 'Sanne Nietje', role: 'account_manager' } })
      expect(data.consent_records).toHaveLength(1)
      expect(data.credentials.map(({ type }: { type: string }) => type)).toContain('contact-person')
      expect(JSON.stringify(data)).not.toContain('sanne@nietmachine.example')
    })

    test('holds what was written to her and by her, proposed to her, asked in a case, and what came true', async () => {
      const [given] = (await trio.partner.call<Items>('bram', 'GET', '/access/grants')).body.items
      await writeWithBram(trio)
      const decided = await proposeToBram(trio, 'contact-person.email', 'info@kruimelkoning.example')
      const no = { reason: 'value_is_right' }
      expect((await post(trio.partner, 'bram', `/corrections/${decided}/refusal`, no)).status).toBe(200)
      await proposeToBram(trio, 'contact-person.email', 'b.korst@kruimelkoning.example')
      await openAndCloseCase(trio)
      const rating = { came_true: 'partly', note: 'Na een week' }
      expect((await post(trio.partner, 'bram', `/access/grants/${given?.id}/rating`, rating)).status).toBe(
        200,
      )
      const data = JSON.parse((await made('bram')).files[0]?.content ?? '{}')
      expect(isPersonalData(data), JSON.stringify(isPersonalData.errors)).toBe(true)
      const them = { name: 'Nietmachine B.V.', did: data.grants[0].recipient.did }
      const about = { partner: them, kind: 'purchasing_question', choice: null }
      expect(data.messages).toMatchObject([
        { ...about, direction: 'sent', subject: 'Grotere dozen?', body: 'Liever kleine.' },
        {
          ...about,
          direction: 'received',
          subject: 'Grotere dozen?',
          body: 'Wilt u die?',
          state: 'received',
        },
      ])
      const proposal = { proposer: them, claim: 'contact-person.email' }
      const proposed = { value: 'b.korst@kruimelkoning.example', reason: 'Onze post kwam terug' }
      expect(data.corrections).toMatchObject([
        { ...proposal, proposed, state: 'open' },
        { ...proposal, proposed: null, state: 'declined' },
      ])
      expect(data.cases).toEqual([
        {
          ...{ partner: them, question: 'invoice-question', about: 'mijn factuur 9', state: 'closed' },
          title: { nl: 'Vraag over een factuur', en: 'A question about an invoice' },
          ...{ opened_at: expect.any(String), closed_at: expect.any(String) },
        },
      ])
      expect(data.ratings).toEqual([{ ...rating, grant: given?.id, recipient: them, at: expect.any(String) }])
      const others = JSON.parse((await made('partner')).files[0]?.content ?? '{}')
      for (const part of ['messages', 'corrections', 'cases', 'ratings']) expect(others[part]).toEqual([])
    })

    test('names every table that is about a person, or says why it does not', () => {
      const tables = tablesOfPersons()
      expect(tables.filter((table) => !(table in inExport) && !(table in notInExport))).toEqual([])
      const named = [...Object.keys(inExport), ...Object.keys(notInExport)]
      expect(named.filter((table) => !tables.includes(table))).toEqual([])
    })

    test('holds a trace of hers in every table it names: also what she asked, wrote, saw and approved', async () => {
      const listed = { purpose: 'order-management', role: 'customer', claims: ['contact-person.email'] }
      expect((await post(trio.partner, 'bram', '/approvals', listed)).status).toBe(201)
      expect((await post(trio.partner, 'bram', '/templates', { name: 'kort', length: 'P30D' })).status).toBe(
        201,
      )
      const [given] = (await trio.partner.call<Items>('bram', 'GET', '/access/grants')).body.items
      const { did } = await inside.person('bram')
      const delegate = 'did:web:makelaar.example'
      await inside.store.transact((tx) =>
        tx.insert(grantLinkTable, {
          ...{
            id: crypto.randomUUID(),
            grantId: given?.id ?? '',
            grantorParty: bram,
            principal: did,
            delegate,
          },
          ...{
            delegateName: 'Makelaar B.V.',
            claims: [],
            purpose: [],
            recipients: {},
            startsAt: 1,
            expiresAt: 2,
          },
          ...{ cutAt: null, cutBy: null, allowedAt: null, endedAt: null },
        }),
      )
      await inside.store.transact(async (tx) =>
        tx.insert(signedAcceptanceTable, {
          ...{ digest: 'sha-256:x', partyId: bram, signerParty: bram, policyVersion: 1, signedAt: 1 },
          missing: 0,
          sealed: await inside.vault.seal(bram, 'signed_acceptance:sha-256:x', 'signed'),
        }),
      )
      const offer = newId()
      const shown = { issuerName: 'Universiteit', configurations: [{ id: 'diploma', name: null }] }
      await inside.store.transact(async (tx) =>
        tx.insert('wallet_offer', {
          ...{ id: offer, holderParty: bram, addedBy: bram, credentialIssuer: 'https://uni.example' },
          ...{ isTrusted: false, isNetwork: false, sealedOffer: null, state: 'declined', reason: null },
          sealedShown: await inside.vault.seal(bram, `wallet_offer:${offer}:shown`, JSON.stringify(shown)),
          ...{ renews: null, copies: 1, holderKey: 'did', credentialIds: [] },
          ...{ createdAt: 1, decidedAt: 2, expiresAt: 3 },
        }),
      )
      await post(trio.company, 'sanne', '/learning/courses/privacy-purpose/attempts')
      await inside.store.transact(async (tx) =>
        tx.insert('training_certificate', {
          ...{ id: newId(), personId: bram, course: 'privacy-purpose', version: 1, credentialId: newId() },
          ...{ lineageId: newId(), passedAt: 1, expiresAt: 2, state: 'current', remindedAt: null },
        }),
      )
      const sanne = JSON.parse(
        (await trio.company.call<Exported>('sanne', 'GET', '/rights/export')).body.files[0]?.content ?? '{}',
      )
      const his = JSON.parse((await made('bram')).files[0]?.content ?? '{}')
      for (const data of [sanne, his])
        expect(isPersonalData(data), JSON.stringify(isPersonalData.errors)).toBe(true)
      for (const [table, part] of Object.entries(inExport))
        expect(
          [sanne, his].some((data) => part === 'person' || data[part].length > 0),
          `${table} in ${part}`,
        ).toBe(true)
      expect(sanne.messages).toContainEqual(
        expect.objectContaining({ direction: 'sent', body: 'Wilt u die?', kind: 'purchasing_question' }),
      )
      expect(sanne.asked[0]).toMatchObject({ partner: { name: 'Kruimelkoning B.V.' } })
      expect(sanne.shown_to).toMatchObject([{ recipient: { name: 'Kruimelkoning B.V.' } }])
      expect(sanne.looks.length).toBeGreaterThan(0)
      expect(sanne.acts.map(({ action }: { action: string }) => action)).toContain('request.sent')
      expect(his.wallet_offers).toMatchObject([
        {
          issuer: { url: 'https://uni.example', name: 'Universiteit' },
          what: ['diploma'],
          state: 'declined',
        },
      ])
      expect(his.approvals.map(({ kind }: { kind: string }) => kind)).toEqual(['approval', 'template'])
      expect(his.intermediaries).toMatchObject([{ to: { name: 'Makelaar B.V.' }, on_behalf_of: { did } }])
      expect(his.processing).toMatchObject([{ activity: 'people', purposes: ['identity-verification'] }])
    })

    test('says it in the words of people: no codes, no JSON, no DID where it is they themselves', async () => {
      for (const language of ['nl', 'en'] as const) {
        const [page] = (await made('bram', `?format=html&language=${language}`)).files
        const body = page?.content.slice(page.content.indexOf('<main>')) ?? ''
        const { did } = await inside.person('bram')
        expect(body.split(did)).toHaveLength(2)
        expect(body).not.toMatch(
          /OrderManagement|A6-1-|contact-person|works_for|account_manager|&quot;did&quot;|B\.V\.\./,
        )
        expect(body).toContain(language === 'nl' ? 'uzelf' : 'yourself')
        expect(body).toMatch(/\d{2}:\d{2} CES?T/)
      }
    })

    test('reads as a page, as tables and as a PDF', async () => {
      const [page] = (await made('bram', '?format=html&language=en')).files
      expect(page?.content).toContain('<html lang="en">')
      expect(page?.content).toContain('bram@kruimelkoning.example')
      const said = {
        messages: 'Liever kleine.',
        corrections: 'Onze post kwam terug',
        cases: 'mijn factuur 9',
        ratings: 'Na een week',
      }
      for (const text of Object.values(said)) expect(page?.content).toContain(text)
      const tables = (await made('bram', '?format=csv')).files
      expect(tables.find(({ name }) => name === 'access_log.csv')?.content).toContain('Sanne Nietje')
      for (const [table, text] of Object.entries(said))
        expect(tables.find(({ name }) => name === `${table}.csv`)?.content).toContain(text)
      const [pdf] = (await made('bram', '?format=pdf')).files
      expect(
        Buffer.from(pdf?.content ?? '', 'base64')
          .subarray(0, 5)
          .toString(),
      ).toBe('%PDF-')
    })

    test('of who asked by letter it is handed over by who deals with it, and that is written down', async () => {
      const letter = (await list('partner', '/rights/requests')).find(
        ({ subject }) => subject.kind === 'contact',
      )
      const { files } = await made('partner', `?request=${letter?.id}`)
      const data = JSON.parse(files[0]?.content ?? '{}')
      expect(isPersonalData(data)).toBe(true)
      expect(data).toMatchObject({
        person: { name: 'Mies Meelworm' },
        directory: [{ partner: 'Meelfabriek Zeeland B.V.', email: 'mies@meel.example' }],
      })
      const { body } = await trio.partner.call<ShownRequest>(
        'partner',
        'GET',
        `/rights/requests/${letter?.id}`,
      )
      expect(body.history.at(-1)).toMatchObject({ what: 'exported', by: 'Ada partner' })
    })

    test('but not of who can take it herself, nor of others, nor without a request', async () => {
      const { id } = await file('bram', 'access')
      expect((await made('partner', `?request=${id}`)).code).toBe('not_data_subject')
      const letter = (await list('partner', '/rights/requests')).find(
        ({ subject }) => subject.kind === 'contact',
      )
      expect((await made('bram', `?request=${letter?.id}`)).code).toBe('rights_request_unknown')
      expect(JSON.stringify(await made('partner'))).not.toContain('Bram Korst')
    })
  })

  describe('an objection to marketing', () => {
    test('ends what is open for it at once, tells who held it, and keeps the rest', async () => {
      const marketing = await letSanneLook(trio, 'bram', { purpose: ['direct-marketing'] })
      const orders = await letSanneLook(trio, 'bram')
      await file('bram', 'objection')
      const { body } = await trio.partner.call<{ items: { id: string; revoked_at: string | null }[] }>(
        'bram',
        'GET',
        '/access/grants',
      )
      const ended = new Map(body.items.map((grant) => [grant.id, grant.revoked_at !== null]))
      expect([ended.get(marketing), ended.get(orders)]).toEqual([true, false])
      const notice = await eventually(async () => {
        const found = await trio.partner.call<{ items: { grant: string; state: string }[] }>(
          'bram',
          'GET',
          '/notices',
        )
        return found.body.items.find(({ grant, state }) => grant === marketing && state === 'acknowledged')
      }, 'that it was told')
      expect(notice).toMatchObject({ kind: 'ended', reason: 'grant_revoked' })
      expect((await read()).body.claims[0]).toMatchObject({ value: 'bram@kruimelkoning.example' })
    })

    test('new requests for it are denied by themselves, with the reason, and it cannot be refused', async () => {
      const wallet = {
        ...newRequest,
        claims: ['contact-person.email'],
        purpose: ['direct-marketing'],
        basis: 'consent',
      }
      const waiting = await list('bram', '/access/requests?state=pending')
      await post(trio.company, 'sanne', '/access/requests', wallet)
      expect(await list('bram', '/access/requests?state=pending')).toEqual(waiting)
      const log = await trio.partner.call<{ items: { outcome: string; codes: string[] }[] }>(
        'bram',
        'GET',
        '/access/events',
      )
      expect(log.body.items[0]).toMatchObject({ outcome: 'deny', codes: ['marketing_objected'] })
      const [objection] = await list('bram', '/rights/requests/mine')
      const refused = await post(trio.partner, 'partner', `/rights/requests/${objection?.id}/refusal`, {
        reason: 'Nee',
      })
      expect(refused).toMatchObject({ status: 409, body: { code: 'already_acted' } })
    })

    test('of a contact person in the directory it shows there, and stays after the next import', async () => {
      const partner = await partnerByName('Meelfabriek Zeeland B.V.')
      const today = new Date(trio.clock.now()).toISOString().slice(0, 10)
      const said = {
        kind: 'objection',
        partner,
        channel: 'phone',
        identity: 'Teruggebeld',
        received_on: today,
      }
      await post(trio.partner, 'partner', '/rights/requests/recorded', said)
      await importList(['D7;Meelfabriek Zeeland B.V.;Mies Meelworm;0113999999;mies@meel.example;48412434'])
      const { body } = await trio.partner.call('partner', 'GET', `/partners/${partner}`)
      expect(body).toMatchObject({
        contact: { name: 'Mies Meelworm' },
        person: { no_marketing: true, erased: false },
      })
      await importList(['D7;Meelfabriek Zeeland B.V.;Opvolger Opa;0113999999;opa@meel.example;48412434'])
      const after = await trio.partner.call('partner', 'GET', `/partners/${partner}`)
      expect(after.body).toMatchObject({ contact: { name: 'Opvolger Opa' }, person: { no_marketing: false } })
    })
  })

  describe('a restriction', () => {
    test('denies reads of what is disputed, with its code, until it is lifted; nothing is thrown away', async () => {
      const { id } = await file('bram', 'restriction', { claims: ['contact-person.email'] })
      expect(await read()).toMatchObject({ status: 403, body: { code: 'claim_restricted' } })
      const { body: own } = await trio.partner.call<{ claims: { email: string } }>(
        'bram',
        'GET',
        '/me/profile',
      )
      expect(JSON.stringify(own)).toContain('bram@kruimelkoning.example')
      const lifted = await post(trio.partner, 'partner', `/rights/requests/${id}/lift`, {
        reason: 'Het klopte',
      })
      expect(lifted.body).toMatchObject({ restricted: false })
      expect((await read()).body.claims[0]).toMatchObject({ value: 'bram@kruimelkoning.example' })
    })

    test('keeps only what is disputed out of a read', async () => {
      const both = ['contact-person.email', 'contact-person.family_name']
      const grant = await letSanneLook(trio, 'bram', { claims: both })
      const { id } = await file('bram', 'restriction', { claims: ['contact-person.email'] })
      expect((await read(both)).body).toMatchObject({
        claims: [{ claim: 'contact-person.family_name' }],
        left_out: [{ claim: 'contact-person.email', code: 'claim_restricted' }],
      })
      await post(trio.partner, 'partner', `/rights/requests/${id}/lift`, { reason: 'Het klopte' })
      expect((await read(both)).body).toMatchObject({ left_out: [] })
      await post(trio.partner, 'bram', `/access/grants/${grant}/revocation`, {})
    })

    test('data of the organisation are not a person’s to dispute', async () => {
      const body = { kind: 'restriction', claims: ['company-profile.email'] }
      expect(await post(trio.partner, 'bram', '/rights/requests', body)).toMatchObject({
        status: 403,
        body: { code: 'not_personal_data' },
      })
    })

    test('a claim nobody can hold is refused', async () => {
      const made = await file('bram', 'restriction', { claims: ['contact-person.shoe_size'] })
      expect(made.code).toBe('unknown_claim')
    })
  })

  describe('an erasure', () => {
    let her: string
    let request: string
    const preferred = async () => {
      const sql = 'SELECT person FROM mail_preference WHERE person = ?'
      return (await rows(inside.store.reader, sql, [her])).length
    }

    test('is looked at first: what goes, what stays, why and until when', async () => {
      her = await addGerda(trio)
      await letSanneLook(trio, gerda.account)
      await read(['contact-person.email', 'contact-person.phone_number'])
      await trio.company.call('sanne', 'POST', '/access/requests', newRequest)
      await post(trio.partner, 'partner', '/access/requests', {
        ...newRequest,
        partner: '48316274',
        reason: 'Gerdauniek Őzküçük vraagt het',
      })
      const listed = { purpose: 'order-management', role: 'customer' }
      expect((await post(trio.partner, gerda.account, '/approvals', listed)).status).toBe(201)
      await post(trio.partner, gerda.account, '/mails/preferences', { language: 'en' })
      expect(await preferred()).toBe(1)
      const actorParty = (await inside.person(gerda.account)).id
      const look = {
        at: 1,
        actorParty,
        tokenId: null,
        partner: 'x',
        subject: null,
        grantId: null,
        claims: [],
      }
      await inside.store.transact((tx) => tx.insert(ownLookTable, { id: crypto.randomUUID(), ...look }))
      await importList([
        'D8;Gistgilde B.V.;Gerdauniek Őzküçük;+31687654321;gerda@zeldzaamwoord.example;48316274',
      ])
      request = (await file(gerda.account, 'erasure', { text: 'Wis mij, Gerdauniek' })).id
      const { body } = await trio.partner.call<{ erases: object[]; keeps: object[] }>(
        gerda.account,
        'GET',
        `/rights/requests/${request}/erasure`,
      )
      expect(body.erases).toEqual(
        expect.arrayContaining([
          { what: 'grants', count: 1 },
          { what: 'approvals', count: 1 },
          { what: 'directory', count: 1 },
        ]),
      )
      expect(body.keeps).toEqual(
        expect.arrayContaining([
          { what: 'grant_facts', why: 'accountability', count: 1, until: null },
          { what: 'asks_and_looks', why: 'accountability', count: 1, until: expect.any(String) },
          { what: 'audit_log', why: 'accountability', count: null, until: null },
        ]),
      )
    })

    test('before it, her values open with the master key: the search finds them', async () => {
      const found = leaks(await readable(inside), herValues)
      for (const table of [
        'party.profile',
        'held_credential.sealed',
        'rights_request.sealed',
        'partner.sealed',
        'sent_request.sealed',
        'idempotency.body',
        'user_account.account',
      ])
        expect(
          found.some((leak) => leak.includes(` in ${table}`)),
          table,
        ).toBe(true)
    })

    test('only an administrator does it, for who asked for it', async () => {
      const path = `/rights/requests/${request}/erasure`
      expect((await post(trio.partner, gerda.account, path)).status).toBe(403)
      const { id } = await file('bram', 'access')
      const wrong = await post(trio.partner, 'partner', `/rights/requests/${id}/erasure`)
      expect(wrong).toMatchObject({ status: 409, body: { code: 'not_an_erasure' } })
      const early = await post(trio.partner, 'partner', `/rights/requests/${request}/answer`, {
        answer: 'Klaar',
      })
      expect(early).toMatchObject({ status: 409, body: { code: 'not_erased' } })
    })

    test('while others read: each read came before, or is refused; nothing is half', async () => {
      const reading = Array.from({ length: 20 }, async (_, at) => {
        await new Promise((resolve) => setTimeout(resolve, at * 15))
        return read(['contact-person.email', 'contact-person.phone_number'])
      })
      await new Promise((resolve) => setTimeout(resolve, 150))
      const done = await post(trio.partner, 'partner', `/rights/requests/${request}/erasure`)
      expect(done).toMatchObject({ status: 201, body: { state: 'answered', erased: true } })
      expect(done.body.subject.name).toBeNull()
      const answers = await Promise.all(reading)
      for (const { status, body } of answers) {
        const hers = body.claims?.filter(
          ({ value }) => String(value).includes('zeldzaam') || value === gerda.phone_number,
        )
        expect([status < 500, hers?.length ?? 0]).toEqual([true, expect.toSatisfy((n) => n === 0 || n === 2)])
      }
      const { body } = await read(['contact-person.email', 'contact-person.phone_number'])
      expect(JSON.stringify(body)).not.toContain('zeldzaam')
    })

    test('after it none of her values is left in any table, plain or for who has the master key', async () => {
      expect(leaks(await readable(inside), herValues)).toEqual([])
    })

    test('what she approved beforehand is gone, and what she wants to be mailed of', async () => {
      expect(await inside.store.reader.countBy(approvalTable, { ownerParty: her })).toBe(0)
      expect(await preferred()).toBe(0)
    })

    test('her account is closed, and whoever looked is told and withdraws', async () => {
      const user = await inside.store.reader.findOneBy(userTable, { personId: her })
      expect(user).toMatchObject({ state: 'blocked', account: expect.stringMatching(/^erased:/) })
      expect(() => trio.partner.token(gerda.account)).toThrow()
      const people = await trio.partner.call<{ items: { id: string }[] }>('partner', 'GET', '/people')
      expect(people.body.items.find(({ id }) => id === her)).toMatchObject({ state: 'erased', name: '' })
      await eventually(async () => {
        const [found] = await rows<{ n: string }>(
          inside.store.reader,
          `SELECT count(*) AS n FROM notice WHERE subject_party = ? AND state = 'acknowledged'`,
          [her],
        )
        return Number(found?.n) === 1
      }, 'that it was told')
      const record = await openInside(trio.company, trio.clock)
      expect(leaks(await readable(record), ['zeldzaamwoord', '31687654321'])).toEqual([])
    })

    test('twice is harmless, and answers the same', async () => {
      const path = `/rights/requests/${request}`
      const before = await trio.partner.call('partner', 'GET', path)
      const again = await post(trio.partner, 'partner', `${path}/erasure`)
      expect(again).toMatchObject({ status: 201 })
      expect(again.body).toEqual(before.body)
    })

    test('no list breaks over her, and the audit chain holds', async () => {
      for (const path of [
        '/rights/requests',
        '/people',
        '/partners',
        '/audit/entries',
        '/access/sent',
        '/notices',
        '/offers',
      ])
        expect([path, (await trio.partner.call('partner', 'GET', path)).status]).toEqual([
          path,
          expect.not.toSatisfy((s) => s >= 500),
        ])
      const all = await list('partner', '/rights/requests?limit=200')
      expect(
        all.filter(({ subject }) => subject.id === her).map(({ erased, text }) => [erased, text]),
      ).toEqual([
        [true, null],
        [true, null],
      ])
      const { body } = await trio.partner.call('partner', 'GET', '/audit/verification')
      expect(body).toMatchObject({ intact: true })
    })

    test('the next import of the same list does not bring her back', async () => {
      await importList([
        'D8;Gistgilde B.V.;Gerdauniek Őzküçük;+31687654321;gerda@zeldzaamwoord.example;48316274',
      ])
      const partner = await partnerByName('Gistgilde B.V.')
      const { body } = await trio.partner.call('partner', 'GET', `/partners/${partner}`)
      expect(body).toMatchObject({
        contact: { name: null, email: null, phone: null },
        person: { erased: true },
      })
    })

    test('a partner whose list of revocations is hers still serves it, signed', async () => {
      const lists = await rows<{ uri: string }>(
        inside.store.reader,
        'SELECT uri FROM status_list WHERE issuer IN (SELECT did FROM party WHERE id = ?)',
        [her],
      )
      expect(lists.length).toBeGreaterThan(0)
      trio.clock.advance(10 * 60_000)
      for (const { uri } of lists) expect((await fetch(uri)).status).toBe(200)
    })

    test('the last administrator cannot be erased: nobody could run the node', async () => {
      const { id } = await file('partner', 'erasure')
      const refused = await post(trio.partner, 'partner', `/rights/requests/${id}/erasure`)
      expect(refused).toMatchObject({ status: 409, body: { code: 'last_administrator' } })
      expect((await trio.partner.call('partner', 'GET', '/me')).status).toBe(200)
    })

    test('of who is in the directory only, the books keep what the law says, sealed apart, until its day', async () => {
      const partner = await partnerByName('Meelfabriek Zeeland B.V.')
      const today = new Date(trio.clock.now()).toISOString().slice(0, 10)
      const said = {
        kind: 'erasure',
        partner,
        channel: 'email',
        identity: 'Gemaild vanaf haar adres',
        received_on: today,
      }
      const { body } = await post(trio.partner, 'partner', '/rights/requests/recorded', said)
      const done = await post(trio.partner, 'partner', `/rights/requests/${body.id}/erasure`, {})
      expect(done.body).toMatchObject({ erased: true, text: null, identity: null, subject: { name: null } })
      expect(leaks(await readable(inside), ['Opvolger', 'opa@meel'])).toEqual([])
    })
  })

  test('what is due, and what is overdue, is announced once', async () => {
    const { body: hook } = await post<{ id: string }>(trio.partner, 'partner', '/webhooks', {
      url: 'http://127.0.0.1:9/',
      events: ['nl.regie.rights.request_due', 'nl.regie.rights.request_overdue'],
    })
    expect(hook.id).toBeDefined()
    const { id } = await file('bram', 'portability')
    const told = async () =>
      rows<{ type: string }>(
        inside.store.reader,
        'SELECT type FROM webhook_delivery WHERE subject = ? ORDER BY id',
        [id],
      )
    trio.clock.advance(25 * DAY)
    await trio.partner.restart()
    await eventually(async () => (await told()).length === 1, 'that it is due')
    trio.clock.advance(10 * DAY)
    await trio.partner.restart()
    await eventually(async () => (await told()).length === 2, 'that it is overdue')
    await trio.partner.restart()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await told()).map(({ type }) => type)).toEqual([
      'nl.regie.rights.request_due',
      'nl.regie.rights.request_overdue',
    ])
    const overdue = await list('partner', '/rights/requests?overdue=true')
    expect(overdue.map((one) => one.id)).toContain(id)
    const late = await post(trio.partner, 'partner', `/rights/requests/${id}/extension`, {
      reason: 'Te laat',
    })
    expect(late).toMatchObject({ status: 409, body: { code: 'rights_request_overdue' } })
  })
})
