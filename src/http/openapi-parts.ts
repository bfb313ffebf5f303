import type { Allow } from '../core/index.ts'
import type { JsonSchema } from './json-schema.ts'

/** The schemas of a document that others refer to. */
export class Components {
  readonly #schemas: Record<string, JsonSchema> = {}

  get schemas(): Readonly<Record<string, JsonSchema>> {
    return this.#schemas
  }

  /**
   * Moves what a schema defines for itself (`$defs`, or itself where it recurs) to the document.
   * @param name under which it goes there, unique in the document
   * @returns the schema with references that hold in the document
   */
  hoist(name: string, schema: JsonSchema): JsonSchema {
    const { $defs = {}, ...own } = schema
    const recurs = JSON.stringify(own).includes('"$ref":"#"')
    if (!recurs && Object.keys($defs).length === 0) return own
    const refer = (one: JsonSchema): JsonSchema =>
      JSON.parse(JSON.stringify(one), (key, value: unknown) => {
        if (key !== '$ref' || typeof value !== 'string') return value
        if (value === '#') return `#/components/schemas/${name}`
        return value.replace(/^#\/\$defs\//, `#/components/schemas/${name}.`)
      })
    for (const [key, part] of Object.entries($defs)) this.#schemas[`${name}.${key}`] = refer(part)
    if (!recurs) return refer(own)
    this.#schemas[name] = refer(own)
    return { $ref: `#/components/schemas/${name}` }
  }
}

export const securitySchemes = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a user or an API client of this node.',
  },
} as const

export function securityOf(allow: Allow): readonly object[] {
  if ('anyone' in allow) return []
  return [{ token: [] }]
}

export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'RFC 9457 problem details. Programs branch on `code`.',
  required: ['type', 'title', 'status', 'code', 'params', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri', examples: ['urn:regie:problem:grant_expired'] },
    title: { type: 'string', description: 'For people, in the language of Accept-Language (nl, en).' },
    status: { type: 'integer' },
    code: { type: 'string', pattern: '^[a-z0-9_]+$', description: 'Stable.' },
    params: { type: 'object', description: 'Facts that explain the refusal.' },
    errors: {
      type: 'array',
      description: 'What is wrong with the input, by member; never what it was.',
      items: {
        type: 'object',
        required: ['path', 'code'],
        properties: {
          path: { type: 'string', examples: ['address.street'] },
          code: { type: 'string' },
          expected: { type: 'string' },
        },
      },
    },
    request_id: { type: 'string', description: 'Under which the node’s log knows this request.' },
  },
}

export const problemResponse = {
  description: 'Refused or failed; nothing was changed.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
} as const

/** Headers any operation of a kind takes. */
export const requestHeaders = {
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Sent again with the same key and input, the request is not carried out twice.',
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  },
  consent: {
    name: 'Regie-Consent',
    in: 'header',
    required: false,
    description: 'What consent.unlock gave: opens the key of the caller, where this signs with it.',
    schema: { type: 'string' },
  },
  ifMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag of what is being changed: refused when somebody else changed it meanwhile.',
    schema: { type: 'string' },
  },
  ifNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'The ETag the caller has: 304 when it is still the same.',
    schema: { type: 'string' },
  },
} as const
