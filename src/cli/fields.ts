import { UsageError } from './failure.ts'
import { choicesOf, plain, propertiesOf, type Schema, typesOf } from './schema.ts'
import { kebab } from './text.ts'

/** One value a command takes: a member of the input, or of an object in it. */
export interface Field {
  /** Where it goes in the input: `['address', 'street']`. */
  readonly path: readonly string[]
  /** Without dashes: `address.street`. */
  readonly flag: string
  readonly kind: 'text' | 'number' | 'boolean' | 'json' | 'map'
  /** Takes several, comma separated or repeated. */
  readonly list: boolean
  /** Not to be seen: it is asked for, or comes from stdin or a file, and never stands in the command. */
  readonly hidden?: 'known' | 'new'
  readonly required: boolean
  readonly choices?: readonly string[]
  /** Words that a list may be instead of a list, such as `all`. */
  readonly words?: readonly string[]
  readonly description?: string
  readonly example?: string
  readonly standard?: string
}

const MAX_DEPTH = 4

/** The fields of a member: itself, or what an object in it holds, with dots. */
export function fieldsOf(
  member: { readonly name: string; readonly schema: Schema; readonly required: boolean },
  root: unknown,
  above: readonly string[] = [],
): readonly Field[] {
  const schema = plain(member.schema, root)
  const path = [...above, member.name]
  const types = typesOf(schema, root)
  if (types.size === 1 && types.has('object') && path.length < MAX_DEPTH) {
    const inner = propertiesOf(schema, root)
    if (inner.length > 0)
      return inner.flatMap((one) =>
        fieldsOf({ ...one, required: member.required && one.required }, root, path),
      )
  }
  const list = types.has('array')
  const variants = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((one) => plain(one, root))
  const array = variants.find((one) => typeof one.items === 'object')
  const items = typeof array?.items === 'object' ? plain(array.items, root) : undefined
  const words = array && array !== schema ? variants.flatMap((one) => choicesOf(one, root) ?? []) : []
  const choices = choicesOf(items ?? schema, root)
  const [example] = (schema.examples ?? items?.examples ?? []).flat()
  return [
    {
      path,
      flag: path.map(kebab).join('.'),
      kind: kindOf(items ?? schema, root),
      list,
      ...hiddenBy(schema),
      required: member.required && schema.default === undefined,
      ...(choices ? { choices } : {}),
      ...(words.length > 0 ? { words } : {}),
      ...((member.schema.description ?? schema.description)
        ? { description: member.schema.description ?? schema.description }
        : {}),
      ...(example === undefined ? {} : { example: String(example) }),
      ...(schema.default === undefined ? {} : { standard: JSON.stringify(schema.default) }),
    },
  ]
}

const hiddenBy = ({ format }: Schema): Pick<Field, 'hidden'> => {
  if (format === 'password') return { hidden: 'known' }
  return format === 'new-password' ? { hidden: 'new' } : {}
}

function kindOf(schema: Schema, root: unknown): Field['kind'] {
  const types = typesOf(schema, root)
  if (types.has('object') && types.size === 1)
    return propertiesOf(schema, root).length === 0 && schema.additionalProperties ? 'map' : 'json'
  if (types.has('object') || types.has('array') || types.size === 0) return 'json'
  if (types.has('string')) return 'text'
  if (types.has('integer') || types.has('number')) return 'number'
  return types.has('boolean') ? 'boolean' : 'json'
}

/**
 * What was typed for a field, as a value of the input.
 * @throws UsageError when it is not of the field's kind
 */
export function valueFrom(field: Field, texts: readonly string[]): unknown {
  if (field.kind === 'map') return mapOf(field, texts)
  if (!field.list) {
    if (texts.length > 1) throw new UsageError(`--${field.flag} takes one value: give it once`)
    return scalarOf(field, texts[0] ?? '')
  }
  const [only] = texts
  if (only !== undefined && texts.length === 1 && field.words?.includes(only)) return only
  return texts.flatMap((text) => {
    if (text.trimStart().startsWith('[')) return parseJson(field, text) as unknown[]
    const parts = field.kind === 'json' ? [text] : text.split(',').map((part) => part.trim())
    return parts.filter((part) => part !== '').map((part) => scalarOf(field, part))
  })
}

function scalarOf(field: Field, text: string): unknown {
  if (field.choices && !field.choices.includes(text))
    throw new UsageError(`--${field.flag} is one of: ${field.choices.join(', ')}`)
  if (field.kind === 'text') return text
  if (field.kind === 'number') {
    if (!/^-?\d+(\.\d+)?$/.test(text)) throw new UsageError(`--${field.flag} takes a number`)
    return Number(text)
  }
  if (field.kind === 'boolean') {
    if (text !== 'true' && text !== 'false') throw new UsageError(`--${field.flag} is true or false`)
    return text === 'true'
  }
  return /^\s*[[{"]/.test(text) ? parseJson(field, text) : text
}

function mapOf(field: Field, texts: readonly string[]): unknown {
  const [first = ''] = texts
  if (texts.length === 1 && first.trimStart().startsWith('{')) return parseJson(field, first)
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw new UsageError(`--${field.flag} takes name=value`)
      const value = text.slice(at + 1)
      return [text.slice(0, at), /^\s*[[{]/.test(value) ? parseJson(field, value) : value]
    }),
  )
}

function parseJson(field: Field, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`--${field.flag} holds JSON that cannot be read: check its quotes`)
  }
}

/** Puts a value at its place in the input. */
export function place(input: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path
  if (rest.length === 0) {
    input[name] = value
    return
  }
  const inner = (input[name] ?? {}) as Record<string, unknown>
  input[name] = inner
  place(inner, rest, value)
}
