import { createHash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, test } from 'vitest'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { startTrio, type TestNode } from './support/nodes.ts'

const secret = {
  title: 'Desem van 1911',
  description: 'Roggemeel en water, zes dagen op 19 graden.',
  value: { amount: 250_000, why: 'Niemand bakt het na' },
  measures: ['Het recept ligt achter slot', 'Wie het kent, tekende ervoor'],
}
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
const digestOf = (content: string | Uint8Array) =>
  `sha-256:${createHash('sha256').update(content).digest('base64url')}`

interface Shown {
  id: string
  title: string
  version: number
  digest: string
  code: string
  documents: { id: string; digest: string; size: number }[]
  need_to_know: { persons: { name: string }[]; roles: string[] }
  items: { id: string; title: string; person: { name: string }; document: string | null }[]
  text: string
}

onEachEngine((engine) => {
  let node: TestNode
  let inside: Inside

  const as = (account: string, method: 'GET' | 'POST', path: string, body?: object) =>
    node.call<Shown>(account, method, `/trade-secrets${path}`, body)
  const keeper = (method: 'GET' | 'POST', path: string, body?: object) => as('company', method, path, body)
  const register = async (more: object = {}) => {
    const { status, body } = await keeper('POST', '', { ...secret, owner: 'olga', ...more })
    expect(status).toBe(201)
    return body.id
  }
  const upload = (id: string, content: Uint8Array<ArrayBuffer> | ReadableStream) =>
    fetch(`${node.url}/api/v1/trade-secrets/${id}/documents?name=recept.pdf`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${node.token('company')}`,
        'content-type': 'application/octet-stream',
      },
      body: content,
      ...{ duplex: 'half' },
    })
  const download = (account: string, id: string, document: string) =>
    fetch(`${node.url}/api/v1/trade-secrets/${id}/documents/${document}`, {
      headers: { authorization: `Bearer ${node.token(account)}` },
    })
  const unknown = { status: 404, body: { code: 'trade_secret_unknown' } }

  beforeAll(async () => {
    const trio = await startTrio(engine)
    node = trio.company
    inside = await openInside(node, trio.clock)
    const people = {
      olga: ['coordinator'],
      sanne: ['account_manager'],
      piet: ['contract_signatory'],
      vera: ['auditor'],
    }
    for (const [account, roles] of Object.entries(people)) {
      const name = { given_name: account, family_name: 'Nietje', email: `${account}@nietmachine.example` }
      const added = await node.call('company', 'POST', '/people', { account, ...name, role: 'tester', roles })
      expect(added.status).toBe(201)
    }
  })

  describe('a registered trade secret', () => {
    test('is there only for who keeps the register, its owner, and who needs to know', async () => {
      const id = await register({ persons: ['sanne'], roles: ['contract_signatory'] })
      for (const account of ['company', 'olga', 'sanne', 'piet'])
        expect(await as(account, 'GET', `/${id}`)).toMatchObject({ status: 200, body: secret })
      expect(await as('vera', 'GET', `/${id}`)).toMatchObject(unknown)
      expect(await as('vera', 'GET', `/${id}/proof`)).toMatchObject(unknown)
      expect((await as('vera', 'GET', '')).body.items).toEqual([])
      expect((await as('sanne', 'GET', '')).body.items).toMatchObject([{ id, title: secret.title }])
      // What is not there and what is not for her read the same.
      const absent = await as('vera', 'GET', '/01a20093-1488-76da-b405-d48dbd0135db')
      expect((await as('vera', 'GET', `/${id}`)).body).toMatchObject({ code: absent.body.code })
    })

    test('closes at once for who is taken from the list', async () => {
      const id = await register({ persons: ['sanne'] })
      expect((await as('sanne', 'GET', `/${id}`)).status).toBe(200)
      const changed = await keeper('POST', `/${id}/versions`, { ...secret, owner: 'olga' })
      expect(changed).toMatchObject({ status: 201, body: { version: 2 } })
      expect(await as('sanne', 'GET', `/${id}`)).toMatchObject(unknown)
    })

    test('says who looked, and at what', async () => {
      const id = await register({ persons: ['sanne'] })
      await as('sanne', 'GET', `/${id}`)
      await as('vera', 'GET', `/${id}`)
      await as('olga', 'GET', `/${id}/proof`)
      const { items } = (await keeper('GET', `/${id}/looks`)).body
      expect(items.map(({ person }) => person.name)).toEqual(['olga Nietje', 'sanne Nietje'])
    })

    test('can be proven as it was registered, also after it was changed and withdrawn', async () => {
      const id = await register()
      const first = (await keeper('GET', `/${id}`)).body
      await keeper('POST', `/${id}/versions`, { ...secret, title: 'Desem van 1912', owner: 'olga' })
      expect(await keeper('POST', `/${id}/withdrawal`, {})).toMatchObject({ body: { state: 'withdrawn' } })
      const proof = (await keeper('GET', `/${id}/proof?version=1`)).body
      expect(proof.digest).toBe(first.digest)
      expect(digestOf(proof.text)).toBe(first.digest)
      expect(JSON.parse(proof.text)).toMatchObject({ secret })
      const audited = await rows<{ data: string }>(
        inside.store.reader,
        "SELECT data FROM audit_entry WHERE action = 'trade_secret.registered'",
      )
      expect(audited.map(({ data }) => String(data)).join()).toContain(first.digest)
    })

    test('has another digest each time it is registered: nobody can guess it', async () => {
      const [one, other] = [await register(), await register()]
      const digests = await Promise.all(
        [one, other].map(async (id) => (await keeper('GET', `/${id}`)).body.digest),
      )
      expect(new Set(digests).size).toBe(2)
    })

    test('is changed by one of two at once, and not once it was withdrawn', async () => {
      const id = await register()
      const again = () =>
        fetch(`${node.url}/api/v1/trade-secrets/${id}/versions`, {
          method: 'POST',
          headers: {
            ...{ authorization: `Bearer ${node.token('company')}`, 'content-type': 'application/json' },
            'if-match': '"1"',
          },
          body: JSON.stringify({ ...secret, owner: 'olga' }),
        })
      const statuses = (await Promise.all([again(), again()])).map(({ status }) => status)
      expect(statuses.filter((status) => status === 201)).toHaveLength(1)
      await keeper('POST', `/${id}/withdrawal`, {})
      const refused = { status: 409, body: { code: 'trade_secret_withdrawn' } }
      expect(await keeper('POST', `/${id}/withdrawal`, {})).toMatchObject(refused)
      expect(await keeper('POST', `/${id}/versions`, { ...secret, owner: 'olga' })).toMatchObject(refused)
      expect((await upload(id, Buffer.from('%PDF-1.7'))).status).toBe(409)
    })

    test('names people by accounts that are in use', async () => {
      const { status, body } = await keeper('POST', '', { ...secret, owner: 'nobody-here' })
      expect([status, body.code]).toEqual([404, 'account_unknown'])
    })
  })

  describe('a document of a trade secret', () => {
    const pdf = Buffer.concat([
      Buffer.from('%PDF-1.7\n'),
      Buffer.from('Zes dagen op 19 graden. '.repeat(40_000)),
    ])

    test('opens whole for who needs to know, is not there for others, and each look is kept', async () => {
      const id = await register({ persons: ['sanne'] })
      const { documents } = (await (await upload(id, pdf)).json()) as Shown
      const [document] = documents
      expect(document).toMatchObject({ digest: digestOf(pdf), size: pdf.length })
      const got = await download('sanne', id, document?.id ?? '')
      expect(Buffer.from(await got.arrayBuffer()).equals(pdf)).toBe(true)
      expect((await download('vera', id, document?.id ?? '')).status).toBe(404)
      const other = await register({ persons: ['vera'] })
      // Nor by way of a secret that she does see.
      expect((await download('vera', other, document?.id ?? '')).status).toBe(404)
      const { items } = (await keeper('GET', `/${id}/looks`)).body
      expect(items.filter((look) => look.document === document?.id).map(({ person }) => person.name)).toEqual(
        ['sanne Nietje'],
      )
    })

    test('that was changed on disk does not come through whole', async () => {
      const id = await register()
      const { documents } = (await (await upload(id, pdf)).json()) as Shown
      const document = documents[0]?.id ?? ''
      await inside.store.transact((tx) =>
        rows(tx, 'DELETE FROM file_chunk WHERE file_id = ? AND position = 1', [document]),
      )
      await expect(
        download('olga', id, document).then((response) => response.arrayBuffer()),
      ).rejects.toThrow()
    })

    test('of 50 MB goes in and out in pieces', async () => {
      const id = await register()
      const piece = new Uint8Array(1024 * 1024).fill(32)
      let left = 50
      const content = new ReadableStream({
        pull(to) {
          if (left === 0) return to.close()
          // The beginning says what it is.
          to.enqueue(left === 50 ? Buffer.concat([Buffer.from('%PDF-1.7\n'), piece]) : piece.slice())
          left--
        },
      })
      const { documents } = (await (await upload(id, content)).json()) as Shown
      const response = await download('olga', id, documents[0]?.id ?? '')
      collectGarbage()
      const before = process.memoryUsage().arrayBuffers
      let [most, size, looked] = [0, 0, 0]
      for await (const chunk of response.body ?? []) {
        size += chunk.length
        if (size - looked < 5 * 1024 * 1024) continue
        looked = size
        // What is held, not what waits to be collected.
        collectGarbage()
        most = Math.max(most, process.memoryUsage().arrayBuffers - before)
      }
      expect(looked).toBeGreaterThan(0)
      expect(size).toBe(documents[0]?.size)
      expect(size).toBeGreaterThan(50 * 1024 * 1024)
      expect(most).toBeLessThan(30 * 1024 * 1024)
    })

    test('is a document', async () => {
      const refused = await upload(await register(), Buffer.from('MZ is geen document'))
      expect(await refused.json()).toMatchObject({ code: 'file_type_not_allowed' })
    })
  })

  test('no word of it lies in clear in the database', async () => {
    await register()
    const tables = [
      'trade_secret',
      'trade_secret_text',
      'trade_secret_document',
      'trade_secret_look',
      'audit_entry',
    ]
    for (const table of tables) {
      const found = JSON.stringify(await rows(inside.store.reader, `SELECT * FROM ${table}`))
      for (const word of ['Desem', 'Roggemeel', 'achter slot', 'recept.pdf', '250000'])
        expect(found, table).not.toContain(word)
    }
  })
})
