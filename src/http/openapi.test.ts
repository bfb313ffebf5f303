import { expect, test } from 'vitest'
import { z } from 'zod'
import { operation } from '../core/index.ts'
import { openApiDocument } from './index.ts'

interface Tree {
  label: string
  kids: Tree[]
}
const tree: z.ZodType<Tree> = z.object({ label: z.string(), kids: z.lazy(() => z.array(tree)) })

const info = { title: 'Regie', version: '0.1.0' }
const document = openApiDocument(
  [
    operation({
      name: 'access.approve',
      summary: 'Grants an access request.',
      method: 'POST',
      path: '/access/requests/:id/approve',
      input: z.object({
        id: z.uuid(),
        only: z.array(z.string()).optional().describe('Claims to grant'),
        until: z.iso.date().meta({ description: 'Last day', examples: ['2026-12-31'] }),
      }),
      output: z.object({ id: z.string(), version: z.number().int() }),
      allow: { users: ['contact_person'] },
      positional: ['id'],
      run: async ({ id }) => ({ id, version: 1 }),
    }),
    operation({
      name: 'access.list',
      summary: 'Lists requests.',
      method: 'GET',
      path: '/access/requests',
      input: z.object({ limit: z.coerce.number().int().default(20), after: z.string().optional() }),
      output: z.object({ items: z.array(tree) }),
      allow: { anyone: 'public list' },
      run: async () => ({ items: [] }),
    }),
    operation({
      name: 'files.add',
      summary: 'Takes a file.',
      method: 'POST',
      path: '/files',
      input: z.object({ name: z.string() }),
      output: tree,
      allow: { clients: 'partners:read' },
      upload: true,
      status: 201,
      run: async ({ name }) => ({ label: name, kids: [] }),
    }),
  ],
  info,
)
const approve = document.paths['/access/requests/{id}/approve']?.post
const list = document.paths['/access/requests']?.get
const upload = document.paths['/files']?.post

test('path members are parameters, the others of a POST its body', () => {
  expect(approve?.parameters.map(({ name, in: place }) => `${place} ${name}`)).toEqual([
    'path id',
    'header Idempotency-Key',
    'header Regie-Consent',
    'header If-Match',
  ])
  const schema = approve?.requestBody?.content['application/json']?.schema
  expect(Object.keys(schema?.properties ?? {})).toEqual(['only', 'until'])
  expect(schema).toMatchObject({
    required: ['until'],
    additionalProperties: false,
    properties: { until: { description: 'Last day', examples: ['2026-12-31'] } },
  })
})

test('who may call, and what the command line takes by place, are in it', () => {
  expect(approve).toMatchObject({
    operationId: 'access.approve',
    tags: ['access'],
    'x-regie-allow': { users: ['contact_person'] },
    'x-regie-positional': ['id'],
    security: [{ token: [] }],
  })
  expect(list?.security).toEqual([])
})

test('members of a GET and of an upload go in the query', () => {
  expect(list?.parameters.map(({ name, in: place, required }) => [place, name, required])).toEqual([
    ['query', 'limit', false],
    ['query', 'after', false],
  ])
  expect(upload?.parameters.map(({ name, in: place }) => `${place} ${name}`)).toEqual(['query name'])
  expect(Object.keys(upload?.requestBody?.content ?? {})).toEqual(['application/octet-stream'])
  expect(Object.keys(upload?.responses ?? {})).toContain('201')
})

test('every reference in the document leads somewhere in it', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref)
  expect(references.length).toBeGreaterThan(4)
  for (const reference of references) {
    const found = reference
      .replace('#/', '')
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document)
    expect(found, reference).toBeDefined()
  }
  expect(JSON.stringify(document)).not.toContain('$schema')
})
