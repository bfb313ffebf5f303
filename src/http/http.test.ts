import { request as rawRequest } from 'node:http'
import { connect } from 'node:net'
import { Router, text } from 'express'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  downloadSchema,
  type Log,
  operation,
  Refusal,
  systemClock,
} from '../core/index.ts'
import { createHttp, type Http, type HttpOptions } from './index.ts'
import type { Answer, Attempt, Idempotency } from './ports.ts'

const user: Caller = {
  kind: 'user',
  userId: 'u1',
  account: 'anna',
  roles: ['coordinator'],
  personId: 'p1',
  did: 'did:example:anna' as never,
}
const auditor: Caller = { ...user, userId: 'u2', account: 'bob', roles: ['auditor'] }
const callers: Readonly<Record<string, Caller>> = { anna: user, bob: auditor }

let created = 0
const operations: readonly AnyOperation[] = [
  operation({
    name: 'things.list',
    summary: 'Lists things.',
    method: 'GET',
    path: '/things',
    input: z.object({
      limit: z.number().int().max(100).default(20),
      open: z.boolean().optional(),
      tags: z.array(z.string()).optional(),
    }),
    output: z.object({ input: z.record(z.string(), z.unknown()) }),
    allow: { anyone: 'test' },
    run: async (input) => ({ input }),
  }),
  operation({
    name: 'things.create',
    summary: 'Makes a thing.',
    method: 'POST',
    path: '/things',
    input: z.object({ name: z.string().min(2), address: z.object({ street: z.string() }).optional() }),
    output: z.object({ id: z.string(), n: z.number() }),
    allow: { users: ['coordinator'] },
    status: 201,
    run: async ({ name }) => {
      if (name === 'slow') await new Promise((resolve) => setTimeout(resolve, 150))
      if (name === 'refused') throw new Refusal('conflict', 'name_taken', 'that name is taken')
      created++
      return { id: name, n: created, secret: 'not in the output schema' }
    },
  }),
  operation({
    name: 'things.get',
    summary: 'One thing.',
    method: 'GET',
    path: '/things/:id',
    input: z.object({ id: z.string() }),
    output: z.object({ id: z.string(), version: z.number().int() }),
    allow: { users: ['signed_in'] },
    run: async ({ id }) => ({ id, version: 3 }),
  }),
  operation({
    name: 'things.mine',
    summary: 'My things.',
    method: 'GET',
    path: '/things/mine',
    input: z.object({}),
    output: z.object({ mine: z.boolean() }),
    allow: { users: ['signed_in'] },
    run: async () => ({ mine: true }),
  }),
  operation({
    name: 'things.change',
    summary: 'Changes a thing.',
    method: 'PUT',
    path: '/things/:id',
    input: z.object({ id: z.string(), name: z.string().optional() }),
    output: z.object({ ifMatch: z.number().nullable() }),
    allow: { users: ['signed_in'] },
    run: async (_input, { ifMatch }) => ({ ifMatch: ifMatch ?? null }),
  }),
  operation({
    name: 'things.broken',
    summary: 'Fails.',
    method: 'POST',
    path: '/broken',
    input: z.object({ how: z.string() }),
    output: z.object({ ok: z.boolean() }),
    allow: { anyone: 'test' },
    run: async ({ how }) => {
      if (how === 'output') return { ok: 'personal value' } as never
      throw new Error(`something about ${how}`)
    },
  }),
  operation({
    name: 'files.get',
    summary: 'Gives a file.',
    method: 'GET',
    path: '/files/:name',
    input: z.object({ name: z.string() }),
    output: downloadSchema,
    allow: { users: ['signed_in'] },
    download: true,
    run: async ({ name }) => {
      async function* content() {
        if (name === 'lost') throw new Refusal('not_found', 'sealed_value_lost', 'its key is gone')
        yield Buffer.from('<script>alert(1)</script>')
        if (name === 'breaking') throw new Error('gone')
      }
      return {
        fileName: 'contract "é".html',
        mediaType: 'text/html',
        size: name === 'f' ? 25 : 30,
        content: content(),
      }
    },
  }),
  operation({
    name: 'files.add',
    summary: 'Takes a file.',
    method: 'POST',
    path: '/files',
    input: z.object({ name: z.string() }),
    output: z.object({ bytes: z.number() }),
    allow: { users: ['signed_in'] },
    upload: true,
    run: async ({ name }, { upload }) => {
      if (name === 'unread' || !upload) return { bytes: -1 }
      let bytes = 0
      for await (const chunk of upload) bytes += chunk.length
      return { bytes }
    },
  }),
]

class InMemoryIdempotency implements Idempotency {
  readonly rows = new Map<string, Attempt & { answer?: Answer }>()
  async begin(attempt: Attempt) {
    const row = this.rows.get(attempt.key)
    if (!row) {
      this.rows.set(attempt.key, attempt)
      return 'new' as const
    }
    if (row.digest !== attempt.digest || row.operation !== attempt.operation) return 'mismatch' as const
    return row.answer ?? ('busy' as const)
  }
  async finish(attempt: Attempt, answer: Answer) {
    this.rows.set(attempt.key, { ...attempt, answer })
  }
  async abandon({ key }: Attempt) {
    this.rows.delete(key)
  }
}

const lines: string[] = []
const log: Log = {
  info: (fields, message) => void lines.push(JSON.stringify({ fields, message })),
  warn: (fields, message) => void lines.push(JSON.stringify({ fields, message })),
  error: (fields, message) => void lines.push(JSON.stringify({ fields, message })),
}

let http: Http | undefined
afterEach(async () => {
  await http?.close()
  http = undefined
  lines.length = 0
})

async function start(options: Partial<HttpOptions> = {}): Promise<string> {
  http = createHttp({
    operations,
    authenticate: async ({ headers }) => {
      if (!headers.authorization) return { kind: 'anonymous' }
      const caller = callers[headers.authorization.replace('Bearer ', '')]
      if (!caller) throw new Refusal('unauthenticated', 'token_invalid', 'the token is not valid')
      return caller
    },
    idempotency: new InMemoryIdempotency(),
    health: async () => ({ ready: true, checks: { database: { ok: true } } }),
    routers: [],
    info: { title: 'Test', version: '1' },
    log,
    clock: systemClock,
    ...options,
  })
  return (await http.listen({ host: '127.0.0.1', port: 0 })).url
}

const as = (name: string, more: Record<string, string> = {}) => ({
  headers: { authorization: `Bearer ${name}`, ...more },
})
const json = (body: unknown, who = 'anna', more: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { authorization: `Bearer ${who}`, 'content-type': 'application/json', ...more },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const outcome = async (response: Response) => {
  const body = (await response.json()) as { code?: string }
  return [response.status, body.code]
}

test('path, query and body become one typed input', async () => {
  const url = await start()
  const answer = await fetch(`${url}/api/v1/things?limit=5&open=true&tags=a&tags=b%20c`)
  expect(await answer.json()).toEqual({ input: { limit: 5, open: true, tags: ['a', 'b c'] } })
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('x-powered-by')).toBeNull()
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('the output holds what its schema names and nothing else', async () => {
  const url = await start()
  const answer = await fetch(`${url}/api/v1/things`, json({ name: 'one' }))
  expect(answer.status).toBe(201)
  expect(Object.keys((await answer.json()) as object)).toEqual(['id', 'n'])
})

test('a literal path goes before a parameter, also when declared later', async () => {
  const url = await start()
  expect(await (await fetch(`${url}/api/v1/things/mine`, as('anna'))).json()).toEqual({ mine: true })
})

test('who may not call learns nothing about the input', async () => {
  const url = await start()
  const bad = (who?: string): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'text/plain', ...(who ? { authorization: `Bearer ${who}` } : {}) },
    body: '{{{',
  })
  expect(await outcome(await fetch(`${url}/api/v1/things`, bad()))).toEqual([401, 'authentication_required'])
  expect(await outcome(await fetch(`${url}/api/v1/things`, bad('nobody')))).toEqual([401, 'token_invalid'])
  expect(await outcome(await fetch(`${url}/api/v1/things`, bad('bob')))).toEqual([403, 'not_allowed'])
  expect(await outcome(await fetch(`${url}/api/v1/things`, bad('anna')))).toEqual([
    400,
    'unsupported_media_type',
  ])
})

const refusedInput: readonly (readonly [string, string, RequestInit, number, string])[] = [
  ['a broken body', '/things', json('{"name":'), 400, 'json_invalid'],
  ['a list as body', '/things', json('[]'), 400, 'json_not_object'],
  ['a member twice in the body', '/things', json('{"name":"ab","name":"cd"}'), 400, 'json_duplicate_member'],
  ['deep nesting', '/things', json('['.repeat(5000)), 400, 'json_too_deep'],
  ['a NUL in a text', '/things', json('{"name":"a\\u0000b"}'), 400, 'invalid_text'],
  ['a member in query and body', '/things?name=ab', json({ name: 'ab' }), 400, 'duplicate_member'],
  ['a member in path and query', '/things/1?id=2', as('anna'), 400, 'duplicate_member'],
  ['a scalar twice in the query', '/things?limit=1&limit=2', {}, 400, 'duplicate_member'],
  ['an unknown member', '/things', json({ name: 'ab', extra: 1 }), 400, 'invalid_input'],
  [
    'an unknown nested member',
    '/things',
    json({ name: 'ab', address: { street: 's', x: 1 } }),
    400,
    'invalid_input',
  ],
  ['an unknown query member', '/things?x=1', {}, 400, 'invalid_input'],
  ['the member __proto__', '/things', json('{"name":"ab","__proto__":{}}'), 400, 'json_forbidden_member'],
  ['a number that is none', '/things?limit=many', {}, 400, 'invalid_input'],
  ['a broken escape in the path', '/things/%E0%A4%A', as('anna'), 400, 'malformed_url'],
  ['a broken escape in the query', '/things?x=%E0%A4%A', {}, 400, 'malformed_url'],
  [
    'a compressed body',
    '/things',
    json('{}', 'anna', { 'content-encoding': 'gzip' }),
    400,
    'unsupported_media_type',
  ],
  ['a body of 1 MB and more', '/things', json({ name: 'x'.repeat(1024 ** 2) }), 413, 'body_too_large'],
  ['an unknown address', '/nothing', {}, 404, 'route_not_found'],
  ['an unknown method', '/things', { method: 'DELETE' }, 405, 'method_not_allowed'],
  [
    'a bad If-Match',
    '/things/1',
    { ...as('anna', { 'if-match': 'W/"3"' }), method: 'PUT' },
    400,
    'invalid_if_match',
  ],
]
test.each(refusedInput)('%s is refused with a code', async (_what, path, init, status, code) => {
  const url = await start()
  const answer = await fetch(`${url}/api/v1${path}`, init)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await outcome(answer)).toEqual([status, code])
})

test('a wrong input is told by member and rule, without its value', async () => {
  const url = await start()
  const answer = await fetch(
    `${url}/api/v1/things`,
    json({ name: 'Q', address: { street: 4711, zip: 'sensitive' } }),
  )
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({
    type: 'urn:regie:problem:invalid_input',
    status: 400,
    errors: [
      { path: 'name', code: 'too_small', expected: '>= 2 characters' },
      { path: 'address.street', code: 'invalid_type', expected: 'string' },
      { path: 'address.zip', code: 'unknown_member' },
    ],
    request_id: answer.headers.get('x-request-id'),
  })
  expect(text).not.toMatch(/4711|sensitive|"Q"/)
  const missing = await fetch(`${url}/api/v1/things`, json({}))
  expect(await missing.json()).toMatchObject({ errors: [{ path: 'name', code: 'missing' }] })
})

test('titles come in the reader’s language, codes do not change', async () => {
  const url = await start()
  const title = async (language: string) => {
    const answer = await fetch(`${url}/api/v1/things/1`, { headers: { 'accept-language': language } })
    return [answer.headers.get('content-language'), ((await answer.json()) as { title: string }).title]
  }
  expect(await title('nl-NL,nl;q=0.9,en;q=0.8')).toEqual(['nl', expect.stringContaining('Meld u aan')])
  expect(await title('nl;q=0.2,en')).toEqual(['en', expect.stringContaining('Sign in')])
  expect(await title('fr')).toEqual(['en', expect.stringContaining('Sign in')])
})

test('what we did not foresee is a 500 that tells nothing, in the answer and in the log', async () => {
  const url = await start()
  for (const how of ['output', 'personal-value-in-message']) {
    const answer = await fetch(`${url}/api/v1/broken`, json({ how }))
    const body = (await answer.json()) as object
    expect([answer.status, Object.keys(body)]).toEqual([
      500,
      ['type', 'title', 'status', 'code', 'params', 'request_id'],
    ])
  }
  const logged = lines.join('\n')
  expect(logged).not.toMatch(/personal.value/)
  expect(logged).toMatch(/"operation":"things.broken","issues":\[\{"code":"invalid_type","path":"ok"\}\]/)
  expect(logged).toMatch(/"error":"Error","stack":" {4}at /)
})

test('the log has the route’s pattern, never what is in the address', async () => {
  const url = await start()
  await fetch(`${url}/api/v1/things/secret-id?x=secret-value`, as('anna'))
  await fetch(`${url}/secret-path`)
  expect(lines.join('\n')).not.toContain('secret')
  expect(lines.join('\n')).toContain('"route":"/api/v1/things/:id"')
})

test('405 says which methods there are; HEAD goes with GET', async () => {
  const url = await start()
  const answer = await fetch(`${url}/api/v1/things`, { method: 'DELETE' })
  expect(answer.headers.get('allow')).toBe('GET, HEAD, POST')
  const head = await fetch(`${url}/api/v1/things/1`, { method: 'HEAD', ...as('anna') })
  expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, '"3"', ''])
})

test('a version is an ETag: known versions are not sent again, If-Match reaches the operation', async () => {
  const url = await start()
  const first = await fetch(`${url}/api/v1/things/1`, as('anna'))
  expect(first.headers.get('etag')).toBe('"3"')
  const again = await fetch(`${url}/api/v1/things/1`, as('anna', { 'if-none-match': '"2", W/"3"' }))
  expect([again.status, await again.text()]).toEqual([304, ''])
  const change = (ifMatch: string) =>
    fetch(`${url}/api/v1/things/1`, { method: 'PUT', ...as('anna', { 'if-match': ifMatch }) })
  expect(await (await change('"3"')).json()).toEqual({ ifMatch: 3 })
  expect(await (await change('*')).json()).toEqual({ ifMatch: null })
})

test('a POST sent again with its key is done once', async () => {
  const url = await start()
  const post = (body: unknown, key: string, who = 'anna') =>
    fetch(`${url}/api/v1/things`, json(body, who, { 'idempotency-key': key }))
  const first = await post({ name: 'once' }, 'k1')
  const second = await post({ name: 'once' }, 'k1')
  expect(await second.json()).toEqual(await first.json())
  expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
  expect(await outcome(await post({ name: 'other' }, 'k1'))).toEqual([422, 'idempotency_key_reused'])
  expect(await outcome(await post({ name: 'refused' }, 'k2'))).toEqual([409, 'name_taken'])
  expect(await outcome(await post({ name: 'refused' }, 'k2'))).toEqual([409, 'name_taken'])
  const [one, two] = await Promise.all([post({ name: 'slow' }, 'k3'), post({ name: 'slow' }, 'k3')])
  expect([one.status, two.status].sort()).toEqual([201, 409])
  expect(await outcome(await post({ name: 'ab' }, 'é'.repeat(3)))).toEqual([400, 'invalid_idempotency_key'])
  const anonymous = {
    ...json({ how: 'x' }),
    headers: { 'idempotency-key': 'k', 'content-type': 'application/json' },
  }
  expect(await outcome(await fetch(`${url}/api/v1/broken`, anonymous))).toEqual([
    400,
    'idempotency_not_supported',
  ])
})

const upload = (bytes: number, who = 'anna', more: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { authorization: `Bearer ${who}`, 'content-type': 'application/octet-stream', ...more },
  body: new Uint8Array(bytes),
})

test('an upload streams in, bounded', async () => {
  const url = await start({ limits: { uploadBytes: 5_000_000 } })
  const send = (bytes: number, name = 'f', who = 'anna') =>
    fetch(`${url}/api/v1/files?name=${name}`, upload(bytes, who))
  expect(await (await send(4_000_000)).json()).toEqual({ bytes: 4_000_000 })
  expect(await outcome(await send(6_000_000))).toEqual([413, 'body_too_large'])
  expect(await (await send(4_000_000, 'unread')).json()).toEqual({ bytes: -1 })
  expect(await outcome(await send(4_000_000, 'f', 'nobody'))).toEqual([401, 'token_invalid'])
  expect(await (await send(10)).json()).toEqual({ bytes: 10 })
})

test('a file goes out to be saved, whatever is in it; one that breaks off is seen not to be whole', async () => {
  const url = await start()
  const get = (name: string, who = 'anna') =>
    fetch(`${url}/api/v1/files/${name}`, { headers: { authorization: `Bearer ${who}` } })
  const answer = await get('f')
  expect(await answer.text()).toBe('<script>alert(1)</script>')
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/html',
    'content-length': '25',
    'content-disposition': `attachment; filename="contract \\"?\\".html"; filename*=UTF-8''contract%20%22%C3%A9%22.html`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  expect(await outcome(await get('lost'))).toEqual([404, 'sealed_value_lost'])
  expect(await outcome(await get('f', 'nobody'))).toEqual([401, 'token_invalid'])
  await expect(get('breaking').then((broken) => broken.text())).rejects.toThrow()
  expect((await get('f')).status).toBe(200)
})

test('a word in a path is looked at before a parameter, whatever other paths there are', async () => {
  // Compared in pairs only, these go round in rings: an order made of that looks at the parameter first.
  const paths = [
    '/f/word',
    '/d',
    '/aa/:id',
    '/k/word/:id',
    '/h',
    '/f/:id',
    '/k',
    '/h/:id/more',
    '/g/:id',
    '/c/word',
  ]
  const many = paths.map((path, at) =>
    operation({
      ...{ name: `n${at}.show`, summary: path, method: 'GET', path },
      ...{ input: z.object({ id: z.string().optional() }), output: z.object({ path: z.string() }) },
      ...{ allow: { anyone: 'test' }, run: async () => ({ path }) },
    }),
  )
  const url = await start({ operations: many })
  const shown = async (path: string) => (await fetch(`${url}/api/v1${path}`)).json()
  expect([await shown('/f/word'), await shown('/f/another')]).toEqual([
    { path: '/f/word' },
    { path: '/f/:id' },
  ])
})

test('a sender that waits to be let in is told before it sends', async () => {
  const url = await start()
  const ask = (who: string) =>
    new Promise((resolve, reject) => {
      const request = rawRequest(`${url}/api/v1/files?name=f`, {
        method: 'POST',
        headers: { ...upload(0, who).headers, expect: '100-continue', 'content-length': 5 },
      } as object)
      let invited = false
      request.on('continue', () => {
        invited = true
        request.end('hello')
      })
      request.on('response', ({ statusCode }) => {
        resolve([invited, statusCode])
        request.destroy()
      })
      request.on('error', reject).flushHeaders()
    })
  expect(await ask('anna')).toEqual([true, 200])
  expect(await ask('nobody')).toEqual([false, 401])
})

test('an upload of unknown length is cut off at the limit', async () => {
  const url = await start({ limits: { uploadBytes: 100_000 } })
  const status = await new Promise((resolve, reject) => {
    const request = rawRequest(`${url}/api/v1/files?name=f`, {
      method: 'POST',
      headers: { authorization: 'Bearer anna', 'content-type': 'application/octet-stream' },
    })
    request.on('response', (response) => resolve(response.statusCode)).on('error', reject)
    for (let n = 0; n < 20; n++) request.write(Buffer.alloc(50_000))
    request.end()
  })
  expect(status).toBe(413)
})

test('a body that stops coming in is refused, an upload that breaks off leaves the node well', async () => {
  const url = await start({ limits: { bodyMs: 100, uploadIdleMs: 100 } })
  const port = Number(new URL(url).port)
  const half = (path: string, type: string) =>
    new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer anna\r\nContent-Type: ${type}\r\nContent-Length: 50\r\n\r\n{`,
        )
      })
      socket.on('data', (data) => {
        text += data
        if (text.includes('body_stalled')) socket.destroy()
      })
      socket.on('close', () => resolve(text))
    })
  expect(await half('/api/v1/things', 'application/json')).toContain('body_stalled')
  expect(await half('/api/v1/files?name=f', 'application/octet-stream')).toContain('body_stalled')
  const socket = connect(port, '127.0.0.1')
  socket.write(
    'POST /api/v1/files?name=f HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer anna\r\nContent-Type: application/octet-stream\r\nContent-Length: 50\r\n\r\nab',
  )
  await new Promise((resolve) => setTimeout(resolve, 30))
  socket.destroy()
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect(lines.join('\n')).not.toContain('request failed')
})

test('a head that comes in drop by drop is not waited for', async () => {
  const url = await start({ limits: { headersMs: 100 } })
  const text = await new Promise<string>((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHo'))
    let all = ''
    socket.on('data', (data) => {
      all += data
    })
    socket.on('close', () => resolve(all))
  })
  expect(text).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/)
})

test('a protocol does not wait for a body that stops coming in', async () => {
  const router = Router()
  router.post('/', text(), (_request, response) => void response.json({}))
  const url = await start({ limits: { bodyMs: 100 }, routers: [{ path: '/protocol', router }] })
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
      socket.write(
        'POST /protocol HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nab',
      ),
    )
    socket.once('data', (data) => {
      socket.destroy()
      resolve(String(data))
    })
  })
  expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"body_stalled"/)
})

test('headers as long as a wallet may send are read; longer ones get a problem', async () => {
  const url = await start()
  const longest = {
    'oauth-client-attestation': 'a'.repeat(16 * 1024),
    'oauth-client-attestation-pop': 'a'.repeat(8 * 1024),
    dpop: 'a'.repeat(4 * 1024),
  }
  expect((await fetch(`${url}/api/v1/things`, { headers: longest })).status).toBe(200)
  const more = await fetch(`${url}/api/v1/things`, { headers: { ...longest, more: 'a'.repeat(14 * 1024) } })
  expect([more.status, await more.json()]).toEqual([
    431,
    expect.objectContaining({ code: 'headers_too_large' }),
  ])
})

test('what is not HTTP gets a problem too', async () => {
  const url = await start()
  const text = await new Promise<string>((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('HELLO\r\n\r\n'))
    let all = ''
    socket.on('data', (data) => {
      all += data
    })
    socket.on('close', () => resolve(all))
  })
  expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"malformed_request"/)
})

test('who calls without credentials, or guesses at them, is slowed down; who is signed in is not', async () => {
  const url = await start({ limits: { anonymousPerMinute: 3 } })
  const statuses = async (init: RequestInit) => {
    const all: number[] = []
    for (let n = 0; n < 3; n++) all.push((await fetch(`${url}/api/v1/things/1`, init)).status)
    return all
  }
  expect(await statuses({})).toEqual([401, 401, 401])
  expect(await statuses(as('guess'))).toEqual([429, 429, 429])
  expect(await statuses(as('anna'))).toEqual([200, 200, 200])
  const answer = await fetch(`${url}/api/v1/things/1`)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('protocols are mounted beside the API, with the same limit, problems and log', async () => {
  const router = Router()
  router.get('/hello', ({ query }, response) => void response.json({ hello: query.name ?? true }))
  router.get('/fail', () => {
    throw new Refusal('gone', 'offer_used', 'this offer was used')
  })
  const root = Router()
  root.get('/lists/:id', (_request, response) => void response.json({ root: true }))
  const own = Router()
  own.get('/', (_request, response) => void response.json({ own: true }))
  const url = await start({
    limits: { anonymousPerMinute: 2 },
    routers: [
      { path: '/protocol', router },
      { path: '/own', router: own, rateLimit: 'own' },
      { path: '/', router: root, rateLimit: 'own' },
    ],
  })
  expect(await (await fetch(`${url}/protocol/hello?name=x`)).json()).toEqual({ hello: 'x' })
  expect(await outcome(await fetch(`${url}/protocol/fail`))).toEqual([410, 'offer_used'])
  expect(await outcome(await fetch(`${url}/protocol/hello`))).toEqual([429, 'rate_limited'])
  for (let n = 0; n < 4; n++) expect((await fetch(`${url}/own`)).status).toBe(200)
  expect((await fetch(`${url}/lists/secret`)).status).toBe(200)
  expect(lines.at(-1)).toContain('"route":"/lists/:id"')
})

test('where only failures count, good messages are never held up', async () => {
  const router = Router()
  router.get('/good', (_request, response) => void response.json({}))
  router.get('/bad', () => {
    throw new Refusal('invalid', 'bad', 'bad')
  })
  const url = await start({
    limits: { anonymousPerMinute: 2 },
    routers: [{ path: '/', router, rateLimit: 'failures' }],
  })
  for (let n = 0; n < 5; n++) expect((await fetch(`${url}/good`)).status).toBe(200)
  for (let n = 0; n < 2; n++) expect((await fetch(`${url}/bad`)).status).toBe(400)
  expect(await outcome(await fetch(`${url}/bad`))).toEqual([429, 'rate_limited'])
})

test('what several routers at one place look at counts once, and by the rule of its own', async () => {
  const answering = (path: string) =>
    Router().get(path, (_request, response) => {
      response.json({})
    })
  const url = await start({
    limits: { anonymousPerMinute: 2 },
    routers: [
      { path: '/', router: answering('/one') },
      { path: '/', router: answering('/other') },
      { path: '/', router: answering('/good'), rateLimit: 'failures' },
    ],
  })
  for (let n = 0; n < 5; n++) expect((await fetch(`${url}/good`)).status).toBe(200)
  for (let n = 0; n < 2; n++) expect((await fetch(`${url}/other`)).status).toBe(200)
  expect(await outcome(await fetch(`${url}/one`))).toEqual([429, 'rate_limited'])
})

test('readiness says what is wrong', async () => {
  const checks = { database: { ok: true }, 'status-lists': { ok: false, detail: 'age 90 s' } }
  const url = await start({ health: async () => ({ ready: false, checks }) })
  const answer = await fetch(`${url}/readyz`)
  expect([answer.status, await answer.json()]).toEqual([503, { ready: false, checks }])
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  await http?.close()
  const failing = await start({
    health: async () => {
      throw new Error('no')
    },
  })
  expect((await fetch(`${failing}/readyz`)).status).toBe(503)
})

test('the API document and its page come from here alone', async () => {
  const url = await start()
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as { openapi: string }
  expect(document.openapi).toBe('3.1.0')
  const page = await fetch(`${url}/api/docs`)
  const html = await page.text()
  expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';.*connect-src 'self'/)
  expect(html).not.toMatch(/https?:\/\//)
  for (const [, file] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
    const answer = await fetch(`${url}${file}`)
    expect([file, answer.status, (await answer.arrayBuffer()).byteLength > 50]).toEqual([file, 200, true])
  }
  expect((await fetch(`${url}/api/docs/..%2fpackage.json`)).status).toBe(404)
})

test('a port in use is refused by name', async () => {
  const url = await start()
  const second = createHttp({
    operations: [],
    authenticate: async () => ({ kind: 'anonymous' }),
    idempotency: new InMemoryIdempotency(),
    health: async () => ({ ready: true, checks: {} }),
    routers: [],
    info: { title: 'Test', version: '1' },
    log,
    clock: systemClock,
  })
  await expect(second.listen({ host: '127.0.0.1', port: Number(new URL(url).port) })).rejects.toMatchObject({
    code: 'port_in_use',
  })
})

test('closing lets a request in flight finish and keeps no connection open', async () => {
  const url = await start()
  const slow = fetch(`${url}/api/v1/things`, json({ name: 'slow' }))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const started = Date.now()
  const closed = http?.close()
  expect((await slow).status).toBe(201)
  await closed
  expect(Date.now() - started).toBeLessThan(2_000)
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
})

test('closing does not wait for ever', async () => {
  const never = operation({
    name: 'x.y',
    summary: 'Never ends.',
    method: 'GET',
    path: '/never',
    input: z.object({}),
    output: z.object({}),
    allow: { anyone: 'test' },
    run: () => new Promise<never>(() => undefined),
  })
  const url = await start({ operations: [never], limits: { closeMs: 100 } })
  const hanging = fetch(`${url}/api/v1/never`).catch(() => 'cut off')
  await new Promise((resolve) => setTimeout(resolve, 50))
  await http?.close()
  expect(await hanging).toBe('cut off')
})

test('two operations with one route are a mistake found at the start', async () => {
  const [first] = operations
  if (!first) throw new Error('no operation')
  await expect(start({ operations: [first, { ...first, name: 'other.name' }] })).rejects.toThrow(/share GET/)
})
