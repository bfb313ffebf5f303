import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Lookup } from './connections.ts'
import { createEgress, type Egress } from './egress.ts'

let server: Server
let port = 0
let hits = 0
let connections = 0
let answer: RequestListener
const open: Egress[] = []

beforeEach(async () => {
  hits = 0
  connections = 0
  answer = (_, response) => response.end('{"ok":true}')
  server = createServer((request, response) => {
    hits += 1
    answer(request, response)
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((done) => server.listen(0, '::', done))
  port = (server.address() as AddressInfo).port
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((egress) => egress.dispose()))
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

function egress(deps: Partial<Parameters<typeof createEgress>[0]> = {}): Egress {
  const made = createEgress({ parseJson: JSON.parse, ...deps })
  open.push(made)
  return made
}

const lookupAs =
  (...addresses: string[]): Lookup =>
  (_, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

describe('without leave for loopback', () => {
  const urls: readonly (readonly [string, string])[] = [
    ['http://127.0.0.1:PORT/', 'egress_refused_url'],
    ['http://localhost:PORT/', 'egress_refused_url'],
    ['http://example.com:PORT/', 'egress_refused_url'],
    ['ftp://127.0.0.1:PORT/', 'egress_refused_url'],
    ['file:///etc/passwd', 'egress_refused_url'],
    ['data:text/plain,x', 'egress_refused_url'],
    ['//127.0.0.1:PORT/', 'egress_refused_url'],
    ['', 'egress_refused_url'],
    ['https://user@127.0.0.1:PORT/', 'egress_refused_url'],
    ['https://user:secret@example.com:PORT/', 'egress_refused_url'],
    ['https://127.0.0.1:PORT/', 'egress_refused_address'],
    ['https://127.1:PORT/', 'egress_refused_address'],
    ['https://2130706433:PORT/', 'egress_refused_address'],
    ['https://0x7f000001:PORT/', 'egress_refused_address'],
    ['https://0177.0.0.1:PORT/', 'egress_refused_address'],
    ['https://0.0.0.0:PORT/', 'egress_refused_address'],
    ['https://[::1]:PORT/', 'egress_refused_address'],
    ['https://[::]:PORT/', 'egress_refused_address'],
    ['https://[::ffff:127.0.0.1]:PORT/', 'egress_refused_address'],
    ['https://[64:ff9b::127.0.0.1]:PORT/', 'egress_refused_address'],
    ['https://169.254.169.254/latest/meta-data/', 'egress_refused_address'],
    ['https://10.0.0.1:PORT/', 'egress_refused_address'],
    ['https://localhost:PORT/', 'egress_refused_address'],
  ]
  test.each(urls)('%s is refused as %s and nobody is called', async (url, code) => {
    await expect(egress().request(url.replace('PORT', String(port)))).rejects.toMatchObject({
      kind: 'upstream',
      code,
    })
    expect(connections).toBe(0)
  })

  test.each([['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['169.254.169.254'], ['8.8.8.8', '127.0.0.1']])(
    'a name that resolves to %s is refused at connect time',
    async (...addresses) => {
      const call = egress({ lookup: lookupAs(...addresses) }).request(`https://innocent.example:${port}/`)
      await expect(call).rejects.toMatchObject({ code: 'egress_refused_address' })
      expect(connections).toBe(0)
    },
  )
})

describe('with leave for loopback', () => {
  test.each(['http://127.0.0.1:PORT/', 'http://localhost:PORT/', 'http://[::1]:PORT/'])(
    '%s is called',
    async (url) => {
      const response = await egress({ allowLoopback: true }).request(url.replace('PORT', String(port)))
      expect(response).toMatchObject({ status: 200, body: Buffer.from('{"ok":true}') })
    },
  )

  test.each([
    ['http://10.0.0.1:PORT/', 'egress_refused_url'],
    ['http://169.254.169.254/', 'egress_refused_url'],
    ['https://169.254.169.254/', 'egress_refused_address'],
    ['http://example.com/', 'egress_refused_url'],
    ['http://localhost.example:PORT/', 'egress_refused_url'],
  ])('%s is still refused as %s', async (url, code) => {
    await expect(
      egress({ allowLoopback: true }).request(url.replace('PORT', String(port))),
    ).rejects.toMatchObject({ code })
  })

  test('localhost that resolves elsewhere is refused', async () => {
    const call = egress({ allowLoopback: true, lookup: lookupAs('10.0.0.1') })
    await expect(call.request(`http://localhost:${port}/`)).rejects.toMatchObject({
      code: 'egress_refused_address',
    })
  })

  test('many calls share few connections', async () => {
    const shared = egress({ allowLoopback: true })
    for (let i = 0; i < 20; i += 1) await shared.request(`http://127.0.0.1:${port}/${i}`)
    expect(hits).toBe(20)
    expect(connections).toBeLessThan(4)
  })
})

test('a host the operator vouches for is called, its other ports are not', async () => {
  const vouching = egress({ allowHosts: [`127.0.0.1:${port}`] })
  expect((await vouching.request(`http://127.0.0.1:${port}/`)).status).toBe(200)
  await expect(vouching.request('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'egress_refused_url' })
})

describe('asked whether a URL may be called', () => {
  const table: readonly (readonly [url: string, addresses: readonly string[], code: string])[] = [
    ['https://hooks.example/', ['10.0.0.1'], 'egress_refused_address'],
    ['https://hooks.example/', ['8.8.8.8', '127.0.0.1'], 'egress_refused_address'],
    ['https://169.254.169.254/', [], 'egress_refused_address'],
    ['http://hooks.example/', ['8.8.8.8'], 'egress_refused_url'],
    ['https://nowhere.example/', [], 'egress_unreachable'],
  ]
  test.each(table)('%s at %j is refused as %s', async (url, addresses, code) => {
    await expect(egress({ lookup: lookupAs(...addresses) }).check(url)).rejects.toMatchObject({ code })
  })

  test('a public one may be, and one the operator vouches for, without a call', async () => {
    await egress({ lookup: lookupAs('8.8.8.8') }).check(`https://hooks.example:${port}/`)
    await egress({ allowHosts: [`127.0.0.1:${port}`] }).check(`http://127.0.0.1:${port}/`)
    expect(connections).toBe(0)
  })
})

describe('where only the status counts', () => {
  test.each([
    ['a body that never ends', 1],
    ['a body that drips', 50],
  ])('%s is cut off, and the status stands', async (_, every) => {
    answer = (_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(every === 1 ? 10_000 : 1)), every)
      response.on('close', () => clearInterval(timer))
    }
    const out = egress({ allowLoopback: true })
    const options = { statusOnly: true, maxBytes: 50_000, timeoutMs: 400 } as const
    expect(await out.request(`http://127.0.0.1:${port}/`, options)).toMatchObject({
      status: 200,
      body: Buffer.alloc(0),
    })
  })
})

describe('bounds', () => {
  const url = () => `http://127.0.0.1:${port}/`

  test('an answer of exactly the limit is accepted, one byte more is refused', async () => {
    answer = (_, response) => response.end(Buffer.alloc(1000))
    const out = egress({ allowLoopback: true })
    expect((await out.request(url(), { maxBytes: 1000 })).body.length).toBe(1000)
    await expect(out.request(url(), { maxBytes: 999 })).rejects.toMatchObject({ code: 'egress_too_large' })
  })

  test('a body that never ends is cut off', async () => {
    answer = (_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(10_000)), 1)
      response.on('close', () => clearInterval(timer))
    }
    await expect(egress({ allowLoopback: true }).request(url(), { maxBytes: 50_000 })).rejects.toMatchObject({
      code: 'egress_too_large',
    })
  })

  test.each([
    ['no answer', () => {}],
    [
      'a body that drips',
      (_, response) => {
        const timer = setInterval(() => response.write('x'), 10)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ] satisfies [string, RequestListener][])('%s is given up after the total time', async (_, listener) => {
    answer = listener
    const started = Date.now()
    await expect(egress({ allowLoopback: true }).request(url(), { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'egress_timeout',
    })
    expect(Date.now() - started).toBeLessThan(1500)
  })

  test('a closed port is unreachable', async () => {
    await expect(egress({ allowLoopback: true }).request('http://127.0.0.1:1/')).rejects.toMatchObject({
      kind: 'upstream',
      code: 'egress_unreachable',
    })
  })
})

describe('an answer in pieces', () => {
  const url = () => `http://127.0.0.1:${port}/`
  const dripping: RequestListener = (_, response) => {
    let left = 6
    const timer = setInterval(() => {
      if (left-- > 0) response.write('x')
      else response.end()
    }, 60)
    response.on('close', () => clearInterval(timer))
  }
  const collect = async (body: AsyncIterable<Buffer>) => {
    const pieces: Buffer[] = []
    for await (const piece of body) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  }

  test('takes as long as it goes on coming', async () => {
    answer = dripping
    const { status, body } = await egress({ allowLoopback: true }).stream(url(), { timeoutMs: 250 })
    expect([status, await collect(body)]).toEqual([200, 'xxxxxx'])
  })

  test('is not late because of who reads it slowly', async () => {
    answer = (_, response) => response.end('all of it')
    const { body } = await egress({ allowLoopback: true }).stream(url(), { timeoutMs: 100 })
    let read = ''
    for await (const piece of body) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      read += piece
    }
    expect(read).toBe('all of it')
  })

  test('is given up when nothing comes any more, also where nobody reads it', async () => {
    let closed = 0
    answer = (_, response) => {
      response.write('x')
      response.on('close', () => closed++)
    }
    const out = egress({ allowLoopback: true })
    const { body } = await out.stream(url(), { timeoutMs: 100 })
    await expect(collect(body)).rejects.toMatchObject({ code: 'egress_timeout' })
    await out.stream(url(), { timeoutMs: 100 })
    await expect.poll(() => closed).toBe(2)
  })

  test('is as long as allowed', async () => {
    answer = (_, response) => response.end(Buffer.alloc(1001))
    const { body } = await egress({ allowLoopback: true }).stream(url(), { maxBytes: 1000 })
    await expect(collect(body)).rejects.toMatchObject({ code: 'egress_too_large' })
  })

  test('comes from nowhere that a request may not go', async () => {
    await expect(egress().stream(url())).rejects.toMatchObject({ code: 'egress_refused_url' })
  })
})

describe('redirects', () => {
  test('are an answer, not followed, unless asked for', async () => {
    answer = (request, response) =>
      request.url === '/a' ? response.writeHead(302, { location: '/b' }).end() : response.end('b')
    const out = egress({ allowLoopback: true })
    expect((await out.request(`http://127.0.0.1:${port}/a`)).status).toBe(302)
    expect(hits).toBe(1)
    const followed = await out.request(`http://127.0.0.1:${port}/a`, { redirects: 1 })
    expect(followed.body.toString()).toBe('b')
  })

  test('each hop is checked like the first', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    await expect(
      egress({ allowLoopback: true }).request(`http://127.0.0.1:${port}/`, { redirects: 3 }),
    ).rejects.toMatchObject({ code: 'egress_refused_url' })
  })

  test('end after the number allowed', async () => {
    answer = (_, response) => response.writeHead(302, { location: '/' }).end()
    const out = egress({ allowLoopback: true })
    expect((await out.request(`http://127.0.0.1:${port}/`, { redirects: 3 })).status).toBe(302)
    expect(hits).toBe(4)
  })

  test('to another origin lose the credentials', async () => {
    const seen: (string | undefined)[] = []
    answer = (request, response) => {
      seen.push(request.headers.authorization)
      if (request.url === '/a') response.writeHead(307, { location: `http://localhost:${port}/b` }).end()
      else response.end()
    }
    await egress({ allowLoopback: true }).request(`http://127.0.0.1:${port}/a`, {
      redirects: 1,
      headers: { Authorization: 'Bearer x' },
    })
    expect(seen).toEqual(['Bearer x', undefined])
  })
})

describe('json', () => {
  test('sends accept and parses with the parser given', async () => {
    let accept: string | undefined
    answer = (request, response) => {
      accept = request.headers.accept
      response.end('{"a":1}')
    }
    const out = egress({ allowLoopback: true, parseJson: (text) => ({ parsed: text }) })
    const { json } = await out.json(`http://127.0.0.1:${port}/`)
    expect(json).toEqual({ parsed: '{"a":1}' })
    expect(accept).toBe('application/json')
  })

  test.each([['not json'], [Buffer.from([0x22, 0xff, 0x22])]])('%s is a bad answer', async (body) => {
    answer = (_, response) => response.end(body)
    await expect(egress({ allowLoopback: true }).json(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'egress_bad_response',
    })
  })
})

test('no refusal repeats the URL', async () => {
  const error = await egress()
    .request('https://user:topsecret@example.com/x')
    .catch((e: Error) => e)
  expect(String(error)).not.toContain('topsecret')
})
