import { integrityOf } from '../types/credential-type.ts'
import type { CredentialType } from '../types/index.ts'
import { subjectClaims, w3cNameOf } from './subject.ts'

interface Schema extends Readonly<Record<string, unknown>> {
  readonly properties: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
}

export interface W3cSchema {
  /** What `/schemas/<name>/w3c` serves, byte for byte. */
  readonly document: string
  /** SRI digest of it, for `digestSRI`. */
  readonly integrity: string
}

const known = new WeakMap<CredentialType, W3cSchema>()

/**
 * The schema of a type for whole W3C credentials, as `credentialSchema` needs it (Verifiable Credentials JSON Schema):
 * the claims are those of `credentialSubject`, beside its id.
 */
export function w3cSchemaOf(type: CredentialType): W3cSchema {
  const made = known.get(type)
  if (made) return made
  const { $schema, $id: _, $defs, title, properties, required, ...claims } = type.schema as Schema
  const document = JSON.stringify({
    $schema,
    title,
    type: 'object',
    required: ['credentialSubject'],
    properties: {
      credentialSubject: {
        ...claims,
        ...(required && { required: required.map(w3cNameOf) }),
        properties: { ...subjectClaims(properties), id: { type: 'string', maxLength: 2048 } },
      },
    },
    ...($defs !== undefined && { $defs }),
  })
  const schema = { document, integrity: integrityOf(document) }
  known.set(type, schema)
  return schema
}
