// Writes the types and the routes of all operations, from the API document that `npm run build` made: what the server
// answers and what a page takes for granted cannot part ways unseen.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from 'json-schema-to-typescript'

const here = import.meta.dirname
const document = JSON.parse(readFileSync(join(here, '../dist/openapi.json'), 'utf8'))
const out = join(here, 'src/api/generated')

const resolve = (schema) => {
  if (Array.isArray(schema)) return schema.map(resolve)
  if (typeof schema !== 'object' || schema === null) return schema
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.slice('#/components/schemas/'.length)
    return resolve(document.components.schemas[name])
  }
  // A pattern or format says nothing in TypeScript, and titles would name types twice; an array of at most ten is an array.
  const { pattern, format, title, minItems, maxItems, description, ...rest } = schema
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, key === 'properties' ? fields(value) : resolve(value)]),
  )
}

/** Of what an object has: what is called `title` or `description` there is a field, and no remark. */
const fields = (properties) =>
  Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, resolve(one)]))

const operations = {}
const routes = {}
for (const [path, methods] of Object.entries(document.paths))
  for (const [method, operation] of Object.entries(methods)) {
    const { operationId: name, parameters = [], requestBody, responses } = operation
    const given = parameters.filter((one) => one.in === 'path' || one.in === 'query')
    const body = requestBody?.content?.['application/json']?.schema ?? {}
    const ok = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1]
    const answer = (ok?.content?.['application/json'] ?? ok?.content?.['text/event-stream'])?.schema
    operations[name] = {
      type: 'object',
      additionalProperties: false,
      required: ['input', 'output'],
      properties: {
        input: {
          type: 'object',
          additionalProperties: false,
          properties: {
            ...Object.fromEntries(given.map((one) => [one.name, resolve(one.schema)])),
            ...fields(body.properties ?? {}),
          },
          required: [...given.filter((one) => one.required).map((one) => one.name), ...(body.required ?? [])],
        },
        output: answer ? resolve(answer) : { type: 'null' },
      },
    }
    routes[name] = `${method.toUpperCase()} ${path}`
  }

const types = await compile(
  {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(operations),
    properties: operations,
  },
  'Operations',
  { bannerComment: '// Made by web/write-api.mjs.', format: false, unknownAny: true },
)
mkdirSync(out, { recursive: true })
writeFileSync(join(out, 'operations.d.ts'), types)
writeFileSync(
  join(out, 'routes.ts'),
  `// Made by web/write-api.mjs.\nexport const routes = ${JSON.stringify(routes)} as const\n`,
)
