import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { Refusal } from '../core/index.ts'
import { type Env, loadConfig, networkFilePath, readSettings, retentionOf, trustOf } from './index.ts'

const dir = mkdtempSync(join(tmpdir(), 'regie-config-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const network = {
  trustAnchor: 'http://127.0.0.1:4801',
  chain: {
    chainId: 31337,
    rpcUrl: 'http://127.0.0.1:4845',
    registry: '0x0000000000000000000000000000000000000001',
  },
}
writeFileSync(networkFilePath(dir), JSON.stringify(network))
const env: Env = { REGIE_DATA: dir }

const good = `version: 3.0
node:
  name: company
  organisation: { name: Verzonnen B.V., kvkNumber: '00486173' }
  administrator: { account: company, givenName: Roos, familyName: Schijn, roles: [coordinator] }
  listen: { port: 4800 }
  network: embedded
agent:
  $require: ./dist/agent-from-file.js?t=function#createAgentFromFile
  $args: [agent.yml]
`
const joined = `network: { trustAnchor: 'https://myobi.example/', chain: { chainId: 1, rpcUrl: 'https://rpc.example', registry: '0xdca7ef03e98e0dc2b855be647c39abe984fcf21b' } }`

function load(text: string, overrides: Env = {}) {
  const path = join(dir, 'agent.yml')
  writeFileSync(path, text)
  return loadConfig(path, { ...env, ...overrides })
}

/** The good file with one line replaced. */
const but = (from: string, to: string): string => {
  if (!good.includes(from)) throw new Error('the test replaces nothing')
  return good.replace(from, to)
}

test('an embedded company is on loopback, with its own folder and the network’s trust anchor', () => {
  expect(load(good)).toEqual({
    name: 'company',
    url: 'http://127.0.0.1:4800',
    did: 'ethr',
    listen: { host: '127.0.0.1', port: 4800 },
    dataDir: join(dir, 'company'),
    storage: { engine: 'sqlite', file: join(dir, 'company', 'regie.sqlite') },
    organisation: { name: 'Verzonnen B.V.', kvkNumber: '00486173' },
    administrator: { account: 'company', givenName: 'Roos', familyName: 'Schijn', roles: ['coordinator'] },
    chain: network.chain,
    trustAnchor: { url: network.trustAnchor },
    isTrustAnchor: false,
    loopback: true,
    localTokens: true,
  })
})

test('an organisation may have its DID on its own host', () => {
  expect(load(but('network: embedded', 'network: embedded\n  did: web')).did).toBe('web')
  expect(() => load(but('network: embedded', 'network: embedded\n  did: key'))).toThrow('must be ethr or web')
})

test('the node that is its own trust anchor is the trust anchor', () => {
  expect(load(but('port: 4800', 'port: 4801')).isTrustAnchor).toBe(true)
})

test('a node of a real network writes no tokens and reaches nothing on loopback', () => {
  const config = load(but('network: embedded', `${joined}\n  url: https://regie.verzonnen.example/`))
  expect(config).toMatchObject({
    url: 'https://regie.verzonnen.example',
    trustAnchor: { url: 'https://myobi.example' },
    chain: { chainId: 1 },
    loopback: false,
    localTokens: false,
  })
})

test('a node of a real network says where others reach it', () => {
  for (const lines of [joined, `${joined}\n  url: http://127.0.0.1:4800`])
    expect(() => load(but('network: embedded', lines))).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        params: expect.objectContaining({ path: 'node.url' }),
      }),
    )
})

test('hosts in the own network that webhooks may call are written as a URL names them', () => {
  const hosts = ['erp.intern:8443', '10.0.0.5:80', '[::1]:9000']
  expect(
    load(but('network:', `egress: { allowHosts: ${JSON.stringify(hosts)} }\n  network:`)).egress,
  ).toEqual({
    allowHosts: hosts,
  })
})

const walletProviders =
  'walletProviders: [{ name: Walletmaker, keys: [{ kty: OKP, crv: Ed25519, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo, kid: k1 }] }]'

test('issuers whose offers are taken without asking', () => {
  const lines = `wallet: { trustedIssuers: ['https://issuer.example/tenant'] }\n  network: embedded`
  expect(load(but('network: embedded', lines)).wallet).toEqual({
    trustedIssuers: ['https://issuer.example/tenant'],
    renewDays: 14,
  })
})

test('issuing to wallets of others: what is asked of them, and whose word is believed', () => {
  const lines = `issuance: { requireWalletAttestation: true, ${walletProviders} }\n  network: embedded`
  expect(load(but('network: embedded', lines)).issuance).toEqual({
    requireDpop: false,
    requireWalletAttestation: true,
    requireKeyAttestation: false,
    walletProviders: [
      {
        name: 'Walletmaker',
        keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }],
      },
    ],
  })
})

test('issuing in other formats is said by name', () => {
  const lines = (formats: string) =>
    but('network: embedded', `issuance: { formats: [${formats}] }\n  network: embedded`)
  expect(load(lines('vc+jwt, jwt_vc_json')).issuance?.formats).toEqual(['vc+jwt', 'jwt_vc_json'])
  expect(() => load(lines('mso_mdoc'))).toThrow()
})

test('REGIE_PORT moves the node, and its address with it', () => {
  expect(load(good, { REGIE_PORT: '5900' })).toMatchObject({
    url: 'http://127.0.0.1:5900',
    listen: { port: 5900 },
  })
})

test('the address of the database comes from the environment', () => {
  const postgres = but('listen:', 'storage: postgres\n  listen:')
  const url = 'postgres://regie:x@127.0.0.1/regie'
  expect(load(postgres, { REGIE_DATABASE_URL: url }).storage).toEqual({ engine: 'postgres', url })
  for (const bad of [undefined, '', 'mysql://x', 'postgres://['])
    expect(() => load(postgres, { REGIE_DATABASE_URL: bad })).toThrow(
      expect.objectContaining({ code: 'database_url_missing' }),
    )
})

test('the files in the repository are good', () => {
  for (const file of ['agent.yml', 'examples/network/myobi.yml', 'examples/network/partner.yml'])
    expect(readSettings(file, {}).embedded).toBe(true)
})

test('an embedded node does not start before its network', () => {
  expect(() => load(good, { REGIE_DATA: join(dir, 'elsewhere') })).toThrow(
    expect.objectContaining({ code: 'network_not_started' }),
  )
})

test('a file that is not there is named', () => {
  expect(() => loadConfig(join(dir, 'none.yml'), env)).toThrow(
    expect.objectContaining({ code: 'config_not_found', kind: 'not_found', params: { file: 'none.yml' } }),
  )
})

test.each([
  ['name: company', 'name: company\n  colour: red', 'node.colour', undefined],
  ['name: company', 'nam: company', 'node.nam', 'name'],
  ["kvkNumber: '00486173'", "kvk_number: '00486173'", 'node.organisation.kvk_number', 'kvkNumber'],
  ['network: embedded', 'netwrok: embedded', 'node.netwrok', 'network'],
  ['network: embedded', joined.replace('rpcUrl', 'rcpUrl'), 'node.network.chain.rcpUrl', 'rpcUrl'],
  [
    'network: embedded',
    joined.replace('trustAnchor', 'trust_anchor'),
    'node.network.trust_anchor',
    'trustAnchor',
  ],
  ['agent:', 'agnet: {}\nagent:', 'agnet', 'agent'],
  ['listen: {', 'listen: { __proto__: { port: 1 },', 'node.listen.__proto__', undefined],
])('%j written as %j is an unknown key', (from, to, path, suggestion) => {
  expect(() => load(but(from, to))).toThrow(
    expect.objectContaining({
      code: 'config_unknown_key',
      params: { file: 'agent.yml', path, ...(suggestion && { suggestion }) },
    }),
  )
})

test.each([
  ['version: 3.0', 'version: 2.0', 'version', 'must be 3.0'],
  ['  name: company\n', '', 'node.name', 'is missing'],
  ['name: company', 'name: Company BV', 'node.name', 'must be a short name'],
  ['name: company', 'name: ../up', 'node.name', 'must be a short name'],
  ["'00486173'", '00486173', 'node.organisation.kvkNumber', 'between quotes'],
  ["'00486173'", "'486173'", 'node.organisation.kvkNumber', '8 digits'],
  ['name: Verzonnen B.V.', 'name: ""', 'node.organisation.name', 'empty'],
  ['name: Verzonnen B.V.', 'name: "a\\nb"', 'node.organisation.name', 'one line'],
  ['[coordinator]', 'coordinator', 'node.administrator.roles', 'a list'],
  ['[coordinator]', '[emperor]', 'node.administrator.roles.0', 'one of: coordinator'],
  ['[coordinator]', '[servicedesk]', 'node.administrator.roles', 'only on the trust anchor'],
  ['port: 4800', 'port: 70000', 'node.listen.port', 'a port number'],
  ['port: 4800', 'port: "4800"', 'node.listen.port', 'a number'],
  ['port: 4800', 'host: localhost, port: 4800', 'node.listen.host', 'an IP address'],
  ['port: 4800', 'host: 0.0.0.0, port: 4800', 'node.url', 'other machines'],
  ['network: embedded', 'network: embeded', 'node.network', 'must be embedded'],
  [
    'network: embedded',
    'network: { trustAnchor: https://myobi.example }',
    'node.network.chain',
    'is missing',
  ],
  ['network: embedded', joined.replace('https://myobi', 'http://myobi'), 'node.network.trustAnchor', 'https'],
  ['network: embedded', joined.replace('0xdca7', '0xdc'), 'node.network.chain.registry', '0x'],
  ['network: embedded', 'network: embedded\n  url: http://a.example', 'node.url', 'https'],
  ...[
    'erp.intern',
    'ERP.intern:80',
    'http://erp.intern:80',
    'erp.intern:0',
    '0x7f.1:80',
    'a@b:80',
    ':80',
  ].map((host) => [
    'network: embedded',
    `egress: { allowHosts: ['${host}'] }\n  network: embedded`,
    'node.egress.allowHosts.0',
    'must be a host in lower case and its port',
  ]),
  [
    'network: embedded',
    'egress: { allowHost: [] }\n  network: embedded',
    'node.egress.allowHost',
    'mean allowHosts',
  ],
  [
    'network: embedded',
    'issuance: { requireKeyAttestation: true }\n  network: embedded',
    'node.issuance',
    'must name walletProviders',
  ],
  [
    'network: embedded',
    "wallet: { trustedIssuers: ['http://issuer.example'] }\n  network: embedded",
    'node.wallet.trustedIssuers.0',
    'must be an https address',
  ],
  [
    'network: embedded',
    'issuance: { walletProviders: [{ name: W, keys: [{ kty: RSA }] }] }\n  network: embedded',
    'node.issuance.walletProviders.0.keys.0',
    'must be a public key',
  ],
  ['network: embedded', 'network: embedded\n  url: https://a.example/?x=1', 'node.url', 'without query'],
  ['network: embedded', 'network: embedded\n  storage: mysql', 'node.storage', 'one of: sqlite'],
  ['createAgentFromFile', 'somethingElse', 'agent.$require', 'one of'],
  ['organisation: { name', 'organisation: [1]\n  x: { name', 'node.x', 'not a known key'],
])('%j written as %j is refused', (from, to, path, words) => {
  expect(() => load(but(from, to))).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(words),
      params: expect.objectContaining({ path }),
    }),
  )
})

test.each([
  [
    'a key that occurs twice',
    but('name: company', 'name: company\n  name: other'),
    /line 4: a key occurs twice/,
  ],
  ['a tag', but('name: company', 'name: !!js/function "x"'), /unknown tag/],
  ['two documents', `${good}---\n${good}`, /more than one document/],
  ['aliases that unfold', billionLaughs(), /aliases/],
  ['an alias of nothing', but('name: company', 'name: *nobody'), /aliases|not YAML/],
  ['depth', `a: ${'['.repeat(40)}${']'.repeat(40)}`, /nested too deep/],
  [
    'depth that exhausts the stack',
    `a: ${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    /not YAML|nested|aliases/,
  ],
  ['size', `${good}#${'x'.repeat(70_000)}`, /64 kB/],
  ['broken YAML', 'version: "3.0', /not YAML/],
  ['a list', '- version', /a group of keys/],
  ['nothing', '', /a group of keys/],
])('%s is refused', (_, text, words) => {
  expect(() => load(text)).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.stringMatching(words) }),
  )
})

test.each([
  ['node.masterKey', but('name: company', 'name: company\n  masterKey: x')],
  ['node.relay_key', but('name: company', 'name: company\n  relay_key: x')],
  ['node.administrator.password', but('account: company', 'account: company, password: x')],
  ['node.apiToken', but('name: company', 'name: company\n  apiToken: x')],
  ['node.storage', but('listen:', 'storage: postgres://regie:hunter2@db/regie\n  listen:')],
  [
    'node.network.chain.rpcUrl',
    but('network: embedded', joined.replace('https://rpc', 'https://u:hunter2@rpc')),
  ],
  ['node.organisation.name', but('Verzonnen B.V.', `'0x${'ab'.repeat(32)}'`)],
  ['node.organisation.name', but('Verzonnen B.V.', `${'aB3'.repeat(14)}_=`)],
  ['node.organisation.name', but('Verzonnen B.V.', '"-----BEGIN EC PRIVATE KEY-----"')],
])('a secret in %s is refused, and not repeated', (path, text) => {
  expect(() => load(text)).toThrow(
    expect.objectContaining({
      code: 'secret_in_config',
      params: { file: 'agent.yml', path },
      message: expect.not.stringMatching(/hunter2|abab|aB3aB3/),
    }),
  )
})

test.each(['0', '70000', 'x', '', '4800x', '-1'])('REGIE_PORT %j is refused', (port) => {
  expect(() => load(good, { REGIE_PORT: port })).toThrow(expect.objectContaining({ code: 'config_invalid' }))
})

test('whatever the file holds, the answer is a refusal', () => {
  const slip = fc.tuple(fc.nat(good.length), fc.nat(12), fc.string({ maxLength: 12 }))
  fc.assert(
    fc.property(fc.oneof(fc.string(), slip), (edit) => {
      const text =
        typeof edit === 'string' ? edit : good.slice(0, edit[0]) + edit[2] + good.slice(edit[0] + edit[1])
      try {
        load(text)
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal)
      }
    }),
    { numRuns: 300 },
  )
})

function billionLaughs(): string {
  const levels = Array.from({ length: 8 }, (_, i) => `b${i + 1}: &b${i + 1} [*b${i}, *b${i}, *b${i}, *b${i}]`)
  return `${good}b0: &b0 [x, x]\n${levels.join('\n')}\n`
}

test('says how long things are kept, or leaves it at what holds for all', () => {
  const withRetention = (text: string) =>
    but('  network: embedded', `  network: embedded\n  retention: ${text}`)
  const usual = retentionOf(load(good))
  expect(retentionOf(load(withRetention('{ looksMonths: 84 }')))).toEqual({ ...usual, looksMonths: 84 })
  expect(() => load(withRetention('{ auditMonths: 12 }'))).toThrow(
    expect.objectContaining({ code: 'config_unknown_key' }),
  )
  for (const wrong of [
    '{ looksMonths: 0 }',
    '{ changesDays: 6 }',
    '{ messagesMonths: 121 }',
    '{ noticesMonths: x }',
  ])
    expect(() => load(withRetention(wrong)), wrong).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    )
})

const withTrust = (text: string) => but('  network: embedded', `  network: embedded\n  ${text}`)

test('who wants to know wallets may know their makers by an anchor', () => {
  const anchored = `issuance: { requireWalletAttestation: true }
  trust: { anchors: [{ name: makers, certificate: m.pem, for: [wallet-providers] }] }`
  expect(load(withTrust(anchored)).issuance).toMatchObject({ requireWalletAttestation: true })
  expect(() => load(withTrust(anchored.replace('wallet-providers', 'issuers')))).toThrow(
    expect.objectContaining({ code: 'config_invalid' }),
  )
})

test('a private key has no place in the file, also where public ones have', () => {
  const secret = walletProviders.replace('kid: k1', 'd: nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A')
  expect(() => load(but('network: embedded', `issuance: { ${secret} }\n  network: embedded`))).toThrow(
    expect.objectContaining({ code: 'secret_in_config' }),
  )
})

test('says under which certificate it issues, of which types', () => {
  expect(load(good).issuer).toBeUndefined()
  expect(load(withTrust('issuer: { certificate: certs/us.pem }')).issuer).toEqual({
    certificatePath: resolve('certs/us.pem'),
  })
  const some = 'issuer: { certificate: certs/us.pem, types: [employee-role] }'
  expect(load(withTrust(some)).issuer).toMatchObject({ types: ['employee-role'] })
  expect(() => load(withTrust('issuer: { certificate: a.pem, types: [] }'))).toThrow(/must name a type/)
})

test('says who is trusted beside the network, and for what', () => {
  expect(load(good).trust).toBeUndefined()
  expect(trustOf(load(good))).toEqual({ anchors: [], issuers: [] })
  const { verifier, trust } = load(
    withTrust(`verifier: { certificate: certs/us.pem }
  trust:
    anchors: [{ name: kvk, certificate: certs/kvk.pem, for: [issuers, verifiers] }]
    issuers:
      - type: urn:regie:credential:employee-role:1
        accept: [network, { anchor: kvk, dnsName: kvk.example }, { url: 'https://issuer.example/a' }, { role: member }]`),
  )
  expect(verifier).toEqual({ certificatePath: resolve('certs/us.pem') })
  expect(trust).toEqual({
    anchors: [
      // Nothing said of lists of what was taken back: they are required.
      {
        ...{ name: 'kvk', certificatePath: resolve('certs/kvk.pem'), uses: ['issuers', 'verifiers'] },
        revocation: 'required',
      },
    ],
    issuers: [
      {
        type: 'urn:regie:credential:employee-role:1',
        accept: [
          'network',
          { anchor: 'kvk', dnsName: 'kvk.example' },
          { url: 'https://issuer.example/a' },
          { role: 'member' },
        ],
      },
    ],
  })
})

test.each([
  ['an anchor for nothing', 'anchors: [{ name: kvk, certificate: a.pem, for: [] }]'],
  ['an anchor for what nobody knows', 'anchors: [{ name: kvk, certificate: a.pem, for: [all] }]'],
  [
    'two of one name',
    'anchors: [{ name: a, certificate: a.pem, for: [issuers] }, { name: a, certificate: b.pem, for: [issuers] }]',
  ],
  ['a purpose that is none', "anchors: [{ name: a, certificate: a.pem, for: [issuers], purpose: '1' }]"],
  ['nobody', 'issuers: [{ type: a:b, accept: [] }]'],
  ['a type twice', 'issuers: [{ type: a:b, accept: [network] }, { type: a:b, accept: [network] }]'],
  ['an address in the clear', "issuers: [{ type: a:b, accept: [{ url: 'http://issuer.example' }] }]"],
  ['everybody', 'issuers: [{ type: a:b, accept: [anybody] }]'],
])('trust in %s is refused', (_what, text) => {
  expect(() => load(withTrust(`trust: { ${text} }`))).toThrow(
    expect.objectContaining({ code: 'config_invalid' }),
  )
})

const withLogin = (more: string) =>
  but(
    'network: embedded',
    `network: embedded\n  openid: { issuer: 'https://login.example/', clientId: regie, label: { nl: Aanmelden, en: Sign in }${more} }`,
  )

test('the login of the organisation names its issuer to the letter, and gives nothing unless told', () => {
  expect(load(withLogin('')).openid).toEqual({
    ...{ issuer: 'https://login.example/', clientId: 'regie', label: { nl: 'Aanmelden', en: 'Sign in' } },
    ...{
      scopes: ['email', 'profile'],
      accountClaim: 'email',
      groupsClaim: 'groups',
      groups: [],
      create: false,
    },
  })
  const groups = ', groups: [{ group: beheer, roles: [administrator] }]'
  expect(load(withLogin(`${groups}, create: true`)).openid).toMatchObject({
    ...{ groups: [{ group: 'beheer', roles: ['administrator'] }], create: true },
  })
})

test.each([
  ['that adds people of no group', ', create: true'],
  ['with a role nobody knows', ', groups: [{ group: beheer, roles: [baas] }]'],
  ['with a group of no role', ', groups: [{ group: beheer, roles: [] }]'],
  ['that makes servicedesk people of a company', ', groups: [{ group: beheer, roles: [servicedesk] }]'],
  ['with a scope that is two', ", scopes: ['email profile']"],
  ['with what nobody knows', ', nonce: none'],
])('a login %s is refused', (_what, more) => {
  expect(() => load(withLogin(more))).toThrow(/config_(invalid|unknown_key)|node\.openid/)
})

test('a login in the clear on another machine, or with its secret in the file, is refused', () => {
  expect(() => load(withLogin('').replace('https://login', 'http://login'))).toThrow('node.openid.issuer')
  expect(() => load(withLogin(', clientSecret: geheim'))).toThrow(
    expect.objectContaining({ code: 'secret_in_config' }),
  )
})

test('wallets sign nobody in unless the file says so', () => {
  expect(load(good).walletSignIn).toBeUndefined()
  expect(load(but('network: embedded', 'network: embedded\n  walletSignIn: true')).walletSignIn).toBe(true)
})
