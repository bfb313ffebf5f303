import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { beforeAll, expect, test } from 'vitest'
import { atEnd } from '../../test/support/endings.ts'
import { loadCredentialTypes, typeRoutes } from './index.ts'

const types = loadCredentialTypes('credentials', 'schemas')
let base = ''

beforeAll(async () => {
  const server = createServer(express().use(typeRoutes(types)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => server.close())
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

const sha256 = (bytes: ArrayBuffer) =>
  `sha256-${createHash('sha256').update(Buffer.from(bytes)).digest('base64')}`

test.each(types.list().map((type) => [type.name, type] as const))(
  '%s and its schema are served as the bytes that credentials name',
  async (name, type) => {
    const metadata = await fetch(`${base}/credentials/${name}`)
    expect(metadata.headers.get('content-type')).toBe('application/json')
    expect(sha256(await metadata.arrayBuffer())).toBe(type.integrity)
    const schema = await fetch(`${base}/schemas/${name}`)
    expect(schema.headers.get('content-type')).toBe('application/schema+json')
    expect(sha256(await schema.arrayBuffer())).toBe(type.schemaIntegrity)
  },
)

test.each(['passport', 'constructor', '..%2F..%2Fpackage.json'])('there is no type %s', async (name) => {
  expect((await fetch(`${base}/credentials/${name}`)).status).toBeGreaterThanOrEqual(400)
})
