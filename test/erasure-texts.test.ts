import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from './support/engines.ts'
import { importFiles } from './support/import-list.ts'
import { type Inside, openInside } from './support/inside.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'
import { addGerda, gerda, leaks, letSanneLook, post, readable, type ShownRequest } from './support/rights.ts'

/** A contact person of the partner's: what our people write of him is sealed under our own organisation's key. */
const bram = { name: 'Bram Korst', email: 'bram@kruimelkoning.example', phone: '+31612340987' }
// Nothing shorter: four letters turn up by chance in what is random.
const hisValues = ['Korst', 'KORST', 'bram@kruimelkoning', 'b.korst@kruimelkoning', '1234 0987', '12340987']
const herValues = ['Gerdauniek', 'Őzküçük', 'zeldzaamwoord', '8765 4321', '87654321']
const theirs = '48245915'

interface Kept {
  readonly keeps: { what: string; why: string; count: number | null; until: string | null }[]
  readonly erases: readonly { what: string; count: number }[]
}

interface Proposals {
  readonly items: readonly { id: string; grant: string; state: string; outcome: string | null }[]
}

onEachEngine((engine) => {
  let trio: TestTrio
  let inside: Inside
  let breach: string
  let grant: string
  const asSanne = (path: string, body: object) => post<{ id: string }>(trio.company, 'sanne', path, body)
  const asCompany = (path: string, body: object) => post<{ id: string }>(trio.company, 'company', path, body)
  const read = async (account: string, path: string) =>
    (await trio.company.call<object>(account, 'GET', path)).body
  const left = async (values: readonly string[]) => leaks(await readable(inside), values)
  const preview = async (request: string) =>
    (await trio.company.call<Kept>('company', 'GET', `/rights/requests/${request}/erasure`)).body
  /** What people wrote of somebody, in every place where they can. */
  const writeOf = async (name: string, phone: string) => {
    const made = await Promise.all([
      asSanne('/access/requests', { ...newRequest, reason: `${name} vroeg erom` }),
      asSanne('/messages', {
        ...{ partner: theirs, kind: 'purchasing_question', subject: `Voor ${name}` },
        body: `Hallo, belt ${name} ons op ${phone}?`,
      }),
      asCompany('/breaches', {
        ...{ title: `Laptop van ${name}`, from: new Date(trio.clock.now()).toISOString() },
        description: `De laptop van ${name.toUpperCase()} is weg. Bel ${phone}.`,
      }),
      asCompany('/processing/settings', {
        privacy_contact: { name, phone },
        joint_controllers: [{ name, contact: phone }, { name: 'Bakkersbond' }],
        transfers: { nl: `Alleen ${name} in Parijs`, en: `Only ${name} in Paris` },
      }),
    ])
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 200])
    breach = made[2].body.id
    const step = await asCompany(`/breaches/${breach}/steps`, { step: 'note', text: `${name} belde` })
    expect(step.status).toBe(200)
  }

  /** Bram declines what Sanne proposed, and her node hears of it. */
  const declineProposal = async () => {
    const { items } = (await trio.partner.call<Proposals>('bram', 'GET', '/corrections?state=open')).body
    await post(trio.partner, 'bram', `/corrections/${items[0]?.id}/refusal`, { reason: 'value_is_right' })
    await eventually(async () => {
      const { body } = await trio.company.call<Proposals>('sanne', 'GET', '/corrections/sent')
      return body.items[0]?.state === 'declined'
    }, 'that it was declined')
  }

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    inside = await openInside(trio.company, trio.clock)
    grant = await letSanneLook(trio, 'bram')
    const header =
      'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC'
    const row = `D1;Kruimelkoning B.V.;${bram.name};;;;NL;${bram.phone};;${bram.email};;${theirs};;`
    await importFiles(trio.company, [{ name: 'debiteuren.csv', text: `${header}\n${row}` }])
  })

  describe('a colleague who is erased', () => {
    let request: string

    test('is told beforehand of what others wrote of her, and what of it stays', async () => {
      await addGerda({ partner: trio.company })
      await writeOf('Gerdauniek Őzküçük', '06 8765 4321')
      const reason = 'Volgens Őzküçük klopt dit niet'
      const said = { partner: theirs, claim: 'contact-person.email', value: 'x@y.example', reason }
      expect((await asSanne('/corrections/sent', said)).status).toBe(201)
      request = (await post(trio.company, gerda.account, '/rights/requests', { kind: 'erasure' })).body.id
      for (const table of ['sent_request', 'sent_correction', 'message', 'breach', 'breach_step'])
        expect(
          (await left(herValues)).some((leak) => leak.includes(` in ${table}.`)),
          table,
        ).toBe(true)
      const { erases, keeps } = await preview(request)
      expect(erases).toContainEqual({ what: 'texts', count: 6 })
      expect(keeps).toEqual(
        expect.arrayContaining([
          { what: 'breach_texts', why: 'accountability', count: 3, until: null },
          { what: 'messages', why: 'not_found', count: 1, until: expect.toSatisfy(isTime) },
          expect.objectContaining({ what: 'other_texts', why: 'not_found' }),
        ]),
      )
      const done = await post(trio.company, 'company', `/rights/requests/${request}/erasure`)
      expect(done).toMatchObject({ status: 201, body: { kept: expect.arrayContaining(keeps) } })
    })

    test('is in no table any more, plain or for who has the master key', async () => {
      expect(await left(herValues)).toEqual([])
    })

    test('leaves what others wrote readable without her', async () => {
      expect(await read('company', `/breaches/${breach}`)).toMatchObject({
        title: 'Laptop van █',
        description: 'De laptop van █ is weg. Bel █.',
        version: 3,
      })
      expect(await read('sanne', '/messages/sent')).toMatchObject({
        items: [{ subject: 'Voor █', body: 'Hallo, belt █ ons op █?' }],
      })
      expect(await read('sanne', '/corrections/sent')).toMatchObject({ items: [{ proposed: null }] })
      const { settings } = (await read('company', '/processing/settings')) as { settings: object }
      expect(settings).toEqual({
        joint_controllers: [{ name: 'Bakkersbond' }],
        transfers: { nl: 'Alleen █ in Parijs', en: 'Only █ in Paris' },
      })
    })

    test('shows nowhere in what the node answers', async () => {
      for (const path of everywhere)
        expect([
          path,
          leaks([{ at: path, text: JSON.stringify(await read('company', path)) }], herValues),
        ]).toEqual([path, []])
    })
  })

  describe('a contact person of a partner who is erased', () => {
    test('takes along what was written along his grant, and what was proposed about him', async () => {
      const claims = ['contact-person.email', 'contact-person.phone_number']
      expect((await asSanne('/access/reads', { partner: theirs, claims })).status).toBe(200)
      await writeOf(bram.name, '06-12340987')
      await declineProposal()
      // A value nobody knew of him: only the grant says that it is his.
      await trio.partner.node.dispose()
      const proposal = {
        ...{ partner: theirs, claim: 'contact-person.email', value: 'thuis@hijzelf.example' },
        reason: 'Zo belt hij zelf',
      }
      expect((await asSanne('/corrections/sent', proposal)).status).toBe(201)
      const { items } = (await read('company', '/partners')) as { items: { id: string; name: string }[] }
      const { body } = await post<ShownRequest>(trio.company, 'company', '/rights/requests/recorded', {
        ...{ kind: 'erasure', partner: items[0]?.id, channel: 'email', identity: 'Gemaild vanaf zijn adres' },
        received_on: new Date(trio.clock.now()).toISOString().slice(0, 10),
      })
      expect((await left([...hisValues, 'hijzelf.example'])).length).toBeGreaterThan(5)
      const path = `/rights/requests/${body.id}/erasure`
      expect((await preview(body.id)).keeps).toContainEqual(
        expect.objectContaining({ what: 'looks', why: 'accountability' }),
      )
      expect((await post(trio.company, 'company', path)).status).toBe(201)
      expect(await left([...hisValues, 'hijzelf.example'])).toEqual([])
    })

    test('is not told what waited to be told of him', async () => {
      await trio.partner.restart()
      const { body } = await trio.company.call<Proposals>('sanne', 'GET', '/corrections/sent')
      expect(body.items[0]).toMatchObject({ grant, state: 'undelivered', outcome: 'erased', proposed: null })
      const theirSide = await trio.partner.call<{ items: object[] }>('bram', 'GET', '/corrections')
      expect(JSON.stringify(theirSide.body)).not.toContain('hijzelf.example')
    })
  })
})

const isTime = (text: unknown): boolean => text === null || !Number.isNaN(Date.parse(String(text)))

const everywhere = [
  ...['/people', '/partners', '/audit', '/access/sent', '/notices', '/offers', '/messages', '/messages/sent'],
  ...[
    '/corrections',
    '/corrections/sent',
    '/breaches',
    '/processing/settings',
    '/processing/record',
    '/cases',
  ],
  ...['/rights/requests', '/access/grants', '/access/grants/received', '/webhooks', '/partners/changes'],
]
