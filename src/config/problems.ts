import { z } from 'zod'
import { Refusal } from '../core/index.ts'
import { nearest } from './nearest.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/**
 * What is wrong with a file, as one sentence about the first problem. Unknown keys come first: they are usually
 * the reason why another key is missing.
 * @param schema what the file should be, to say which key was meant
 * @param value what it is, to tell which of several forms was tried
 */
export function problem(error: z.ZodError, schema: z.ZodType, value: unknown, file: string): Refusal {
  const issues = error.issues.flatMap((issue) => drilled(issue, value))
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys')
  if (unknown) return unknownKey(unknown, schema, file)
  const [first] = issues
  const path = dotted(first?.path ?? [])
  const message = `${file}: ${path || 'the file'} ${first ? sentence(first) : 'is wrong'}`
  return new Refusal('invalid', 'config_invalid', message, { params: { file, path } })
}

/** The problems of the form that was meant, where several are possible: the one of the same kind as the value. */
function drilled(issue: Issue, value: unknown): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const forms = issue.errors.filter((form) =>
    form.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  )
  const isObject = typeof at(value, issue.path) === 'object'
  if (!isObject || forms.length !== 1) return [issue]
  return (forms[0] ?? []).flatMap((inner) =>
    drilled({ ...inner, path: [...issue.path, ...inner.path] }, value),
  )
}

function unknownKey(
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  schema: z.ZodType,
  file: string,
): Refusal {
  const key = issue.keys[0] ?? ''
  const path = dotted([...issue.path, key])
  const suggestion = nearest(key, knownKeys(schema, issue.path))
  const hint = suggestion ? `; did you mean ${suggestion}?` : ''
  return new Refusal('invalid', 'config_unknown_key', `${file}: ${path} is not a known key${hint}`, {
    params: { file, path, ...(suggestion ? { suggestion } : {}) },
  })
}

function sentence(issue: Issue): string {
  if (issue.code === 'invalid_value' && !issue.message.startsWith('must'))
    return `must be one of: ${issue.values.join(', ')}`
  if (issue.code !== 'invalid_type')
    return issue.message.startsWith('must') ? issue.message : 'has a wrong value'
  if (issue.message.endsWith('received undefined')) return 'is missing'
  // YAML reads 00486173 as a number, and its zeros are gone before we see it.
  if (issue.expected === 'string') return 'must be text: write it between quotes'
  return `must be ${words[issue.expected] ?? issue.expected}`
}

const words: Readonly<Record<string, string>> = {
  object: 'a group of keys',
  array: 'a list',
  tuple: 'a list',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly anyOf?: readonly JsonSchema[]
}

function knownKeys(schema: z.ZodType, path: Path): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const found = path.reduce<readonly JsonSchema[]>(
    (level, key) => level.flatMap(forms).flatMap(({ properties }) => properties?.[String(key)] ?? []),
    [root],
  )
  return found.flatMap(forms).flatMap(({ properties }) => Object.keys(properties ?? {}))
}

const forms = (schema: JsonSchema): readonly JsonSchema[] => [schema, ...(schema.anyOf ?? []).flatMap(forms)]

const dotted = (path: Path): string => path.map(String).join('.')

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value)
