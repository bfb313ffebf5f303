import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import {
  type Caller,
  ConsentUnlock,
  downloadSchema,
  operation,
  pageInput,
  pageOf,
  Refusal,
  silentLog,
  systemClock,
  unlockOf,
} from '../core/index.ts'
import { createHttp, type Http, openApiDocument } from '../http/index.ts'
import { runCli } from './index.ts'

const request = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'approved', 'denied']),
  purpose: z.string(),
  asked_at: z.string(),
})
const waiting = {
  id: 'r1',
  state: 'waiting' as const,
  purpose: 'credit \u001b[31mcheck',
  asked_at: '2026-01-01T12:00:00Z',
}
const policy = z.object({
  version: z.number(),
  effective: z.string(),
  digest: z.string(),
  documents: z.array(z.object({ lang: z.string(), title: z.string(), text: z.string() })),
})
const thePolicy = {
  version: 7,
  effective: '2026-01-01',
  digest: 'sha-256:abc',
  documents: [
    { lang: 'nl', title: 'De regels', text: '# De regels\n\nU hebt de regie.\n' },
    { lang: 'en', title: 'The rules', text: '# The rules\n\nYou direct.\n' },
  ],
}
const anything = z.record(z.string(), z.unknown())
const echo = z.object({ input: anything, caller: z.string() })
const callerName = (caller: Caller) => ('account' in caller ? caller.account : caller.kind)

const operations = [
  operation({
    name: 'access.list',
    summary: 'Access requests, newest first',
    method: 'GET',
    path: '/access/requests',
    input: z.object({ ...pageInput, state: request.shape.state.optional() }),
    output: pageOf(request),
    allow: { users: ['signed_in'] },
    run: async ({ limit }) => ({
      items: limit === 2 ? [] : [waiting, { ...waiting, id: 'r2' }],
      next: limit === 1 ? 'c2' : null,
    }),
  }),
  operation({
    name: 'access.approve',
    summary: 'Grant what an access request asks for',
    method: 'POST',
    path: '/access/requests/:id/approve',
    input: z.object({
      id: z.string(),
      only: z
        .array(z.string())
        .optional()
        .describe('claims to grant')
        .meta({ examples: ['email'] }),
      until: z.iso.date().meta({ description: 'the last day', examples: ['2026-12-31'] }),
      notify: z.boolean().default(true),
    }),
    output: echo,
    allow: { users: ['contact_person'] },
    positional: ['id'],
    run: async (input, { caller }) => {
      if (input.id === 'hers')
        throw new Refusal('forbidden', 'not_data_subject', 'only the person can decide this')
      return { input, caller: callerName(caller) }
    },
  }),
  operation({
    name: 'profile.set',
    summary: 'Say what is true of the organisation',
    method: 'PUT',
    path: '/profile',
    input: z.object({
      legal_form: z.enum(['bv', 'vof']).optional(),
      address: z.object({ street: z.string(), number: z.number().int().optional() }).optional(),
      labels: z.record(z.string(), z.string()).optional(),
      rows: z.array(z.object({ a: z.number() })).optional(),
      value: z.union([z.string(), z.object({ a: z.string() })]).optional(),
      node: z.string().optional(),
    }),
    output: echo.extend({ grant: z.object({ id: z.string() }) }),
    allow: { users: ['signed_in'] },
    run: async (input, { caller }) => ({ input, caller: callerName(caller), grant: { id: 'g1' } }),
  }),
  operation({
    name: 'files.get',
    summary: 'A file',
    method: 'GET',
    path: '/stored/:id',
    input: z.object({ id: z.string() }),
    output: downloadSchema,
    allow: { users: ['signed_in'] },
    download: true,
    positional: ['id'],
    run: async ({ id }) => {
      if (id === 'unknown') throw new Refusal('not_found', 'file_unknown', 'there is no such file')
      async function* content() {
        yield Buffer.from('%PDF-1.7\n')
        if (id === 'breaking') throw new Error('the disk is gone')
        yield Buffer.alloc(300_000, 7)
      }
      return { fileName: 'a.pdf', mediaType: 'application/pdf', size: 300_009, content: content() }
    },
  }),
  operation({
    name: 'verifications.create',
    summary: 'Verify a presentation',
    method: 'POST',
    path: '/verifications',
    input: z.object({ presentation: z.string() }),
    output: z.object({ verified: z.boolean(), length: z.number() }),
    allow: { anyone: 'test' },
    run: async ({ presentation }) => ({ verified: presentation !== 'revoked', length: presentation.length }),
  }),
  operation({
    name: 'rights.export',
    summary: 'All this node holds of you',
    method: 'GET',
    path: '/rights/export',
    input: z.object({ language: z.enum(['nl', 'en']).default('nl'), name: z.string().default('data.csv') }),
    output: z.object({ format: z.string(), files: z.array(anything) }),
    allow: { users: ['signed_in'] },
    run: async ({ language, name }) => ({
      format: 'csv',
      files: [
        { name, encoding: 'utf8', content: `taal;${language}\r\n` },
        { name: 'data.pdf', encoding: 'base64', content: Buffer.from('%PDF').toString('base64') },
      ],
    }),
  }),
  operation({
    name: 'partners.imports.errors',
    summary: 'Bad rows',
    method: 'GET',
    path: '/partners/imports/:id/errors',
    positional: ['id'],
    input: z.object({ id: z.string() }),
    output: z.object({ csv: z.string() }),
    allow: { users: ['signed_in'] },
    run: async () => ({ csv: 'Naam;reden\r\nBakker;fout\r\n' }),
  }),
  operation({
    name: 'consent.show',
    summary: 'Whether the key you consent with is yours',
    method: 'GET',
    path: '/me/consent',
    input: z.object({}),
    output: z.object({ active: z.boolean() }),
    allow: { users: ['signed_in'] },
    run: async (_input, { caller }) => ({ active: callerName(caller) === 'anna' }),
  }),
  operation({
    name: 'consent.sign',
    summary: 'Signs with her key',
    method: 'POST',
    path: '/me/consent/signatures',
    input: z.object({}),
    output: echo,
    allow: { users: ['signed_in'] },
    run: async (_input, { caller }) => {
      const opens = unlockOf(caller)?.reveal()
      if (!opens || !('session' in opens) || opens.session !== 'open')
        throw new Refusal('forbidden', 'consent_locked', 'locked')
      return { input: {}, caller: callerName(caller) }
    },
  }),
  operation({
    name: 'relay.submit',
    summary: 'For nodes',
    method: 'POST',
    path: '/relay',
    input: z.object({}),
    output: z.object({}),
    allow: { anyone: 'test' },
    run: async () => ({}),
  }),
  operation({
    name: 'policy.show',
    summary: 'The policy of did:ethr parties: as it is now',
    method: 'GET',
    path: '/policy',
    input: z.object({}),
    output: policy,
    allow: { anyone: 'test' },
    run: async () => thePolicy,
  }),
  operation({
    name: 'registrations.apply',
    summary: 'Apply',
    method: 'POST',
    path: '/registrations/applications',
    input: z.object({ accept: z.number().optional() }),
    output: z.object({}),
    allow: { users: ['signed_in'] },
    run: async () => {
      throw new Refusal('unprocessable', 'policy_not_accepted', 'read the policy and accept it', {
        params: { version: 7 },
      })
    },
  }),
  operation({
    name: 'files.add',
    summary: 'Send a file',
    method: 'POST',
    path: '/files/:set',
    input: z.object({
      set: z.string().meta({ examples: ['s1'] }),
      name: z.string().meta({ examples: ['list.csv'] }),
    }),
    output: z.object({ id: z.string(), name: z.string(), bytes: z.number() }),
    allow: { users: ['signed_in'] },
    upload: true,
    positional: ['set'],
    run: async ({ name }, { upload }) => {
      let bytes = 0
      for await (const chunk of upload ?? []) bytes += chunk.length
      return { id: 'f1', name, bytes }
    },
  }),
]
const document = openApiDocument(operations, { title: 'Test', version: '1.2.3' })

const dir = mkdtempSync(join(tmpdir(), 'regie-cli-'))
let http: Http
let url = ''
const accounts = ['company', 'anna', 'both'] as const

beforeAll(async () => {
  http = createHttp({
    operations,
    authenticate: async ({ headers }) => {
      const token = headers.authorization?.replace('Bearer secret-', '')
      if (token === undefined) return { kind: 'anonymous' }
      const account = accounts.find((one) => one === token)
      if (!account) throw new Refusal('unauthenticated', 'token_invalid', 'the token is not valid')
      const unlock = String(headers['regie-consent'] ?? '')
      const roles = account === 'anna' ? (['contact_person'] as const) : (['coordinator'] as const)
      return {
        kind: 'user',
        userId: account,
        account,
        roles,
        personId: account,
        did: 'did:x:y' as never,
        ...(unlock && { unlock: new ConsentUnlock({ session: unlock }) }),
      }
    },
    idempotency: {
      begin: async () => 'new',
      finish: async () => undefined,
      abandon: async () => undefined,
    },
    health: async () => ({ ready: true, checks: {} }),
    routers: [],
    info: document.info,
    log: silentLog,
    clock: systemClock,
  })
  url = (await http.listen({ host: '127.0.0.1', port: 0 })).url
  localNode('company', url, accounts)
  localNode('partner', 'http://127.0.0.1:9', ['partner', 'both'])
})
afterAll(async () => {
  await http.close()
  rmSync(dir, { recursive: true, force: true })
})

function localNode(name: string, at: string, names: readonly string[]): void {
  mkdirSync(join(dir, name, 'tokens'), { recursive: true })
  writeFileSync(join(dir, name, 'node.json'), JSON.stringify({ name, url: at }))
  for (const account of names)
    writeFileSync(join(dir, name, 'tokens', `${account}.token`), `secret-${account}\n`, { mode: 0o600 })
}

async function regie(line: string | readonly string[], more: { env?: object; stdin?: string } = {}) {
  const out: string[] = []
  const err: string[] = []
  const started: string[] = []
  const argv = typeof line === 'string' ? line.split(' ').filter(Boolean) : line
  const code = await runCli(argv, {
    document,
    start: async ({ configPath }) => void started.push(configPath),
    io: {
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => err.push(text) },
      stdin: (async function* () {
        yield Buffer.from(more.stdin ?? '')
      })(),
      env: { REGIE_DATA: dir, ...more.env },
    },
  })
  return { code, out: out.join(''), err: err.join(''), started }
}
const inputOf = async (line: string | readonly string[]) => {
  const { out, err, code } = await regie(line)
  expect([code, err]).toEqual([0, ''])
  return (JSON.parse(out) as { input: unknown }).input
}

test('an operation is a command: places, options, lists, flags', async () => {
  expect(
    await inputOf('access approve r1 --only email,name --only phone --until 2026-12-31 --as anna --json'),
  ).toEqual({ id: 'r1', only: ['email', 'name', 'phone'], until: '2026-12-31', notify: true })
  expect(await inputOf('--json --as anna access approve r1 --until 2026-12-31 --no-notify')).toMatchObject({
    notify: false,
  })
})

test('objects go by dots, names by name=value, the rest as JSON; a flag of ours does not hide a member', async () => {
  const line = ['profile', 'set', '--json', '--legal-form', 'bv', '--address.street', 'Dorpsweg 1']
  const more = ['--address.number', '4', '--labels', 'a=1', '--labels', 'b=x=y', '--rows', '{"a":1}']
  expect(await inputOf([...line, ...more, '--value', '{"a":"b"}', '--node-value', 'n'])).toEqual({
    legal_form: 'bv',
    address: { street: 'Dorpsweg 1', number: 4 },
    labels: { a: '1', b: 'x=y' },
    rows: [{ a: 1 }],
    value: { a: 'b' },
    node: 'n',
  })
})

test.each([
  ['access approve r1', /needs --until: see regie access approve --help/],
  [['access', 'approve', '', '--until', '2026-12-31'], /the id is empty: if a list gave it/],
  ['access approve --until 2026-12-31', /missing required argument 'id'/],
  ['access list --limit many', /--limit takes a number/],
  ['access list --limit 1 --limit 2', /give it once/],
  ['access list --state open', /one of: waiting, approved, denied/],
  ['access list --lang de', /'de' is invalid. Allowed choices are nl, en/],
  ['access list --what', /unknown option '--what'/],
  ['access aprove r1', /Did you mean approve/],
  ['profile set --rows {a', /JSON that cannot be read/],
  ['profile set --labels x', /name=value/],
  ['files add s1 /nowhere/at-all', /cannot be read/],
  ['access list --as ../company', /--as takes a name/],
  ['access list --as nobody', /no account "nobody" here: use --as one of company, company\/anna/],
  ['access list --as both', /several accounts .*company\/both, partner\/both/],
  ['access list --node ftp://x', /a node is given by its address/],
  ['access list --as anna --node http://127.0.0.1:9', /leave out --node/],
])('"regie %s" is wrong use: exit 2 and what to do', async (line, message) => {
  const { code, err, out } = await regie(line)
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(message)
})

test('a list is a table; what partners write cannot steer the terminal', async () => {
  const { out, code } = await regie('access list', { env: { TZ: 'UTC' } })
  expect(code).toBe(0)
  const [head, row] = out.split('\n')
  expect(head).toMatch(/^ID {2}STATE {4}PURPOSE {12}ASKED AT$/)
  expect(row).toMatch(/^r1 {2}waiting {2}credit �\[31mcheck {2}2026-01-01 \d\d:00$/)
  expect((await regie('access list --limit 2')).out).toBe('(nobody asks for your data)\n')
})

test('a list that goes on says how', async () => {
  const { err } = await regie('access list --limit 1')
  expect(err).toBe('there is more: add --cursor c2\n')
})

test('-q prints ids only, of a list and of one object', async () => {
  expect((await regie('access list -q')).out).toBe('r1\nr2\n')
  expect((await regie('profile set -q')).out).toBe('g1\n')
  const file = join(dir, 'file.csv')
  writeFileSync(file, 'x'.repeat(100_000))
  expect((await regie(`files add s1 ${file} --quiet`)).out).toBe('f1\n')
})

test('a file is sent under its own name, or from stdin', async () => {
  const file = join(dir, 'file.csv')
  writeFileSync(file, 'x'.repeat(300_000))
  expect(JSON.parse((await regie(`files add s1 ${file} --json`)).out)).toMatchObject({
    name: 'file.csv',
    bytes: 300_000,
  })
  const { out } = await regie('files add s1 - --name given --json', { stdin: 'hello' })
  expect(JSON.parse(out)).toMatchObject({ name: 'given', bytes: 5 })
})

test('a file that comes is written whole, for the caller alone, over no other, or not at all', async () => {
  const folder = mkdtempSync(join(dir, 'in-'))
  const to = (name: string) => join(folder, name)
  const { code, out } = await regie(`files get f1 --out ${to('a.pdf')}`)
  expect([code, out]).toEqual([0, `Written to ${to('a.pdf')}, for your eyes only.\n`])
  expect([statSync(to('a.pdf')).size, statSync(to('a.pdf')).mode & 0o777]).toEqual([300_009, 0o600])
  for (const [id, name, code] of [
    ['f1', 'a.pdf', 'file_exists'],
    ['unknown', 'b.pdf', 'file_unknown'],
    ['breaking', 'c.pdf', 'connection_lost'],
  ] as const) {
    const { out } = await regie(`files get ${id} --out ${to(name)} --json`)
    expect(JSON.parse(out)).toMatchObject({ code })
  }
  expect(readdirSync(folder)).toEqual(['a.pdf'])
  expect((await regie('files get f1')).err).toContain("required option '--out <file>' not specified")
})

test('a value can come from stdin, and an everyday command has a short name', async () => {
  const { out } = await regie('verify - --json', { stdin: 'eyJ~abc~\n' })
  expect(JSON.parse(out)).toEqual({ verified: true, length: 8 })
})

test('an answer of no is shown and ends with exit code 1', async () => {
  const { code, out, err } = await regie('verify revoked')
  expect([code, err]).toEqual([1, ''])
  expect(out).not.toBe('')
  expect((await regie('verify revoked --json')).code).toBe(1)
})

test('a file by itself is printed as it is', async () => {
  expect((await regie('partners imports errors i1')).out).toBe('Naam;reden\r\nBakker;fout\r\n')
})

test('files are written for the caller alone, in the language of the command, and none over another', async () => {
  const folder = mkdtempSync(join(dir, 'out-'))
  const { code, out } = await regie(`rights export --lang en --out ${folder}`)
  expect([code, out]).toEqual([0, expect.stringContaining(join(folder, 'data.pdf'))])
  expect(readFileSync(join(folder, 'data.csv'), 'utf8')).toBe('taal;en\r\n')
  expect(readFileSync(join(folder, 'data.pdf'), 'utf8')).toBe('%PDF')
  expect(statSync(join(folder, 'data.csv')).mode & 0o777).toBe(0o600)
  const again = await regie(`rights export --out ${folder}`)
  expect([again.code, again.err]).toEqual([1, expect.stringMatching(/\[file_exists\]\n.*--out/)])
  expect(readFileSync(join(folder, 'data.csv'), 'utf8')).toBe('taal;en\r\n')
  expect((await regie(['rights', 'export', '--out', folder, '--name', '../data'])).code).toBe(1)
  expect((await regie(`rights export --out ${folder}/nowhere`)).code).toBe(2)
  expect(JSON.parse((await regie('rights export --json')).out).files[0].content).toBe('taal;nl\r\n')
})

test('what unlock printed opens the key of whoever --as names', async () => {
  const env = { REGIE_CONSENT: 'open' }
  expect(JSON.parse((await regie('consent sign --as anna --json', { env })).out)).toMatchObject({
    caller: 'anna',
  })
  expect((await regie('consent sign --as anna')).err).toMatch(/\[consent_locked\]\n.*regie --as anna unlock/)
})

test('a key that nobody took over yet is to be activated, not unlocked', async () => {
  const { code, err } = await regie('consent sign --as company/both --lang nl')
  expect(code).toBe(1)
  expect(err).toMatch(/\[consent_not_activated\]\n.*activeer.*regie --as company\/both activate/)
})

test('a refusal is one sentence and what to do', async () => {
  const line = 'access approve hers --until 2026-12-31 --as anna'
  expect(await regie(line)).toMatchObject({
    code: 1,
    out: '',
    err: [
      'regie: Only the person the data is about can decide this [not_data_subject]',
      '  → only that person can: use --as with that person’s own account',
      '',
    ].join('\n'),
  })
  expect((await regie(`${line} --lang nl`)).err).toMatch(
    /Alleen degene over wie.*\n.*alleen die persoon kan dat/,
  )
  const json = await regie(`${line} --json`)
  expect([json.code, json.err]).toEqual([1, ''])
  expect(JSON.parse(json.out)).toMatchObject({
    code: 'not_data_subject',
    status: 403,
    hint: expect.any(String),
  })
})

test('who has not accepted the policy is shown its text, in one language, and how to accept', async () => {
  const english = await regie('register')
  expect(english.code).toBe(1)
  expect(english.out).toMatch(/^THE RULES\n\n {2}version +7\n[\s\S]*sha-256:abc\n\nYou direct\.\n$/)
  expect(english.err).toMatch(/\[policy_not_accepted\]\n {2}→ .*add: --accept 7\n$/)
  const dutch = await regie('register', { env: { LANG: 'nl_NL.UTF-8' } })
  expect(dutch.out).toMatch(/^DE REGELS\n[\s\S]*U hebt de regie\.\n$/)
  expect((await regie('register -q')).out).toBe('')
  expect(JSON.parse((await regie('register --json')).out)).toMatchObject({ code: 'policy_not_accepted' })
})

test('the policy is shown with the lines to accept it with', async () => {
  const { out } = await regie('policy show --lang nl --as anna')
  expect(out).toMatch(/aanvaarden voor het bedrijf +regie --as anna register --accept 7\n/)
  expect(out).toMatch(/geldt sinds +01-01-2026\n/)
})

test('what goes to another program is not folded, unless a width is asked for', async () => {
  const line = 'access list --json'
  const { out: json } = await regie(line, { env: { COLUMNS: '40' } })
  expect(json).toBe((await regie(line)).out)
  const { out: narrow } = await regie('access list', { env: { COLUMNS: '40' } })
  expect(Math.max(...narrow.split('\n').map((one) => one.length))).toBeLessThanOrEqual(40)
})

test('a wrong input is told by option', async () => {
  const { err, code } = await regie('access approve r1 --until tomorrow --as anna')
  expect(code).toBe(1)
  expect(err).toMatch(
    /\[invalid_input\]\n {2}--until: write a day as 2026-12-31\n {2}→ see regie access approve --help/,
  )
})

test('who may not is told which role it takes', async () => {
  const { err, code } = await regie('access approve r1 --until 2026-12-31')
  expect(code).toBe(1)
  expect(err).toMatch(/\[not_allowed\]\n {2}needs: contact_person\n {2}→ use --as/)
})

test('--as finds a node, a person, or a person on a node', async () => {
  const caller = async (as: string) =>
    (JSON.parse((await regie(`profile set --json --as ${as}`)).out) as { caller: string }).caller
  expect(await caller('company')).toBe('company')
  expect(await caller('anna')).toBe('anna')
  expect(await caller('company/both')).toBe('both')
})

test('REGIE_URL and REGIE_TOKEN work without any local node', async () => {
  const env = { REGIE_URL: url, REGIE_TOKEN: 'secret-anna', REGIE_DATA: '/nowhere' }
  expect(JSON.parse((await regie('profile set --json', { env })).out)).toMatchObject({ caller: 'anna' })
  expect(await regie('profile set', { env: { ...env, REGIE_TOKEN: 'no' } })).toMatchObject({
    code: 1,
    err: expect.stringContaining('[token_invalid]'),
  })
})

test('a node given by address is asked as its own account when it is local, as nobody otherwise', async () => {
  expect(JSON.parse((await regie(`profile set --json --node ${url}/`)).out)).toMatchObject({
    caller: 'company',
  })
  const env = { REGIE_DATA: '/nowhere' }
  expect((await regie(`profile set --node ${url}`, { env })).err).toContain('[authentication_required]')
})

test('a token that others can read is not used', async () => {
  localNode('loose', url, ['loose'])
  chmodSync(join(dir, 'loose', 'tokens', 'loose.token'), 0o640)
  const { code, err } = await regie('access list --as loose')
  expect([code, err]).toEqual([1, expect.stringMatching(/\[token_file_open\][\s\S]*chmod 600/)])
  rmSync(join(dir, 'loose'), { recursive: true })
})

test('a node that is down, and one that is none, are told apart', async () => {
  const down = await regie('access list --as partner')
  expect([down.code, down.err]).toEqual([
    1,
    expect.stringMatching(/No node answers at http:\/\/127\.0\.0\.1:9 \[node_unreachable\][\s\S]*npm start/),
  ])
  const none = await regie('access list', { env: { REGIE_DATA: '/nowhere' } })
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('[no_local_nodes]')])
  const other = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const strange = await regie(`access list --node http://127.0.0.1:${port}`)
  other.close()
  expect([strange.code, strange.err]).toEqual([1, expect.stringContaining('[not_a_node]')])
})

test('help lists every command by noun, and reads well for one', async () => {
  const all = await regie('--help')
  expect(all.code).toBe(0)
  expect(all.out).toMatch(/Every day:\n {2}verify <presentation> +Verify a presentation\n {2}start /)
  expect(all.out).toMatch(/Deciding .*:\n {2}access list +Access requests.*\n {2}access approve <id> +Grant/)
  expect(all.out).not.toContain('relay')
  expect(all.out).toMatch(/policy show +The policy of did:ethr parties\n/)
  expect((await regie('relay submit --help')).out).toMatch(/^Usage: regie relay submit/)
  expect((await regie('')).out).toBe(all.out)
  const one = await regie('access approve --help')
  expect(one.out).toContain('--only <a,b>')
  expect(one.out).toMatch(/--until <text> +the last day \(e\.g\. 2026-12-31; required\)/)
  expect(one.out).toMatch(/Example:\n {2}regie --as bram access approve [0-9a-f-]{36} /)
  const made = await regie('files add --help')
  expect(made.out).toMatch(/Example:\n {2}regie files add s1 <file> --name list\.csv\n$/)
  expect(await regie('access')).toMatchObject({ code: 2, err: expect.stringContaining('approve') })
  expect((await regie('--version')).out).toBe('1.2.3\n')
})

test('start hands over the configuration', async () => {
  expect((await regie('start')).started).toEqual(['agent.yml'])
  expect((await regie('start --config other.yml')).started).toEqual(['other.yml'])
})
