import { Refusal } from '../core/index.ts'
import { type JsonSchema, type Member, resolve, typesOf } from './json-schema.ts'

/**
 * The members a query string carries, in the types the schema asks for: `limit=20` becomes 20, `open=true` true, a
 * repeated name a list.
 * @throws Refusal `malformed_url`, `duplicate_member`
 */
export function readQuery(
  search: string,
  members: ReadonlyMap<string, Member>,
  root: JsonSchema,
): Map<string, unknown> {
  const texts = new Map<string, string[]>()
  for (const pair of search.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at < 0 ? pair : pair.slice(0, at))
    const value = at < 0 ? '' : decode(pair.slice(at + 1))
    texts.set(name, [...(texts.get(name) ?? []), value])
  }
  const values = new Map<string, unknown>()
  for (const [name, given] of texts) values.set(name, fromTexts(given, members.get(name)?.schema, root))
  return values
}

/** @throws Refusal `duplicate_member` for two values where one fits */
export function fromTexts(
  texts: readonly string[],
  schema: JsonSchema | undefined,
  root: JsonSchema,
): unknown {
  const types = schema ? typesOf(schema, root) : new Set<string>()
  if (schema && types.has('array')) {
    const items = resolve(schema, root).items
    return texts.map((text) => fromText(text, typeof items === 'object' ? typesOf(items, root) : new Set()))
  }
  const [text = ''] = texts
  if (texts.length > 1)
    throw new Refusal('invalid', 'duplicate_member', 'a member that takes one value was given twice')
  return fromText(text, types)
}

/** A text as the type asked for; left as text where it does not fit, so that the schema refuses it by name. */
export function fromText(text: string, types: ReadonlySet<string>): unknown {
  if (types.has('string') || types.size === 0) return text
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if ((types.has('integer') || types.has('number')) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return text
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw new Refusal('invalid', 'malformed_url', 'the query of this address is not well-formed', { cause })
  }
}
