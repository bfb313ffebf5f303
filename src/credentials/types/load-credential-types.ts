import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRefusal, Refusal } from '../../core/index.ts'
import { parseJsonObject } from '../../jose/index.ts'
import { TYPE_NAME } from './claim-path.ts'
import { createSchemaCompiler } from './claims-check.ts'
import { type Claims, CredentialType } from './credential-type.ts'
import { CredentialTypes } from './credential-types.ts'
import { compareWithSchema } from './schema-agreement.ts'
import { type TypeMetadata, typeMetadata } from './type-metadata.ts'

type Code =
  | 'credential_type_unreadable'
  | 'credential_type_invalid'
  | 'credential_schema_invalid'
  | 'credential_example_invalid'
  | 'credential_type_duplicate'

type Fail = (code: Code, file: string, details?: { reason?: string; at?: string; cause?: unknown }) => never

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/**
 * Reads every credential type once, at start: a folder per type with `type.json` and `example.json`, and
 * `<type>.schema.json` beside the other schemas. One broken file stops the start; the refusal names it.
 * @throws Refusal with a code of {@link Code}, and `file`, `reason` and `at` in its params
 */
export function loadCredentialTypes(dir: string, schemaDir: string): CredentialTypes {
  const compile = createSchemaCompiler()
  const types = folders(dir).map((name) => loadType(name, dir, schemaDir, compile))
  if (types.length === 0) fail('credential_type_unreadable', '.', { reason: 'no_types' })
  const seen = new Set<string>()
  for (const type of types) {
    if (seen.has(type.vct)) fail('credential_type_duplicate', `${type.name}/type.json`, { reason: 'vct' })
    seen.add(type.vct)
  }
  return new CredentialTypes(types)
}

function loadType(
  name: string,
  dir: string,
  schemaDir: string,
  compile: ReturnType<typeof createSchemaCompiler>,
): CredentialType {
  const files = {
    type: `${name}/type.json`,
    schema: `${name}.schema.json`,
    example: `${name}/example.json`,
  }
  if (!TYPE_NAME.test(name)) fail('credential_type_invalid', files.type, { reason: 'folder_name' })

  const { text: document, json } = readJson(dir, files.type)
  const metadata = parseMetadata(json, files.type)
  const { text: schemaDocument, json: schema } = readJson(schemaDir, files.schema)
  if (schema.$schema !== DIALECT) fail('credential_schema_invalid', files.schema, { reason: 'dialect' })
  const problem = compareWithSchema(metadata, schema)
  if (problem)
    fail(
      problem.in === 'schema' ? 'credential_schema_invalid' : 'credential_type_invalid',
      problem.in === 'schema' ? files.schema : files.type,
      problem,
    )

  const check = attempt(
    () => compile(schema),
    (cause) => fail('credential_schema_invalid', files.schema, { reason: 'does_not_compile', cause }),
  )
  const { json: example } = readJson(dir, files.example)
  const type = new CredentialType({ name, metadata, document, schema, schemaDocument, example, check })
  const report = type.validateClaims(example)
  if (!report.ok) {
    const [first] = report.errors
    fail('credential_example_invalid', files.example, { reason: first?.code, at: first?.path.join('.') })
  }
  return type
}

function parseMetadata(json: Claims, file: string): TypeMetadata {
  const parsed = typeMetadata.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    fail('credential_type_invalid', file, { reason: issue?.code, at: issue?.path.join('.') })
  }
  const paths = parsed.data.claims.map((claim) => JSON.stringify(claim.path))
  const twice = paths.find((path, at) => paths.indexOf(path) !== at)
  if (twice) fail('credential_type_duplicate', file, { reason: 'claim', at: twice })
  return parsed.data
}

const folders = (dir: string): readonly string[] =>
  attempt(
    () =>
      readdirSync(dir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map((entry) => entry.name)
        .sort(),
    (cause) => fail('credential_type_unreadable', '.', { reason: 'no_folder', cause }),
  )

function readJson(dir: string, file: string): { readonly text: string; readonly json: Claims } {
  const bytes = attempt(
    () => readFileSync(join(dir, file)),
    (cause) => fail('credential_type_unreadable', file, { reason: 'no_file', cause }),
  )
  const json = attempt(
    () => parseJsonObject(bytes),
    (cause) =>
      fail('credential_type_unreadable', file, { reason: isRefusal(cause) ? cause.code : 'not_json', cause }),
  )
  return { text: bytes.toString('utf8'), json }
}

function attempt<T>(run: () => T, otherwise: (cause: unknown) => never): T {
  try {
    return run()
  } catch (cause) {
    return otherwise(cause)
  }
}

const fail: Fail = (code, file, { reason, at, cause } = {}) => {
  throw new Refusal('invalid', code, `the credential type file ${file} cannot be used`, {
    params: { file, ...(reason === undefined ? {} : { reason }), ...(at ? { at } : {}) },
    cause,
  })
}
