import { z } from 'zod'
import { Refusal } from '../../core/index.ts'

const text = (max: number) => z.string().min(1).max(max)
const uri = text(2048)
const integrity = text(1000)
const step = z.union([z.string().max(200), z.int().min(0).max(9999), z.null()])

/** Claim metadata of somebody else: what it says about checking; how it looks is left out. */
const claim = z.object({
  path: z.array(step).min(1).max(16),
  mandatory: z.boolean().default(false),
  sd: z.enum(['always', 'allowed', 'never']).default('allowed'),
})

/** Type metadata of somebody else (SD-JWT VC, "Type Metadata Format"; `schema` as in its drafts up to 11). */
const typeDocument = z
  .object({
    vct: text(500),
    name: text(500).optional(),
    extends: uri.optional(),
    'extends#integrity': integrity.optional(),
    schema: z.record(z.string(), z.unknown()).optional(),
    schema_uri: uri.optional(),
    'schema_uri#integrity': integrity.optional(),
    claims: z.array(claim).max(200).default([]),
  })
  .refine(({ schema, schema_uri }) => schema === undefined || schema_uri === undefined)

export type TypeDocument = Readonly<z.output<typeof typeDocument>>
export type TypeClaim = Readonly<z.output<typeof claim>>

/** @throws Refusal `type_metadata_invalid` */
export function parseTypeDocument(json: unknown, vct: string): TypeDocument {
  const parsed = typeDocument.safeParse(json)
  if (parsed.success && parsed.data.vct === vct) return parsed.data
  throw invalid('type_metadata_invalid', 'this is not the metadata of that credential type')
}

/**
 * Claims of a type with those it inherits. What the extended type fixed stays so: `sd` other than `allowed`, and
 * `mandatory` (SD-JWT VC, "Extending Claim Metadata").
 * @throws Refusal `type_extends_conflict`
 */
export function extendClaims(
  inherited: readonly TypeClaim[],
  own: readonly TypeClaim[],
): readonly TypeClaim[] {
  const claims = new Map(inherited.map((one) => [JSON.stringify(one.path), one]))
  for (const one of own) {
    const key = JSON.stringify(one.path)
    const base = claims.get(key)
    if (base && ((base.sd !== 'allowed' && one.sd !== base.sd) || (base.mandatory && !one.mandatory)))
      throw invalid('type_extends_conflict', 'this type changes what the type it extends has fixed')
    claims.set(key, one)
  }
  return [...claims.values()]
}

const invalid = (code: string, message: string) => new Refusal('unprocessable', code, message)
