import { createPrivateKey } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../src/network/logger.ts'
import { grantAll, openWorld } from './support/attack-world.ts'
import { cook, post } from './support/attacker.ts'
import { atEnd } from './support/endings.ts'
import { type Inside, openInside } from './support/inside.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

/** Values of people, as they go into the story; long enough not to turn up by chance. */
const personal = [
  // Somebody of the partner's, in her own profile.
  'Wolframina',
  'Zandkoekje',
  'w.zandkoekje@kruimelkoning.example',
  '+31612345678',
  'Deegroller',
  // Everybody else who is in the story.
  'sanne@nietmachine.example',
  'bram@kruimelkoning.example',
  'info@kruimelkoning.example',
  'NL91ABNA0417164300',
  'partner@example.example',
  'company@example.example',
  'Nietje',
  // In free text: why a request is made, and why it is refused.
  'Vrijeteksta',
  'Weigertekst',
  // In the books: a contact of a company, and a customer who is a person.
  'Boekhoudina',
  'b.balans@inktvlek.example',
  '0612399887',
  'Particulierink',
  'p.particulierink@thuis.example',
  // In input that is refused.
  'Foutinvoerder',
  'f.foutinvoerder@nergens.example',
]

const seen = { logs: '', urls: [] as string[], refusals: [] as string[] }

const sessions = new Map<string, Promise<Record<string, string>>>()
function unlocked(node: TestNode, account: string): Promise<Record<string, string>> {
  const name = `${node.url} ${account}`
  const session = sessions.get(name) ?? node.unlock(account)
  sessions.set(name, session)
  return session
}

/** Neither a file, nor what holds a secret. */
const takesKey = (path: string) => !path.includes('/files?') && path !== '/people'

/** As `node.call`, and keeps what was refused. */
async function call(
  node: TestNode,
  account: string | null,
  method: string,
  path: string,
  body?: object | string,
) {
  const isFile = path.includes('/files?')
  const response = await fetch(`${node.url}/api/v1${path}`, {
    method,
    headers: {
      ...(account && { authorization: `Bearer ${node.token(account)}`, ...(await unlocked(node, account)) }),
      'content-type': isFile ? 'application/octet-stream' : 'application/json',
      ...(method === 'POST' && account && takesKey(path) && { 'idempotency-key': crypto.randomUUID() }),
    },
    ...(method !== 'GET' && { body: typeof body === 'string' ? body : JSON.stringify(body ?? {}) }),
  })
  const text = await response.text()
  if (!response.ok) seen.refusals.push(`${method} ${path} ${response.status} ${text}`)
  return { status: response.status, body: JSON.parse(text || '{}') as Record<string, string> }
}

/** Everything a newcomer does, with people in it, and everything done wrong as well. */
async function story(trio: TestTrio): Promise<void> {
  const { company, partner, myobi } = trio
  await settleTrio(trio)
  const person = { family_name: 'Zandkoekje', email: 'w.zandkoekje@kruimelkoning.example' }
  const more = { phone_number: '+31612345678', job_title: 'Deegroller' }
  const added = { account: 'somebody', given_name: 'Wolframina', ...person, ...more, role: 'baker' }
  expect((await call(partner, 'partner', 'POST', '/people', added)).status).toBe(201)
  await call(partner, 'somebody', 'POST', '/policy/acceptances', { accept: 1 })
  await call(partner, 'somebody', 'POST', '/me/profile', { job_title: 'Deegroller' })
  await grantAll(trio)

  const asked = { ...newRequest, claims: ['contact-person.email'], reason: 'Gesprek met Vrijeteksta' }
  expect((await call(company, 'sanne', 'POST', '/access/requests', asked)).status).toBe(201)
  for (const [account, verb, body] of [
    ['somebody', 'approval', {}],
    ['bram', 'denial', { reason: 'Vraag het Weigertekst' }],
  ] as const) {
    const { body: page } = await partner.call<{ items: { id: string; claims: string[] }[] }>(
      account,
      'GET',
      '/access/requests?state=pending',
    )
    for (const { id } of page.items)
      await call(partner, account, 'POST', `/access/requests/${id}/${verb}`, body)
  }
  await eventually(async () => {
    const { body } = await company.call<{ items: unknown[] }>('sanne', 'GET', '/access/grants/received')
    return body.items.length === 4
  }, 'four grants')
  const read = await call(company, 'sanne', 'POST', '/access/reads', { partner: '48245915' })
  expect(JSON.stringify(read.body)).toContain('w.zandkoekje@kruimelkoning.example')
  await call(company, 'company', 'POST', '/access/reads', { partner: '48245915' })

  const shown = { claims: ['contact-person.email'], audience: 'https://a.example', nonce: 'n'.repeat(32) }
  const { body: made } = await call(partner, 'somebody', 'POST', '/presentations', shown)
  const verified = await call(
    myobi,
    null,
    'POST',
    '/verifications',
    made && { presentation: made.presentation },
  )
  expect(JSON.stringify(verified.body)).toContain('w.zandkoekje@kruimelkoning.example')

  await importBooks(company)
  const { body: grants } = await partner.call<{ items: { id: string }[] }>(
    'somebody',
    'GET',
    '/access/grants',
  )
  for (const { id } of grants.items)
    await call(partner, 'somebody', 'POST', `/access/grants/${id}/revocation`)
  await call(company, 'sanne', 'POST', '/access/reads', { partner: '48245915' })
  await wrongly(trio)
}

async function importBooks(node: TestNode): Promise<void> {
  const { body } = await call(node, 'company', 'POST', '/partners/imports')
  const headings =
    'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC'
  const row = (code: string, name: string, contact: string, phone: string, email: string, kvk: string) =>
    [code, name, contact, '', '', '', 'NL', phone, '', email, '', kvk, '', ''].join(';')
  const list = [
    headings,
    row(
      'D1',
      'Drukkerij Inktvlek B.V.',
      'Boekhoudina',
      '0612399887',
      'b.balans@inktvlek.example',
      '48412434',
    ),
    row('D2', 'Pien Particulierink', '', '', 'p.particulierink@thuis.example', ''),
    row('D3', 'Boekhoudina', 'Boekhoudina', '0612399887', 'geen adres van Boekhoudina', '12'),
  ]
  const files = `/partners/imports/${body.id}/files?name=debiteuren.csv`
  await call(node, 'company', 'POST', files, list.join('\n'))
  await call(node, 'company', 'POST', files, `${list[0]}\nD4;"Boekhoudina`)
  await call(node, 'company', 'POST', files, '<auditfile><name>Boekhoudina</nam>')
  const preview = await call(node, 'company', 'GET', `/partners/imports/${body.id}`)
  expect(JSON.stringify(preview.body)).toContain('Boekhoudina')
  const rows = (preview.body.rows as unknown as { key: string }[]).map(({ key }) => key)
  const applied = await call(node, 'company', 'POST', `/partners/imports/${body.id}/apply`, { pick: rows })
  expect(applied.body.new).toBe(2)
}

/** What people get wrong with their own data in their hands. */
async function wrongly({ company, partner }: TestTrio): Promise<void> {
  const wrong = { given_name: 'Foutinvoerder', email: 'f.foutinvoerder@nergens.example' }
  const person = { account: 'x_y', family_name: 'Foutinvoerder', role: 'baker', ...wrong }
  const tries: (readonly [string | null, string, object | string])[] = [
    ['partner', '/people', { ...person, account: 'Foutinvoerder' }],
    ['partner', '/people', { ...person, email: 'Foutinvoerder' }],
    ['partner', '/people', { ...person, account: 'somebody' }],
    ['partner', '/people', { ...person, roles: ['Foutinvoerder'] }],
    ['partner', '/people', { ...person, phone_number: 'f.foutinvoerder@nergens.example' }],
    ['partner', '/people', `{"given_name":"Foutinvoerder",`],
    ['partner', '/people', `{"given_name":"Foutinvoerder","given_name":"Foutinvoerder"}`],
    ['somebody', '/people', person],
    [null, '/people', person],
    ['somebody', '/me/profile', { phone_number: 'Foutinvoerder' }],
    ['somebody', '/me/profile', { email: 'Foutinvoerder' }],
    ['partner', '/profile', { iban: 'Foutinvoerder' }],
    [
      'somebody',
      '/presentations',
      { claims: ['Foutinvoerder.x'], audience: 'Foutinvoerder', nonce: 'n'.repeat(9) },
    ],
    ['somebody', '/access/requests/Foutinvoerder/approval', { until: 'Foutinvoerder' }],
    ['somebody', '/access/requests/x/approval', { only: ['contact-person.Foutinvoerder'] }],
    [null, '/verifications', { presentation: 'Foutinvoerder~' }],
    [null, '/activations', { code: 'f.foutinvoerder@nergens.example', secret: 'een heel lang geheim' }],
  ]
  for (const [account, path, body] of tries)
    if (!path.includes('Foutinvoerder')) await call(partner, account, 'POST', path, body)
  const asked = { ...newRequest, reason: 'Foutinvoerder', claims: ['contact-person.Foutinvoerder'] }
  await call(company, 'sanne', 'POST', '/access/requests', asked)
  await call(company, 'sanne', 'POST', '/access/requests', { ...newRequest, partner: 'Foutinvoerder' })
  await call(company, 'sanne', 'POST', '/access/requests', { ...newRequest, purpose: ['Foutinvoerder'] })
  await call(company, 'sanne', 'POST', '/access/requests', { ...newRequest, until: 'Foutinvoerder' })
}

/** Asks with names in the places where they do not belong. */
async function askWrongly(trio: TestTrio): Promise<void> {
  const world = await openWorld(trio)
  const edits = [
    { nonce: 'Foutinvoerder' },
    { client_id: 'Foutinvoerder' },
    { dcql_query: { credentials: [{ id: 'f.foutinvoerder@nergens.example' }] } },
    { aud: 'https://nergens.example/Foutinvoerder' },
  ]
  for (const members of edits) {
    const edit = (draft: object) => void Object.assign(draft, members)
    const { status, text } = await post(world.good.wallet, {
      request: await cook(world.company, { ...world.good, edit }),
    })
    seen.refusals.push(`Ask ${status} ${text}`)
  }
}

/** Every cell of every table, with its table and column. */
async function dump({ store, node }: Inside): Promise<{ at: string; text: string }[]> {
  const tables: { name: string }[] = await store.reader.query(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
  )
  const cells = tables.map(async ({ name }) => {
    const found: Record<string, unknown>[] = await store.reader.query(`SELECT * FROM "${name}"`)
    return found.flatMap((row) =>
      Object.entries(row).map(([column, value]) => ({
        at: `${node.config.name}: ${name}.${column}`,
        text: Buffer.isBuffer(value) ? value.toString('latin1') : String(value),
      })),
    )
  })
  return (await Promise.all(cells)).flat()
}

/** The text, and what its parts say when they are base64. */
function readings(text: string): string {
  const decoded = (text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []).map((part) =>
    Buffer.from(part, 'base64').toString('utf8'),
  )
  return [text, ...decoded].join('\n')
}

const found = (text: string, values: readonly string[]): string[] =>
  values.filter((value) => text.includes(value))

/** Where values occur that must not. */
const leaks = (cells: readonly { at: string; text: string }[], values: readonly string[]): string[] => [
  ...new Set(
    cells.flatMap(({ at, text }) => found(readings(text), values).map((value) => `${value} in ${at}`)),
  ),
]

const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  )

describe('after everything people do', () => {
  let trio: TestTrio
  let insides: Inside[]

  beforeAll(async () => {
    const write = (line: string) => {
      seen.logs += line
    }
    const hear = (message: unknown) => {
      const { request } = message as { request: IncomingMessage }
      seen.urls.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`)
    }
    subscribe('http.server.request.start', hear)
    atEnd(() => unsubscribe('http.server.request.start', hear))
    trio = await startTrio('sqlite', createLogger('test', { write }))
    await story(trio)
    await askWrongly(trio)
    insides = await Promise.all(
      [trio.company, trio.partner, trio.myobi].map((node) => openInside(node, trio.clock)),
    )
  }, 60_000)

  test('nobody is named in a log', () => {
    expect(seen.logs).toContain('"route":"/api/v1/access/reads"')
    expect(found(seen.logs, personal)).toEqual([])
  })

  test('nor in an address', () => {
    expect(seen.urls).toContainEqual(expect.stringMatching(/^POST \/parties\/.*\/authorization$/))
    expect(found(seen.urls.join('\n'), personal)).toEqual([])
  })

  test('nor in a refusal, also not of what was sent', () => {
    expect(seen.refusals.length).toBeGreaterThan(20)
    expect(seen.refusals.filter((text) => / 5\d\d /.test(text))).toEqual([])
    expect(seen.refusals.filter((text) => found(text, personal).length > 0)).toEqual([])
  })

  test('nor in a table, but sealed', async () => {
    for (const inside of insides) {
      const cells = await dump(inside)
      expect(cells.map(({ at }) => at)).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/audit_entry\.data/),
          expect.stringMatching(/party\.profile/),
        ]),
      )
      expect(leaks(cells, personal)).toEqual([])
    }
  })

  test('the search would find them: it finds what is public, also inside a token', async () => {
    const cells = await Promise.all(insides.map(dump))
    expect(leaks(cells.flat(), ['Kruimelkoning'])).not.toEqual([])
    const token = `x.${Buffer.from('{"name":"Zandkoekje"}').toString('base64url')}.y`
    expect(found(readings(token), personal)).toEqual(['Zandkoekje'])
  })

  test('nor in a file, beside the sealed values of the database', () => {
    const files = insides.flatMap(({ node: { config } }) => [
      ...filesIn(dirname(config.dataDir)),
      ...(config.storage.engine === 'sqlite' ? filesIn(dirname(config.storage.file)) : []),
    ])
    expect(files.some((file) => file.endsWith('.sqlite'))).toBe(true)
    const named = files.filter((file) => found(readFileSync(file, 'latin1'), personal).length > 0)
    expect(named).toEqual([])
  })

  test('no private key lies about, and no token', async () => {
    for (const { node, store, vault } of insides) {
      const rows: { id: string; sealed: string; key_guard: string }[] = await store.reader.query(
        'SELECT id, sealed, key_guard FROM agent_key',
      )
      expect(rows.length).toBeGreaterThan(2)
      const opened = rows.map(async ({ id, sealed, key_guard }) => {
        const der = await vault.open(`agent_key:${id}:sealed`, Buffer.from(sealed, 'base64'))
        // A person’s: what the vault gives is encrypted with what only she has.
        if (key_guard === 'consent') {
          expect(() => createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })).toThrow()
          return [der.toString('base64')]
        }
        const { d = '' } = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' }).export({
          format: 'jwk',
        })
        const raw = Buffer.from(String(d), 'base64url')
        return [String(d), raw.toString('base64'), raw.toString('hex'), raw.toString('latin1')]
      })
      const { masterKey, relayKey = [] } = node.secrets
      const tokens = filesIn(join(node.config.dataDir, 'tokens')).map((file) =>
        readFileSync(file, 'utf8').trim(),
      )
      const master = Buffer.from(masterKey)
      const secrets = [
        ...(await Promise.all(opened)).flat(),
        ...['base64', 'base64url', 'hex', 'latin1'].map((form) => master.toString(form as BufferEncoding)),
        ...[relayKey].flat().map((key) => key.slice(2)),
        ...tokens,
      ]
      const { storage } = node.config
      const files = storage.engine === 'sqlite' ? filesIn(dirname(storage.file)) : []
      const places = [
        ...(await dump({ store, node } as Inside)),
        ...files.map((file) => ({ at: file, text: readFileSync(file, 'latin1') })),
        { at: 'the log', text: seen.logs },
        { at: 'an address', text: seen.urls.join('\n') },
        { at: 'a refusal', text: seen.refusals.join('\n') },
      ]
      const bad = places.filter(({ text }) => found(text, secrets).length > 0)
      expect(bad.map(({ at }) => at)).toEqual([])
    }
  })
})
